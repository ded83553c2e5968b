import type { CheckResult } from '../domain/capture.ts';
import type { Facts } from '../domain/facts.ts';
import { unreachable } from '../domain/errors.ts';
import type { Localized } from '../domain/locale.ts';
import type { Coverage } from '../domain/report.ts';
import { CHECKLIST } from './checklist.ts';

/** How many checks could look, and why the others could not. */
export function coverageOf(checks: readonly CheckResult[], facts: Facts): Coverage {
  const blind = checks.filter(({ status }) => status !== 'ok');
  return {
    seen: checks.length - blind.length,
    of: checks.length,
    why: blind.map((check) => reason(check, facts.host.host['is_root'] === false)),
  };
}

function reason({ id, status }: CheckResult, notRoot: boolean): Localized {
  const title = CHECKLIST.find((check) => check.id === id)?.title ?? { en: id, ko: id };
  const said = (en: string, ko: string): Localized => ({
    en: `${title.en}: ${en}`,
    ko: `${title.ko}: ${ko}`,
  });
  switch (status) {
    case 'denied':
      return notRoot
        ? said(
            'no root, so other users’ processes stay hidden',
            'root가 아니라서 다른 사용자의 프로세스는 보이지 않습니다',
          )
        : said('the host did not permit it', '호스트에서 권한이 거부되었습니다');
    case 'timeout':
      return said('took too long and was stopped', '시간이 너무 오래 걸려 중단했습니다');
    case 'truncated':
      return said('the output was cut off', '출력이 중간에 잘렸습니다');
    case 'unavailable':
      return said('could not be read on this host', '이 호스트에서는 읽을 수 없었습니다');
    case 'ok':
      return said('was read', '읽었습니다');
    default:
      return unreachable(status);
  }
}
