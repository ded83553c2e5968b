import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionThread } from '../../../src/core/render/question-thread.ts';
import { problemsOf } from '../../support/block-kit.ts';
import { asText } from './as-text.ts';
import { diagnoses } from './hostile.ts';
import { dark, ended, healthy, questionView, waiting } from './question-examples.ts';

const root = (...parts: Parameters<typeof questionView>): string => {
  const [first] = questionThread(questionView(...parts));
  return first === undefined ? '' : asText(first);
};

describe('the message about all hosts of a group', () => {
  it('counts while they come in, as the inventory has them', () => {
    expect(root()).toMatchInlineSnapshot(`
      "[root] web: checking 4 hosts, 3 done
      # 🔍 web: checking 4 hosts, 3 done
      🟢 <https://demo.slack.com/archives/C1/p1000200|web-1>: ok
      🔴 <https://demo.slack.com/archives/C1/p1000200|web-2>: *Accept queue overflow* \`0.0.0.0:8080\` (somaxconn), 33.2 connections per second are dropped +1 more
      ⛔ <https://demo.slack.com/archives/C1/p1000200|web-3>: could not be checked: \`SSH_TIMEOUT\`
      ⏳ web-4: queued
      ~ asked by <@U1> · “connection refused since 02:20”"
    `);
  });

  it('has the worst first once all are done, each with the way to its thread', () => {
    const hosts = [ended('web-1', healthy), ended('web-2'), ended('web-3', dark)];
    expect(root({ hosts })).toMatchInlineSnapshot(`
      "[root] web: 1 critical, 1 could not be checked, 1 ok
      # 🔴 web: 1 critical, 1 could not be checked, 1 ok
      🔴 <https://demo.slack.com/archives/C1/p1000200|web-2>: *Accept queue overflow* \`0.0.0.0:8080\` (somaxconn), 33.2 connections per second are dropped +1 more
      ⛔ <https://demo.slack.com/archives/C1/p1000200|web-3>: could not be checked: \`SSH_TIMEOUT\`
      🟢 <https://demo.slack.com/archives/C1/p1000200|web-1>: ok
      ~ asked by <@U1> · “connection refused since 02:20”
      ~ Each host has a thread of its own in this channel, with evidence and fixes."
    `);
    expect(root({ hosts }, 'ko')).toMatchInlineSnapshot(`
      "[root] web: 심각 1대, 점검 실패 1대, 정상 1대
      # 🔴 web: 심각 1대, 점검 실패 1대, 정상 1대
      🔴 <https://demo.slack.com/archives/C1/p1000200|web-2>: *accept 큐 넘침* \`0.0.0.0:8080\` (somaxconn), 초당 33.2개의 연결이 버려짐 외 1건
      ⛔ <https://demo.slack.com/archives/C1/p1000200|web-3>: 점검하지 못함: \`SSH_TIMEOUT\`
      🟢 <https://demo.slack.com/archives/C1/p1000200|web-1>: 정상
      ~ 요청: <@U1> · “connection refused since 02:20”
      ~ 호스트마다 이 채널에 별도 스레드가 있으며, 근거와 조치 방법이 있습니다."
    `);
  });

  it('does not wait for ever, and says who is not in it', () => {
    const hosts = [ended('web-1', healthy), waiting('web-4')];
    expect(root({ hosts, overdue: true })).toMatchInlineSnapshot(`
      "[root] web: 1 not done, 1 ok
      # ⏳ web: 1 not done, 1 ok
      ⏳ web-4: queued, not done yet, so it is in no change for several hosts
      🟢 <https://demo.slack.com/archives/C1/p1000200|web-1>: ok
      ~ asked by <@U1> · “connection refused since 02:20”"
    `);
  });

  it('holds twenty hosts of any text, none of which is cut off', () => {
    fc.assert(
      fc.property(fc.array(diagnoses, { minLength: 20, maxLength: 20 }), fc.boolean(), (all, overdue) => {
        const hosts = all.map((one, index) => ended(`host-${index}`, { ...one, host: `host-${index}` }));
        const messages = questionThread(questionView({ hosts, overdue }));
        expect(messages.flatMap(problemsOf)).toEqual([]);
        const [first] = messages;
        const shown = JSON.stringify(first?.blocks);
        for (const { host } of hosts) expect(shown).toContain(`|${host}>`);
      }),
      { numRuns: 2 },
    );
  });
});
