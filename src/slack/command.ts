import { z } from 'zod';
import { say, type Locale } from '../core/domain/locale.ts';
import type { Block } from '../core/domain/ports.ts';
import { code, fillMd, join, mention, prose, type Markup } from '../core/render/markup.ts';
import { BOT } from '../core/render/texts/bot.ts';
import { askRefusal, memberRefusal } from './access.ts';
import type { Asker } from './answer.ts';
import { readCommand, type Wish } from './command-text.ts';
import { atTheDesk } from './desk-call.ts';
import { explainTopic } from './explain.ts';
import { freeze } from './freeze.ts';
import { helpLines, hostLines } from './help.ts';
import type { Listening } from './listening.ts';

/** The command of our manifest. */
const COMMAND_NAME = '/tcpcheck';

const COMMAND = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string().min(1),
  response_url: z.string().optional(),
});
type Command = z.infer<typeof COMMAND>;

/** Somebody typed a slash command; it is acknowledged already. */
export async function onCommand(listening: Listening, body: unknown): Promise<void> {
  const command = COMMAND.parse(body);
  const asker: Asker = {
    userId: command.user_id,
    channel: command.channel_id,
    threadTs: null,
    responseUrl: command.response_url ?? null,
  };
  const { lines, blocks } = await answerTo(listening, command);
  if (lines.length > 0) await listening.answer(asker, lines, blocks);
}

/** What the person is told at once; no lines for nothing. */
interface Reply {
  readonly lines: readonly Markup[];
  /** Where lines do not do. */
  readonly blocks?: readonly Block[];
}

async function answerTo(listening: Listening, command: Command): Promise<Reply> {
  const member = await listening.members({ teamId: command.team_id, userId: command.user_id });
  const stranger = memberRefusal(member);
  if (stranger !== null) return { lines: [stranger] };
  const { locale } = member;
  if (command.command !== COMMAND_NAME) return { lines: [fillMd(locale, BOT.unknownCommand)] };
  const wish = readCommand(command.text);
  if (wish.kind === 'help') return { lines: helpLines(listening.hosts, locale) };
  if (wish.kind === 'terminal-only') {
    return {
      lines: [fillMd(locale, BOT.terminalOnly, { command: code(`tcpcheck ${wish.command} HOST`, 60) })],
    };
  }
  if (wish.kind === 'explain') return explainTopic(wish.topic, locale);
  const from = { teamId: command.team_id, userId: command.user_id, channel: command.channel_id };
  // Not bound to the channels of diagnosis: who may decide about changes may freeze them wherever they are.
  if (wish.kind === 'freeze') {
    if (member.kind !== 'full') return { lines: [] };
    const typed = { ...from, words: wish.words, deliveryKey: `command:${command.trigger_id}` };
    return { lines: await freeze(listening, typed, member) };
  }
  const refusal = askRefusal(listening.access, member, from);
  if (refusal !== null) return { lines: [refusal] };
  if (wish.kind === 'hosts') return { lines: hostLines(listening.hosts, locale) };
  return { lines: await diagnose(listening, command, wish, locale) };
}

type Diagnose = Extract<Wish, { kind: 'diagnose' }>;

async function diagnose(
  listening: Listening,
  command: Command,
  wish: Diagnose,
  locale: Locale,
): Promise<readonly Markup[]> {
  const asked = await atTheDesk(listening, () =>
    listening.desk.ask({
      target: wish.target,
      symptom: wish.symptom,
      channel: command.channel_id,
      locale,
      requester: { kind: 'slack-user', teamId: command.team_id, userId: command.user_id },
      mentions: [command.user_id],
      // One per invocation, however often Slack delivers it.
      deliveryKey: `command:${command.trigger_id}`,
    }),
  );
  if (asked.kind === 'late') return [fillMd(locale, BOT.deskSlow)];
  if (asked.kind === 'fault') return [fillMd(locale, BOT.fault)];
  switch (asked.value.kind) {
    case 'accepted':
      return [accepted(listening, asked.value.hosts, locale)];
    case 'duplicate':
      return [];
    case 'refused':
      return [prose(say(asked.value.answer, locale), 2000)];
    default:
      return asked.value satisfies never;
  }
}

function accepted({ identity }: Listening, names: readonly string[], locale: Locale): Markup {
  const hosts = join(
    names.slice(0, 30).map((name) => code(name, 66)),
    ', ',
  );
  return fillMd(locale, BOT.accepted, { hosts, bot: mention(identity.botUserId) ?? '@tcpcheck' });
}
