import type { HostEntry } from '../domain/host.ts';
import type { Alert } from './alert.ts';
import { matchesGlob } from './glob.ts';

/** What an alert must look like: every named field must fit one of its patterns; `*` and `?` stand for characters. */
export interface AlertMatch {
  readonly source: readonly string[] | null;
  readonly name: readonly string[] | null;
  readonly severity: readonly string[] | null;
  readonly host: readonly string[] | null;
  readonly group: readonly string[] | null;
  readonly zone: readonly string[] | null;
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

/** One rule of the configuration; null leaves the matter to the rules below it. */
export interface AlertRule {
  /** Its place in the list, from 1. */
  readonly number: number;
  readonly name: string | null;
  readonly match: AlertMatch;
  readonly starts: boolean | null;
  readonly channel: string | null;
  readonly mentions: readonly string[] | null;
  readonly playbooks: readonly string[] | null;
}

/** An alert with what is known about it besides itself. */
export interface Routed {
  readonly source: string;
  readonly alert: Alert;
  /** Null where it names no host, or several. */
  readonly host: HostEntry | null;
}

/** Whether the rule speaks of this alert. */
export function ruleFits({ match }: AlertRule, { source, alert, host }: Routed): boolean {
  return (
    fits(match.source, [source]) &&
    fits(match.name, [alert.name]) &&
    fits(match.severity, alert.severity === null ? [] : [alert.severity]) &&
    fits(match.host, host === null ? [] : [host.name]) &&
    fits(match.group, host?.groups ?? []) &&
    fits(match.zone, host === null ? [] : [host.zone]) &&
    [...match.labels].every(([label, patterns]) => fits(patterns, [alert.labels.get(label) ?? '']))
  );
}

/**
 * Every channel in which alerts of this source about the host may come up: of the rules from the top until one that
 * takes them all, else that of the source.
 */
export function channelsAbout(
  host: HostEntry,
  source: { readonly name: string; readonly channel: string },
  rules: readonly AlertRule[],
): readonly string[] {
  const channels: string[] = [];
  for (const { match, channel } of rules) {
    const isAbout =
      fits(match.source, [source.name]) &&
      fits(match.host, [host.name]) &&
      fits(match.group, host.groups) &&
      fits(match.zone, [host.zone]);
    if (channel === null || !isAbout) continue;
    channels.push(channel);
    if (match.name === null && match.severity === null && match.labels.size === 0) return channels;
  }
  return [...channels, source.channel];
}

const fits = (patterns: readonly string[] | null, values: readonly string[]): boolean =>
  patterns === null || values.some((value) => patterns.some((pattern) => matchesGlob(pattern, value)));
