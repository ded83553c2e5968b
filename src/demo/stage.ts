import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { OS_USER } from '../config/approvals-schema.ts';
import type { SentAlert } from './demo-alerts.ts';
import type { LabHostOptions } from './lab/host-build.ts';
import { startLab, type Lab } from './lab/lab.ts';
import { startLocalSlack, type LocalSlack } from './local-slack/local-slack.ts';
import { freePort, startProduct, type Product } from './product.ts';
import { TOKENS, WORKSPACE, stageConfig } from './stage-config.ts';

export interface StageOptions {
  /** Compiled main.js. */
  readonly main: string;
  readonly hosts: readonly LabHostOptions[];
  /** Seconds between the samples of a diagnosis. */
  readonly windowS: number;
  /** How long a host keeps a change that nobody confirms; people in front of the demo wait for it. */
  readonly confirmS?: number;
  readonly mode: 'socket' | 'http';
  /** Further lines of the inventory, e.g. hosts that are down. */
  readonly extraHosts?: (lab: Lab) => readonly string[];
  /** More of the configuration's `alerts:`, ending in a comma. */
  readonly alerts?: string;
  readonly slackPort?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each step, for people who wait. */
  readonly say?: (line: string) => void;
}

/** The whole product on local parts: hosts, Slack, and `serve --role all`. */
export interface Stage {
  readonly dir: string;
  readonly lab: Lab;
  readonly slack: LocalSlack;
  readonly product: Product;
  readonly configFile: string;
  readonly dataDir: string;
  readonly alertSecret: string;
  /** What the product was started with; a test that killed it starts it again so. */
  readonly env: Readonly<Record<string, string>>;
  /** Delivers what Alertmanager would. */
  alert(alerts: readonly SentAlert[]): Promise<Response>;
  stop(): Promise<void>;
}

/** Nobody in front of the demo waits two minutes for a host to take back what a bot without a plug cannot confirm. */
const CONFIRM_S = 20;

/** Builds the stage; when a part fails, everything built so far is taken down again. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const say = options.say ?? (() => undefined);
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-stage-'));
  chmodSync(dir, 0o700);
  const undo: (() => Promise<void>)[] = [async () => rmSync(dir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    say(`building ${options.hosts.length} hosts`);
    const lab = await startLab({ prefix: 'tcpcheck-demo' });
    undo.push(() => lab.stop());
    await Promise.all(options.hosts.map((host) => lab.addHost(host)));
    const slack = await startLocalSlack({
      workspace: WORKSPACE,
      botToken: TOKENS.bot,
      appToken: TOKENS.app,
      signingSecret: TOKENS.signingSecret,
      commands: [{ command: '/tcpcheck', description: 'Diagnose the TCP of a host' }],
      ...(options.slackPort === undefined ? {} : { port: options.slackPort }),
    });
    undo.push(() => slack.close());
    say('starting tcpcheck');
    const files = writeFiles(dir, lab, options);
    const slackPort = options.mode === 'http' ? await freePort() : 0;
    if (options.mode === 'http') slack.setRequestUrl(`http://127.0.0.1:${slackPort}/slack/events`);
    const env = { ...environment(files, slack, slackPort), ...options.env };
    const product = await startProduct({
      main: options.main,
      role: 'all',
      env,
      logFile: join(dir, 'tcpcheck.log'),
      waitUntilReady: true,
    });
    undo.push(async () => void (await product.stop()));
    return {
      dir,
      lab,
      slack,
      product,
      env,
      ...files,
      alert: (alerts) => deliver(product, files.alertSecret, alerts),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Files {
  readonly configFile: string;
  readonly dataDir: string;
  readonly alertSecret: string;
}

function writeFiles(dir: string, lab: Lab, options: StageOptions): Files {
  const alertSecret = randomBytes(24).toString('hex');
  const secretFile = join(dir, 'alert-secret');
  writeFileSync(secretFile, alertSecret, { mode: 0o600 });
  const configFile = join(dir, 'tcpcheck.yaml');
  const extraHosts = options.extraHosts?.(lab) ?? [];
  const { windowS, confirmS = CONFIRM_S, alerts = '' } = options;
  const config = stageConfig({
    hosts: lab.hosts,
    secretFile,
    windowS,
    confirmS,
    extraHosts,
    // Whoever has started it; a name that the configuration would not take is none.
    operators: [userInfo().username].filter((name) => OS_USER.test(name)),
    alerts,
  });
  writeFileSync(configFile, config, { mode: 0o600 });
  return { configFile, dataDir: join(dir, 'data'), alertSecret };
}

/** A port for signed requests means HTTP mode; none (0) means Socket Mode. */
function environment(files: Files, slack: LocalSlack, slackPort: number): Record<string, string> {
  return {
    TCPCHECK_CONFIG: files.configFile,
    TCPCHECK_DATA_DIR: files.dataDir,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    ...(slackPort === 0
      ? { SLACK_APP_TOKEN: TOKENS.app }
      : { SLACK_SIGNING_SECRET: TOKENS.signingSecret, PORT: String(slackPort) }),
  };
}

async function deliver(product: Product, secret: string, alerts: readonly SentAlert[]): Promise<Response> {
  return fetch(`http://127.0.0.1:${product.httpPort}/alerts/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', status: 'firing', alerts }),
  });
}
