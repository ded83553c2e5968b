import type { Config } from '../config/config.ts';
import { writeCaptureFolder } from '../host/capture-folder.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import type { Target } from '../core/domain/place.ts';
import { TERMINAL } from '../core/render/texts/terminal.ts';
import { fill } from '../core/render/texts/text.ts';
import { jumpOf } from '../jobs/jump-of.ts';
import { oneHost } from './one-host.ts';
import { EXIT, progress, type Terminal } from './terminal.ts';

interface CaptureContext {
  readonly config: Config;
  readonly agentSocket: string | null;
  readonly terminal: Terminal;
}

/** `capture HOST --out DIR`: records what the checklist reads, for replay and for tests. */
export async function captureHost(
  context: CaptureContext,
  options: { host: string; out: string; windowMs: number | null; target: Target | null },
): Promise<number> {
  const host = oneHost(context.config, options.host, 'capture records');
  const windowMs = options.windowMs ?? context.config.windowMs;
  const show = progress(context.terminal, false);
  const { locale } = context.terminal;
  show.say(fill(locale, TERMINAL.recording, { host: host.name, seconds: String(windowMs / 1000) }));
  const { capture } = await fetchCapture(host, {
    jump: jumpOf(context.config, host),
    windowMs,
    target: options.target,
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
