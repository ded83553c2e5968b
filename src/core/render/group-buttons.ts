import { groupValue, passValue } from '../change/group-hash.ts';
import { mayBePassed, mayBeTakenBack } from '../change/group-step.ts';
import { hasBegun } from '../change/group-life.ts';
import type { Block } from '../domain/ports.ts';
import { say } from '../domain/locale.ts';
import { actions, button, type Button } from './blocks.ts';
import { ACTION } from './change-buttons.ts';
import { hostNames, hostsIn } from './group-words.ts';
import type { QuestionView, ShownGroup } from './question-view.ts';
import { CHANGE } from './texts/change.ts';
import { TAKES_EFFECT } from './texts/common.ts';
import { GROUP } from './texts/group.ts';
import { fill, type Text } from './texts/text.ts';

/** Of the 300 characters of a dialog, what is left for the hosts. */
const HOSTS_CHARS = 130;

/** The buttons that make sense in the plan's state; null when there are none. */
export function groupButtons(view: QuestionView, shown: ShownGroup): Block | null {
  const { state } = shown.group;
  const buttons = buttonsOf(view, shown);
  if (state.kind === 'rejected' || buttons.length === 0) return null;
  return actions(buttons.map((spec) => button(spec)));
}

function buttonsOf(view: QuestionView, shown: ShownGroup): readonly Button[] {
  const { group, members } = shown;
  const { state } = group;
  if (state.kind === 'proposed') return [approve(view, shown), reject(view, shown)];
  if (!hasBegun(state) || state.kind === 'rolling-back') return [];
  const isApplied = members.some((change) => change !== null && mayBeTakenBack(change.state));
  // While it runs it can be taken back before the first host has it: then no host gets it.
  const back = isApplied || state.kind === 'running' ? [rollBack(view, shown)] : [];
  if (state.kind === 'running') return [stop(view, shown), ...back];
  if (state.kind === 'done') return [keep(view, shown), ...back];
  if (state.kind === 'stopped' && mayBePassed(group, members, view.nowMs))
    return [goOn(view, shown), ...back];
  return back;
}

interface Asked {
  readonly actionId: string;
  readonly label: Text;
  readonly title: string;
  readonly text: string;
  readonly style?: 'primary' | 'danger';
  readonly value?: string;
}

function spec({ question: { locale } }: QuestionView, { group: { plan } }: ShownGroup, asked: Asked): Button {
  const label = say(asked.label, locale);
  return {
    actionId: asked.actionId,
    label,
    value: asked.value ?? groupValue(plan),
    ...(asked.style === undefined ? {} : { style: asked.style }),
    confirmation: { title: asked.title, text: asked.text, confirm: label, deny: say(CHANGE.cancel, locale) },
  };
}

const wordsOf = ({ group: { plan } }: ShownGroup) => ({
  group: plan.group,
  key: plan.key,
  count: String(plan.members.length),
  hosts: cut(plan.members.map(({ host }) => host)),
});

/** As many names as there is room for; the card above has all of them. */
function cut(hosts: readonly string[]): string {
  for (let shown = hosts.length; shown > 0; shown -= 1) {
    const words =
      hostNames(hosts.slice(0, shown)) + (shown < hosts.length ? ` +${hosts.length - shown}` : '');
    if (words.length <= HOSTS_CHARS) return words;
  }
  return `${hosts.length}`;
}

function approve(view: QuestionView, shown: ShownGroup): Button {
  const { locale } = view.question;
  const words = wordsOf(shown);
  const effect = say(TAKES_EFFECT[shown.group.plan.takesEffect], locale);
  return spec(view, shown, {
    actionId: ACTION.approve,
    label: CHANGE.approve,
    style: 'primary',
    title: fill(locale, GROUP.approveTitle, words),
    text: fill(locale, GROUP.approveText, { ...words, effect }),
  });
}

function reject(view: QuestionView, shown: ShownGroup): Button {
  const { locale } = view.question;
  return spec(view, shown, {
    actionId: ACTION.reject,
    label: CHANGE.reject,
    title: say(GROUP.rejectTitle, locale),
    text: fill(locale, GROUP.rejectText, wordsOf(shown)),
  });
}

/** The contract has no fifth action: to reject what runs is to stop it. */
function stop(view: QuestionView, shown: ShownGroup): Button {
  const { locale } = view.question;
  return spec(view, shown, {
    actionId: ACTION.reject,
    label: GROUP.stop,
    title: say(GROUP.stopTitle, locale),
    text: fill(locale, GROUP.stopText, wordsOf(shown)),
  });
}

/** To go on is to approve once more, with a value of its own: the first approval pressed again is none. */
function goOn(view: QuestionView, shown: ShownGroup): Button {
  const { locale } = view.question;
  const { plan, state } = shown.group;
  const changeId = state.kind === 'stopped' && state.stop.kind === 'not-verified' ? state.stop.changeId : '';
  const host = plan.members.find((member) => member.changeId === changeId)?.host ?? '';
  const hosts = cut(hostsIn(shown, (one) => one.kind === 'queued'));
  return spec(view, shown, {
    actionId: ACTION.approve,
    label: GROUP.continue,
    value: passValue(plan, changeId),
    title: fill(locale, GROUP.continueTitle, { host }),
    text: fill(locale, GROUP.continueText, { key: plan.key, host, hosts }),
  });
}

function keep(view: QuestionView, shown: ShownGroup): Button {
  const { locale } = view.question;
  return spec(view, shown, {
    actionId: ACTION.keep,
    label: GROUP.keepAll,
    title: fill(locale, GROUP.keepTitle, wordsOf(shown)),
    text: fill(locale, GROUP.keepText, wordsOf(shown)),
  });
}

function rollBack(view: QuestionView, shown: ShownGroup): Button {
  const { locale } = view.question;
  const hosts = hostsIn(shown, mayBeTakenBack);
  return spec(view, shown, {
    actionId: ACTION.rollback,
    label: GROUP.rollbackAll,
    style: 'danger',
    title: say(GROUP.rollbackTitle, locale),
    text: fill(locale, GROUP.rollbackText, {
      key: shown.group.plan.key,
      hosts: hosts.length === 0 ? wordsOf(shown).hosts : cut(hosts),
    }),
  });
}
