import type { Severity } from '../domain/report.ts';
import type { Cause, Playbook } from './playbook.ts';
import { lookUp, type Scope } from './scope.ts';
import { Unknown } from './unknown.ts';

/** What a playbook says about one subject. */
export type Judgement =
  | { readonly kind: 'cleared' }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] }
  | {
      readonly kind: 'matched';
      readonly severity: Severity;
      /** Null when none of the causes is true. */
      readonly cause: Cause | null;
      /** Facts that would tell whether an earlier cause, or a worse severity, is the case. */
      readonly missing: readonly string[];
    };

const CLEARED: Judgement = { kind: 'cleared' };

/** Looks at one subject: three-valued, so that what is not known never counts as healthy. */
export function judge(playbook: Playbook, scope: Scope): Judgement {
  const matches = playbook.when.test(scope);
  // Most subjects of most hosts: nothing else is looked up or made for them.
  if (matches === false) return CLEARED;
  const absent = playbook.requires.filter((fact) => lookUp(scope, fact) === undefined);
  if (matches instanceof Unknown || absent.length > 0) {
    const wanted = matches instanceof Unknown ? matches.facts : [];
    return { kind: 'unknown', missing: unique([...absent.map(({ id }) => id), ...wanted]) };
  }
  const severity = severityOf(playbook, scope);
  const cause = causeOf(playbook.causes, scope);
  return {
    kind: 'matched',
    severity: severity.severity,
    cause: cause.cause,
    missing: unique([...severity.missing, ...cause.missing]),
  };
}

/** The worst that is true; one that cannot be told is remembered, since it might have been it. */
function severityOf(
  { severity }: Playbook,
  scope: Scope,
): { severity: Severity; missing: readonly string[] } {
  const critical = severity.critical?.test(scope) ?? false;
  if (critical === true) return { severity: 'critical', missing: [] };
  const warning = severity.warning?.test(scope) ?? false;
  const missing = [critical, warning].flatMap((each) => (each instanceof Unknown ? each.facts : []));
  return { severity: warning === true ? 'warning' : severity.usual, missing };
}

/** The first cause that is true; unknown ones before it are remembered, since they might have been it. */
function causeOf(
  causes: readonly Cause[],
  scope: Scope,
): { cause: Cause | null; missing: readonly string[] } {
  const missing: string[] = [];
  for (const cause of causes) {
    const holds = cause.when.test(scope);
    if (holds === true) return { cause, missing };
    if (holds instanceof Unknown) missing.push(...holds.facts);
  }
  return { cause: null, missing };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
