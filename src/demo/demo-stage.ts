import { RACK } from './demo-alerts.ts';
import { SICK_HOSTS } from './lab/sick-hosts.ts';
import { startStage, type Stage, type StageOptions } from './stage.ts';
import { hostLine } from './stage-config.ts';

/** Stands for a whole rack in the inventory. */
const DARK = 'rack-1';

/** The stage of the demo and of its story: three hosts that work, and a rack that has lost its power. */
export async function startDemoStage(options: Omit<StageOptions, 'hosts' | 'extraHosts'>): Promise<Stage> {
  const { 'api-1': api, 'web-1': web, 'db-1': db } = SICK_HOSTS;
  const stage = await startStage({
    ...options,
    hosts: [api, web, db, { name: DARK, workload: null }],
    extraHosts: (lab) =>
      RACK.filter((name) => name !== DARK).map((name) =>
        hostLine(name, lab.host(DARK), { groups: ['rack'], changes: false }),
      ),
  });
  try {
    // Unlike one that is cut off, it is missed by the machine beside it: "no route to host" after three seconds.
    await stage.lab.host(DARK).exec(['ip', 'link', 'set', 'mgmt0', 'down']);
  } catch (error) {
    await stage.stop();
    throw error;
  }
  return stage;
}
