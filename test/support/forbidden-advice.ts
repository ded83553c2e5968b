import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Diagnosis, Finding, SysctlFix } from '../../src/core/domain/report.ts';
import { planSetting } from '../../src/core/sysctl/plan-setting.ts';

/**
 * A second opinion on advice, written from the documentation of the kernel and not from the catalogue: says of each
 * button of a diagnosis why it must not be there. An empty list is what every diagnosis must get.
 */
export function forbiddenAdvice({
  findings,
  facts,
}: Pick<Diagnosis, 'findings' | 'facts'>): readonly string[] {
  const complaints = findings.flatMap((finding) =>
    finding.fixes.flatMap((fix) => {
      if (fix.kind !== 'sysctl' || !fix.offered) return [];
      const host = { finding, fix, facts };
      return [...RULES, ...(EVIDENCE[fix.key] ?? [])].flatMap((rule) => {
        const problem = rule(host);
        return problem === null ? [] : [`${finding.playbook}/${finding.cause}: ${fix.key} ${problem}`];
      });
    }),
  );
  return complaints;
}

interface Offered {
  readonly finding: Finding;
  readonly fix: SysctlFix;
  readonly facts: Diagnosis['facts'];
}

type Rule = (offered: Offered) => string | null;

/** What a value may become: our own bounds, once more and from the documentation. */
const ACCEPTABLE: Readonly<Record<string, (from: string, to: string) => boolean>> = {
  'net.ipv4.tcp_tw_reuse': (from, to) => to === '1' && (from === '0' || from === '2'),
  'net.ipv4.tcp_syncookies': (from, to) => to === '1' && from === '0',
  'net.ipv4.tcp_mtu_probing': (from, to) => to === '1' && from === '0',
  'net.ipv4.tcp_congestion_control': (from, to) =>
    to === 'bbr' && from !== 'bbr' && /^[a-z0-9_]+$/.test(from),
  'net.core.somaxconn': raised(128, 32_768),
  'net.ipv4.tcp_keepalive_time': lowered(60, 7200),
  'net.ipv4.tcp_keepalive_intvl': lowered(5, 75),
  'net.ipv4.tcp_keepalive_probes': lowered(2, 9),
  'net.ipv4.ip_local_port_range': (from, to) => {
    const [low = 0, high = 0] = numbers(from);
    const [newLow = 0, newHigh = 0] = numbers(to);
    return (
      newLow >= 1024 && newHigh <= 65_535 && newLow <= low && newHigh >= high && newHigh - newLow > high - low
    );
  },
};

function raised(min: number, max: number): (from: string, to: string) => boolean {
  return (from, to) => within(to, min, max) && Number(to) > Number(from);
}

function lowered(min: number, max: number): (from: string, to: string) => boolean {
  return (from, to) => within(to, min, max) && Number(to) < Number(from);
}

/** For a key that is not in the table yet, what the catalogue says. */
const plannable =
  (key: string) =>
  (from: string, to: string): boolean => {
    const plan = planSetting(key, to, from);
    return plan.kind === 'change' && plan.to === to;
  };

const within = (value: string, min: number, max: number): boolean =>
  /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;

const numbers = (value: string): readonly number[] => value.split(' ').map(Number);

const RULES: readonly Rule[] = [
  ({ finding }) => (finding.status === 'matched' ? null : 'is offered without a match'),
  ({ finding }) =>
    finding.explainedBy === null ? null : `is offered for a consequence of ${finding.explainedBy}`,
  ({ finding }) => (finding.cause === null ? 'is offered without a cause' : null),
  ({ finding }) => (finding.fixes[0]?.kind === 'advice' ? null : 'comes before what the application can do'),
  ({ finding, fix }) =>
    finding.notAdvised.some(({ key }) => key === fix.key) ? 'is offered and advised against at once' : null,
  ({ fix, facts }) =>
    facts?.sysctl[fix.key] === fix.from
      ? null
      : `is ${facts?.sysctl[fix.key]} on the host and not ${fix.from}`,
  ({ fix: { key, from, to } }) =>
    (ACCEPTABLE[key] ?? plannable(key))(from, to) ? null : `must never go from "${from}" to "${to}"`,
  // Ports that listen now are in the way of outbound connections once the range holds them.
  ({ fix }) => {
    const strange = fix.companions.filter(({ key }) => key !== 'net.ipv4.ip_local_reserved_ports');
    return strange.length === 0 ? null : `brings ${strange.map(({ key }) => key).join(', ')} along`;
  },
];

const number = (group: FactGroup | undefined, name: string): number => {
  const value = group?.[name];
  return typeof value === 'number' ? value : Number.NaN;
};

const subjectOf = ({ finding, facts }: Offered, group: 'listener' | 'destination'): FactGroup | undefined =>
  facts?.subjects[group][finding.subject ?? ''];

const unless = (holds: boolean, problem: string): string | null => (holds ? null : problem);

/** The connections to one port or peer that the finding is about. */
const serviceOf = ({ finding, facts }: Offered): FactGroup | undefined =>
  Object.entries(facts?.subjects ?? {}).find(([kind]) => kind === 'service')?.[1][finding.subject ?? ''];

/** Sockets that did not ask for keepalive have no such timer (tcp(7) SO_KEEPALIVE). */
const keepaliveInUse: Rule = (offered) =>
  unless(number(serviceOf(offered), 'keepalive') > 0, 'does nothing: no socket uses keepalive');

/** Settings that cannot help by the evidence. */
const EVIDENCE: Readonly<Record<string, readonly Rule[]>> = {
  'net.core.somaxconn': [
    (offered) => {
      const listener = subjectOf(offered, 'listener');
      const somaxconn = number(offered.facts?.host.settings, 'somaxconn');
      return unless(number(listener, 'backlog') >= somaxconn, 'cannot help: the application asks for less');
    },
    (offered) => {
      const ratio = number(subjectOf(offered, 'listener'), 'process_descriptor_ratio');
      return unless(!(ratio >= 0.95), 'cannot help: accept() has no descriptors');
    },
    (offered) => {
      const stayed = number(subjectOf(offered, 'listener'), 'stayed_ratio');
      return unless(stayed !== 1, 'cannot help: nothing is ever taken out of the queue');
    },
  ],
  'net.ipv4.tcp_tw_reuse': [
    ({ facts }) =>
      unless(number(facts?.host.settings, 'tcp_timestamps') > 0, 'does nothing without timestamps'),
    (offered) =>
      unless(
        number(subjectOf(offered, 'destination'), 'time_wait_ratio') >= 0.5,
        'cannot help: it is not TIME_WAIT that holds the ports',
      ),
    (offered) => {
      const loopback = subjectOf(offered, 'destination')?.['loopback'] === true;
      return unless(!(loopback && offered.fix.from === '2'), 'does that for loopback already');
    },
    (offered) =>
      unless(
        subjectOf(offered, 'destination')?.['peer_timestamps'] !== false,
        'does nothing: the peer has no timestamps',
      ),
    ({ facts }) => {
      const rate = number(facts?.host.counters, 'active_opens_per_s');
      const ports = number(facts?.host.settings, 'ports_available');
      return unless(!(rate >= ports), 'cannot help: more connects a second than ports');
    },
  ],
  'net.ipv4.ip_local_port_range': [
    (offered) => {
      const { counters, settings } = offered.facts?.host ?? {};
      // With tcp_tw_reuse=1 a port is held for one second only.
      const isReused = number(settings, 'tcp_tw_reuse') === 1;
      const rates = [
        number(subjectOf(offered, 'destination'), 'closes_per_s'),
        number(counters, 'active_opens_per_s'),
      ].filter((each) => !Number.isNaN(each));
      const rate = isReused ? 0 : Math.max(0, ...rates);
      const [low = 0, high = 0] = numbers(offered.fix.to);
      return unless(rate * 60 < high - low + 1, 'cannot help: the rate exceeds the wider range too');
    },
    (offered) =>
      unless(
        number(subjectOf(offered, 'destination'), 'time_wait_ratio') >= 0.5,
        'cannot help for long: it is not TIME_WAIT that holds the ports',
      ),
  ],
  'net.ipv4.tcp_syncookies': [
    ({ facts }) =>
      unless(
        number(facts?.host.counters, 'req_q_full_drop_per_s') > 0 ||
          number(facts?.host.counters, 'listen_drops_per_s') > 0,
        'cannot help: no request was dropped',
      ),
  ],
  'net.ipv4.tcp_mtu_probing': [
    (offered) =>
      unless(
        number(serviceOf(offered), 'send_oversize') > 0,
        'cannot help: no large packet is lost while small ones pass',
      ),
  ],
  'net.ipv4.tcp_congestion_control': [
    ({ facts }) =>
      unless(
        number(facts?.host.sockets, 'lossy_min_rtt_ms') >= 20 &&
          number(facts?.host.counters, 'lost_ratio') > 0,
        'cannot help: nothing is lost on a long path',
      ),
    ({ facts }) => {
      const [major, minor] = [
        number(facts?.host.host, 'kernel_major'),
        number(facts?.host.host, 'kernel_minor'),
      ];
      return unless(major > 4 || (major === 4 && minor >= 13), 'needs the fq queue on this kernel');
    },
  ],
  'net.ipv4.tcp_keepalive_time': [keepaliveInUse],
  'net.ipv4.tcp_keepalive_intvl': [keepaliveInUse],
  'net.ipv4.tcp_keepalive_probes': [keepaliveInUse],
};
