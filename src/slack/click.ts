import { z } from 'zod';
import { say } from '../core/domain/locale.ts';
import type { Click, ClickOutcome, Desk } from '../core/domain/ports.ts';
import { ACTION } from '../core/render/change-buttons.ts';
import { ACK } from '../core/render/incident.ts';
import { CHOOSE_HOST } from '../core/render/questions.ts';
import { RECHECK } from '../core/render/root.ts';
import { fillMd, prose, type Markup } from '../core/render/markup.ts';
import { BOT } from '../core/render/texts/bot.ts';
import { askRefusal, memberRefusal } from './access.ts';
import { askForReason } from './break-glass.ts';
import { atTheDesk } from './desk-call.ts';
import type { Listening } from './listening.ts';

const CLICK = z.object({
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string(), thread_ts: z.string().optional() }),
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
  // A delivery tells of one press.
  actions: z.tuple([
    z.object({
      action_id: z.string(),
      block_id: z.string(),
      action_ts: z.string(),
      value: z.string().optional(),
      selected_option: z.object({ value: z.string() }).optional(),
    }),
  ]),
});
type Pressed = z.infer<typeof CLICK>;

/** Buttons that have a host looked at: for those who may ask for a diagnosis. */
const ASKING: ReadonlySet<string> = new Set([RECHECK, CHOOSE_HOST]);

const ANY = z.object({ actions: z.tuple([z.object({ action_id: z.string() })]) });

/** What each button asks of the desk. */
const WISHES: ReadonlyMap<string, (desk: Desk, click: Click) => Promise<ClickOutcome>> = new Map([
  [ACTION.approve, (desk: Desk, click: Click) => desk.approve(click)],
  [ACTION.reject, (desk: Desk, click: Click) => desk.reject(click)],
  [ACTION.keep, (desk: Desk, click: Click) => desk.keep(click)],
  [ACTION.rollback, (desk: Desk, click: Click) => desk.rollback(click)],
  [RECHECK, (desk: Desk, click: Click) => desk.recheck(click)],
  [ACK, (desk: Desk, click: Click) => desk.acknowledge(click)],
  [CHOOSE_HOST, (desk: Desk, click: Click) => desk.chooseHost(click)],
]);

/** Somebody pressed a button; it is acknowledged already. */
export async function onClick(listening: Listening, body: unknown): Promise<void> {
  const { action_id: actionId } = ANY.parse(body).actions[0];
  if (!WISHES.has(actionId) && actionId !== ACTION.breakGlass) return;
  const pressed = CLICK.parse(body);
  const lines = await answerTo(listening, pressed);
  if (lines.length === 0) return;
  const { container, channel, user } = pressed;
  await listening.answer(
    {
      userId: user.id,
      channel: channel.id,
      threadTs: container.thread_ts ?? null,
      responseUrl: pressed.response_url ?? null,
    },
    lines,
  );
}

/** What the person who pressed is told; empty when the message itself shows it. */
async function answerTo(listening: Listening, pressed: Pressed): Promise<readonly Markup[]> {
  const click = clickOf(pressed);
  // Approvers are checked by the desk; that this is still a full member of our workspace, only Slack knows.
  const member = await listening.members(click);
  const stranger = memberRefusal(member);
  if (stranger !== null) return [stranger];
  const { locale } = member;
  const { action_id: actionId } = pressed.actions[0];
  const refusal = ASKING.has(actionId) ? askRefusal(listening.access, member, click) : null;
  if (refusal !== null) return [refusal];
  const wish = WISHES.get(actionId);
  if (wish === undefined) {
    const threadTs = pressed.container.thread_ts ?? null;
    return askForReason(listening, { click, threadTs, triggerId: pressed.trigger_id ?? '' }, locale);
  }
  const decided = await atTheDesk(listening, () => wish(listening.desk, click));
  if (decided.kind === 'late') return [fillMd(locale, BOT.clickSlow)];
  if (decided.kind === 'fault') return [fillMd(locale, BOT.fault)];
  return decided.value.kind === 'refused' ? [prose(say(decided.value.answer, locale), 2000)] : [];
}

function clickOf({ user, team, channel, container, actions: [action] }: Pressed): Click {
  return {
    teamId: user.team_id ?? team?.id ?? '',
    userId: user.id,
    channel: channel.id,
    messageTs: container.message_ts,
    // The menu of a message is named by its block, and says what was chosen.
    value: action.value ?? `${action.block_id} ${action.selected_option?.value ?? ''}`,
    // Slack has no id for a click; these together name one press of one button.
    deliveryKey: [
      'click',
      channel.id,
      container.message_ts,
      action.block_id,
      action.action_id,
      action.action_ts,
    ].join(':'),
  };
}
