import type { GroupState } from '../domain/group.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import type { Diagnosis, Finding, Verdict } from '../domain/report.ts';
import { context, header, section } from './blocks.ts';
import { bold, code, fillMd, join, line, link, lockLine, md, type Markup } from './markup.ts';
import { groupHeadline } from './group-state.ts';
import { hasEnded, type HostPart, type QuestionView } from './question-view.ts';
import { asker } from './asker.ts';
import { COMMON, VERDICT_EMOJI, VERDICT_WORDS } from './texts/common.ts';
import { GROUP } from './texts/group.ts';
import { QUESTION } from './texts/question.ts';
import { fill } from './texts/text.ts';
import { matchedFindings } from './view.ts';

/** What became of a host's check, worst first. */
const RANKS = ['critical', 'failed', 'warning', 'unknown', 'waiting', 'ok'] as const;
type Rank = (typeof RANKS)[number];

/** Lines of one section: a link, a title, a cause and a number each, within its 3,000 characters. */
const HOSTS_PER_SECTION = 6;

/** All hosts at one glance: the head of the thread in which changes for several of them are decided. */
export function questionRoot(view: QuestionView): ThreadMessage {
  const { question, hosts } = view;
  const { locale } = question;
  const head = headline(view);
  const lines = ordered(view).map((part) => hostLine(part, view));
  const isDone = hosts.every(hasEnded);
  return {
    key: 'root',
    text: lockLine(head.text),
    blocks: [
      header(`${head.emoji} ${head.text}`),
      ...sections(lines),
      ...groupLines(view),
      context(
        [
          join(
            asker({ request: question, named: hosts.some(({ run }) => run !== null), incident: null }),
            ' · ',
          ),
          ...(isDone ? [fillMd(locale, QUESTION.inThreads)] : []),
        ].filter(({ mrkdwn }) => mrkdwn !== ''),
      ),
    ],
  };
}

/** What of its hosts is decided about together, with the way to the card: people look here first. */
function groupLines({ question: { locale }, groups }: QuestionView): readonly Block[] {
  const lines = groups
    .filter(({ group }) => !OVER.has(group.state.kind))
    .slice(-MAX_GROUPS)
    .map((shown) => {
      const to = link(shown.url, say(GROUP.card, locale));
      const words = line(groupHeadline(shown, locale), 200);
      return to === null ? md`👉 ${words}` : md`👉 ${words}: ${to}`;
    });
  return lines.length === 0 ? [] : [section(lines)];
}

const OVER: ReadonlySet<GroupState['kind']> = new Set(['void', 'expired', 'rejected']);
/** Each is one setting on some hosts; the thread has all of them. */
const MAX_GROUPS = 5;

function headline(view: QuestionView): { readonly emoji: string; readonly text: string } {
  const { question, hosts, overdue } = view;
  const { locale, group } = question;
  const done = hosts.filter(hasEnded).length;
  if (done < hosts.length && !overdue) {
    const words = { group, count: String(hosts.length), done: String(done) };
    return { emoji: '🔍', text: fill(locale, QUESTION.headChecking, words) };
  }
  const ranks = hosts.map(rankOf);
  const counts = RANKS.map((rank) => ({ rank, count: ranks.filter((one) => one === rank).length }))
    .filter(({ count }) => count > 0)
    .map(({ rank, count }) => fill(locale, QUESTION[rank], { count: String(count) }));
  const worst = RANKS.find((rank) => ranks.includes(rank)) ?? 'unknown';
  return { emoji: EMOJI[worst], text: fill(locale, QUESTION.headDone, { group, counts: counts.join(', ') }) };
}

/** As the inventory has them while they come in; then the worst first. */
function ordered({ hosts, overdue }: QuestionView): readonly HostPart[] {
  if (!hosts.every(hasEnded) && !overdue) return hosts;
  return hosts.toSorted((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = (part: HostPart): number => RANKS.indexOf(rankOf(part));

function rankOf(part: HostPart): Rank {
  const diagnosis = part.run?.diagnosis ?? null;
  if (!hasEnded(part) || diagnosis === null) return 'waiting';
  return diagnosis.error === null ? diagnosis.verdict : 'failed';
}

const EMOJI: Readonly<Record<Rank, string>> = { ...VERDICT_EMOJI, failed: '⛔', waiting: '⏳' };

function hostLine(part: HostPart, { question: { locale }, overdue }: QuestionView): Markup {
  const host = link(part.url, part.host) ?? line(part.host, 63);
  const rank = rankOf(part);
  const emoji = rank === 'waiting' && part.run !== null ? '🔍' : EMOJI[rank];
  return md`${emoji} ${host}: ${hostWords(part, overdue, locale)}`;
}

function hostWords(part: HostPart, overdue: boolean, locale: Locale): Markup {
  const diagnosis = part.run?.diagnosis ?? null;
  if (!hasEnded(part) || diagnosis === null) {
    const phase = fillMd(locale, phaseOf(part));
    return overdue ? md`${phase}, ${fillMd(locale, QUESTION.late)}` : phase;
  }
  if (diagnosis.error !== null)
    return fillMd(locale, QUESTION.couldNot, { code: code(diagnosis.error.code, 60) });
  return verdictWords(part, diagnosis, locale);
}

const phaseOf = ({ run }: HostPart) => {
  if (run === null) return QUESTION.queued;
  return run.phase === 'connecting' ? QUESTION.connecting : QUESTION.measuring;
};

function verdictWords({ run }: HostPart, { verdict, quiet }: Diagnosis, locale: Locale): Markup {
  const matched = matchedFindings(run);
  const [first] = matched;
  if (first !== undefined && WORTH_A_TITLE.has(verdict)) {
    const more = matched.length - 1;
    const others = more === 0 ? '' : md` ${fillMd(locale, QUESTION.others, { count: more })}`;
    return md`${findingWords(first, locale)}${others}`;
  }
  if (verdict === 'unknown') return fillMd(locale, QUESTION.unknownHost);
  const word = line(say(VERDICT_WORDS[verdict], locale), 40);
  return quiet ? md`${word} (${fillMd(locale, COMMON.quiet)})` : word;
}

/** Shorter than in the host's own thread: twenty of them are one message. */
function findingWords({ title, subject, cause, evidence: [first] }: Finding, locale: Locale): Markup {
  const where = subject === null ? '' : md` ${code(subject, 40)}`;
  const why = cause === null ? '' : md` (${line(cause, 30)})`;
  const number = first === undefined ? '' : md`, ${line(say(first.text, locale), 80)}`;
  return md`${bold(line(say(title, locale), 60))}${where}${why}${number}`;
}

const WORTH_A_TITLE: ReadonlySet<Verdict> = new Set(['critical', 'warning']);

function sections(lines: readonly Markup[]): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += HOSTS_PER_SECTION) {
    blocks.push(section(lines.slice(at, at + HOSTS_PER_SECTION)));
  }
  return blocks;
}
