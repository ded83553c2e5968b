#!/usr/bin/env node
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { testAlerts } from './cli/alerts-test.ts';
import { verifyAudit } from './cli/audit-verify.ts';
import type { ChangeWish, ProposeWish } from './cli/change-context.ts';
import { readCommandLine, type Command, type CommandLine } from './cli/command-line.ts';
import { explain } from './cli/explain.ts';
import { listHosts } from './cli/hosts.ts';
import { init } from './cli/init.ts';
import { lintPlaybooks } from './cli/playbook-lint.ts';
import { testPlaybooks } from './cli/playbook-test.ts';
import { showPolicy } from './cli/policy-show.ts';
import { EXIT, showError, type Terminal } from './cli/terminal.ts';
import type { SetUpCommand } from './cli/set-up-command.ts';
import { USAGE } from './cli/usage.ts';
import type { Screen } from './cli/watch.ts';
import type { Config, PlaybookFile } from './config/config.ts';
import { processEnvironment, readEnvironment, type ProcessSettings } from './config/environment.ts';
import { loadConfig } from './config/load-config.ts';
import { readNamedPlaybooks, readPlaybookFiles } from './config/playbook-files.ts';
import { version } from './config/version.ts';
import { TcpcheckError, unreachable } from './core/domain/errors.ts';
import { localeFrom } from './core/domain/locale.ts';
import { loadPlaybooks } from './core/playbook/load.ts';
import type { Playbook } from './core/playbook/playbook.ts';
import { playbookJsonSchema } from './core/playbook/schema.ts';
import { showProblem } from './core/domain/yaml-source.ts';
import { symptomRouter } from './core/symptom/route-symptom.ts';
import { freezeOnDisk } from './state/freeze-book.ts';

/**
 * Wires the parts for one command, runs it, and returns the exit code. What drags in the libraries of SSH, Slack or the
 * queue is imported by the commands that use it: a second of processor time that `explain` need not wait for.
 */
async function main(line: CommandLine): Promise<number> {
  const settings = readEnvironment(processEnvironment(), { configFile: line.configFile });
  const terminal = terminalOf(line, settings);
  const { command } = line;
  switch (command.name) {
    case 'help':
      terminal.out(USAGE);
      return EXIT.ok;
    case 'version':
      terminal.out(`${version()}\n`);
      return EXIT.ok;
    case 'serve':
      return serve(command, settings);
    case 'check':
      return check(line, command, settings, terminal);
    case 'capture': {
      const { captureHost } = await import('./cli/capture.ts');
      return captureHost(
        { config: loadConfig(settings.configFile), agentSocket: settings.agentSocket, terminal },
        command,
      );
    }
    case 'hosts':
      return listHosts(loadConfig(settings.configFile), terminal, command.json);
    case 'watch': {
      const { watch } = await import('./cli/watch.ts');
      return watch(
        {
          config: loadConfig(settings.configFile),
          agentSocket: settings.agentSocket,
          terminal,
          screen: screenOf(process.stdout),
          signal: interrupted(),
        },
        command,
      );
    }
    case 'baseline':
      return baseline(command, settings, terminal);
    case 'explain':
      return explain(command.topic, terminal);
    case 'playbook-lint':
      return lintPlaybooks(readNamedPlaybooks(command.paths), terminal, command.json);
    case 'playbook-test': {
      const named = readNamedPlaybooks(command.paths);
      return testPlaybooks({ named, beside: readPlaybookFiles([]) }, terminal);
    }
    case 'playbook-schema':
      terminal.out(`${JSON.stringify(playbookJsonSchema(), null, 2)}\n`);
      return EXIT.ok;
    case 'audit-verify':
      return verifyAudit({ dataDir: settings.dataDir, terminal }, command.heads);
    case 'change':
      return change(command.wish, settings, terminal);
    case 'policy-show':
      return policy(command, settings, terminal);
    case 'alerts-test':
      return alertsTest(command, settings, terminal);
    case 'enroll':
    case 'doctor':
    case 'init':
      return setUp(command, settings, terminal);
    case 'demo': {
      const { runDemo } = await import('./demo/run-demo.ts');
      return runDemo(terminal, command.smoke);
    }
    default:
      return unreachable(command);
  }
}

function policy(wanted: Named<'policy-show'>, settings: ProcessSettings, terminal: Terminal): number {
  const known = { declared: freezeOnDisk(settings.dataDir), nowMs: nowMs() };
  return showPolicy(loadConfig(settings.configFile), terminal, wanted, known);
}

type Named<N extends Command['name']> = Extract<Command, { name: N }>;

/** A recording can be diagnosed without a configuration; one that is there says which playbooks and thresholds. */
function configIfThere({ configFile }: CommandLine, settings: ProcessSettings): Config | null {
  return configFile !== undefined || existsSync(settings.configFile) ? loadConfig(settings.configFile) : null;
}

async function check(
  line: CommandLine,
  { target, windowMs, symptom, json }: Named<'check'>,
  settings: ProcessSettings,
  terminal: Terminal,
): Promise<number> {
  const { checkCapture, checkHosts } = await import('./cli/check.ts');
  if (target.kind === 'capture') {
    const config = configIfThere(line, settings);
    const playbooks = parsePlaybooks(config?.playbooks ?? readNamedPlaybooks([]));
    const thresholds = config?.thresholds ?? new Map();
    return checkCapture({ playbooks, thresholds, terminal }, { dir: target.dir, symptom, json });
  }
  const config = loadConfig(settings.configFile);
  const context = {
    config,
    playbooks: parsePlaybooks(config.playbooks),
    agentSocket: settings.agentSocket,
    terminal,
  };
  return checkHosts(context, { name: target.name, target: target.target, windowMs, symptom, json });
}

function alertsTest(command: Named<'alerts-test'>, settings: ProcessSettings, terminal: Terminal): number {
  const config = loadConfig(settings.configFile);
  const route = symptomRouter(parsePlaybooks(config.playbooks));
  return testAlerts({ config, route, terminal, nowMs: nowMs() }, command);
}

const nowMs = (): number => Date.now();

async function setUp(command: SetUpCommand, settings: ProcessSettings, terminal: Terminal): Promise<number> {
  const { configFile, agentSocket } = settings;
  switch (command.name) {
    case 'enroll': {
      const { enroll } = await import('./cli/enroll.ts');
      return enroll({ config: loadConfig(configFile), agentSocket, terminal, nowMs }, command.wish);
    }
    case 'doctor': {
      const { doctor } = await import('./cli/doctor.ts');
      const context = {
        loadConfig: () => loadConfig(configFile),
        settings,
        terminal,
        nowMs,
        askRedis: async () => (await import('./roles/redis.ts')).askRedis(settings),
        askSlack: async () => (await import('./slack/ask-slack.ts')).askSlack(settings.slack),
      };
      return doctor(context, command);
    }
    case 'init':
      return init({ configFile, terminal }, command.keysDir);
    default:
      return unreachable(command);
  }
}

/** The same Redis, key and audit folder as the service, so it runs as a user who may read and write them. */
async function change(
  wish: ChangeWish | ProposeWish,
  settings: ProcessSettings,
  terminal: Terminal,
): Promise<number> {
  const config = loadConfig(settings.configFile);
  const { runChange } = await import('./roles/change-in-terminal.ts');
  const playbooks = parsePlaybooks(config.playbooks);
  return runChange({ config, settings, playbooks, terminal, interrupted }, wish);
}

async function baseline(
  { target, json }: Named<'baseline'>,
  settings: ProcessSettings,
  terminal: Terminal,
): Promise<number> {
  const { baselineCapture, baselineHost } = await import('./cli/baseline.ts');
  if (target.kind === 'capture') return baselineCapture(terminal, { dir: target.dir, json });
  const config = loadConfig(settings.configFile);
  return baselineHost({ config, agentSocket: settings.agentSocket, terminal }, { name: target.name, json });
}

/** Runs until a signal asks for the end (or, for the worker of `--role all`, until its parent is gone). */
async function serve({ role, zone }: Named<'serve'>, settings: ProcessSettings): Promise<number> {
  const { createLog } = await import('./ops/log.ts');
  const { startRole } = await import('./roles/start-role.ts');
  const log = createLog(role);
  process.on('unhandledRejection', (error) => {
    log.fault('a promise was rejected and nobody cared; ending', error);
    process.exit(1);
  });
  const parentGone = untilParentIsGone();
  const config: Config = loadConfig(settings.configFile);
  const running = await startRole(role, {
    config,
    zone,
    settings,
    playbooks: parsePlaybooks(config.playbooks),
    log,
    program: { main: import.meta.filename, env: processEnvironment() },
  });
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), ...parentGone]);
  log.info('ending: taking nothing new, finishing what is under way');
  await running.stop();
  log.info('ended');
  // Listening for its end keeps the channel to the parent open, and an open channel keeps this process alive.
  if (process.connected) process.disconnect();
  return EXIT.ok;
}

/** For a worker of `--role all`; asked before the start, as a parent that dies meanwhile must not leave it behind. */
function untilParentIsGone(): readonly Promise<unknown>[] {
  if (process.send === undefined) return [];
  return [process.connected ? once(process, 'disconnect') : Promise.resolve()];
}

function parsePlaybooks(files: readonly PlaybookFile[]): readonly Playbook[] {
  const { playbooks, problems } = loadPlaybooks(files);
  if (problems.length === 0) return playbooks;
  throw new TcpcheckError('PLAYBOOK_INVALID', problems.map(showProblem).join('\n'));
}

function terminalOf(line: CommandLine, settings: ProcessSettings): Terminal {
  const { stdout, stderr } = process;
  return {
    locale: line.locale ?? localeFrom(settings.localeTag),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colour: stdout.isTTY && settings.colour,
    width: stdout.isTTY ? stdout.columns : 80,
    animated: stderr.isTTY,
  };
}

/** Tells when a person, or whatever runs us, has had enough. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  // `| head` has read enough; what is still written goes nowhere.
  process.stdout.on('error', () => controller.abort());
  return controller.signal;
}

const screenOf = (stdout: NodeJS.WriteStream): Screen => ({
  redraws: stdout.isTTY,
  width: () => stdout.columns,
  height: () => stdout.rows,
});

try {
  process.exitCode = await main(readCommandLine(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(showError(error));
  const usage = error instanceof TcpcheckError && (error.code === 'USAGE' || error.code === 'HOST_UNKNOWN');
  process.exitCode = usage ? EXIT.usage : EXIT.unknown;
}
