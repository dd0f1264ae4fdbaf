/** Addresses of the page. What follows `#` (a step, a record id) never reaches the server's log. */

export interface Place {
  path: string;
  fragment: string;
}

const listeners = new Set<(place: Place) => void>();

export function here(): Place {
  const path = location.pathname.replace(/\/+$/, '') || '/';
  return { path, fragment: decoded(location.hash.slice(1)) };
}

/** An address that somebody typed may hold a lone percent sign. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function onPlace(listener: (place: Place) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  const place = here();
  for (const listener of [...listeners]) listener(place);
}

/** Goes to `address` inside the page, as a new entry of the history unless `replace`. */
export function go(address: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  tell();
}

/** Lets ordinary links of this page work without loading it again. */
export function startRouter(): void {
  addEventListener('popstate', tell);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !link.dataset['route']) return;
    event.preventDefault();
    go(link.pathname + link.hash);
  });
}
