import { flag, number, text, type FactSpec } from './fact-spec.ts';

/** What the processes of the whole machine waited for. */
export const PRESSURE_FACTS = {
  cpu_waiting_ratio: number(
    'share of the window in which some process waited for a processor (PSI, Linux >= 4.20)',
  ),
  memory_waiting_ratio: number('the same for memory'),
  memory_stalled_ratio: number('share in which all processes waited for memory at once'),
  io_waiting_ratio: number('share in which some process waited for a disk'),
  load_1m: number('load average of the last minute'),
  load_per_cpu: number('load_1m / processors'),
  cpu_busy_ratio: number('share of processor time in use over the window, of all processors'),
  steal_ratio: number('share of processor time that the hypervisor gave to other machines over the window'),
} as const satisfies Record<string, FactSpec>;

/** What lives in network namespaces that a run has not looked at. */
export const ELSEWHERE_FACTS = {
  elsewhere: number(
    'TCP sockets, TIME-WAIT included, in network namespaces that were not looked at; of those found',
  ),
  elsewhere_namespaces: number('how many such namespaces hold TCP sockets'),
  elsewhere_names: text('the fullest of them: container names, each with its sockets'),
  elsewhere_unaccounted: number(
    'allocated without in_use and without what was found elsewhere: sockets of namespaces nobody could find, and those no longer connected; absent inside a container',
  ),
  elsewhere_calm: flag(
    'the counters of all those namespaces were read in both samples, and none showed trouble; true where there are none',
  ),
  elsewhere_trouble: text('counter of /proc/net/netstat that showed trouble elsewhere over the window'),
  elsewhere_trouble_in: text('name of that namespace'),
  elsewhere_trouble_per_s: number('its growth over the window'),
} as const satisfies Record<string, FactSpec>;

/** How much was read of a socket table that is too large to be read to its end. */
export const SAMPLE_FACTS = {
  rows_read: number(
    'sockets read of a table that is too large to be read to its end (above 20,000): numbers by destination and by service are estimates then; absent where all were read',
  ),
  rows_there: number('sockets there were; absent where all were read'),
} as const satisfies Record<string, FactSpec>;
