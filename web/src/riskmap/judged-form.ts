/** A form of the map page whose fields the core judges at every pause: what is wrong stands beside each field once somebody has been there. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Violation } from '../core/facade';
import { iconWarn } from '../app/icons';
import { ruleText } from '../declaration/text';
import { focusOn } from './focus';
import type { PanelContext } from './panels';
import './judged-form.css';

const PAUSE_MS = 250;
/** What fits into a field that says nothing else. */
const LONGEST_LINE = 100;
/** A press leaves the field in which somebody types where it is: to leave it may show what is wrong there, and the button would move away under the press. */
export const stay = (event: Event): void => event.preventDefault();

export abstract class JudgedForm {
  protected violations: Violation[] = [];
  protected touched = new Set<string>();
  protected isSending = false;
  protected trouble = '';
  protected gone = false;
  private timer = 0;
  private turn = 0;

  protected constructor(
    protected readonly context: PanelContext,
    /** Begins the ids of the fields. */
    private readonly name: string,
    protected readonly values: Record<string, string>,
  ) {}

  dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
  }

  // ---- judging

  /** What the core has against the form as it stands. */
  protected abstract judge(): Promise<Violation[]>;

  protected checkSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), PAUSE_MS);
  }

  protected async check(): Promise<void> {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    try {
      const found = await this.judge();
      if (turn !== this.turn || this.gone) return;
      this.violations = found.filter(({ warning }) => !warning);
    } catch {
      if (turn !== this.turn || this.gone) return;
      this.violations = []; // asked again when it is sent
    }
    this.context.redraw();
  }

  /** What was typed, as it goes into a record; "" for what was left empty. */
  protected said(field: string): string {
    return (this.values[field] ?? '').normalize('NFC').trim();
  }

  protected touchAll(more: readonly string[] = []): void {
    for (const field of [...Object.keys(this.values), ...more]) this.touched.add(field);
  }

  protected tell(trouble: string): void {
    this.isSending = false;
    this.trouble = trouble;
    this.context.redraw();
    focusOn(`.${this.name}-trouble`);
  }

  // ---- fields

  protected troubleNotice(): TemplateResult | typeof nothing {
    return this.trouble ? html`<div class="notice bad ${this.name}-trouble" role="alert" tabindex="-1">${iconWarn()}<p>${this.trouble}</p></div>` : nothing;
  }

  protected errorOf(field: string): TemplateResult | typeof nothing {
    const found = this.touched.has(field) ? this.violations.find((violation) => violation.field === field) : undefined;
    if (!found) return nothing;
    return html`<p class="error" id="${this.name}-${field}-error">${iconWarn()}<span>${ruleText(found.rule, found.params)}</span></p>`;
  }

  protected set(field: string, value: string): void {
    this.values[field] = value;
    this.checkSoon();
    this.context.redraw();
  }

  /** A field was left. One that goes away while somebody is in it is left too: in the middle of a drawing, which must not begin another. */
  protected touch(field: string): void {
    this.touched.add(field);
    queueMicrotask(() => {
      if (!this.gone) this.context.redraw();
    });
  }

  protected input(field: string, label: string, type: 'text' | 'date' | 'time', longest = LONGEST_LINE): TemplateResult {
    const error = this.errorOf(field);
    return html`<div class="judged-field">
      <label class="label" for="${this.name}-${field}">${label}</label>
      ${error}
      <input class="input" id="${this.name}-${field}" type=${type} maxlength=${longest} autocomplete="off"
        .value=${this.values[field] ?? ''}
        aria-invalid=${error === nothing ? nothing : 'true'} aria-describedby=${error === nothing ? nothing : `${this.name}-${field}-error`}
        @input=${(event: Event) => this.set(field, (event.target as HTMLInputElement).value)}
        @blur=${() => this.touch(field)} />
    </div>`; // the handlers hang on this input only
  }

  protected area(field: string, label: string, longest: number): TemplateResult {
    const error = this.errorOf(field);
    return html`<div class="judged-field">
      <label class="label" for="${this.name}-${field}">${label}</label>
      ${error}
      <textarea class="input" id="${this.name}-${field}" rows="2" maxlength=${longest} .value=${this.values[field] ?? ''}
        aria-invalid=${error === nothing ? nothing : 'true'} aria-describedby=${error === nothing ? nothing : `${this.name}-${field}-error`}
        @input=${(event: Event) => this.set(field, (event.target as HTMLTextAreaElement).value)}
        @blur=${() => this.touch(field)}></textarea>
    </div>`;
  }

  protected select(field: string, label: string, options: readonly (readonly [string, string])[]): TemplateResult {
    const error = this.errorOf(field);
    return html`<div class="judged-field">
      <label class="label" for="${this.name}-${field}">${label}</label>
      ${error}
      <select class="input" id="${this.name}-${field}" aria-invalid=${error === nothing ? nothing : 'true'} aria-describedby=${error === nothing ? nothing : `${this.name}-${field}-error`}
        @change=${(event: Event) => {
          this.touched.add(field);
          this.set(field, (event.target as HTMLSelectElement).value);
        }}>
        ${options.map(([code, words]) => html`<option value=${code} .selected=${code === this.values[field]}>${words}</option>`)}
      </select>
    </div>`;
  }
}
