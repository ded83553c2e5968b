import { describe, expect, it } from 'vitest';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import { TOPICS } from '../../../src/core/explain/catalogue.ts';
import { findTopic } from '../../../src/core/explain/find-topic.ts';
import { explainInSlack } from '../../../src/core/render/explain-slack.ts';
import { renderExplanation } from '../../../src/core/render/explain-terminal.ts';
import { columns } from '../../../src/core/render/table.ts';
import { assert } from '../../../src/core/domain/errors.ts';
import { problemsOf } from '../../support/block-kit.ts';

const PLAIN = { colour: false, width: 80 };
const everything = TOPICS.flatMap((topic) => LOCALES.map((locale) => [topic.id, locale, topic] as const));

describe('an explanation at a terminal', () => {
  it.each(everything)('%s (%s) fits 80 columns and a screen and a half', (_, locale, topic) => {
    const lines = renderExplanation({ kind: 'topic', topic }, locale, PLAIN).split('\n');
    expect(lines.filter((line) => columns(line) > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(70);
    expect(lines.join('')).not.toContain('\u001B');
  });

  it('is exactly this for tcp_tw_recycle', () => {
    const explained = findTopic('tcp_tw_recycle');
    assert(explained.kind !== 'unknown', 'it is a topic');
    expect(renderExplanation(explained, 'en', PLAIN)).toBe(`tcp_tw_recycle: never

  It dropped SYNs whose timestamp was older than the last one seen from the same
  address. Behind a NAT many machines share an address and each has a clock of
  its own, so some of them could not connect, now and then, without any error on
  the server.

  Removed in Linux 4.12; the key is absent since. On older kernels (RHEL 7) it
  must be 0, which is the default. PAWSPassive in netstat counts its victims.

    cat /proc/sys/net/ipv4/tcp_tw_recycle  # "No such file" is good

  Often read, but not so:
  • “reuse and recycle belong together”: tcp_tw_reuse concerns connections this
    host opens, recycle those it accepts; only the first is of use.

  More: tcpcheck explain tw-reuse | close
`);
  });

  it('is the catalogue’s line for a setting that no topic is about', () => {
    const explained = findTopic('tcp_orphan_retries');
    assert(explained.kind === 'setting', 'no topic is about it');
    const text = renderExplanation(explained, 'ko', PLAIN);
    expect(text).toContain('net.ipv4.tcp_orphan_retries: 즉시 적용. 변경 위험: 중간.\n');
    expect(text).toContain('출처: ');
  });
});

describe('an explanation in Slack', () => {
  it.each(everything)('%s (%s) is a message that Slack takes', (_, locale, topic) => {
    const { blocks } = explainInSlack({ kind: 'topic', topic }, locale);
    expect(problemsOf({ text: 'x', blocks })).toEqual([]);
    expect(blocks.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(blocks)).not.toContain('…"');
  });

  it('carries the drawing in a box of its own', () => {
    const explained = findTopic('half-open');
    assert(explained.kind === 'topic', 'it is a topic');
    const { blocks } = explainInSlack(explained, 'ko');
    expect(JSON.stringify(blocks[1])).toContain('rich_text_preformatted');
    expect(JSON.stringify(blocks)).toContain('`/tcpcheck explain keepalive`');
  });
});
