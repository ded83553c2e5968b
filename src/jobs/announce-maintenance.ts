import type { Config } from '../config/config.ts';
import { channelsAbout } from '../core/alert/rules.ts';
import type { HeldBack, MaintenanceWindow } from '../core/domain/maintenance.ts';
import type { State } from '../core/domain/ports.ts';
import { covers, heldId, windowId } from '../core/incident/maintenance.ts';
import { maintenanceBegins, maintenanceOver } from '../core/render/maintenance-news.ts';
import type { Outbox } from '../state/outbox.ts';
import { NEWS_FOR_MS } from './announce-freeze.ts';

/** What telling of maintenance needs. */
export interface MaintenanceNewsContext {
  readonly config: Pick<Config, 'alerts' | 'hosts' | 'locale' | 'maintenance'>;
  readonly state: Pick<State, 'alerts'>;
  readonly outbox: Outbox;
  readonly nowMs: () => number;
}

/** A round of alerts that began before the end has been written by then: what is told at the end is all of it. */
const SETTLED_MS = 2_000;

/** Puts start and end of each maintenance window into the outbox, once for each channel that its alerts would go to. */
export async function announceMaintenance(context: MaintenanceNewsContext): Promise<void> {
  const nowMs = context.nowMs();
  for (const window of context.config.maintenance) {
    if (nowMs < window.fromMs || nowMs - window.toMs >= NEWS_FOR_MS) continue;
    if (nowMs < window.toMs) tellStart(context, window);
    else if (nowMs - window.toMs >= SETTLED_MS) await tellEnd(context, window);
  }
}

const keyOf = (window: MaintenanceWindow, end: 'start' | 'end', channel: string): string =>
  `maintenance:${windowId(window)}:${end}:${channel}`;

function tellStart({ config, outbox }: MaintenanceNewsContext, window: MaintenanceWindow): void {
  for (const channel of channelsOf(config, window)) {
    const message = maintenanceBegins(keyOf(window, 'start', channel), window, config.locale);
    outbox.put({ channel, sinceMs: window.fromMs, message });
  }
}

/** A start that nobody was told needs no end, unless something was held back. */
async function tellEnd(context: MaintenanceNewsContext, window: MaintenanceWindow): Promise<void> {
  const { config, outbox } = context;
  const untold = allChannels(config).filter((channel) => !outbox.wasPut(keyOf(window, 'end', channel)));
  const held = await heldIn(context, window, untold);
  for (const channel of untold) {
    const record = held.get(channel) ?? null;
    if (record === null && !outbox.wasPut(keyOf(window, 'start', channel))) continue;
    const key = keyOf(window, 'end', channel);
    const message = maintenanceOver(key, { window, held: record }, config.locale);
    outbox.put({ channel, sinceMs: window.toMs, message });
  }
}

async function heldIn(
  { state }: MaintenanceNewsContext,
  window: MaintenanceWindow,
  channels: readonly string[],
): Promise<ReadonlyMap<string, HeldBack>> {
  const kept = await state.alerts.load(
    'held',
    channels.map((channel) => heldId(window, channel)),
  );
  return new Map(
    channels.flatMap((channel) => {
      const found = kept.get(heldId(window, channel));
      return found === undefined ? [] : [[channel, found.record] as const];
    }),
  );
}

function channelsOf(
  { alerts, hosts }: MaintenanceNewsContext['config'],
  window: MaintenanceWindow,
): ReadonlySet<string> {
  const covered = [...hosts.values()].filter((host) => covers(window, host));
  return new Set(
    alerts.sources.flatMap((source) => covered.flatMap((host) => channelsAbout(host, source, alerts.rules))),
  );
}

/** Alerts of a host that a person had to choose may have come up in any of them. */
const allChannels = ({ alerts }: MaintenanceNewsContext['config']): readonly string[] => [
  ...new Set([
    ...alerts.sources.map(({ channel }) => channel),
    ...alerts.rules.flatMap(({ channel }) => channel ?? []),
  ]),
];
