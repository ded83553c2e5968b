import type { Deliveries } from '../delivery/deliveries.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { objectsIn, type JsonObject } from '../json.ts';
import type { LocalMessage } from '../message.ts';
import { wireMessage } from '../message-store.ts';
import { wireView, type LocalView } from '../views.ts';
import type { User } from '../workspace.ts';
import type { World } from '../world.ts';
import { choice } from './action.ts';
import {
  actor,
  appFields,
  channelFor,
  LocalSlackError,
  responseUrl,
  teamFields,
  trigger,
  userFields,
} from './actor.ts';
import { findElements, type FoundElement } from './find-element.ts';

export interface Click {
  readonly userId: string;
  readonly actionId: string;
  readonly blockId?: string;
  /** Tells buttons of the same action apart; for a menu, the option chosen. */
  readonly value?: string;
  /** The person said yes in the confirm dialog. */
  readonly confirmed?: boolean;
}

export interface MessageClick extends Click {
  readonly channel: string;
  readonly ts: string;
}

export interface ViewClick extends Click {
  readonly viewId: string;
}

/** A person presses a button, or chooses in a menu, of a message they see. */
export async function clickInMessage(
  world: World,
  deliveries: Deliveries,
  click: MessageClick,
): Promise<Outcome> {
  const user = actor(world, click.userId);
  const channel = channelFor(world, user.id, click.channel);
  const message = world.messages.seenBy(user.id, channel.id, click.ts);
  if (message === null)
    throw new LocalSlackError(`user ${user.id} sees no message ${click.ts} in ${channel.id}`);
  const found = only(message.blocks, click);
  const { threadTs, ts } = message;
  const origin = { userId: user.id, channel: channel.id, threadTs, original: { channel: channel.id, ts } };
  const outcome = await deliveries.interaction({
    ...shared(world, user, found, click),
    ...messageFields(world, message),
    channel: { id: channel.id, name: channel.name },
    response_url: responseUrl(world, origin),
  });
  if (outcome.kind === 'failed') {
    world.messages.tell(
      user.id,
      { channel: channel.id, threadTs },
      `This action failed with the error "${outcome.error}"`,
    );
  }
  return outcome;
}

/** The same in a modal or a Home tab. */
export function clickInView(world: World, deliveries: Deliveries, click: ViewClick): Promise<Outcome> {
  const user = actor(world, click.userId);
  const view = world.views.get(click.viewId);
  if (view?.userId !== user.id) throw new LocalSlackError(`user ${user.id} sees no view ${click.viewId}`);
  const found = only(blocksOf(view), click);
  return deliveries.interaction({
    ...shared(world, user, found, click),
    container: { type: 'view', view_id: view.id },
    view: wireView(view, { teamId: world.workspace.teamId, ...world.workspace.bot }),
  });
}

function blocksOf(view: LocalView): readonly JsonObject[] {
  return objectsIn(view.view['blocks']);
}

function only(blocks: readonly JsonObject[], click: Click): FoundElement {
  const [found, ...others] = findElements(blocks, click);
  const wanted = `${click.actionId}${click.value === undefined ? '' : ` with value ${click.value}`}`;
  if (found === undefined) throw new LocalSlackError(`there is no ${wanted} to press`);
  if (others.length > 0) throw new LocalSlackError(`there are several ${wanted}: name blockId or value`);
  if (found.element['confirm'] !== undefined && click.confirmed !== true) {
    throw new LocalSlackError(
      `${wanted} asks for confirmation first: a person would have to say yes (confirmed: true)`,
    );
  }
  return found;
}

function shared(world: World, user: User, { blockId, element }: FoundElement, click: Click): JsonObject {
  const { action_id, type, text, value, style, placeholder } = element;
  const given = { action_id, type, text, value, style, placeholder };
  return {
    type: 'block_actions',
    ...appFields(world),
    user: userFields(user),
    team: teamFields(world),
    trigger_id: trigger(world, user.id),
    state: { values: {} },
    actions: [{ ...given, block_id: blockId, ...choice(element, click.value), action_ts: actionTs() }],
  };
}

let lastActionMicros = 0;

/** Every press has its own, also two in the same millisecond. */
function actionTs(): string {
  lastActionMicros = Math.max(lastActionMicros + 1, Date.now() * 1000);
  return (lastActionMicros / 1_000_000).toFixed(6);
}

/** The payload of an ephemeral message does not carry the message. */
function messageFields(world: World, message: LocalMessage): JsonObject {
  const container = {
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel,
    is_ephemeral: message.ephemeralTo !== null,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
  };
  if (message.ephemeralTo !== null) return { container };
  const replies = world.repliesTo(message);
  return {
    container,
    message: wireMessage(message, { teamId: world.workspace.teamId, replies, withMetadata: true }),
  };
}
