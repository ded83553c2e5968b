import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { playStory, type StepReport } from '../../src/demo/smoke.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { needs } from '../support/machine.ts';
import { MAIN } from '../support/program.ts';

const need = needs('lab', 'redis-server');

describe.skipIf(need.skip)(`the whole story over signed HTTP ${need.reason}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({
      main: MAIN,
      hosts: [SICK_HOSTS['api-1'], SICK_HOSTS['web-1'], SICK_HOSTS['db-1']],
      windowS: 3,
      mode: 'http',
    });
  }, 60_000);
  afterAll(async () => stage?.stop(), 60_000);

  it('holds from the command to the roll back, the alert and the healthy host', async () => {
    const steps: StepReport[] = [];
    await playStory(stage, (step) => steps.push(step)).catch((error: unknown) => {
      throw new Error(JSON.stringify(steps, null, 1), { cause: error });
    });
    expect(steps.map(({ problem }) => problem)).toEqual(steps.map(() => null));
    expect(stage.slack.warnings).toEqual([]);
  }, 180_000);
});
