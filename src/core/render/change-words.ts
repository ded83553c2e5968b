import type {
  Approval,
  ChangePlan,
  ChangeProblem,
  FreshLook,
  InForce,
  JudgedState,
  Judgement,
  KeptState,
  LeftState,
  Person,
  ReadBack,
  StandingState,
  VoidState,
} from '../domain/change.ts';
import type { Change } from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { SettingChange } from '../domain/report.ts';
import { judgementLine } from './judgement.ts';
import { bold, code, fillMd, join, line, md, moment, person, sentence, type Markup } from './markup.ts';
import { cleanLine, fit } from './plain.ts';
import { CHANGE } from './texts/change.ts';
import { FRESH } from './texts/fresh.ts';
import { FREEZE } from './texts/freeze.ts';
import { fill } from './texts/text.ts';

/** A plan has one setting and a companion or two; more are counted, not listed. */
export const MAX_SETTINGS = 4;

/** The settings of a plan in plain words within `max` characters: `key: old → new, …`. */
export function settingsWords(settings: readonly SettingChange[], locale: Locale, max: number): string {
  for (let shown = Math.min(settings.length, MAX_SETTINGS); shown > 0; shown -= 1) {
    const words = listed(settings, shown, locale);
    if (words.length <= max || shown === 1) return fit(words, max);
  }
  return '';
}

function listed(settings: readonly SettingChange[], shown: number, locale: Locale): string {
  // The setting that the plan is about comes last; its companions are written before it.
  const words = settings
    .toReversed()
    .slice(0, shown)
    .map(({ key, from, to }) =>
      fill(locale, CHANGE.setting, { key: plain(key, 60), from: plain(from, 40), to: plain(to, 40) }),
    );
  const hidden = settings.length - shown;
  return [...words, ...(hidden > 0 ? [fill(locale, CHANGE.more, { count: String(hidden) })] : [])].join(', ');
}

const plain = (raw: string, max: number): string => fit(cleanLine(raw), max);

/** The plan as seen when it is taken back: old and new swapped. */
export const reversed = ({ settings }: ChangePlan): readonly SettingChange[] =>
  settings.map(({ key, from, to }) => ({ key, from: to, to: from }));

/** What became of the change, in the reader's words; empty while nobody has decided. */
export function stateLines({ plan, state }: Change, locale: Locale): readonly Markup[] {
  switch (state.kind) {
    case 'proposed':
      return proposedLines(plan, state.approvals, locale);
    case 'queued': {
      const words = { ...approvedAt(state, state.atMs, locale), until: moment(state.untilMs, locale) };
      return [md`✅ ${fillMd(locale, CHANGE.queued, words)}`];
    }
    case 'approved':
      return [md`✅ ${fillMd(locale, CHANGE.approved, approvedAt(state, state.atMs, locale))}`];
    case 'applying':
      return [md`⏳ ${fillMd(locale, CHANGE.applying, approvedAt(state, state.atMs, locale))}`];
    case 'applied':
    case 'confirmed':
    case 'judged':
    case 'left-until-reboot':
    case 'kept':
      return [...standingLines(state, locale), ...problemLines(state.problem, locale)];
    case 'keeping':
      return [md`⏳ ${fillMd(locale, CHANGE.keeping, byAt(state, locale))}`];
    case 'rolling-back':
      return [md`⏳ ${fillMd(locale, CHANGE.rollingBack, byAt(state, locale))}`];
    case 'rolled-back':
      return [
        md`↩️ ${fillMd(locale, CHANGE.rolledBack, byAt(state, locale))}`,
        ...readBackLines(state.readBack, locale),
      ];
    case 'reverted':
      return [
        ...(state.judgement === null ? [] : [judgementLine(state.judgement, locale)]),
        md`↩️ ${fillMd(locale, REVERTED[state.why], { when: moment(state.atMs, locale) })}`,
      ];
    case 'rejected':
      return [md`🚫 ${fillMd(locale, CHANGE.rejected, byAt(state, locale))}`];
    case 'expired':
      return [md`⌛ ${fillMd(locale, CHANGE.expired, { when: moment(state.atMs, locale) })}`];
    case 'void':
      return voidLines(state, locale);
    case 'failed':
      return [md`❌ ${fillMd(locale, CHANGE.failed, reasonAt(state, locale))}`];
    case 'needs-human': {
      const words = { ...reasonAt(state, locale), host: bold(line(plan.host, 63)) };
      return [md`🆘 ${fillMd(locale, CHANGE.needsHuman, words)}`];
    }
    default:
      return unreachable(state);
  }
}

/** A look at the host follows on what is no longer true, and the card points to what came of it. */
function voidLines(state: VoidState, locale: Locale): readonly Markup[] {
  const { reason, atMs, fresh } = state;
  if (reason.code === 'CHANGE_NEEDLESS') {
    return [md`⏹️ ${fillMd(locale, CHANGE.needless, { when: moment(atMs, locale) })}`];
  }
  if (reason.code === 'CHANGE_FROZEN') {
    return [md`🧊 ${fillMd(locale, FREEZE.voidFrozen, { when: moment(atMs, locale) })}`];
  }
  if (reason.code === 'CHANGE_STOPPED') {
    return [md`🚫 ${fillMd(locale, CHANGE.stopped, { when: moment(atMs, locale) })}`];
  }
  if (reason.code !== 'CHANGE_STALE') return [md`🚫 ${fillMd(locale, CHANGE.void, reasonAt(state, locale))}`];
  const words = {
    when: moment(atMs, locale),
    code: code(reason.code, 40),
    message: sentence(reason.message, 400),
  };
  return [md`🚫 ${fillMd(locale, CHANGE.void, words)}`, md`🔎 ${freshLine(fresh, locale)}`];
}

function freshLine(fresh: FreshLook | undefined, locale: Locale): Markup {
  if (fresh === undefined) return fillMd(locale, FRESH.looking);
  const when = moment(fresh.atMs, locale);
  switch (fresh.kind) {
    case 'proposed':
      return fillMd(locale, FRESH.proposed, { when });
    case 'gone':
      return fillMd(locale, FRESH.gone, { when });
    case 'not-offered':
      return fillMd(locale, FRESH.notOffered, { when });
    case 'not-looked':
      return fillMd(locale, FRESH.notLooked, { when, said: line(fresh.said, 300) });
    case 'too-late':
      return fillMd(locale, FRESH.tooLate, { when });
    case 'too-often':
      return fillMd(locale, FRESH.tooOften, { times: fresh.times });
    default:
      return unreachable(fresh);
  }
}

/** Where it takes two, the card counts. */
function proposedLines(
  { approvalsNeeded: needed }: ChangePlan,
  approvals: readonly Approval[],
  locale: Locale,
): readonly Markup[] {
  if (needed === 1) return [];
  if (approvals.length === 0) return [md`👥 ${fillMd(locale, CHANGE.takesTwo, { needed })}`];
  return approvals.map((approval, index) => {
    const words = { ...byAt(approval, locale), given: index + 1, needed };
    return md`☑️ ${fillMd(locale, CHANGE.firstApproval, words)}`;
  });
}

/** What is told of a change while the host has the new values. */
function standingLines(state: StandingState, locale: Locale): readonly Markup[] {
  switch (state.kind) {
    case 'applied':
      return [
        md`⏳ ${fillMd(locale, CHANGE.applied, approvedAt(state, state.appliedAtMs, locale))}`,
        fillMd(locale, CHANGE.revertsAt, { when: moment(state.revertsAtMs, locale) }),
      ];
    case 'confirmed':
      return [
        ...inForceLines(state, locale),
        md`⏳ ${fillMd(locale, CHANGE.measuring)} ${fillMd(locale, CHANGE.worseReverts)}`,
      ];
    case 'judged':
      return [...judgedLines(state, locale), fillMd(locale, CHANGE.until)];
    case 'left-until-reboot':
      return [...judgedLines(state, locale), fillMd(locale, CHANGE.left)];
    case 'kept': {
      const words = { ...byAt(state, locale), file: code(state.file, 60) };
      return [...judgedLines(state, locale), md`📌 ${fillMd(locale, CHANGE.kept, words)}`];
    }
    default:
      return unreachable(state);
  }
}

const REVERTED = {
  timer: CHANGE.revertedTimer,
  worse: CHANGE.revertedWorse,
  reboot: CHANGE.revertedReboot,
  journal: CHANGE.revertedJournal,
} as const;

const inForceLines = (state: InForce, locale: Locale): readonly Markup[] => [
  md`✅ ${fillMd(locale, CHANGE.inForce, approvedAt(state, state.appliedAtMs, locale))}`,
  ...readBackLines(state.readBack, locale),
];

const judgedLines = (state: JudgedState | LeftState | KeptState, locale: Locale): readonly Markup[] => [
  ...inForceLines(state, locale),
  judgementLine(state.judgement, locale),
  ...(state.secondLook === null ? [] : [secondLookLine(state.secondLook, locale)]),
];

const secondLookLine = (look: Judgement, locale: Locale): Markup =>
  fillMd(locale, CHANGE.secondLook, {
    when: moment(look.atMs, locale),
    verdict: judgementLine(look, locale),
  });

const problemLines = (reason: ChangeProblem | null, locale: Locale): readonly Markup[] =>
  reason === null ? [] : [md`⚠️ ${fillMd(locale, CHANGE.stillInForce, problem(reason))}`];

/** Everybody who said yes. */
const approvedAt = (
  { approvals }: { readonly approvals: readonly Approval[] },
  atMs: number,
  locale: Locale,
): { who: Markup; when: Markup } => ({
  who: join(
    approvals.map(({ by }) => person(by)),
    ', ',
  ),
  when: moment(atMs, locale),
});

const byAt = (
  state: { readonly by: Person; readonly atMs: number },
  locale: Locale,
): { who: Markup; when: Markup } => ({
  who: person(state.by),
  when: moment(state.atMs, locale),
});

const problem = (reason: ChangeProblem): { code: Markup; message: Markup } => ({
  code: code(reason.code, 40),
  message: md`${sentence(reason.message, 400)} ${line(reason.hint, 200)}`,
});

const reasonAt = (state: { readonly reason: ChangeProblem; readonly atMs: number }, locale: Locale) => ({
  ...problem(state.reason),
  when: moment(state.atMs, locale),
});

function readBackLines(values: readonly ReadBack[], locale: Locale): readonly Markup[] {
  if (values.length === 0) return [];
  const shown = values.slice(0, MAX_SETTINGS).map(({ key, value }) => code(`${key} = ${value}`, 100));
  return [fillMd(locale, CHANGE.readBack, { values: join(shown, ', ') })];
}
