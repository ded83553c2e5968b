import { survivesBoot, type AfterBoot } from '../baseline/after-boot.ts';
import type { BaselineRow } from '../baseline/baseline.ts';
import { VERDICTS, type BaselineVerdict } from '../baseline/judgement.ts';
import { unreachable } from '../domain/errors.ts';
import { say, type Locale } from '../domain/locale.ts';
import { cleanLine, fit } from './plain.ts';
import type { TerminalStyle } from './terminal.ts';
import { BASELINE, BASELINE_VERDICT } from './texts/baseline.ts';
import { fill } from './texts/text.ts';
import { wrap } from './wrap.ts';

const MAX_WIDTH = 100;
const MAX_VALUE_CHARS = 60;

/** Whose settings these are, and who else may change them. */
export interface Judgement {
  readonly host: string;
  readonly rows: readonly BaselineRow[];
  /** Programs on the host that set kernel settings by themselves; null for none seen. */
  readonly daemons: string | null;
}

/** The comparison for a person at a terminal: the warning first, then the settings, worst first. */
export function renderBaseline(
  { host, rows, daemons }: Judgement,
  locale: Locale,
  style: TerminalStyle,
): string {
  const width = Math.min(style.width, MAX_WIDTH);
  const bold = (text: string): string => (style.colour ? `\u001B[1m${text}\u001B[0m` : text);
  const hanging = (indent: number, text: string): readonly string[] =>
    wrap(cleanLine(text), width - indent).map((line) => ' '.repeat(indent) + line);
  const groups = VERDICTS.map((verdict) => ({ verdict, own: rows.filter((row) => row.verdict === verdict) }));
  const shown = groups.filter(({ own }) => own.length > 0);
  const lines = [
    bold(fill(locale, BASELINE.title, { host: cleanLine(host) })),
    '',
    ...hanging(2, say(BASELINE.warning, locale)),
    '',
    ...hanging(2, shown.map(({ verdict, own }) => counted(verdict, own.length, locale)).join(' · ')),
    ...shown.flatMap(({ verdict, own }) => [
      '',
      bold(say(BASELINE_VERDICT[verdict], locale).toUpperCase()),
      ...own.flatMap((row) => [
        `  ${row.key}`,
        ...hanging(4, values(row, locale)),
        ...hanging(4, say(row.why, locale)),
      ]),
    ]),
    '',
    ...(daemons === null ? [] : hanging(2, fill(locale, BASELINE.daemons, { names: daemons }))),
    ...hanging(2, fill(locale, BASELINE.diagnose, { command: `tcpcheck check ${cleanLine(host)}` })),
  ];
  return `${lines.join('\n')}\n`;
}

const counted = (verdict: BaselineVerdict, count: number, locale: Locale): string =>
  fill(locale, BASELINE.counted, { count: String(count), verdict: say(BASELINE_VERDICT[verdict], locale) });

function values({ live, template, afterBoot }: BaselineRow, locale: Locale): string {
  if (live === null) return fill(locale, BASELINE.absent, { template });
  return fill(locale, BASELINE.values, {
    live: value(live),
    template,
    after: after(live, afterBoot, locale),
  });
}

const value = (raw: string): string => fit(cleanLine(raw), MAX_VALUE_CHARS);

function after(live: string, boot: AfterBoot, locale: Locale): string {
  switch (boot.kind) {
    case 'unknown':
      return say(BASELINE.afterUnknown, locale);
    case 'computed':
      return fill(locale, BASELINE.afterComputed, { by: value(boot.by) });
    case 'default':
      return boot.value === null
        ? say(BASELINE.afterDefault, locale)
        : fill(locale, BASELINE.afterDefaultOf, { value: boot.value });
    case 'set':
      return survivesBoot(live, boot) === true
        ? fill(locale, BASELINE.afterSame, { by: value(boot.by) })
        : fill(locale, BASELINE.afterSet, { value: value(boot.value), by: value(boot.by) });
    default:
      return unreachable(boot);
  }
}
