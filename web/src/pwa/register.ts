/** The service worker and the offer to install: two lines of news, never a change the citizen did not ask for. */

import type { Shell } from '../app/shell';
import { t } from '../app/text';

interface InstallOffer extends Event {
  prompt(): Promise<void>;
}

const DECLINED = 'lachan.install.declined';
const DAYS = 30;

export function register(shell: Shell): void {
  offerInstall(shell);
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const { serviceWorker } = navigator;
  let asked = false;

  // Only the tab that asked for the new version is loaded again. Queued records and drafts are in the browser's
  // database, which an update does not touch; every view saves its draft when it is hidden.
  serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload();
  });

  const offer = (waiting: ServiceWorker): void => {
    shell.tell({
      text: () => t('update.ready'),
      act: {
        label: () => t('update.use'),
        run: () => {
          asked = true;
          waiting.postMessage('use');
        },
      },
      later: () => t('update.later'),
    });
  };

  serviceWorker.register('/sw.js').then(
    (registration: ServiceWorkerRegistration | undefined) => {
      if (!registration) return; // a browser under test that blocks workers answers so
      // A page that came up under this worker proves it: the cache kept from the version before may go.
      tellVersion(() => registration.active?.postMessage('proved'));
      if (registration.waiting && serviceWorker.controller) offer(registration.waiting);
      const watch = (): void => {
        const next = registration.installing;
        next?.addEventListener('statechange', () => {
          if (next.state === 'installed' && serviceWorker.controller) offer(next);
        });
      };
      watch(); // an update may have begun before this page listened
      registration.addEventListener('updatefound', watch);
    },
    () => undefined, // private windows may refuse; the page then works online as any page
  );
}

/** Holds a lock named after the entry script as long as this page lives, so that the worker knows which versions still run. */
function tellVersion(told: () => void): void {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  if (!script || !('locks' in navigator)) return; // then nothing is ever dropped early
  void navigator.locks.request(`runs ${new URL(script.src).pathname}`, { mode: 'shared' }, () => {
    told();
    return new Promise<never>(() => undefined);
  });
}

function offerInstall(shell: Shell): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    if (declinedLately()) return;
    // The event is not in the DOM library because only Chromium has it.
    const offer = event as InstallOffer;
    shell.tell({
      text: () => t('install.offer'),
      act: { label: () => t('install.do'), run: () => void offer.prompt() },
      later: () => {
        return t('install.later');
      },
    });
    remember();
  });
}

/** The offer is made once a month at most, whatever the answer was. */
function declinedLately(): boolean {
  try {
    return Date.now() - Number(localStorage.getItem(DECLINED) ?? 0) < DAYS * 86_400_000;
  } catch {
    return true;
  }
}

function remember(): void {
  try {
    localStorage.setItem(DECLINED, String(Date.now()));
  } catch {
    // Asked again next time.
  }
}
