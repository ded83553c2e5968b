/**
 * Browsers break off what they are loading when a network interface comes or goes on the machine
 * (ERR_NETWORK_CHANGED), and the demo makes such interfaces. A page that lost a part of itself starts anew.
 */

const MAX_RELOADS = 5;
const AFTER_MS = 500;
const KEY = 'reloads';

function startAnew() {
  const reloads = Number(sessionStorage.getItem(KEY) ?? '0');
  if (reloads >= MAX_RELOADS) return;
  sessionStorage.setItem(KEY, String(reloads + 1));
  setTimeout(() => location.reload(), AFTER_MS);
}

window.addEventListener(
  'error',
  (event) => {
    if (event.target instanceof HTMLScriptElement) startAnew();
  },
  true,
);

window.addEventListener('load', () => {
  const sheets = [...document.querySelectorAll('link')].filter((link) => link.rel === 'stylesheet');
  if (!sheets.every(came)) startAnew();
  else if (document.querySelector('[data-channel]') !== null) sessionStorage.removeItem(KEY);
});

/**
 * The rules of a sheet that did not come are closed to scripts (Chromium) or there are none.
 *
 * @param {HTMLLinkElement} link
 * @returns {boolean}
 */
function came({ sheet }) {
  try {
    return sheet !== null && sheet.cssRules.length > 0;
  } catch {
    return false;
  }
}
