import type { Change, ChangeState } from '../core/domain/change.ts';
import type { ClickOutcome, State } from '../core/domain/ports.ts';

type Refused = Extract<ClickOutcome, { kind: 'refused' }>;
type Kind = ChangeState['kind'];

/** Ends, and decisions to leave it so: another change of the same setting may follow. */
const SETTLED: ReadonlySet<Kind> = new Set<Kind>([
  'rejected',
  'expired',
  'void',
  'failed',
  'rolled-back',
  'reverted',
  'kept',
  'left-until-reboot',
]);

/** The place is taken; by this call, or by whoever was quicker. */
interface Placed {
  readonly kind: 'placed';
  readonly isNew: boolean;
}

/** Takes one of the host's places for a change that is about to be approved; or says why there is none. */
export async function placeChange(
  state: Pick<State, 'changes' | 'slots'>,
  change: Change,
  perHostHour: number,
): Promise<Refused | Placed> {
  const { plan } = change;
  const place = await state.slots.take(plan, perHostHour);
  if (place === null) return tooMany(plan.host, perHostHour);
  // Whoever took a place and was not approved yet is doing so at this moment.
  const others = await Promise.all(place.others.map((id) => state.changes.get(id)));
  for (const other of others) {
    const key = other === null || SETTLED.has(other.state.kind) ? undefined : sharedKey(change, other);
    if (key === undefined) continue;
    if (place.isNew) await state.slots.giveBack(plan);
    return taken(plan.host, key);
  }
  return { kind: 'placed', isNew: place.isNew };
}

/** Whoever decided otherwise in between has made the place free. */
export async function leavePlace(state: Pick<State, 'slots'>, now: Change): Promise<void> {
  if (SETTLED.has(now.state.kind)) await state.slots.giveBack(now.plan);
}

/** A yes that could not be put on record is none: it must not stand in the way of the next. */
export async function freePlace(state: Pick<State, 'changes' | 'slots'>, { plan }: Change): Promise<void> {
  const now = await state.changes.get(plan.id);
  if (now?.state.kind === 'proposed') await state.slots.giveBack(plan);
}

function sharedKey({ plan }: Change, other: Change): string | undefined {
  const keys = new Set(other.plan.settings.map(({ key }) => key));
  return plan.settings.find(({ key }) => keys.has(key))?.key;
}

const tooMany = (host: string, perHostHour: number): Refused => ({
  kind: 'refused',
  code: 'CHANGE_CAP',
  answer: {
    en: `${host} has had ${perHostHour} changes within an hour, and no more are allowed. Nothing was changed. Rolling back is possible all the same.`,
    ko: `${host}에는 최근 1시간 동안 변경이 ${perHostHour}건 승인되어 한도에 도달했습니다. 변경된 것은 없습니다. 되돌리기는 언제든 할 수 있습니다.`,
  },
});

const taken = (host: string, key: string): Refused => ({
  kind: 'refused',
  code: 'CHANGE_BUSY',
  answer: {
    en: `Another change of ${key} on ${host} is under way or waits for a decision. Keep it or roll it back first.`,
    ko: `${host}의 ${key}에 대한 다른 변경이 진행 중이거나 결정을 기다리고 있습니다. 먼저 그 변경을 영구 저장하거나 되돌려 주세요.`,
  },
});
