/** The form in which an official announces a level, corrects an announcement or ends one early: read over before it is sent. */

import { html, type TemplateResult } from 'lit/html.js';
import { formatDay } from '../app/format';
import type { Violation } from '../core/facade';
import { ruleText } from '../declaration/text';
import { bodyOf, typedOf, type Standing } from './declared-model';
import { t } from './declared-text';
import { levelWords, periodOf } from './declared-words';
import { focusOn } from './focus';
import { JudgedForm, stay } from './judged-form';
import type { PanelContext } from './panels';
import { sendRecord, wordsOf, type Outcome } from './send-record';

const LEVELS = [1, 2, 3, 4] as const;
const LONGEST_REASON = 1000;
const FIELDS = ['level', 'from', 'until', 'documentNumber', 'reason'] as const;
type Field = (typeof FIELDS)[number];

/** `end` asks for the last day alone; the rest stays what it was. */
export type Purpose = { is: 'new'; old: null } | { is: 'correct' | 'end'; old: Standing };

/** Of which unit, and as an official of which one it is recorded. */
export interface Place {
  unit: string;
  name: string;
  recordUnit: string;
}

export interface DeclareFormEnds {
  /** What became of the record, with what to say when it was received; null: the form was left. */
  done: (sent: { outcome: Exclude<Outcome, { is: 'refused' }>; words: string } | null) => void;
  /** Why it was not recorded, when the form is no longer there to say it. */
  failedAway: (why: string) => void;
}

export class DeclareForm extends JudgedForm {
  private isAsking = false;

  constructor(
    context: PanelContext,
    readonly place: Place,
    readonly purpose: Purpose,
    private readonly ends: DeclareFormEnds,
  ) {
    const day = context.state.now.day ?? '';
    const { is, old } = purpose;
    const before = old ? typedOf(old) : { level: '', from: day, until: '', documentNumber: '', reason: '' };
    // A level cannot end before it began.
    super(context, 'declared', is === 'end' ? { ...before, until: day < before.from ? before.from : day } : { ...before });
    this.checkSoon();
  }

  // ---- judging and sending

  private typed(): Record<Field, string> {
    return { level: this.said('level'), from: this.said('from'), until: this.said('until'), documentNumber: this.said('documentNumber'), reason: this.said('reason') };
  }

  private body(): Record<string, unknown> {
    return bodyOf(this.place.unit, this.typed());
  }

  protected override async judge(): Promise<Violation[]> {
    const { core } = this.context;
    const found = await core.check('riskmap', 'declared_level', 1, this.body(), { unit: this.place.recordUnit, byOfficial: true });
    // An announcement may be without an end; ending one may not.
    const isEndless = this.purpose.is === 'end' && this.said('until') === '';
    return isEndless ? [{ field: 'until', rule: 'field.required' }, ...found] : found;
  }

  private labelOf(field: string): string | null {
    if (field === 'until') return t(this.purpose.is === 'end' ? 'form.endUntil' : 'form.until');
    if (field === 'documentNumber') return t('form.document');
    return field === 'level' || field === 'from' || field === 'reason' ? t(`form.${field}`) : null;
  }

  /** Which fields are to be mended; of one that is not shown, what is wrong. */
  private summary(): string {
    const words = this.violations.map(({ field, rule, params }) => this.labelOf(field) ?? ruleText(rule, params));
    return t('form.wrong', { n: this.violations.length, fields: [...new Set(words)].join(', ') });
  }

  private async review(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    this.trouble = '';
    this.touchAll();
    await this.check();
    if (this.gone) return;
    if (this.violations.length > 0) return this.tell(this.summary());
    this.isSending = false;
    this.isAsking = true;
    this.context.redraw();
    focusOn('#declared-confirm-title');
  }

  private back(): void {
    this.isAsking = false;
    this.checkSoon();
    this.context.redraw();
    focusOn('.declared-form [type="submit"]');
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    this.context.redraw();
    const { is, old } = this.purpose;
    const words = this.words(`said.${is}`);
    const options = { unit: this.place.recordUnit, ...(old ? { supersedes: old.record } : {}) };
    try {
      const outcome = await sendRecord(this.context.core, 'riskmap', 'declared_level', 1, this.body(), options);
      if (outcome.is === 'refused') return this.fail(ruleText(outcome.rule));
      this.ends.done({ outcome, words });
    } catch (error) {
      this.fail(wordsOf(error));
    }
  }

  private fail(why: string): void {
    const words = t('failed', { why });
    if (this.gone) return this.ends.failedAway(words);
    this.isAsking = false;
    this.tell(words);
  }

  private words(key: 'said.new' | 'said.correct' | 'said.end' | 'confirm.text' | 'confirm.endText'): string {
    const { level, from, until, documentNumber, reason } = this.typed();
    return t(key, {
      name: this.place.name, level: levelWords(Number(level)), period: periodOf({ from, until: until || null }),
      number: documentNumber, reason, until: until && formatDay(until),
    });
  }

  // ---- drawing

  draw(): TemplateResult {
    return this.isAsking ? this.confirmation() : this.form();
  }

  private confirmation(): TemplateResult {
    const { is } = this.purpose;
    return html`<div class="judged-form declared-confirm no-print" role="group" aria-labelledby="declared-confirm-title">
      <h3 id="declared-confirm-title" tabindex="-1">${t(`confirm.${is}`)}</h3>
      <p>${this.words(is === 'end' ? 'confirm.endText' : 'confirm.text')}</p>
      <div class="judged-actions">
        <button class="button" type="button" data-do="yes" ?disabled=${this.isSending} @click=${() => void this.send()}>${t(`confirm.${is}.yes`)}</button>
        <button class="button second" type="button" data-do="back" ?disabled=${this.isSending} @click=${() => this.back()}>${t('confirm.back')}</button>
      </div>
    </div>`;
  }

  private form(): TemplateResult {
    const { is, old } = this.purpose;
    return html`<form class="judged-form declared-form no-print" novalidate @submit=${(event: Event) => void this.review(event)} aria-labelledby="declared-form-title">
      <h3 id="declared-form-title" tabindex="-1">${t(`form.${is}`, { number: old?.document ?? '' })}</h3>
      ${is === 'end' ? this.endFields(old) : this.fields()}
      ${this.troubleNotice()}
      <div class="judged-actions">
        <button class="button" type="submit" ?disabled=${this.isSending} @mousedown=${stay}>${t('form.go')}</button>
        <button class="button second" type="button" data-do="cancel" ?disabled=${this.isSending} @mousedown=${stay} @click=${() => this.ends.done(null)}>${t('form.cancel')}</button>
      </div>
    </form>`;
  }

  private fields(): TemplateResult {
    const levels = LEVELS.map((level): [string, string] => [String(level), levelWords(level)]);
    return html`<div class="judged-fields">
        ${this.select('level', t('form.level'), [['', t('form.levelNone')], ...levels])}
        ${this.input('documentNumber', t('form.document'), 'text')}
        ${this.input('from', t('form.from'), 'date')} ${this.input('until', t('form.until'), 'date')}
      </div>
      ${this.area('reason', t('form.reason'), LONGEST_REASON)}
      <p class="soft small">${t('form.public')}</p>`;
  }

  private endFields(old: Standing): TemplateResult {
    return html`<p>${t('form.endHelp', { level: levelWords(old.level), period: periodOf(old) })}</p>
      <div class="judged-fields">${this.input('until', t('form.endUntil'), 'date')}</div>`;
  }
}
