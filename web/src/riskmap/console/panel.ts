/** The door of the console: a button over the map for who is signed in. What lies behind is fetched when it is first opened. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { onLanguage } from '../../app/language';
import type { OpenPanel } from '../panels';
import { t } from '../text';
import type { OpenedConsole } from './console';
import './console.css';

export const openConsolePanel: OpenPanel = (context) => {
  const { core } = context;
  let isOfficial = false;
  let opened: OpenedConsole | null = null;
  let state: 'closed' | 'opening' | 'open' | 'failed' = 'closed';
  let gone = false;

  const host = (): HTMLElement | null => document.querySelector<HTMLElement>('.units-grid > .card > .units-map');
  const button = (): HTMLElement | null => document.querySelector<HTMLElement>('.console-button');

  async function learnWho(): Promise<void> {
    const kept = await core.session.remembered().catch(() => null);
    if (gone) return;
    isOfficial = (kept?.grants.length ?? 0) > 0;
    if (!isOfficial) close();
    context.redraw();
  }

  async function open(): Promise<void> {
    const place = host();
    if (!place || place.hidden || state === 'opening' || opened) return;
    state = 'opening';
    context.redraw();
    try {
      const { openConsole } = await import('./console');
      const made = await openConsole(context, place, leave);
      if (gone || state !== 'opening') {
        made.dispose();
        return;
      }
      opened = made;
      state = 'open';
      made.focus();
    } catch {
      state = 'failed';
    }
    context.redraw();
  }

  function close(): void {
    opened?.dispose();
    opened = null;
    state = 'closed';
  }

  /** Whoever leaves it stands where they came from. */
  function leave(): void {
    close();
    context.redraw();
    button()?.focus();
  }

  const toggle = (): void => {
    if (opened) leave();
    else void open();
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'F2' || event.defaultPrevented || !isOfficial || !button()?.offsetParent) return;
    event.preventDefault();
    toggle();
  };
  document.addEventListener('keydown', onKey);
  // A tablet that was turned has no room for it any more.
  const roomy = matchMedia('(min-width: 44rem)');
  const onRoom = (): void => {
    if (!roomy.matches && opened) leave();
  };
  roomy.addEventListener('change', onRoom);
  const offs = [
    core.session.subscribe(() => void learnWho()),
    onLanguage(() => opened?.retell()),
    () => document.removeEventListener('keydown', onKey),
    () => roomy.removeEventListener('change', onRoom),
  ];
  void learnWho();

  function draw(): TemplateResult {
    opened?.look();
    if (!isOfficial) return html``;
    const trial = opened?.trial() ?? '';
    return html`<div class="console-bar no-print">
      <button
        class="button second console-button"
        type="button"
        aria-expanded=${state === 'open'}
        aria-keyshortcuts="F2"
        ?disabled=${state === 'opening' || host()?.hidden === true}
        @click=${toggle}
      >
        ${state === 'open' ? t('console.close') : t('console.open')} <kbd aria-hidden="true">F2</kbd>
      </button>
      <p role="status" class="console-trial">${trial === '' ? nothing : html`<strong>${t('console.trial')}</strong> ${trial}`}</p>
      ${opened?.isRtMissing()
        ? html`<p role="status">
            ${t('console.noRt')} <button class="link-button" type="button" data-do="rt" @click=${() => opened?.again()}>${t('state.again')}</button>
          </p>`
        : nothing}
      ${state === 'failed' ? html`<p role="alert">${t('console.failed')}</p>` : nothing}
    </div>`;
  }

  return {
    place: 'over',
    draw,
    dispose() {
      gone = true;
      close();
      for (const off of offs) off();
    },
  };
};
