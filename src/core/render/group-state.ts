import { beginsUntilMs } from '../change/group-life.ts';
import { mayBePassed, mayBeTakenBack } from '../change/group-step.ts';
import type { Change, Person } from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import type { ApprovedGroup, GroupStop } from '../domain/group.ts';
import type { Locale } from '../domain/locale.ts';
import { code, fillMd, join, line, md, moment, person, sentence, type Markup } from './markup.ts';
import { hostNames, hostsIn, nowWords } from './group-words.ts';
import type { QuestionView, ShownGroup } from './question-view.ts';
import { GROUP } from './texts/group.ts';
import { fill, type Text } from './texts/text.ts';

const HOSTS_CHARS = 600;

/** What became of the plan, in the reader's words; empty while nobody has decided. */
export function groupStateLines(view: QuestionView, shown: ShownGroup): readonly Markup[] {
  const { locale } = view.question;
  const { group } = shown;
  const { state } = group;
  switch (state.kind) {
    case 'proposed':
      return proposedLines(shown, locale);
    case 'running': {
      const until = moment(beginsUntilMs(group, state), locale);
      return [
        md`✅ ${fillMd(locale, GROUP.running, { ...approved(state, locale), until })}`,
        ...passedLines(shown, state, locale),
      ];
    }
    case 'stopped':
      return [
        ...passedLines(shown, state, locale),
        md`⛔ ${fillMd(locale, GROUP.stoppedAt, { why: stopWords(shown, state.stop, { atMs: state.atMs, locale }) })}`,
        ...untouched(shown, locale),
        ...(mayBePassed(group, shown.members, view.nowMs)
          ? [fillMd(locale, GROUP.mayContinue, { until: moment(beginsUntilMs(group, state), locale) })]
          : []),
      ];
    case 'done':
      return [...passedLines(shown, state, locale), md`✅ ${doneWords(shown, state, locale)}`];
    case 'keeping':
      return [md`⏳ ${fillMd(locale, GROUP.keeping, byAt(state.decision, locale))}`];
    case 'kept':
      return keptLines(shown, byAt(state.decision, locale), locale);
    case 'rolling-back':
      return [md`⏳ ${fillMd(locale, GROUP.rollingBack, byAt(state.decision, locale))}`];
    case 'rolled-back':
      return [
        md`↩️ ${fillMd(locale, GROUP.rolledBack, byAt(state.decision, locale))}`,
        ...named(stillThere(shown), GROUP.stillThere, locale),
      ];
    case 'rejected':
      return [md`🚫 ${fillMd(locale, GROUP.rejected, byAt(state, locale))}`];
    case 'expired':
      return [md`⌛ ${fillMd(locale, GROUP.expired, { when: moment(state.atMs, locale) })}`];
    case 'void': {
      const { reason, atMs } = state;
      const words = { code: code(reason.code, 40), message: sentence(reason.message, 400) };
      return [md`🚫 ${fillMd(locale, GROUP.void, { ...words, when: moment(atMs, locale) })}`];
    }
    default:
      return unreachable(state);
  }
}

function proposedLines({ group: { plan, state } }: ShownGroup, locale: Locale): readonly Markup[] {
  const { approvalsNeeded: needed } = plan;
  if (needed === 1 || state.kind !== 'proposed') return [];
  if (state.approvals.length === 0) return [md`👥 ${fillMd(locale, GROUP.takesTwo, { needed })}`];
  return state.approvals.map((one, index) => {
    const words = { ...byAt(one, locale), given: index + 1, needed };
    return md`☑️ ${fillMd(locale, GROUP.firstApproval, words)}`;
  });
}

/** Everybody who said yes, and when there were enough. */
const approved = ({ approvals }: ApprovedGroup, locale: Locale): { who: Markup; when: Markup } => ({
  who: join(
    approvals.map(({ by }) => person(by)),
    ', ',
  ),
  when: moment(approvals.at(-1)?.atMs ?? 0, locale),
});

const hostOf = ({ group: { plan } }: ShownGroup, id: string): string =>
  plan.members.find(({ changeId }) => changeId === id)?.host ?? '–';

const changeOf = ({ members }: ShownGroup, id: string): Change | null =>
  members.find((change) => change?.plan.id === id) ?? null;

const passedLines = (shown: ShownGroup, { passed }: ApprovedGroup, locale: Locale): readonly Markup[] =>
  passed.map(({ changeId, decision }) => {
    const host = line(hostOf(shown, changeId), 63);
    return md`➡️ ${fillMd(locale, GROUP.passed, { ...byAt(decision, locale), host })}`;
  });

function stopWords(
  shown: ShownGroup,
  stop: GroupStop,
  { atMs, locale }: { readonly atMs: number; readonly locale: Locale },
): Markup {
  switch (stop.kind) {
    case 'not-verified': {
      const now = nowWords(changeOf(shown, stop.changeId), locale);
      return fillMd(locale, GROUP.notVerified, { host: line(hostOf(shown, stop.changeId), 63), now });
    }
    case 'decided-apart':
      return fillMd(locale, GROUP.decidedApart, { host: line(hostOf(shown, stop.changeId), 63) });
    case 'out-of-time':
      return fillMd(locale, GROUP.outOfTime);
    case 'person':
      return fillMd(locale, GROUP.stoppedBy, byAt({ by: stop.by, atMs }, locale));
    case 'untrue': {
      const { code: why, message } = stop.reason;
      return fillMd(locale, GROUP.untrue, { code: code(why, 40), message: sentence(message, 400) });
    }
    default:
      return unreachable(stop);
  }
}

/** Hosts that the plan lists and that never had it. */
function untouched(shown: ShownGroup, locale: Locale): readonly Markup[] {
  const { plan, state } = shown.group;
  const begun = 'begun' in state ? state.begun : [];
  const rest = plan.members.filter(({ changeId }) => !begun.includes(changeId)).map(({ host }) => host);
  return named(rest, GROUP.untouched, locale);
}

const named = (hosts: readonly string[], text: Text<'hosts'>, locale: Locale): readonly Markup[] =>
  hosts.length === 0 ? [] : [fillMd(locale, text, { hosts: line(hostNames(hosts), HOSTS_CHARS) })];

function doneWords(shown: ShownGroup, { passed }: ApprovedGroup, locale: Locale): Markup {
  const count = shown.group.plan.members.length;
  if (passed.length === 0) return fillMd(locale, GROUP.done, { count });
  const hosts = line(hostNames(passed.map(({ changeId }) => hostOf(shown, changeId))), HOSTS_CHARS);
  return fillMd(locale, GROUP.donePassed, { count, hosts });
}

function keptLines(shown: ShownGroup, by: { who: Markup; when: Markup }, locale: Locale): readonly Markup[] {
  const kept = keptOn(shown);
  const others = hostsIn(shown, ({ kind }) => kind !== 'kept');
  const hosts = kept.length === 0 ? '–' : line(hostNames(kept), HOSTS_CHARS);
  return [md`📌 ${fillMd(locale, GROUP.kept, { ...by, hosts })}`, ...named(others, GROUP.notAll, locale)];
}

const keptOn = (shown: ShownGroup): readonly string[] => hostsIn(shown, ({ kind }) => kind === 'kept');

/** Hosts of a plan that was to be taken back which still have it. */
const stillThere = (shown: ShownGroup): readonly string[] => hostsIn(shown, mayBeTakenBack);

const byAt = (
  word: { readonly by: Person; readonly atMs: number },
  locale: Locale,
): { who: Markup; when: Markup } => ({ who: person(word.by), when: moment(word.atMs, locale) });

/** The plan in one line, for the lock screen. */
export function groupHeadline(shown: ShownGroup, locale: Locale): string {
  const { plan, state } = shown.group;
  const words = { group: plan.group, key: plan.key, count: String(plan.members.length) };
  switch (state.kind) {
    case 'proposed':
      return fill(locale, GROUP.newsWanted, words);
    case 'stopped':
      return fill(locale, GROUP.newsStopped, {
        ...words,
        of: words.count,
        count: String(hostsIn(shown, mayBeTakenBack).length),
      });
    case 'done':
      return fill(locale, state.passed.length === 0 ? GROUP.newsDone : GROUP.newsDonePassed, words);
    case 'kept':
      return fill(locale, GROUP.newsKept, { ...words, count: String(keptOn(shown).length) });
    case 'rolled-back': {
      const left = stillThere(shown).length;
      if (left === 0) return fill(locale, GROUP.newsRolledBack, words);
      return fill(locale, GROUP.newsRolledBackPart, { ...words, count: String(left) });
    }
    case 'expired':
      return fill(locale, GROUP.newsExpired, words);
    case 'running':
    case 'keeping':
    case 'rolling-back':
    case 'rejected':
    case 'void':
      return fill(locale, GROUP.newsNow, words);
    default:
      return unreachable(state);
  }
}
