import type { Check, Contribution, Samples } from '../check.ts';
import { count } from '../figures.ts';
import { linesOf, wordsOf } from '../lines.ts';

/** The kernel's own tally of TCP sockets; cheap at any size, so that the dear checks ask it first. */
export const sockstat: Check = {
  id: 'sockstat',
  title: { en: 'socket tally', ko: '소켓 집계' },
  samples: 'both',
  core: false,
  capBytes: 4096,
  timeoutS: null,
  cost: 'no process: two small files, 0.5 KB; the same at any number of sockets',
  // A kernel without IPv6 has no sockstat6.
  script: `for file in /proc/net/sockstat /proc/net/sockstat6; do
  case $file in *6) [ -e "$file" ] || continue ;; esac
  while IFS= read -r line; do printf '%s\\n' "$line"; done <"$file" || exit
done`,
  input: null,
  fillsWindow: false,
  // The sockets of IPv6 stand below those of IPv4, and a sum without them would be too small.
  linesHold: false,
  read,
};

function read({ first, second }: Samples): Contribution | null {
  const values = parse(second) ?? parse(first);
  if (values === null) return null;
  const inUse = values.get('TCP inuse');
  return {
    host: {
      sockets: {
        in_use: inUse === undefined ? undefined : inUse + (values.get('TCP6 inuse') ?? 0),
        time_wait_tally: values.get('TCP tw'),
        orphans: values.get('TCP orphan'),
        allocated: values.get('TCP alloc'),
        memory_pages: values.get('TCP mem'),
      },
    },
  };
}

function parse(text: string | null): ReadonlyMap<string, number> | null {
  const values = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [protocol = '', ...rest] = wordsOf(line);
    if (protocol !== 'TCP:' && protocol !== 'TCP6:') continue;
    for (let index = 0; index + 1 < rest.length; index += 2) {
      const value = count(rest[index + 1]);
      if (value !== undefined) values.set(`${protocol.slice(0, -1)} ${rest[index]}`, value);
    }
  }
  return values.size === 0 ? null : values;
}
