import type { Config } from '../config/config.ts';
import { readCaptureFolder } from '../host/capture-folder.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import { firstLook } from '../core/checklist/first-look.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { targetName, type Target } from '../core/domain/place.ts';
import type { Diagnosis } from '../core/domain/report.ts';
import { diagnoseCapture } from '../core/playbook/diagnose.ts';
import { failedDiagnosis } from '../core/playbook/failed-diagnosis.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { NO_OVERRIDES } from '../core/playbook/threshold-overrides.ts';
import { renderReport } from '../core/render/report-json.ts';
import { renderTerminal } from '../core/render/terminal.ts';
import { TERMINAL } from '../core/render/texts/terminal.ts';
import { fill } from '../core/render/texts/text.ts';
import { answerSymptom } from '../core/symptom/answer-symptom.ts';
import { symptomRouter } from '../core/symptom/route-symptom.ts';
import { routedFirst } from '../core/symptom/routed-first.ts';
import { jumpOf } from '../jobs/jump-of.ts';
import { withCut } from '../jobs/with-cut.ts';
import { targetsOf } from './targets.ts';
import { EXIT, progress, type Terminal } from './terminal.ts';

/** Logging into a whole group at once would stall on this machine's cores and on bastions' MaxStartups. */
const MAX_AT_ONCE = 20;

interface CheckContext {
  readonly config: Config;
  readonly playbooks: readonly Playbook[];
  readonly agentSocket: string | null;
  readonly terminal: Terminal;
}

interface CheckOptions {
  readonly name: string;
  /** A container or process whose network namespace is looked into. */
  readonly target: Target | null;
  readonly windowMs: number | null;
  readonly symptom: string;
  readonly json: boolean;
}

/** `check HOST|GROUP`: needs neither Slack nor Redis. */
export async function checkHosts(context: CheckContext, options: CheckOptions): Promise<number> {
  const { hosts, kind } = targetsOf(context.config, options.name);
  if (kind === 'group' && options.target !== null) {
    const message = `${targetName(options.target)} is looked for on one host; "${options.name}" is a group`;
    throw new TcpcheckError('USAGE', message);
  }
  const show = progress(context.terminal, options.json);
  const diagnoses = await mapBounded(hosts, MAX_AT_ONCE, (host) =>
    lookFromHere(context, host, { ...options, say: (line) => show.say(line) }),
  );
  show.end();
  print(context, diagnoses, { ...options, asArray: kind === 'group' });
  return exitCode(diagnoses);
}

/** `check --capture DIR`: the same, offline. */
export function checkCapture(
  context: Pick<CheckContext, 'playbooks' | 'terminal'> & Pick<Config, 'thresholds'>,
  options: { dir: string; symptom: string; json: boolean },
): number {
  const capture = readCaptureFolder(options.dir);
  const thresholds = context.thresholds.get(capture.host) ?? NO_OVERRIDES;
  const diagnosis = diagnoseCapture(capture, context.playbooks, { thresholds });
  print(context, [diagnosis], { ...options, asArray: false });
  return exitCode([diagnosis]);
}

/** One look from this machine, without the service. */
export async function lookFromHere(
  context: CheckContext,
  host: HostEntry,
  options: Pick<CheckOptions, 'target' | 'windowMs'> & { readonly say: (line: string) => void },
): Promise<Diagnosis> {
  const windowMs = options.windowMs ?? context.config.windowMs;
  const { locale } = context.terminal;
  options.say(fill(locale, TERMINAL.connecting, { host: host.name, address: host.address }));
  try {
    const { capture, cut } = await fetchCapture(host, {
      jump: jumpOf(context.config, host),
      windowMs,
      target: options.target,
      agentSocket: context.agentSocket,
      onFirstSample: (sections) => {
        const { facts } = firstLook(sections);
        options.say(
          fill(locale, TERMINAL.comparing, {
            host: host.name,
            established: String(facts.established ?? '?'),
            timeWait: String(facts.timeWait ?? '?'),
            seconds: String(windowMs / 1000),
          }),
        );
      },
    });
    const { reservedPorts } = context.config;
    const thresholds = context.config.thresholds.get(host.name) ?? NO_OVERRIDES;
    return withCut(diagnoseCapture(capture, context.playbooks, { reservedPorts, thresholds }), cut);
  } catch (error) {
    return failedDiagnosis(host.name, windowMs, error);
  }
}

/** Words only order findings and are answered: the verdict and the exit code are the same without them. */
function print(
  { playbooks, terminal }: Pick<CheckContext, 'playbooks' | 'terminal'>,
  diagnoses: readonly Diagnosis[],
  style: { symptom: string; json: boolean; asArray: boolean },
): void {
  const { locale } = terminal;
  const route = symptomRouter(playbooks)(style.symptom);
  const told = diagnoses.map((diagnosis) => routedFirst(diagnosis, route));
  if (!style.json) {
    const texts = told.map((diagnosis) =>
      renderTerminal(diagnosis, locale, terminal, answerSymptom(style.symptom, route, diagnosis)),
    );
    terminal.out(`${texts.map((text) => text.trimEnd()).join('\n\n')}\n`);
    return;
  }
  const reports = told.map((diagnosis) => renderReport(diagnosis, locale));
  terminal.out(`${JSON.stringify(style.asArray ? reports : reports[0], null, 2)}\n`);
}

/** Findings beat "could not look", which beats ok. */
export function exitCode(diagnoses: readonly Diagnosis[]): number {
  if (diagnoses.some(({ verdict }) => verdict === 'critical' || verdict === 'warning')) return EXIT.findings;
  return diagnoses.some(({ verdict }) => verdict === 'unknown') ? EXIT.unknown : EXIT.ok;
}

async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
