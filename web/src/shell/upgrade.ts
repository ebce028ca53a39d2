/** Reloads no more often than this, should the new page lack a part as well. Milliseconds. */
const PATIENCE_MS = 30_000;
const KEPT = 'continuo.reloaded';

/**
 * After an upgrade of the server the parts that an open page has not loaded yet are gone: the page is loaded anew, drafts
 * are kept. Without a connection it stays as it is.
 */
export function reloadAfterUpgrade(): void {
  window.addEventListener('vite:preloadError', () => {
    const last = Number(window.sessionStorage.getItem(KEPT) ?? 0);
    if (Date.now() - last < PATIENCE_MS) return;
    fetch('/', { cache: 'no-store' }).then(
      ({ ok }) => {
        if (!ok) return;
        window.sessionStorage.setItem(KEPT, String(Date.now()));
        window.location.reload();
      },
      // No connection: the place says that it could not be loaded and offers a retry.
      () => undefined,
    );
  });
}
