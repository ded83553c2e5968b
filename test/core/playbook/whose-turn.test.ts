import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '../../../src/core/checklist/merge-facts.ts';
import type { Finding } from '../../../src/core/domain/report.ts';
import { answerSymptom } from '../../../src/core/symptom/answer-symptom.ts';
import { diagnosis } from '../../state/samples.ts';
import { asksWhoseTurn, notDecided, whoseTurn } from '../../../src/core/playbook/whose-turn.ts';

const finding = (playbook: string, cause: string | null, more: Partial<Finding> = {}): Finding => ({
  playbook,
  playbookVersion: 1,
  status: 'matched',
  severity: 'warning',
  cause,
  subject: null,
  explainedBy: null,
  title: { en: `Title of ${playbook}`, ko: `${playbook} 제목` },
  summary: { en: '', ko: '' },
  evidence: [{ fact: 'a.b', value: 1, text: { en: 'Up to 9 waited.', ko: '최대 9개 대기' }, command: '' }],
  missing: [],
  fixes: [],
  notAdvised: [],
  ...more,
});

describe('network, server or peer', () => {
  it.each([
    ['retransmissions', 'path', 'The network'],
    ['retransmissions', 'local', 'This server'],
    ['retransmissions', 'syn', 'The peer'],
    ['send-queue-stuck', 'peer-not-reading', 'The peer'],
    ['send-queue-stuck', 'loss', 'The network'],
    ['recv-queue-stuck', null, 'This server'],
    ['accept-queue-overflow', 'stalled-app', 'This server'],
    ['syn-queue-full', 'flood', 'The peer'],
    ['syn-queue-full', 'slow-accept', 'This server'],
    ['mtu-black-hole', null, 'The network'],
    ['syn-sent-pileup', null, 'The peer'],
  ])('%s (%s): %s', (playbook, cause, side) => {
    expect(whoseTurn([finding(playbook, cause)])?.en).toBe(
      `Network, server or peer? ${side} (Title of ${playbook}).`,
    );
  });

  it('may be two at once, the cause first', () => {
    const both = [finding('accept-queue-overflow', 'app-backlog'), finding('retransmissions', 'path')];
    expect(whoseTurn(both)).toEqual({
      en: 'Network, server or peer? This server (Title of accept-queue-overflow), and the network (Title of retransmissions).',
      ko: '네트워크, 서버, 상대 중 어디인가? 이 서버 (accept-queue-overflow 제목), 그리고 네트워크 (retransmissions 제목).',
    });
  });

  it.each([
    ['a consequence', finding('retransmissions', 'path', { explainedBy: 'accept-queue-overflow' })],
    ['what is only worth knowing', finding('retransmissions', 'path', { severity: 'info' })],
    ['what did not match', finding('retransmissions', 'path', { status: 'cleared' })],
    ['a cause that could not be told', finding('retransmissions', null)],
    ['what slows nobody down', finding('orphan-sockets', null)],
  ])('is not decided by %s', (_, found) => {
    expect(whoseTurn([found])).toBeNull();
  });

  it('says what was measured where nothing decides', () => {
    expect(
      notDecided({
        ...NO_FACTS,
        host: {
          ...NO_FACTS.host,
          counters: { retrans_segs_per_s: 1, out_segs_per_s: 2000 },
          pressure: { cpu_waiting_ratio: 0.024 },
        },
        subjects: {
          ...NO_FACTS.subjects,
          listener: { a: { fill_ratio: 0.1, process_throttled_ratio: 0 }, b: { fill_ratio: 0.02 } },
        },
      }).en,
    ).toBe(
      'Network, server or peer? Not decided; measured: 0.1% of segments sent again, accept queues at most 10% full, some process waited for a CPU 2% of the time, a CPU limit held a service back 0% of the time. What the application itself takes is not seen from here.',
    );
    expect(notDecided(NO_FACTS).en).toBe(
      'Network, server or peer? Not decided: too little could be measured.',
    );
  });

  it.each(['Connected, but it is SLOW!', '연결은 되는데 느려요', 'latency', '응답이 없어요'])(
    'is what “%s” asks',
    (words) => {
      expect(asksWhoseTurn(words)).toBe(true);
    },
  );
  it.each(['', 'connection refused', '연결이 안 돼요'])('is not what “%s” asks', (words) => {
    expect(asksWhoseTurn(words)).toBe(false);
  });

  it('is answered to whoever says that it is slow, unless a finding answers it', () => {
    const route = { playbooks: [], meaning: null };
    const nothing = diagnosis({ verdict: 'ok', findings: [], facts: NO_FACTS });
    const last = (words: string, told = nothing): string | undefined =>
      answerSymptom(words, route, told)?.lines.at(-1)?.en;
    expect(last('it is slow')).toBe(notDecided(NO_FACTS).en);
    expect(last('connection refused')).not.toContain('Network, server or peer?');
    const lossy = diagnosis({ findings: [finding('retransmissions', 'path')], facts: NO_FACTS });
    expect(last('it is slow', lossy)).not.toContain('Not decided');
  });
});
