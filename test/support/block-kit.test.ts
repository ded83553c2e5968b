import { describe, expect, it } from 'vitest';
import { entitiesOf, problemsOf } from './block-kit.ts';

const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (extra: object) => ({
  type: 'actions',
  elements: [{ type: 'button', text: plain('x'), action_id: 'a', ...extra }],
});

describe('the limits checker', () => {
  it('takes a message that is in order', () => {
    expect(
      problemsOf({ text: 'x', blocks: [section('a'), { type: 'divider' }, button({ value: 'v' })] }),
    ).toEqual([]);
  });

  it.each([
    ['no text', { text: '', blocks: [section('a')] }],
    ['no block', { text: 'x', blocks: [] }],
    ['51 blocks', { text: 'x', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }],
    ['an empty section', { text: 'x', blocks: [section('')] }],
    ['a long section', { text: 'x', blocks: [section('a'.repeat(3001))] }],
    ['a long header', { text: 'x', blocks: [{ type: 'header', text: plain('a'.repeat(151)) }] }],
    ['a header in mrkdwn', { text: 'x', blocks: [{ type: 'header', text: mrkdwn('a') }] }],
    ['a message too long', { text: 'x', blocks: Array.from({ length: 5 }, () => section('a'.repeat(2500))) }],
    [
      '11 context elements',
      { text: 'x', blocks: [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('a')) }] },
    ],
    ['a long label', { text: 'x', blocks: [button({ text: plain('a'.repeat(76)) })] }],
    ['a long value', { text: 'x', blocks: [button({ value: 'a'.repeat(2001) })] }],
    ['a wrong style', { text: 'x', blocks: [button({ style: 'secondary' })] }],
    ['no action id', { text: 'x', blocks: [button({ action_id: '' })] }],
    [
      'a long question',
      {
        text: 'x',
        blocks: [
          button({
            confirm: {
              title: plain('a'),
              text: plain('a'.repeat(301)),
              confirm: plain('y'),
              deny: plain('n'),
            },
          }),
        ],
      },
    ],
    ['an unknown block', { text: 'x', blocks: [{ type: 'alert', text: plain('a') }] }],
    ['an unknown field', { text: 'x', blocks: [{ ...section('a'), colour: 'red' }] }],
    [
      'a block id twice',
      {
        text: 'x',
        blocks: [
          { ...section('a'), block_id: 'b' },
          { ...section('a'), block_id: 'b' },
        ],
      },
    ],
    [
      'empty rich text',
      {
        text: 'x',
        blocks: [
          {
            type: 'rich_text',
            elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '' }] }],
          },
        ],
      },
    ],
  ])('refuses %s', (_, message) => {
    expect(problemsOf(message)).not.toEqual([]);
  });

  it('finds mentions and links', () => {
    expect(entitiesOf('a <@U1> &lt;!channel&gt; <http://x|y>')).toEqual(['@U1', 'http://x|y']);
  });
});
