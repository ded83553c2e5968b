import { findHost, type Config } from '../config/config.ts';
import { readFacts } from '../core/checklist/read-facts.ts';
import type { ChangePlan, Comparison } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { flattenFacts, type FactValue } from '../core/domain/facts.ts';
import type { State } from '../core/domain/ports.ts';
import type { FactRef } from '../core/playbook/declarations.ts';
import { formatFact } from '../core/playbook/format-fact.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import { jumpOf } from './jump-of.ts';
import type { Problem } from '../core/domain/problem.ts';

/** What the look after a change needs. */
export interface MeasureContext {
  readonly config: Pick<Config, 'hosts' | 'windowMs'>;
  readonly playbooks: readonly Playbook[];
  readonly state: State;
  readonly agentSocket: string | null;
  readonly report: (problem: Problem) => void;
}

/** A fact that could not be had, before or after. */
const NOT_MEASURED = '–';

/**
 * Looks at the host again after a change, and puts the facts that the playbook names beside those of the
 * diagnosis. Empty when the host could not be looked at: the change stands all the same.
 */
export async function measureEffect(
  context: MeasureContext,
  plan: ChangePlan,
  signal: AbortSignal,
): Promise<readonly Comparison[]> {
  const wanted = context.playbooks.find(({ id }) => id === plan.playbook)?.verify?.facts ?? [];
  const run = await context.state.runs.get(plan.runId);
  const before = run?.diagnosis?.facts ?? null;
  const after = await look(context, plan, signal);
  if (wanted.length === 0 || before === null || after === null) return [];
  const [then, now] = [flattenFacts(before), after];
  return wanted.flatMap(({ fact }) => {
    const name = nameOf(fact, plan, then);
    const [old, current] = [then[name], now[name]];
    if (old === undefined && current === undefined) return [];
    return [{ fact: fact.id, before: show(fact, old), after: show(fact, current) }];
  });
}

async function look(
  context: MeasureContext,
  plan: ChangePlan,
  signal: AbortSignal,
): Promise<Readonly<Record<string, FactValue>> | null> {
  const host = findHost(context.config, plan.host);
  if (host === undefined) return null;
  try {
    const { capture } = await fetchCapture(host, {
      jump: jumpOf(context.config, host),
      windowMs: context.config.windowMs,
      agentSocket: context.agentSocket,
      signal,
    });
    return flattenFacts(readFacts(capture).facts);
  } catch (error) {
    const code = error instanceof TcpcheckError ? error.code : 'INTERNAL';
    const said = error instanceof Error ? error.message : String(error);
    context.report({
      what: 'the effect of a change could not be measured',
      code,
      fields: { host: plan.host, said },
    });
    return null;
  }
}

/** Facts of a listener or destination carry the subject of the change in their name. */
function nameOf(
  { group, name }: FactRef,
  plan: ChangePlan,
  facts: Readonly<Record<string, FactValue>>,
): string {
  const plain = `${group}.${name}`;
  return plain in facts || plan.subject === null ? plain : `${plain}[${plan.subject}]`;
}

const show = (fact: FactRef, value: FactValue | undefined): string =>
  value === undefined ? NOT_MEASURED : formatFact(fact, value, 'en');
