import { createHash } from 'node:crypto';

/** Nothing about a run or a change is kept longer; the audit log is the long memory. */
export const RETENTION_SECONDS = 30 * 24 * 3600;

/** The names of everything we keep in Redis, in one place. Scripts build the same names from the prefix. */
export class Keys {
  readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Prefix of BullMQ's own keys. */
  get queues(): string {
    return `${this.prefix}:queue`;
  }
  /** Hash: `json`, `kept` until it waits for its first run, `run` once claimed, `again` while it waits for a further run; `windowMs` where one was asked for. */
  request(id: string): string {
    return `${this.prefix}:request:${id}`;
  }
  /** List of the runs that answer a request, oldest first. */
  runsOf(requestId: string): string {
    return `${this.prefix}:request-runs:${requestId}`;
  }
  /** List of request ids that no run has claimed. */
  waiting(host: string): string {
    return `${this.prefix}:waiting:${host}`;
  }
  /** How many of the waiting requests came from people. */
  people(host: string): string {
    return `${this.prefix}:people:${host}`;
  }
  /** Sorted set of request ids by time of acceptance. */
  get unanswered(): string {
    return `${this.prefix}:unanswered`;
  }
  /** Set of hosts with waiting requests or an unfinished run. */
  get openHosts(): string {
    return `${this.prefix}:open-hosts`;
  }
  /** Hash of one run. */
  run(id: string): string {
    return `${this.prefix}:run:${id}`;
  }
  /** List of the requests that a run answers. */
  requestsOf(runId: string): string {
    return `${this.prefix}:run-requests:${runId}`;
  }
  /** Id of the host's unfinished run. */
  active(host: string): string {
    return `${this.prefix}:active:${host}`;
  }
  /** Counters of the host's last run. */
  look(host: string): string {
    return `${this.prefix}:look:${host}`;
  }
  /** Whether the helper installed on the host takes orders. */
  helper(host: string): string {
    return `${this.prefix}:helper:${host}`;
  }
  /** Hash: `plan`, `state`. */
  change(id: string): string {
    return `${this.prefix}:change:${id}`;
  }
  /** List of change ids. */
  changesOf(requestId: string): string {
    return `${this.prefix}:request-changes:${requestId}`;
  }
  /** Sorted set of change ids by time of proposal. */
  get openChanges(): string {
    return `${this.prefix}:open-changes`;
  }
  /** Sorted set of approved changes of the host by time of approval. */
  changesOn(host: string): string {
    return `${this.prefix}:host-changes:${host}`;
  }
  /** One question about a group. */
  question(id: string): string {
    return `${this.prefix}:question:${id}`;
  }
  /** Hash: `plan`, `state`, `version`. */
  group(id: string): string {
    return `${this.prefix}:group:${id}`;
  }
  /** List of group plan ids. */
  groupsOf(questionId: string): string {
    return `${this.prefix}:question-groups:${questionId}`;
  }
  /** Sorted set of group plan ids by time of proposal. */
  get openGroups(): string {
    return `${this.prefix}:open-groups`;
  }
  /** Hash: message key -> entry. */
  thread(requestId: string): string {
    return `${this.prefix}:thread:${requestId}`;
  }
  /** Request id of a root message. */
  root(channel: string, ts: string): string {
    return `${this.prefix}:root:${channel}:${ts}`;
  }
  /** Keys of deliveries come from outside, in any length: kept as a hash. */
  seen(key: string): string {
    return `${this.prefix}:seen:${createHash('sha256').update(key).digest('hex')}`;
  }
  /** Whether an order was given or is taken. */
  order(id: string): string {
    return `${this.prefix}:order:${id}`;
  }
  /** What the bots have sealed about the freeze. */
  get freeze(): string {
    return `${this.prefix}:freeze`;
  }
  /** Sorted set of workers by last heartbeat. */
  alive(queue: string): string {
    return `${this.prefix}:alive:${queue}`;
  }
  /** List of deliveries of alerts that wait to be worked off. */
  get alertIntake(): string {
    return `${this.prefix}:alert-intake`;
  }
  /** Hash of one record about alerts: `json`, `rev`. */
  alertRecord(kind: string, id: string): string {
    return `${this.prefix}:alert-record:${kind}:${id}`;
  }
  /** Hash: host -> id of its last incident. */
  get incidentOf(): string {
    return `${this.prefix}:incident-of`;
  }
  /** Hash: fingerprint -> what is known of the alert. */
  incidentAlerts(incidentId: string): string {
    return `${this.prefix}:incident-alerts:${incidentId}`;
  }
  /** List of alerts that wait for a choice. */
  alertPending(choiceId: string): string {
    return `${this.prefix}:alert-pending:${choiceId}`;
  }
  /** Sorted set of records by the time that changes them. */
  get alertDue(): string {
    return `${this.prefix}:alert-due`;
  }
  /** Sorted set of looks that alerts have caused, by their start. */
  get alertLooks(): string {
    return `${this.prefix}:alert-looks`;
  }
  get ping(): string {
    return `${this.prefix}:ping`;
  }
}
