import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '../../../src/core/checklist/merge-facts.ts';
import type { FactGroup, Facts } from '../../../src/core/domain/facts.ts';
import type { Locale } from '../../../src/core/domain/locale.ts';
import type { Diagnosis } from '../../../src/core/domain/report.ts';
import type { Run } from '../../../src/core/domain/run.ts';
import { lostMessage } from '../../../src/core/render/lost.ts';
import { threadOf } from '../../../src/core/render/thread.ts';
import type { ThreadView } from '../../../src/core/render/view.ts';
import { asText } from './as-text.ts';
import { acceptQueue, diagnosis, request, run, shown, view } from './examples.ts';

const root = (parts: Partial<ThreadView>, locale: Locale = 'en'): string => {
  const [first] = threadOf(view(parts, locale));
  return first === undefined ? '' : asText(first);
};

const end = (parts: Partial<ThreadView>, locale: Locale = 'en'): string => {
  const last = threadOf(view(parts, locale)).find((message) => message.key === 'end');
  return last === undefined ? '' : asText(last);
};

const elsewhere = (more: FactGroup): Facts => ({
  ...NO_FACTS,
  host: { ...NO_FACTS.host, sockets: { elsewhere: 6003, elsewhere_namespaces: 2, ...more } },
});

const underWay = (parts: Partial<Run>): Run => ({ ...run, finishedAtMs: null, diagnosis: null, ...parts });
const ended = (parts: Partial<Diagnosis>): Run => ({ ...run, diagnosis: { ...diagnosis, ...parts } });

const measuring = underWay({
  phase: 'sampling',
  firstFacts: { established: 1532, timeWait: 28_211, fullListeners: ['0.0.0.0:8080'] },
  firstMarks: [
    { topic: 'time-wait', state: 'good' },
    { topic: 'accept-queue', state: 'bad' },
    { topic: 'descriptors', state: 'pending' },
    { topic: 'connections', state: 'pending' },
  ],
});

const failed = ended({
  verdict: 'unknown',
  findings: [],
  marks: [],
  error: {
    code: 'SSH_TIMEOUT',
    message: 'web-1 (10.0.0.5:22) did not answer within 10 s',
    hint: 'Check that the host is up, and the route and firewall between this machine and it.',
  },
});

describe('a whole thread', () => {
  it('in English', () => {
    expect(threadOf(view()).map(asText).join('\n\n')).toMatchInlineSnapshot(`
      "[root] web-1: critical
      # 🔴 web-1: critical
      🔴 *Accept queue overflow* \`0.0.0.0:8080\` (somaxconn): 33.2 connections per second are dropped
      🟠 *Descriptors of nginx nearly used up*
      Details and fixes are in the thread.
      TIME_WAIT ✓ · accept queue ✗ · descriptors ✓ · connections ?
      ~ asked by <@U1> · “connection refused since 02:20” · took 11.2 s · measured over 10 s
      ~ Coverage 18 of 21
      ~ Not seen: no root: descriptors of other users
      ~ Could not be judged: Port exhaustion
      (Check again) run.recheck=r1

      [finding:0] web-1: Accept queue overflow (0.0.0.0:8080)
      🔴 *critical: Accept queue overflow* \`0.0.0.0:8080\`
      The kernel finishes the handshake, but the accept queue of 0.0.0.0:8080 is full, so new connections are dropped. The queue is as long as \`net.core.somaxconn\` allows, and the application asked for more.
      Cause: *somaxconn*
      *Evidence (measured over 10 s)*
      • 33.2 connections per second are dropped
            \`nstat -az TcpExtListenOverflows\`
      • 129 connections wait in a queue of 128
            \`ss -Hltn 'sport = :8080'\`
      *Fix it in the application*
      • Find out why accept() falls behind: a blocked event loop or an exhausted worker pool.
      ~ Example for Node.js; for Go see the playbook \`accept-queue-overflow\`.
      | server.listen({ port: 8080, backlog: 4096 });
      *Kernel setting, as a stopgap*
      \`net.core.somaxconn\`: \`128\` → \`4096\`
      Risk low · takes effect when the application calls listen() again, usually a restart
      The application asks for 4096 and gets 128.
      *Do not change*
      • \`net.ipv4.tcp_abort_on_overflow\`: It turns a short burst into errors for clients that would have got through.
      ---
      *Proposed change on web-1: runtime only, until reboot*
      \`net.core.somaxconn\`: \`128\` → \`4096\`
      Risk low · takes effect when the application calls listen() again, usually a restart · expires at <!date^1795142771^{time} {date_short_pretty}|2026-11-20 02:46 UTC>
      🔄 Once applied, make the service listen anew, on web-1: \`sudo systemctl reload nginx.service\`. If \`ss -Hltn\` still shows the old limit (Send-Q) for \`0.0.0.0:8080\`, restart it.
      (Approve) primary change.approve=ch1.5f3a
          ? Change a setting on web-1? / web-1: net.core.somaxconn: 128 → 4096. Runtime only, until reboot; takes effect when the application calls listen() again, usually a restart. / Approve / Cancel
      (Reject) change.reject=ch1.5f3a
          ? Reject this change? / web-1: net.core.somaxconn: 128 → 4096. Nothing will be changed. (It was to be runtime only, until reboot.) / Reject / Cancel
      ~ To undo it by hand on web-1: \`sudo sh -c 'echo "128" &gt; /proc/sys/net/core/somaxconn'\`

      [finding:1] web-1: Descriptors of nginx nearly used up
      🟠 *warning: Descriptors of nginx nearly used up*
      nginx holds 980 of 1,024 descriptors.
      ↳ A consequence of “Accept queue overflow”: fix that first, then look again.
      ~ Could not be read: \`listener.process_cpu_ratio\`
      ~ No button here: the cause comes first.

      [end] web-1 critical: Accept queue overflow (somaxconn), 33.2 connections per second are dropped
      <@U1> 🔴 *web-1 critical: Accept queue overflow (somaxconn), 33.2 connections per second are dropped*
      Findings in this thread: 2
      Waiting for approval in this thread: net.core.somaxconn: 128 → 4096"
    `);
  });

  it('in Korean', () => {
    expect(threadOf(view({}, 'ko')).map(asText).join('\n\n')).toMatchInlineSnapshot(`
      "[root] web-1: 심각
      # 🔴 web-1: 심각
      🔴 *accept 큐 넘침* \`0.0.0.0:8080\` (somaxconn): 초당 33.2개의 연결이 버려짐
      🟠 *nginx의 파일 디스크립터가 거의 소진됨*
      자세한 내용과 조치 방법은 스레드에 있습니다.
      TIME_WAIT ✓ · accept 큐 ✗ · 파일 디스크립터 ✓ · 연결 ?
      ~ 요청: <@U1> · “connection refused since 02:20” · 소요 11.2초 · 10초 동안 측정
      ~ 점검 범위 18/21
      ~ 확인하지 못한 항목: root 아님: 다른 사용자의 디스크립터
      ~ 판단하지 못한 항목: 임시 포트 고갈
      (다시 점검) run.recheck=r1

      [finding:0] web-1: accept 큐 넘침 (0.0.0.0:8080)
      🔴 *심각: accept 큐 넘침* \`0.0.0.0:8080\`
      커널은 핸드셰이크를 마쳤지만 0.0.0.0:8080의 accept 큐가 가득 차 새 연결이 버려집니다. 애플리케이션은 더 긴 큐를 요청했지만 \`net.core.somaxconn\`이 길이를 제한하고 있습니다.
      원인: *somaxconn*
      *근거(10초 동안 측정)*
      • 초당 33.2개의 연결이 버려짐
            \`nstat -az TcpExtListenOverflows\`
      • 길이 128인 큐에 129개의 연결이 대기 중
            \`ss -Hltn 'sport = :8080'\`
      *애플리케이션에서 해결*
      • accept()가 밀리는 원인(멈춘 이벤트 루프, 고갈된 워커 풀)을 먼저 찾으세요.
      ~ Node.js 예제 (Go: 플레이북 \`accept-queue-overflow\` 참고)
      | server.listen({ port: 8080, backlog: 4096 });
      *임시방편: 커널 설정*
      \`net.core.somaxconn\`: \`128\` → \`4096\`
      위험도 낮음 · 애플리케이션이 listen()을 다시 호출해야(보통 재시작) 적용
      애플리케이션은 4096을 요청하지만 128만 받고 있습니다.
      *바꾸지 마세요*
      • \`net.ipv4.tcp_abort_on_overflow\`: 잠깐의 폭주에도, 재시도로 접속됐을 클라이언트까지 오류를 받게 됩니다.
      ---
      *web-1 변경 제안: 런타임에만 적용, 재부팅하면 원래대로*
      \`net.core.somaxconn\`: \`128\` → \`4096\`
      위험도 낮음 · 애플리케이션이 listen()을 다시 호출해야(보통 재시작) 적용 · <!date^1795142771^{date_short_pretty} {time}|2026-11-20 02:46 UTC> 만료
      🔄 적용한 뒤 web-1에서 서비스가 다시 listen하게 하세요: \`sudo systemctl reload nginx.service\`. 그래도 \`ss -Hltn\`에서 \`0.0.0.0:8080\`의 한도(Send-Q)가 그대로면 서비스를 재시작하세요.
      (승인) primary change.approve=ch1.5f3a
          ? web-1의 설정을 변경할까요? / web-1: net.core.somaxconn: 128 → 4096. 런타임에만 적용되며 재부팅하면 원래대로 돌아갑니다. 애플리케이션이 listen()을 다시 호출해야(보통 재시작) 적용. / 승인 / 취소
      (거절) change.reject=ch1.5f3a
          ? 이 변경을 거절할까요? / web-1: net.core.somaxconn: 128 → 4096. 변경하지 않고 제안을 닫습니다(런타임에만, 재부팅 전까지 적용될 변경이었습니다). / 거절 / 취소
      ~ web-1에서 직접 되돌리려면: \`sudo sh -c 'echo "128" &gt; /proc/sys/net/core/somaxconn'\`

      [finding:1] web-1: nginx의 파일 디스크립터가 거의 소진됨
      🟠 *경고: nginx의 파일 디스크립터가 거의 소진됨*
      nginx가 디스크립터 1,024개 중 980개를 사용 중입니다.
      ↳ “accept 큐 넘침”의 결과로 나타난 현상입니다. 그 문제를 먼저 해결한 뒤 다시 확인하세요.
      ~ 읽지 못한 값: \`listener.process_cpu_ratio\`
      ~ 버튼이 없는 이유: 원인부터 해결해야 합니다.

      [end] web-1 심각: accept 큐 넘침 (somaxconn), 초당 33.2개의 연결이 버려짐
      <@U1> 🔴 *web-1 심각: accept 큐 넘침 (somaxconn), 초당 33.2개의 연결이 버려짐*
      이 스레드의 진단 결과: 2건
      이 스레드에서 승인을 기다리는 변경: net.core.somaxconn: 128 → 4096"
    `);
  });

  it('is the root alone until the run has ended', () => {
    for (const run of [null, underWay({ phase: 'connecting' }), measuring]) {
      expect(threadOf(view({ run })).map((message) => message.key)).toEqual(['root']);
    }
  });
});

describe('the root message', () => {
  it('is queued', () => {
    expect(root({ run: null })).toMatchInlineSnapshot(`
      "[root] web-1: queued
      # ⏳ web-1: queued
      In the queue; the check starts in a moment.
      TIME_WAIT … · accept queue … · descriptors … · connections …
      ~ “connection refused since 02:20”"
    `);
    expect(root({ run: null, queuedBehind: true }, 'ko')).toMatchInlineSnapshot(`
      "[root] web-1: 대기 중
      # ⏳ web-1: 대기 중
      이 호스트의 다른 점검이 진행 중이며, 끝나는 대로 시작합니다.
      TIME_WAIT … · accept 큐 … · 파일 디스크립터 … · 연결 …
      ~ “connection refused since 02:20”"
    `);
  });

  it('is connecting, and says when it tries again', () => {
    expect(root({ run: underWay({ phase: 'connecting' }) })).toMatchInlineSnapshot(`
      "[root] web-1: connecting
      # 🔍 web-1: connecting
      Logging in over SSH …
      TIME_WAIT … · accept queue … · descriptors … · connections …
      ~ asked by <@U1> · “connection refused since 02:20”"
    `);
    expect(root({ run: underWay({ phase: 'connecting', attempt: 2 }) }, 'ko')).toMatchInlineSnapshot(`
      "[root] web-1: 접속 중
      # 🔍 web-1: 접속 중
      SSH로 접속하고 있습니다(2번째 시도) …
      TIME_WAIT … · accept 큐 … · 파일 디스크립터 … · 연결 …
      ~ 요청: <@U1> · “connection refused since 02:20”"
    `);
  });

  it('tells the first facts', () => {
    expect(root({ run: measuring })).toMatchInlineSnapshot(`
      "[root] web-1: measuring
      # 🔍 web-1: measuring
      First look: 1,532 established · 28,211 in TIME_WAIT · accept queue full on \`0.0.0.0:8080\`.
      Measuring for 10 s; the result follows.
      TIME_WAIT ✓ · accept queue ✗ · descriptors … · connections …
      ~ asked by <@U1> · “connection refused since 02:20”"
    `);
    expect(root({ run: measuring }, 'ko')).toMatchInlineSnapshot(`
      "[root] web-1: 측정 중
      # 🔍 web-1: 측정 중
      1차 측정: ESTABLISHED 1,532개 · TIME_WAIT 28,211개 · accept 큐가 가득 참: \`0.0.0.0:8080\`.
      10초 동안 측정한 뒤 결과를 알려 드립니다.
      TIME_WAIT ✓ · accept 큐 ✗ · 파일 디스크립터 … · 연결 …
      ~ 요청: <@U1> · “connection refused since 02:20”"
    `);
  });

  it('tells why the host could not be looked at', () => {
    expect(root({ run: failed })).toMatchInlineSnapshot(`
      "[root] web-1: could not be checked
      # ⛔ web-1: could not be checked
      web-1 (10.0.0.5:22) did not answer within 10 s. \`SSH_TIMEOUT\`
      What to do: Check that the host is up, and the route and firewall between this machine and it.
      ~ asked by <@U1> · “connection refused since 02:20” · took 11.2 s
      (Check again) run.recheck=r1"
    `);
    expect(root({ run: failed }, 'ko')).toMatchInlineSnapshot(`
      "[root] web-1: 점검하지 못함
      # ⛔ web-1: 점검하지 못함
      web-1 (10.0.0.5:22) did not answer within 10 s. \`SSH_TIMEOUT\`
      조치: Check that the host is up, and the route and firewall between this machine and it.
      ~ 요청: <@U1> · “connection refused since 02:20” · 소요 11.2초
      (다시 점검) run.recheck=r1"
    `);
  });

  it('is ok for one network namespace, and says of how many not', () => {
    const run = ended({ verdict: 'ok', findings: [], facts: elsewhere({}) });
    expect(root({ run })).toContain(
      'Nothing at warning level or above was found in the host’s own network namespace; 6,003 TCP sockets in 2 others were not looked at.',
    );
    expect(root({ run }, 'ko')).toContain('다른 2개의 TCP 소켓 6,003개는 확인하지 않았습니다.');
    expect(end({ run, changes: [] })).toContain(
      'web-1 ok in its own namespace; 6,003 sockets in 2 others not looked at',
    );
  });

  it('is not ok while another network namespace shows trouble', () => {
    const facts = elsewhere({
      elsewhere_trouble: 'ListenOverflows',
      elsewhere_trouble_in: 'shop',
      elsewhere_trouble_per_s: 33.24,
    });
    const run = ended({ verdict: 'unknown', findings: [], facts });
    expect(end({ run, changes: [] })).toContain(
      'web-1 unknown: shop has 33.2 accept queue overflows per second; look inside',
    );
    expect(end({ run, changes: [] }, 'ko')).toContain('shop에서 accept 큐 오버플로우 초당 33.2건');
  });

  it('is quietly ok', () => {
    const note = { en: 'Quiet now; 1,920 overflows since boot.', ko: '현재는 조용함. 부팅 후 넘침 1,920회.' };
    expect(root({ run: ended({ verdict: 'ok', quiet: true, findings: [], notes: [note] }) }))
      .toMatchInlineSnapshot(`
        "[root] web-1: ok (quiet now)
        # 🟢 web-1: ok (quiet now)
        Nothing at warning level or above was found.
        • Quiet now; 1,920 overflows since boot.
        TIME_WAIT ✓ · accept queue ✗ · descriptors ✓ · connections ?
        ~ asked by <@U1> · “connection refused since 02:20” · took 11.2 s · measured over 10 s
        ~ Coverage 18 of 21
        ~ Not seen: no root: descriptors of other users
        (Check again) run.recheck=r1"
      `);
  });

  it('tells when the last look was in the time zone of the reader', () => {
    const note = {
      en: '7 since the last look ({at}).',
      ko: '마지막 점검({at}) 이후 7회.',
      atMs: Date.UTC(2026, 10, 20, 2, 20),
    };
    const notes = [note, { en: 'Not {at} a moment.', ko: '시각이 {at} 아님.' }];
    const text = (locale: Locale): readonly string[] =>
      root({ run: ended({ verdict: 'ok', quiet: true, findings: [], notes }) }, locale).split('\n');
    expect(text('en')).toContain(
      '• 7 since the last look (<!date^1795141200^{time} {date_short_pretty}|2026-11-20 02:20 UTC>).',
    );
    expect(text('en')).toContain('• Not {at} a moment.');
    expect(text('ko')).toContain(
      '• 마지막 점검(<!date^1795141200^{date_short_pretty} {time}|2026-11-20 02:20 UTC>) 이후 7회.',
    );
  });

  it('never takes unknown for healthy', () => {
    expect(root({ run: ended({ verdict: 'unknown', findings: [], marks: [] }) }, 'ko'))
      .toMatchInlineSnapshot(`
        "[root] web-1: 판단 불가
        # ⚪ web-1: 판단 불가
        확인하지 못한 항목이 많아 판단할 수 없습니다. 정상이라는 뜻은 아닙니다.
        TIME_WAIT ? · accept 큐 ? · 파일 디스크립터 ? · 연결 ?
        ~ 요청: <@U1> · “connection refused since 02:20” · 소요 11.2초 · 10초 동안 측정
        ~ 점검 범위 18/21
        ~ 확인하지 못한 항목: root 아님: 다른 사용자의 디스크립터
        (다시 점검) run.recheck=r1"
      `);
  });

  it.each([
    ['en', { kind: 'os-user', name: 'alice' }, '~ asked by `alice` in a terminal · took'],
    ['ko', { kind: 'os-user', name: 'alice' }, '~ 요청: `alice`(터미널) · 소요'],
    [
      'en',
      { kind: 'os-user', name: 'alice', slack: { teamId: null, userId: 'U7' } },
      '~ asked by <@U7> in a terminal · took',
    ],
  ] as const)('names who asked in a terminal, %s %j', (locale, requester, line) => {
    expect(root({ request: { ...request, locale, requester, symptom: '' } }, locale)).toContain(line);
  });

  it('names the alert that asked, and nobody', () => {
    const requester = { kind: 'alert' as const, source: 'alertmanager', alertName: 'TcpListenOverflows' };
    expect(root({ run: null, request: { ...request, symptom: '', requester } })).toMatchInlineSnapshot(`
      "[root] web-1: queued
      # ⏳ web-1: queued
      In the queue; the check starts in a moment.
      TIME_WAIT … · accept queue … · descriptors … · connections …
      ~ alert \`TcpListenOverflows\` (alertmanager)"
    `);
  });

  it.each([
    ['en', 'slack-user'],
    ['ko', 'alert'],
  ] as const)('answers the words of the request by themselves: %s, %s', (locale, kind) => {
    const requester =
      kind === 'alert'
        ? ({ kind, source: 'alertmanager', alertName: 'TcpRefused' } as const)
        : request.requester;
    const words = 'connection refused <!channel>';
    const lines = [{ en: 'Refused here now: 0.', ko: '지금 거절하는 연결은 0개입니다.' }];
    const text = root(
      { request: { ...request, requester, symptom: words, locale }, answer: { words, lines } },
      locale,
    );
    expect(text.split('\n').slice(1, 7)).toMatchSnapshot();
    expect(text.split('connection refused'), 'told once').toHaveLength(2);
    expect(text).not.toContain('<!channel>');
  });

  it('says that it was lost, and what to do', () => {
    expect(asText(lostMessage({ host: 'web-1', locale: 'en' }))).toMatchInlineSnapshot(`
      "[root] web-1: lost
      # ⛔ web-1: lost
      The queue was emptied, so this check has no result. Ask again: \`/tcpcheck web-1\`"
    `);
    expect(asText(lostMessage({ host: 'web-1', locale: 'ko' }))).toMatchInlineSnapshot(`
      "[root] web-1: 요청 유실
      # ⛔ web-1: 요청 유실
      큐가 비워져 이 점검의 결과가 없습니다. 다시 요청하세요: \`/tcpcheck web-1\`"
    `);
  });

  it('counts the findings that have no message of their own', () => {
    const findings = Array.from({ length: 14 }, (_, port) => ({
      ...acceptQueue,
      subject: `0.0.0.0:${port}`,
    }));
    const messages = threadOf(view({ run: ended({ findings }), changes: [] }));
    expect(messages.filter(({ key }) => key.startsWith('finding:'))).toHaveLength(10);
    expect(root({ run: ended({ findings }), changes: [] })).toContain('… and 4 more; `tcpcheck check web-1`');
  });
});

describe('the reply that notifies', () => {
  it('says host, verdict, cause and the number in one line', () => {
    expect(end({})).toMatchInlineSnapshot(`
      "[end] web-1 critical: Accept queue overflow (somaxconn), 33.2 connections per second are dropped
      <@U1> 🔴 *web-1 critical: Accept queue overflow (somaxconn), 33.2 connections per second are dropped*
      Findings in this thread: 2
      Waiting for approval in this thread: net.core.somaxconn: 128 → 4096"
    `);
    expect(end({}, 'ko')).toMatchInlineSnapshot(`
      "[end] web-1 심각: accept 큐 넘침 (somaxconn), 초당 33.2개의 연결이 버려짐
      <@U1> 🔴 *web-1 심각: accept 큐 넘침 (somaxconn), 초당 33.2개의 연결이 버려짐*
      이 스레드의 진단 결과: 2건
      이 스레드에서 승인을 기다리는 변경: net.core.somaxconn: 128 → 4096"
    `);
  });

  it('takes the worst finding, and the cause before its consequence', () => {
    const warning = { ...acceptQueue, severity: 'warning' as const, title: { en: 'Lesser', ko: '덜함' } };
    const consequence = { ...acceptQueue, explainedBy: 'x', title: { en: 'Follows', ko: '따름' } };
    expect(end({ run: ended({ findings: [warning, consequence, acceptQueue] }) })).toContain(
      'web-1 critical: Accept queue overflow',
    );
  });

  it('keeps cause and number when the title is long', () => {
    const finding = { ...acceptQueue, title: { en: 'A very long title '.repeat(10), ko: '' } };
    const [line = ''] = end({ run: ended({ findings: [finding] }) }).split('\n');
    expect(line).toMatchInlineSnapshot(
      `"[end] web-1 critical: A very long title A very long title A very long title A very long title A ver… (somaxconn), drops 33.2/s"`,
    );
    expect(line.length).toBeLessThanOrEqual('[end] '.length + 120);
  });

  it('says what the number is of, and where, when a sentence does not fit', () => {
    const title = { en: 'Local ports run out, most of them in TIME_WAIT', ko: '로컬 포트 고갈' };
    const text = { en: 'All of the local ports towards this destination are taken (200 of 200)', ko: '' };
    const evidence = [{ fact: 'destination.used_ratio', value: 1, text, command: '' }];
    const findings = [{ ...acceptQueue, title, evidence, cause: 'time-wait', subject: '10.99.0.2:8080' }];
    expect(end({ run: ended({ findings }) }).split('\n')[0]).toBe(
      '[end] web-1 critical: Local ports run out, most of them in TIME_WAIT (time-wait), 10.99.0.2:8080: local ports in use 100%',
    );
  });

  it('names all changes that wait in one line', () => {
    const second = shown({ kind: 'proposed', approvals: [] }, [
      { key: 'net.ipv4.tcp_tw_reuse', from: '2', to: '1' },
    ]);
    const lines = end({ changes: [shown({ kind: 'proposed', approvals: [] }), second] }).split('\n');
    expect(lines.filter((line) => line.startsWith('Waiting for approval'))).toEqual([
      'Waiting for approval in this thread: net.core.somaxconn: 128 → 4096; net.ipv4.tcp_tw_reuse: 2 → 1',
    ]);
  });

  it.each([
    ['ok', ended({ verdict: 'ok', findings: [] })],
    ['quiet', ended({ verdict: 'ok', quiet: true, findings: [] })],
    ['unknown', ended({ verdict: 'unknown', findings: [] })],
    ['failed', failed],
  ])('says %s', (_, run) => {
    expect(end({ run, changes: [] })).toMatchSnapshot('en');
    expect(end({ run, changes: [] }, 'ko')).toMatchSnapshot('ko');
  });

  it('mentions users and user groups, and nothing else that was configured', () => {
    const mentions = ['U1', 'S22', 'here', '!channel', 'C1'];
    expect(end({ request: { ...request, mentions } })).toContain('<@U1> <!subteam^S22> 🔴');
    expect(end({ request: { ...request, mentions: [] } })).not.toContain('<');
  });
});
