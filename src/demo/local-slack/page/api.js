/** Talks to the local Slack: acts are posted, changes come as server-sent events. */

/**
 * @typedef {{ readonly ok: true, readonly body: unknown } | { readonly ok: false, readonly error: string }} Acted
 */

/** A browser gives up a request when a network interface comes or goes; then it is sent again. */
const TRIES = 4;
const BETWEEN_MS = 250;

/**
 * The id lets the server see that a repeated request is the same act.
 *
 * @param {string} name
 * @param {object} body
 * @returns {Promise<Acted>}
 */
export async function act(name, body) {
  const headers = { 'content-type': 'application/json', 'x-act-id': crypto.randomUUID() };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  for (let left = TRIES - 1; left > 0; left -= 1) {
    const acted = await actOnce(name, request);
    if (acted !== null) return acted;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  return (await actOnce(name, request)) ?? { ok: false, error: 'The local Slack does not answer.' };
}

/**
 * Null when no answer came.
 *
 * @param {string} name
 * @param {RequestInit} request
 * @returns {Promise<Acted | null>}
 */
async function actOnce(name, request) {
  try {
    const response = await fetch(`/local/${name}`, request);
    /** @type {unknown} */
    const answer = await response.json();
    if (response.ok) return { ok: true, body: answer };
    return { ok: false, error: errorIn(answer) };
  } catch {
    return null;
  }
}

/**
 * @param {unknown} answer
 * @returns {string}
 */
function errorIn(answer) {
  const hasError = typeof answer === 'object' && answer !== null && 'error' in answer;
  return hasError ? String(answer.error) : 'That did not work.';
}

/**
 * The stream comes back by itself when it breaks; the first event is always the whole state.
 *
 * @param {string} userId empty for whoever comes first
 * @param {{ event: (name: string, data: unknown) => void, connected: (is: boolean) => void }} hear
 * @returns {() => void} the way to stop
 */
export function openStream(userId, hear) {
  const source = new EventSource(
    `/local/events${userId === '' ? '' : `?user=${encodeURIComponent(userId)}`}`,
  );
  for (const name of ['state', 'message', 'deleted', 'views', 'panel']) {
    source.addEventListener(name, (/** @type {MessageEvent<string>} */ event) => {
      /** @type {unknown} */
      const data = JSON.parse(event.data);
      hear.event(name, data);
    });
  }
  source.addEventListener('open', () => hear.connected(true));
  source.addEventListener('error', () => hear.connected(false));
  return () => source.close();
}
