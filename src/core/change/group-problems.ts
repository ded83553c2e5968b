import type { GroupProblem } from '../domain/directory.ts';
import type { Localized } from '../domain/locale.ts';

/** Why a user group lets nobody in, for the person who pressed and for whoever can mend it. */
export const GROUP_PROBLEMS: Readonly<Record<GroupProblem, Localized>> = {
  'no-plan': {
    en: 'this workspace’s plan has no user groups; approvers must be named by their user ids.',
    ko: '이 워크스페이스의 요금제에서는 사용자 그룹을 쓸 수 없습니다. 승인자를 사용자 ID로 지정해야 합니다.',
  },
  'no-such-group': {
    en: 'there is no such group in this workspace, or it is disabled.',
    ko: '이 워크스페이스에 없거나 비활성화된 그룹입니다.',
  },
  'no-scope': {
    en: 'I may not read user groups: the app must be installed again with the scope usergroups:read.',
    ko: '사용자 그룹을 읽을 권한이 없습니다. usergroups:read 권한을 추가해 앱을 다시 설치해야 합니다.',
  },
  'foreign-team': {
    en: 'it belongs to another workspace than this one.',
    ko: '다른 워크스페이스의 그룹입니다.',
  },
  'no-answer': {
    en: 'Slack did not answer. Please try again in a minute.',
    ko: 'Slack이 응답하지 않았습니다. 잠시 후 다시 시도해 주세요.',
  },
};
