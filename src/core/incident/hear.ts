import { createHash } from 'node:crypto';
import type { AlertNotice } from '../domain/alert.ts';
import type { AlertKind, Incident, KnownAlert } from '../domain/incident.ts';
import type { Locale } from '../domain/locale.ts';

/** Names of alerts kept by themselves; a host with more is in trouble enough. */
const MAX_KINDS = 20;
/** One look for the first alert, one more for all kinds that come after it has begun. */
const MAX_LOOKS_PER_FIRING = 2;
/** Looks that alerts cause in one incident, however often it comes back. */
const MAX_LOOKS = 6;
/** One that comes back within this is the same trouble, in the same thread. */
export const REOPEN_WITHIN_MS = 10 * 60_000;
/** Alert texts can be long; a symptom is a sentence. */
const MAX_SYMPTOM_CHARS = 300;

/** What became of a notice. */
export type Heard = 'opened' | 'reopened' | 'new-kind' | 'joined' | 'repeat' | 'resolved' | 'ignored';

export interface Hearing {
  readonly what: Heard;
  readonly incident: Incident | null;
  /** What to remember of the fingerprint from now on; null for what was known. */
  readonly known: KnownAlert | null;
}

/** What is known already when a notice about a host comes. */
export interface Before {
  /** The host's last incident. */
  readonly incident: Incident | null;
  /** Of this fingerprint, in that incident. */
  readonly known: KnownAlert | null;
  readonly locale: Locale;
  readonly nowMs: number;
}

/** Takes one notice about a host: the whole rule of what joins, repeats, opens and resolves. */
export function hear(notice: AlertNotice & { readonly host: string }, before: Before): Hearing {
  const { incident, nowMs } = before;
  const current = incident !== null && isCurrent(incident, nowMs) ? incident : null;
  if (notice.status === 'resolved') return hearResolved(current, notice, before);
  if (current === null) return open(notice, before);
  const { known } = before;
  if (known !== null && isSameFiring(notice, known)) {
    // A firing that comes after its resolve was held up on the way.
    const heardAtMs = known.firing ? nowMs : current.heardAtMs;
    return { what: 'repeat', incident: { ...current, repeats: current.repeats + 1, heardAtMs }, known: null };
  }
  return join(current, notice, before);
}

const isCurrent = ({ phase }: Incident, nowMs: number): boolean =>
  phase.kind !== 'closed' || (phase.why !== 'storm-over' && nowMs - phase.atMs < REOPEN_WITHIN_MS);

/** Without a start of its own, an alert that still fires is the same firing. */
function isSameFiring({ startedAtMs }: AlertNotice, known: KnownAlert): boolean {
  return startedAtMs === null ? known.firing : startedAtMs === known.startedAtMs;
}

/** One that nobody heard firing is acknowledged, and means nothing. */
function hearResolved(current: Incident | null, { name }: AlertNotice, { known, nowMs }: Before): Hearing {
  if (current === null || known === null || !known.firing) {
    return { what: 'ignored', incident: null, known: null };
  }
  const incident = { ...withoutFiring(current, name, nowMs), heardAtMs: nowMs };
  return { what: 'resolved', incident, known: { ...known, firing: false } };
}

function open(notice: AlertNotice & { readonly host: string }, { locale, nowMs }: Before): Hearing {
  if (!notice.route.starts) return { what: 'ignored', incident: null, known: null };
  const { host, source, fingerprint, name, summary, route } = notice;
  const id = createHash('sha256').update([host, source, fingerprint, nowMs].join('\n')).digest('hex');
  const incident: Incident = {
    id: id.slice(0, 20),
    host,
    channel: route.channel,
    locale,
    source,
    mentions: route.mentions,
    rule: route.rule,
    playbooks: route.playbooks,
    symptom: (summary === '' ? name : `${name}: ${summary}`).slice(0, MAX_SYMPTOM_CHARS),
    openedAtMs: nowMs,
    heardAtMs: nowMs,
    kinds: [kindOf(notice, nowMs)],
    beyond: 0,
    repeats: 0,
    flaps: 0,
    wantsLook: true,
    looks: 0,
    lookedFor: [name],
    lastLook: null,
    ack: null,
    stormId: null,
    phase: { kind: 'open' },
  };
  return { what: 'opened', incident, known: { startedAtMs: notice.startedAtMs, firing: true } };
}

function join(current: Incident, notice: AlertNotice, { known, nowMs }: Before): Hearing {
  const wasClosed = current.phase.kind === 'closed';
  // A firing that was replaced without a resolve is not counted as firing twice.
  const counted = withKind(current, notice, { nowMs, firing: known?.firing === true ? 0 : 1 });
  const isNewKind = !current.lookedFor.includes(notice.name);
  const limit = wasClosed ? MAX_LOOKS : Math.min(MAX_LOOKS, MAX_LOOKS_PER_FIRING + 2 * current.flaps);
  const looks = notice.route.starts && (wasClosed || isNewKind) && current.looks < limit;
  const incident: Incident = {
    ...counted,
    heardAtMs: nowMs,
    phase: { kind: 'open' },
    flaps: current.flaps + (wasClosed ? 1 : 0),
    wantsLook: current.wantsLook || (looks && current.stormId === null),
    lookedFor: isNewKind ? [...current.lookedFor, notice.name].slice(0, 2 * MAX_KINDS) : current.lookedFor,
  };
  const what = wasClosed ? 'reopened' : isNewKind ? 'new-kind' : 'joined';
  return { what, incident, known: { startedAtMs: notice.startedAtMs, firing: true } };
}

function withKind(
  incident: Incident,
  notice: AlertNotice,
  { nowMs, firing }: { readonly nowMs: number; readonly firing: 0 | 1 },
): Incident {
  const { kinds } = incident;
  if (!kinds.some(({ name }) => name === notice.name)) {
    if (kinds.length >= MAX_KINDS) return { ...incident, beyond: incident.beyond + 1 };
    return { ...incident, kinds: [...kinds, kindOf(notice, nowMs)] };
  }
  return {
    ...incident,
    kinds: kinds.map((kind) =>
      kind.name === notice.name
        ? {
            ...kind,
            firings: kind.firings + 1,
            firing: kind.firing + firing,
            severity: notice.severity ?? kind.severity,
            alertUrl: notice.alertUrl ?? kind.alertUrl,
            silenceUrl: notice.silenceUrl ?? kind.silenceUrl,
          }
        : kind,
    ),
  };
}

const kindOf = (notice: AlertNotice, nowMs: number): AlertKind => ({
  name: notice.name,
  source: notice.source,
  severity: notice.severity,
  sinceMs: Math.min(notice.startedAtMs ?? nowMs, nowMs),
  firings: 1,
  firing: 1,
  alertUrl: notice.alertUrl,
  silenceUrl: notice.silenceUrl,
});

/** Takes a resolved alert off its kind; when none fires any more, the host is to be looked at once more. */
function withoutFiring(incident: Incident, name: string, nowMs: number): Incident {
  const kinds = incident.kinds.map((kind) =>
    kind.name === name ? { ...kind, firing: Math.max(0, kind.firing - 1) } : kind,
  );
  const isOver = kinds.every(({ firing }) => firing === 0);
  if (!isOver || incident.phase.kind === 'closed') return { ...incident, kinds };
  const phase = { kind: 'rechecking', why: 'resolved', sinceMs: nowMs, runsBefore: null } as const;
  return { ...incident, kinds, phase };
}
