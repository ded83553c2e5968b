/** A list that is read at its end stays there, whatever comes and however the window changes. */

/** Who is that near to the end wants to see what comes. */
const NEAR_END_PX = 60;

/** @type {WeakMap<HTMLElement, { atEnd: boolean }>} */
const lists = new WeakMap();

/**
 * @param {HTMLElement} list
 * @param {{ jump: boolean }} how to the end in any case
 */
export function toEnd(list, { jump }) {
  const known = lists.get(list) ?? watch(list);
  if (jump) known.atEnd = true;
  if (known.atEnd) list.scrollTop = list.scrollHeight;
}

/** @param {HTMLElement} list */
function watch(list) {
  const state = { atEnd: true };
  lists.set(list, state);
  list.addEventListener('scroll', () => {
    state.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  });
  new ResizeObserver(() => toEnd(list, { jump: false })).observe(list);
  return state;
}
