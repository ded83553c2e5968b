import type { HostSite, Incident, Storm, StormRule, Weather } from '../domain/incident.ts';

/** How many hosts within what time make a storm. */
export interface StormLimits {
  readonly hosts: number;
  readonly withinMs: number;
}

/** A jump host that failed, or a zone of which nothing answers, is news for so long. */
const DARK_FOR_MS = 10 * 60_000;
/** Where the inventory names no zones, hosts have nothing in common by theirs. */
const UNNAMED_ZONE = 'default';
/** One dark host says nothing of its zone. */
const MIN_DARK_IN_ZONE = 3;
/** A few of each group say what the others suffer from; and in all so many, however many groups there are. */
const LOOKS_PER_GROUP = 3;
const MAX_LOOKS = 30;
/** Hosts named in a storm's record; the others are counted. */
const MAX_MEMBERS = 5_000;
/** Openings and looks remembered: enough to see any rule met. */
const MAX_REMEMBERED = 60;
/** When no further host has joined for so long, the storm is over. */
export const STORM_QUIET_MS = 10 * 60_000;

export const calm = (channel: string): Weather => ({ channel, recent: [], looks: [], stormId: null });

/** Remembers that an incident was opened; one that was opened again counts anew. */
export function opened(
  weather: Weather,
  { host, id }: Incident,
  limits: StormLimits,
  nowMs: number,
): Weather {
  const recent = weather.recent.filter((one) => one.host !== host && nowMs - one.atMs < limits.withinMs);
  const kept = [...recent, { host, incidentId: id, atMs: nowMs }].slice(
    -Math.max(MAX_REMEMBERED, limits.hosts + 1),
  );
  return { ...weather, recent: kept };
}

/** Remembers how a look went that an alert has caused. */
export function looked(weather: Weather, look: Weather['looks'][number]): Weather {
  const looks = weather.looks.filter((one) => one.host !== look.host && look.atMs - one.atMs < DARK_FOR_MS);
  return { ...weather, looks: [...looks, look].slice(-MAX_REMEMBERED) };
}

/** The rule that makes a storm of what the channel has heard lately, and whose hosts it merges; null while it is calm. */
export function stormOf(
  weather: Weather,
  limits: StormLimits,
  siteOf: (host: string) => HostSite,
): { readonly rule: StormRule; readonly incidentIds: readonly string[] } | null {
  const { recent, looks } = weather;
  const merged = (isIn: (host: string) => boolean): readonly string[] =>
    recent.filter(({ host }) => isIn(host)).map(({ incidentId }) => incidentId);
  if (recent.length > limits.hosts) {
    return { rule: { kind: 'many', ...limits }, incidentIds: merged(() => true) };
  }
  for (const jump of new Set(
    looks.filter(({ jumpFailed }) => jumpFailed).map(({ host }) => siteOf(host).jump),
  )) {
    const behind = merged((host) => siteOf(host).jump === jump);
    if (jump !== null && behind.length > 1) return { rule: { kind: 'jump', jump }, incidentIds: behind };
  }
  for (const zone of new Set(looks.map(({ host }) => siteOf(host).zone))) {
    if (zone === UNNAMED_ZONE) continue;
    const there = looks.filter(({ host }) => siteOf(host).zone === zone);
    const isDark = there.length >= MIN_DARK_IN_ZONE && there.every(({ reached }) => !reached);
    if (isDark)
      return { rule: { kind: 'zone', zone }, incidentIds: merged((host) => siteOf(host).zone === zone) };
  }
  return null;
}

/** A storm that has just begun; its first hosts join it like all others. */
export const newStorm = (
  of: Pick<Incident, 'channel' | 'locale' | 'mentions'>,
  rule: StormRule,
  nowMs: number,
): Storm => ({
  id: `storm:${of.channel}:${nowMs}`,
  channel: of.channel,
  locale: of.locale,
  mentions: of.mentions,
  rule,
  startedAtMs: nowMs,
  lastNewAtMs: nowMs,
  members: [],
  beyond: 0,
  groups: {},
  ack: null,
  ended: null,
});

/** Whether a host that alerts now belongs to the storm: every one of the channel, or those behind what is dark. */
export function belongs({ rule }: Storm, site: HostSite): boolean {
  if (rule.kind === 'many') return true;
  return rule.kind === 'jump' ? site.jump === rule.jump : site.zone === rule.zone;
}

/** Takes an incident into the storm; it is looked at when it is among the first few of its group. */
export function joined(
  storm: Storm,
  incident: Incident,
  site: HostSite,
  nowMs: number,
): { readonly storm: Storm; readonly incident: Incident } {
  const group = storm.groups[site.group] ?? { hosts: 0, looks: 0 };
  const looks = Object.values(storm.groups).reduce((sum, one) => sum + one.looks, 0);
  const hasLook = incident.looks > 0;
  const isPicked = hasLook || (group.looks < LOOKS_PER_GROUP && looks < MAX_LOOKS);
  const isKept = storm.members.length < MAX_MEMBERS;
  return {
    storm: {
      ...storm,
      lastNewAtMs: nowMs,
      members: isKept ? [...storm.members, incident.id] : storm.members,
      beyond: storm.beyond + (isKept ? 0 : 1),
      groups: {
        ...storm.groups,
        [site.group]: { hosts: group.hosts + 1, looks: group.looks + (isPicked ? 1 : 0) },
      },
    },
    incident: { ...incident, stormId: storm.id, wantsLook: incident.wantsLook && isPicked && !hasLook },
  };
}

/** Over when all of its alerts have resolved, or when no further host has joined for long. */
export function endOf(storm: Storm, open: number, nowMs: number): Storm['ended'] {
  if (storm.ended !== null) return storm.ended;
  if (open === 0) return { atMs: nowMs, why: 'resolved' };
  return nowMs - storm.lastNewAtMs >= STORM_QUIET_MS ? { atMs: nowMs, why: 'quiet' } : null;
}
