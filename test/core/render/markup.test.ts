import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  code,
  fillMd,
  line,
  lockLine,
  md,
  mention,
  moment,
  person,
  prose,
} from '../../../src/core/render/markup.ts';
import { cleanLine, cleanText, fit } from '../../../src/core/render/plain.ts';
import { text } from '../../../src/core/render/texts/text.ts';
import { entitiesOf } from '../../support/block-kit.ts';
import { CORPUS } from './hostile.ts';

const ESC = String.fromCodePoint(0x1b);
const outside = fc.oneof(fc.constantFrom(...CORPUS), fc.string({ unit: 'binary', maxLength: 300 }));
const ENTITY_CUT = /&(?!amp;|lt;|gt;)/;

describe('text from outside', () => {
  it.each([
    ['<!channel> & co', '&lt;!channel&gt; &amp; co'],
    ['a `b` c', "a 'b' c"],
    [`${ESC}[1;31mred${ESC}[0m alert`, 'red alert'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['two\nlines\tand\u200B more', 'two lines and more'],
    ['&lt;', '&amp;lt;'],
  ])('%j becomes %j on a line', (raw, shown) => {
    expect(line(raw, 100).mrkdwn).toBe(shown);
  });

  it.each([
    ['net.core.somaxconn', '`net.core.somaxconn`'],
    ['``` <!here>', "`''' &lt;!here&gt;`"],
    ['', '`–`'],
    [' \n ', '`–`'],
  ])('%j becomes %j as code', (raw, shown) => {
    expect(code(raw, 100).mrkdwn).toBe(shown);
  });

  it.each([
    ['raise `listen()` first', 'raise `listen()` first'],
    ['one ` alone', "one ' alone"],
    ['```block```', "'''block'''"],
    ['a\n\nb', 'a\n\nb'],
  ])('%j becomes %j as prose', (raw, shown) => {
    expect(prose(raw, 100).mrkdwn).toBe(shown);
  });

  it('is never longer than asked, and no entity, character or code span is cut in two', () => {
    fc.assert(
      fc.property(outside, fc.integer({ min: 4, max: 400 }), (raw, max) => {
        for (const { mrkdwn } of [line(raw, max), prose(raw, max), code(raw, max)]) {
          expect(mrkdwn.length).toBeLessThanOrEqual(max);
          expect(mrkdwn).not.toMatch(ENTITY_CUT);
          expect(mrkdwn).not.toMatch(/\p{Cs}/u);
          expect(mrkdwn.split('`').length % 2).toBe(1);
          expect(entitiesOf(mrkdwn)).toEqual([]);
        }
        expect(lockLine(raw).length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 500 },
    );
  });

  it('is cut with an ellipsis', () => {
    expect(fit('abcdef', 4)).toBe('abc…');
    expect(fit('💥💥💥', 4)).toBe('💥…');
    expect(line('&&&&', 12).mrkdwn).toBe('&amp;&amp;…');
  });

  it('keeps the shape of code, without what is invisible', () => {
    expect(cleanText('\n\n  if (x) {\r\n\treturn;\u2028}\n\n')).toBe('  if (x) {\n  return;\n}');
    expect(cleanLine(' a  b ')).toBe('a b');
  });
});

describe('markup', () => {
  const greeting = text('Hello {who}, 1 < 2', '{who} 님 안녕하세요');

  it('escapes what is put in, and takes markup as it is', () => {
    expect(md`by ${mention('U1') ?? ''}: ${'<!here>'} ${3}`.mrkdwn).toBe('by <@U1>: &lt;!here&gt; 3');
    expect(fillMd('en', greeting, { who: '<@U1>' }).mrkdwn).toBe('Hello &lt;@U1&gt;, 1 &lt; 2');
    expect(fillMd('ko', greeting, { who: code('x', 9) }).mrkdwn).toBe('`x` 님 안녕하세요');
  });

  it('does not fill slots that came from outside', () => {
    expect(fillMd('en', greeting, { who: '{who}{host}' }).mrkdwn).toBe('Hello {who}{host}, 1 &lt; 2');
  });

  it('mentions ids only', () => {
    expect(mention('W1')?.mrkdwn).toBe('<@W1>');
    expect(mention('S1')?.mrkdwn).toBe('<!subteam^S1>');
    for (const id of ['here', '!channel', 'U1>', 'u1', '', 'C1', 'U1|x']) expect(mention(id)).toBeNull();
    expect(person({ kind: 'slack-user', teamId: 'T', userId: '<!here>' }).mrkdwn).toBe('`&lt;!here&gt;`');
    expect(person({ kind: 'os-user', name: 'alice' }).mrkdwn).toBe('`alice`');
  });

  it('tells a moment in the reader’s time zone, with UTC for who cannot', () => {
    expect(moment(Date.UTC(2026, 0, 2, 3, 4, 5), 'en').mrkdwn).toBe(
      '<!date^1767323045^{time} {date_short_pretty}|2026-01-02 03:04 UTC>',
    );
  });
});
