import type { Change } from '../../src/core/domain/change.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { unreachable } from '../../src/core/domain/errors.ts';
import type { Figures } from '../../src/demo/lab/figures.ts';
import type { Effect } from '../lab/scenarios/scenario.ts';
import type { Product } from './product.ts';

/** What the workload's users got around one change. */
export interface Measured {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly before: Figures;
  readonly after: Figures;
  readonly afterRollBack: Figures;
  readonly problems: readonly string[];
}

/** Better by less than this could be chance. */
const LEAST_GAIN = 0.1;

/** The workload's connections that do not stay are new by then. */
const RENEWED_S = 8;

function shortfall({ key, better }: Effect, before: Figures, after: Figures): readonly string[] {
  switch (better.kind) {
    case 'share':
      return after.okRatio >= better.atLeast && after.okRatio >= before.okRatio + LEAST_GAIN
        ? []
        : [`${key}: ${before.okRatio} of the calls went well before, ${after.okRatio} after`];
    case 'throughput':
      return after.okPerSecond >= before.okPerSecond * better.times
        ? []
        : [`${key}: ${before.okPerSecond} per second before, ${after.okPerSecond} after`];
    default:
      return unreachable(better);
  }
}

/** A key that no run offered, so that nothing could be measured. */
export const notOffered = ({ key }: Effect): string => `${key} was to be measured and is not offered`;

/** Applies a proposed change by the product's own means, takes it back, and asks kernel and workload each time. */
export async function measureEffect(
  { product, host }: { product: Product; host: LabHost },
  change: Change,
  effect: Effect,
): Promise<Measured> {
  const setting = change.plan.settings.find(({ key }) => key === effect.key);
  const { from, to } = setting ?? { from: '', to: '' };
  const problems: string[] = [];
  const expectValue = async (wanted: string, when: string): Promise<void> => {
    const value = await host.sysctl(effect.key);
    if (value !== wanted) problems.push(`${effect.key} is ${value} ${when}, not ${wanted}`);
  };
  const expectState = (wanted: Change['state']['kind'], { state }: Change): void => {
    if (state.kind !== wanted)
      problems.push(`the change is ${state.kind}, not ${wanted}: ${JSON.stringify(state)}`);
  };
  const reach = async (): Promise<void> => {
    if (effect.reaches === 'after-hup') await host.workload.signal('HUP');
    // Calls that were under way meet the old value, and connections keep it while they last.
    await host.workload.next((effect.reaches === 'new-connections' ? RENEWED_S : 1) + (effect.settleS ?? 0));
  };

  await expectValue(from, 'before');
  const before = await host.workload.next(effect.seconds);
  const applied = await product.apply(change);
  expectState('applied', applied);
  await expectValue(to, 'after it was applied');
  await reach();
  const after = await host.workload.next(effect.seconds);
  const back = await product.rollBack(applied);
  expectState('rolled-back', back);
  await expectValue(from, 'after it was taken back');
  await reach();
  const afterRollBack = await host.workload.next(effect.seconds);
  problems.push(...shortfall(effect, before, after));
  return { key: effect.key, from, to, before, after, afterRollBack, problems };
}
