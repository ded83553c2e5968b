import type { Facts } from '../../domain/facts.ts';
import type { Check, Contribution, Samples } from '../check.ts';
import { AWK_DEVICE_LOSSES, deviceLosses, worstDevice, type DeviceLosses } from '../device-losses.ts';
import { growth } from '../figures.ts';
import { columnSum, isHex, readHexTable, repeatedValue, sumOf, type HexTable } from '../hex-table.ts';
import { linesOf, wordsOf } from '../lines.ts';

/** Packets lost below TCP: the receive queue of each processor, the table of neighbours (ARP, NDP), the devices. */
export const softnet: Check = {
  id: 'softnet',
  title: {
    en: 'packet backlog, neighbours and devices',
    ko: '패킷 backlog, neighbour 테이블, 네트워크 장치',
  },
  samples: 'both',
  core: false,
  capBytes: 262_144,
  timeoutS: null,
  cost: 'one awk, 400 bytes per processor, 30 per network device that has ever lost something',
  // The neighbour statistics are there in the first network namespace only (net/core/neighbour.c neigh_table_init).
  script: `[ -r /proc/net/softnet_stat ] || exit 1
set -- /proc/net/softnet_stat
for file in /proc/net/stat/arp_cache /proc/net/stat/ndisc_cache /proc/net/dev; do
  [ ! -r "$file" ] || set -- "$@" "$file"
done
awk '${AWK_DEVICE_LOSSES}
FNR == 1 && NR > 1 { name = FILENAME; sub(/.*\\//, "", name); print "table " name }
{ print }' "$@"`,
  input: null,
  fillsWindow: false,
  linesHold: false,
  read,
};

function read({ first, second }: Samples, { host }: Facts): Contribution | null {
  const [before, after] = [parse(first), parse(second)];
  const latest = after ?? before;
  if (latest === null) return null;
  const known = host.run['window_s'];
  const windowS = typeof known === 'number' ? known : undefined;
  // Only processors online are listed, each with all it ever counted: one more would look like a burst.
  const sameProcessors = before?.processors === after?.processors;
  const rate = (first: number | undefined, second: number | undefined): number | undefined =>
    sameProcessors ? growth(first, second, windowS) : undefined;
  return {
    host: {
      kernel: {
        softnet_drops_per_s: rate(before?.drops, after?.drops),
        softnet_squeezes_per_s: rate(before?.squeezes, after?.squeezes),
        softnet_drops_since_boot: latest.drops,
        ...worstDevice(before?.devices ?? null, after?.devices ?? null, windowS),
        neighbours: repeatedValue(latest.tables.arp_cache, 'entries'),
        neighbours6: repeatedValue(latest.tables.ndisc_cache, 'entries'),
        neighbour_overflows_per_s: growth(fulls(before, 'arp_cache'), fulls(after, 'arp_cache'), windowS),
        neighbour6_overflows_per_s: growth(
          fulls(before, 'ndisc_cache'),
          fulls(after, 'ndisc_cache'),
          windowS,
        ),
        neighbour_overflows_since_boot: fulls(latest, 'arp_cache'),
      },
    },
  };
}

interface Tables {
  readonly arp_cache: HexTable | null;
  readonly ndisc_cache: HexTable | null;
}

interface Sample {
  readonly processors: number;
  readonly drops: number;
  readonly squeezes: number;
  readonly tables: Tables;
  readonly devices: DeviceLosses | null;
}

const fulls = (sample: Sample | null, table: keyof Tables): number | undefined =>
  columnSum(sample?.tables[table] ?? null, 'table_fulls');

/** Second and third column (net/core/net-procfs.c softnet_seq_show); how many follow differs from kernel to kernel. */
const DROPS = 1;
const SQUEEZES = 2;
/** Linux 3.10 prints nine columns. */
const MIN_COLUMNS = 9;

function parse(text: string | null): Sample | null {
  const lines = linesOf(text);
  const end = lines.findIndex(startsBlock);
  const rows = lines.slice(0, end < 0 ? lines.length : end).map(wordsOf);
  if (rows.length === 0 || !rows.every((row) => row.length >= MIN_COLUMNS && row.every(isHex))) return null;
  return {
    processors: rows.length,
    drops: sumOf(rows, DROPS),
    squeezes: sumOf(rows, SQUEEZES),
    tables: { arp_cache: tableOf(lines, 'arp_cache'), ndisc_cache: tableOf(lines, 'ndisc_cache') },
    devices: deviceLosses(blockOf(lines, 'devices')),
  };
}

function tableOf(lines: readonly string[], name: keyof Tables): HexTable | null {
  const block = blockOf(lines, `table ${name}`);
  return block === null ? null : readHexTable(block);
}

const startsBlock = (line: string): boolean => line.startsWith('table ') || line === 'devices';

/** The lines after a heading, up to the next. */
function blockOf(lines: readonly string[], heading: string): readonly string[] | null {
  const start = lines.indexOf(heading);
  if (start < 0) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex(startsBlock);
  return end < 0 ? rest : rest.slice(0, end);
}
