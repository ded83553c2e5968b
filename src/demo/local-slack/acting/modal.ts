import { refuseView } from '../block-kit/payload.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import type { DeliveryError } from '../delivery/outcome.ts';
import { isObject, objectsIn, textField, type JsonObject } from '../json.ts';
import { wireView, type LocalView } from '../views.ts';
import type { World } from '../world.ts';
import { choice, initialChoice, type Chosen } from './action.ts';
import { actor, appFields, LocalSlackError, teamFields, trigger, userFields } from './actor.ts';

export interface Submission {
  readonly userId: string;
  readonly viewId: string;
  /** What was typed or chosen, by action id; what is left out stays as it stood. */
  readonly values: Readonly<Record<string, Chosen>>;
}

export type SubmissionOutcome =
  | { readonly kind: 'closed' }
  | { readonly kind: 'updated'; readonly view: LocalView }
  /** By block id, as the app said. */
  | { readonly kind: 'errors'; readonly errors: JsonObject }
  | { readonly kind: 'failed'; readonly error: DeliveryError | 'invalid_view' };

function ownView(world: World, userId: string, viewId: string): LocalView {
  const view = world.views.get(viewId);
  if (view?.userId !== userId || view.surface !== 'modal') {
    throw new LocalSlackError(`user ${userId} has no modal ${viewId} open`);
  }
  return view;
}

/** A person presses the submit button of the modal. */
export async function submitModal(
  world: World,
  deliveries: Deliveries,
  submission: Submission,
): Promise<SubmissionOutcome> {
  const user = actor(world, submission.userId);
  const view = ownView(world, user.id, submission.viewId);
  const outcome = await deliveries.interaction({
    type: 'view_submission',
    ...appFields(world),
    user: userFields(user),
    team: teamFields(world),
    trigger_id: trigger(world, user.id),
    view: {
      ...wireView(view, { teamId: world.workspace.teamId, ...world.workspace.bot }),
      state: { values: stateOf(view, submission.values) },
    },
    response_urls: [],
  });
  if (outcome.kind === 'failed') return outcome;
  const { body } = outcome;
  switch (body?.['response_action']) {
    case 'errors':
      return { kind: 'errors', errors: isObject(body['errors']) ? body['errors'] : {} };
    case 'update': {
      const next = isObject(body['view']) ? body['view'] : {};
      if (refuseView(next, 'modal') !== null) return { kind: 'failed', error: 'invalid_view' };
      return { kind: 'updated', view: world.views.update(view, next) };
    }
    default:
      world.views.close(view);
      return { kind: 'closed' };
  }
}

/** A person closes the modal; the app hears of it only when it asked to. */
export async function closeModal(
  world: World,
  deliveries: Deliveries,
  closed: { userId: string; viewId: string },
): Promise<void> {
  const user = actor(world, closed.userId);
  const view = ownView(world, user.id, closed.viewId);
  world.views.close(view);
  if (view.view['notify_on_close'] !== true) return;
  await deliveries.interaction({
    type: 'view_closed',
    ...appFields(world),
    user: userFields(user),
    team: teamFields(world),
    view: wireView(view, { teamId: world.workspace.teamId, ...world.workspace.bot }),
    is_cleared: false,
  });
}

function stateOf(view: LocalView, values: Submission['values']): JsonObject {
  const inputs = objectsIn(view.view['blocks']).filter((block) => block['type'] === 'input');
  return Object.fromEntries(
    inputs.map((block) => {
      const element = isObject(block['element']) ? block['element'] : {};
      const actionId = textField(element, 'action_id') ?? '';
      const chosen = values[actionId] ?? initialChoice(element);
      if (block['optional'] !== true && (chosen === undefined || chosen.length === 0)) {
        throw new LocalSlackError(`please complete this required field: ${actionId}`);
      }
      return [
        textField(block, 'block_id') ?? '',
        { [actionId]: { type: element['type'], ...choice(element, chosen) } },
      ];
    }),
  );
}
