/** The answer "here is another certificate": scanned or pasted, judged as a verifier would, and only then sent. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { iconWarn } from '../app/icons';
import type { Core } from '../core/facade';
import { scanBox, type ScanBox } from '../scan/scan-box';
import { contents, mark, person, personOf } from '../verify/parts';
import { t as verifyText } from '../verify/text';
import type { Verdict } from '../verify/verdict';
import { numberOf, writtenOf, type Content, type Wrong } from './model';
import type { StepBody } from './send-step';
import { t } from './text';

type Trouble = 'pasteEmpty' | 'notValid' | 'noNumber' | 'same';

/** What the new certificate is held against. */
export interface OldOne {
  number: string;
  wrong: Wrong;
  content: Content | null;
}

export class IssueForm {
  private old: OldOne = { number: '', wrong: 'other', content: null };
  private trouble: Trouble | null = null;
  private found: { text: string; number: string; verdict: Verdict } | null = null;
  private box: ScanBox | null = null;
  private boxIn: HTMLElement | null = null;
  private turn = 0;
  /** Said by hand that it is of the same person, where name and birth date are both others than before. */
  private isSamePerson = false;

  constructor(
    private readonly core: Core,
    private readonly redraw: () => void,
    private readonly send: (body: StepBody) => void,
  ) {}

  /** The box for camera and pictures lives in a part that is not drawn by us. */
  mount(place: HTMLElement): void {
    if (this.boxIn === place) return this.box?.draw();
    this.box?.dispose();
    this.boxIn = place;
    this.box = scanBox(place, { documents: true, onTexts: ([text = '']) => this.judge(text) });
  }

  clear(): void {
    ++this.turn;
    this.found = null;
    this.trouble = null;
    this.isSamePerson = false;
  }

  dispose(): void {
    this.clear();
    this.box?.dispose();
    this.box = this.boxIn = null;
  }

  /** True when it may be sent. */
  private async judge(text: string): Promise<boolean> {
    const mine = ++this.turn;
    this.found = null;
    this.isSamePerson = false;
    this.trouble = text.trim() ? null : 'pasteEmpty';
    if (!this.trouble) {
      const verdict = await this.core.verify<Verdict>(text.trim()).catch(() => null);
      if (mine !== this.turn) return false;
      const number = numberOf(verdict);
      if (verdict?.summary !== 'valid') this.trouble = 'notValid';
      else if (!number) this.trouble = 'noNumber';
      else if (number === this.old.number) this.trouble = 'same';
      else this.found = { text: text.trim(), number, verdict };
    }
    this.redraw();
    requestAnimationFrame(() => document.querySelector<HTMLElement>(this.found ? '.desk-new' : '#issue-code')?.focus());
    return this.found !== null;
  }

  private paste(event: Event): void {
    event.preventDefault();
    void this.judge(document.querySelector<HTMLTextAreaElement>('#issue-code')?.value ?? '');
  }

  draw(old: OldOne, isBusy: boolean): TemplateResult {
    this.old = old;
    return html`<section class="card desk-issue" aria-labelledby="issue-title">
      <h2 id="issue-title">${t('act.issue')}</h2>
      ${this.found ? this.ready(this.found, isBusy) : nothing}
      <div ?hidden=${this.found !== null}>
        <p>${t('act.issueHelp')}</p>
        <div class="desk-scan"></div>
        <form novalidate @submit=${(event: Event) => this.paste(event)}>
          <div class="question ${this.trouble ? 'wrong' : ''}">
            <label for="issue-code">${t('act.paste')}</label>
            ${this.trouble ? html`<p class="error" id="issue-error" role="alert">${iconWarn()}<span>${t(`act.${this.trouble}`)}</span></p>` : nothing}
            <textarea class="input" id="issue-code" rows="3" autocomplete="off" autocapitalize="off" spellcheck="false"
              aria-describedby=${this.trouble ? 'issue-error' : nothing} aria-invalid=${this.trouble ? 'true' : nothing}></textarea>
          </div>
          <button class="button" type="submit" ?disabled=${isBusy}>${t('act.judge')}</button>
        </form>
      </div>
    </section>`;
  }

  /** Whether it says the same as before of what is wrong: pointed at, not forbidden, since the wrong thing may be another one. */
  private isUnchanged({ content }: Verdict): boolean {
    const before = writtenOf(this.old.content, this.old.wrong);
    return before !== '' && before === writtenOf(content, this.old.wrong);
  }

  /** One of both may be what was wrong; both at once are more likely another person's certificate. */
  private isOfAnother({ content }: Verdict): boolean {
    if (!this.old.content || !content) return false;
    const [before, after] = [personOf(this.old.content), personOf(content)];
    return (before.name || before.latin) !== (after.name || after.latin) && before.birthDate !== after.birthDate;
  }

  /** Against whom it was held. */
  private compared(isOfAnother: boolean): TemplateResult | typeof nothing {
    if (!this.old.content) return html`<div class="notice warm desk-uncompared">${iconWarn()}<p>${t('act.uncompared')}</p></div>`;
    if (!isOfAnother) return nothing;
    const { name, latin, birthDate } = personOf(this.old.content);
    return html`<div class="notice bad desk-another">${iconWarn()}<p>${t('act.another', { who: [name || latin, birthDate].filter(Boolean).join(', ') })}</p></div>
      <div class="options"><label class="option">
        <input type="checkbox" id="issue-same-person" .checked=${this.isSamePerson} @change=${(event: Event) => {
          this.isSamePerson = event.target instanceof HTMLInputElement && event.target.checked;
          this.redraw();
        }} /><span>${t('act.samePerson')}</span>
      </label></div>`;
  }

  private ready({ text, number, verdict }: { text: string; number: string; verdict: Verdict }, isBusy: boolean): TemplateResult {
    const other = (): void => {
      this.clear();
      this.redraw();
    };
    const isOfAnother = this.isOfAnother(verdict);
    return html`<div class="desk-new" tabindex="-1">
      <p class="correction-judged">${mark('valid')} <b>${t('act.newOne')}: ${verifyText('summary.valid')}</b></p>
      <p><code>${number}</code></p>
      ${this.isUnchanged(verdict) ? html`<div class="notice warm desk-unchanged">${iconWarn()}<p>${t('act.unchanged', { what: writtenOf(verdict.content, this.old.wrong) })}</p></div>` : nothing}
      ${person(verdict)} ${contents(verdict)} ${this.compared(isOfAnother)}
      <div class="actions">
        <button class="button desk-send" type="button" ?disabled=${isBusy || (isOfAnother && !this.isSamePerson)} @click=${() => this.send({ action: 'issued', newCertificate: number, newCode: text })}>${t('act.send')}</button>
        <button class="button second" type="button" ?disabled=${isBusy} @click=${other}>${t('act.other')}</button>
      </div>
    </div>`;
  }
}
