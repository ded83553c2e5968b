import { assert } from '../domain/errors.ts';
import { CHECK_IDS, type CheckId, type Sample } from '../domain/capture.ts';
import { count } from './figures.ts';

/** What stands before a section's text. */
export interface SectionHead {
  readonly id: CheckId;
  readonly sample: Sample;
  readonly exit: number;
  readonly ms: number;
  readonly cut: boolean;
}

/** A line of our own in the output of a host. */
export type MarkerLine =
  | { readonly kind: 'begin'; readonly head: SectionHead }
  | { readonly kind: 'end' }
  | { readonly kind: 'done' };

/**
 * What our lines start with. Nobody on the host can know the nonce before the script runs, and what a check prints
 * stands behind a begin line, so that output can never be taken for a section of its own.
 */
export function markerPrefix(nonce: string): string {
  assert(/^[0-9a-z]{16,64}$/.test(nonce), 'a nonce is 16 to 64 characters of 0-9 and a-z');
  return `@@tcpcheck ${nonce} `;
}

/** Reads one line without its newline; null when it is none of ours. */
export function parseMarker(prefix: string, line: string): MarkerLine | null {
  if (!line.startsWith(prefix)) return null;
  const [kind, id, sample, ...figures] = line.slice(prefix.length).split(' ');
  if (kind === 'done' || kind === 'end') return { kind };
  const [exit, ms, cut] = figures.map((figure) => count(figure));
  if (kind !== 'begin' || !isCheckId(id) || (sample !== '1' && sample !== '2')) return null;
  if (exit === undefined || ms === undefined || cut === undefined) return null;
  return { kind, head: { id, sample: sample === '1' ? 1 : 2, exit, ms, cut: cut !== 0 } };
}

const isCheckId = (text: string | undefined): text is CheckId => CHECK_IDS.some((id) => id === text);
