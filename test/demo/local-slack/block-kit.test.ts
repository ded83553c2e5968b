import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_WEIGHT, MESSAGE_WEIGHT } from '../../../src/demo/local-slack/block-kit/limits.ts';
import { refuseBlocks, refuseView } from '../../../src/demo/local-slack/block-kit/payload.ts';
import {
  actions,
  button,
  cell,
  confirm,
  input,
  mrkdwn,
  option,
  plain,
  rich,
  richSection,
  section,
  table,
  times,
  type Json,
} from './blocks.ts';

const long = (length: number): string => 'x'.repeat(length);
const select = (more: Json = {}): Json => ({
  type: 'static_select',
  action_id: 's',
  options: [option()],
  ...more,
});
const chart = (more: Json = {}): Json => ({
  type: 'data_visualization',
  title: 'Load',
  chart: {
    type: 'line',
    series: [{ name: 'now', data: [{ label: 'a', value: 1 }] }],
    axis_config: { categories: ['a'] },
  },
  ...more,
});
const task = (more: Json = {}): Json => ({
  type: 'task_card',
  task_id: 't',
  title: 'Look',
  status: 'pending',
  ...more,
});

describe('blocks Slack takes in a message', () => {
  it.each<[string, readonly Json[]]>([
    ['a section at its limit', [section(long(3000))]],
    ['fields without a text', [{ type: 'section', fields: times(10, () => mrkdwn(long(1000))) }]],
    [
      'a section with a button',
      [{ ...section('x'), accessory: button({ style: 'danger', confirm: confirm() }) }],
    ],
    ['a header at its limit', [{ type: 'header', text: plain(long(150)) }]],
    ['a context', [{ type: 'context', elements: [mrkdwn('a'), plain('b')] }]],
    ['a divider', [{ type: 'divider', block_id: 'd' }]],
    ['25 buttons', [actions(...times(25, (index) => button({ action_id: `a${String(index)}` })))]],
    ['the same action in two blocks', [actions(button()), actions(button())]],
    ['menus', [actions(select(), { type: 'overflow', action_id: 'o', options: [option()] })]],
    [
      'rich text',
      [
        rich(richSection('a'), {
          type: 'rich_text_preformatted',
          elements: [{ type: 'text', text: 'ss -ltn' }],
        }),
      ],
    ],
    [
      'a list and a quote',
      [
        rich(
          { type: 'rich_text_list', style: 'bullet', elements: [richSection('a')] },
          { type: 'rich_text_quote', elements: [{ type: 'user', user_id: 'U1' }] },
        ),
      ],
    ],
    ['markdown at its limit', [{ type: 'markdown', text: long(12_000) }]],
    ['an image', [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }]],
    [
      'a table',
      [
        table([[cell('a'), rich(richSection('b'))], [{ type: 'raw_number', value: 1, text: '1' }]], {
          column_settings: [{ align: 'right', is_wrapped: true }],
        }),
      ],
    ],
    ['a data table', [{ type: 'data_table', caption: 'c', rows: [[cell('h')], [cell('v')]] }]],
    ['two charts', [chart(), chart()]],
    [
      'a plan with tasks',
      [{ type: 'plan', title: 'p', tasks: [task({ output: rich(richSection('done')) })] }],
    ],
    ['a card', [{ type: 'card', title: mrkdwn('t'), actions: [button()] }]],
    ['a carousel', [{ type: 'carousel', elements: [{ type: 'card', body: mrkdwn('b') }] }]],
    ['a container', [{ type: 'container', title: plain('t'), child_blocks: [section('x')] }]],
    [
      'feedback',
      [
        {
          type: 'context_actions',
          elements: [{ type: 'icon_button', action_id: 'i', icon: 'trash', text: plain('x') }],
        },
      ],
    ],
    ['fifty blocks', times(50, () => ({ type: 'divider' }))],
  ])('%s', (_, blocks) => {
    expect(refuseBlocks(blocks)).toBeNull();
  });
});

describe('blocks Slack refuses in a message', () => {
  it.each<[string, readonly unknown[], string]>([
    [
      '51 blocks',
      times(51, () => ({ type: 'divider' })),
      'no more than 50 items allowed [json-pointer:/blocks]',
    ],
    ['an unknown block', [{ type: 'sektion' }], 'unsupported type: sektion [json-pointer:/blocks/0/type]'],
    ['no type', [{}], 'missing required field: type [json-pointer:/blocks/0]'],
    ['no object', ['x'], 'must provide an object [json-pointer:/blocks/0]'],
    [
      'an unknown field',
      [{ type: 'divider', colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a section too long',
      [section(long(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty section', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'a section of nothing',
      [{ type: 'section' }],
      'must define either `text` or `fields` [json-pointer:/blocks/0]',
    ],
    [
      'a bare string for a text',
      [{ type: 'section', text: 'x' }],
      'must provide an object [json-pointer:/blocks/0/text]',
    ],
    [
      'eleven fields',
      [{ type: 'section', fields: times(11, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'a field too long',
      [{ type: 'section', fields: [mrkdwn(long(2001))] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    [
      'emoji in mrkdwn',
      [{ type: 'section', text: { ...mrkdwn('x'), emoji: true } }],
      'invalid additional property: emoji [json-pointer:/blocks/0/text]',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: mrkdwn('x') }],
      'must be a valid enum value [plain_text] [json-pointer:/blocks/0/text/type]',
    ],
    [
      'a header too long',
      [{ type: 'header', text: plain(long(151)) }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'eleven context elements',
      [{ type: 'context', elements: times(11, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a button in a context',
      [{ type: 'context', elements: [button()] }],
      'unsupported type: button [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      '26 buttons',
      [actions(...times(26, (index) => button({ action_id: `a${String(index)}` })))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    ['no button', [actions()], 'no less than 1 items allowed [json-pointer:/blocks/0/elements]'],
    [
      'the same action twice',
      [actions(button(), button())],
      'action_id a already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      'the same block id twice',
      [
        { type: 'divider', block_id: 'd' },
        { type: 'divider', block_id: 'd' },
      ],
      'block_id d already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      'a block id too long',
      [{ type: 'divider', block_id: long(256) }],
      'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
    ],
    [
      'an action id too long',
      [actions(button({ action_id: long(256) }))],
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
    [
      'a button text too long',
      [actions(button({ text: plain(long(76)) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a button value too long',
      [actions(button({ value: long(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a button style',
      [actions(button({ style: 'default' }))],
      'must be a valid enum value [primary, danger] [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a disabled button',
      [actions(button({ disabled: true }))],
      'invalid additional property: disabled [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'a confirm title too long',
      [actions(button({ confirm: confirm({ title: plain(long(101)) }) }))],
      'must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
    ],
    [
      'a confirm text too long',
      [actions(button({ confirm: confirm({ text: mrkdwn(long(301)) }) }))],
      'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
    ],
    [
      'a confirm button too long',
      [actions(button({ confirm: confirm({ deny: plain(long(31)) }) }))],
      'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]',
    ],
    [
      'an option too long',
      [actions(select({ options: [option({ text: plain(long(76)) })] }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
    ],
    [
      'an option value too long',
      [actions(select({ options: [option({ value: long(76) })] }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/value]',
    ],
    [
      'an option in mrkdwn',
      [actions(select({ options: [option({ text: mrkdwn('x') })] }))],
      'must be a valid enum value [plain_text] [json-pointer:/blocks/0/elements/0/options/0/text/type]',
    ],
    [
      '101 options',
      [actions(select({ options: times(101, (index) => option({ value: String(index) })) }))],
      'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'a menu without options',
      [actions({ type: 'static_select', action_id: 's' })],
      'must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'an initial option not on offer',
      [actions(select({ initial_option: option({ value: 'two' }) }))],
      'initial option must exactly match one of the options [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'six overflow options',
      [
        actions({
          type: 'overflow',
          action_id: 'o',
          options: times(6, (index) => option({ value: String(index) })),
        }),
      ],
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'a placeholder too long',
      [actions(select({ placeholder: plain(long(151)) }))],
      'must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]',
    ],
    ['an input', [input()], 'unsupported type: input [json-pointer:/blocks/0/type]'],
    [
      'an alert',
      [{ type: 'alert', text: plain('x') }],
      'unsupported type: alert [json-pointer:/blocks/0/type]',
    ],
    [
      'a file',
      [{ type: 'file', external_id: 'x', source: 'remote' }],
      'unsupported type: file [json-pointer:/blocks/0/type]',
    ],
    [
      'an empty rich text',
      [rich(richSection(''))],
      'must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]',
    ],
    [
      'mrkdwn in rich text',
      [rich({ type: 'rich_text_section', elements: [mrkdwn('x')] })],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/elements/0/type]',
    ],
    [
      'a mention in preformatted text',
      [rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
      'unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]',
    ],
    [
      'an unknown style',
      [rich({ type: 'rich_text_section', elements: [{ type: 'text', text: 'x', style: { loud: true } }] })],
      'invalid additional property: loud [json-pointer:/blocks/0/elements/0/elements/0/style]',
    ],
    [
      'markdown too long',
      [{ type: 'markdown', text: long(12_001) }],
      'must be less than 12001 characters [json-pointer:/blocks/0/text]',
    ],
    [
      'markdown too long together',
      times(2, () => ({ type: 'markdown', text: long(6_001) })),
      'markdown blocks must be less than 12001 characters together [json-pointer:/blocks]',
    ],
    [
      'an empty table cell',
      [table([[cell('')]])],
      'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
    ],
    [
      '101 table rows',
      [table(times(101, () => [cell('x')]))],
      'no more than 100 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      '21 columns',
      [table([times(21, () => cell('x'))])],
      'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]',
    ],
    [
      'two tables',
      [table([[cell('x')]]), table([[cell('x')]])],
      'only_one_table_allowed [json-pointer:/blocks]',
    ],
    [
      'a table too long',
      [table([times(4, () => cell(long(2_501)))])],
      'no more than 10000 characters allowed over all cells [json-pointer:/blocks/0]',
    ],
    [
      'a data table without caption',
      [{ type: 'data_table', rows: [[cell('h')], [cell('v')]] }],
      'missing required field: caption [json-pointer:/blocks/0]',
    ],
    [
      'uneven rows',
      [{ type: 'data_table', caption: 'c', rows: [[cell('h')], [cell('v'), cell('w')]] }],
      'all rows must have the same number of cells [json-pointer:/blocks/0]',
    ],
    [
      'three charts',
      [chart(), chart(), chart()],
      'no more than 2 data_visualization blocks allowed [json-pointer:/blocks]',
    ],
    [
      'a task of unknown state',
      [task({ status: 'running' })],
      'must be a valid enum value [pending, in_progress, complete, error] [json-pointer:/blocks/0/status]',
    ],
    [
      'an image without alternative text',
      [{ type: 'image', image_url: 'https://example.com/a.png' }],
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ],
    [
      'an image from nowhere',
      [{ type: 'image', alt_text: 'a' }],
      'must define either `image_url` or `slack_file` [json-pointer:/blocks/0]',
    ],
    [
      'an empty card',
      [{ type: 'card', subtitle: mrkdwn('s') }],
      'must define one of `hero_image`, `title`, `actions`, `body` [json-pointer:/blocks/0]',
    ],
  ])('%s', (_, blocks, message) => {
    expect(refuseBlocks(blocks)).toEqual({ error: 'invalid_blocks', messages: [`[ERROR] ${message}`] });
  });

  it('blocks that are too long together', () => {
    const fits = MESSAGE_WEIGHT - 4 * BLOCK_WEIGHT - 3 * 3000;
    const three = times(3, () => section(long(3000)));
    expect(refuseBlocks([...three, { type: 'markdown', text: long(fits) }])).toBeNull();
    expect(refuseBlocks([...three, { type: 'markdown', text: long(fits + 1) }])).toEqual({
      error: 'msg_blocks_too_long',
      messages: [],
    });
  });

  it('tells a pointer for names with slashes', () => {
    expect(refuseBlocks([{ type: 'divider', 'a/b~c': 1 }])?.messages).toEqual([
      '[ERROR] invalid additional property: a/b~c [json-pointer:/blocks/0]',
    ]);
  });

  it('looks at anything without falling over', () => {
    const spoilt = fc.record({
      type: fc.constantFrom('section', 'actions', 'table', 'rich_text', 'context', 'data_visualization', 'x'),
      text: fc.anything(),
      elements: fc.anything(),
      rows: fc.anything(),
      chart: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.oneof(spoilt, fc.anything()))), (blocks) => {
        const refusal = refuseBlocks(blocks);
        expect(refusal === null || refusal.error === 'invalid_blocks').toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

const modal = (more: Json = {}): Json => ({ type: 'modal', title: plain('T'), blocks: [], ...more });

describe('views', () => {
  it.each<[string, Json, 'modal' | 'home']>([
    [
      'a modal with inputs',
      modal({ submit: plain('Send'), blocks: [input(), input({ optional: true })] }),
      'modal',
    ],
    ['an alert', modal({ blocks: [{ type: 'alert', text: plain('x'), level: 'warning' }] }), 'modal'],
    ['100 blocks', modal({ blocks: times(100, () => ({ type: 'divider' })) }), 'modal'],
    ['a home', { type: 'home', blocks: [section('x'), actions(button())] }, 'home'],
  ])('takes %s', (_, view, surface) => {
    expect(refuseView(view, surface)).toBeNull();
  });

  it.each<[string, Json, 'modal' | 'home', string]>([
    [
      'a title too long',
      modal({ title: plain(long(25)) }),
      'modal',
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'an input without submit',
      modal({ blocks: [input()] }),
      'modal',
      'missing required field: submit [json-pointer:/view]',
    ],
    [
      'private data too long',
      modal({ private_metadata: long(3001) }),
      'modal',
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      '101 blocks',
      modal({ blocks: times(101, () => ({ type: 'divider' })) }),
      'modal',
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'a table in a modal',
      modal({ blocks: [table([[cell('x')]])] }),
      'modal',
      'unsupported type: table [json-pointer:/view/blocks/0/type]',
    ],
    [
      'an alert at home',
      { type: 'home', blocks: [{ type: 'alert', text: plain('x') }] },
      'home',
      'unsupported type: alert [json-pointer:/view/blocks/0/type]',
    ],
    [
      'a title at home',
      { type: 'home', title: plain('x'), blocks: [] },
      'home',
      'invalid additional property: title [json-pointer:/view]',
    ],
  ])('refuses %s', (_, view, surface, message) => {
    expect(refuseView(view, surface)).toEqual({
      error: 'invalid_arguments',
      messages: [`[ERROR] ${message}`],
    });
  });
});
