import { groupDigits } from '../domain/digits.ts';
import type { Localized } from '../domain/locale.ts';
import type { SettingChange } from '../domain/report.ts';
import { TIME_WAIT_S } from './catalogue.ts';
import { planSetting, type SettingPlan } from './plan-setting.ts';
import { contains, countFree, formatPortList, parsePortList, within, type PortSpan } from './port-list.ts';
import { refuse } from './refusals.ts';
import { parseNumbers } from './values.ts';

export const PORT_RANGE = 'net.ipv4.ip_local_port_range';
export const RESERVED_PORTS = 'net.ipv4.ip_local_reserved_ports';

export interface PortRangeWish {
  readonly target: string;
  readonly current: string;
  /** Live value of ip_local_reserved_ports; undefined when it could not be read. */
  readonly reserved: string | undefined;
  /** Ports with a listener; null when they could not be read. */
  readonly listenerPorts: readonly number[] | null;
  /** Further ports to keep free, as configured: services that happen to be down. `''` for none. */
  readonly keepFree: string;
  /** Connections per second to the destination that runs out, as far as they found a port; null when unknown. */
  readonly connectsPerS: number | null;
}

export type PortRangePlan =
  | {
      readonly kind: 'change';
      readonly from: string;
      readonly to: string;
      /** Written first, so that no outbound connection ever gets a service's port. */
      readonly companions: readonly SettingChange[];
      /** How far the ports reach, before and after. */
      readonly arithmetic: Localized;
    }
  | Exclude<SettingPlan, { kind: 'change' }>;

/** Widens the range and reserves the ports of services that the wider one would swallow. */
export function planPortRange(wish: PortRangeWish): PortRangePlan {
  const range = planSetting(PORT_RANGE, wish.target, wish.current);
  if (range.kind !== 'change') return range;
  if (wish.listenerPorts === null) return refuse({ kind: 'listeners-unknown' });
  const [before, after] = [spanOf(range.from), spanOf(range.to)];
  const keepFree = parsePortList(wish.keepFree);
  if (keepFree === null) return refuse({ kind: 'reserved-wrong', value: wish.keepFree });
  const swallowed = wish.listenerPorts
    .filter((port) => contains(after, port) && !contains(before, port))
    .map((port): PortSpan => ({ low: port, high: port }));
  const extra = [...swallowed, ...within(keepFree, after)];
  const wasReserved = parsePortList(wish.reserved ?? '') ?? [];
  const [free, freeAfter] = [countFree(before, wasReserved), countFree(after, [...wasReserved, ...extra])];
  if (freeAfter <= free) return refuse({ kind: 'reserved-eat-it-up', before: free, after: freeAfter });
  const companions = reserve(extra, wish.reserved);
  if (companions.kind === 'refused') return companions;
  const arithmetic = showArithmetic(free, freeAfter, wish.connectsPerS);
  return { ...range, companions: companions.settings, arithmetic };
}

function reserve(
  extra: readonly PortSpan[],
  reserved: string | undefined,
): { kind: 'settings'; settings: readonly SettingChange[] } | { kind: 'refused'; why: Localized } {
  if (extra.length === 0) return { kind: 'settings', settings: [] };
  if (reserved === undefined) return refuse({ kind: 'reserved-unknown' });
  const plan = planSetting(RESERVED_PORTS, formatPortList(extra), reserved);
  if (plan.kind === 'refused') return plan;
  const settings = plan.kind === 'no-op' ? [] : [{ key: RESERVED_PORTS, from: plan.from, to: plan.to }];
  return { kind: 'settings', settings };
}

/** planSetting has checked both values. */
function spanOf(pair: string): PortSpan {
  const [low = 0, high = 0] = parseNumbers(pair, 2) ?? [];
  return { low, high };
}

/**
 * A port is bound for 60 s of TIME_WAIT, so ports / 60 is what a destination can take per second. What is seen
 * is a lower bound: no counter of the kernel knows of the connects that found no port.
 */
function showArithmetic(before: number, after: number, connectsPerS: number | null): Localized {
  const [was, will] = [before, after].map((ports) => perSecond(ports / TIME_WAIT_S));
  const [ports, morePorts] = [groupDigits(before), groupDigits(after)];
  const plain = {
    en: `New connections a destination can take: ${ports} ports / ${TIME_WAIT_S} s = ${was}/s now, ${morePorts} / ${TIME_WAIT_S} s = ${will}/s then.`,
    ko: `목적지당 가능한 새 연결: 지금은 포트 ${ports}개 ÷ ${TIME_WAIT_S}초 = 초당 ${was}개, 변경 후 ${morePorts}개 ÷ ${TIME_WAIT_S}초 = 초당 ${will}개.`,
  };
  if (connectsPerS === null) return plain;
  const rate = perSecond(connectsPerS);
  const needed = groupDigits(Math.round(connectsPerS * TIME_WAIT_S));
  return {
    en: `${plain.en} Measured: ${rate}/s, so ${needed} ports; connects that found no port are not counted.`,
    ko: `${plain.ko} 측정값: 초당 ${rate}개, 포트 ${needed}개. 포트를 얻지 못한 연결 시도는 집계되지 않습니다.`,
  };
}

/** Rounded down; with one decimal where that is the whole of it. */
const perSecond = (rate: number): string =>
  rate < 10 ? String(Math.floor(rate * 10) / 10) : groupDigits(Math.floor(rate));
