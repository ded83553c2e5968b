/**
 * The small interfaces through which the rooms meet. A room above implements or receives them; nothing
 * here knows Redis, Slack or SSH.
 */
import type { HostSlots } from './host-slots.ts';
import type { AlertStore } from './alert-ports.ts';
import type { Change, ChangePlan, ChangeState, SignedGo } from './change.ts';
import type { FreezeSaid } from './freeze.ts';
import type { HelperState } from './helper-state.ts';
import type { GroupStore } from './group-ports.ts';
import type { LastLook } from './last-look.ts';
import type { Locale } from './locale.ts';
import type { Localized } from './locale.ts';
import type { Diagnosis } from './report.ts';
import type { DiagnosisRequest, FirstFacts, Requester, Run } from './run.ts';
import type { Mark } from './report.ts';
import type { ThreadRecords } from './thread-memory.ts';

// ---------------------------------------------------------------- what state/ keeps

/** Requests wait in a list per host until a run claims them all. */
export interface RequestStore {
  /**
   * Stores the request and puts it at the end of its host's waiting list, in one step. False when a request
   * with this id was accepted before (then nothing is written).
   */
  accept(request: DiagnosisRequest): Promise<boolean>;
  get(id: string): Promise<DiagnosisRequest | null>;
  /** The latest run that answers the request; null while none has begun. */
  runOf(id: string): Promise<string | null>;
  /** All runs that answer the request, and whether a further one was asked for. */
  runsOf(id: string): Promise<RequestRuns>;
  /**
   * Has the request answered once more, in the same thread; wake its host afterwards. `waits` when it waits for a
   * run already, `spent` when its thread has had as many runs as a thread may have, `gone` when nobody knows it.
   */
  again(id: string, by: { asker: 'person' | 'alert'; nowMs: number }): Promise<AgainOutcome>;
  /** Whether requests wait for the host, all of them from alerts; those that a run has claimed do not wait. */
  onlyAlertsWait(host: string): Promise<boolean>;
  /**
   * Requests whose thread owes something: not yet answered, or a change moved since. Oldest first, at most 1,000:
   * for the sweep.
   */
  unanswered(): Promise<readonly string[]>;
  /** The thread shows all there is; the request leaves the unanswered list. */
  answered(id: string): Promise<void>;
}

export interface RequestRuns {
  /** Ids, oldest first. */
  readonly runs: readonly string[];
  /** A further look was asked for and has not begun. */
  readonly waits: boolean;
}

export type AgainOutcome = 'queued' | 'waits' | 'spent' | 'gone';

export interface Claim {
  readonly run: Run;
  readonly requestIds: readonly string[];
}

export interface RunStore {
  /**
   * Starts a run for all requests that wait for the host, or takes over the host's unfinished run with a
   * higher attempt (and claims what waits as well). Its window is the longest that a request of it wants, each the
   * given one unless it says otherwise. Null when there is nothing to do.
   */
  claim(host: string, run: { id: string; nowMs: number; windowMs: number }): Promise<Claim | null>;
  get(id: string): Promise<Run | null>;
  /** Keeps a run that has ended and that no request waited for; false when there is one with this id. */
  keep(run: Run): Promise<boolean>;
  /** Whether a run of this host is under way. */
  isActive(host: string): Promise<boolean>;
  requestsOf(id: string): Promise<readonly string[]>;
  /** False when another attempt has taken over: stop, nothing was written. */
  sampled(
    id: string,
    attempt: number,
    first: { facts: FirstFacts; marks: readonly Mark[] },
  ): Promise<boolean>;
  /** Ends the run; `failed` when the diagnosis carries an error. False when another attempt has taken over. */
  finish(id: string, attempt: number, outcome: RunOutcome): Promise<boolean>;
}

export interface RunOutcome {
  readonly diagnosis: Diagnosis;
  /** Null when no connection came about. */
  readonly hostKeyFingerprint: string | null;
  readonly nowMs: number;
}

/** Counters of each host's last run; one record per host, which is gone after a month without a run. */
export interface LookStore {
  last(host: string): Promise<LastLook | null>;
  keep(look: LastLook): Promise<void>;
}

/** What workers last found of the helpers that are installed on hosts. */
export interface HelperStore {
  /** Null when nobody has asked the host lately. */
  last(host: string): Promise<HelperState | null>;
  keep(host: string, found: HelperState): Promise<void>;
}

export interface ChangeStore {
  /** Keeps a new proposal; false when one with this id exists already (then nothing is written). */
  propose(change: Change): Promise<boolean>;
  get(id: string): Promise<Change | null>;
  ofRequest(requestId: string): Promise<readonly Change[]>;
  /** Ids of changes that wait for a decision or are under way, oldest first, at most 1,000. */
  open(): Promise<readonly string[]>;
  /**
   * Moves the state in one atomic step, which also notes that the thread owes news of it; when it is not `from`
   * any more (another kind, or another number of approvals), tells what it is instead.
   */
  move(id: string, from: ChangeState, next: ChangeState): Promise<{ moved: boolean; change: Change }>;
  /**
   * Puts the same state in its place as `anew` writes it (null: as it is). It is no move, so the thread owes no news of it.
   * False where nothing was written, also since something else wrote the state after `anew` saw it.
   */
  rewrite(id: string, anew: (state: ChangeState) => ChangeState | null): Promise<boolean>;
}

/** What of a request's thread is in Slack already. */
export interface ThreadEntry {
  /** Null between the decision to post and Slack's answer: look before posting again. */
  readonly ts: string | null;
  /** Hash of what was last sent. */
  readonly hash: string;
}

export interface ThreadBook {
  entries(requestId: string): Promise<ReadonlyMap<string, ThreadEntry>>;
  /** Before the post; false when the key is taken already. */
  begin(requestId: string, key: string, hash: string): Promise<boolean>;
  posted(requestId: string, key: string, entry: { ts: string; hash: string }): Promise<void>;
  /** The post certainly did not happen; the key is free again. */
  forget(requestId: string, key: string): Promise<void>;
  /** The request whose root message this is; null when it is none of ours. */
  requestAt(channel: string, rootTs: string): Promise<string | null>;
}

/** True for the first caller with this key within the time. */
export interface Dedupe {
  firstTime(key: string, ttlSeconds: number): Promise<boolean>;
}

/** Jobs carry ids only; what they mean is read from the stores. */
export interface Wakeups {
  /** Wakes the host's diagnosis; while one runs, exactly one more follows it. People go before alerts. */
  host(host: string, asker: 'person' | 'alert'): Promise<void>;
  /**
   * Brings the request's thread in line with its state; calls while it is being done coalesce into one more.
   * A call with a delay never holds back one without.
   */
  thread(requestId: string, delayMs?: number): Promise<void>;
  /** Orders a worker to execute a signed go, at most once. */
  change(changeId: string, go: SignedGo): Promise<void>;
  /** Has a worker do what the change waits for. `orderLost`: whoever was to apply it has died or lost Redis. */
  care(changeId: string, orderLost?: boolean): Promise<void>;
}

export interface State {
  readonly requests: RequestStore;
  readonly runs: RunStore;
  readonly looks: LookStore;
  readonly helpers: HelperStore;
  /** How many workers that look at hosts of the zone have answered lately. */
  workersAlive(role: 'diagnose', zone: string): Promise<number>;
  readonly changes: ChangeStore;
  readonly groups: GroupStore;
  readonly slots: HostSlots;
  readonly threads: ThreadBook;
  readonly dedupe: Dedupe;
  readonly alerts: AlertStore;
  /** Puts a whole thread into the stores and has it drawn; false when anything of it is there, and then nothing is written. */
  restore(thread: ThreadRecords): Promise<boolean>;
  readonly wake: Wakeups;
}

// ---------------------------------------------------------------- what a thread looks like and who posts it

/** A Block Kit block as plain JSON; its limits are checked by the tests and by the local Slack. */
export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

/** One message of a thread. The same key is posted once and edited ever after. */
export interface ThreadMessage {
  /** `root`, `finding:0`, …, `card:ID`, `end`, `change:ID:OUTCOME`. */
  readonly key: string;
  /** Lock-screen line and screen-reader text, at most 120 characters. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** What happened to one attempt to bring a message to Slack. */
export type PostOutcome =
  | { readonly kind: 'sent'; readonly ts: string }
  /** Try again after that time; nothing was posted. */
  | { readonly kind: 'later'; readonly afterMs: number }
  /** It may or may not have been posted: look before posting again. */
  | { readonly kind: 'unsure' }
  /** Slack will never take it (channel gone, not a member …). */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export interface ThreadPoster {
  post(
    place: { channel: string; threadTs: string | null; key: string },
    message: ThreadMessage,
  ): Promise<PostOutcome>;
  update(place: { channel: string; ts: string }, message: ThreadMessage): Promise<PostOutcome>;
  /** Looks for a message of ours by its key; `unreadable` when we may not look. */
  find(place: FindPlace): Promise<FindOutcome>;
}

export interface FindPlace {
  readonly channel: string;
  readonly threadTs: string | null;
  readonly key: string;
  readonly sinceMs: number;
}

export type FindOutcome =
  | { readonly kind: 'found'; readonly ts: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable' };

// ---------------------------------------------------------------- what Slack, alerts and the terminal may ask for

/** A person's or an alert's question, text still raw. */
export interface Question {
  /** What was typed where a host or group belongs. */
  readonly target: string;
  readonly symptom: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly requester: Requester;
  readonly mentions: readonly string[];
  /** One per delivery (trigger_id, alert fingerprint and start): a second delivery asks nothing. */
  readonly deliveryKey: string;
  /** The one setting whose change is wanted; absent: whatever is offered. */
  readonly onlySetting?: string | undefined;
  /** How long to measure; absent: as configured. */
  readonly windowMs?: number | undefined;
}

export type AskOutcome =
  | { readonly kind: 'accepted'; readonly hosts: readonly string[] }
  | { readonly kind: 'duplicate' }
  /** Ephemeral answer for the asker: unknown host with nearest names, no access, queue away, … */
  | { readonly kind: 'refused'; readonly code: string; readonly answer: Localized };

/** A click on one of a change's buttons, as Slack told it. */
export interface Click {
  readonly teamId: string;
  readonly userId: string;
  readonly channel: string;
  readonly messageTs: string;
  /** As the button carried it: `CHANGE_ID.PLAN_HASH`, or the id of a request. */
  readonly value: string;
  /** One per delivery of the click. */
  readonly deliveryKey: string;
}

export type ClickOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'duplicate' }
  /** Ephemeral answer for the person who clicked. */
  | { readonly kind: 'refused'; readonly code: string; readonly answer: Localized };

/** What the form that asks for a reason names. */
export type GlassOutcome =
  { readonly kind: 'ask'; readonly plan: ChangePlan } | Exclude<ClickOutcome, { readonly kind: 'done' }>;

export type FreezeOutcome =
  { readonly kind: 'done'; readonly answer: Localized } | Exclude<ClickOutcome, { readonly kind: 'done' }>;

/** Everything people may ask of the product, whatever way they come. */
export interface Desk {
  ask(question: Question): Promise<AskOutcome>;
  approve(click: Click): Promise<ClickOutcome>;
  reject(click: Click): Promise<ClickOutcome>;
  keep(click: Click): Promise<ClickOutcome>;
  rollback(click: Click): Promise<ClickOutcome>;
  /** Whether this person may break the glass of this card, before they are asked for a reason. */
  mayBreakGlass(click: Click): Promise<GlassOutcome>;
  breakGlass(click: Click, reason: string): Promise<ClickOutcome>;
  freeze(said: FreezeSaid): Promise<FreezeOutcome>;
  /** One more look for the thread; the value is the id of its request. */
  recheck(click: Click): Promise<ClickOutcome>;
  /** Somebody is on it; the value is the id of an incident's or a storm's thread. */
  acknowledge(click: Click): Promise<ClickOutcome>;
  /** Which host alerts are about; the value is `CHOICE HOST`. */
  chooseHost(click: Click): Promise<ClickOutcome>;
}
