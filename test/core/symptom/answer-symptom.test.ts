import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../../src/core/playbook/diagnose.ts';
import { failedDiagnosis } from '../../../src/core/playbook/failed-diagnosis.ts';
import { answerSymptom } from '../../../src/core/symptom/answer-symptom.ts';
import { symptomRouter } from '../../../src/core/symptom/route-symptom.ts';
import { routedFirst } from '../../../src/core/symptom/routed-first.ts';
import { recordedHost, recordedHosts } from '../../support/captures.ts';
import { shippedPlaybooks } from '../../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const route = symptomRouter(playbooks);
const looked = (name: string): Diagnosis =>
  diagnoseCapture(recordedHost(`${name}-linux-6.18-ss-6.1`), playbooks);
const answer = (words: string, diagnosis: Diagnosis): readonly string[] =>
  (answerSymptom(words, route(words), diagnosis)?.lines ?? []).map(({ en }) => en);

const healthy = looked('healthy-busy');

describe('the answer to somebody’s words', () => {
  it('says that it is not there now, by its numbers, and what the error means', () => {
    expect(answer('connection refused', healthy)).toEqual([
      'Refused here now: 0 connections and 0 rejections by a firewall per second at most; from 2 per second on it is trouble.',
      expect.stringMatching(
        /^"Connection refused" \(ECONNREFUSED\) is an answer: .* A full accept queue never gives it/,
      ),
    ]);
    expect(answer('EADDRNOTAVAIL', healthy)).toEqual([
      'Looked for, and no sign of it now: Local ports towards one destination run out; The TIME_WAIT table is full.',
      expect.stringMatching(/^"Cannot assign requested address" \(EADDRNOTAVAIL\) from connect\(\)/),
    ]);
  });

  it('says what was found when that is what the words are about', () => {
    expect(answer('연결은 됐는데 응답이 없어요', looked('somaxconn'))).toEqual([
      'It fits what was found: Accept queue overflows: net.core.somaxconn is the limit.',
    ]);
  });

  it('keeps a full accept queue apart from the error that it never gives', () => {
    const [refused, meaning, instead] = answer('connection refused', looked('somaxconn'));
    expect(refused).toMatch(/^Refused here now: 0 /);
    expect(meaning).toContain('A full accept queue never gives it');
    expect(instead).toBe('Found instead: Accept queue overflows: net.core.somaxconn is the limit.');
  });

  it('names the less likely that was found all the same', () => {
    expect(answer('refused', looked('somaxconn')).at(-1)).toBe(
      'What was found, and may be behind it: Accept queue overflows: net.core.somaxconn is the limit.',
    );
  });

  it('never calls ruled out what could not be judged', () => {
    expect(answer('too many open files', looked('no-root'))).toEqual([
      expect.stringContaining('The whole machine uses'),
      expect.stringMatching(
        /^Could not be judged, so it may still be that: A process runs out of file descriptors/,
      ),
      expect.stringContaining('the limit of one process'),
      expect.stringMatching(/^Found instead: /),
    ]);
  });

  it('says when no playbook knows the words, and what an error means that is not about TCP', () => {
    expect(answer('blue screen', healthy)).toEqual([
      `No playbook knows these words; all ${playbooks.length} were checked all the same.`,
    ]);
    expect(answer('Name or service not known', healthy)).toEqual([expect.stringContaining('Look at DNS')]);
  });

  it('is silent without words, and where nobody could look', () => {
    expect(answerSymptom('  ', route('  '), healthy)).toBeNull();
    const failed = failedDiagnosis('web-1', 10_000, new Error('no way'));
    expect(answerSymptom('connection refused', route('connection refused'), failed)).toBeNull();
  });
});

const firstCleared = ({ findings }: Diagnosis): unknown =>
  findings.find(({ status }) => status === 'cleared')?.playbook;

describe('the order for somebody’s words', () => {
  const words = fc.constantFrom(
    'connection refused',
    'Too many open files',
    '느려요',
    'TIME_WAIT',
    'blue screen',
  );

  it('moves findings among equals only, and changes none', () => {
    const all = recordedHosts().map((name) => diagnoseCapture(recordedHost(name), playbooks));
    const rank = { matched: 0, unknown: 1, cleared: 2 };
    fc.assert(
      fc.property(fc.constantFrom(...all), words, (diagnosis, said) => {
        const told = routedFirst(diagnosis, route(said));
        expect({ ...told, findings: [] }).toEqual({ ...diagnosis, findings: [] });
        expect(new Set(told.findings)).toEqual(new Set(diagnosis.findings));
        const statuses = told.findings.map(({ status }) => rank[status]);
        expect(statuses).toEqual([...statuses].sort((a, b) => a - b));
        const roots = told.findings.filter((f) => f.status === 'matched' && f.explainedBy === null);
        expect(roots.map(({ severity }) => severity)).toEqual(
          diagnosis.findings
            .filter((f) => f.status === 'matched' && f.explainedBy === null)
            .map(({ severity }) => severity),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('puts the playbooks of the words first', () => {
    expect(firstCleared(routedFirst(healthy, route('too many open files')))).toBe('fd-exhaustion-process');
    expect(firstCleared(healthy)).not.toBe('fd-exhaustion-process');
  });
});
