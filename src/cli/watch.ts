import type { Config } from '../config/config.ts';
import { TERMINAL } from '../core/render/texts/terminal.ts';
import { fill } from '../core/render/texts/text.ts';
import { renderFrame, type Watched } from '../core/render/watch-frame.ts';
import { PLAIN_HEADER, renderPlainLook, renderSummary } from '../core/render/watch-plain.ts';
import { CourseRecorder, type Course } from '../core/watch/course.ts';
import { watchHost } from '../host/watch-host.ts';
import { jumpOf } from '../jobs/jump-of.ts';
import { oneHost } from './one-host.ts';
import { EXIT, progress, type Terminal } from './terminal.ts';

/** The screen a watch is drawn on. */
export interface Screen {
  /** Standard output is a terminal, so the picture is drawn over the last one. */
  readonly redraws: boolean;
  /** People resize windows, so both are asked anew for every picture. */
  readonly width: () => number;
  readonly height: () => number;
}

interface WatchContext {
  readonly config: Config;
  readonly agentSocket: string | null;
  readonly terminal: Terminal;
  readonly screen: Screen;
  /** Aborted by Ctrl-C: the watch is over and the summary is wanted. */
  readonly signal: AbortSignal;
}

/** `watch HOST`: live counts over one connection, then a summary. */
export async function watch(
  context: WatchContext,
  options: { host: string; port: number | null; seconds: number },
): Promise<number> {
  const { config, terminal, signal } = context;
  const host = oneHost(config, options.host, 'watch watches');
  const watched: Watched = { host: host.name, port: options.port, seconds: options.seconds };
  const show = progress(terminal, false);
  show.say(fill(terminal.locale, TERMINAL.connecting, { host: host.name, address: host.address }));
  const recorder = new CourseRecorder(options.port);
  const picture = pictures(context, watched);
  try {
    await watchHost(host, {
      jump: jumpOf(config, host),
      agentSocket: context.agentSocket,
      seconds: options.seconds,
      port: options.port,
      onTick: (tick) => {
        show.end();
        picture.draw(recorder.add(tick));
      },
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    show.end();
    const course = recorder.course();
    if (course.looks > 0) {
      const lines = renderSummary(course, watched, terminal.locale, terminal.width);
      terminal.out(`\n${lines.join('\n')}\n`);
    }
  }
  return EXIT.ok;
}

interface Pictures {
  draw(course: Course): void;
}

const ESC = '\u001B[';
/** A row that is one column too long (a font's opinion) must not wrap, or the next picture starts too low. */
const NO_WRAP = `${ESC}?7l`;
const WRAP = `${ESC}?7h`;
const CLEAR_BELOW = `${ESC}J`;

function pictures({ terminal, screen }: WatchContext, watched: Watched): Pictures {
  if (!screen.redraws) return lineByLine(terminal);
  let rows = 0;
  return {
    draw(course) {
      const style = { colour: terminal.colour, width: screen.width(), height: screen.height() };
      const lines = renderFrame(course, watched, terminal.locale, style);
      const up = rows === 0 ? '' : `${ESC}${rows}A`;
      terminal.out(`${NO_WRAP}\r${up}${CLEAR_BELOW}${lines.join('\n')}\n${WRAP}`);
      rows = lines.length;
    },
  };
}

function lineByLine(terminal: Terminal): Pictures {
  let begun = false;
  return {
    draw(course) {
      if (!begun) terminal.out(`${PLAIN_HEADER}\n`);
      begun = true;
      terminal.out(`${renderPlainLook(course)}\n`);
    },
  };
}
