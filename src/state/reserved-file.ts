import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';

/** Room is made in such steps… */
const STEP_BYTES = 1024 * 1024;
/** …so far ahead: what a storm of a thousand alerts a second brings in three seconds. */
const AHEAD_BYTES = 2 * STEP_BYTES;

/**
 * A file written from its beginning into room that was made, with zeros, before it is needed. What has its place on
 * the disk is safe after one write to it; a file that grows waits for the file system's journal with every line, and so
 * for whatever else the machine is writing (ext4: fdatasync commits the journal when the size has changed).
 */
export class ReservedFile {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Where the next bytes go. */
  #end: number;
  /** Where the zeros end. */
  #room: number;
  #growing: Promise<void> | null = null;

  private constructor(path: string, file: FileHandle, { end, room }: { end: number; room: number }) {
    this.#path = path;
    this.#file = file;
    this.#end = end;
    this.#room = room;
  }

  static async open(path: string): Promise<ReservedFile> {
    const { O_RDWR, O_CREAT, O_DSYNC } = constants;
    const file = await open(path, O_RDWR | O_CREAT | O_DSYNC, 0o600);
    const content = await readFile(path);
    const written = endOf(content);
    // A zero stays behind what was cut off in the middle, or what comes next would be read as the rest of it.
    return new ReservedFile(path, file, { end: written === 0 ? 0 : written + 1, room: content.length });
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Ends when the bytes are on the disk; any number of calls may be under way. */
  async append(bytes: Buffer): Promise<void> {
    const at = this.#end;
    const end = at + bytes.length;
    this.#end = end;
    while (this.#room < end) await this.#grow();
    this.makeRoom();
    await this.#write(bytes, at);
  }

  /** Begins to make room where there is little; a full disk is met by what needs it. */
  makeRoom(): void {
    if (this.#room - this.#end < AHEAD_BYTES) void this.#grow().catch(() => undefined);
  }

  /** Forgets all; not while something is appended. */
  async clear(): Promise<void> {
    await this.#file.truncate(0);
    this.#room = 0;
    await this.#grow();
    this.#end = 0;
  }

  /** What was appended. Of what a crash has cut off there may be pieces, between zeros. */
  async pieces(): Promise<readonly string[]> {
    const text = await readFile(this.#path, 'utf8');
    return text.split('\0').filter((piece) => piece !== '');
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** One step at a time: what is appended meanwhile must not be written over. */
  async #grow(): Promise<void> {
    this.#growing ??= this.#addStep().finally(() => {
      this.#growing = null;
    });
    return this.#growing;
  }

  async #addStep(): Promise<void> {
    await this.#write(Buffer.alloc(STEP_BYTES), this.#room);
    this.#room += STEP_BYTES;
  }

  async #write(bytes: Buffer, at: number): Promise<void> {
    const { bytesWritten } = await this.#file.write(bytes, 0, bytes.length, at);
    if (bytesWritten < bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes fitted`);
  }
}

/** Behind the last byte that is no zero. */
function endOf(content: Buffer): number {
  let end = content.length;
  while (end > 0 && content[end - 1] === 0) end -= 1;
  return end;
}
