import { readFileSync, statSync } from 'node:fs';
import type { Unsound } from '../core/change/unsound.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { Approvals, Config } from './config.ts';
import { loadConfig } from './load-config.ts';

/** Until somebody's editor has written its last byte, a file may read as a laxer one. */
const SETTLE_MS = 1_000;
/** The same file is read again when so much time has passed: what was wrong may be a playbook that it names. */
const LOOK_AGAIN_MS = 30_000;

export interface ApprovalsFileOptions {
  readonly file: string;
  /** As it was read at the start. */
  readonly loaded: Approvals;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
  /** It counts from now on. */
  readonly onRead: (approvals: Approvals) => void;
}

/**
 * The rules of approval as tcpcheck.yaml has them at this moment: whoever is taken out of it decides nothing any more.
 * While nobody can read it, the last rules stand for taking back, and nothing is approved by them.
 */
export class ApprovalsFile {
  readonly #options: ApprovalsFileOptions;
  #good: Approvals;
  /** What was read last; null: nothing yet, or it could not be. */
  #text: string | null = null;
  #wrong: { readonly said: string; readonly atMs: number } | null = null;

  constructor(options: ApprovalsFileOptions) {
    this.#options = options;
    this.#good = options.loaded;
  }

  now(): Approvals {
    const unsound = this.#look();
    return unsound === null ? this.#good : { ...this.#good, unsound };
  }

  #look(): Unsound | null {
    const { file, nowMs } = this.#options;
    try {
      const text = readFileSync(file, 'utf8');
      const isSame = text === this.#text;
      if (isSame && this.#wrong === null) return null;
      if (isSame && this.#wrong !== null && nowMs() - this.#wrong.atMs < LOOK_AGAIN_MS) {
        return { kind: 'wrong', said: this.#wrong.said };
      }
      const ageMs = nowMs() - statSync(file).mtimeMs;
      if (ageMs >= 0 && ageMs < SETTLE_MS) return { kind: 'changing' };
      return this.#read(text);
    } catch (error) {
      return this.#fail(null, String(error));
    }
  }

  #read(text: string): Unsound | null {
    try {
      this.#good = loadConfig(this.#options.file).approvals;
    } catch (error) {
      return this.#fail(text, error instanceof TcpcheckError ? error.message : String(error));
    }
    const isFirst = this.#text === null && this.#wrong === null;
    this.#text = text;
    this.#wrong = null;
    if (!isFirst) this.#options.onRead(this.#good);
    return null;
  }

  /** Told once; what is said again and again says no more. */
  #fail(text: string | null, said: string): Unsound {
    const { nowMs, report, file } = this.#options;
    if (this.#wrong?.said !== said) {
      const what = 'the rules of approval cannot be read: nothing is approved until they can';
      report({ what, code: 'APPROVALS_UNSOUND', fields: { file, said } });
    }
    this.#text = text;
    this.#wrong = { said, atMs: nowMs() };
    return { kind: 'wrong', said };
  }
}

/** The configuration of a process that goes on running: all of it as it was at the start, but for who may decide. */
export const withApprovalsOf = (config: Config, file: ApprovalsFile): Config =>
  Object.freeze({
    ...config,
    get approvals() {
      return file.now();
    },
  });
