import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { fdatasync, readFile, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Redis writes its append-only file to the disk once a second and, while the disk is slow, hands it to the kernel up
 * to two seconds late (redis.conf, appendfsync everysec): far beyond that a copy of our own is of no use.
 */
const SEGMENT_MS = 60_000;

const NAMES = ['alerts-0.jsonl', 'alerts-1.jsonl'] as const;

const writeTo = promisify(write);
const flushed = promisify(fdatasync);
const read = promisify(readFile);

/**
 * The deliveries of the last minute or two on the bot's own disk, flushed before the sender is told that they are
 * taken: what Redis loses with its process is handed to it again from here. Two files, of which the older is emptied
 * in turn, so that they need no care.
 */
export class AlertSpool {
  readonly #dir: string;
  readonly #nowMs: () => number;
  readonly #files: [number, number];
  #current: 0 | 1 = 0;
  #sinceMs: number;

  constructor(dataDir: string, nowMs: () => number) {
    this.#dir = join(dataDir, 'alerts');
    this.#nowMs = nowMs;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    this.#files = [
      openSync(join(this.#dir, NAMES[0]), 'a', 0o600),
      openSync(join(this.#dir, NAMES[1]), 'a', 0o600),
    ];
    this.#sinceMs = nowMs();
  }

  /** Ends when the lines are on the disk. One call at a time. */
  async append(lines: readonly string[]): Promise<void> {
    this.#turn();
    const file = this.#files[this.#current];
    await writeTo(file, lines.map((line) => `${this.#nowMs()} ${line}\n`).join(''));
    await flushed(file);
  }

  /** All whole lines written since then, oldest first; the last one of a killed process may be half a line. */
  async linesSince(sinceMs: number): Promise<readonly string[]> {
    const older = this.#current === 0 ? 1 : 0;
    const texts = await Promise.all(
      [older, this.#current].map(async (at) => read(join(this.#dir, NAMES[at === 0 ? 0 : 1]), 'utf8')),
    );
    return texts.flatMap((text) =>
      text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => Number.parseInt(line, 10) >= sinceMs)
        .map((line) => line.slice(line.indexOf(' ') + 1)),
    );
  }

  close(): void {
    for (const file of this.#files) closeSync(file);
  }

  #turn(): void {
    if (this.#nowMs() - this.#sinceMs < SEGMENT_MS) return;
    this.#current = this.#current === 0 ? 1 : 0;
    ftruncateSync(this.#files[this.#current]);
    this.#sinceMs = this.#nowMs();
  }
}
