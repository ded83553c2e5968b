import { sparkline } from './charts.js';
import { h, byId } from './dom.js';
import { parseMrkdwn } from './mrkdwn.js';
import { state } from './store.js';
import { mrkdwn } from './text-view.js';
import { spoken, word } from './words.js';

/** @typedef {import('./model.js').PanelCard} PanelCard */

const SPARK = { width: 220, height: 40 };

/**
 * The figures beside the conversation, and what to type.
 *
 * @param {(typed: string) => void} put writes into the composer
 */
export function showPanel(put) {
  const { cards, notice } = state().panel;
  const panel = byId('panel');
  panel.hidden = cards.length === 0 && notice.length === 0;
  const note =
    notice.length === 0
      ? []
      : [
          h(
            'section',
            { class: 'note' },
            h('h3', null, word('whatToType')),
            ...notice.map((line) => noteLine(spoken(line), put)),
          ),
        ];
  panel.replaceChildren(...note, ...cards.map(card));
}

/** @param {PanelCard} card */
function card({ title, lines, status, series }) {
  return h(
    'section',
    { class: `figure-card ${status}`, data: { card: title, status } },
    h('h3', null, h('span', { class: 'lamp' }), title),
    ...lines.map((line, index) => h('p', { class: index === 0 ? 'first' : '' }, mrkdwn(spoken(line)))),
    series === undefined || series.length < 2 ? null : sparkline(series, SPARK),
  );
}

/**
 * Words in backticks that start with a slash can be clicked into the composer.
 *
 * @param {string} line
 * @param {(typed: string) => void} put
 */
function noteLine(line, put) {
  const parts = parseMrkdwn(line).map((mark) => {
    if (mark.kind !== 'code' || !mark.text.startsWith('/')) return null;
    const type = () => put(mark.text);
    return h(
      'button',
      { class: 'typed', attrs: { type: 'button' }, data: { type: mark.text }, on: { click: type } },
      mark.text,
    );
  });
  if (parts.every((part) => part === null)) return h('p', null, mrkdwn(line));
  const around = line.split(/`[^`\n]*`/).map((text) => mrkdwn(text));
  const codes = parseMrkdwn(line).flatMap((mark, index) =>
    mark.kind === 'code' ? [parts[index] ?? h('code', null, mark.text)] : [],
  );
  return h('p', null, ...around.flatMap((text, index) => [text, codes[index] ?? null]));
}
