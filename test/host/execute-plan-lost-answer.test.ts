import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangePlan } from '../../src/core/domain/change.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import { executePlan } from '../../src/host/execute-plan.ts';
import type { HostConnection } from '../../src/host/open-host.ts';
import { needs } from '../support/machine.ts';
import {
  NARROW,
  NEW,
  NO_DELAYS,
  OLD,
  orderOf,
  startPlanHost,
  type PlanHost,
  unreachable,
  WIDE,
} from './plan-host.ts';

const gate = needs('lab', 'flock');

/** The host gets the order and does it; its answer never arrives. */
const deaf = (connection: HostConnection): HostConnection => ({
  ...connection,
  exec: async (command, options) => {
    await connection.exec(command, options);
    throw new TcpcheckError('SSH_COMMAND_TIMEOUT', 'plan-1: the command did not end within 35000 ms');
  },
});
/** The order never arrives. */
const mute = (connection: HostConnection): HostConnection => ({
  ...connection,
  exec: async () => ({
    exit: null,
    signal: null,
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    stdoutTruncated: false,
    stderrTruncated: false,
    lost: true,
  }),
});

describe.skipIf(gate.skip)(`executePlan, when the answer is lost, ${gate.reason}`, () => {
  let on: PlanHost;
  beforeAll(async () => {
    on = await startPlanHost();
  });
  afterAll(() => on.lab.stop());
  beforeEach(() => on.reset());

  const through = async (
    wrap: (connection: HostConnection) => HostConnection,
    action: 'apply' | 'rollback',
    plan: ChangePlan,
  ): ReturnType<typeof executePlan> =>
    on.using(async (connection) =>
      executePlan(wrap(connection), orderOf(action, plan), () => on.open(), NO_DELAYS),
    );
  const impostor = async (): Promise<HostConnection> => ({
    ...mute(await on.open()),
    hostKeyFingerprint: 'SHA256:other',
  });

  it('learns from the host’s journal that it was done', async () => {
    const plan = on.newPlan();
    expect(await through(deaf, 'apply', plan)).toEqual({ kind: 'already', readBack: WIDE });
    expect(await on.values()).toEqual(NEW);
    expect(await through(deaf, 'rollback', plan)).toEqual({ kind: 'already', readBack: NARROW });
    expect(await on.values()).toEqual(OLD);
  });

  it('learns that it was not done, and makes sure that it never will be', async () => {
    const plan = on.newPlan();
    expect(await through(mute, 'apply', plan)).toMatchObject({ kind: 'refused', code: 'not-begun' });
    // The order was only late: it arrives now.
    expect(await on.execute('apply', plan)).toMatchObject({ kind: 'refused', code: 'barred' });
    expect(await on.values()).toEqual(OLD);
  });

  it('takes back over the new connection', async () => {
    const plan = on.newPlan();
    await on.execute('apply', plan);
    expect(await through(mute, 'rollback', plan)).toEqual({ kind: 'rolled-back', readBack: NARROW });
    expect(await on.values()).toEqual(OLD);
  });

  it('is unknown, and says why, when the host cannot be reached again', async () => {
    const outcome = await on.using(async (connection) =>
      executePlan(deaf(connection), orderOf('apply', on.newPlan()), unreachable, NO_DELAYS),
    );
    expect(outcome).toEqual({
      kind: 'unknown',
      message:
        'plan-1: the command did not end within 35000 ms; its journal could not be read afterwards: web-1: no answer on port 22',
    });
  });

  it('tries again until the host answers', async () => {
    let attempts = 0;
    const plan = on.newPlan();
    const late = async (): Promise<HostConnection> => {
      attempts += 1;
      return attempts < 3 ? unreachable() : on.open();
    };
    const outcome = await on.using(async (connection) =>
      executePlan(deaf(connection), orderOf('apply', plan), late, NO_DELAYS),
    );
    expect(outcome).toEqual({ kind: 'already', readBack: WIDE });
    expect(attempts).toBe(3);
  });

  it('does not believe another machine that answers in its place', async () => {
    const outcome = await on.using(async (connection) =>
      executePlan(deaf(connection), orderOf('apply', on.newPlan()), impostor, NO_DELAYS),
    );
    expect(outcome).toHaveProperty('kind', 'unknown');
    expect(outcome).toHaveProperty('message', expect.stringContaining('another host key answered'));
  });

  it(
    'is right when the session is killed while the helper waits for its turn',
    { timeout: 40_000 },
    async () => {
      const plan = on.newPlan();
      await on.host.exec(['mkdir', '-m', '0700', '/run/tcpcheck']);
      const script = 'flock /run/tcpcheck/lock sleep 3 >/dev/null 2>&1 & sleep 0.2';
      await on.host.exec(['sh', '-c', script]);
      const outcome = on.using(async (connection) =>
        executePlan(connection, orderOf('apply', plan), () => on.open(), [3_000, 1_000]),
      );
      // Once the helper is there, its own sshd goes.
      const kill = `until pgrep -f '[t]cpcheck-host.* apply' >/dev/null; do sleep 0.05; done; pkill -9 -f 'sshd: [r]oot@notty'`;
      await on.host.exec(['sh', '-c', kill]);
      expect(['already', 'refused']).toContain((await outcome).kind);
      const applied = (await outcome).kind === 'already';
      expect(await on.values()).toEqual(applied ? NEW : OLD);
    },
  );
});
