/** Proves the telephone of a declaration by a code of six digits. Nothing waits for it: the declaration is sent without. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { CoreError, type Core, type MyRecord } from '../core/facade';
import { iconCheck } from '../app/icons';
import { results, ruleText } from './text';

/** Kept beside the drafts, in the same store as the declarations that hold the number anyway. */
const KEPT = 'phone.confirmed';

type State = 'idle' | 'asking' | 'asked' | 'confirming';

interface Challenge {
  expiresAt: number;
  /** Only a demonstration server tells the code instead of sending it. */
  demoCode?: string;
}

export function phonePart(core: Core, draw: () => void): (record: MyRecord) => TemplateResult | typeof nothing {
  let confirmed: string[] = [];
  let state: State = 'idle';
  let demoCode = '';
  let failure = '';
  let justNow = false;

  core.ready
    .then(() => core.drafts.load<string[]>(KEPT))
    .then((kept) => {
      confirmed = Array.isArray(kept) ? kept : [];
      draw();
    })
    .catch(() => undefined); // without a store the question is simply asked again

  function wordsOf(error: unknown): string {
    return results('phone.failed', { why: error instanceof CoreError ? ruleText(error.rule || error.code) : '' });
  }

  async function ask(phone: string): Promise<void> {
    state = 'asking';
    failure = '';
    draw();
    try {
      const device = await core.device();
      const challenge = await core.server<Challenge>('POST', '/v1/phone/challenge', { phone, device });
      demoCode = challenge.demoCode ?? '';
      state = 'asked';
      draw();
      document.getElementById('phone-code')?.focus();
    } catch (error) {
      state = 'idle';
      failure = wordsOf(error);
      draw();
    }
  }

  async function confirm(event: Event, phone: string): Promise<void> {
    event.preventDefault();
    const field = document.getElementById('phone-code');
    const code = field instanceof HTMLInputElement ? field.value.replace(/\D/g, '') : '';
    state = 'confirming';
    failure = '';
    draw();
    try {
      const device = await core.device();
      await core.server('POST', '/v1/phone/confirm', { phone, device, code });
      confirmed = [...new Set([...confirmed, phone])];
      state = 'idle';
      justNow = true;
      draw();
      await core.drafts.save(KEPT, confirmed).catch(() => undefined); // the server knows it; this is only for the screen
    } catch (error) {
      state = error instanceof CoreError && error.code === 'expired' ? 'idle' : 'asked';
      failure = wordsOf(error);
      draw();
      field?.focus();
    }
  }

  return (record) => {
    const phone = record.body['phone'];
    if (typeof phone !== 'string' || phone === '') return nothing;
    if (confirmed.includes(phone)) {
      return html`<p class="soft phone-done" role=${justNow ? 'status' : nothing}>
        ${iconCheck()} ${results('phone.done', { phone })}
      </p>`;
    }
    return html`<section class="card phone-part no-print">
      <h2>${results('phone.title')}</h2>
      <p>${results('phone.help', { phone })}</p>
      ${state === 'asked' || state === 'confirming'
        ? html`<form novalidate @submit=${(event: Event) => void confirm(event, phone)}>
            <div class="question ${failure ? 'wrong' : ''}">
              <label for="phone-code">${results('phone.code')}</label>
              ${demoCode ? html`<p class="hint">${results('phone.demo', { code: demoCode })}</p>` : nothing}
              ${failure ? html`<p class="error" id="phone-error">${failure}</p>` : nothing}
              <input
                class="input w-short"
                id="phone-code"
                type="text"
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength="7"
                aria-describedby=${failure ? 'phone-error' : nothing}
                aria-invalid=${failure ? 'true' : nothing}
              />
            </div>
            <div class="actions">
              <button class="button" type="submit" ?disabled=${state === 'confirming'}>${results('phone.confirm')}</button>
              <button class="link-button" type="button" @click=${() => void ask(phone)}>${results('phone.again')}</button>
            </div>
          </form>`
        : html`${failure ? html`<p class="error" role="alert">${failure}</p>` : nothing}
            <button class="button second" type="button" ?disabled=${state === 'asking'} @click=${() => void ask(phone)}>
              ${results('phone.ask')}
            </button>`}
    </section>`;
  };
}
