/** Small valid pieces of Block Kit, to be spoilt by the tests. */
export type Json = Record<string, unknown>;

export const plain = (text: string): Json => ({ type: 'plain_text', text });
export const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
export const section = (text: string): Json => ({ type: 'section', text: mrkdwn(text) });
export const button = (more: Json = {}): Json => ({
  type: 'button',
  action_id: 'a',
  text: plain('Go'),
  ...more,
});
export const actions = (...elements: readonly Json[]): Json => ({ type: 'actions', elements });
export const option = (more: Json = {}): Json => ({ text: plain('One'), value: 'one', ...more });
export const confirm = (more: Json = {}): Json => ({
  title: plain('Sure?'),
  text: mrkdwn('really'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...more,
});
export const rich = (...elements: readonly Json[]): Json => ({ type: 'rich_text', elements });
export const richSection = (text: string): Json => ({
  type: 'rich_text_section',
  elements: [{ type: 'text', text }],
});
export const cell = (text: string): Json => ({ type: 'raw_text', text });
export const table = (rows: readonly (readonly Json[])[], more: Json = {}): Json => ({
  type: 'table',
  rows,
  ...more,
});
export const input = (more: Json = {}): Json => ({
  type: 'input',
  label: plain('Why'),
  element: { type: 'plain_text_input', action_id: 'why' },
  ...more,
});
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
