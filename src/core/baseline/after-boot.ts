import type { Persisted } from '../domain/facts.ts';
import { normaliseValue } from '../sysctl/values.ts';
import { atLeast, olderThan, type HostView } from './host-view.ts';

/** What the next boot will make of a setting. */
export type AfterBoot =
  | { readonly kind: 'set'; readonly value: string; readonly by: string }
  /** Somebody sets it to what cannot be told before. */
  | { readonly kind: 'computed'; readonly by: string }
  /** Nobody sets it; null where the kernel's default depends on the machine. */
  | { readonly kind: 'default'; readonly value: string | null }
  | { readonly kind: 'unknown' };

export function afterBoot(key: string, persisted: Persisted | undefined, host: HostView): AfterBoot {
  if (persisted === undefined) return { kind: 'unknown' };
  if (persisted.by === 'nothing') return { kind: 'default', value: kernelDefault(key, host) };
  const by = persisted.by === 'file' ? persisted.file : `tuned (${persisted.profile})`;
  if (persisted.value === null) return { kind: 'computed', by };
  return { kind: 'set', value: normaliseValue(persisted.value), by };
}

/** True, false, or null where it cannot be told. */
export function survivesBoot(live: string, after: AfterBoot): boolean | null {
  if (after.kind === 'unknown' || after.kind === 'computed' || after.value === null) return null;
  return after.value === normaliseValue(live);
}

/** The same on every machine of that kernel (Documentation/networking/ip-sysctl and the commits that moved them). */
const FIXED: Readonly<Record<string, string>> = {
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_moderate_rcvbuf': '1',
};

function kernelDefault(key: string, host: HostView): string | null {
  switch (key) {
    case 'net.core.somaxconn':
      return between(host, [5, 4], { before: '128', since: '4096' });
    case 'net.ipv4.ip_local_port_range':
      return between(host, [4, 2], { before: '32768 61000', since: '32768 60999' });
    case 'net.ipv4.tcp_tw_reuse':
      // RHEL 8 has 4.18 with the later default.
      return olderThan(host, 4, 18) ? '0' : atLeast(host, 4, 19) ? '2' : null;
    default:
      return FIXED[key] ?? null;
  }
}

function between(
  host: HostView,
  [major, minor]: readonly [number, number],
  values: { readonly before: string; readonly since: string },
): string | null {
  if (olderThan(host, major, minor)) return values.before;
  return atLeast(host, major, minor) ? values.since : null;
}
