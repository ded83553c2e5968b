/** The network namespace of a container or process that a run looks into, as it was asked for. */
export type Target =
  { readonly kind: 'container'; readonly name: string } | { readonly kind: 'pid'; readonly pid: number };

/** The namespace that was found: its facts and findings are no facts about the host. */
export interface Inside {
  /** `container shop`, `pid 4242`. */
  readonly target: string;
  /** A process in it, as the host counts. */
  readonly pid: number;
  /** `net:[4026532008]`. */
  readonly netns: string;
}

/** A container's name or id as Docker, Podman, containerd and LXC allow it; nothing a shell could mistake. */
export const CONTAINER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
/** PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h). */
const MAX_PID = 4_194_304;
export const NETNS = /^net:\[\d{1,20}\]$/;

export const isPid = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_PID;

/** How people and reports name it. */
export const targetName = (target: Target): string =>
  target.kind === 'container' ? `container ${target.name}` : `pid ${target.pid}`;
