import type { Facts, FactGroup } from '../domain/facts.ts';
import type { Localized } from '../domain/locale.ts';
import type { Finding } from '../domain/report.ts';
import { formatNumber } from './format-fact.ts';

/** Where the time goes: "network, server or peer?" of the troubleshooting guides. */
export type Side = 'network' | 'server' | 'peer';

/**
 * By playbook, or playbook/cause where the causes differ. Left out is what slows nobody down (orphans, idle
 * connections) and what could be either.
 */
const SIDES: ReadonlyMap<string, Side> = new Map<string, Side>([
  ['accept-queue-overflow', 'server'],
  ['address-in-use', 'server'],
  ['close-wait-leak', 'server'],
  ['connection-refused', 'server'],
  ['conntrack-full', 'server'],
  ['fd-exhaustion-process', 'server'],
  ['fd-exhaustion-system', 'server'],
  ['neighbour-overflow', 'server'],
  ['port-exhaustion', 'server'],
  ['recv-queue-stuck', 'server'],
  ['softnet-drops', 'server'],
  ['tcp-memory-pressure', 'server'],
  ['syn-queue-full/burst', 'server'],
  ['syn-queue-full/slow-accept', 'server'],
  ['retransmissions/local', 'server'],
  ['syn-queue-full/flood', 'peer'],
  ['send-queue-stuck/peer-not-reading', 'peer'],
  ['syn-sent-pileup', 'peer'],
  ['retransmissions/syn', 'peer'],
  ['mtu-black-hole', 'network'],
  ['retransmissions/path', 'network'],
  ['send-queue-stuck/black-hole', 'network'],
  ['send-queue-stuck/loss', 'network'],
  ['send-queue-stuck/slow-path', 'network'],
]);

const NAMES: Readonly<Record<Side, Localized>> = {
  network: { en: 'the network', ko: '네트워크' },
  server: { en: 'this server', ko: '이 서버' },
  peer: { en: 'the peer', ko: '상대 쪽' },
};
/** Longer ones would hide the answer. */
const MAX_REASONS = 2;

/** The answer by what was found; null where nothing found points anywhere. */
export function whoseTurn(findings: readonly Finding[]): Localized | null {
  const pointing = findings.flatMap((finding) => {
    const side = sideOf(finding);
    return side === null ? [] : [{ side, finding }];
  });
  const [first, ...rest] = pointing;
  if (first === undefined) return null;
  const other = rest.find(({ side }) => side !== first.side);
  const told = (other === undefined ? [first] : [first, other]).slice(0, MAX_REASONS);
  return {
    en: `Network, server or peer? ${capital(told.map((each) => reason(each, 'en')).join(', and '))}.`,
    ko: `네트워크, 서버, 상대 중 어디인가? ${told.map((each) => reason(each, 'ko')).join(', 그리고 ')}.`,
  };
}

/** Causes only: what follows from another finding points where that one does. */
function sideOf({ status, severity, explainedBy, playbook, cause }: Finding): Side | null {
  if (status !== 'matched' || severity === 'info' || explainedBy !== null) return null;
  return SIDES.get(`${playbook}/${cause ?? ''}`) ?? SIDES.get(playbook) ?? null;
}

/** The title finds the finding, which tells its numbers itself. */
const reason = ({ side, finding }: { side: Side; finding: Finding }, locale: 'en' | 'ko'): string =>
  `${NAMES[side][locale]} (${finding.title[locale]})`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Words by which people say that it is slow, in both languages. */
const SLOW_WORDS = [
  'slow',
  'latency',
  'lag',
  'delay',
  'hang',
  'timeout',
  'timed out',
  '느',
  '지연',
  '응답',
  '타임아웃',
];

/** Whether the words somebody typed ask that question. */
export function asksWhoseTurn(symptom: string): boolean {
  const words = symptom.toLowerCase();
  return SLOW_WORDS.some((word) => words.includes(word));
}

/** What is said to somebody who asked when nothing found points anywhere: the numbers each answer would rest on. */
export function notDecided({ host, subjects }: Facts): Localized {
  const parts = [
    retransmitted(host.counters),
    fullest(Object.values(subjects.listener)),
    percent(host.pressure['cpu_waiting_ratio'], {
      en: 'some process waited for a CPU',
      ko: 'CPU를 기다린 프로세스가 있던 시간',
    }),
    percent(throttled(Object.values(subjects.listener)), {
      en: 'a CPU limit held a service back',
      ko: 'CPU 한도로 서비스가 멈춘 주기',
    }),
  ].flatMap((part) => part ?? []);
  const measured = (locale: 'en' | 'ko'): string => parts.map((part) => part[locale]).join(', ');
  if (parts.length === 0) {
    return {
      en: 'Network, server or peer? Not decided: too little could be measured.',
      ko: '네트워크, 서버, 상대 중 어디인가? 측정한 것이 적어 판단할 수 없습니다.',
    };
  }
  return {
    en: `Network, server or peer? Not decided; measured: ${measured('en')}. What the application itself takes is not seen from here.`,
    ko: `네트워크, 서버, 상대 중 어디인가? 판단할 근거가 없습니다. 측정값: ${measured('ko')}. 애플리케이션 자체가 쓰는 시간은 여기서 보이지 않습니다.`,
  };
}

function retransmitted(counters: FactGroup): Localized | null {
  const [again, sent] = [counters['retrans_segs_per_s'], counters['out_segs_per_s']];
  if (typeof again !== 'number' || typeof sent !== 'number' || sent <= 0) return null;
  const share = (Math.round((again / sent) * 1000) / 10).toString();
  return { en: `${share}% of segments sent again`, ko: `재전송 ${share}%` };
}

function fullest(listeners: readonly FactGroup[]): Localized | null {
  const fills = listeners.flatMap(({ fill_ratio: fill }) => (typeof fill === 'number' ? [fill] : []));
  if (fills.length === 0) return null;
  const share = formatNumber(Math.max(...fills) * 100);
  return { en: `accept queues at most ${share}% full`, ko: `accept 큐 최대 ${share}%` };
}

const throttled = (listeners: readonly FactGroup[]): number | undefined => {
  const known = listeners.flatMap(({ process_throttled_ratio: held }) =>
    typeof held === 'number' ? [held] : [],
  );
  return known.length === 0 ? undefined : Math.max(...known);
};

function percent(value: unknown, { en, ko }: Localized): Localized | null {
  if (typeof value !== 'number') return null;
  const share = `${formatNumber(Math.round(value * 100))}%`;
  return { en: `${en} ${share} of the time`, ko: `${ko} ${share}` };
}
