/** Whether the page is light or dark: as the device is, unless somebody has chosen. public/theme.js says it before the first paint. */

export type Theme = 'light' | 'dark';
export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const STORE = 'lachan.theme'; // as in public/theme.js
const DARK = '(prefers-color-scheme: dark)';
const listeners = new Set<() => void>();
let choice: ThemeChoice = 'system';
let isPrinting = false;

export function themeChoice(): ThemeChoice {
  return choice;
}

/** What is seen now. On paper everything is light. */
export function theme(): Theme {
  return !isPrinting && document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

/** Calls `listener` after each change of what is seen: for what is not drawn by the style sheets. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Chooses, and remembers it on this device. */
export function setTheme(next: ThemeChoice): void {
  try {
    if (next === 'system') localStorage.removeItem(STORE);
    else localStorage.setItem(STORE, next);
  } catch {
    // Not remembered; the choice still holds for this visit.
  }
  follow(next);
}

/** Follows the device, other tabs and the printer from now on. */
export function startTheme(): void {
  follow(readStored());
  matchMedia(DARK).addEventListener('change', () => follow(choice));
  addEventListener('storage', ({ key }: StorageEvent) => {
    if (key === STORE || key === null) follow(readStored());
  });
  addEventListener('beforeprint', () => change(() => (isPrinting = true)));
  addEventListener('afterprint', () => change(() => (isPrinting = false)));
}

function readStored(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORE);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system'; // storage may be forbidden altogether; the page still works
  }
}

function follow(next: ThemeChoice): void {
  change(() => {
    choice = next;
    const isDark = next === 'dark' || (next === 'system' && matchMedia(DARK).matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  });
}

function change(make: () => void): void {
  const before = `${choice} ${theme()}`;
  make();
  if (`${choice} ${theme()}` !== before) for (const listener of [...listeners]) listener();
}
