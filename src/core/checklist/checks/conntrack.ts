import type { Facts } from '../../domain/facts.ts';
import type { Check, Contribution, Samples } from '../check.ts';
import { count, growth, ratio } from '../figures.ts';
import { columnSum, readHexTable, type HexTable } from '../hex-table.ts';
import { linesOf } from '../lines.ts';

const SETTINGS = '/proc/sys/net/netfilter/nf_conntrack_';

/** How full the table of tracked connections is, and what the kernel had to drop because of it. */
export const conntrack: Check = {
  id: 'conntrack',
  title: { en: 'connection tracking', ko: 'conntrack(연결 추적)' },
  samples: 'both',
  core: false,
  capBytes: 131_072,
  timeoutS: null,
  cost: 'one short process and 150 bytes per processor; the table itself is never listed',
  // Without the module there is nothing to be full. It must never be loaded by looking: only /proc is read.
  script: `[ -e ${SETTINGS}count ] || { echo absent; exit 0; }
set --
for name in count max buckets; do [ ! -r "${SETTINGS}$name" ] || set -- "$@" "${SETTINGS}$name"; done
table=/proc/net/stat/nf_conntrack
[ -r "$table" ] || table=
# shellcheck disable=SC2086 # a path or nothing
text=$(cat "$@" $table; echo end)
for file in "$@"; do
  printf '%s\\n' "$file:\${text%%"
"*}"
  text=\${text#*"
"}
done
printf '%s' "\${text%end}"`,
  input: null,
  fillsWindow: false,
  linesHold: false,
  read,
};

function read({ first, second }: Samples, { host }: Facts): Contribution | null {
  const [before, after] = [parse(first), parse(second)];
  const latest = after ?? before;
  if (latest === null) return null;
  if (latest === 'absent') return { host: { kernel: { conntrack_present: false } } };
  const windowS = host.run['window_s'];
  const rate = (column: string): number | undefined =>
    growth(
      columnOf(before, column),
      columnOf(after, column),
      typeof windowS === 'number' ? windowS : undefined,
    );
  return {
    host: {
      kernel: {
        conntrack_present: true,
        conntrack_count: latest.count,
        conntrack_max: latest.max,
        conntrack_buckets: latest.buckets,
        conntrack_used_ratio: ratio(latest.count, latest.max),
        conntrack_drops_per_s: rate('drop'),
        conntrack_early_drops_per_s: rate('early_drop'),
        conntrack_drops_since_boot: columnSum(latest.table, 'drop'),
      },
    },
  };
}

interface Tracked {
  readonly count: number;
  readonly max: number | undefined;
  readonly buckets: number | undefined;
  readonly table: HexTable | null;
}

function parse(text: string | null): Tracked | 'absent' | null {
  const lines = linesOf(text);
  if (lines[0] === 'absent' && lines.length === 1) return 'absent';
  const setting = (name: string): number | undefined => {
    const start = `${SETTINGS}${name}:`;
    return count(lines.find((line) => line.startsWith(start))?.slice(start.length));
  };
  const entries = setting('count');
  if (entries === undefined) return null;
  const header = lines.findIndex((line) => line.startsWith('entries '));
  return {
    count: entries,
    max: setting('max'),
    buckets: setting('buckets'),
    table: header < 0 ? null : readHexTable(lines.slice(header)),
  };
}

const columnOf = (sample: Tracked | 'absent' | null, column: string): number | undefined =>
  sample === null || sample === 'absent' ? undefined : columnSum(sample.table, column);
