import { assert } from '../domain/errors.ts';
import { isPid, NETNS, type Inside } from '../domain/place.ts';
import { quoted } from './shell-text.ts';

/** What the script exits with when the process has gone, or its id belongs to another one by now. */
export const EXIT_WENT_AWAY = 75;

/** Runs a whole script in the network namespace of a process; everything else stays as the account sees it. */
export function insideScript(script: string, { pid, netns }: Inside): string {
  assert(isPid(pid) && NETNS.test(netns), 'a namespace that was found');
  return `tcpcheck_inside() {
tc_body=${quoted(script)}
[ "$(readlink /proc/${pid}/ns/net)" = '${netns}' ] || exit ${EXIT_WENT_AWAY}
TC_INSIDE=1
export TC_INSIDE
exec nsenter -t ${pid} -n /bin/sh -c "$tc_body"
}
</dev/null tcpcheck_inside
`;
}
