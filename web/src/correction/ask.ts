/** The form in which a citizen says what is wrong in a certificate of the wallet. One thing at a time; nothing is answered beforehand but
 * what the certificate itself says: its number and its text. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import '../app/combo-box';
import type { Choice, ComboChange, ComboSetup } from '../app/combo-box';
import { today } from '../app/format';
import { iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import type { Core, Violation } from '../core/facade';
import { CoreError } from '../core/facade';
import { eventLine, personOf } from '../verify/parts';
import { dayOf, inputOf, SYSTEM, VERSION, writtenOf, WRONGS, type Content, type Wrong } from './model';
import { t, why } from './text';

export interface Asked {
  number: string;
  code: string;
  content: Content | null;
}

const DRAFT = 'correction.ask';
const FIELDS = ['shouldBe', 'fullName', 'phone', 'note'] as const;
type Field = (typeof FIELDS)[number];
const LONGEST: Record<Field, number> = { shouldBe: 200, fullName: 100, phone: 20, note: 500 };

interface Draft {
  number: string;
  wrong: Wrong | '';
  values: Partial<Record<Field, string>>;
  unit: string;
  unitName: string;
}

/** `done` is told whether it was sent (or waits to be). */
export function askForm(core: Core, place: HTMLElement, asked: Asked, done: (sent: boolean) => void): () => void {
  let gone = false;
  let draft: Draft = { number: asked.number, wrong: '', values: {}, unit: '', unitName: '' };
  let consent = false;
  let troubles: Violation[] = [];
  let failure = '';
  let isSending = false;
  /** Nothing is called wrong before somebody has tried to send. */
  let isTried = false;

  async function open(): Promise<void> {
    const before = await core.drafts.load<Draft>(DRAFT).catch(() => null);
    if (gone || before?.number !== asked.number) return;
    draft = before;
    draw();
  }

  function change(next: Partial<Draft>): void {
    draft = { ...draft, ...next };
    void core.drafts.save(DRAFT, draft).catch(() => undefined); // a form of few fields can be typed again
    if (isTried) void judge();
    else draw();
  }

  function body(): Record<string, unknown> {
    const said: Record<string, unknown> = { certificate: asked.number };
    if (asked.code) said['code'] = asked.code;
    if (draft.wrong) said['wrong'] = draft.wrong;
    for (const field of FIELDS) {
      const value = (draft.values[field] ?? '').normalize('NFC').trim();
      if (value) said[field] = field === 'shouldBe' && draft.wrong && inputOf(draft.wrong) === 'birth' ? dayOf(value) : value;
    }
    if (consent) said['dataConsent'] = true;
    return said;
  }

  async function judge(): Promise<void> {
    const found = await core.check(SYSTEM, 'request', VERSION, body(), { unit: draft.unit });
    if (gone) return;
    troubles = found.filter(({ warning }) => !warning);
    if (!draft.unit) troubles.push({ field: 'unit', rule: 'field.required' });
    draw();
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (isSending) return;
    isTried = isSending = true; // before the core is asked: a second press comes while it thinks
    failure = '';
    try {
      await judge();
      if (troubles.length > 0) {
        isSending = false;
        draw();
        return focus('.summary');
      }
      await core.submit(SYSTEM, 'request', VERSION, body(), { unit: draft.unit, draft: DRAFT });
      void core.outbox.flush().catch(() => undefined); // offline it goes later
      return done(true);
    } catch (error) {
      isSending = false;
      failure = error instanceof CoreError ? why(error.violations[0]?.rule ?? (error.rule || error.code)) : t('ask.failed');
    }
    draw();
    focus('.summary');
  }

  function focus(selector: string): void {
    requestAnimationFrame(() => place.querySelector<HTMLElement>(selector)?.focus());
  }

  /** Communes, and the island districts that have none. */
  async function communes(query: string): Promise<Choice[]> {
    if (query.trim() === '') return [];
    const hits = await core.searchUnits(query, { limit: 30 });
    const isEnd = await Promise.all(
      hits.map(async ({ code, level }) => level === 3 || (level === 2 && (await core.unitChildren(code)).length === 0)),
    );
    return hits.filter((_, at) => isEnd[at]).map(({ code, name, parents }) => ({ code, name, under: parents.join(', ') }));
  }

  // ---- drawing -------------------------------------------------------------------------------------------------

  const troubleOf = (field: string): Violation | undefined => troubles.find((each) => each.field === field);

  function errorLine(field: string): TemplateResult | typeof nothing {
    const found = troubleOf(field);
    if (!found) return nothing;
    return html`<p class="error" id="ask-${field}-error">${iconWarn()}<span>${why(found.rule, found.params ?? undefined)}</span></p>`;
  }

  const describedBy = (field: string, hint = ''): string | typeof nothing =>
    [hint ? `ask-${field}-hint` : '', troubleOf(field) ? `ask-${field}-error` : ''].filter(Boolean).join(' ') || nothing;

  function question(field: string, label: string, hint: string, control: TemplateResult): TemplateResult {
    return html`<div class="question ${troubleOf(field) ? 'wrong' : ''}">
      <label for="ask-${field}">${label}</label>
      ${hint ? html`<p class="hint" id="ask-${field}-hint">${hint}</p>` : nothing} ${errorLine(field)} ${control}
    </div>`;
  }

  function input(field: Field, label: string, hint = '', more: { type?: string; autocomplete?: string } = {}): TemplateResult {
    const isDate = more.type === 'date';
    return question(
      field,
      label,
      hint,
      html`<input
        class="input ${isDate || field === 'phone' ? 'w-middle' : ''}"
        id="ask-${field}"
        type=${more.type ?? 'text'}
        maxlength=${isDate ? nothing : LONGEST[field]}
        max=${isDate ? today() : nothing}
        autocomplete=${more.autocomplete ?? 'off'}
        spellcheck="false"
        aria-describedby=${describedBy(field, hint)}
        aria-invalid=${troubleOf(field) ? 'true' : nothing}
        .value=${draft.values[field] ?? ''}
        @input=${(event: Event) => change({ values: { ...draft.values, [field]: (event.target as HTMLInputElement).value } })}
      />`, // the handler hangs on this input only
    );
  }

  function wrongChoice(): TemplateResult {
    return html`<fieldset class="question ${troubleOf('wrong') ? 'wrong' : ''}" aria-describedby=${describedBy('wrong')}>
      <legend>${t('ask.wrong')}</legend>
      <p class="hint">${t('ask.wrongHint')}</p>
      ${errorLine('wrong')}
      <div class="options">
        ${WRONGS.map(
          (wrong, at) => html`<label class="option">
            <input
              type="radio"
              id=${at === 0 ? 'ask-wrong' : `ask-wrong-${at}`}
              name="ask-wrong"
              value=${wrong}
              .checked=${draft.wrong === wrong}
              @change=${() => change({ wrong, values: { ...draft.values, shouldBe: '' } })}
            /><span>${t(`wrong.${wrong}`)}</span>
          </label>`,
        )}
      </div>
    </fieldset>`;
  }

  function shouldBe(): TemplateResult | typeof nothing {
    if (!draft.wrong) return nothing;
    const written = writtenOf(asked.content, draft.wrong);
    const kind = inputOf(draft.wrong);
    const hint = kind === 'birth' ? t('ask.birthHint') : draft.wrong === 'missingDose' ? t('ask.missingHint') : draft.wrong === 'other' ? t('ask.otherHint') : '';
    return html`${written ? html`<p class="correction-written">${t('ask.written')} <b>${written}</b></p>` : nothing}
    ${input('shouldBe', t(draft.wrong === 'missingDose' ? 'ask.missing' : 'ask.shouldBe'), hint, kind === 'date' ? { type: 'date' } : {})}`;
  }

  function unitField(): TemplateResult {
    const setup: ComboSetup = {
      id: 'ask-unit',
      text: draft.unitName,
      describedBy: ['ask-unit-hint', troubleOf('unit') ? 'ask-unit-error' : ''].filter(Boolean).join(' '),
      invalid: troubleOf('unit') !== undefined,
      required: true,
      source: communes,
    };
    const choose = ({ detail: { choice } }: CustomEvent<ComboChange>): void =>
      change({ unit: choice?.code ?? '', unitName: choice ? [choice.name, choice.under?.split(', ')[0]].filter(Boolean).join(', ') : '' });
    return question('unit', t('ask.unit'), t('ask.unitHint'), html`<combo-box .setup=${setup} @choose=${choose}></combo-box>`);
  }

  function note(): TemplateResult {
    return question(
      'note',
      t('ask.note'),
      t('ask.noteHint'),
      html`<textarea class="input" id="ask-note" rows="3" maxlength=${LONGEST.note} aria-describedby=${describedBy('note', 'hint')}
        aria-invalid=${troubleOf('note') ? 'true' : nothing} .value=${draft.values.note ?? ''}
        @input=${(event: Event) => change({ values: { ...draft.values, note: (event.target as HTMLTextAreaElement).value } })}></textarea>`,
    );
  }

  function consentField(): TemplateResult {
    return html`<div class="question ${troubleOf('dataConsent') ? 'wrong' : ''}">
      <p>${t('ask.whatIsSent')}</p>
      ${errorLine('dataConsent')}
      <div class="options"><label class="option">
        <input type="checkbox" id="ask-dataConsent" .checked=${consent} aria-describedby=${describedBy('dataConsent')} aria-invalid=${troubleOf('dataConsent') ? 'true' : nothing}
          @change=${(event: Event) => {
            consent = (event.target as HTMLInputElement).checked;
            if (isTried) void judge();
          }} /><span>${t('ask.consent')}</span>
      </label></div>
    </div>`;
  }

  function summary(): TemplateResult | typeof nothing {
    if (!failure && troubles.length === 0) return nothing;
    return html`<div class="summary" role="alert" tabindex="-1">
      <p class="error">${iconWarn()}<span>${failure || t('ask.check', { n: troubles.length })}</span></p>
    </div>`;
  }

  function draw(): void {
    if (gone) return;
    const { content, number } = asked;
    const person = content ? personOf(content) : null;
    render(
      html`<div class="wrap page correction"><div class="narrow">
        ${summary()}
        <h1 tabindex="-1">${t('ask.title')}</h1>
        <p>${t('ask.lead')}</p>
        <dl class="card correction-which">
          <div><dt>${t('ask.which')}</dt><dd>${content?.events.map(eventLine).join('; ') ?? ''}</dd></div>
          <div><dt>${t('ask.holder')}</dt><dd>${person?.name || person?.latin || ''}</dd></div>
          <div><dt>${t('ask.number')}</dt><dd><code>${number}</code></dd></div>
        </dl>
        <form novalidate @submit=${(event: Event) => void send(event)}>
          ${wrongChoice()} ${shouldBe()} ${unitField()} ${input('fullName', t('ask.fullName'), t('ask.fullNameHint'), { autocomplete: 'name' })}
          ${input('phone', t('ask.phone'), t('ask.phoneHint'), { type: 'tel', autocomplete: 'tel' })} ${note()} ${consentField()}
          <div class="actions">
            <button class="button" type="submit" ?disabled=${isSending}>${t('ask.send')}</button>
            <button class="button second" type="button" ?disabled=${isSending} @click=${() => done(false)}>${t('ask.cancel')}</button>
          </div>
        </form>
      </div></div>`,
      place,
    );
  }

  const stopLanguage = onLanguage(draw);
  draw();
  place.querySelector<HTMLElement>('h1')?.focus();
  scrollTo(0, 0);
  void open();
  return () => {
    gone = true;
    stopLanguage();
    render(nothing, place);
  };
}
