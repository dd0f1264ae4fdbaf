/** Doors of the map page: what lies behind one is fetched when it is opened. */

import { html, nothing } from 'lit/html.js';
import type { OpenPanel, PanelContext } from './panels';
import { t } from './text';
import './units-panel.css';

interface Door {
  id: string;
  title: () => string;
  isPrinted: boolean;
  /** Opens what is behind it in a host; that gives back the function that ends it. */
  load: () => Promise<(host: HTMLElement, context: PanelContext) => Promise<() => void>>;
}

const door = ({ id, title, isPrinted, load }: Door): OpenPanel => (context) => {
  let close: (() => void) | null = null;
  let isOpening = false;
  let failed = false;
  let gone = false;

  async function opened(event: Event): Promise<void> {
    const details = event.currentTarget as HTMLDetailsElement; // the handler hangs on it
    const host = details.querySelector<HTMLElement>('.panel-host');
    if (!details.open || close || isOpening || !host) return;
    isOpening = true;
    try {
      const open = await load();
      if (gone) return;
      const end = await open(host, context);
      if (gone) return end(); // the page has gone meanwhile
      close = end;
      failed = false;
    } catch {
      failed = true;
    } finally {
      isOpening = false;
    }
    if (!gone) context.redraw();
  }

  return {
    place: 'card',
    draw: () =>
      html`<details class="card units-panel ${isPrinted ? '' : 'no-print'}" id=${id} @toggle=${(event: Event) => void opened(event)}>
        <summary>${title()}</summary>
        ${failed ? html`<p role="alert">${t('state.errorHelp')}</p>` : close ? nothing : html`<p role="status">${t('state.loading')}</p>`}
        <div class="panel-host"></div>
      </details>`,
    dispose() {
      gone = true;
      close?.();
    },
  };
};

export const openReportPanel = door({
  id: 'report',
  title: () => t('units.report'),
  isPrinted: false,
  load: async () => (await import('./report')).openReport,
});

export const openWorkshopPanel = door({
  id: 'workshop',
  title: () => t('units.workshop'),
  isPrinted: true,
  load: async () => (await import('./workshop')).openWorkshop,
});

export const openPublicPanel = door({
  id: 'public-weeks',
  title: () => t('units.public'),
  isPrinted: true,
  load: async () => (await import('./public-weeks')).openPublicWeeks,
});
