import { say, type Locale } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import type { Advice, Evidence, Finding, SysctlFix } from '../domain/report.ts';
import { context, divider, preformatted, section } from './blocks.ts';
import { cardBlocks } from './change-card.ts';
import { bold, code, fillMd, join, line, lockLine, md, moment, prose, type Markup } from './markup.ts';
import { chooseSample } from './samples.ts';
import { RISK_WORDS, SEVERITY_EMOJI, SEVERITY_WORDS, TAKES_EFFECT } from './texts/common.ts';
import { FINDING, NO_ACCESS, NO_BUTTON } from './texts/finding.ts';
import { matchedFindings, type ShownChange, type ShownFinding, type ThreadView } from './view.ts';
import { seconds } from './words.ts';

/**
 * Characters of each part; together with a card they stay under the 12,000 that one message may hold
 * (Slack refuses somewhere above 13,000 with msg_blocks_too_long).
 */
const ROOM = {
  head: 1500,
  evidence: 1500,
  missing: 400,
  advice: 1500,
  sample: 800,
  languages: 300,
  sysctl: 1000,
  noButton: 400,
  notAdvised: 600,
} as const;

const MAX_EVIDENCE = 8;
const MAX_MISSING = 5;
const MAX_ADVICE = 4;
const MAX_NOT_ADVISED = 4;

/** A code sample longer than a screen is looked up, not read in a chat. */
const MAX_SAMPLE_LINES = 16;

/** One finding: symptom, evidence, cause, fix; with the first of its changes as a card. */
export function findingMessage(view: ThreadView, shown: ShownFinding): ThreadMessage {
  const { locale, host } = view.request;
  const { finding } = shown;
  const title = say(finding.title, locale);
  const subject = finding.subject === null ? '' : ` (${finding.subject})`;
  const [card] = shown.changes;
  return {
    key: `finding:${shown.index}`,
    text: lockLine(`${host}: ${title}${subject}`),
    blocks: [
      section(head(view, shown), ROOM.head),
      ...evidence(shown, locale),
      ...application(finding, locale),
      ...sysctl(view, shown),
      ...notAdvised(finding, locale),
      ...(card === undefined ? [] : [divider, ...cardBlocks(withoutTold(card), locale)]),
    ],
  };
}

/** The fix above the card names these already. */
const withoutTold = ({ change, card }: ShownChange): ShownChange => {
  const now = card.owners.now.filter(({ kind }) => kind !== 'tuned' && kind !== 'bpftune');
  return { change, card: { ...card, owners: { ...card.owners, now } } };
};

function head(view: ThreadView, { finding, goneAtMs }: ShownFinding): readonly Markup[] {
  const { locale } = view.request;
  const emoji = SEVERITY_EMOJI[finding.severity];
  const word = say(SEVERITY_WORDS[finding.severity], locale);
  const subject = finding.subject === null ? '' : md` ${code(finding.subject, 100)}`;
  const cause = line(finding.cause ?? '', 80);
  const because = matchedFindings(view.run).find((other) => other.playbook === finding.explainedBy);
  return [
    md`${emoji} ${bold(md`${word}: ${line(say(finding.title, locale), 150)}`)}${subject}`,
    ...(goneAtMs === null ? [] : [bold(fillMd(locale, FINDING.gone, { when: moment(goneAtMs, locale) }))]),
    prose(say(finding.summary, locale), 800),
    ...(cause.mrkdwn === '' ? [] : [fillMd(locale, FINDING.cause, { cause: bold(cause) })]),
    ...(because === undefined
      ? []
      : [md`↳ ${fillMd(locale, FINDING.consequence, { title: line(say(because.title, locale), 150) })}`]),
  ].filter((markup) => markup.mrkdwn !== '');
}

function evidence({ finding, windowMs }: ShownFinding, locale: Locale): readonly Block[] {
  const heading = bold(fillMd(locale, FINDING.evidence, { seconds: seconds(windowMs) }));
  const missing = finding.missing.slice(0, MAX_MISSING).map((fact) => code(fact, 60));
  return [
    ...(finding.evidence.length === 0
      ? []
      : [
          section(
            [heading, ...finding.evidence.slice(0, MAX_EVIDENCE).map((item) => evidenceLine(item, locale))],
            ROOM.evidence,
          ),
        ]),
    ...(missing.length === 0
      ? []
      : [context([fillMd(locale, FINDING.missing, { facts: join(missing, ', ') })], ROOM.missing)]),
  ];
}

/** The number, and below it the command a person would type to see it. */
function evidenceLine(item: Evidence, locale: Locale): Markup {
  const said = md`• ${prose(say(item.text, locale), 280)}`;
  return item.command.trim() === '' ? said : md`${said}\n      ${code(item.command, 200)}`;
}

function application(finding: Finding, locale: Locale): readonly Block[] {
  const advice = finding.fixes.filter((fix) => fix.kind === 'advice').slice(0, MAX_ADVICE);
  if (advice.length === 0) return [];
  return [
    section(
      [
        bold(fillMd(locale, FINDING.application)),
        ...advice.map((fix) => md`• ${prose(say(fix.text, locale), 450)}`),
      ],
      ROOM.advice,
    ),
    ...sample(advice, finding.playbook, locale),
  ];
}

/** The shortest sample; the other languages by name. */
function sample(advice: readonly Advice[], playbook: string, locale: Locale): readonly Block[] {
  const chosen = chooseSample(advice.flatMap((fix) => fix.samples));
  if (chosen === null) return [];
  const { shown, others } = chosen;
  const lines = shown.code.split('\n');
  const cut = lines.length > MAX_SAMPLE_LINES ? [...lines.slice(0, MAX_SAMPLE_LINES), '…'] : lines;
  const language = line(shown.language, 40);
  const said =
    others.length === 0
      ? fillMd(locale, FINDING.sample, { language })
      : fillMd(locale, FINDING.moreSamples, {
          language,
          others: line(others.join(', '), 120),
          playbook: code(playbook, 60),
        });
  return [context([said], ROOM.languages), preformatted(cut.join('\n'), ROOM.sample)];
}

/** The kernel settings that would help, and why there is no button where there is none. */
function sysctl(view: ThreadView, shown: ShownFinding): readonly Block[] {
  const { locale } = view.request;
  const { finding } = shown;
  const fixes = finding.fixes.filter((fix) => fix.kind === 'sysctl').slice(0, 3);
  const why = noButton(view, shown, fixes);
  if (fixes.length === 0) return why === null ? [] : [context([why], ROOM.noButton)];
  return [
    section(
      [bold(fillMd(locale, FINDING.sysctl)), ...fixes.flatMap((fix) => fixLines(fix, locale))],
      ROOM.sysctl,
    ),
    ...(why === null ? [] : [context([why], ROOM.noButton)]),
  ];
}

const MAX_COMPANIONS = 2;

function fixLines(fix: SysctlFix, locale: Locale): readonly Markup[] {
  const settings = { key: code(fix.key, 80), from: code(fix.from, 80), to: code(fix.to, 80) };
  const effect = say(TAKES_EFFECT[fix.takesEffect], locale);
  const risk = say(RISK_WORDS[fix.risk], locale);
  return [
    fillMd(locale, FINDING.setting, settings),
    fillMd(locale, FINDING.effectAndRisk, { effect, risk }),
    prose(say(fix.why, locale), 300),
    ...fix.companions.slice(0, MAX_COMPANIONS).map((companion) =>
      fillMd(locale, FINDING.companion, {
        key: code(companion.key, 80),
        from: code(companion.from, 60),
        to: code(companion.to, 60),
      }),
    ),
  ].filter((markup) => markup.mrkdwn !== '');
}

/** Null when there is a button, or nothing (any more) that anybody would look for one for. */
function noButton(view: ThreadView, shown: ShownFinding, fixes: readonly SysctlFix[]): Markup | null {
  const { locale, host } = view.request;
  const { finding, changes, goneAtMs } = shown;
  if (changes.length > 0 || goneAtMs !== null) return null;
  if (finding.explainedBy !== null) return fillMd(locale, NO_BUTTON.consequence);
  if (fixes.length === 0) {
    return finding.fixes.length > 0 && finding.severity !== 'info'
      ? fillMd(locale, NO_BUTTON.adviceOnly)
      : null;
  }
  const offered = fixes.filter((fix) => fix.offered);
  if (offered.length === 0) return fillMd(locale, NO_BUTTON.notOffered);
  if (view.changeAccess !== 'yes') return fillMd(locale, NO_ACCESS[view.changeAccess], { host });
  const { onlySetting } = view.request;
  if (onlySetting !== undefined && !offered.some((fix) => fix.key === onlySetting)) {
    return fillMd(locale, NO_BUTTON.onlyAsked, { key: code(onlySetting, 80) });
  }
  const proposed = offered.some((fix) => proposesKey(view.changes, fix.key));
  return fillMd(locale, proposed ? NO_BUTTON.proposedElsewhere : NO_BUTTON.noProposal);
}

const proposesKey = (changes: readonly ShownChange[], key: string): boolean =>
  changes.some(({ change }) => change.plan.settings.some((setting) => setting.key === key));

function notAdvised(finding: Finding, locale: Locale): readonly Block[] {
  if (finding.notAdvised.length === 0) return [];
  const lines = finding.notAdvised
    .slice(0, MAX_NOT_ADVISED)
    .map((item) => md`• ${code(item.key, 80)}: ${prose(say(item.why, locale), 250)}`);
  return [section([bold(fillMd(locale, FINDING.doNotChange)), ...lines], ROOM.notAdvised)];
}
