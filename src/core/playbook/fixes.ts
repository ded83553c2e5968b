import type { Persisted } from '../domain/facts.ts';
import type { Localized } from '../domain/locale.ts';
import type { Inside } from '../domain/place.ts';
import type { Advice, NotAdvised, SysctlFix } from '../domain/report.ts';
import { findSysctl } from '../sysctl/catalogue.ts';
import { planSetting } from '../sysctl/plan-setting.ts';
import { PORT_RANGE, RESERVED_PORTS, planPortRange, type PortRangePlan } from '../sysctl/port-range.ts';
import { assert } from '../domain/errors.ts';
import type { FixSpec, LocalizedTemplate, NotAdvisedSpec, Proviso, SysctlWish, Target } from './playbook.ts';
import type { Scope } from './scope.ts';
import { fillTemplate } from './template.ts';
import { Unknown } from './unknown.ts';

/** What of the host a fix is planned with, besides the facts in scope. */
export interface FixContext {
  readonly scope: Scope;
  /** Live values by key. */
  readonly sysctl: Readonly<Record<string, string>>;
  /** Values after the next boot, by key. */
  readonly persisted: Readonly<Record<string, Persisted>>;
  /** Ports with a listener; null when they could not be read. */
  readonly listenerPorts: readonly number[] | null;
  /** Configured ports to keep out of a wider range. */
  readonly reservedPorts: string;
  /** The container's namespace the facts are from; null for the host's own. */
  readonly inside: Inside | null;
}

/** What a finding offers, in order, and what was missing for more. */
export interface Fixes {
  readonly fixes: readonly (Advice | SysctlFix)[];
  readonly missing: readonly string[];
}

/** The application comes first; settings follow, and none that would change nothing. */
export function planFixes(spec: FixSpec, context: FixContext): Fixes {
  const { scope } = context;
  const advice = spec.application.flatMap(({ when, text, samples }): readonly Advice[] =>
    when !== null && when.test(scope) !== true ? [] : [{ kind: 'advice', text: say(text, scope), samples }],
  );
  const planned = spec.sysctl.map((wish) => planWish(wish, context));
  return {
    fixes: [...advice, ...planned.flatMap(({ fix }) => (fix === null ? [] : [fix]))],
    missing: planned.flatMap(({ missing }) => missing),
  };
}

/** The popular settings to leave alone here; one whose reason cannot be told in full is not told. */
export const leaveAlone = (specs: readonly NotAdvisedSpec[], scope: Scope): readonly NotAdvised[] =>
  specs.flatMap(({ key, when, why }) => {
    if (when !== null && when.test(scope) !== true) return [];
    const [en, ko] = [fillTemplate(why.en, scope, 'en'), fillTemplate(why.ko, scope, 'ko')];
    const missing = en.missing.length + ko.missing.length;
    return missing > 0 ? [] : [{ key, why: { en: en.text, ko: ko.text } }];
  });

/** A text in both languages with the facts put in. */
export const say = (text: LocalizedTemplate, scope: Scope): Localized => ({
  en: fillTemplate(text.en, scope, 'en').text,
  ko: fillTemplate(text.ko, scope, 'ko').text,
});

interface Planned {
  readonly fix: SysctlFix | null;
  readonly missing: readonly string[];
}

const nothing = (missing: readonly string[]): Planned => ({ fix: null, missing });

function planWish(wish: SysctlWish, context: FixContext): Planned {
  const { key } = wish;
  const current = context.sysctl[key];
  if (current === undefined) return nothing([key]);
  const target = valueOf(wish.target, context.scope);
  if (target instanceof Unknown) return nothing(target.facts);
  const plan = planKey(key, target, current, context);
  if (plan.kind === 'no-op') return nothing([]);
  const spec = findSysctl(key);
  assert(spec !== undefined, `${key} has left the catalogue`);
  const { takesEffect, risk } = spec;
  const base = { kind: 'sysctl' as const, key, takesEffect, risk };
  if (plan.kind === 'refused') {
    const refused = { ...base, from: current, to: target, offered: false, why: plan.why, companions: [] };
    return { fix: refused, missing: [] };
  }
  const obstacle = firstObstacle(wish.onlyIf, context.scope) ?? insideObstacle(context.inside, key, plan.to);
  const own = joined(say(wish.why, context.scope), plan.arithmetic);
  const why = obstacle?.why ?? joined(own, ownerNote(key, context));
  const { from, to, companions } = plan;
  const fix: SysctlFix = { ...base, from, to, offered: obstacle === null, why, companions };
  return { fix, missing: obstacle?.missing ?? [] };
}

function valueOf(target: Target, scope: Scope): string | Unknown {
  if (target.kind === 'literal') return target.value;
  const value = target.value.compute(scope);
  if (value instanceof Unknown) return value;
  return String(Math.min(target.max, Math.max(target.min, Math.ceil(value))));
}

type KeyPlan =
  | (Extract<PortRangePlan, { kind: 'change' }> | (PlainChange & { readonly arithmetic: null }))
  | Exclude<PortRangePlan, { kind: 'change' }>;
type PlainChange = Omit<Extract<PortRangePlan, { kind: 'change' }>, 'arithmetic'>;

function planKey(key: string, target: string, current: string, context: FixContext): KeyPlan {
  if (key !== PORT_RANGE) {
    const plan = planSetting(key, target, current);
    return plan.kind === 'change' ? { ...plan, companions: [], arithmetic: null } : plan;
  }
  const { subject } = context.scope;
  const rate = subject?.group === 'destination' ? subject.facts['closes_per_s'] : undefined;
  return planPortRange({
    target,
    current,
    reserved: context.sysctl[RESERVED_PORTS],
    listenerPorts: context.listenerPorts,
    keepFree: context.reservedPorts,
    connectsPerS: typeof rate === 'number' ? rate : null,
  });
}

/** The first proviso that does not hold, or that nobody can tell about. */
function firstObstacle(provisos: readonly Proviso[], scope: Scope): Obstacle | null {
  for (const { that, otherwise } of provisos) {
    const holds = that.test(scope);
    if (holds instanceof Unknown) return { why: notKnown(holds.facts), missing: holds.facts };
    if (!holds) return { why: say(otherwise, scope), missing: [] };
  }
  return null;
}

/** Who else sets the key on this host, so that nobody wonders where the value went; null where nobody does. */
function ownerNote(key: string, { persisted, scope }: FixContext): Localized | null {
  const next = persisted[key];
  if (next?.by === 'tuned') {
    return {
      en: `The tuned profile ${next.profile} sets this key: applied again, it puts its own value back.`,
      ko: `tuned 프로필 ${next.profile}이(가) 이 키를 설정하므로, 다시 적용되면 그 값으로 돌아갑니다.`,
    };
  }
  const daemons = scope.groups['host']?.['setting_daemons'];
  if (typeof daemons !== 'string' || !daemons.split(', ').includes('bpftune')) return null;
  return {
    en: 'bpftune runs on this host and may change it again.',
    ko: '이 호스트에서 bpftune이 실행 중이라 값을 다시 바꿀 수 있습니다.',
  };
}

/** The host's value is another one; and what is changed in a running container is gone when it starts anew. */
function insideObstacle(inside: Inside | null, key: string, to: string): Obstacle | null {
  if (inside === null) return null;
  const set = to.includes(' ') ? `'${key}=${to}'` : `${key}=${to}`;
  return {
    why: {
      en: `No button: this is the network namespace of ${inside.target}, not the host's. Set it where the container is started: docker run --sysctl ${set}, or securityContext.sysctls of the pod (the kubelet must allow it).`,
      ko: `호스트가 아니라 ${inside.target}의 네트워크 네임스페이스이므로 버튼을 제공하지 않습니다. 컨테이너를 시작하는 곳에서 설정하세요: docker run --sysctl ${set} 또는 파드의 securityContext.sysctls(kubelet 허용 필요).`,
    },
    missing: [],
  };
}

interface Obstacle {
  readonly why: Localized;
  readonly missing: readonly string[];
}

const notKnown = (facts: readonly string[]): Localized => ({
  en: `Not offered, since it could not be measured whether it would help: ${facts.join(', ')}.`,
  ko: `도움이 되는지 확인할 값을 측정하지 못해 제안하지 않습니다: ${facts.join(', ')}.`,
});

const joined = (why: Localized, more: Localized | null): Localized =>
  more === null ? why : { en: `${why.en} ${more.en}`, ko: `${why.ko} ${more.ko}` };
