import { join } from 'node:path';
import { flushFolder, makeFolder } from './durable-file.ts';
import { ReservedFile } from './reserved-file.ts';

/**
 * Redis writes its append-only file to the disk once a second and, while the disk is slow, hands it to the kernel up
 * to two seconds late (redis.conf, appendfsync everysec): far beyond that a copy of our own is of no use.
 */
const SEGMENT_MS = 60_000;

const NAMES = ['alerts-0.jsonl', 'alerts-1.jsonl'] as const;

/**
 * The deliveries of the last minute or two on the bot's own disk, flushed before the sender is told that they are
 * taken: what Redis loses with its process is handed to it again from here. Two files, of which the older is emptied
 * in turn, so that they need no care.
 */
export class AlertSpool {
  readonly #nowMs: () => number;
  #current: ReservedFile;
  #older: ReservedFile;
  #sinceMs: number;
  #emptying = false;

  private constructor(older: ReservedFile, current: ReservedFile, nowMs: () => number) {
    this.#older = older;
    this.#current = current;
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
    this.#current.makeRoom();
  }

  static async open(dataDir: string, nowMs: () => number): Promise<AlertSpool> {
    const dir = join(dataDir, 'alerts');
    makeFolder(dir);
    const [first, second] = await Promise.all([
      ReservedFile.open(join(dir, NAMES[0])),
      ReservedFile.open(join(dir, NAMES[1])),
    ]);
    // Lines that are on the disk are of no use in a file without a name.
    flushFolder(dir);
    const [firstMs, secondMs] = await Promise.all([lastMs(first), lastMs(second)]);
    return firstMs < secondMs ? new AlertSpool(first, second, nowMs) : new AlertSpool(second, first, nowMs);
  }

  /** Ends when the lines are on the disk; several calls may be under way. */
  async append(lines: readonly string[]): Promise<void> {
    this.#turn();
    await this.#current.append(Buffer.from(lines.map((line) => `${this.#nowMs()} ${line}\n`).join('')));
  }

  /** All whole lines written since then, oldest first; what was under way in a killed process may be half a line. */
  async linesSince(sinceMs: number): Promise<readonly string[]> {
    const lines = await Promise.all([linesOf(this.#older), linesOf(this.#current)]);
    return lines.flat().flatMap(({ atMs, line }) => (atMs >= sinceMs ? [line] : []));
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.close(), this.#older.close()]);
  }

  /** Once a minute the older file takes over; nobody waits until it is empty. */
  #turn(): void {
    if (this.#nowMs() - this.#sinceMs < SEGMENT_MS) return;
    if (!this.#older.isEmpty) return this.#empty();
    [this.#current, this.#older] = [this.#older, this.#current];
    this.#current.makeRoom();
    this.#sinceMs = this.#nowMs();
  }

  #empty(): void {
    if (this.#emptying) return;
    this.#emptying = true;
    // One that cannot be emptied is tried with the next delivery; until then there is the other.
    void this.#older
      .clear()
      .catch(() => undefined)
      .finally(() => {
        this.#emptying = false;
      });
  }
}

interface SpoolLine {
  readonly atMs: number;
  readonly line: string;
}

/** Its whole lines; the end of one whose beginning is lost has no time. */
async function linesOf(file: ReservedFile): Promise<readonly SpoolLine[]> {
  const pieces = await file.pieces();
  return pieces.flatMap((piece) =>
    piece
      .slice(0, piece.lastIndexOf('\n') + 1)
      .split('\n')
      .flatMap((text) => {
        const [, at, line] = /^(\d+) (.*)$/s.exec(text) ?? [];
        return at === undefined || line === undefined ? [] : [{ atMs: Number(at), line }];
      }),
  );
}

/** When the last of its lines came; of an empty file, before all others. */
const lastMs = async (file: ReservedFile): Promise<number> =>
  (await linesOf(file)).reduce((last, { atMs }) => Math.max(last, atMs), -1);
