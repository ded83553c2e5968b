import type { CheckStatus, Section } from '../domain/capture.ts';

/** The script's own word for "not allowed"; also what a shell says about a file it may not run. */
const EXIT_DENIED = 126;
/** What timeout(1) exits with. */
const EXIT_TIMEOUT = 124;

/** How well one section could look; a section that never arrived is `unavailable`. */
export function sectionStatus(section: Section | undefined): CheckStatus {
  if (section === undefined) return 'unavailable';
  if (section.truncated || section.exit === null) return 'truncated';
  if (section.exit === 0) return 'ok';
  if (section.exit === EXIT_TIMEOUT) return 'timeout';
  return section.exit === EXIT_DENIED ? 'denied' : 'unavailable';
}

/** From best to worst, so that a check is as good as its worse sample. */
const ORDER: readonly CheckStatus[] = ['ok', 'denied', 'truncated', 'timeout', 'unavailable'];

/** The worst of several; `unavailable` when there is none. */
export function worst(statuses: readonly CheckStatus[]): CheckStatus {
  return ORDER[Math.max(-1, ...statuses.map((status) => ORDER.indexOf(status)))] ?? 'unavailable';
}
