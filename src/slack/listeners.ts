import type { App } from '@slack/bolt';
import { z } from 'zod';
import { onReason, readReason, reasonFault } from './break-glass.ts';
import { onClick } from './click.ts';
import { onCommand } from './command.ts';
import { SIGNATURE } from './http-intake.ts';
import type { Listening } from './listening.ts';
import { ReplayGuard } from './replay-guard.ts';
import type { OnProblem } from './slack-client.ts';

/** More at once than people can cause; beyond it Slack is told to show an error. */
const MAX_IN_FLIGHT = 500;

/** Connects Bolt with the desk: commands, buttons, and a polite nod to everything else. */
export function listen(app: App, listening: Listening): void {
  const { onProblem } = listening;
  const replays = new ReplayGuard();
  app.use(async (args) => {
    const signature: unknown = args.context[SIGNATURE];
    const replayed = typeof signature === 'string' && !replays.firstTime(signature, Date.now());
    const ours = 'command' in args || 'action' in args || 'view' in args;
    // What we do not know is acknowledged all the same: else the person sees a failure after 3 s.
    if (ours && !replayed) return args.next();
    if ('ack' in args && typeof args.ack === 'function') await args.ack();
  });
  app.command(/.*/, async ({ ack, body }) => {
    await acknowledged(ack, onProblem);
    await handle(listening, () => onCommand(listening, body));
  });
  app.action(/.*/, async ({ ack, body }) => {
    await acknowledged(ack, onProblem);
    await handle(listening, () => onClick(listening, body));
  });
  app.view(/.*/, async ({ ack, body }) => {
    const submitted = body.type === 'view_submission' ? readReason(body) : null;
    const errors = submitted === null ? null : reasonFault(submitted);
    await acknowledged(
      async () => (errors === null ? ack() : ack({ response_action: 'errors', errors })),
      onProblem,
    );
    if (submitted === null || errors !== null) return;
    await handle(listening, () => onReason(listening, submitted));
  });
  app.error((error) => {
    tellFault(onProblem, error);
    return Promise.resolve();
  });
}

/** A lost acknowledgement is no reason to drop the work: a second delivery is recognised by its key. */
async function acknowledged(ack: () => Promise<void>, onProblem: OnProblem): Promise<void> {
  try {
    await ack();
  } catch (error) {
    tellFault(onProblem, error);
  }
}

async function handle({ inFlight, onProblem }: Listening, work: () => Promise<void>): Promise<void> {
  if (inFlight.size >= MAX_IN_FLIGHT) {
    onProblem({
      what: 'too many deliveries from Slack at once; one was dropped',
      code: 'INTERNAL',
      fields: {},
    });
    return;
  }
  await inFlight.track(
    work().catch((error: unknown) => {
      tellFault(onProblem, error);
    }),
  );
}

function tellFault(onProblem: OnProblem, error: unknown): void {
  const said = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  onProblem({ what: 'a delivery from Slack failed', code: 'INTERNAL', fields: { said: said.slice(0, 500) } });
}
