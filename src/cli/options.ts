import type { ParseArgsConfig } from 'node:util';
import { MAX_WINDOW_S } from '../core/checklist/compose-script.ts';
import type { Locale } from '../core/domain/locale.ts';
import { HOST_NAME } from '../core/domain/host.ts';
import { CONTAINER_NAME, isPid, type Target } from '../core/domain/place.ts';
import { MAX_WATCH_S } from '../core/watch/compose-watch.ts';
import { usage } from './arguments.ts';

export type Role = 'all' | 'bot' | 'worker';

/** Every option of every command. */
export const OPTIONS = {
  config: { type: 'string' },
  locale: { type: 'string' },
  role: { type: 'string' },
  zone: { type: 'string' },
  window: { type: 'string' },
  symptom: { type: 'string' },
  json: { type: 'boolean' },
  capture: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string' },
  for: { type: 'string' },
  as: { type: 'string' },
  source: { type: 'string' },
  container: { type: 'string' },
  pid: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'break-glass': { type: 'boolean' },
  reason: { type: 'string' },
  smoke: { type: 'boolean' },
  remove: { type: 'boolean' },
  print: { type: 'boolean' },
  ssh: { type: 'string' },
  from: { type: 'string' },
  'host-key': { type: 'string' },
  keys: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export type OptionName = keyof typeof OPTIONS;
/** The options as they were given. */
export type Values = { readonly [Name in OptionName]?: string | boolean | undefined };

/** The container or process to look into; its name never reaches a shell as anything but one quoted word. */
export function placeOf(values: Values): Target | null {
  const [container, pid] = [text(values, 'container'), text(values, 'pid')];
  if (container !== undefined && pid !== undefined) throw usage('either --container or --pid, not both');
  if (container !== undefined) {
    if (CONTAINER_NAME.test(container)) return { kind: 'container', name: container };
    throw usage(`--container takes a name or id of letters, digits, "_", "." and "-", not "${container}"`);
  }
  if (pid === undefined) return null;
  const number = /^\d{1,7}$/.test(pid) ? Number(pid) : 0;
  if (isPid(number)) return { kind: 'pid', pid: number };
  throw usage(`--pid takes the number of a process, not "${pid}"`);
}

/** Milliseconds of --window; null where it is not given. */
export function windowOf(values: Values): number | null {
  const given = text(values, 'window');
  if (given === undefined) return null;
  const windowS = /^\d{1,2}s?$/.test(given) ? Number.parseInt(given, 10) : 0;
  if (windowS < 1 || windowS > MAX_WINDOW_S)
    throw usage(`--window takes 1s to ${MAX_WINDOW_S}s, not "${given}"`);
  return windowS * 1000;
}

/** --port; null where it is not given. */
export function portOf(values: Values): number | null {
  const given = text(values, 'port');
  if (given === undefined) return null;
  const port = /^\d{1,5}$/.test(given) ? Number.parseInt(given, 10) : 0;
  if (port < 1 || port > 65_535) throw usage(`--port takes 1 to 65535, not "${given}"`);
  return port;
}

const DEFAULT_WATCH_S = 300;
const SECONDS_OF: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** Seconds of --for. */
export function lengthOf(values: Values): number {
  const given = text(values, 'for');
  if (given === undefined) return DEFAULT_WATCH_S;
  const [, amount = '0', unit = ''] = /^(\d{1,4})([smh]?)$/.exec(given) ?? [];
  const seconds = Number.parseInt(amount, 10) * (SECONDS_OF[unit] ?? 1);
  if (seconds < 1 || seconds > MAX_WATCH_S) throw usage(`--for takes 1s to 1h, not "${given}"`);
  return seconds;
}

/** --role. */
export function roleOf(given: string | undefined): Role {
  if (given === undefined) return 'all';
  if (given === 'all' || given === 'bot' || given === 'worker') return given;
  throw usage(`--role takes all, bot or worker, not "${given}"`);
}

/** --locale; null: take it from the environment. */
export function localeOf(given: string | undefined): Locale | null {
  if (given === undefined || given === 'en' || given === 'ko') return given ?? null;
  throw usage(`--locale takes en or ko, not "${given}"`);
}

/** An option that takes a word; undefined where it is not given. */
export function text(values: Values, name: OptionName): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** --zone; the zone of hosts that name none where it is not given. */
export function zoneOf(values: Values): string {
  const zone = text(values, 'zone');
  if (zone === undefined) return 'default';
  if (text(values, 'role') === 'bot') throw usage('--zone is for workers; a bot serves all zones');
  if (HOST_NAME.test(zone)) return zone;
  throw usage(`--zone takes a zone of tcpcheck.yaml, not "${zone}"`);
}
