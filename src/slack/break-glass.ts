import { z } from 'zod';
import { MAX_BREAK_GLASS_REASON, MIN_BREAK_GLASS_REASON } from '../core/change/go.ts';
import { parseJson } from '../core/domain/json.ts';
import { LOCALES, say, type Locale } from '../core/domain/locale.ts';
import type { Click } from '../core/domain/ports.ts';
import { BREAK_GLASS_FORM, breakGlassForm } from '../core/render/break-glass.ts';
import { settingsWords } from '../core/render/change-words.ts';
import { fillMd, prose, type Markup } from '../core/render/markup.ts';
import { cleanText } from '../core/render/plain.ts';
import { BOT } from '../core/render/texts/bot.ts';
import { BREAK_GLASS } from '../core/render/texts/break-glass.ts';
import { memberRefusal } from './access.ts';
import { atTheDesk } from './desk-call.ts';
import type { Listening } from './listening.ts';

/** Room for a plan's settings in the form. */
const SETTINGS_CHARS = 500;

/** Where the pressed button is; comes back with the form, which has neither message nor channel of its own. */
const CARRIED = z.object({
  value: z.string(),
  channel: z.string(),
  messageTs: z.string(),
  threadTs: z.string().nullable(),
  locale: z.enum(LOCALES),
});

/** A press of the button, with what opens a form. */
export interface Pressed {
  readonly click: Click;
  readonly threadTs: string | null;
  readonly triggerId: string;
}

/** Somebody pressed [Break glass]: opens the form that asks why. What is answered says why it does not. */
export async function askForReason(
  listening: Listening,
  { click, threadTs, triggerId }: Pressed,
  locale: Locale,
): Promise<readonly Markup[]> {
  const asked = await atTheDesk(listening, () => listening.desk.mayBreakGlass(click));
  if (asked.kind === 'late') return [fillMd(locale, BOT.clickSlow)];
  if (asked.kind === 'fault') return [fillMd(locale, BOT.fault)];
  if (asked.value.kind === 'refused') return [prose(say(asked.value.answer, locale), 2000)];
  if (asked.value.kind === 'duplicate') return [];
  const { plan } = asked.value;
  const { value, channel, messageTs } = click;
  const carried = JSON.stringify({ value, channel, messageTs, threadTs, locale });
  const settings = settingsWords(plan.settings, locale, SETTINGS_CHARS);
  const isOpen = await listening.openForm(
    triggerId,
    breakGlassForm({ host: plan.host, settings, carried }, locale),
  );
  return isOpen ? [] : [fillMd(locale, BREAK_GLASS.late)];
}

const SUBMISSION = z.object({
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  view: z.object({
    id: z.string(),
    callback_id: z.literal(BREAK_GLASS_FORM.callback),
    private_metadata: z.string(),
    state: z.object({
      values: z.object({
        [BREAK_GLASS_FORM.block]: z.object({
          [BREAK_GLASS_FORM.input]: z.object({ value: z.string().nullish() }),
        }),
      }),
    }),
  }),
});

/** A form as it came back. */
export interface Reason {
  readonly click: Click;
  readonly threadTs: string | null;
  readonly locale: Locale;
  readonly reason: string;
}

/** What was submitted; null when it is no form of ours. */
export function readReason(body: unknown): Reason | null {
  const read = SUBMISSION.safeParse(body);
  if (!read.success) return null;
  const { user, team, view } = read.data;
  const carried = CARRIED.safeParse(parseJson(view.private_metadata));
  if (!carried.success) return null;
  const { threadTs, locale, ...place } = carried.data;
  const typed = view.state.values[BREAK_GLASS_FORM.block][BREAK_GLASS_FORM.input].value ?? '';
  const teamId = user.team_id ?? team?.id ?? '';
  return {
    // One form is submitted once, however often it is delivered.
    click: { ...place, teamId, userId: user.id, deliveryKey: `form:${view.id}` },
    threadTs,
    locale,
    reason: cleanText(typed).trim().slice(0, MAX_BREAK_GLASS_REASON),
  };
}

/** What the form shows instead of closing; null when the reason will do. */
export const reasonFault = ({ reason, locale }: Reason): Readonly<Record<string, string>> | null =>
  reason.length >= MIN_BREAK_GLASS_REASON
    ? null
    : { [BREAK_GLASS_FORM.block]: say(BREAK_GLASS.tooShort, locale) };

/** The form was submitted and is closed already. */
export async function onReason(listening: Listening, submitted: Reason): Promise<void> {
  const { click, threadTs } = submitted;
  const lines = await answerTo(listening, submitted);
  if (lines.length === 0) return;
  await listening.answer(
    { userId: click.userId, channel: click.channel, threadTs, responseUrl: null },
    lines,
  );
}

async function answerTo(listening: Listening, { click, reason }: Reason): Promise<readonly Markup[]> {
  const member = await listening.members(click);
  const stranger = memberRefusal(member);
  if (stranger !== null) return [stranger];
  const { locale } = member;
  const decided = await atTheDesk(listening, () => listening.desk.breakGlass(click, reason));
  if (decided.kind === 'late') return [fillMd(locale, BOT.clickSlow)];
  if (decided.kind === 'fault') return [fillMd(locale, BOT.fault)];
  return decided.value.kind === 'refused' ? [prose(say(decided.value.answer, locale), 2000)] : [];
}
