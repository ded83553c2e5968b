import type { Config } from '../config/config.ts';
import { baselineOf } from '../core/baseline/baseline.ts';
import { readFacts } from '../core/checklist/read-facts.ts';
import type { Capture } from '../core/domain/capture.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { baselineJson } from '../core/render/baseline-json.ts';
import { renderBaseline, type Judgement } from '../core/render/baseline-terminal.ts';
import { TERMINAL } from '../core/render/texts/terminal.ts';
import { fill } from '../core/render/texts/text.ts';
import { readCaptureFolder } from '../host/capture-folder.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import { jumpOf } from '../jobs/jump-of.ts';
import { oneHost } from './one-host.ts';
import { EXIT, progress, type Terminal } from './terminal.ts';

/** Settings do not move; the window only has to exist. */
const WINDOW_MS = 1000;

interface BaselineContext {
  readonly config: Config;
  readonly agentSocket: string | null;
  readonly terminal: Terminal;
}

/** `baseline HOST`: the host's settings beside the popular template. */
export async function baselineHost(
  { config, agentSocket, terminal }: BaselineContext,
  options: { name: string; json: boolean },
): Promise<number> {
  const host = oneHost(config, options.name, 'baseline compares');
  const show = progress(terminal, options.json);
  show.say(fill(terminal.locale, TERMINAL.connecting, { host: host.name, address: host.address }));
  try {
    const jump = jumpOf(config, host);
    const { capture, cut } = await fetchCapture(host, { jump, agentSocket, windowMs: WINDOW_MS });
    const judgement = judgementOf(capture, cut);
    show.end();
    print(judgement, terminal, options.json);
    return EXIT.ok;
  } finally {
    show.end();
  }
}

/** `baseline --capture DIR`: the same, offline. */
export function baselineCapture(terminal: Terminal, options: { dir: string; json: boolean }): number {
  print(judgementOf(readCaptureFolder(options.dir), null), terminal, options.json);
  return EXIT.ok;
}

function judgementOf(capture: Capture, cut: TcpcheckError | null): Judgement {
  const reading = readFacts(capture);
  const rows = baselineOf(reading);
  if (rows === null) {
    throw cut ?? new TcpcheckError('HOST_OUTPUT_CUT', `${capture.host}: no kernel setting could be read`);
  }
  const daemons = reading.facts.host.host['setting_daemons'];
  return { host: capture.host, rows, daemons: typeof daemons === 'string' ? daemons : null };
}

function print(judgement: Judgement, terminal: Terminal, json: boolean): void {
  const { locale } = terminal;
  terminal.out(
    json
      ? `${JSON.stringify(baselineJson(judgement, locale), null, 2)}\n`
      : renderBaseline(judgement, locale, terminal),
  );
}
