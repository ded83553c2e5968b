import { Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { LocalMessage } from './message.ts';
import { MessageStore, type MessageChange } from './message-store.ts';
import { SLACK_TIMING, type LocalSlackOptions, type Timing } from './options.ts';
import { Passes } from './passes.ts';
import type { UploadedFile } from './uploads.ts';
import { Views } from './views.ts';
import { Workspace } from './workspace.ts';

/** A call of the Web API, for tests that count. */
export interface ApiCall {
  readonly method: string;
  readonly atMs: number;
  readonly args: JsonObject;
  /** `ok`, Slack's error, or the fault that was played. */
  readonly outcome: string;
}

/** What the real Slack would have taken, but not gladly. */
export interface ApiWarning {
  readonly method: string;
  readonly warning: string;
}

export type WorldChange =
  | MessageChange
  /** What one person sees besides messages: modal and Home tab. */
  | { readonly kind: 'views'; readonly userId: string };

export interface ResponseUrl {
  readonly userId: string;
  readonly channel: string;
  readonly threadTs: string | null;
  /** The message whose button was pressed; null after a command. */
  readonly original: { readonly channel: string; readonly ts: string } | null;
}

const RESPONSE_URL_USES = 5;
const TRIGGER_USES = 1;
/** A socket ticket and an upload url are to be used at once. */
const TICKET_MS = 30_000;
const MAX_CALLS = 20_000;
const MAX_WARNINGS = 1_000;

/** Everything this Slack holds; the rooms around it read and change it. */
export class World {
  readonly options: LocalSlackOptions;
  readonly timing: Timing;
  readonly workspace: Workspace;
  readonly messages: MessageStore;
  readonly views: Views;
  readonly faults = new Faults();
  readonly triggers: Passes<{ readonly userId: string }>;
  readonly responseUrls: Passes<ResponseUrl>;
  readonly uploadUrls = new Passes<string>({ lifeMs: TICKET_MS, uses: 1 });
  readonly tickets = new Passes<null>({ lifeMs: TICKET_MS, uses: 1 });
  readonly uploads = new Map<string, UploadedFile>();
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  origin = '';
  /** Null: deliveries go through Socket Mode. */
  requestUrl: string | null;
  readonly calls: ApiCall[] = [];
  readonly warnings: ApiWarning[] = [];
  readonly #listeners = new Set<(change: WorldChange) => void>();

  constructor(options: LocalSlackOptions) {
    this.options = options;
    this.timing = { ...SLACK_TIMING, ...options.timing };
    this.requestUrl = options.requestUrl ?? null;
    this.workspace = new Workspace(options.workspace);
    this.triggers = new Passes({ lifeMs: this.timing.triggerMs, uses: TRIGGER_USES });
    this.responseUrls = new Passes({ lifeMs: this.timing.responseUrlMs, uses: RESPONSE_URL_USES });
    const tell = (change: WorldChange): void => this.#tell(change);
    this.messages = new MessageStore(tell);
    this.views = new Views((userId) => tell({ kind: 'views', userId }));
  }

  /** Returns the way to stop listening. */
  onChange(listener: (change: WorldChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** True where the options name no scopes. */
  hasScope(scope: string): boolean {
    return this.options.scopes === undefined || this.options.scopes.includes(scope);
  }

  called(call: ApiCall): void {
    this.calls.push(call);
    if (this.calls.length > MAX_CALLS) this.calls.shift();
  }

  warn(warning: ApiWarning): void {
    this.warnings.push(warning);
    if (this.warnings.length > MAX_WARNINGS) this.warnings.shift();
  }

  repliesTo(message: LocalMessage): readonly LocalMessage[] {
    return this.messages.inThread(message.channel, message.ts).filter(({ ts }) => ts !== message.ts);
  }

  #tell(change: WorldChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
