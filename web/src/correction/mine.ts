/** The requests of this device in the wallet: where each one stands, until when it is to be answered, what was answered. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatInstant } from '../app/format';
import { iconCheck, iconClock, iconWarn } from '../app/icons';
import type { Core } from '../core/facade';
import { mark } from '../verify/parts';
import type { Verdict } from '../verify/verdict';
import { isOpen, isReplaced, numberOf, openFor, type Own } from './model';
import { askServer, ownRequests } from './own';
import { t, why } from './text';

export interface Mine {
  /** Reads what is known here, then asks the server how the open ones stand. */
  refresh(): Promise<void>;
  /** Reads what is known here; the server is asked only about what it has just received. */
  changed(): Promise<void>;
  /** What stands at a certificate of the wallet. */
  beside(verdict: Verdict | null, ask: (number: string) => void): TemplateResult | typeof nothing;
  /** The list; `has` says whether the wallet holds a text already, `take` puts it there. */
  list(has: (text: string) => boolean, take: (text: string) => void): TemplateResult | typeof nothing;
}

export function openMine(core: Core, redraw: () => void): Mine {
  let own: Own[] = [];
  /** How the new certificates are judged here, by their text. */
  const verdicts = new Map<string, Verdict | null>();
  /** Those that the server was asked about as soon as they had been sent. */
  const askedFor = new Set<string>();

  async function read(): Promise<void> {
    own = await ownRequests(core).catch(() => own);
    redraw();
    for (const { told } of own) {
      const text = told?.newCode;
      if (!text || verdicts.get(text)?.summary === 'valid') continue;
      verdicts.set(text, await core.verify<Verdict>(text).catch(() => null));
      redraw();
    }
  }

  async function refresh(): Promise<void> {
    await read();
    if (own.some(isOpen) && (await askServer(core))) await read();
  }

  async function changed(): Promise<void> {
    await read();
    // Once each: the outbox speaks often, and a server that says nothing of a request says so again.
    const sent = own.filter(({ id, state, told }) => state === 'received' && !told && !askedFor.has(id));
    for (const { id } of sent) askedFor.add(id);
    if (sent.length > 0 && (await askServer(core))) await read();
  }

  function tag({ state }: Own): TemplateResult {
    if (state === 'queued' || state === 'received' || state === 'taken') return html`<span class="tag waiting">${iconClock()} ${t(`state.${state}`)}</span>`;
    if (state === 'forgotten') return html`<span class="tag old">${t('state.forgotten')}</span>`;
    return state === 'issued' ? html`<span class="tag">${iconCheck()} ${t('state.issued')}</span>` : html`<span class="tag bad">${iconWarn()} ${t(`state.${state}`)}</span>`;
  }

  function words({ state, rule, told }: Own): string {
    if (state === 'rejected') return t('mine.rejected', { why: why(rule) });
    if (state === 'forgotten') return t('mine.forgotten');
    if (state === 'queued' || !told) return t(state === 'queued' ? 'mine.queued' : 'mine.sent');
    if (state === 'refused') return t('mine.refused', { why: told.reason ?? '' });
    if (state === 'issued') return t('mine.issued');
    return told.overdue ? t('mine.overdue', { at: formatInstant(told.dueAt) }) : t('mine.due', { at: formatInstant(told.dueAt) });
  }

  function newOne({ told }: Own, has: (text: string) => boolean, take: (text: string) => void): TemplateResult | typeof nothing {
    const text = told?.newCode;
    if (!text) return nothing;
    const verdict = verdicts.get(text) ?? null;
    if (has(text)) return html`<p class="correction-kept">${iconCheck()} <span>${t('mine.kept')}</span></p>`;
    if (verdict?.summary !== 'valid') {
      return html`<p class="correction-judged">${mark(verdict?.summary ?? 'notChecked')} <span>${t('mine.notValid')}</span></p>`;
    }
    return html`<p class="correction-judged">${mark('valid')} <span>${t('mine.valid')}</span></p>
      <button class="button correction-take" type="button" @click=${() => take(text)}>${t('mine.take')}</button>`;
  }

  return {
    refresh,
    changed,
    beside(verdict, ask) {
      const number = numberOf(verdict);
      if (!number) return nothing;
      if (isReplaced(own, number)) return html`<span class="tag old correction-replaced">${t('beside.replaced')}</span>`;
      if (openFor(own, number)) return html`<span class="tag waiting">${iconClock()} ${t('beside.open')}</span>`;
      return html`<button class="link-button correction-ask" type="button" @click=${() => ask(number)}>${t('beside.ask')}</button>`;
    },
    list(has, take) {
      if (own.length === 0) return nothing;
      return html`<section class="correction-mine" aria-labelledby="correction-mine-title">
        <h2 id="correction-mine-title" tabindex="-1">${t('mine.title')}</h2>
        <ul>
          ${own.map(
            (one) => html`<li class="card" data-request=${one.id}>
              <p class="correction-head"><b>${t(`wrong.${one.wrong}`)}</b> ${tag(one)}</p>
              <p class="soft">${t('mine.made', { at: formatInstant(one.madeAt) })} · <span class="code">${one.code}</span></p>
              <p role="status">${words(one)}</p>
              ${newOne(one, has, take)}
            </li>`,
          )}
        </ul>
      </section>`;
    },
  };
}
