import type { Localized } from '../domain/locale.ts';
import type { Diagnosis, Finding } from '../domain/report.ts';
import type { Playbook, SysctlWish } from '../playbook/playbook.ts';
import { findSysctl } from '../sysctl/catalogue.ts';

/** Why the change of a setting that somebody asked for is not proposed. */
export type NotProposed =
  /** No bounds are known for it, so nothing of it is ever written. */
  | { readonly kind: 'not-in-catalogue' }
  /** The product never changes it; a finding says that it would not help; or does not offer it on this evidence. */
  | { readonly kind: 'never' | 'not-advised' | 'not-offered'; readonly why: Localized }
  /** The finding would want it, and the host has this value or a better one. */
  | { readonly kind: 'already'; readonly value: string }
  /** The finding would want it, and nobody knows which value it has, or which would help. */
  | { readonly kind: 'not-read'; readonly facts: readonly string[] }
  /** It is written before another one, in the same plan. */
  | { readonly kind: 'goes-with'; readonly key: string }
  /** What would want it could not be judged. */
  | { readonly kind: 'not-judged'; readonly titles: readonly Localized[] }
  /** Nothing that was found would want it. */
  | { readonly kind: 'no-finding'; readonly value: string | null };

/** What no look at a host can change; null where it takes one to tell. */
export function neverProposed(key: string, playbooks: readonly Playbook[]): NotProposed | null {
  const spec = findSysctl(key);
  if (spec?.policy === 'offer') return null;
  // A finding's own reason says more than the catalogue's.
  if (playbooks.some((playbook) => advisesAgainst(playbook, key))) return null;
  return spec === undefined ? { kind: 'not-in-catalogue' } : { kind: 'never', why: spec.note };
}

const advisesAgainst = ({ notAdvised, fix, causes }: Playbook, key: string): boolean =>
  [notAdvised, fix.notAdvised, ...causes.map((cause) => cause.fix?.notAdvised ?? [])]
    .flat()
    .some((each) => each.key === key);

/** Why nothing that was found offers the setting; the most telling reason first. */
export function whyNotProposed(
  key: string,
  diagnosis: Diagnosis,
  playbooks: readonly Playbook[],
): NotProposed {
  const matched = diagnosis.findings.filter(({ status }) => status === 'matched');
  return (
    first(matched, (finding) => ofFinding(key, finding)) ??
    first(matched, (finding) => unplanned(key, finding, { diagnosis, playbooks })) ??
    neverProposed(key, []) ??
    notJudged(key, diagnosis, playbooks) ?? {
      kind: 'no-finding',
      value: diagnosis.facts?.sysctl[key] ?? null,
    }
  );
}

function first<T, R>(all: readonly T[], find: (one: T) => R | null): R | null {
  for (const one of all) {
    const found = find(one);
    if (found !== null) return found;
  }
  return null;
}

/** What the finding itself says of the setting. */
function ofFinding(key: string, { fixes, notAdvised }: Finding): NotProposed | null {
  for (const fix of fixes) {
    if (fix.kind !== 'sysctl') continue;
    if (fix.key === key) return { kind: 'not-offered', why: fix.why };
    if (fix.offered && fix.companions.some((companion) => companion.key === key)) {
      return { kind: 'goes-with', key: fix.key };
    }
  }
  const advice = notAdvised.find((each) => each.key === key);
  return advice === undefined ? null : { kind: 'not-advised', why: advice.why };
}

interface Looked {
  readonly diagnosis: Diagnosis;
  readonly playbooks: readonly Playbook[];
}

/** Its playbook would want the setting, and no fix came of it: there was nothing to change, or nobody could tell. */
function unplanned(key: string, finding: Finding, { diagnosis, playbooks }: Looked): NotProposed | null {
  const playbook = playbooks.find(({ id }) => id === finding.playbook);
  const cause = playbook?.causes.find(({ id }) => id === finding.cause);
  const wish = (cause?.fix ?? playbook?.fix)?.sysctl.find((each) => each.key === key);
  if (wish === undefined) return null;
  const value = diagnosis.facts?.sysctl[key];
  const isOpen = wish.target.kind === 'calculated' && finding.missing.length > 0;
  if (value === undefined || isOpen) return { kind: 'not-read', facts: finding.missing };
  return { kind: 'already', value };
}

function notJudged(key: string, { findings }: Diagnosis, playbooks: readonly Playbook[]): NotProposed | null {
  const wanting = new Set(
    playbooks.filter((one) => wishesOf(one).some((wish) => wish.key === key)).map(({ id }) => id),
  );
  const open = findings.filter(({ status, playbook }) => status === 'unknown' && wanting.has(playbook));
  if (open.length === 0) return null;
  const byPlaybook = new Map(open.map(({ playbook, title }) => [playbook, title]));
  return { kind: 'not-judged', titles: [...byPlaybook.values()] };
}

const wishesOf = ({ fix, causes }: Playbook): readonly SysctlWish[] => [
  ...fix.sysctl,
  ...causes.flatMap((cause) => cause.fix?.sysctl ?? []),
];
