import { h } from './dom.js';
import { state, user } from './store.js';

const HUES = [8, 28, 45, 95, 150, 178, 205, 232, 262, 288, 320, 345];

/**
 * A square with the first letter; everybody keeps their colour.
 *
 * @param {string} userId
 * @returns {HTMLElement}
 */
export function avatar(userId) {
  const { name } = user(userId);
  const isApp = userId === state().bot.userId;
  const sign = userId === 'USLACKBOT' ? '✱' : (Array.from(name)[0] ?? '?').toUpperCase();
  const hash = Array.from(userId).reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973,
    7,
  );
  const made = h('span', { class: isApp ? 'avatar app' : 'avatar', attrs: { 'aria-hidden': 'true' } }, sign);
  if (!isApp) made.style.backgroundColor = `hsl(${String(HUES[hash % HUES.length])} 48% 46%)`;
  return made;
}
