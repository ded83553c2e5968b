import { assert } from '../domain/errors.ts';
import type { CheckId, Sample } from '../domain/capture.ts';
import type { Check } from './check.ts';
import { markerPrefix } from './marker.ts';
import { SH_PROC_SS } from './proc-sockets.ts';
import { SH_LIMIT, SH_SECTIONS } from './section-frame.ts';
import { quoted, SH_CLOCK, SH_NAP } from './shell-text.ts';

/** What is run on a host. */
export interface ScriptOptions {
  readonly checks: readonly Check[];
  /** Whole seconds between the samples, 1 to 60. */
  readonly windowS: number;
  /** 16 to 64 characters of 0-9 and a-z that nobody can guess, new for every run. */
  readonly nonce: string;
}

/** A host that takes longer per run would hold its place in the queue for nothing; config and terminal refuse more. */
export const MAX_WINDOW_S = 60;
/** One environment string may have 128 KiB (MAX_ARG_STRLEN); half of that, or the next check gets nothing. */
const MAX_INPUT_CHARS = 65_536;

/**
 * The whole checklist as one POSIX sh script for \`/bin/sh -s\`: first sample, window, second sample. Everything stands
 * in one function that the last line calls, so that a script that arrives in part does nothing.
 */
export function composeScript({ checks, windowS, nonce }: ScriptOptions): string {
  assert(Number.isInteger(windowS) && windowS >= 1 && windowS <= MAX_WINDOW_S, `a window of ${windowS} s`);
  const steps = (sample: Sample): readonly Step[] =>
    checks.flatMap((check) =>
      isTaken(check, sample) ? [{ check, sample, source: sourceOf(check, sample, checks) }] : [],
    );
  const [first, ...rest] = steps(1);
  const second = steps(2);
  const kept = new Set([...rest, ...second].flatMap(({ source }) => source ?? []));
  const run = (step: Step): readonly string[] => runCheck(step, windowS, kept);
  const lines = [
    "tc_nl='\n'",
    `tc_mark='${markerPrefix(nonce)}'`,
    SH_CLOCK,
    SH_NAP,
    SH_LIMIT,
    SH_SECTIONS,
    ...checks.flatMap(({ id, script, shortcut }) => [
      `${variable('script', id)}=${quoted(script)}`,
      ...(shortcut === undefined ? [] : [`${variable('shortcut', id)}=${quoted(shortcut)}`]),
    ]),
    `TC_WINDOW_S=${windowS} TC_UNTIL_CS=0 TC_SAMPLE=1 TC_INPUT=`,
    'export TC_WINDOW_S TC_UNTIL_CS TC_SAMPLE TC_INPUT',
    `command -v ss >/dev/null || { TC_SS=${quoted(SH_PROC_SS)}; export TC_SS; }`,
    // A login shell may have printed half a line.
    'echo',
    ...(first === undefined ? [] : run(first)),
    `tc_clock; TC_UNTIL_CS=$((tc_cs + ${windowS * 100}))`,
    ...rest.flatMap(run),
    'TC_SAMPLE=2',
    ...second.filter(({ check }) => check.fillsWindow).flatMap(run),
    // Whatever became of the check that fills the window: the window is as long as was asked.
    `tc_turns=0; while [ "$tc_turns" -le ${windowS} ] && tc_nap 100; do tc_turns=$((tc_turns + 1)); done`,
    ...second.filter(({ check }) => !check.fillsWindow).flatMap(run),
    `printf '%s\\n' "\${tc_mark}done"`,
  ];
  // The texts in single quotes are scripts for a shell of their own (SC2016), TC_SS too (SC2089, SC2090).
  return `# shellcheck disable=SC2016,SC2089,SC2090\ntcpcheck() {\n${lines.join('\n')}\n}\n</dev/null tcpcheck\n`;
}

interface Step {
  readonly check: Check;
  readonly sample: Sample;
  /** Variable that holds what the check gets as TC_INPUT. */
  readonly source: string | null;
}

const isTaken = ({ samples }: Check, sample: Sample): boolean =>
  samples === 'both' || samples === (sample === 1 ? 'first' : 'second');

function sourceOf({ id, input }: Check, sample: Sample, checks: readonly Check[]): string | null {
  if (input === null || (input.of === id && sample === 1)) return null;
  if (!checks.some(({ id }) => id === input.of)) return null;
  return keptName(input.of, input.sample === 'first' ? 1 : sample);
}

function runCheck(
  { check, sample, source }: Step,
  windowS: number,
  kept: ReadonlySet<string>,
): readonly string[] {
  const own = keptName(check.id, sample);
  return [
    source === null ? 'TC_INPUT=' : `TC_INPUT=$${source}`,
    section(check, sample, windowS),
    ...(kept.has(own) ? [`[ "\${#tc_text}" -le ${MAX_INPUT_CHARS} ] || tc_text=`, `${own}=$tc_text`] : []),
  ];
}

function section({ id, capBytes, ...check }: Check, sample: Sample, windowS: number): string {
  const script = `"$${variable('script', id)}"`;
  if (check.timeoutS === null) return `tc_here ${id} ${sample} ${capBytes} ${script}`;
  const timeoutS = check.timeoutS + (sample === 2 && check.fillsWindow ? windowS : 0);
  const apart = `${check.mayFlood === true ? 'tc_capped' : 'tc_apart'} ${id} ${sample} ${capBytes} ${timeoutS} ${script}`;
  return check.shortcut === undefined
    ? apart
    : `tc_short ${id} ${sample} ${capBytes} "$${variable('shortcut', id)}" || ${apart}`;
}

const keptName = (id: CheckId, sample: Sample): string => `${variable('kept', id)}_${sample}`;

/** Ids are ours: letters and dashes. */
const variable = (kind: 'script' | 'shortcut' | 'kept', id: CheckId): string =>
  `tc_${kind}_${id.replaceAll('-', '_')}`;
