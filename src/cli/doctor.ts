import type { Config } from '../config/config.ts';
import type { ProcessSettings } from '../config/environment.ts';
import type { Looked } from '../core/domain/doctor.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { HERE } from '../core/render/texts/doctor.ts';
import { targetsOf } from './targets.ts';
import { judgeClock } from './doctor/clocks.ts';
import { lookAtHost } from './doctor/host-looks.ts';
import { sheet, type Sheet } from './doctor/lines.ts';
import { lookHere } from './doctor/local-looks.ts';
import { progress, type Terminal } from './terminal.ts';

/** What a look at Redis tells. */
export interface RedisLook {
  readonly place: string;
  readonly warnings: readonly string[];
  readonly nowMs: number;
}

export interface DoctorContext {
  readonly loadConfig: () => Config;
  readonly settings: ProcessSettings;
  readonly terminal: Terminal;
  readonly nowMs: () => number;
  /** Rejects with a TcpcheckError that says what is wrong. */
  readonly askRedis: () => Promise<RedisLook>;
  /** The name of the team; null where no token is set. */
  readonly askSlack: () => Promise<string | null>;
}

/** Each opens two connections; sshd begins to drop at ten that have not logged in (MaxStartups). */
const HOSTS_AT_ONCE = 5;
/** Exit codes by the worst line. */
const EXITS = { ok: 0, warn: 1, fail: 2 } as const;

/** `doctor [HOST|GROUP]`: looks at everything an operator can get wrong, and says what to do. */
export async function doctor(
  context: DoctorContext,
  wanted: { readonly host: string | null; readonly json: boolean },
): Promise<number> {
  const { terminal } = context;
  const here = sheet(terminal.locale, null);
  const looks: Looked[] = [];
  const config = readConfig(context, here, looks);
  // A name that is not in the inventory is a mistake of typing, and no finding.
  const hosts = config === null || wanted.host === null ? [] : targetsOf(config, wanted.host).hosts;
  const line = progress(terminal, wanted.json);
  if (config !== null) looks.push(...lookHere(config, context.settings, here));
  looks.push(...(await lookAtRedis(context, here)), await lookAtSlack(context, here));
  if (wanted.host === null && config !== null && config.hosts.size > 0) {
    looks.push(here.ok('hosts', HERE.hostsLater));
  }
  const looking = {
    config: config ?? { hosts: new Map() },
    agentSocket: context.settings.agentSocket,
    locale: terminal.locale,
    nowMs: context.nowMs,
  };
  for (let first = 0; first < hosts.length; first += HOSTS_AT_ONCE) {
    const some = hosts.slice(first, first + HOSTS_AT_ONCE);
    line.say(some.map(({ name }) => name).join(', '));
    looks.push(...(await Promise.all(some.map(async (host) => lookAtHost(looking, host)))).flat());
  }
  line.end();
  show(terminal, looks, wanted.json);
  return EXITS[worstOf(looks)];
}

function readConfig({ loadConfig }: DoctorContext, here: Sheet, looks: Looked[]): Config | null {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    looks.push(here.error('config', error));
    return null;
  }
}

async function lookAtRedis({ askRedis, nowMs }: DoctorContext, here: Sheet): Promise<readonly Looked[]> {
  try {
    const beforeMs = nowMs();
    const { place, warnings, nowMs: theirMs } = await askRedis();
    return [
      here.ok('redis', HERE.redis, { place }),
      ...warnings.map((why) => here.warn('redis', HERE.redisWarning, { place, why }, HERE.redisWarningDo)),
      judgeClock(here, 'Redis', { theirMs, beforeMs, afterMs: nowMs() }),
    ];
  } catch (error) {
    if (error instanceof TcpcheckError) return [here.error('redis', error)];
    throw error;
  }
}

async function lookAtSlack({ askSlack }: DoctorContext, here: Sheet): Promise<Looked> {
  try {
    const team = await askSlack();
    return team === null ? here.ok('slack', HERE.slackNone) : here.ok('slack', HERE.slack, { team });
  } catch (error) {
    if (error instanceof TcpcheckError) return here.error('slack', error);
    throw error;
  }
}

/** Shows lines with what to do under each, or one JSON object. */
export function show(terminal: Terminal, looks: readonly Looked[], json: boolean): void {
  if (json) {
    terminal.out(
      `${JSON.stringify({ schema: 'tcpcheck/doctor/v1', worst: worstOf(looks), checks: looks }, null, 2)}\n`,
    );
    return;
  }
  let host: string | null = null;
  for (const look of looks) {
    if (look.host !== host) terminal.out(`\n${look.host ?? ''}\n`);
    ({ host } = look);
    terminal.out(`${mark(terminal, look.status)} ${look.text}\n`);
    if (look.todo !== null) terminal.out(`       ${look.todo}\n`);
  }
}

export function worstOf(looks: readonly Looked[]): Looked['status'] {
  if (looks.some(({ status }) => status === 'fail')) return 'fail';
  return looks.some(({ status }) => status === 'warn') ? 'warn' : 'ok';
}

const COLOUR = { ok: 32, warn: 33, fail: 31 } as const;

function mark({ colour }: Terminal, status: Looked['status']): string {
  const word = status.padEnd(6);
  return colour ? `\u001B[${COLOUR[status]}m${word}\u001B[0m` : word;
}
