import { spec, type ErrorSpec } from './error-spec.ts';

/** What can go wrong with a change and with its record; a part of the catalogue. */
export const CHANGE_ERRORS = {
  CHANGE_EXPIRED: spec(
    'The proposal is too old',
    'Ask for a new diagnosis; a current proposal comes with it.',
  ),
  CHANGE_DECIDED: spec('Somebody has decided already', 'The message shows who and how.'),
  CHANGE_NOT_APPLIED: spec('Nothing of this change is in force', 'There is nothing to roll back.'),
  CHANGE_STALE: spec(
    'What was shown is no longer true',
    'Nothing was changed. The host is looked at again, and a fresh card follows where the finding still stands.',
  ),
  CHANGE_NEEDLESS: spec(
    'Another change for the same finding has helped',
    'Nothing more is needed. Ask for a new diagnosis if the trouble comes back.',
  ),
  CHANGE_STOPPED: spec(
    'A change on several hosts stopped before this host had its turn',
    'Nothing was changed here. The card for all hosts says where it stopped, and why.',
  ),
  CHANGE_BUSY: spec('Another change is running on the host', 'Wait until it is done, then press again.'),
  CHANGE_CAP: spec(
    'The host has had too many changes within an hour',
    'Wait, and look why so many are wanted; the bound is `approvals.caps.per_host_hour` of tcpcheck.yaml.',
  ),
  APPROVERS_UNKNOWN: spec(
    'It could not be found out who may approve',
    'The message says why: Slack did not answer, the plan has no user groups, the group is gone, or the scope usergroups:read is missing.',
  ),
  APPROVALS_UNSOUND: spec(
    'The rules of approval have changed and cannot be read',
    'Correct tcpcheck.yaml; `tcpcheck policy show HOST` names the line. What is in force can be rolled back all the same.',
  ),
  GLASS_UNHEARD: spec(
    'Nobody could hear of a break-glass approval',
    'Nothing was changed. Name a channel in `slack.channel` of tcpcheck.yaml, or approve it the usual way.',
  ),
  CHANGE_FROZEN: spec(
    'Changes are frozen',
    'Wait until the time in the message, or have it lifted. Rolling back is possible all the same.',
  ),
  CHANGE_UNSIGNED: spec(
    'The order to change a setting carries no valid signature',
    'Nothing was changed. Somebody may have tampered with the queue; look at Redis.',
  ),
  CHANGE_REFUSED: spec('The host’s helper refused the change', 'Nothing was changed; the message says why.'),
  CHANGE_NOT_TAKEN: spec(
    'The kernel did not take the value',
    'Everything was put back; the message names the key.',
  ),
  CHANGE_UNDO_FAILED: spec(
    'A change could not be taken back',
    'Look at the host now: the message names key and value to restore by hand.',
  ),
  CHANGE_UNKNOWN: spec(
    'It is not known whether the change happened',
    'The host’s journal could not be read; look at the key on the host by hand.',
  ),
  CHANGE_REVERTED: spec(
    'The host has taken the change back by itself',
    'The old values are back. Ask for a new diagnosis if the change is still wanted.',
  ),
  CHANGE_SECOND_PERSON: spec(
    'This change takes a second person',
    'Somebody else of the approvers must press Approve too.',
  ),
  AUDIT_UNWRITABLE: spec(
    'The audit log cannot be written',
    'Nothing was changed. Make room, or mend the disk of the data directory; rolling back is possible all the same.',
  ),
  AUDIT_BROKEN: spec(
    'The audit log is not what was written',
    'Nothing is changed any more. Run `tcpcheck audit verify`, find out who altered it, and move the file aside.',
  ),
  AUDIT_UNREADABLE: spec(
    'The audit logs cannot be read',
    'Run it as the user of the service, with the same TCPCHECK_DATA_DIR.',
  ),
  AUDIT_TORN: spec(
    'A crash cut off the last record of the audit log',
    'Nothing needs to be done: its step had not been taken.',
  ),
  CHANGE_FOREIGN: spec(
    'Somebody else has changed the value meanwhile',
    'It was left alone; decide by hand which value should stand.',
  ),
} as const satisfies Record<string, ErrorSpec>;
