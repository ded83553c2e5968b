import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, table } from '../../../src/core/render/table.ts';
import { renderTerminal } from '../../../src/core/render/terminal.ts';
import { wrap } from '../../../src/core/render/wrap.ts';
import { diagnosis } from './examples.ts';
import { diagnoses } from './hostile.ts';

const plain = { colour: false, width: 80 };

describe('a diagnosis at the terminal', () => {
  it('in English', () => {
    expect(renderTerminal(diagnosis, 'en', plain)).toMatchInlineSnapshot(`
      "CRITICAL  web-1
        TIME_WAIT ✓ · accept queue ✗ · descriptors ✓ · connections ?

      1. CRITICAL  Accept queue overflow  0.0.0.0:8080
         The kernel finishes the handshake, but the accept queue of 0.0.0.0:8080 is
         full, so new connections are dropped. The queue is as long as
         \`net.core.somaxconn\` allows, and the application asked for more.
         Cause: somaxconn
         Evidence (measured over 10 s)
           • 33.2 connections per second are dropped
             $ nstat -az TcpExtListenOverflows
           • 129 connections wait in a queue of 128
             $ ss -Hltn 'sport = :8080'
         Fix it in the application
           • Find out why accept() falls behind: a blocked event loop or an exhausted
             worker pool.
             Example for Node.js; for Go see the playbook accept-queue-overflow.
               server.listen({ port: 8080, backlog: 4096 });
         Kernel setting, as a stopgap
           • net.core.somaxconn: 128 → 4096
             Risk low · takes effect when the application calls listen() again,
             usually a restart · offered in Slack with approval and roll back
             The application asks for 4096 and gets 128.
         Do not change
           • net.ipv4.tcp_abort_on_overflow: It turns a short burst into errors for
             clients that would have got through.

      2. WARNING  Descriptors of nginx nearly used up
         nginx holds 980 of 1,024 descriptors.
         A consequence of “Accept queue overflow”: fix that first, then look again.
           Could not be read: listener.process_cpu_ratio

      Coverage 18 of 21 · measured over 10 s
      Not seen: no root: descriptors of other users
      Could not be judged: Port exhaustion
      Ruled out: TIME_WAIT table full
      "
    `);
  });

  it('tells when the last look was', () => {
    const note = {
      en: '7 since the last look ({at}).',
      ko: '마지막 점검({at}) 이후 7회.',
      atMs: Date.UTC(2026, 10, 20, 2, 20),
    };
    expect(renderTerminal({ ...diagnosis, notes: [note] }, 'en', plain)).toContain(
      '  • 7 since the last look (2026-11-20 02:20 UTC).',
    );
  });

  it('answers the words that were given, below the verdict', () => {
    const answer = {
      words: `connection refused \u001B[31m${'!'.repeat(90)}`,
      lines: [{ en: 'Refused here now: 0.', ko: '지금 거절하는 연결은 0개입니다.' }],
    };
    const shown = (locale: 'en' | 'ko'): string =>
      renderTerminal(diagnosis, locale, plain, answer).split('\n').slice(3, 7).join('\n');
    expect(shown('en')).toMatchInlineSnapshot(`
      "  You said “connection refused
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        !!…”:
          • Refused here now: 0."
    `);
    expect(shown('ko')).toMatchInlineSnapshot(`
      "  “connection refused
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
        !!…”라고 하셨습니다.
          • 지금 거절하는 연결은 0개입니다."
    `);
  });

  it('in Korean', () => {
    expect(renderTerminal(diagnosis, 'ko', plain)).toMatchInlineSnapshot(`
      "심각  web-1
        TIME_WAIT ✓ · accept 큐 ✗ · 파일 디스크립터 ✓ · 연결 ?

      1. 심각  accept 큐 넘침  0.0.0.0:8080
         커널은 핸드셰이크를 마쳤지만 0.0.0.0:8080의 accept 큐가 가득 차 새 연결이
         버려집니다. 애플리케이션은 더 긴 큐를 요청했지만 \`net.core.somaxconn\`이
         길이를 제한하고 있습니다.
         원인: somaxconn
         근거(10초 동안 측정)
           • 초당 33.2개의 연결이 버려짐
             $ nstat -az TcpExtListenOverflows
           • 길이 128인 큐에 129개의 연결이 대기 중
             $ ss -Hltn 'sport = :8080'
         애플리케이션에서 해결
           • accept()가 밀리는 원인(멈춘 이벤트 루프, 고갈된 워커 풀)을 먼저 찾으세요.
             Node.js 예제 (Go: 플레이북 accept-queue-overflow 참고)
               server.listen({ port: 8080, backlog: 4096 });
         임시방편: 커널 설정
           • net.core.somaxconn: 128 → 4096
             위험도 낮음 · 애플리케이션이 listen()을 다시 호출해야(보통 재시작) 적용 ·
             Slack에서 승인 후 적용하고 되돌릴 수 있음
             애플리케이션은 4096을 요청하지만 128만 받고 있습니다.
         바꾸지 마세요
           • net.ipv4.tcp_abort_on_overflow: 잠깐의 폭주에도, 재시도로 접속됐을
             클라이언트까지 오류를 받게 됩니다.

      2. 경고  nginx의 파일 디스크립터가 거의 소진됨
         nginx가 디스크립터 1,024개 중 980개를 사용 중입니다.
         “accept 큐 넘침”의 결과로 나타난 현상입니다. 그 문제를 먼저 해결한 뒤 다시
         확인하세요.
           읽지 못한 값: listener.process_cpu_ratio

      점검 범위 18/21 · 10초 동안 측정
      확인하지 못한 항목: root 아님: 다른 사용자의 디스크립터
      판단하지 못한 항목: 임시 포트 고갈
      해당 없음: TIME_WAIT 테이블 가득 참
      "
    `);
  });

  it('says what to do when the host could not be looked at', () => {
    const error = {
      code: 'SSH_REFUSED',
      message: 'web-1 (10.0.0.5:22) refused the connection',
      hint: 'Check sshd.',
    };
    const failed = { ...diagnosis, verdict: 'unknown' as const, error, findings: [] };
    expect(renderTerminal(failed, 'en', plain)).toMatchInlineSnapshot(`
      "UNKNOWN  web-1
        SSH_REFUSED: web-1 (10.0.0.5:22) refused the connection
        What to do: Check sshd.
      "
    `);
    expect(renderTerminal(failed, 'ko', plain)).toMatchInlineSnapshot(`
      "판단 불가  web-1
        SSH_REFUSED: web-1 (10.0.0.5:22) refused the connection
        조치: Check sshd.
      "
    `);
  });

  it('is short when all is well', () => {
    const well = {
      ...diagnosis,
      verdict: 'ok' as const,
      findings: [],
      coverage: { seen: 21, of: 21, why: [] },
    };
    expect(renderTerminal(well, 'en', plain)).toMatchInlineSnapshot(`
      "OK  web-1
        TIME_WAIT ✓ · accept queue ✗ · descriptors ✓ · connections ?
        Nothing at warning level or above was found.

      Coverage 21 of 21 · measured over 10 s
      "
    `);
  });

  it('paints the verdict on terminals with colours, and only there', () => {
    const esc = String.fromCodePoint(0x1b);
    expect(renderTerminal(diagnosis, 'en', { colour: true, width: 80 })).toContain(
      `${esc}[1;31mCRITICAL${esc}[0m`,
    );
    expect(renderTerminal(diagnosis, 'en', plain)).not.toContain(esc);
  });

  it('lets no host steer the terminal, and keeps to its width but for what is meant to be copied', () => {
    fc.assert(
      fc.property(diagnoses, fc.constantFrom('en' as const, 'ko' as const), (hostile, locale) => {
        const findings = hostile.findings.map((finding) => ({
          ...finding,
          fixes: [],
          subject: null,
          title: { en: 't', ko: 't' },
        }));
        for (const row of renderTerminal({ ...hostile, findings }, locale, plain).split('\n')) {
          expect(row).not.toMatch(/[\p{Cc}\p{Cs}\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u);
          const copied = row.trimStart().startsWith('$ ');
          expect(copied ? 0 : columns(row)).toBeLessThanOrEqual(80);
        }
        expect(renderTerminal(hostile, locale, plain)).not.toContain(String.fromCodePoint(0x1b));
      }),
      { numRuns: 40 },
    );
  });
});

describe('fixed-width text', () => {
  it('counts Korean and pictures as two columns', () => {
    expect([columns('abc'), columns('큐 a'), columns('🔴'), columns('é')]).toEqual([3, 4, 2, 1]);
  });

  it('aligns columns', () => {
    expect(
      table([
        ['측정값', 'before'],
        ['queue', '129'],
      ]),
    ).toBe('측정값  before\nqueue      129');
  });

  it('breaks at blanks, and inside only what is too long', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghijkl mn', 8)).toEqual(['abcdefgh', 'ijkl mn']);
    expect(wrap('a\nb', 8)).toEqual(['a', 'b']);
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 8, max: 60 }),
        (text, width) => {
          const rows = wrap(text, width);
          for (const row of rows) expect(columns(row)).toBeLessThanOrEqual(width);
          expect(rows.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        },
      ),
    );
  });
});
