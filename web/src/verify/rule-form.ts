/** A new rule from a template: what is asked in plain words; the core makes the rule of it and says what it says. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Area } from '../app/language';
import type { text as vi } from '../text/vi/simulator';
import { nameOf, PRODUCTS } from './codes';

type Texts = Area<keyof typeof vi>;

const TEMPLATES = ['doseAge', 'doseCount', 'product', 'testAge', 'testType', 'recoveryWindow'] as const;
type TemplateName = (typeof TEMPLATES)[number];

/** As the core reads it (certificate/compose.h). */
export interface Draft {
  template: TemplateName;
  type: 'acceptance' | 'invalidation';
  country: string;
  scope?: string;
  bound?: string;
  amount?: number | null;
  until?: number | null;
  unit?: string;
  codes?: readonly string[];
}

type Choice = 'scope' | 'bound' | 'unit';
type Figure = 'amount' | 'until';

interface Asked {
  choices: Partial<Record<Choice, readonly [string, ...string[]]>>;
  figures: Partial<Record<Figure, number>>;
  codes?: readonly string[];
}

/** What each template asks, and what stands there first. */
const ASKED: Record<TemplateName, Asked> = {
  doseAge: { choices: { scope: ['booster', 'primary', 'any'], bound: ['atMost', 'atLeast'], unit: ['month', 'day'] }, figures: { amount: 9 } },
  doseCount: { choices: { bound: ['atLeast', 'atMost'] }, figures: { amount: 3 } },
  product: { choices: { bound: ['notAmong', 'among'] }, figures: {}, codes: PRODUCTS },
  testAge: { choices: { scope: ['any', 'naat', 'rapid'], unit: ['hour', 'day'] }, figures: { amount: 48 } },
  testType: { choices: {}, figures: {}, codes: ['LP6464-4', 'LP217198-3'] },
  recoveryWindow: { choices: { unit: ['day', 'month'] }, figures: { amount: 11, until: 180 } },
};

export function draftOf(template: TemplateName): Draft {
  const { choices, figures, codes } = ASKED[template];
  const first = Object.fromEntries(Object.entries(choices).map(([name, words]) => [name, words[0]]));
  return { template, type: 'acceptance', country: 'VN', ...first, ...figures, ...(codes ? { codes: [] } : {}) };
}

/** What the core is asked: a figure with a fraction is none. */
export function askedOf(draft: Draft): object {
  const whole = (figure: number | null | undefined): number | null => (Number.isSafeInteger(figure) ? (figure ?? null) : null);
  const figures = Object.keys(ASKED[draft.template].figures) as Figure[]; // the type of the table has no others
  return { ...draft, ...Object.fromEntries(figures.map((name) => [name, whole(draft[name])])) };
}

export interface RuleForm {
  draft: Draft;
  /** What the rule says; "" while it is not known. */
  sentence: string;
  /** The member that is wrong; "" for none. */
  wrong: string;
  onChange(next: Draft): void;
  onAdd(): void;
  wordOf(code: string): string;
}

const valueOf = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value; // listeners sit on such

export function ruleForm({ draft, sentence, wrong, onChange, onAdd, wordOf }: RuleForm, t: Texts): TemplateResult {
  const { choices, figures, codes } = ASKED[draft.template];
  const invalid = (name: string): 'true' | typeof nothing => (wrong === name ? 'true' : nothing);
  const select = (name: Choice): TemplateResult | typeof nothing => {
    const words = choices[name];
    return words
      ? html`<div>
          <label class="label" for="rule-${name}">${t(`ask.${name}`)}</label>
          <select class="input" id="rule-${name}" @change=${(event: Event) => onChange({ ...draft, [name]: valueOf(event) })}>
            ${words.map((word) => html`<option value=${word} ?selected=${draft[name] === word}>${t.maybe(`${name}.${word}`) ?? word}</option>`)}
          </select>
        </div>`
      : nothing;
  };
  const figure = (name: Figure): TemplateResult | typeof nothing =>
    name in figures
      ? html`<div>
          <label class="label" for="rule-${name}">${t.maybe(`ask.${name}.${draft.template}`) ?? t(`ask.${name}`)}</label>
          <input
            class="input w-short"
            id="rule-${name}"
            type="number"
            inputmode="numeric"
            min="0"
            step="1"
            aria-invalid=${invalid(name)}
            aria-describedby="rule-says"
            .value=${String(draft[name] ?? '')}
            @input=${(event: Event) => onChange({ ...draft, [name]: valueOf(event) === '' ? null : Number(valueOf(event)) })}
          />
        </div>`
      : nothing;
  const tick = (code: string) => (event: Event): void => {
    const isOn = (event.target as HTMLInputElement).checked; // the listener sits on a checkbox
    onChange({ ...draft, codes: (codes ?? []).filter((each) => (each === code ? isOn : draft.codes?.includes(each))) });
  };
  return html`<form
    class="sim-form"
    novalidate
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      onAdd();
    }}
  >
    <div class="question">
      <label for="rule-template">${t('ask.template')}</label>
      <select class="input" id="rule-template" @change=${(event: Event) => onChange(draftOf(TEMPLATES.find((name) => name === valueOf(event)) ?? draft.template))}>
        ${TEMPLATES.map((name) => html`<option value=${name} ?selected=${name === draft.template}>${t(`template.${name}`)}</option>`)}
      </select>
    </div>
    <div class="sim-fields">
      ${select('scope')} ${select('bound')} ${figure('amount')} ${figure('until')} ${select('unit')}
    </div>
    ${draft.scope === 'booster' || draft.scope === 'primary' ? html`<p class="hint">${t('boosterHelp')}</p>` : nothing}
    ${codes
      ? html`<fieldset class="question" aria-invalid=${invalid('codes')} aria-describedby="rule-says">
          <legend>${t('ask.codes')}</legend>
          <div class="options sim-codes">
            ${codes.map(
              (code) => html`<label class="option">
                <input type="checkbox" .checked=${draft.codes?.includes(code) ?? false} @change=${tick(code)} />
                <span>${wordOf(code) === code ? nameOf(code) : wordOf(code)}</span>
              </label>`,
            )}
          </div>
        </fieldset>`
      : nothing}
    <div class="sim-fields">
      <div>
        <label class="label" for="rule-type">${t('ask.type')}</label>
        <select class="input" id="rule-type" @change=${(event: Event) => onChange({ ...draft, type: valueOf(event) === 'invalidation' ? 'invalidation' : 'acceptance' })}>
          ${(['acceptance', 'invalidation'] as const).map(
            (type) => html`<option value=${type} ?selected=${draft.type === type}>${t(`type.${type}`)}</option>`,
          )}
        </select>
      </div>
      <div>
        <label class="label" for="rule-country">${t('ask.country')}</label>
        <input
          class="input w-short"
          id="rule-country"
          maxlength="2"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          aria-invalid=${invalid('country')}
          aria-describedby="rule-says"
          .value=${draft.country}
          @input=${(event: Event) => onChange({ ...draft, country: valueOf(event).trim().toUpperCase() })}
        />
      </div>
    </div>
    <p class="sim-says ${wrong ? 'error' : ''}" id="rule-says" role="status">
      ${wrong ? (t.maybe(`wrong.${wrong}`) ?? t('wrong.other')) : sentence ? html`${t('says')} <b>${sentence}</b>` : ''}
    </p>
    <div class="actions"><button class="button second" type="submit">${t('add')}</button></div>
  </form>`;
}
