/**
 * Makes elements. Text from messages only ever becomes a text node: there is no way here to hand over HTML.
 *
 * @typedef {Node | string | null | false} Child
 *
 * @typedef {object} Props
 * @property {string} [class]
 * @property {Readonly<Record<string, string | null>>} [data]
 * @property {Readonly<Record<string, string | boolean | null>>} [attrs]
 * @property {Readonly<Record<string, (event: Event) => void>>} [on]
 */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props | null} props
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children) {
  return dress(document.createElement(tag), props, children);
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Props | null} props
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, props, ...children) {
  return dress(document.createElementNS(SVG, tag), props, children);
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Props | null} props
 * @param {readonly Child[]} children
 * @returns {T}
 */
function dress(element, props, children) {
  if (props?.class !== undefined) element.setAttribute('class', props.class);
  for (const [name, value] of Object.entries(props?.data ?? {})) {
    if (value !== null) element.setAttribute(`data-${name}`, value);
  }
  for (const [name, value] of Object.entries(props?.attrs ?? {})) {
    if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(props?.on ?? {})) element.addEventListener(name, listener);
  fill(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {readonly Child[]} children
 */
export function fill(element, children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== false));
}

/**
 * An element of index.html, which is always there.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`bug: there is no #${id}`);
  return element;
}

/**
 * Whoever had reached a button with the keyboard finds it again in the new drawing.
 *
 * @param {Element} old
 * @param {HTMLElement} fresh
 */
function keepFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const action = focused?.getAttribute('data-action-id') ?? null;
  if (action === null) return;
  const again = fresh.querySelector(`[data-action-id="${CSS.escape(action)}"]`);
  queueMicrotask(() => (again instanceof HTMLElement ? again.focus() : undefined));
}

/**
 * Brings the children in line with the items: what did not change stays the very same node, so that nobody's
 * click or typing is lost.
 *
 * @template T
 * @param {Element} container
 * @param {readonly T[]} items
 * @param {{ key: (item: T) => string, version: (item: T) => string, render: (item: T) => HTMLElement }} how
 */
export function syncList(container, items, { key, version, render }) {
  const old = new Map([...container.children].map((child) => [child.getAttribute('data-key'), child]));
  const wanted = items.map((item) => {
    const known = old.get(key(item));
    if (known !== undefined && known.getAttribute('data-version') === version(item)) return known;
    const fresh = render(item);
    fresh.setAttribute('data-key', key(item));
    fresh.setAttribute('data-version', version(item));
    if (known !== undefined) keepFocus(known, fresh);
    return fresh;
  });
  const kept = new Set(wanted);
  for (const child of old.values()) if (!kept.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (container.children[index] !== child) container.insertBefore(child, container.children[index] ?? null);
  });
}
