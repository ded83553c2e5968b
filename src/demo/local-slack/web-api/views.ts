import { refuseView } from '../block-kit/payload.ts';
import type { JsonObject } from '../json.ts';
import { wireView, type LocalView } from '../views.ts';
import type { World } from '../world.ts';
import type { Arguments } from './arguments.ts';
import { done, refused, type Answer, type Method } from './method.ts';

const TRIGGER_ERRORS = {
  unknown: 'invalid_trigger_id',
  expired: 'expired_trigger_id',
  'used-up': 'exchanged_trigger_id',
} as const;

/** A view as Slack takes it, or the refusal. */
function readView(
  args: Arguments,
  surface: 'modal' | 'home',
):
  | { readonly kind: 'view'; readonly view: JsonObject }
  | { readonly kind: 'refused'; readonly answer: Answer } {
  const view = args.object('view');
  if (view === undefined || view === null) return { kind: 'refused', answer: refused('invalid_arguments') };
  const refusal = refuseView(view, surface);
  if (refusal !== null) return { kind: 'refused', answer: refused(refusal.error, refusal.messages) };
  return { kind: 'view', view };
}

function shown(view: LocalView, world: World): Answer {
  return done({ view: wireView(view, { teamId: world.workspace.teamId, ...world.workspace.bot }) });
}

/** The view is looked at first: a refused one leaves the trigger usable, as in Slack. */
function open(args: Arguments, world: World): Answer {
  const reading = readView(args, 'modal');
  if (reading.kind === 'refused') return reading.answer;
  const trigger = world.triggers.use(args.text('trigger_id'));
  if (trigger.kind !== 'good') return refused(TRIGGER_ERRORS[trigger.kind]);
  return shown(world.views.open(trigger.value.userId, 'modal', reading.view), world);
}

function update(args: Arguments, world: World): Answer {
  const reading = readView(args, 'modal');
  if (reading.kind === 'refused') return reading.answer;
  const external = args.text('external_id');
  const old = external === '' ? world.views.get(args.text('view_id')) : world.views.byExternalId(external);
  if (old?.surface !== 'modal') return refused('not_found');
  if (args.has('hash') && args.text('hash') !== old.hash) return refused('hash_conflict');
  return shown(world.views.update(old, reading.view), world);
}

function publish(args: Arguments, world: World): Answer {
  const reading = readView(args, 'home');
  if (reading.kind === 'refused') return reading.answer;
  const userId = args.text('user_id');
  if (!world.workspace.users.has(userId)) return refused('user_not_found');
  const old = world.views.homeOf(userId);
  if (args.has('hash') && old !== null && args.text('hash') !== old.hash) return refused('hash_conflict');
  return shown(world.views.open(userId, 'home', reading.view), world);
}

export const VIEWS: Readonly<Record<string, Method>> = {
  'views.open': { token: 'bot', scope: null, run: open },
  'views.update': { token: 'bot', scope: null, run: update },
  'views.publish': { token: 'bot', scope: null, run: publish },
};
