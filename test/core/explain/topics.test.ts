import { describe, expect, it } from 'vitest';
import { TOPICS } from '../../../src/core/explain/catalogue.ts';
import { findTopic } from '../../../src/core/explain/find-topic.ts';
import type { Topic } from '../../../src/core/explain/topic.ts';
import { LOCALES, type Localized } from '../../../src/core/domain/locale.ts';
import { columns } from '../../../src/core/render/table.ts';

const ids = new Set(TOPICS.map(({ id }) => id));
const cases = TOPICS.map((topic) => [topic.id, topic] as const);

const sentences = ({ title, parts, myths }: Topic): readonly Localized[] => [
  title,
  ...parts.flatMap((part) =>
    part.kind === 'text' ? [part.text] : part.kind === 'list' ? [...part.items] : [],
  ),
  ...myths.flatMap(({ said, truth }) => [said, truth]),
];
const boxes = ({ parts }: Topic): readonly string[] =>
  parts.flatMap((part) => {
    if (part.kind === 'diagram') return LOCALES.map((locale) => part.drawing[locale]);
    return part.kind === 'code' ? LOCALES.map((locale) => part.code[locale]) : [];
  });

describe.each(cases)('the topic %s', (id, topic) => {
  it('is found by each of its names, and no other topic has them', () => {
    const found = [id, ...topic.names].map((name) => {
      const explained = findTopic(name);
      return explained.kind === 'topic' ? explained.topic.id : explained.kind;
    });
    expect(new Set(found)).toEqual(new Set([id]));
  });

  it('leads on to topics that exist', () => {
    const named = sentences(topic).flatMap(({ en, ko }) =>
      [...`${en} ${ko}`.matchAll(/\(([a-z][a-z-]+(?:, [a-z][a-z-]+)*)\)/g)].flatMap(([, names = '']) =>
        names.split(', '),
      ),
    );
    // Brackets hold words of ss, nft and Java too.
    const others = new Set([
      'rtt',
      'notrack',
      'persist',
      'somaxconn',
      'orphan',
      'try-with-resources',
      'with',
      'defer',
    ]);
    expect([...topic.see, ...named].filter((name) => !ids.has(name) && !others.has(name))).toEqual([]);
    expect(topic.see).not.toContain(id);
  });

  it('says everything in both languages', () => {
    const texts = sentences(topic);
    for (const { en, ko } of texts) {
      expect([en.trim(), ko.trim()]).not.toContain('');
      expect(`${en}${ko}`).not.toMatch(/ {2}|\n/);
    }
    const bilingual = texts.filter(({ en }) => /[a-z]{3,} [a-z]{3,} [a-z]{3,}/.test(en));
    const korean = bilingual.filter(({ ko }) => /[가-힣]/.test(ko));
    // Only commands read the same in both.
    expect(bilingual.length - korean.length).toBe(0);
  });

  it('draws within 76 columns, and with Hangul at line ends only', () => {
    const lines = boxes(topic).flatMap((box) => box.split('\n'));
    expect(lines.filter((line) => columns(line) > 76)).toEqual([]);
    // A terminal gives Hangul two columns, Slack something between one and two: nothing may line up behind it.
    expect(lines.filter((line) => /[가-힣].*(?: {2}|[|>])/.test(line))).toEqual([]);
    // Box-drawing characters have two columns in many Korean terminals.
    expect(lines.filter((line) => /[\u2500-\u259F\u2190-\u21FF]/.test(line))).toEqual([]);
  });
});

/** What both source documents of this product teach wrongly or half, and where it is put right. */
const CORRECTED: readonly (readonly [topic: string, said: RegExp, truth: RegExp])[] = [
  ['close', /50,000/, /total says nothing/],
  ['close', /tcp_fin_timeout = 30/, /only limits FIN_WAIT_2/],
  ['ports', /connection refused/, /other side/],
  ['ports', /10000-65535/, /925/],
  ['tw-reuse', /most important/, /side that opens/],
  ['tw-reuse', /safe/, /advises against/],
  ['conntrack', /1048576/, /does nothing or does not exist/],
  ['tuning', /sysctl -p/, /\/etc\/sysctl\.conf only/],
  ['tuning', /sysctl KEY/, /running value/],
  ['queues', /SYN flood/, /honest burst/],
  ['queues', /refused/, /timeout/],
  ['queues', /70 % or 80 %/, /ListenOverflows/],
  ['queues', /tcp_max_syn_backlog/, /does not even look/],
  ['backlog', /Python is 5/, /socketserver/],
  ['keepalive', /780 s/, /four conditions/],
  ['half-open', /rescue/, /only new sockets/],
  ['recv-q', /awk/, /header/],
  ['recv-q', /tcp_rmem/, /reader that reads/],
  ['buffers', /6291456/, /32 MB/],
  ['buffers', /rmem_max/, /does not look/],
  ['commands', /grep TIME-WAIT/, /timewait/],
  ['commands', /0\.8/, /-H/],
  ['descriptors', /file-nr/, /allocated, unused/],
  ['descriptors', /file-max = 2097152/, /lowers/],
  ['descriptors', /nr_open/, /SSH logins/],
  ['descriptors', /raise fs\.file-max/, /limit of the process/],
  ['retransmissions', /netstat -s/, /since boot/],
  ['bbr', /switch to bbr/, /does not remove/],
  ['bbr', /default_qdisc/, /not since 4\.13/],
  ['errors', /raise somaxconn/, /timeouts/],
];

describe('what is often read and not so', () => {
  it.each(CORRECTED)('%s: %s', (id, said, truth) => {
    const topic = TOPICS.find((one) => one.id === id);
    const told = topic?.myths.filter((myth) => said.test(myth.said.en)) ?? [];
    expect(told.map((myth) => myth.truth.en)).toEqual([expect.stringMatching(truth)]);
  });
});

describe('the arithmetic of ports', () => {
  const drawing = TOPICS.filter(({ id }) => id === 'ports')
    .flatMap(boxes)
    .join('\n');

  it('is right', () => {
    for (const [low, high] of [
      [32_768, 60_999],
      [10_000, 65_535],
    ] as const) {
      const count = high - low + 1;
      const shown = `${count.toLocaleString('en-US')} / 60 = ${Math.floor(count / 60)} per second`;
      expect(drawing).toContain(shown);
    }
  });
});
