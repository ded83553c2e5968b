import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
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

  private constructor(files: readonly [ReservedFile, ReservedFile], nowMs: () => number) {
    [this.#current, this.#older] = files;
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
    this.#current.makeRoom();
  }

  static async open(dataDir: string, nowMs: () => number): Promise<AlertSpool> {
    const dir = join(dataDir, 'alerts');
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const [first, second] = NAMES;
    const files = [ReservedFile.open(join(dir, first)), ReservedFile.open(join(dir, second))] as const;
    return new AlertSpool(await Promise.all(files), nowMs);
  }

  /** Ends when the lines are on the disk; several calls may be under way. */
  async append(lines: readonly string[]): Promise<void> {
    this.#turn();
    await this.#current.append(Buffer.from(lines.map((line) => `${this.#nowMs()} ${line}\n`).join('')));
  }

  /** All whole lines written since then, oldest first; what was under way in a killed process may be half a line. */
  async linesSince(sinceMs: number): Promise<readonly string[]> {
    const pieces = await Promise.all([this.#older.pieces(), this.#current.pieces()]);
    return pieces.flat().flatMap((piece) =>
      piece
        .slice(0, piece.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => Number.parseInt(line, 10) >= sinceMs)
        .map((line) => line.slice(line.indexOf(' ') + 1)),
    );
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
