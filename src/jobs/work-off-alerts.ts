import type { AlertDelivery } from '../core/domain/alert-ports.ts';
import { settle } from '../core/incident/settle.ts';
import { endOf } from '../core/incident/weather.ts';
import { openBook, owedThreads, type AlertContext } from './alert-book.ts';
import { wakeRecorded } from './insist.ts';

/**
 * What one transaction works off. While it is put together and carried out nobody else gets a turn, neither in this
 * process nor in Redis: some milliseconds.
 */
const MAX_DELIVERIES = 50;
const MAX_NOTICES = 200;
/** Hosts that fail together alert within this, and then need no thread each. */
const HOLD_MS = 1_000;
/** A thread that only counts one more need not be edited at once. */
const COUNT_DELAY_MS = 3_000;

/** Works off what waits: alerts join, open and resolve incidents, and time does what it does. */
export async function workOffAlerts(context: AlertContext): Promise<void> {
  while (await workOffSome(context));
  await letTimePass(context);
}

/** Whether there is more to do now: what comes in ones and twos waits for the next round, so that it shares its work. */
async function workOffSome(context: AlertContext): Promise<boolean> {
  const { state } = context;
  const waiting = await state.alerts.deliveries(MAX_DELIVERIES);
  const batch = within(waiting);
  if (batch.length === 0) return false;
  const notices = batch.flatMap((delivery) => delivery.notices);
  const book = await openBook(context, { notices });
  const { ledger } = book;
  for (const notice of notices) ledger.take(notice);
  // Another bot was quicker: what it has left is looked at again.
  if (!(await book.commit({ taken: batch.map(({ id }) => id) }))) return true;
  const { loud, storms } = ledger.changes;
  const delayMs = (id: string): number => (loud.has(id) || storms.has(id) ? HOLD_MS : COUNT_DELAY_MS);
  await Promise.all(owedThreads(ledger).map(async (id) => wakeRecorded(state, id, delayMs(id))));
  return batch.length < waiting.length || waiting.length === MAX_DELIVERIES;
}

function within(deliveries: readonly AlertDelivery[]): readonly AlertDelivery[] {
  let notices = 0;
  const end = deliveries.findIndex((delivery) => (notices += delivery.notices.length) > MAX_NOTICES);
  return end === -1 ? deliveries : deliveries.slice(0, Math.max(1, end));
}

async function letTimePass(context: AlertContext): Promise<void> {
  const { state, nowMs } = context;
  for (const due of await state.alerts.due(nowMs())) {
    const [kind = '', id = ''] = due.split(' ');
    const book = await openBook(context, kind === 'storm' ? { stormIds: [id] } : { incidentIds: [id] });
    const { ledger } = book;
    const incident = ledger.records.incidents.get(id);
    const storm = ledger.records.storms.get(id);
    if (incident !== undefined) ledger.put(settle(incident, { kind: 'time', nowMs: nowMs() }));
    if (storm !== undefined) ledger.putStorm({ ...storm, ended: endOf(storm, 1, nowMs()) });
    if (await book.commit())
      await Promise.all(owedThreads(ledger).map(async (one) => wakeRecorded(state, one)));
  }
}
