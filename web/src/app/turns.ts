/** Turns of the browser: long work is done in several, so that a tap or key in between is answered at once. */

/** Resolves in a turn of its own. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Runs when nothing else is to be done, at the latest after `atLatestMs`. */
export function whenIdle(run: () => void, atLatestMs = 4000): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: atLatestMs });
  else setTimeout(run, Math.min(atLatestMs, 1500));
}
