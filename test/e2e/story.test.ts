import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAlertCommand } from '../../src/demo/alert-command.ts';
import { startDemoStage } from '../../src/demo/demo-stage.ts';
import type { StepReport } from '../../src/demo/scene.ts';
import { playStory } from '../../src/demo/smoke.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import type { Stage } from '../../src/demo/stage.ts';
import { needs } from '../support/machine.ts';
import { MAIN } from '../support/program.ts';

const need = needs('lab', 'redis-server');

describe.skipIf(need.skip)(`the whole story over signed HTTP ${need.reason}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startDemoStage({ main: MAIN, windowS: 3, mode: 'http' });
  }, 60_000);
  afterAll(async () => stage?.stop(), 60_000);

  it('holds from the command to the roll back, the alert until it is over, the healthy host and the storm', async () => {
    const steps: StepReport[] = [];
    await playStory(stage, (step) => steps.push(step)).catch((error: unknown) => {
      throw new Error(JSON.stringify(steps, null, 1), { cause: error });
    });
    expect(steps.map(({ problem }) => problem)).toEqual(steps.map(() => null));
    expect(stage.slack.warnings).toEqual([]);
  }, 180_000);

  it('goes on with the command that a person is given: the storm is over', async () => {
    const command = writeAlertCommand(stage);
    const { stdout } = await promisify(execFile)(command, ['storm', 'resolved']);
    expect(stdout).toMatch(/^202 .*"resolved":12/);
    const texts = (): readonly string[] => stage.slack.messages(CAST.alertChannel).map(({ text }) => text);
    await expect.poll(texts, { timeout: 15_000 }).toContain('12 hosts alerted at once; over');
    await expect(promisify(execFile)(command, ['web-9'])).rejects.toMatchObject({
      code: 64,
      stderr: 'alert api-1|web-1|db-1|storm [resolved]: posts what Alertmanager would\n',
    });
  }, 30_000);
});
