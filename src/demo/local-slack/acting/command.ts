import type { Deliveries } from '../delivery/deliveries.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { World } from '../world.ts';
import { actor, channelFor, responseUrl, trigger } from './actor.ts';
import { respond } from './respond.ts';

export interface TypedCommand {
  readonly userId: string;
  readonly channel: string;
  /** With the slash. */
  readonly command: string;
  readonly text: string;
}

/** A person types a slash command in a channel. */
export async function typeCommand(
  world: World,
  deliveries: Deliveries,
  typed: TypedCommand,
): Promise<Outcome> {
  const user = actor(world, typed.userId);
  const channel = channelFor(world, user.id, typed.channel);
  const place = { channel: channel.id, threadTs: null };
  const known = world.options.commands;
  if (known !== undefined && !known.some(({ command }) => command === typed.command)) {
    world.messages.tell(user.id, place, `${typed.command} is not a valid command.`);
    return { kind: 'failed', error: 'dispatch_failed' };
  }
  const origin = { userId: user.id, ...place, original: null };
  const outcome = await deliveries.command({
    token: 'local',
    team_id: user.teamId,
    team_domain: 'local-slack',
    channel_id: channel.id,
    channel_name: channel.kind === 'private' ? 'privategroup' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command: typed.command,
    text: typed.text,
    api_app_id: world.workspace.bot.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl(world, origin),
    trigger_id: trigger(world, user.id),
  });
  if (outcome.kind === 'failed') {
    world.messages.tell(user.id, place, `${typed.command} failed with the error "${outcome.error}"`);
  } else if (outcome.body !== null) {
    const refusal = respond(world, origin, outcome.body);
    if (refusal !== null) world.warn({ method: typed.command, warning: `answer refused: ${refusal.error}` });
  }
  return outcome;
}
