import type { Facts } from '../../domain/facts.ts';
import { AWK_ASK_FUNCTIONS } from '../awk-ask.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { belongs, receiving, sendingFacts, type QueuedService } from '../queued-service.ts';
import { linesOf, wordsOf } from '../lines.ts';
import { endpointName, parseEndpoint } from '../endpoint.ts';
import { count } from '../figures.ts';
import { lossyPaths } from '../lossy-paths.ts';
import { serviceOf } from '../service-look.ts';
import { SH_ROW } from '../shell-text.ts';
import { AWK_SOCKETS, socketDetails } from '../socket-detail.ts';
import type { SocketPair } from '../socket-progress.ts';

/**
 * The same few connections in both samples: those that had something in their queues when the table was walked, so
 * that what stays can be told from what moves; and some neighbours of those that get no answer.
 */
export const socketsWorst: Check = {
  id: 'sockets-worst',
  title: { en: 'connections with full queues', ko: '큐가 찬 연결' },
  samples: 'both',
  core: false,
  capBytes: 131_072,
  timeoutS: 10,
  cost: 'one ss for up to 270 connections that sockets-by-destination has picked, 10 us of CPU each, and one comparison of every other socket in the kernel',
  shortcut: `command -v ss >/dev/null || exit 1
IFS='
'
set -f
ended=
for line in $TC_INPUT; do
  case $line in
    'send '* | 'recv '* | 'mates '*) exit 1 ;;
    'end '*) ended=1 ;;
  esac
done
[ -n "$ended" ] && echo end`,
  script: `command -v ss >/dev/null || exit 127
case $TC_INPUT in *"
end "*) ;; *) exit 1 ;; esac
printf '%s\\n' "$TC_INPUT" | awk '$1 == "send" || $1 == "recv" { print "asked", $1, $2, $3, NF - 3 } END { print "end" }'
filter=$(printf '%s\\n' "$TC_INPUT" | awk '${AWK_ASK_FUNCTIONS}
  $1 == "send" || $1 == "recv" { ask_service() }
  $1 == "mates" { ask_pairs() }
  END { print filter() }')
[ -n "$filter" ] || exit 0
family=$(printf '%s\\n' "$TC_INPUT" | sed -n 's/^family \\(-[46]\\)$/\\1/p')
${SH_ROW}
# shellcheck disable=SC2086 # an option
ss $family -tinoe "$filter" | awk "$row"'${AWK_SOCKETS}'`,
  input: { of: 'sockets-by-destination', sample: 'first' },
  fillsWindow: false,
  linesHold: false,
  read,
};

function read({ first, second }: Samples, before: Facts): Contribution | null {
  const asked = first === null ? null : askedServices(first);
  if (asked === null || second === null || !linesOf(second).includes('end')) return null;
  const earlier = socketDetails(first);
  const pairs = [...socketDetails(second).values()].flatMap((now): readonly SocketPair[] => {
    const then = earlier.get(now.name);
    return then?.established === true ? [{ first: then, second: now }] : [];
  });
  const windowS = before.host.run['window_s'];
  const windowMs = typeof windowS === 'number' ? windowS * 1000 : 0;
  const services = new Map<string, GroupFacts<'service'>>();
  for (const [name, group] of Object.entries(before.subjects.service)) {
    const own = asked.get(name);
    const queued = own === undefined ? null : { ...own, pairs: pairs.filter((pair) => belongs(pair, own)) };
    services.set(name, { ...receiving(queued, group), ...sendingFacts(queued, group, windowMs) });
  }
  return { host: { sockets: lossyPaths(services.values()) }, services };
}

type Asked = Omit<QueuedService, 'pairs'>;

/** The lines `asked recv|send DIR END N`; null where they did not all arrive. */
function askedServices(text: string): ReadonlyMap<string, Asked> | null {
  const rows = linesOf(text).map(wordsOf);
  if (!rows.some(([word]) => word === 'end')) return null;
  const found = new Map<string, Asked>();
  for (const [word, kind, direction, end, many] of rows) {
    const service = word === 'asked' ? serviceOf(direction, end) : null;
    const number = count(many);
    const own = parseEndpoint(end ?? '');
    if (service === null || own === null || number === undefined) continue;
    const known = found.get(service.name) ?? { ...service, ends: new Set<string>(), recv: 0, send: 0 };
    found.set(service.name, {
      ...known,
      ends: new Set([...known.ends, endpointName(own)]),
      recv: known.recv + (kind === 'recv' ? number : 0),
      send: known.send + (kind === 'send' ? number : 0),
    });
  }
  return found;
}
