import type { CheckResult } from '../domain/capture.ts';
import { unreachable } from '../domain/errors.ts';
import type { Facts, FactValue } from '../domain/facts.ts';
import type { Finding, Mark } from '../domain/report.ts';
import type { MarkTopic, Playbook } from './playbook.ts';

const TOPICS: readonly MarkTopic[] = ['time-wait', 'accept-queue', 'descriptors', 'connections'];

/** From here on accept() and connect() fail soon: node-mixin for the machine (critical at 90 %). */
const DESCRIPTORS_BAD_RATIO = 0.9;

/** The checklist line of the root message: good only where it was really looked. */
export function marksOf(
  findings: readonly Finding[],
  playbooks: readonly Playbook[],
  { facts, checks }: { facts: Facts; checks: readonly CheckResult[] },
): readonly Mark[] {
  const byId = new Map(playbooks.map((playbook) => [playbook.id, playbook]));
  return TOPICS.map((topic) => {
    const own = findings.filter((finding) => topicsOf(finding, byId).includes(topic));
    if (own.some(isTrouble) || (topic === 'descriptors' && descriptorsRunOut(facts))) {
      return { topic, state: 'bad' };
    }
    const known = wasMeasured(topic, facts, checks) && !own.some(({ status }) => status === 'unknown');
    return { topic, state: known ? 'good' : 'unknown' };
  });
}

const isTrouble = ({ status, severity }: Finding): boolean => status === 'matched' && severity !== 'info';

/** A cause may spoil topics besides those of its playbook; what is unknown could be any of the causes. */
function topicsOf(finding: Finding, byId: ReadonlyMap<string, Playbook>): readonly MarkTopic[] {
  const playbook = byId.get(finding.playbook);
  if (playbook === undefined) return [];
  const causes = playbook.causes.filter(({ id }) => finding.status === 'unknown' || id === finding.cause);
  return [...playbook.marks, ...causes.flatMap(({ marks }) => marks)];
}

function wasMeasured(topic: MarkTopic, { host }: Facts, checks: readonly CheckResult[]): boolean {
  switch (topic) {
    case 'time-wait':
      return isKnown(host.sockets['time_wait'], host.sockets['time_wait_tally']);
    case 'accept-queue':
      return (
        isKnown(host.counters['listen_overflows_per_s']) &&
        checks.some(({ id, status }) => id === 'listeners' && status === 'ok')
      );
    case 'descriptors':
      return isKnown(host.descriptors['used_ratio']);
    case 'connections':
      return isKnown(host.sockets['established'], host.sockets['established_or_close_wait']);
    default:
      return unreachable(topic);
  }
}

const isKnown = (...values: readonly (FactValue | undefined)[]): boolean =>
  values.some((value) => value !== undefined);

function descriptorsRunOut({ host, subjects }: Facts): boolean {
  const processes = Object.values(subjects.listener).map((listener) => listener['process_descriptor_ratio']);
  return [host.descriptors['used_ratio'], ...processes].some(
    (ratio) => typeof ratio === 'number' && ratio >= DESCRIPTORS_BAD_RATIO,
  );
}
