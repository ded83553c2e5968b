/** First size of the buffer; most outputs fit. */
const START_BYTES = 16 * 1024;

/**
 * Keeps the first bytes of a stream and counts the rest. Copies into one growing buffer: kept as chunks, a
 * peer that sends single bytes could make every one of them hold a whole socket buffer in memory.
 */
export class CappedOutput {
  readonly #limitBytes: number;
  #buffer: Buffer;
  #length = 0;
  #discardedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#buffer = Buffer.alloc(Math.min(START_BYTES, limitBytes));
  }

  /** Takes a chunk and returns the part of it that was kept. */
  push(chunk: Buffer): Buffer {
    const kept = chunk.subarray(0, this.#limitBytes - this.#length);
    this.#discardedBytes += chunk.length - kept.length;
    this.#makeRoom(this.#length + kept.length);
    kept.copy(this.#buffer, this.#length);
    this.#length += kept.length;
    return kept;
  }

  get truncated(): boolean {
    return this.#discardedBytes > 0;
  }

  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #makeRoom(neededBytes: number): void {
    if (neededBytes <= this.#buffer.length) return;
    const size = Math.min(this.#limitBytes, Math.max(neededBytes, this.#buffer.length * 2));
    const larger = Buffer.alloc(size);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
