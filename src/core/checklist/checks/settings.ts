import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import type { Facts } from '../../domain/facts.ts';
import { count, ratio } from '../figures.ts';
import { sysctlKeys, type SYSCTL_CATALOGUE } from '../../sysctl/catalogue.ts';
import { linesOf } from '../lines.ts';

/** Read beside the keys of the catalogue: nobody sets them to heal anything, but they limit what may be set. */
const LIMITING_KEYS = [
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_available_congestion_control',
  'net.ipv4.tcp_allowed_congestion_control',
] as const;

type SettingKey = keyof typeof SYSCTL_CATALOGUE | (typeof LIMITING_KEYS)[number];

/** Every key whose live value a run keeps; what a change compares with. */
export const SETTING_KEYS: readonly SettingKey[] = [...sysctlKeys(), ...LIMITING_KEYS];

const pathOf = (key: string): string => `/proc/sys/${key.replaceAll('.', '/')}`;
const KEY_OF: ReadonlyMap<string, SettingKey> = new Map(SETTING_KEYS.map((key) => [pathOf(key), key]));

/** A list of reserved ports may be long; everything else is a few numbers. */
const MAX_VALUE_CHARS = 8192;

/** The live values of the settings, read from /proc/sys since `sysctl` may be missing or outside PATH. */
export const settings: Check = {
  id: 'settings',
  title: { en: 'kernel settings', ko: '커널 설정' },
  samples: 'first',
  core: false,
  capBytes: 32_768,
  timeoutS: null,
  cost: 'one process, 60 reads of /proc',
  // -H '' prints PATH:VALUE also for an empty value; keys this kernel lacks are passed over. Read in one go, since
  // a file of /proc/sys gives its value to the first read only (sh's own `read` would get one character).
  script: `grep -sH '' ${SETTING_KEYS.map(pathOf).join(' ')} || [ "$?" != 127 ]`,
  input: null,
  fillsWindow: false,
  linesHold: true,
  read,
};

function read({ first, second }: Samples, before: Facts): Contribution | null {
  const sysctl = new Map<string, string>();
  for (const line of linesOf(second ?? first)) {
    const colon = line.indexOf(':');
    const key = KEY_OF.get(line.slice(0, Math.max(colon, 0)));
    const value = normalised(line.slice(colon + 1));
    if (key !== undefined && value.length <= MAX_VALUE_CHARS && !sysctl.has(key)) sysctl.set(key, value);
  }
  if (sysctl.size === 0) return null;
  return { sysctl, host: { settings: settingFacts(sysctl), sockets: shares(before, sysctl) } };
}

const normalised = (value: string): string => value.trim().replaceAll(/\s+/g, ' ');

function settingFacts(
  sysctl: ReadonlyMap<string, string>,
): NonNullable<Contribution['host']>['settings'] & {} {
  const get = (key: SettingKey): string | undefined => sysctl.get(key);
  const range = /^(\d{1,5}) (\d{1,5})$/.exec(get('net.ipv4.ip_local_port_range') ?? '');
  const low = count(range?.[1]);
  const high = count(range?.[2]);
  const reserved = get('net.ipv4.ip_local_reserved_ports');
  return {
    somaxconn: count(get('net.core.somaxconn')),
    tcp_tw_reuse: count(get('net.ipv4.tcp_tw_reuse')),
    tcp_timestamps: count(get('net.ipv4.tcp_timestamps')),
    tcp_fin_timeout_s: count(get('net.ipv4.tcp_fin_timeout')),
    tcp_keepalive_time_s: count(get('net.ipv4.tcp_keepalive_time')),
    tcp_keepalive_intvl_s: count(get('net.ipv4.tcp_keepalive_intvl')),
    tcp_keepalive_probes: count(get('net.ipv4.tcp_keepalive_probes')),
    tcp_syncookies: count(get('net.ipv4.tcp_syncookies')),
    tcp_abort_on_overflow: count(get('net.ipv4.tcp_abort_on_overflow')),
    tcp_max_syn_backlog: count(get('net.ipv4.tcp_max_syn_backlog')),
    tcp_max_tw_buckets: count(get('net.ipv4.tcp_max_tw_buckets')),
    tcp_max_orphans: count(get('net.ipv4.tcp_max_orphans')),
    tcp_mem_pressure_pages: memoryPages(sysctl, 1),
    tcp_mem_max_pages: memoryPages(sysctl, 2),
    tcp_tw_recycle: count(get('net.ipv4.tcp_tw_recycle')),
    tcp_congestion_control: get('net.ipv4.tcp_congestion_control'),
    bbr_ready: get('net.ipv4.tcp_available_congestion_control')?.split(' ').includes('bbr'),
    tcp_sack: count(get('net.ipv4.tcp_sack')),
    tcp_window_scaling: count(get('net.ipv4.tcp_window_scaling')),
    netdev_max_backlog: count(get('net.core.netdev_max_backlog')),
    netdev_budget: count(get('net.core.netdev_budget')),
    neighbour_limit: count(get('net.ipv4.neigh.default.gc_thresh3')),
    neighbour6_limit: count(get('net.ipv6.neigh.default.gc_thresh3')),
    port_range_low: low,
    port_range_high: high,
    ports_available: portsAvailable(low, high, reserved),
    reserved_ports: reserved,
  };
}

/** One of the three of net.ipv4.tcp_mem: low, pressure, maximum, in pages. */
function memoryPages(sysctl: ReadonlyMap<string, string>, which: 1 | 2): number | undefined {
  const values = (sysctl.get('net.ipv4.tcp_mem') ?? '').split(' ');
  return values.length === 3 ? count(values[which]) : undefined;
}

/** What the machine's TCP holds, of what it may hold; the tally was read before. */
function shares({ host }: Facts, sysctl: ReadonlyMap<string, string>): GroupFacts<'sockets'> {
  const tally = (name: string): number | undefined => {
    const value = host.sockets[name];
    return typeof value === 'number' ? value : undefined;
  };
  return {
    orphans_ratio: ratio(tally('orphans'), count(sysctl.get('net.ipv4.tcp_max_orphans'))),
    memory_ratio: ratio(tally('memory_pages'), memoryPages(sysctl, 2)),
    memory_pressure_ratio: ratio(tally('memory_pages'), memoryPages(sysctl, 1)),
  };
}

/** Ports of the range that the kernel may hand out: reserved ones are never chosen (ip-sysctl, ip_local_reserved_ports). */
function portsAvailable(
  low: number | undefined,
  high: number | undefined,
  reserved: string | undefined,
): number | undefined {
  if (low === undefined || high === undefined || reserved === undefined || high < low || high > 65_535)
    return undefined;
  const taken = new Set<number>();
  for (const part of reserved === '' ? [] : reserved.split(',')) {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    const start = count(from);
    const end = count(to) ?? start;
    if (start === undefined || end === undefined || end > 65_535) return undefined;
    for (let port = Math.max(start, low); port <= Math.min(end, high); port += 1) taken.add(port);
  }
  return high - low + 1 - taken.size;
}
