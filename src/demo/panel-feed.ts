import type { LabHost } from './lab/host.ts';
import type { PanelCard, PanelText } from './local-slack/server/panel.ts';

/** What a person sees of each host while they read the thread: does its workload get what it asks for? */
const RECENT_SECONDS = 60;
const REFRESH_MS = 1_000;
/** A workload that fails more often than this is having an incident. */
const GOOD_RATIO = 0.99;

/** What is told of each host beside its figures. */
export interface HostCaption {
  readonly host: LabHost;
  readonly story: PanelText;
  /** The setting that the story is about, shown live. */
  readonly key: string | null;
}

interface Panel {
  setPanel(cards: readonly PanelCard[]): void;
}

/** Draws one card per host, once a second, until stopped. */
export function feedPanel(panel: Panel, captions: readonly HostCaption[]): { stop(): void } {
  const feeds = captions.map((caption) => ({ caption, percents: new Array<number>() }));
  const draw = async (): Promise<void> => {
    panel.setPanel(await Promise.all(feeds.map(async ({ caption, percents }) => card(caption, percents))));
  };
  // A host that is being taken down has no figures any more.
  const timer = setInterval(() => void draw().catch(() => undefined), REFRESH_MS);
  return { stop: () => clearInterval(timer) };
}

async function card({ host, story, key }: HostCaption, percents: number[]): Promise<PanelCard> {
  const now = host.workload.figures(3);
  const percent = Math.round(now.okRatio * 1000) / 10;
  percents.push(percent);
  if (percents.length > RECENT_SECONDS) percents.shift();
  const [worst] = Object.entries(now.errors).sort(([, a], [, b]) => b - a);
  return {
    title: host.name,
    status: now.okRatio >= GOOD_RATIO ? 'good' : 'bad',
    series: [...percents],
    lines: [
      { en: `${percent}% of requests succeed`, ko: `요청 성공률 ${percent}%` },
      rates(Math.round(now.okPerSecond), Math.round(now.failedPerSecond), worst?.[0]),
      story,
      ...(key === null ? [] : [`${key} = ${await host.sysctl(key)}`]),
    ],
  };
}

function rates(ok: number, failed: number, worst: string | undefined): PanelText {
  const why = worst === undefined ? '' : ` (${worst})`;
  return { en: `${ok}/s succeed, ${failed}/s fail${why}`, ko: `성공 ${ok}/초, 실패 ${failed}/초${why}` };
}
