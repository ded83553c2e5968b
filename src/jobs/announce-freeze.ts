import type { Config } from '../config/config.ts';
import type { Declaration, Freeze, Freezes } from '../core/domain/freeze.ts';
import type { Problem } from '../core/domain/problem.ts';
import { frozenMessage, thawedMessage } from '../core/render/freeze-news.ts';
import type { ThreadMessage } from '../core/domain/ports.ts';
import type { Outbox } from '../state/outbox.ts';

/** What telling of a freeze needs. */
export interface FreezeNewsContext {
  readonly config: Pick<Config, 'approvals' | 'slackChannel' | 'locale'>;
  readonly freezes: Freezes;
  readonly outbox: Outbox;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** Of an end long ago nobody needs to hear any more. */
export const NEWS_FOR_MS = 24 * 3_600_000;

/** Puts start and end of each freeze into the outbox, once each, whoever or whatever began and ended it. */
export async function announceFreeze(context: FreezeNewsContext): Promise<void> {
  const { config, freezes } = context;
  const declaration = await freezes.declared();
  const { freeze, seq, channel } = declaration;
  const windows = config.approvals.freeze.map((window): [string, Freeze] => [
    `window:${window.fromMs}-${window.toMs}`,
    { kind: 'window', ...window },
  ]);
  for (const [name, one] of windows) tell(context, { name, freeze: one, channel: null });
  if (freeze !== null) tell(context, { name: `declared:${seq}`, freeze, channel });
  else if (isNews(context, declaration.atMs) && declaration.by !== null) {
    const { by, atMs } = declaration;
    const lifted = (key: string): ThreadMessage => thawedMessage(key, by, config.locale);
    put(context, { name: `declared:${seq}:lifted`, atMs, channel, draw: lifted });
  }
}

interface Told {
  readonly name: string;
  readonly freeze: Freeze;
  readonly channel: string | null;
}

function tell(context: FreezeNewsContext, { name, freeze, channel }: Told): void {
  const { config, outbox, nowMs } = context;
  const { fromMs, toMs } = freeze;
  const [start, end] = [`${name}:start`, `${name}:end`];
  if (fromMs > nowMs()) return;
  if (toMs === null || nowMs() < toMs) {
    const draw = (key: string): ThreadMessage => frozenMessage(key, freeze, config.locale);
    put(context, { name: start, atMs: fromMs, channel, draw });
  } else if (
    isNews(context, toMs) &&
    channels(context, channel).some((one) => outbox.wasPut(`${start}:${one}`))
  ) {
    const draw = (key: string): ThreadMessage => thawedMessage(key, null, config.locale);
    put(context, { name: end, atMs: toMs, channel, draw });
  }
}

const isNews = ({ nowMs }: FreezeNewsContext, atMs: number): boolean => nowMs() - atMs < NEWS_FOR_MS;

const channels = ({ config }: FreezeNewsContext, also: string | null): readonly string[] => [
  ...new Set([config.slackChannel, also].filter((channel) => channel !== null)),
];

interface News {
  readonly name: string;
  readonly atMs: Declaration['atMs'];
  readonly channel: string | null;
  readonly draw: (key: string) => ThreadMessage;
}

function put(context: FreezeNewsContext, { name, atMs, channel, draw }: News): void {
  for (const to of channels(context, channel)) {
    context.outbox.put({ channel: to, sinceMs: atMs, message: draw(`${name}:${to}`) });
  }
}
