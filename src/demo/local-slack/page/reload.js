/**
 * Browsers break off what they are loading when a network interface comes or goes on the machine
 * (ERR_NETWORK_CHANGED), and the demo makes such interfaces. A page that lost a part of itself starts anew.
 */
(() => {
  const MAX_RELOADS = 5;
  const AFTER_MS = 500;
  const KEY = 'reloads';

  window.addEventListener(
    'error',
    (event) => {
      const lost = event.target instanceof HTMLScriptElement || event.target instanceof HTMLLinkElement;
      const reloads = Number(sessionStorage.getItem(KEY) ?? '0');
      if (!lost || reloads >= MAX_RELOADS) return;
      sessionStorage.setItem(KEY, String(reloads + 1));
      setTimeout(() => location.reload(), AFTER_MS);
    },
    true,
  );
  window.addEventListener('load', () => sessionStorage.removeItem(KEY));
})();
