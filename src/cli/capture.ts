import type { Config } from '../config/config.ts';
import { writeCaptureFolder } from '../host/capture-folder.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { TERMINAL } from '../core/render/texts/terminal.ts';
import { fill } from '../core/render/texts/text.ts';
import { jumpOf } from '../jobs/jump-of.ts';
import { targetsOf } from './check.ts';
import { EXIT, progress, type Terminal } from './terminal.ts';

interface CaptureContext {
  readonly config: Config;
  readonly agentSocket: string | null;
  readonly terminal: Terminal;
}

/** `capture HOST --out DIR`: records what the checklist reads, for replay and for tests. */
export async function captureHost(
  context: CaptureContext,
  options: { host: string; out: string; windowMs: number | null },
): Promise<number> {
  const { hosts } = targetsOf(context.config, options.host);
  const [host, second] = hosts;
  if (host === undefined || second !== undefined) {
    throw new TcpcheckError(
      'USAGE',
      `capture records one host; "${options.host}" is a group of ${hosts.length}`,
    );
  }
  const windowMs = options.windowMs ?? context.config.windowMs;
  const show = progress(context.terminal, false);
  const { locale } = context.terminal;
  show.say(fill(locale, TERMINAL.recording, { host: host.name, seconds: String(windowMs / 1000) }));
  const { capture } = await fetchCapture(host, {
    jump: jumpOf(context.config, host),
    windowMs,
    agentSocket: context.agentSocket,
  });
  show.end();
  writeCaptureFolder(options.out, capture);
  const count = String(capture.sections.length);
  context.terminal.out(
    `${fill(locale, TERMINAL.recorded, { host: host.name, count, folder: options.out })}\n`,
  );
  return EXIT.ok;
}
