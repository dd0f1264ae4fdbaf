/** The answer "not corrected": a reason that the citizen reads, asked twice, since it cannot be taken back. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { iconWarn } from '../app/icons';
import type { StepBody } from './send-step';
import { t, why } from './text';

const SHORTEST = 5;
const LONGEST = 500;

export class RefuseForm {
  private reason = '';
  private isSure = false;
  private isWrong = false;

  constructor(
    private readonly redraw: () => void,
    private readonly send: (body: StepBody) => void,
  ) {}

  clear(): void {
    this.reason = '';
    this.isSure = this.isWrong = false;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const reason = this.reason.normalize('NFC').trim();
    this.isWrong = reason.length < SHORTEST;
    if (!this.isWrong && this.isSure) return this.send({ action: 'refused', reason });
    this.isSure = !this.isWrong;
    this.redraw();
    requestAnimationFrame(() => document.querySelector<HTMLElement>(this.isWrong ? '#refuse-reason' : '.desk-sure')?.focus());
  }

  private unsure(): void {
    this.isSure = false;
    this.redraw();
    requestAnimationFrame(() => document.getElementById('refuse-reason')?.focus());
  }

  draw(isBusy: boolean): TemplateResult {
    return html`<details class="card desk-refuse">
      <summary><b>${t('act.refuse')}</b></summary>
      <form novalidate @submit=${(event: Event) => this.submit(event)}>
        <div class="question ${this.isWrong ? 'wrong' : ''}">
          <label for="refuse-reason">${t('act.reason')}</label>
          <p class="hint" id="refuse-hint">${t('act.reasonHint')}</p>
          ${this.isWrong ? html`<p class="error" id="refuse-error">${iconWarn()}<span>${why('field.length', { min: SHORTEST, max: LONGEST })}</span></p>` : nothing}
          <textarea class="input" id="refuse-reason" rows="3" maxlength=${LONGEST} aria-describedby="refuse-hint${this.isWrong ? ' refuse-error' : ''}"
            aria-invalid=${this.isWrong ? 'true' : nothing} .value=${this.reason}
            @input=${(event: Event) => {
              this.reason = (event.target as HTMLTextAreaElement).value;
              if (this.isSure) {
                this.isSure = false;
                this.redraw();
              }
            }}></textarea>
        </div>
        ${this.isSure
          ? html`<div class="notice warm desk-sure" role="alert" tabindex="-1"><p>${t('act.sure')}</p></div>
              <div class="actions">
                <button class="button danger" type="submit" ?disabled=${isBusy}>${t('act.yes')}</button>
                <button class="link-button" type="button" @click=${() => this.unsure()}>${t('act.no')}</button>
              </div>`
          : html`<button class="button second" type="submit">${t('act.refuseDo')}</button>`}
      </form>
    </details>`;
  }
}
