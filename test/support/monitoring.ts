import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { freePort } from '../../src/demo/product.ts';

/** The shipped rules and settings of Prometheus. */
export const EXAMPLES = resolve(import.meta.dirname, '../../examples/prometheus');
const PAGE = resolve(import.meta.dirname, '../../docs/alerting-rules.md');

/** Real node_exporter, Prometheus and Alertmanager in front of one lab host, with the shipped rules and settings. */
export interface Monitoring {
  /** What the exporter says about the host. */
  metrics(): Promise<string>;
  /** Names of the alerts that fire in Prometheus. */
  firing(): Promise<readonly string[]>;
  /** Deliveries that tcpcheck has taken, and those that failed, by Alertmanager's own count. */
  deliveries(): Promise<{ readonly sent: number; readonly failed: number }>;
  stop(): Promise<void>;
}

interface MonitoringOptions {
  readonly host: LabHost;
  /** Where tcpcheck takes alerts, and with which secret. */
  readonly url: string;
  readonly secret: string;
}

/** Starts all three; what they say when they end too early is in the error. */
export async function startMonitoring({ host, url, secret }: MonitoringOptions): Promise<Monitoring> {
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-monitoring-'));
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  const exporter = `${host.address}:9100`;
  const prometheus = `127.0.0.1:${prometheusPort}`;
  const alertmanager = `127.0.0.1:${alertmanagerPort}`;
  writeFileSync(join(dir, 'secret'), secret, { mode: 0o600 });
  quickRules(join(dir, 'tcp.rules.yml'));
  rewrite('prometheus.yml', dir, [
    [['global', 'scrape_interval'], '1s'],
    [['global', 'evaluation_interval'], '1s'],
    [['alerting', 'alertmanagers', 0, 'static_configs', 0, 'targets'], [alertmanager]],
    [['scrape_configs', 0, 'static_configs', 0, 'targets'], [exporter]],
  ]);
  const webhook = ['receivers', 1, 'webhook_configs', 0] as const;
  rewrite('alertmanager.yml', dir, [
    [[...webhook, 'url'], url],
    [[...webhook, 'http_config', 'authorization', 'credentials_file'], join(dir, 'secret')],
    [['route', 'routes', 0, 'group_wait'], '1s'],
    [['route', 'routes', 0, 'group_interval'], '1s'],
  ]);
  const programs = [
    start('nsenter', [
      '-t',
      String(host.pid),
      '-n',
      '--',
      'prometheus-node-exporter',
      ...exporterArguments(),
      `--web.listen-address=${exporter}`,
    ]),
    start('prometheus-alertmanager', [
      `--config.file=${join(dir, 'alertmanager.yml')}`,
      `--storage.path=${join(dir, 'alerts')}`,
      `--web.listen-address=${alertmanager}`,
      '--cluster.listen-address=',
    ]),
    start('prometheus', [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'series')}`,
      `--web.listen-address=${prometheus}`,
    ]),
  ];
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map(async (program) => program.stop()));
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(
      [`${exporter}/`, `${alertmanager}/-/ready`, `${prometheus}/-/ready`].map(async (at) =>
        answers(`http://${at}`, programs),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    metrics: async () => read(`http://${exporter}/metrics`),
    firing: async () => {
      const said = await read(
        `http://${prometheus}/api/v1/query?query=${encodeURIComponent('ALERTS{alertstate="firing"}')}`,
      );
      return [...said.matchAll(/"alertname":"(\w+)"/g)].map((match) => match[1] ?? '');
    },
    deliveries: async () => {
      const said = await read(`http://${alertmanager}/metrics`);
      const count = (name: string): number =>
        Number(
          new RegExp(`^alertmanager_${name}\\{integration="webhook"\\} (\\d+)`, 'm').exec(said)?.[1] ??
            Number.NaN,
        );
      const failed = count('notifications_failed_total');
      return { sent: count('notifications_total') - failed, failed };
    },
    stop,
  };
}

/** The page tells operators how to make the rules quick for a trial; this is that command. */
function quickRules(file: string): void {
  const command = /^sed .* tcp\.rules\.yml >quick\.rules\.yml$/m.exec(readFileSync(PAGE, 'utf8'))?.[0];
  if (command === undefined) throw new Error(`${PAGE} has no command that makes the rules quick`);
  const said = execFileSync('sh', ['-c', command.replace(/ >quick\.rules\.yml$/, '')], {
    cwd: EXAMPLES,
    encoding: 'utf8',
  });
  writeFileSync(file, said);
}

/** A shipped file with other values; a place that it does not have is an error. */
function rewrite(
  name: string,
  dir: string,
  values: readonly (readonly [readonly (string | number)[], unknown])[],
): void {
  const document = parseDocument(readFileSync(join(EXAMPLES, name), 'utf8'));
  for (const [path, value] of values) {
    if (!isMap(document.contents) || !document.hasIn(path))
      throw new Error(`${name} has no ${path.join('.')}`);
    document.setIn(path, value);
  }
  writeFileSync(join(dir, name), document.toString());
}

/** As systemd reads them. */
function exporterArguments(): readonly string[] {
  const text = readFileSync(join(EXAMPLES, 'prometheus-node-exporter.default'), 'utf8');
  const [, quoted] = /^ARGS="((?:[^"\\]|\\\n)*)"$/m.exec(text) ?? [];
  if (quoted === undefined) throw new Error('prometheus-node-exporter.default has no ARGS="…"');
  return quoted.replaceAll('\\\n', ' ').trim().split(/\s+/);
}

interface Program {
  readonly name: string;
  readonly child: ChildProcess;
  readonly said: () => string;
  stop(): Promise<void>;
}

function start(name: string, argv: readonly string[]): Program {
  const child = spawn(name, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-4_000)));
  return {
    name: argv.find((word) => word.startsWith('prometheus-')) ?? name,
    child,
    said: () => said,
    stop: async () => {
      // Nothing of it is wanted later, so it need not put anything in order.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const START_MS = 30_000;

async function answers(url: string, programs: readonly Program[]): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok === true) return;
    const dead = programs.find(({ child }) => child.exitCode !== null);
    if (dead !== undefined) throw new Error(`${dead.name} ended: ${dead.said()}`);
    if (Date.now() > end) throw new Error(`${url} did not answer within ${START_MS} ms`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function read(url: string): Promise<string> {
  const answer = await fetch(url);
  return answer.text();
}
