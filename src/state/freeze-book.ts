import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freezeAt } from '../core/change/freeze.ts';
import {
  declarationText,
  openDeclaration,
  readDeclaration,
  sealDeclaration,
} from '../core/change/freeze-record.ts';
import { publicKeysIn } from '../core/change/verify-keys.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Declaration, Freeze, Freezes, FreezeWindow } from '../core/domain/freeze.ts';
import { writeDurably } from './durable-file.ts';
import type { FreezeStore } from './freeze-store.ts';
import { messageOf, type ReportProblem } from './problems.ts';

/** In the data directory. */
const FILE = 'freeze.json';

/** Others may write at the same moment; more often than this is no coincidence. */
const MAX_TRIES = 5;

export interface FreezeBookOptions {
  readonly dataDir: string;
  readonly store: FreezeStore;
  /** Times that the configuration names now. */
  readonly windows: () => readonly FreezeWindow[];
  readonly signingKeyPem: string;
  /** Keys whose declarations count besides, while the one that signs is rotated. */
  readonly verifyKeyPem?: string;
  /** A bot may begin a new installation; a command in a terminal may not, since it cannot tell one from a lost one. */
  readonly mayBegin: boolean;
  readonly nowMs: () => number;
  readonly report: ReportProblem;
}

/**
 * Whether changes are frozen. The bot believes its own disk, and of Redis only what the bots' key has sealed and what
 * is no older than its disk has it; so nobody lifts a freeze by writing Redis or by emptying it. Where Redis has less
 * than the disk, it was emptied or set back: what was under way is forgotten there, and changes are frozen until a
 * person has looked.
 */
export class FreezeBook implements Freezes {
  readonly #options: FreezeBookOptions;
  readonly #file: string;
  readonly #keys: readonly string[];
  #last: Declaration | null;

  constructor(options: FreezeBookOptions) {
    this.#options = options;
    this.#keys = [options.signingKeyPem, ...publicKeysIn(options.verifyKeyPem ?? '')];
    this.#file = join(options.dataDir, FILE);
    this.#last = this.#read();
  }

  /** As last seen, without asking anybody: for cards. */
  lastSeen(): Freeze | null {
    const { windows, nowMs } = this.#options;
    return freezeAt(windows(), this.#last?.freeze ?? null, nowMs());
  }

  async now(): Promise<Freeze | null> {
    const { freeze } = await this.declared();
    return freezeAt(this.#options.windows(), freeze, this.#options.nowMs());
  }

  /** What stands, after disk and Redis were held against each other. */
  async declared(): Promise<Declaration> {
    for (let attempt = 1; ; attempt += 1) {
      const { declaration, isShared } = await this.#compare();
      // Who writes Redis all the time keeps nobody waiting: what this disk has is a freeze by now.
      if (isShared || attempt === MAX_TRIES) return declaration;
    }
  }

  async #compare(): Promise<{ readonly declaration: Declaration; readonly isShared: boolean }> {
    const { store, signingKeyPem, report } = this.#options;
    const known = this.#read();
    const sealed = await store.get();
    const shared = sealed === null ? null : openDeclaration(sealed, this.#keys);
    if (sealed !== null && shared !== null && isNoOlder(shared, known)) {
      await this.#sealAnew(sealed, shared);
      return { declaration: this.#keep(shared), isShared: true };
    }
    if (sealed !== null && shared === null) {
      report({ what: 'the freeze in Redis is not ours', code: 'CHANGE_UNSIGNED', fields: {} });
    }
    const next = this.#afterLoss(known);
    // What this disk knows holds, whether Redis can be told or not.
    this.#keep(next);
    const isShared = await store.swap(sealed, sealDeclaration(next, signingKeyPem));
    return { declaration: next, isShared };
  }

  /** What a key has sealed that is being retired must still be ours when that key is gone. */
  async #sealAnew(sealed: string, shared: Declaration): Promise<void> {
    const { store, signingKeyPem } = this.#options;
    if (openDeclaration(sealed, [signingKeyPem]) !== null) return;
    await store.swap(sealed, sealDeclaration(shared, signingKeyPem));
  }

  /**
   * Says something new. Rejects with REDIS_UNAVAILABLE when Redis cannot be told, and with CHANGE_DECIDED when somebody
   * has said something else since what the speaker has `seen`; then it does not count.
   */
  async declare(what: Omit<Declaration, 'seq' | 'atMs'>, seen?: Declaration): Promise<Declaration> {
    const { store, signingKeyPem, nowMs } = this.#options;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const { seq } = await this.declared();
      if (seen !== undefined && seq !== seen.seq) {
        throw new TcpcheckError('CHANGE_DECIDED', `the freeze is at ${seq} by now, and was at ${seen.seq}`);
      }
      const before = await store.get();
      const declaration = { ...what, seq: seq + 1, atMs: nowMs() };
      if (before === null || openDeclaration(before, this.#keys)?.seq !== seq) continue;
      if (await store.swap(before, sealDeclaration(declaration, signingKeyPem)))
        return this.#keep(declaration);
    }
    throw new TcpcheckError('REDIS_UNAVAILABLE', 'the freeze in Redis changes faster than it can be written');
  }

  /** Redis has none, or less than we know: a new installation, or one whose Redis was emptied. */
  #afterLoss(known: Declaration | null): Declaration {
    const { nowMs, mayBegin, dataDir } = this.#options;
    const base = { seq: (known?.seq ?? 0) + 1, by: null, atMs: nowMs(), channel: null };
    if (known === null && mayBegin && !hasPast(dataDir)) return { ...base, freeze: null };
    return { ...base, freeze: { kind: 'emptied', fromMs: nowMs(), toMs: null } };
  }

  #keep(declaration: Declaration): Declaration {
    if (this.#last?.seq === declaration.seq) return declaration;
    try {
      writeDurably(this.#file, declarationText(declaration));
    } catch (cause) {
      // What is not on this disk would be forgotten with Redis.
      throw new TcpcheckError('AUDIT_UNWRITABLE', `${this.#file}: ${messageOf(cause)}`, { cause });
    }
    this.#last = declaration;
    return declaration;
  }

  /** Another process of this data directory may have written since. */
  #read(): Declaration | null {
    const text = readText(this.#file);
    const found = text === null ? null : readDeclaration(text);
    if (text !== null && found === null) {
      const fields = { file: this.#file };
      this.#options.report({
        what: 'what is known of the freeze cannot be read',
        code: 'STATE_UNREADABLE',
        fields,
      });
    }
    this.#last = found;
    return found;
  }
}

/** Two that differ and claim the same place were said on two sides of a Redis that was set back: neither is believed. */
function isNoOlder(shared: Declaration, known: Declaration | null): boolean {
  if (known === null || shared.seq > known.seq) return true;
  return shared.seq === known.seq && declarationText(shared) === declarationText(known);
}

/** What this data directory has last seen; null where there is nothing that can be read. */
export function freezeOnDisk(dataDir: string): Declaration | null {
  const text = readText(join(dataDir, FILE));
  return text === null ? null : readDeclaration(text);
}

/** Something has been done here before: then a Redis without any memory of it was emptied. */
function hasPast(dataDir: string): boolean {
  const kept = [FILE, 'open-threads.json'].some((name) => readText(join(dataDir, name)) !== null);
  return kept || ['audit', 'changes'].some((folder) => hasFiles(join(dataDir, folder)));
}

function hasFiles(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

/** Null where there is no such file. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
