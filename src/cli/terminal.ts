import type { Locale } from '../core/domain/locale.ts';
import { TcpcheckError } from '../core/domain/errors.ts';

/** Where a command writes to, and how it may write. */
export interface Terminal {
  readonly locale: Locale;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard output is a terminal: colours are welcome. */
  readonly colour: boolean;
  readonly width: number;
  /** Standard error is a terminal: a line may be rewritten in place. */
  readonly animated: boolean;
}

/** Exit codes that other programs rely on. */
export const EXIT = { ok: 0, findings: 1, unknown: 2, usage: 64 } as const;

/** An error as a person reads it: what happened, what to do, and the code to look up. */
export function showError(error: unknown): string {
  if (error instanceof TcpcheckError) return `tcpcheck: ${error.message}\n  ${error.hint} [${error.code}]\n`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `tcpcheck: this is a fault of tcpcheck itself; please report it [INTERNAL]\n${detail}\n`;
}

/** A line of progress on standard error: rewritten in place on a terminal, one line per step elsewhere. */
export function progress(terminal: Terminal, quiet: boolean): { say(line: string): void; end(): void } {
  if (quiet) return { say: () => undefined, end: () => undefined };
  if (!terminal.animated) return { say: (line) => terminal.err(`${line}\n`), end: () => undefined };
  return {
    say: (line) => terminal.err(`\r\u001B[K${line}`),
    end: () => terminal.err('\r\u001B[K'),
  };
}
