import type { AlertRoute } from '../domain/alert.ts';
import type { SymptomRouter } from '../symptom/route-symptom.ts';
import { startByWords, type StartDecision } from './default-start.ts';
import { ruleFits, type AlertRule, type Routed } from './rules.ts';

/** What the source of an alert says where no rule does. */
export interface SourceDefaults {
  readonly channel: string;
  readonly mentions: readonly string[];
}

/**
 * Rules are read from the top; for each matter (start, channel, mention, playbooks) the first rule that fits and
 * speaks of it decides, else the source, else the words of the alert.
 */
export function routeAlert(
  routed: Routed,
  rules: readonly AlertRule[],
  defaults: SourceDefaults,
  playbooksOf: (words: string) => readonly string[],
): AlertRoute {
  const fitting = rules.filter((rule) => ruleFits(rule, routed));
  const first = <T>(matter: (rule: AlertRule) => T | null): T | null =>
    fitting.map(matter).find((value) => value !== null) ?? null;
  const { name, summary, status } = routed.alert;
  const byWords = (): readonly string[] => playbooksOf(summary === '' ? name : `${name}: ${summary}`);
  const starting = fitting.find(({ starts }) => starts !== null);
  const decision = starting === undefined ? startByWords(routed.alert, byWords) : startByRule(starting);
  const told = decision.starts && status === 'firing';
  return {
    channel: first(({ channel }) => channel) ?? defaults.channel,
    mentions: first(({ mentions }) => mentions) ?? defaults.mentions,
    starts: decision.starts,
    rule: decision.why,
    // Routing words costs half a millisecond: not for what nobody will be told about.
    playbooks: told ? (first(({ playbooks }) => playbooks) ?? byWords()) : [],
  };
}

const startByRule = ({ number, name, starts }: AlertRule): StartDecision => ({
  starts: starts === true,
  why: { kind: 'configured', number, name },
});

/** A storm repeats its words: so many are remembered. */
const MAX_REMEMBERED = 1_000;

/** `web-1`, `10.0.0.5:9100`: numbers of hosts tell nothing, and are all that differs between the alerts of a storm. */
const HOST_NUMBER = /(?<=[-._:])\d+/g;

/** The playbooks that words are about, remembered for as many words as a storm has. */
export function rememberingPlaybooks(route: SymptomRouter): (words: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (words) => {
    const key = words.replaceAll(HOST_NUMBER, '#');
    const before = known.get(key);
    if (before !== undefined) return before;
    const { playbooks } = route(words);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(key, playbooks);
    return playbooks;
  };
}
