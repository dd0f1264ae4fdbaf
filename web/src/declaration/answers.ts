/** Answers in words, for the page before sending and for the one after. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Core } from '../core/facade';
import { formatDay, formatNumber } from '../app/format';
import { countryName, isCountry } from './countries';
import { applies, fieldsOf, type Answer, type Answers, type FieldSpec, type FormSpec } from './form-spec';
import { optionText, placeName } from './questions';
import { t } from './text';
import { districts, provinces, rememberName, unitName } from './units';

export function sectionTitle(section: string): string {
  return t.maybe(`declaration.section.${section}`) ?? section;
}

/** The same over answers that were given: what was a page of its own is then only a part. */
export function partTitle(section: string): string {
  return t.maybe(`declaration.section.${section}.done`) ?? sectionTitle(section);
}

/** The answers of one section. Before sending, required questions are listed even when they are open. */
export function answerList(
  spec: FormSpec,
  section: string,
  answers: Answers,
  which: 'required' | 'answered' = 'required',
): TemplateResult {
  const asked = fieldsOf(spec, section).filter((field) => field.control !== 'hidden' && applies(field, answers));
  const shown = asked.filter((field) => (field.required && which === 'required') || answers[field.name] !== undefined);
  return html`<dl class="answers">
    ${shown.length === 0 ? html`<div><dt>${t('unanswered')}</dt><dd></dd></div>` : nothing}
    ${shown.map((field) => {
      const value = answers[field.name];
      return html`<div>
        <dt>${t.maybe(`declaration.${field.name}`) ?? field.name}</dt>
        <dd class=${value === undefined ? 'unanswered' : ''}>${value === undefined ? t('unanswered') : wordsOf(field, value)}</dd>
      </div>`;
    })}
  </dl>`;
}

export function wordsOf(field: FieldSpec, value: Answer): string | TemplateResult {
  if (Array.isArray(value)) return html`${value.map((stay) => html`<div>${stayInWords(stay)}</div>`)}`;
  if (typeof value === 'number') {
    const unit = t.maybe(`declaration.${field.name}.unit`) ?? '';
    return `${field.name.endsWith('Dc') ? formatNumber(value / 10, 1) : formatNumber(value)} ${unit}`;
  }
  if (field.control === 'consent') return value === true ? t('yes') : t('no');
  if (typeof value === 'boolean' || field.type === 'choice') return optionText(field.name, String(value));
  if (field.type === 'unit') return unitName(value);
  if (field.type === 'country') return countryName(value);
  return field.name === 'birthDate' ? formatDay(value) : value;
}

function stayInWords(stay: Answers): string {
  const { place, from, to, transport, note } = stay;
  const days = [from, to].map((day) => (typeof day === 'string' ? formatDay(day) : '…')).join(' – ');
  const rest = [
    typeof transport === 'string' ? optionText('places.transport', transport) : '',
    typeof note === 'string' ? note : '',
  ];
  return [typeof place === 'string' ? placeName(place) : t('unanswered'), days, ...rest].filter(Boolean).join(', ');
}

/** Fetches the names of every unit that a body mentions; what cannot be had now is shown by its code. */
export async function learnNames(core: Core, answers: Answers): Promise<void> {
  const { province, places } = answers;
  const codes = (Array.isArray(places) ? places : []).flatMap(({ place }) => (typeof place === 'string' ? [place] : []));
  const learn = async (code: string): Promise<void> => {
    if (isCountry(code) || unitName(code) !== code) return;
    const { name } = await core.unit(code);
    rememberName(code, name);
  };
  await Promise.allSettled([
    provinces(),
    typeof province === 'string' ? districts(province) : Promise.resolve(),
    ...codes.map(learn),
  ]);
}
