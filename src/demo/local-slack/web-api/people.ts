import type { World } from '../world.ts';
import type { Arguments } from './arguments.ts';
import { done, refused, type Answer, type Method } from './method.ts';

function usersInfo(args: Arguments, world: World): Answer {
  const user = world.workspace.users.get(args.text('user'));
  if (user === undefined) return refused('user_not_found');
  return done({
    user: {
      id: user.id,
      team_id: user.teamId,
      name: user.name,
      real_name: user.name,
      deleted: user.deleted,
      is_bot: user.isBot,
      is_app_user: false,
      is_restricted: user.isRestricted,
      is_ultra_restricted: user.isUltraRestricted,
      is_stranger: user.isStranger,
      profile: { display_name: user.name, real_name: user.name, team: user.teamId },
      tz: 'Asia/Seoul',
      tz_offset: 32_400,
      ...(args.flag('include_locale') ? { locale: user.locale } : {}),
    },
  });
}

function userGroupMembers(args: Arguments, world: World): Answer {
  if (!world.workspace.paid) return refused('plan_upgrade_required');
  if (!args.has('usergroup')) {
    return refused('invalid_arguments', ['[ERROR] missing required field: usergroup']);
  }
  const group = world.workspace.userGroups.get(args.text('usergroup'));
  const isHidden = group?.disabled === true && !args.flag('include_disabled');
  if (group === undefined || isHidden) return refused('no_such_subteam');
  return done({ users: group.users });
}

function authTest(_: Arguments, world: World): Answer {
  const { bot, name, teamId } = world.workspace;
  return done({
    url: 'https://local-slack.invalid/',
    team: name,
    user: bot.name,
    team_id: teamId,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  });
}

export const PEOPLE: Readonly<Record<string, Method>> = {
  'auth.test': { token: 'bot', scope: null, run: authTest },
  'users.info': { token: 'bot', scope: 'users:read', run: usersInfo },
  'usergroups.users.list': { token: 'bot', scope: 'usergroups:read', run: userGroupMembers },
};
