import { findSysctl, SYSCTL_CATALOGUE } from '../sysctl/catalogue.ts';
import type { SysctlSpec } from '../sysctl/spec.ts';
import { TOPICS } from './catalogue.ts';
import type { Topic } from './topic.ts';

/** What a person asked to have explained. */
export type Explained =
  | { readonly kind: 'topic'; readonly topic: Topic }
  /** A setting that no topic is about. */
  | { readonly kind: 'setting'; readonly key: string; readonly spec: SysctlSpec }
  | { readonly kind: 'unknown' };

/** Longer input names nothing of ours. */
const MAX_CHARS = 100;

/** `Time-Wait`, `TIME_WAIT` and `time wait` are one name, and so are `포트 고갈` and `포트고갈`. */
const normalised = (name: string): string =>
  name
    .slice(0, MAX_CHARS)
    .normalize('NFC')
    .toLowerCase()
    .trim()
    .replace(/^net\.(?:ipv4|core|netfilter)\.|^fs\./, '')
    .replaceAll(/[\s_-]+/g, '');

const BY_NAME: ReadonlyMap<string, Topic> = new Map(
  TOPICS.flatMap((topic) => [topic.id, ...topic.names].map((name) => [normalised(name), topic] as const)),
);
const KEYS: ReadonlyMap<string, string> = new Map(
  Object.keys(SYSCTL_CATALOGUE).map((key) => [normalised(key), key]),
);

/** The topic of that id or other name, else the catalogue's line of that setting. */
export function findTopic(typed: string): Explained {
  const name = normalised(typed);
  const topic = BY_NAME.get(name);
  if (topic !== undefined) return { kind: 'topic', topic };
  const key = KEYS.get(name);
  const spec = key === undefined ? undefined : findSysctl(key);
  return key === undefined || spec === undefined ? { kind: 'unknown' } : { kind: 'setting', key, spec };
}

/** Every name there is: for "did you mean …?". */
export const TOPIC_NAMES: readonly string[] = TOPICS.flatMap((topic) => [topic.id, ...topic.names]);
