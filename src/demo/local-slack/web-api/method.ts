import type { JsonObject } from '../json.ts';
import type { World } from '../world.ts';
import type { Arguments } from './arguments.ts';

export type Answer =
  | { readonly ok: true; readonly body: JsonObject; readonly warnings: readonly string[] }
  | {
      readonly ok: false;
      readonly error: string;
      /** For response_metadata: what exactly is wrong. */
      readonly messages: readonly string[];
      readonly body: JsonObject;
    };

/** One method of the Web API. */
export interface Method {
  readonly token: 'bot' | 'app';
  /** Scope the bot token must have; null when none is needed. */
  readonly scope: string | null;
  readonly run: (args: Arguments, world: World) => Answer;
}

export function done(body: JsonObject = {}, warnings: readonly string[] = []): Answer {
  return { ok: true, body, warnings };
}

export function refused(error: string, messages: readonly string[] = [], body: JsonObject = {}): Answer {
  return { ok: false, error, messages, body };
}
