import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/core/checklist/read-facts.ts';
import type { FactGroup, Facts } from '../../src/core/domain/facts.ts';
import type { Inside } from '../../src/core/domain/place.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { readCapture } from '../core/checklist/look.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const WEB = '0.0.0.0:8080';

/** The recorded host whose somaxconn is too small, with these facts about its listener. */
async function found(
  listener: FactGroup,
  inside: Inside | null = null,
  more: Partial<Facts> = {},
): Promise<Finding | undefined> {
  const { facts, checks } = readFacts(await readCapture('somaxconn-linux-6.18-ss-6.1'));
  const changed: Facts = {
    ...facts,
    ...more,
    subjects: {
      ...facts.subjects,
      listener: { ...facts.subjects.listener, [WEB]: { ...facts.subjects.listener[WEB], ...listener } },
    },
  };
  const playbooks = shippedPlaybooks().filter(({ id }) => id === 'accept-queue-overflow');
  return evaluate(changed, checks, playbooks, { inside })[0];
}
const settings = (finding: Finding | undefined): readonly boolean[] =>
  (finding?.fixes ?? []).flatMap((fix) => (fix.kind === 'sysctl' ? [fix.offered] : []));
const words = (finding: Finding | undefined): string =>
  [
    ...(finding?.evidence ?? []).map(({ text }) => text.en),
    ...(finding?.fixes ?? []).map((fix) => (fix.kind === 'advice' ? fix.text.en : fix.why.en)),
  ].join('\n');

describe('a full accept queue whose process is held back by its CPU limit', () => {
  it('gets a higher limit as advice and no longer queue', async () => {
    const finding = await found({ process_throttled_ratio: 0.6, process_cpu_limit: 0.5, process_age_s: 120 });
    expect(finding).toMatchObject({ status: 'matched', cause: 'somaxconn' });
    expect(settings(finding)).toEqual([false]);
    expect(words(finding)).toMatch(/CPU limit \(0.5 processors\) held the process back in 60%/);
    expect(words(finding)).toMatch(/Raise the CPU limit of the service first/);
    expect(words(finding)).toMatch(/started 120 s ago/);
  });

  it('is another story where no limit holds it back', async () => {
    const finding = await found({ process_throttled_ratio: 0.01, process_age_s: 86_400 });
    expect(settings(finding)).toEqual([true]);
    expect(words(finding)).not.toMatch(/CPU limit|was started/);
  });

  it('has no button inside a container, and is told where to set it', async () => {
    const inside = { target: 'container shop', pid: 42, netns: 'net:[4026532008]' };
    const finding = await found({}, inside);
    expect(settings(finding)).toEqual([false]);
    expect(words(finding)).toContain('docker run --sysctl net.core.somaxconn=4096');
    expect(words(finding)).toContain('the network namespace of container shop');
  });
});

describe('a setting that somebody else sets as well', () => {
  it('is offered with a word about it', async () => {
    const tuned = { by: 'tuned', value: '2048', profile: 'latency' } as const;
    const finding = await found({}, null, { persisted: { 'net.core.somaxconn': tuned } });
    expect(settings(finding)).toEqual([true]);
    expect(words(finding)).toContain('The tuned profile latency sets this key');
    const file = { by: 'file', value: '128', file: '/etc/sysctl.d/x.conf' } as const;
    expect(words(await found({}, null, { persisted: { 'net.core.somaxconn': file } }))).not.toContain(
      'tuned',
    );
  });
  it('may be bpftune’s', async () => {
    const { facts } = readFacts(await readCapture('somaxconn-linux-6.18-ss-6.1'));
    const host = { ...facts.host, host: { ...facts.host.host, setting_daemons: 'tuned, bpftune' } };
    expect(words(await found({}, null, { host }))).toContain('bpftune runs on this host');
    const other = { ...facts.host, host: { ...facts.host.host, setting_daemons: 'kube-proxy' } };
    expect(words(await found({}, null, { host: other }))).not.toContain('bpftune');
  });
});
