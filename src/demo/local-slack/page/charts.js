/** Small drawings: the data_visualization block, and the line in a panel card. */
import { h, svg } from './dom.js';
import { isObject, objectsIn, textOf } from './model.js';

/** @typedef {import('./model.js').Json} Json */

const WIDTH = 520;
const HEIGHT = 180;
const PAD = { left: 44, right: 8, top: 8, bottom: 22 };
const COLOURS = ['#1264a3', '#e8912d', '#2bac76', '#cd2553', '#7c3085', '#616061'];

/**
 * @param {readonly number[]} values the newest last
 * @param {{ width: number, height: number }} size
 * @returns {SVGElement}
 */
export function sparkline(values, { width, height }) {
  const top = Math.max(...values, 0);
  const bottom = Math.min(...values, 0);
  const span = top - bottom || 1;
  const x = (/** @type {number} */ index) => (index / Math.max(values.length - 1, 1)) * width;
  const y = (/** @type {number} */ value) => 1.5 + (1 - (value - bottom) / span) * (height - 3);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const area = `0,${String(height)} ${points} ${String(width)},${String(height)}`;
  return svg(
    'svg',
    {
      class: 'sparkline',
      attrs: { viewBox: `0 0 ${String(width)} ${String(height)}`, preserveAspectRatio: 'none' },
    },
    svg('polygon', { attrs: { points: area } }),
    svg('polyline', { attrs: { points, 'vector-effect': 'non-scaling-stroke' } }),
  );
}

/**
 * @param {Json} block a data_visualization block
 * @returns {HTMLElement}
 */
export function chart(block) {
  const payload = isObject(block['chart']) ? block['chart'] : {};
  const drawn = payload['type'] === 'pie' ? pie(payload) : plot(payload);
  return h('figure', { class: 'chart' }, h('figcaption', null, textOf(block['title'])), ...drawn);
}

/**
 * @param {Json} payload
 * @returns {readonly Node[]}
 */
function plot(payload) {
  const series = objectsIn(payload['series']).map((one) => ({
    name: textOf(one['name']),
    values: objectsIn(one['data']).map((point) => Number(point['value'])),
  }));
  const axis = isObject(payload['axis_config']) ? payload['axis_config'] : {};
  const categories = Array.isArray(axis['categories']) ? axis['categories'].map(String) : [];
  const all = series.flatMap(({ values }) => values);
  const top = Math.max(...all, 0) || 1;
  const bottom = Math.min(...all, 0);
  const inner = { width: WIDTH - PAD.left - PAD.right, height: HEIGHT - PAD.top - PAD.bottom };
  const step = inner.width / Math.max(categories.length, 1);
  const x = (/** @type {number} */ index) => PAD.left + step * (index + 0.5);
  const y = (/** @type {number} */ value) => PAD.top + (1 - (value - bottom) / (top - bottom)) * inner.height;
  const marks = series.map(({ values }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '';
    if (payload['type'] === 'bar') return bars(values, { x, y, step, colour, index, of: series.length });
    return line(values, { x, y, colour, filled: payload['type'] === 'area' });
  });
  const labels = categories.map((label, index) =>
    svg('text', { attrs: { x: x(index).toFixed(1), y: String(HEIGHT - 6), 'text-anchor': 'middle' } }, label),
  );
  const scale = [bottom, top].map((value) =>
    svg(
      'text',
      { attrs: { x: String(PAD.left - 6), y: (y(value) + 4).toFixed(1), 'text-anchor': 'end' } },
      short(value),
    ),
  );
  const viewBox = `0 0 ${String(WIDTH)} ${String(HEIGHT)}`;
  return [
    svg('svg', { attrs: { viewBox, role: 'img' } }, ...scale, ...labels, ...marks),
    legend(series.map(({ name }) => name)),
  ];
}

/**
 * @param {readonly number[]} values
 * @param {{ x: (i: number) => number, y: (v: number) => number, colour: string, filled: boolean }} how
 */
function line(values, { x, y, colour, filled }) {
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const floor = y(0).toFixed(1);
  const ends = [`${x(0).toFixed(1)},${floor}`, ...points, `${x(values.length - 1).toFixed(1)},${floor}`];
  return svg(
    'g',
    null,
    filled && svg('polygon', { attrs: { points: ends.join(' '), fill: colour, 'fill-opacity': '0.18' } }),
    svg('polyline', {
      attrs: { points: points.join(' '), fill: 'none', stroke: colour, 'stroke-width': '2' },
    }),
  );
}

/**
 * @param {readonly number[]} values
 * @param {{ x: (i: number) => number, y: (v: number) => number, step: number, colour: string, index: number, of: number }} how
 */
function bars(values, { x, y, step, colour, index, of }) {
  const width = (step * 0.7) / of;
  const rects = values.map((value, at) => {
    const left = x(at) - step * 0.35 + index * width;
    const [high, low] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
    const place = {
      x: left.toFixed(1),
      y: high.toFixed(1),
      width: width.toFixed(1),
      height: (low - high).toFixed(1),
    };
    return svg('rect', { attrs: { ...place, fill: colour, rx: '2' } });
  });
  return svg('g', null, ...rects);
}

/**
 * @param {Json} payload
 * @returns {readonly Node[]}
 */
function pie(payload) {
  const segments = objectsIn(payload['segments']).map((one) => ({
    label: textOf(one['label']),
    value: Math.max(Number(one['value']), 0),
  }));
  const total = segments.reduce((sum, { value }) => sum + value, 0) || 1;
  const circumference = 100;
  let gone = 0;
  const rings = segments.map(({ value }, index) => {
    const share = (value / total) * circumference;
    const attrs = {
      r: '15.9155',
      cx: '21',
      cy: '21',
      fill: 'none',
      stroke: COLOURS[index % COLOURS.length] ?? '',
      'stroke-width': '9',
      'stroke-dasharray': `${share.toFixed(2)} ${(circumference - share).toFixed(2)}`,
      'stroke-dashoffset': (25 - gone).toFixed(2),
    };
    gone += share;
    return svg('circle', { attrs });
  });
  return [
    svg('svg', { class: 'pie', attrs: { viewBox: '0 0 42 42', role: 'img' } }, ...rings),
    legend(segments.map(({ label, value }) => `${label} ${short(value)}`)),
  ];
}

/** @param {readonly string[]} names */
function legend(names) {
  const rows = names.map((name, index) =>
    h(
      'span',
      null,
      svg(
        'svg',
        { class: 'dot', attrs: { viewBox: '0 0 8 8' } },
        svg('circle', { attrs: { cx: '4', cy: '4', r: '4', fill: COLOURS[index % COLOURS.length] ?? '' } }),
      ),
      name,
    ),
  );
  return h('div', { class: 'legend' }, ...rows);
}

/** @param {number} value */
function short(value) {
  return new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
