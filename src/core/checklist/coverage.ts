import type { CheckResult } from '../domain/capture.ts';
import type { Facts } from '../domain/facts.ts';
import { unreachable } from '../domain/errors.ts';
import type { Localized } from '../domain/locale.ts';
import type { Coverage } from '../domain/report.ts';
import { formatNumber } from '../playbook/format-fact.ts';
import { CHECKLIST } from './checklist.ts';

/** How many checks could look, and why the others could not; `apart`: the samples cannot be compared. */
export function coverageOf(checks: readonly CheckResult[], facts: Facts, apart: boolean): Coverage {
  const blind = checks.filter(({ status }) => status !== 'ok');
  return {
    seen: checks.length - blind.length,
    of: checks.length,
    why: [
      ...(apart ? [APART] : []),
      ...(facts.host.sockets['read_from_proc'] === true ? [WITHOUT_SS] : []),
      ...sampled(facts),
      ...reasons(blind, facts.host.host['is_root'] === false),
      ...notLookedAt(facts),
    ],
  };
}

const WITHOUT_SS: Localized = {
  en: 'no ss: sockets were read from /proc/net/tcp, which tells no backlog, no timestamps and no progress of a connection',
  ko: 'ss가 없음: /proc/net/tcp에서 소켓을 읽어 backlog, timestamps, 연결별 진행 상황은 알 수 없음',
};

const APART: Localized = {
  en: 'all rates: the host was started anew between the two samples, so that they cannot be compared',
  ko: '모든 초당 수치: 두 번의 측정 사이에 호스트가 재부팅되어 비교할 수 없음',
};

/** What is true of a sample is an estimate for all, and what it does not show may be there. */
function sampled({ host }: Facts): readonly Localized[] {
  const [read, there] = [host.sockets['rows_read'], host.sockets['rows_there']];
  if (typeof read !== 'number' || typeof there !== 'number') return [];
  const [n, m] = [formatNumber(read), formatNumber(there)];
  return [
    {
      en: `sockets: ${n} of ${m} were read, so that numbers by destination and service are estimates`,
      ko: `소켓: ${m}개 중 ${n}개만 읽어 목적지별·서비스별 수는 추정값임`,
    },
  ];
}

/** What lives in other network namespaces is another host's business, and never passes as seen. */
function notLookedAt({ host }: Facts): readonly Localized[] {
  const [sockets, namespaces] = [host.sockets['elsewhere'], host.sockets['elsewhere_namespaces']];
  if (typeof sockets !== 'number' || typeof namespaces !== 'number' || namespaces <= 0) return [];
  return [
    {
      en: `TCP sockets in ${namespaces} other network namespaces: ${sockets}`,
      ko: `다른 네트워크 네임스페이스 ${namespaces}개의 TCP 소켓 ${sockets}개`,
    },
  ];
}

/** One line per reason, with everything it kept from being seen. */
function reasons(blind: readonly CheckResult[], notRoot: boolean): readonly Localized[] {
  return [...new Set(blind.map(({ status }) => status))].map((status) => {
    const titles = blind.filter((check) => check.status === status).map(titleOf);
    const why = reason(status, notRoot);
    return {
      en: `${titles.map(({ en }) => en).join(', ')}: ${why.en}`,
      ko: `${titles.map(({ ko }) => ko).join(', ')}: ${why.ko}`,
    };
  });
}

const titleOf = ({ id }: CheckResult): Localized =>
  CHECKLIST.find((check) => check.id === id)?.title ?? { en: id, ko: id };

function reason(status: CheckResult['status'], notRoot: boolean): Localized {
  switch (status) {
    case 'denied':
      return notRoot
        ? {
            en: 'no root, so other users’ processes stay hidden',
            ko: 'root가 아니라서 다른 사용자의 프로세스는 보이지 않음',
          }
        : { en: 'the host did not permit it', ko: '호스트에서 권한이 거부됨' };
    case 'timeout':
      return { en: 'took too long and was stopped', ko: '시간이 너무 오래 걸려 중단함' };
    case 'truncated':
      return { en: 'the output was cut off', ko: '출력이 중간에 잘림' };
    case 'unavailable':
      return { en: 'could not be read on this host', ko: '이 호스트에서 읽지 못함' };
    case 'ok':
      return { en: 'was read', ko: '읽음' };
    default:
      return unreachable(status);
  }
}
