import { zoneIn, type Config } from '../config/config.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import { say, type Locale } from '../core/domain/locale.ts';
import type { Run } from '../core/domain/run.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { PROPOSE } from '../core/render/texts/propose.ts';
import { TERMINAL } from '../core/render/texts/terminal.ts';
import { fill } from '../core/render/texts/text.ts';
import { ask, requestIdOf } from '../jobs/ask.ts';
import { followRequest, type Step } from '../jobs/follow-request.ts';
import { wakeRecorded } from '../jobs/insist.ts';
import { changeAccessNow, proposeChanges } from '../jobs/propose-changes.ts';
import { operatorOf } from '../jobs/rules-now.ts';
import { beginPropose } from './begin-propose.ts';
import type { ChangeCommandContext, ProposeWish } from './change-context.ts';
import { showProposed } from './show-proposed.ts';
import { EXIT, progress } from './terminal.ts';
import { afterLook } from './why-nothing.ts';

/** What proposing needs besides what deciding does. */
interface ProposeContext extends ChangeCommandContext {
  readonly config: Pick<Config, 'hosts' | 'approvals' | 'slackChannel' | 'locale'>;
  readonly playbooks: readonly Playbook[];
  /** Aborted by Ctrl-C: nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

/**
 * `change propose HOST [KEY]`: has the service diagnose the host, as somebody in Slack would, and proposes what the
 * findings offer; never what they do not. Nothing here waits for Slack: the thread follows when it answers.
 */
export async function proposeHere(context: ProposeContext, wish: ProposeWish): Promise<number> {
  const { playbooks, state, terminal } = context;
  const begun = beginPropose(context, wish);
  if (begun.kind === 'over') return begun.exit;
  const { host, nothing } = begun;
  await needsWorker(context, host);
  const requestId = await asked(context, host, wish);
  if (requestId === null) return EXIT.unknown;
  const run = await followed(context, { host, requestId, isQuiet: wish.json });
  const diagnosis = run?.diagnosis ?? null;
  if (run === null || diagnosis === null) {
    terminal.err(`tcpcheck: ${fill(terminal.locale, PROPOSE.interrupted, { host: host.name })}\n`);
    return EXIT.unknown;
  }
  await propose(context, requestId, run);
  const changes = await state.changes.ofRequest(requestId);
  const access = await changeAccessNow(context, host.name);
  const about = { locale: terminal.locale, playbooks, access, host: host.name, key: wish.key };
  const whyNot = changes.length === 0 ? afterLook(about, diagnosis) : null;
  const notes = await threadNotes(context, requestId);
  return showProposed(context, { ...nothing, requestId, diagnosis, changes, whyNot, notes }, wish);
}

/** Where Slack is away, or no bot runs, nobody else hears of it yet. */
async function threadNotes(
  { state, terminal }: ProposeContext,
  requestId: string,
): Promise<readonly string[]> {
  const root = (await state.threads.entries(requestId)).get('root');
  return root === undefined || root.ts === null ? [say(PROPOSE.noThread, terminal.locale)] : [];
}

/** The bot makes the same proposals of the same run, whoever comes first; where there is no bot, they are made here. */
async function propose(context: ProposeContext, requestId: string, run: Run): Promise<void> {
  const request = await context.state.requests.get(requestId);
  if (request !== null && run.phase === 'done') await proposeChanges(context, request, run);
  await wakeRecorded(context.state, requestId);
}

/** Nobody is left to wait for what cannot begin. */
async function needsWorker({ config, state }: ProposeContext, { name }: HostEntry): Promise<void> {
  const zone = zoneIn(config)(name);
  if ((await state.workersAlive('diagnose', zone)) > 0) return;
  throw new TcpcheckError('WORKER_AWAY', `${name}: no worker of zone ${zone} has answered lately`);
}

/** The id of the accepted request; null where it was refused, which has been told. */
async function asked(context: ProposeContext, host: HostEntry, wish: ProposeWish): Promise<string | null> {
  const { config, slack, osUser, terminal, newId } = context;
  if (config.slackChannel === null) {
    const message =
      'a change that is proposed here has its thread in slack.channel of tcpcheck.yaml, which names none';
    throw new TcpcheckError('CONFIG_INVALID', message, { hint: 'Add `slack: {channel: C…}`.' });
  }
  const person = operatorOf({ config, teamId: () => slack?.teamId ?? '' }, osUser);
  const deliveryKey = `terminal:${newId()}`;
  const outcome = await ask(context, {
    target: host.name,
    symptom: wish.symptom,
    channel: config.slackChannel,
    locale: config.locale,
    requester: person,
    mentions: person.kind === 'os-user' && person.slack !== undefined ? [person.slack.userId] : [],
    deliveryKey,
    ...(wish.key === null ? {} : { onlySetting: wish.key }),
    ...(wish.windowMs === null ? {} : { windowMs: wish.windowMs }),
  });
  if (outcome.kind !== 'refused') return requestIdOf({ deliveryKey }, host);
  terminal.err(`tcpcheck: ${say(outcome.answer, terminal.locale)} [${outcome.code}]\n`);
  return null;
}

interface Followed {
  readonly host: HostEntry;
  readonly requestId: string;
  readonly isQuiet: boolean;
}

async function followed(
  { state, signal, terminal }: ProposeContext,
  { host, requestId, isQuiet }: Followed,
): Promise<Run | null> {
  const show = progress(terminal, isQuiet);
  let said = '';
  const onStep = (step: Step): void => {
    const line = stepLine(step, host, terminal.locale);
    if (line !== said) show.say(line);
    said = line;
  };
  try {
    return await followRequest({ state, signal, onStep }, { id: requestId, host: host.name });
  } finally {
    show.end();
  }
}

function stepLine(step: Step, { name: host, address }: HostEntry, locale: Locale): string {
  if (step.kind !== 'running') return fill(locale, PROPOSE[step.kind], { host });
  const { firstFacts, windowMs } = step.run;
  if (firstFacts === null) return fill(locale, TERMINAL.connecting, { host, address });
  return fill(locale, TERMINAL.comparing, {
    host,
    established: String(firstFacts.established ?? '?'),
    timeWait: String(firstFacts.timeWait ?? '?'),
    seconds: String(windowMs / 1000),
  });
}
