import type { ErrorCode } from '../domain/error-catalogue.ts';
import type { Ack, Incident, LookResult, RecheckReason } from '../domain/incident.ts';
import type { Diagnosis } from '../domain/report.ts';

/** Resolves get lost (a sender cuts long deliveries); longer than the usual pause between repeats (4 h). */
const QUIET_MS = 6 * 3_600_000;
/** A look takes a window and its place in the queue; one that never came must not hold the incident open. */
const RECHECK_LIMIT_MS = 15 * 60_000;

/** Everything that can happen to an incident but what alerts say. */
export type IncidentEvent =
  /** The look that it wanted was started. */
  | { readonly kind: 'look-asked' }
  /** So was the closing one, when the thread had so many runs. */
  | { readonly kind: 'recheck-asked'; readonly runsBefore: number }
  | { readonly kind: 'look-ended'; readonly result: LookResult; readonly runs: number }
  | { readonly kind: 'person-rechecks'; readonly runsBefore: number; readonly atMs: number }
  | { readonly kind: 'acknowledged'; readonly by: Ack }
  | { readonly kind: 'time'; readonly nowMs: number };

/** The incident after the event; the same object where nothing changes. */
export function settle(incident: Incident, event: IncidentEvent): Incident {
  const { phase } = incident;
  switch (event.kind) {
    case 'look-asked':
      return incident.wantsLook ? { ...incident, wantsLook: false, looks: incident.looks + 1 } : incident;
    case 'recheck-asked':
      return phase.kind === 'rechecking' && phase.runsBefore === null
        ? { ...incident, phase: { ...phase, runsBefore: event.runsBefore } }
        : incident;
    case 'look-ended':
      return lookEnded(incident, event);
    case 'person-rechecks':
      return phase.kind === 'open'
        ? { ...incident, phase: rechecking('person', event.atMs, event.runsBefore) }
        : incident;
    case 'acknowledged':
      return incident.ack === null ? { ...incident, ack: event.by } : incident;
    case 'time':
      return passed(incident, event.nowMs);
    default:
      return event satisfies never;
  }
}

const rechecking = (why: RecheckReason, sinceMs: number, runsBefore: number | null) =>
  ({ kind: 'rechecking', why, sinceMs, runsBefore }) as const;

function lookEnded(
  incident: Incident,
  { result, runs }: { readonly result: LookResult; readonly runs: number },
): Incident {
  const { phase } = incident;
  const isKnown = incident.lastLook?.atMs === result.atMs;
  const looked = isKnown ? incident : { ...incident, lastLook: result };
  if (phase.kind !== 'rechecking' || phase.runsBefore === null || runs <= phase.runsBefore) return looked;
  // Alerts that still fire are believed, unless the host is healthy and a person has asked.
  if (phase.why === 'person' && result.verdict !== 'ok') return { ...looked, phase: { kind: 'open' } };
  return { ...looked, phase: { kind: 'closed', why: phase.why, atMs: result.atMs } };
}

function passed(incident: Incident, nowMs: number): Incident {
  const { phase } = incident;
  if (phase.kind === 'open' && nowMs - incident.heardAtMs >= QUIET_MS) {
    return { ...incident, phase: rechecking('quiet', nowMs, null) };
  }
  if (phase.kind === 'rechecking' && nowMs - phase.sinceMs >= RECHECK_LIMIT_MS) {
    return { ...incident, phase: { kind: 'closed', why: phase.why, atMs: nowMs } };
  }
  return incident;
}

/** When time alone will change the incident; null for never. */
export function dueAtMs({ phase, heardAtMs, stormId }: Incident): number | null {
  if (stormId !== null || phase.kind === 'closed') return null;
  return phase.kind === 'open' ? heardAtMs + QUIET_MS : phase.sinceMs + RECHECK_LIMIT_MS;
}

/** Failures that say something about the way to the host, not about its account or keys. */
const UNREACHABLE: ReadonlySet<ErrorCode> = new Set([
  'SSH_TIMEOUT',
  'SSH_REFUSED',
  'SSH_DROPPED',
  'SSH_DNS',
  'SSH_JUMP',
  'SSH_LOST',
]);

/** What a diagnosis comes to for those who look at many. */
export function lookResult({ error, verdict, findings }: Diagnosis, atMs: number): LookResult {
  if (error !== null) {
    const way: ReadonlySet<string> = UNREACHABLE;
    return {
      verdict: way.has(error.code) ? 'unreachable' : 'failed',
      code: error.code,
      what: null,
      atMs,
    };
  }
  const worst = findings.find(({ status, severity }) => status === 'matched' && severity !== 'info');
  return { verdict, code: null, what: worst?.title ?? null, atMs };
}
