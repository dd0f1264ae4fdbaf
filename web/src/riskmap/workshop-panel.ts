/** The door of the workshop of thresholds on the map page: what lies behind it is fetched when it is opened. */

import { html, nothing } from 'lit/html.js';
import type { OpenPanel } from './panels';
import { t } from './text';
import './units-panel.css';

export const openWorkshopPanel: OpenPanel = (context) => {
  let close: (() => void) | null = null;
  let failed = false;
  let gone = false;

  async function opened(event: Event): Promise<void> {
    const details = event.currentTarget as HTMLDetailsElement; // the handler hangs on it
    const host = details.querySelector<HTMLElement>('.ws-host');
    if (!details.open || close || !host) return;
    try {
      const { openWorkshop } = await import('./workshop');
      if (gone) return;
      close ??= await openWorkshop(host, context);
      failed = false;
    } catch {
      failed = true;
    }
    context.redraw();
  }

  return {
    place: 'card',
    draw: () =>
      html`<details class="card units-panel" id="workshop" @toggle=${(event: Event) => void opened(event)}>
        <summary>${t('units.workshop')}</summary>
        ${failed ? html`<p role="alert">${t('state.errorHelp')}</p>` : close ? nothing : html`<p role="status">${t('state.loading')}</p>`}
        <div class="ws-host"></div>
      </details>`,
    dispose() {
      gone = true;
      close?.();
    },
  };
};
