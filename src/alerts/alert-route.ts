import { createHmac } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alert, Opened } from '../core/alert/alert.ts';
import { parseBody } from '../core/alert/parse-body.ts';
import type { SourceFormat } from '../core/alert/source-format.ts';
import type { ReadSource, Understood } from '../core/alert/understand.ts';
import type { AlertIntake, AlertNotice } from '../core/domain/alert.ts';
import { ruleWords } from '../core/render/rule-words.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import type { Problem } from '../core/domain/problem.ts';
import { Counted } from './counted.ts';
import { IntakeRate } from './intake-rate.ts';
import { proofOf, type Delivery, type Secrets } from './proof.ts';
import { SeenDeliveries } from './seen-deliveries.ts';
import { toldSometimes } from './told-sometimes.ts';

/** A configured source with its secrets read. */
export interface OpenSource extends ReadSource {
  readonly format: Pick<SourceFormat, 'title' | 'busyStatus' | 'deliveryHeader' | 'maxAgeMs'>;
  readonly secrets: Secrets;
}

interface AlertRouteOptions {
  readonly source: OpenSource;
  readonly understand: (source: ReadSource, alert: Alert) => Understood;
  readonly intake: AlertIntake;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Between so many alerts others get their turn: a delivery of a megabyte holds several thousand. */
const AT_A_TIME = 100;
const RETRY_AFTER_S = 10;
/** A body of a megabyte holds 4,000 alerts; more in one delivery are made to hurt. */
const MAX_ALERTS = 10_000;

/**
 * `POST /alerts/NAME`: 401 without a proof, 400 (415 where it was not even called JSON) for what is no delivery of
 * this source, 202 once all of it is stored, whatever it is about: a sender that is refused would only send again,
 * or give up for good. 503, or 429 where the sender wants that, when it must come again.
 */
export function alertRoute(options: AlertRouteOptions): (delivery: Delivery) => Promise<Answer> {
  const { source, nowMs } = options;
  const rate = new IntakeRate(nowMs);
  const seen = new SeenDeliveries();
  const report = toldSometimes(options.report, nowMs);
  const take = takeDelivery({ ...options, report }, rate);
  return async (delivery) => {
    const proof = proofOf(delivery, source.secrets, nowMs());
    if (proof.kind === 'refused') {
      report(unauthorized(source, proof.why));
      return refuse(401, 'ALERT_UNAUTHORIZED', 'unauthorized', { 'www-authenticate': 'Bearer' });
    }
    const { deliveryHeader } = source.format;
    const id =
      proof.once ?? (deliveryHeader === null ? null : (delivery.headers.get(deliveryHeader) ?? null));
    if (id !== null && seen.has(id, nowMs())) return { status: 202, body: { repeated_delivery: 1 } };
    const leave = rate.enter();
    if (leave === null) return busy(source);
    try {
      const answer = await take(delivery);
      if (id !== null && answer.status === 202) seen.add(id, nowMs());
      return answer;
    } finally {
      leave();
    }
  };
}

/** `GET /alerts/NAME?crc_token=…`: proves to Netdata Cloud that this address is ours. */
export function challengeRoute(secret: string): (request: { query: URLSearchParams }) => Promise<Answer> {
  return async ({ query }) => {
    const token = query.get('crc_token') ?? '';
    if (token === '' || token.length > MAX_TOKEN_CHARS)
      return { status: 400, body: { error: 'this path takes POST; GET only with a crc_token' } };
    const answer = createHmac('sha256', secret).update(token).digest('base64');
    return { status: 200, body: { response_token: `sha256=${answer}` } };
  };
}

const MAX_TOKEN_CHARS = 256;

function takeDelivery(options: AlertRouteOptions, rate: IntakeRate): (delivery: Delivery) => Promise<Answer> {
  const { source, nowMs } = options;
  return async (delivery) => {
    const encoding = delivery.headers.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity') return refuse(415, 'ALERT_INVALID', 'send the body uncompressed');
    const parsed = parseBody(delivery.body);
    if (parsed.kind === 'not-json') return notJson(delivery, parsed.problem);
    const opened = source.read(parsed.json);
    if (opened.kind === 'unreadable') {
      options.report(unreadable(source, opened.problem, 1));
      return refuse(400, 'ALERT_INVALID', opened.problem);
    }
    if (isReplay(source, opened.sentAtMs, nowMs()))
      return {
        status: 202,
        body: { skipped: { 'sent too long ago: taken for a replay': opened.items.length } },
      };
    if (opened.items.length > MAX_ALERTS)
      return refuse(413, 'ALERT_INVALID', `more than ${MAX_ALERTS} alerts in one delivery`);
    if (!rate.take(opened.items.length)) return busy(source);
    return store(options, opened);
  };
}

type OpenedDelivery = Extract<Opened, { kind: 'delivery' }>;

async function store(options: AlertRouteOptions, opened: OpenedDelivery): Promise<Answer> {
  const { source, understand, intake, report } = options;
  const notices: AlertNotice[] = [];
  const rules = new Counted();
  const skipped = new Counted();
  const broken = new Counted();
  for (const [at, item] of opened.items.entries()) {
    if (at > 0 && at % AT_A_TIME === 0) await nextTurn();
    const reading = opened.read(item);
    if (reading.kind !== 'alert') {
      skipped.count(reading.why);
      if (reading.kind === 'unreadable') broken.count(reading.why);
      continue;
    }
    const { notice } = understand(source, reading.alert);
    notices.push(notice);
    if (notice.status === 'firing') rules.count(ruleWords(notice.route.rule, 'en'));
  }
  const [why] = broken.most();
  if (why !== undefined) report(unreadable(source, why, broken.total));
  const outcome = notices.length === 0 ? { kind: 'accepted' as const, counts: {} } : await intake(notices);
  if (outcome.kind === 'unavailable') return unavailable();
  return {
    status: 202,
    body: { ...outcome.counts, rules: rules.asJson(), skipped: skipped.asJson() },
  };
}

const isReplay = ({ format }: OpenSource, sentAtMs: number | null, nowMs: number): boolean =>
  format.maxAgeMs !== null && sentAtMs !== null && nowMs - sentAtMs > format.maxAgeMs;

const refuse = (
  status: number,
  code: ErrorCode,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, headers, body: { error, code } });

/** A form or XML is told apart from JSON that is broken; what can be read is read, whatever it is called. */
function notJson({ headers }: Delivery, problem: string): Answer {
  const type = headers.get('content-type') ?? '';
  const called = type === '' || /\bjson\b|text\/plain/i.test(type);
  if (called) return refuse(400, 'ALERT_INVALID', problem);
  return refuse(415, 'ALERT_INVALID', `${problem}; it came as ${type.slice(0, 100)}: send JSON`);
}

const again = { 'retry-after': String(RETRY_AFTER_S) };

const busy = ({ format }: OpenSource): Answer =>
  refuse(format.busyStatus, 'ALERT_TOO_MANY', 'too many alerts at once; send again later', again);

const unavailable = (): Answer =>
  refuse(503, 'REDIS_UNAVAILABLE', 'the alerts could not be stored; send again', again);

const unauthorized = ({ name }: OpenSource, why: string): Problem => ({
  what: `a delivery of alerts was refused: it does not prove that it comes from ${name}`,
  code: 'ALERT_UNAUTHORIZED',
  fields: { source: name, why },
});

const unreadable = ({ name }: OpenSource, why: string, items: number): Problem => ({
  what: `alerts of ${name} could not be read`,
  code: 'ALERT_INVALID',
  fields: { source: name, why, items },
});
