import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Locale } from '../core/domain/locale.ts';
import { invitation, NOTICE, STORIES } from './invitation.ts';
import { labRequirements } from './lab/requirements.ts';
import { startDemoStage } from './demo-stage.ts';
import { feedPanel, type HostCaption } from './panel-feed.ts';
import type { StepReport } from './scene.ts';
import { playStory } from './smoke.ts';
import type { Stage } from './stage.ts';

const MAIN = resolve(import.meta.dirname, '../main.js');
/** Short enough not to bore, long enough for rates. */
const DEMO_WINDOW_S = 10;
const SMOKE_WINDOW_S = 5;
/** The same address every time, so that an open browser tab comes back. */
const PAGE_PORT = 3456;

interface DemoTerminal {
  readonly locale: Locale;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** `demo`: the whole product on this machine, until Ctrl-C. `--smoke` plays the story without a person. */
export async function runDemo(terminal: DemoTerminal, smoke: boolean): Promise<number> {
  const { ok, missing } = labRequirements();
  if (!ok) {
    terminal.err(cannotRun(missing));
    return 1;
  }
  return smoke ? runSmoke(terminal) : runForPeople(terminal);
}

async function runSmoke(terminal: DemoTerminal): Promise<number> {
  const begin = performance.now();
  const stage = await startDemoStage({ main: MAIN, windowS: SMOKE_WINDOW_S, mode: 'socket' });
  terminal.out(`${line('everything is up', performance.now() - begin)}\n`);
  try {
    await playStory(stage, (step) => terminal.out(`${stepLine(step)}\n`));
    terminal.out(`all of it held, in ${seconds(performance.now() - begin)}\n`);
    return 0;
  } catch {
    terminal.err('the story did not hold; the step marked ✗ says why\n');
    return 1;
  } finally {
    await stage.stop();
  }
}

async function runForPeople(terminal: DemoTerminal): Promise<number> {
  const say = (text: string): void => terminal.err(`demo: ${text}\n`);
  const stage = await startDemoStage({
    main: MAIN,
    windowS: DEMO_WINDOW_S,
    mode: 'socket',
    slackPort: PAGE_PORT,
    say,
  });
  const panel = feedPanel(stage.slack, captions(stage));
  stage.slack.setNotice(NOTICE);
  terminal.out(invitation(stage, terminal.locale));
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  say('taking everything down');
  panel.stop();
  await stage.stop();
  return 0;
}

function captions({ lab }: Stage): readonly HostCaption[] {
  return [
    {
      host: lab.host('api-1'),
      story: STORIES['api-1'],
      key: 'net.ipv4.tcp_tw_reuse',
    },
    {
      host: lab.host('web-1'),
      story: STORIES['web-1'],
      key: 'net.core.somaxconn',
    },
    { host: lab.host('db-1'), story: STORIES['db-1'], key: null },
  ];
}

function cannotRun(missing: readonly string[]): string {
  return `The sick hosts of the demo cannot run here:
${missing.map((sentence) => `  - ${sentence}`).join('\n')}

Diagnosis works on recordings of real hosts without any of that, for example:
  node dist/main.js check --capture test/fixtures/captures/port-exhaustion-linux-6.18-ss-6.1
  node dist/main.js check --capture test/fixtures/captures/app-backlog-linux-6.18-ss-6.1 --json
`;
}

const stepLine = ({ title, ms, problem }: StepReport): string =>
  problem === null ? line(title, ms) : `✗ ${seconds(ms).padStart(7)}  ${title}\n            ${problem}`;
const line = (title: string, ms: number): string => `✓ ${seconds(ms).padStart(7)}  ${title}`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
