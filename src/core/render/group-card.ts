import { say } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import { context, section } from './blocks.ts';
import { groupButtons } from './group-buttons.ts';
import { groupHeadline, groupStateLines } from './group-state.ts';
import { hostLines, hostLink } from './group-words.ts';
import { bold, code, fillMd, join, line, lockLine, mention, moment, type Markup } from './markup.ts';
import { hasEnded, type QuestionView, type ShownGroup } from './question-view.ts';
import { CHANGE } from './texts/change.ts';
import { RISK_WORDS, TAKES_EFFECT } from './texts/common.ts';
import { GROUP } from './texts/group.ts';

/** Lines of one section: a link and some values each, within its 3,000 characters. */
const HOSTS_PER_SECTION = 6;
const MAX_MENTIONS = 10;

/** One card for the same setting on several hosts: what, in which order, what became of it, what can be done. */
export function groupCard(view: QuestionView, shown: ShownGroup): ThreadMessage {
  const { locale } = view.question;
  const { plan, state } = shown.group;
  const isOpen = state.kind === 'proposed';
  const words = { count: plan.members.length, group: line(plan.group, 63) };
  const heading = bold(fillMd(locale, isOpen ? GROUP.proposed : GROUP.heading, words));
  const lines = groupStateLines(view, shown);
  const buttons = groupButtons(view, shown);
  return {
    key: `card:${plan.id}`,
    text: lockLine(groupHeadline(shown, locale)),
    blocks: [
      // The card is a reply: while it waits for people it says whom for.
      section([join([...(isOpen ? mentions(view) : []), heading], ' '), code(plan.key, 100)]),
      ...hostSections(hostLines(view, shown)),
      ...(isOpen ? [section(terms(view, shown))] : []),
      ...(lines.length === 0 ? [] : [section(lines)]),
      ...(buttons === null ? [] : [buttons]),
      context([fillMd(locale, GROUP.byHand)]),
    ],
  };
}

/** Whom the thread's replies ping. */
export const mentions = ({ question }: QuestionView): readonly Markup[] =>
  question.mentions
    .slice(0, MAX_MENTIONS)
    .map(mention)
    .filter((markup) => markup !== null);

function hostSections(lines: readonly Markup[]): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += HOSTS_PER_SECTION) {
    blocks.push(section(lines.slice(at, at + HOSTS_PER_SECTION)));
  }
  return blocks;
}

const MINUTE_MS = 60_000;

function terms(view: QuestionView, { group: { plan }, leftOut }: ShownGroup): readonly Markup[] {
  const { locale } = view.question;
  const late = view.hosts.filter((part) => !hasEnded(part)).map(({ host }) => host);
  const risk = say(RISK_WORDS[plan.risk], locale);
  const effect = say(TAKES_EFFECT[plan.takesEffect], locale);
  const when = moment(plan.expiresAtMs, locale);
  const minutes = Math.max(1, Math.round(plan.runForMs / MINUTE_MS));
  return [
    fillMd(locale, GROUP.order, { host: hostLink(view, plan.members[0]?.host ?? '') }),
    fillMd(locale, CHANGE.terms, { risk, effect, when }),
    fillMd(locale, GROUP.runsFor, { minutes }),
    ...(leftOut.length === 0
      ? []
      : [fillMd(locale, GROUP.leftOut, { max: plan.members.length, hosts: line(leftOut.join(', '), 600) })]),
    ...(late.length === 0 ? [] : [fillMd(locale, GROUP.notDone, { hosts: line(late.join(', '), 600) })]),
  ];
}
