/** Talks to the local Slack: acts are posted, changes come as server-sent events. */

/**
 * @typedef {{ readonly ok: true, readonly body: unknown } | { readonly ok: false, readonly error: string }} Acted
 */

/**
 * @param {string} name
 * @param {object} body
 * @returns {Promise<Acted>}
 */
export async function act(name, body) {
  try {
    const response = await fetch(`/local/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    /** @type {unknown} */
    const answer = await response.json();
    if (response.ok) return { ok: true, body: answer };
    return { ok: false, error: errorIn(answer) };
  } catch {
    return { ok: false, error: 'The local Slack does not answer.' };
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
