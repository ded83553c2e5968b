import type { Finding } from '../domain/report.ts';
import type { Playbook } from './playbook.ts';

/** Ids of playbooks that explain each other in a circle, the first one again at the end; null when none do. */
export function explainingCycle(playbooks: readonly Playbook[]): readonly string[] | null {
  const next = new Map(playbooks.map(({ id, explains }) => [id, explains.map(({ playbook }) => playbook)]));
  const harmless = new Set<string>();
  const walk = (id: string, trail: readonly string[]): readonly string[] | null => {
    const seen = trail.indexOf(id);
    if (seen >= 0) return [...trail.slice(seen), id];
    if (harmless.has(id)) return null;
    for (const consequence of next.get(id) ?? []) {
      const found = walk(consequence, [...trail, id]);
      if (found !== null) return found;
    }
    harmless.add(id);
    return null;
  };
  for (const id of next.keys()) {
    const found = walk(id, []);
    if (found !== null) return found;
  }
  return null;
}

/** Marks findings that are the consequence of another; these offer nothing. */
export function explain(findings: readonly Finding[], playbooks: readonly Playbook[]): readonly Finding[] {
  const byId = new Map(playbooks.map((playbook) => [playbook.id, playbook]));
  return findings.map((finding) => {
    const reason = findings.find((other) => explains(other, finding, byId));
    return reason === undefined ? finding : consequenceOf(finding, reason);
  });
}

function explains(reason: Finding, finding: Finding, byId: ReadonlyMap<string, Playbook>): boolean {
  if (reason === finding || reason.status !== 'matched' || finding.status !== 'matched') return false;
  const playbook = byId.get(reason.playbook);
  const names = playbook?.explains.some(
    (one) => one.playbook === finding.playbook && (one.cause === null || one.cause === finding.cause),
  );
  if (names !== true) return false;
  // Both about the same kind of subject: then about the same one.
  const sameKind = playbook?.forEach === byId.get(finding.playbook)?.forEach;
  return (
    !sameKind || reason.subject === null || finding.subject === null || reason.subject === finding.subject
  );
}

function consequenceOf(finding: Finding, reason: Finding): Finding {
  return {
    ...finding,
    explainedBy: reason.playbook,
    fixes: finding.fixes.map((fix) =>
      fix.kind === 'sysctl' && fix.offered
        ? {
            ...fix,
            offered: false,
            why: {
              en: `This is a consequence of "${reason.title.en}"; that comes first.`,
              ko: `"${reason.title.ko}"의 결과입니다. 먼저 그 문제를 해결하세요.`,
            },
          }
        : fix,
    ),
  };
}

const SEVERITY_RANK = { critical: 0, warning: 1, info: 2 } as const;
const STATUS_RANK = { matched: 0, unknown: 1, cleared: 2 } as const;

/**
 * Matched first, then unknown, then cleared; each consequence right behind its cause, else worst first. Among
 * equals those come first that somebody's words are about, in the order of `routed`.
 */
export function inOrder(findings: readonly Finding[], routed: readonly string[] = []): readonly Finding[] {
  const place = ({ playbook }: Finding): number => {
    const at = routed.indexOf(playbook);
    return at < 0 ? routed.length : at;
  };
  const ranked = [...findings].sort(
    (a, b) =>
      STATUS_RANK[a.status] - STATUS_RANK[b.status] ||
      SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
      place(a) - place(b),
  );
  const consequences = new Map<string, Finding[]>();
  for (const finding of ranked) {
    if (finding.explainedBy === null) continue;
    const siblings = consequences.get(finding.explainedBy) ?? [];
    consequences.set(finding.explainedBy, [...siblings, finding]);
  }
  // A playbook may match for several subjects: its consequences follow the last of them.
  const matched = ranked.filter(({ status }) => status === 'matched');
  const last = new Map(matched.map((finding) => [finding.playbook, finding]));
  const follow = (finding: Finding): readonly Finding[] => {
    if (last.get(finding.playbook) !== finding) return [finding];
    return [finding, ...(consequences.get(finding.playbook) ?? []).flatMap(follow)];
  };
  return ranked.filter(({ explainedBy }) => explainedBy === null).flatMap(follow);
}
