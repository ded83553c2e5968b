import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { readCaptureFolder } from '../../src/host/capture-folder.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const cases = playbooks.flatMap((playbook) =>
  playbook.tests.map((test) => ({ ...test, playbook, name: test.capture.split('/').at(-1) ?? '' })),
);

const offeredBy = ({ fixes }: Finding): readonly string[] =>
  fixes.flatMap((fix) => (fix.kind === 'sysctl' && fix.offered ? [fix.key] : []));

describe('what the playbooks promise about recorded hosts', () => {
  it.each(cases)(
    '$playbook.id on $name: $expect.status $expect.cause',
    ({ playbook, capture, expect: promise }) => {
      const recorded = readCaptureFolder(resolve(dirname(playbook.path), capture));
      const { findings } = diagnoseCapture(recorded, playbooks);
      const own = findings.filter((finding) => finding.playbook === playbook.id);
      expect(own).toHaveLength(1);
      const [finding] = own;
      const { offered, ...fields } = promise;
      expect(finding).toMatchObject(fields);
      expect(offered ?? []).toEqual(finding === undefined ? null : offeredBy(finding));
    },
  );

  it('has a test for each cause, and one that clears each playbook', () => {
    for (const { id, causes, tests } of playbooks) {
      const named = tests.map(({ expect }) => expect.cause);
      expect({
        id,
        untested: causes.filter((cause) => !named.includes(cause.id)).map((cause) => cause.id),
      }).toEqual({
        id,
        untested: [],
      });
      expect(tests.map(({ expect }) => expect.status)).toEqual(
        expect.arrayContaining(['matched', 'cleared', 'unknown']),
      );
    }
  });
});

describe('every recorded host', () => {
  const VERDICTS: Readonly<Record<string, string>> = {
    healthy: 'ok',
    'many-destinations': 'ok',
    momentary: 'ok',
    'close-wait-late': 'ok',
    'time-wait-inbound': 'ok',
    'cut-off': 'unknown',
    contained: 'unknown',
  };
  const verdictFor = (name: string): string | undefined =>
    Object.entries(VERDICTS).find(([start]) => name.startsWith(start))?.[1];

  it.each(recordedHosts().filter((name) => verdictFor(name) !== undefined))(
    '%s gets the right verdict',
    (name) => {
      expect(diagnoseCapture(recordedHost(name), playbooks).verdict).toBe(verdictFor(name));
    },
  );

  it.each(recordedHosts())('%s: the same every time, nothing offered without a match', (name) => {
    const first = diagnoseCapture(recordedHost(name), playbooks);
    expect(diagnoseCapture(recordedHost(name), playbooks)).toEqual(first);
    for (const finding of first.findings) {
      expect(finding.status === 'matched' || finding.fixes.length === 0).toBe(true);
      expect(finding.status === 'cleared').toBe(
        finding.missing.length === 0 && finding.evidence.length === 0 && finding.status !== 'matched',
      );
    }
  });
});
