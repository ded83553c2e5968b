import type { Facts, FactValue } from '../domain/facts.ts';
import type { Localized } from '../domain/locale.ts';
import { formatNumber } from './format-fact.ts';

/** TCP sockets of other network namespaces that a run has not looked at; null where there are none. */
export interface Elsewhere {
  readonly sockets: number;
  readonly namespaces: number;
  /** What their counters showed over the window; null when nothing did. */
  readonly trouble: Trouble | null;
}

interface Trouble {
  readonly where: string;
  readonly what: Localized;
  readonly perS: number;
}

/** Counters that mean trouble, as people call them. */
const TROUBLES: Readonly<Record<string, Localized>> = {
  ListenOverflows: { en: 'accept queue overflows', ko: 'accept 큐 오버플로우' },
  TCPReqQFullDrop: { en: 'dropped connection requests', ko: '버려진 연결 요청' },
  TCPTimeWaitOverflow: { en: 'TIME_WAIT table overflows', ko: 'TIME_WAIT 테이블 초과' },
};
/** On a host without containers so many sockets may be held without being connected; our own figure. */
const MANY_UNACCOUNTED = 100;

/** Reads it off the facts. */
export function elsewhereOf(facts: Facts | null): Elsewhere | null {
  const known = facts?.host.sockets ?? {};
  const [sockets, namespaces] = [known['elsewhere'], known['elsewhere_namespaces']];
  if (typeof sockets !== 'number' || typeof namespaces !== 'number' || namespaces <= 0) return null;
  return { sockets, namespaces, trouble: troubleOf(known) };
}

function troubleOf(known: Readonly<Record<string, FactValue>>): Trouble | null {
  const what = TROUBLES[String(known['elsewhere_trouble'])];
  const [where, perS] = [known['elsewhere_trouble_in'], known['elsewhere_trouble_per_s']];
  if (what === undefined || typeof where !== 'string' || typeof perS !== 'number') return null;
  return { where, what, perS };
}

/** Sentences for the head of the thread: a verdict speaks for the namespace that was looked at, and no other. */
export function elsewhereNotes(facts: Facts, host: string): readonly Localized[] {
  const others = elsewhereOf(facts);
  return [
    ...(others === null ? [] : [...troubleNote(others, host), there(others, facts, host)]),
    ...hidden(facts),
  ];
}

function troubleNote({ trouble }: Elsewhere, host: string): readonly Localized[] {
  if (trouble === null) return [];
  const { where, what } = trouble;
  const rate = formatNumber(trouble.perS);
  const look = `tcpcheck check ${host} ${optionFor(where)}`;
  return [
    {
      en: `${where}: ${rate} ${what.en} per second in its own network namespace. Look inside: ${look}`,
      ko: `${where}의 네트워크 네임스페이스: ${what.ko} 초당 ${rate}건. 안을 확인하세요: ${look}`,
    },
  ];
}

/** `shop` is a container, `nginx pid 4242` a process. */
function optionFor(where: string): string {
  const pid = /\bpid (\d{1,10})$/.exec(where)?.[1];
  return pid === undefined ? `--container ${where}` : `--pid ${pid}`;
}

function there({ sockets, namespaces }: Elsewhere, { host }: Facts, name: string): Localized {
  const names = host.sockets['elsewhere_names'];
  const whose = typeof names === 'string' ? `: ${names}` : '';
  const calm = host.sockets['elsewhere_calm'] === true;
  const [n, m] = [formatNumber(sockets), formatNumber(namespaces)];
  return {
    en: `Not looked at: ${n} TCP sockets in ${m} other network namespaces${whose}.${calm ? ' Their counters showed no overflow.' : ''} Look inside with tcpcheck check ${name} --container NAME, or --pid N.`,
    ko: `다른 네트워크 네임스페이스 ${m}개의 TCP 소켓 ${n}개는 확인하지 않았습니다${whose}.${calm ? ' 카운터에서는 오버플로우가 보이지 않았습니다.' : ''} 안을 보려면 tcpcheck check ${name} --container NAME 또는 --pid N을 쓰세요.`,
  };
}

/** Root sees every process, and so every namespace that one of them lives in. */
function hidden({ host }: Facts): readonly Localized[] {
  const count = host.sockets['elsewhere_unaccounted'];
  if (host.host['is_root'] !== false || typeof count !== 'number' || count < MANY_UNACCOUNTED) return [];
  const n = formatNumber(count);
  return [
    {
      en: `Up to ${n} more TCP sockets could not be found: this account does not see whose they are.`,
      ko: `이 계정으로는 찾을 수 없는 TCP 소켓이 최대 ${n}개 더 있습니다.`,
    },
  ];
}
