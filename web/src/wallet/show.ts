/** One certificate over the whole screen, for whoever asks to see it: white, large, bright for as long as it stands. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { iconArrow, iconBack, iconClose } from '../app/icons';
import { onLanguage } from '../app/language';
import { qrDrawing, type Code } from '../app/qr-picture';
import type { Core } from '../core/facade';
import { keepAwake } from '../scan/wake-lock';
import { eventLine, mark, personOf } from '../verify/parts';
import { codeOf, daysOf, standingWords } from './parts';
import { markOf, standingOf, type Card } from './state';
import { t } from './text';

export interface Showing {
  dispose(): void;
}

const SWIPE_PX = 60;

/** Begins with `cards[first]`; `onClose` is called when the citizen leaves. */
export function showCards(core: Core, place: HTMLElement, cards: readonly Card[], first: number, onClose: () => void): Showing {
  const awake = keepAwake();
  let at = first;
  let part = 0;
  let code: Code | 'none' | null = null;
  let turn = 0;
  let touchedAt = 0;

  async function drawCode(): Promise<void> {
    const mine = ++turn;
    code = null;
    draw();
    const text = cards[at]?.kept.codes[part] ?? '';
    const made = await codeOf(core, text).catch(() => 'none' as const);
    if (mine !== turn) return;
    code = made;
    draw();
  }

  /** Through the parts of a card first, then to the card beside it. */
  function move(by: 1 | -1): void {
    const codes = cards[at]?.kept.codes.length ?? 1;
    if (part + by >= 0 && part + by < codes) {
      part += by;
    } else if (at + by >= 0 && at + by < cards.length) {
      at += by;
      part = by > 0 ? 0 : (cards[at]?.kept.codes.length ?? 1) - 1;
    } else return;
    void drawCode();
  }

  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight' || event.key === 'PageDown') move(1);
    else if (event.key === 'ArrowLeft' || event.key === 'PageUp') move(-1);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
  };

  const touch = (event: PointerEvent): void => {
    if (event.type === 'pointerdown') touchedAt = event.clientX;
    else if (Math.abs(event.clientX - touchedAt) > SWIPE_PX) move(event.clientX < touchedAt ? 1 : -1);
  };

  function view(card: Card): TemplateResult {
    const { verdict, kept } = card;
    const content = verdict?.content ?? null;
    const person = content ? personOf(content) : null;
    const name = person?.name || person?.latin || t('noName');
    const standing = standingOf(card);
    const isFirst = at === 0 && part === 0;
    const isLast = at === cards.length - 1 && part === kept.codes.length - 1;
    return html`<section class="show on-paper" aria-labelledby="show-name" @pointerdown=${touch} @pointerup=${touch}>
      <div class="show-head">
        <div>
          <h1 id="show-name" tabindex="-1" class=${content?.proven ? '' : 'claim'}>${name}</h1>
          <p>${person?.birthDate ?? ''}${content ? html` · ${content.events.map(eventLine).join('; ')}` : nothing}</p>
          ${daysOf(card)}
        </div>
        <button class="button second show-close" type="button" @click=${onClose}>${iconClose()} ${t('close')}</button>
      </div>
      <div class="show-code">
        ${code === null
          ? html`<p role="status">${t('drawing')}</p>`
          : code === 'none'
            ? html`<p role="status">${t('noCode')}</p>`
            : qrDrawing(code, t('codeOf', { name }))}
      </div>
      <div class="show-foot">
        <p class="show-state">${mark(markOf(standing))} <span>${standingWords(standing)}</span></p>
        <div class="show-move">
          <button class="button second" type="button" ?disabled=${isFirst} aria-label=${t('before')} @click=${() => move(-1)}>${iconBack()}</button>
          <p role="status">
            ${t('nth', { n: at + 1, of: cards.length })}${kept.codes.length > 1 ? ` · ${t('nthPart', { n: part + 1, of: kept.codes.length })}` : ''}
          </p>
          <button class="button second" type="button" ?disabled=${isLast} aria-label=${t('after')} @click=${() => move(1)}>${iconArrow()}</button>
        </div>
        <p class="show-hint">${t('bright')}</p>
      </div>
    </section>`;
  }

  function draw(): void {
    const card = cards[at];
    render(card ? view(card) : nothing, place);
  }

  document.body.classList.add('show-on');
  addEventListener('keydown', keys);
  const stopLanguage = onLanguage(draw);
  void drawCode();
  place.querySelector<HTMLElement>('h1')?.focus();
  return {
    dispose() {
      ++turn;
      awake.release();
      removeEventListener('keydown', keys);
      stopLanguage();
      document.body.classList.remove('show-on');
      render(nothing, place);
    },
  };
}
