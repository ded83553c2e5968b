import type { Reading } from '../checklist/read-facts.ts';

/** What of a host the judges look at. */
export interface HostView {
  /** The live value; undefined where the kernel (or this namespace) has no such key. */
  readonly live: (key: string) => string | undefined;
  /** Major and minor version; null where it could not be read. */
  readonly kernel: readonly [major: number, minor: number] | null;
  /** Ports somebody listens on; null where they could not be read. */
  readonly listenerPorts: readonly number[] | null;
  readonly trackedConnections: number | undefined;
}

export function hostView({ facts, checks }: Pick<Reading, 'facts' | 'checks'>): HostView {
  const sysctl = new Map(Object.entries(facts.sysctl));
  const seen = checks.some(({ id, status }) => id === 'listeners' && status === 'ok');
  const tracked = facts.host.kernel['conntrack_count'];
  return {
    live: (key) => sysctl.get(key),
    kernel: versionOf(facts.host.host['kernel']),
    listenerPorts: seen
      ? Object.values(facts.subjects.listener).flatMap(({ port }) => (typeof port === 'number' ? [port] : []))
      : null,
    trackedConnections: typeof tracked === 'number' ? tracked : undefined,
  };
}

function versionOf(kernel: unknown): readonly [number, number] | null {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,4})/.exec(typeof kernel === 'string' ? kernel : '') ?? [];
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)];
}

/** Whether the kernel is certainly older than that; false where its version is not known. */
export const olderThan = ({ kernel }: HostView, major: number, minor: number): boolean =>
  kernel !== null && (kernel[0] < major || (kernel[0] === major && kernel[1] < minor));

/** Whether the kernel is certainly as new as that. */
export const atLeast = ({ kernel }: HostView, major: number, minor: number): boolean =>
  kernel !== null && (kernel[0] > major || (kernel[0] === major && kernel[1] >= minor));
