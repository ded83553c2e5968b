import type { Finding } from '../domain/report.ts';
import type { PlaybookTest } from './playbook.ts';

/** What a playbook says about a recorded host other than it promises; nothing when it keeps its word. */
export function brokenPromises(
  { expect }: PlaybookTest,
  playbook: string,
  findings: readonly Finding[],
): readonly string[] {
  const own = findings.filter((finding) => finding.playbook === playbook);
  const [said, second] =
    expect.subject === undefined ? own : own.filter(({ subject }) => subject === expect.subject);
  if (said === undefined) {
    const about = own.map(({ subject }) => subject ?? 'the host').join(', ');
    return [
      `says nothing about ${expect.subject ?? 'the host'}${about === '' ? '' : `, but about ${about}`}`,
    ];
  }
  if (second !== undefined) return [`speaks about ${own.length} subjects: the test must name one`];
  const offered = said.fixes.flatMap((fix) => (fix.kind === 'sysctl' && fix.offered ? [fix.key] : []));
  const parts: readonly Part[] = [
    { name: 'status', wanted: expect.status, found: said.status },
    { name: 'cause', wanted: expect.cause, found: said.cause ?? 'none' },
    { name: 'severity', wanted: expect.severity, found: said.severity },
    { name: 'offered', wanted: listed(expect.offered ?? []), found: listed(offered) },
  ];
  const missing = said.missing.length === 0 ? '' : ` (not measured: ${said.missing.join(', ')})`;
  return parts.flatMap(({ name, wanted, found }) =>
    wanted === undefined || wanted === found
      ? []
      : [`${name}: ${wanted} was promised, ${found} was found${missing}`],
  );
}

interface Part {
  readonly name: string;
  /** Undefined: the test leaves it open. */
  readonly wanted: string | undefined;
  readonly found: string;
}

const listed = (keys: readonly string[]): string => (keys.length === 0 ? 'nothing' : keys.join(', '));
