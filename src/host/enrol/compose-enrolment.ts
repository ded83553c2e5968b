import { readFile } from 'node:fs/promises';
import { assert } from '../../core/domain/errors.ts';
import { loadHelper } from '../helper/sent-helper.ts';

/** One account and the key that opens it. */
export interface EnrolledAccount {
  readonly user: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

/** What a host is to have, or to lose. */
export interface Enrolment {
  readonly action: 'install' | 'remove';
  readonly dryRun: boolean;
  readonly reading: EnrolledAccount;
  /** Null where settings of the host are not to be changed. */
  readonly change: EnrolledAccount | null;
  /** Addresses that the keys are good from, as in sshd(8) `from=`; null: from everywhere. */
  readonly from: string | null;
  /** Where the reading account may be a jump host to. */
  readonly forwardsTo: readonly { readonly address: string; readonly port: number }[];
}

/** What the change account's key starts, whatever it asks for. */
export const FORCED_COMMAND = 'sudo -n /usr/local/sbin/tcpcheck-host';

/** Nothing that a shell, sudo or sshd could take for more than a name. */
const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;
const PUBLIC_KEY = /^[a-z0-9@.-]{1,60} [A-Za-z0-9+/]{20,4000}={0,2}$/;
const ADDRESS = /^[A-Za-z0-9.:%_-]{1,253}$/;
/** Addresses, prefixes and names with `*`, as sshd(8) takes them. */
export const FROM = /^[A-Za-z0-9.:/*!?_-]{1,80}(?:,[A-Za-z0-9.:/*!?_-]{1,80}){0,9}$/;

/** Ends the helper's text within the script; the helper has no such line. */
const HELPER_END = 'END_OF_THE_HELPER';

/** The script that root runs on the host; nothing else is needed there. */
export async function composeEnrolment(enrolment: Enrolment): Promise<string> {
  const { action, dryRun, reading, change } = enrolment;
  const script = await readFile(new URL('./enrol-host.sh', import.meta.url), 'utf8');
  const { text } = await loadHelper();
  assert(text.endsWith('\n') && !text.includes(HELPER_END), 'the helper is lines of its own');
  return [
    '#!/bin/sh',
    `action='${action}' mode='${dryRun ? 'dry-run' : 'do'}'`,
    `reading_user='${checked(reading.user, USER)}' change_user='${change === null ? '' : checked(change.user, USER)}'`,
    `reading_key='${authorizedKey(enrolment, reading, readingOptions(enrolment))}'`,
    `change_key='${change === null ? '' : authorizedKey(enrolment, change, [`command="${FORCED_COMMAND}"`])}'`,
    `helper_text() {\ncat <<'${HELPER_END}'`,
    `${text}${HELPER_END}\n}`,
    script,
  ].join('\n');
}

/** A key of ours in authorized_keys: everything is forbidden but what is named. */
function authorizedKey(
  { from, action }: Enrolment,
  { publicKey }: EnrolledAccount,
  more: readonly string[],
): string {
  if (action === 'remove') return '';
  const fromWhere = from === null ? [] : [`from="${checked(from, FROM)}"`];
  return `${['restrict', ...fromWhere, ...more].join(',')} ${checked(publicKey, PUBLIC_KEY)} tcpcheck`;
}

function readingOptions({ forwardsTo }: Enrolment): readonly string[] {
  if (forwardsTo.length === 0) return [];
  const opens = forwardsTo.map(({ address, port }) => {
    const host = address.includes(':') ? `[${checked(address, ADDRESS)}]` : checked(address, ADDRESS);
    return `permitopen="${host}:${port}"`;
  });
  return ['port-forwarding', ...opens];
}

function checked(text: string, pattern: RegExp): string {
  assert(pattern.test(text), 'names and keys were checked when they were read');
  return text;
}
