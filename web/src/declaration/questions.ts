/** Draws the questions of a field list: one function for each kind of control, the same parts around all of them. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import '../app/combo-box';
import type { Choice, ComboChange, ComboSetup } from '../app/combo-box';
import { today } from '../app/format';
import { iconClose, iconPlus, iconWarn } from '../app/icons';
import { countries, countryName, isCountry } from './countries';
import { applies, idOf, type Answer, type Answers, type FieldSpec, type Trouble } from './form-spec';
import { ruleText, t } from './text';
import { districts, narrow, provinces, rememberName, unitName } from './units';

/** What the questions need of the form around them. Paths are those of violations: `places[0].from`. */
export interface Asking {
  answers: Answers;
  /** Typed text that is no answer yet: half a date, letters where a number is due. */
  raw: Record<string, string>;
  troubles(path: string): Trouble[];
  answer(path: string, value: Answer | undefined): void;
  type(path: string, text: string | undefined): void;
  /** The person has left the question; what is wrong with it may be said now. */
  left(path: string): void;
  searchUnits(query: string): Promise<Choice[]>;
}

const COMPACT = new Set(['signs', 'contacts', 'conditions']);
const UPPER = new Set(['idNumber', 'insuranceNumber']);
/** Not required by the field list, yet not free either: the core decides by the other answers. */
const DECIDED = new Set(['idNumber', 'district', 'ward', 'temperatureSource', 'signsNone']);
/** What the browser may fill in by itself, and which keyboard the phone shows. */
const HELP: Record<string, { autocomplete?: string; inputmode?: string; type?: string }> = {
  fullName: { autocomplete: 'name' },
  phone: { autocomplete: 'tel', inputmode: 'tel', type: 'tel' },
  email: { autocomplete: 'email', inputmode: 'email', type: 'email' },
  address: { autocomplete: 'street-address' },
};

function labelOf(key: string): string {
  return t.maybe(`declaration.${key}`) ?? key;
}

function hintOf(key: string): string | undefined {
  return t.maybe(`declaration.${key}.hint`);
}

export function optionText(key: string, option: string): string {
  const own = t.maybe(`declaration.${key}.${option}`);
  if (own !== undefined) return own;
  if (option === 'true' || option === 'yes') return t('yes');
  if (option === 'false' || option === 'no') return t('no');
  if (option === 'unknown') return t('unknown');
  return option;
}

/** The name of a stay's place: a unit of Việt Nam by code, or a country. */
export function placeName(code: string): string {
  return isCountry(code) ? countryName(code) : unitName(code);
}

function marks(path: string, hint: boolean, troubles: Trouble[]): string {
  const id = idOf(path);
  return [hint ? `${id}-hint` : '', troubles.length > 0 ? `${id}-error` : ''].filter(Boolean).join(' ');
}

function errorLines(path: string, troubles: Trouble[]): TemplateResult | typeof nothing {
  if (troubles.length === 0) return nothing;
  return html`<div id="${idOf(path)}-error">
    ${troubles.map(
      (trouble) =>
        html`<p class="error ${trouble.warning ? 'mild' : ''}">
          ${iconWarn()}<span>${ruleText(trouble.rule, trouble.params)}</span>
        </p>`,
    )}
  </div>`;
}

function hintLine(path: string, hint: string | undefined): TemplateResult | typeof nothing {
  return hint ? html`<p class="hint" id="${idOf(path)}-hint">${hint}</p>` : nothing;
}

function optionalMark(field: FieldSpec): TemplateResult | typeof nothing {
  return field.required || DECIDED.has(field.name) ? nothing : html` <span class="optional">${t('optional')}</span>`;
}

function wrong(troubles: Trouble[]): string {
  return troubles.some((trouble) => !trouble.warning) ? 'wrong' : '';
}

/** A label above one control. */
function single(
  field: FieldSpec,
  path: string,
  key: string,
  asking: Asking,
  control: (describedBy: string, invalid: boolean) => TemplateResult,
): TemplateResult {
  const troubles = asking.troubles(path);
  const hint = hintOf(key);
  return html`<div class="question ${wrong(troubles)}">
    <label for=${idOf(path)}>${labelOf(key)}${optionalMark(field)}</label>
    ${hintLine(path, hint)} ${errorLines(path, troubles)}
    ${control(marks(path, hint !== undefined, troubles), wrong(troubles) !== '')}
  </div>`;
}

/** A group of answers under one question. */
function group(
  field: FieldSpec,
  path: string,
  key: string,
  asking: Asking,
  options: { value: Answer; text: string }[],
  inRow: boolean,
): TemplateResult {
  const troubles = asking.troubles(path);
  const hint = hintOf(key);
  const id = idOf(path);
  const current = valueAt(asking.answers, path);
  return html`<fieldset class="question ${wrong(troubles)}" aria-describedby=${marks(path, hint !== undefined, troubles) || nothing}>
    <legend>${labelOf(key)}${inRow ? nothing : optionalMark(field)}</legend>
    ${hintLine(path, hint)} ${errorLines(path, troubles)}
    <div class="options ${inRow ? 'row' : ''}">
      ${options.map(
        ({ value, text }, index) =>
          html`<label class="option">
            <input
              type="radio"
              id=${index === 0 ? id : `${id}-${index}`}
              name=${id}
              value=${String(value)}
              aria-invalid=${wrong(troubles) ? 'true' : nothing}
              .checked=${current === value}
              @change=${() => {
                asking.answer(path, value);
                asking.left(path);
              }}
            />
            <span>${text}</span>
          </label>`,
      )}
    </div>
  </fieldset>`;
}

/** The answer at a path such as `places[0].from`. */
export function valueAt(answers: Answers, path: string): Answer | undefined {
  const deep = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(path);
  if (!deep) return answers[path];
  const list = answers[deep[1] ?? ''];
  return Array.isArray(list) ? list[Number(deep[2])]?.[deep[3] ?? ''] : undefined;
}

function textOf(asking: Asking, path: string): string {
  const value = valueAt(asking.answers, path);
  return typeof value === 'string' ? value : '';
}

function typed(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    ? target.value
    : '';
}

function textField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  const help = HELP[field.name] ?? {};
  const digits = field.name === 'idNumber' && asking.answers['idType'] !== 'passport';
  return single(field, path, key, asking, (describedBy, invalid) => {
    const onInput = (event: Event): void => {
      const text = typed(event);
      asking.answer(path, text === '' ? undefined : UPPER.has(field.name) ? text.toUpperCase() : text);
    };
    if (field.control === 'textarea') {
      return html`<textarea
        class="input"
        id=${idOf(path)}
        aria-describedby=${describedBy || nothing}
        aria-invalid=${invalid ? 'true' : nothing}
        .value=${textOf(asking, path)}
        @input=${onInput}
        @blur=${() => asking.left(path)}
      ></textarea>`;
    }
    return html`<input
      class="input ${field.name === 'phone' || UPPER.has(field.name) ? 'w-middle' : ''}"
      id=${idOf(path)}
      type=${help.type ?? 'text'}
      inputmode=${digits ? 'numeric' : (help.inputmode ?? nothing)}
      autocomplete=${help.autocomplete ?? 'off'}
      spellcheck="false"
      aria-describedby=${describedBy || nothing}
      aria-invalid=${invalid ? 'true' : nothing}
      aria-required=${field.required ? 'true' : nothing}
      .value=${textOf(asking, path)}
      @input=${onInput}
      @blur=${() => asking.left(path)}
    />`;
  });
}

/** Whole numbers; a name that ends in `Dc` holds tenths and is typed with one decimal. */
function numberField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  const tenths = field.name.endsWith('Dc');
  const value = valueAt(asking.answers, path);
  const shown = typeof value === 'number' ? (tenths ? (value / 10).toFixed(1).replace('.', ',') : String(value)) : '';
  const unit = t.maybe(`declaration.${key}.unit`);
  const onInput = (event: Event): void => {
    const text = typed(event).trim();
    const good = tenths ? /^\d{1,3}([.,]\d)?$/.test(text) : /^\d{1,6}$/.test(text);
    const read = Math.round(Number(text.replace(',', '.')) * (tenths ? 10 : 1));
    asking.type(path, text === '' ? undefined : text);
    asking.answer(path, good ? read : undefined);
  };
  return single(
    field,
    path,
    key,
    asking,
    (describedBy, invalid) =>
      html`<div class="with-unit">
        <input
          class="input w-short"
          id=${idOf(path)}
          type="text"
          inputmode=${tenths ? 'decimal' : 'numeric'}
          autocomplete="off"
          aria-describedby=${describedBy || nothing}
          aria-invalid=${invalid ? 'true' : nothing}
          .value=${asking.raw[path] ?? shown}
          @input=${onInput}
          @blur=${() => asking.left(path)}
        />${unit ? html`<span>${unit}</span>` : nothing}
      </div>`,
  );
}

/** Day, month and year in three fields; the year alone is an answer too. */
function birthDateField(path: string, key: string, asking: Asking): TemplateResult {
  const troubles = asking.troubles(path);
  const hint = hintOf(key);
  const id = idOf(path);
  const stored = textOf(asking, path).split('-');
  const parts = (asking.raw[path] ?? [stored[2] ?? '', stored[1] ?? '', stored[0] ?? ''].join('|')).split('|');
  const names = [t('day'), t('month'), t('year')];
  const fills = ['bday-day', 'bday-month', 'bday-year'];
  const onInput = (which: number) => (event: Event) => {
    const next = parts.map((part, index) => (index === which ? typed(event).replace(/\D/g, '') : part));
    const [day = '', month = '', year = ''] = next;
    asking.type(path, next.join('|') === '||' ? undefined : next.join('|'));
    const two = (part: string): string => part.padStart(2, '0');
    if (year === '' && day === '' && month === '') asking.answer(path, undefined);
    else asking.answer(path, day === '' && month === '' ? year : `${year}-${two(month)}-${two(day)}`);
  };
  return html`<fieldset class="question ${wrong(troubles)}" aria-describedby=${marks(path, hint !== undefined, troubles) || nothing}>
    <legend>${labelOf(key)}</legend>
    ${hintLine(path, hint)} ${errorLines(path, troubles)}
    <div class="date-parts">
      ${parts.map(
        (part, index) =>
          html`<div>
            <label for=${index === 0 ? id : `${id}-${index}`}>${names[index]}</label>
            <input
              class="input ${index === 2 ? 'year' : ''}"
              id=${index === 0 ? id : `${id}-${index}`}
              type="text"
              inputmode="numeric"
              maxlength=${index === 2 ? 4 : 2}
              autocomplete=${fills[index] ?? 'off'}
              aria-invalid=${wrong(troubles) ? 'true' : nothing}
              .value=${part}
              @input=${onInput(index)}
              @blur=${index === 2 ? () => asking.left(path) : nothing}
            />
          </div>`,
      )}
    </div>
  </fieldset>`;
}

function dayField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  return single(
    field,
    path,
    key,
    asking,
    (describedBy, invalid) =>
      html`<input
        class="input w-date"
        id=${idOf(path)}
        type="date"
        max=${today()}
        aria-describedby=${describedBy || nothing}
        aria-invalid=${invalid ? 'true' : nothing}
        aria-required=${field.required ? 'true' : nothing}
        .value=${textOf(asking, path)}
        @change=${(event: Event) => asking.answer(path, typed(event) || undefined)}
        @blur=${() => asking.left(path)}
      />`,
  );
}

function selectField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  return single(
    field,
    path,
    key,
    asking,
    (describedBy, invalid) =>
      html`<select
        class="input w-middle"
        id=${idOf(path)}
        aria-describedby=${describedBy || nothing}
        aria-invalid=${invalid ? 'true' : nothing}
        @change=${(event: Event) => {
          asking.answer(path, typed(event) || undefined);
          asking.left(path);
        }}
      >
        <option value="" .selected=${textOf(asking, path) === ''}></option>
        ${(field.choices ?? []).map(
          (choice) =>
            html`<option value=${choice} .selected=${textOf(asking, path) === choice}>${optionText(key, choice)}</option>`,
        )}
      </select>`,
  );
}

function comboField(
  field: FieldSpec,
  path: string,
  key: string,
  asking: Asking,
  shownName: (code: string) => string,
  source: (query: string) => Promise<Choice[]>,
  disabled = false,
): TemplateResult {
  const code = textOf(asking, path);
  return single(field, path, key, asking, (describedBy, invalid) => {
    const setup: ComboSetup = {
      id: idOf(path),
      text: code === '' ? (asking.raw[path] ?? '') : shownName(code),
      describedBy,
      invalid,
      disabled,
      required: field.required,
      source,
    };
    const onChoose = (event: CustomEvent<ComboChange>): void => {
      const { choice, typed: left } = event.detail;
      if (choice) rememberName(choice.code, choice.name);
      asking.type(path, choice || left === '' ? undefined : left);
      asking.answer(path, choice?.code);
      asking.left(path);
    };
    return html`<combo-box .setup=${setup} @choose=${onChoose}></combo-box>`;
  });
}

/** Province, then district, then ward: each list comes from the answer before it. */
function unitField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  const province = textOf(asking, 'province');
  const district = textOf(asking, 'district');
  const asChoices = (list: Choice[], query: string): Choice[] => narrow(list, query);
  if (field.name === 'district') {
    const source = async (query: string): Promise<Choice[]> => asChoices(await districts(province), query);
    return comboField(field, path, key, asking, unitName, source, province === '');
  }
  if (field.name === 'ward') {
    const source = async (query: string): Promise<Choice[]> =>
      asChoices((await districts(province)).find((each) => each.code === district)?.wards ?? [], query);
    return comboField(field, path, key, asking, unitName, source, district === '');
  }
  const source = async (query: string): Promise<Choice[]> => asChoices(await provinceChoices(), query);
  return comboField(field, path, key, asking, unitName, source);
}

async function provinceChoices(): Promise<Choice[]> {
  return (await provinces()).map(({ code, name, absorbed }) =>
    absorbed.length === 0 ? { code, name } : { code, name, under: t('declaration.province.absorbed', { names: absorbed.join(', ') }) },
  );
}

/** A place of a stay: any unit of any level, or a country. */
function placeField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  const source = async (query: string): Promise<Choice[]> => {
    const abroad = countries().filter(({ code }) => code !== 'VNM');
    if (query.trim().length < 2) return provinceChoices();
    // Provinces stay findable before the core is open; it knows the 11,000 other units.
    const within = await asking.searchUnits(query).catch(async () => narrow(await provinceChoices(), query));
    return [...within, ...narrow(abroad, query).slice(0, 8)];
  };
  return comboField(field, path, key, asking, placeName, source);
}

function countryField(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  const source = (query: string): Promise<Choice[]> => Promise.resolve(narrow(countries(), query));
  const own = (): void => {
    asking.type(path, undefined);
    asking.answer(path, 'VNM');
    asking.left(path);
    document.getElementById(idOf(path))?.focus();
  };
  // Nothing is chosen beforehand; what most people are is one tap away.
  const shortcut = html`<button class="link-button shortcut" type="button" @click=${own}>${countryName('VNM')}</button>`;
  return html`${comboField(field, path, key, asking, countryName, source)}${textOf(asking, path) === '' ? shortcut : nothing}`;
}

function listField(field: FieldSpec, path: string, asking: Asking): TemplateResult {
  const value = valueAt(asking.answers, path);
  const items = Array.isArray(value) ? value : [];
  const troubles = asking.troubles(path);
  const full = field.max !== undefined && items.length >= field.max;
  const focusSoon = (id: string): void => {
    requestAnimationFrame(() => document.getElementById(id)?.focus());
  };
  const add = (): void => {
    asking.answer(path, [...items, {}]);
    focusSoon(idOf(`${path}[${items.length}].${field.fields?.[0]?.name ?? ''}`));
  };
  const remove = (index: number): void => {
    // Half-typed text belongs to positions, which move: it goes with the entry.
    for (const key of Object.keys(asking.raw)) if (key.startsWith(`${path}[`)) asking.type(key, undefined);
    asking.answer(path, items.filter((_, at) => at !== index));
    focusSoon(idOf(path));
  };
  return html`<div class="question ${wrong(troubles)}" role="group" aria-labelledby="${idOf(path)}-label">
    <h2 id="${idOf(path)}-label">${labelOf(field.name)}</h2>
    ${errorLines(path, troubles)}
    ${items.map(
      (_, index) =>
        html`<fieldset class="stay">
          <legend>${t('declaration.places.item', { n: index + 1 })}</legend>
          <div>${stay(field, path, index, asking)}</div>
          <button class="link-button" type="button" @click=${() => remove(index)}>
            ${iconClose()} ${t('declaration.places.remove')}
            <span class="visually-hidden">${t('declaration.places.item', { n: index + 1 })}</span>
          </button>
        </fieldset>`,
    )}
    <button class="button second" type="button" id=${idOf(path)} ?disabled=${full} @click=${add}>
      ${iconPlus()} ${items.length === 0 ? t('declaration.places.add') : t('declaration.places.another')}
    </button>
  </div>`;
}

function stay(field: FieldSpec, path: string, index: number, asking: Asking): TemplateResult[] {
  const out: TemplateResult[] = [];
  const inner = field.fields ?? [];
  for (let at = 0; at < inner.length; at += 1) {
    const each = inner[at];
    const after = inner[at + 1];
    if (!each) continue;
    const draw = (one: FieldSpec): TemplateResult =>
      question(one, `${path}[${index}].${one.name}`, `${field.name}.${one.name}`, asking);
    if (each.type === 'day' && after?.type === 'day') {
      out.push(html`<div class="two">${draw(each)}${draw(after)}</div>`);
      at += 1;
    } else {
      out.push(draw(each));
    }
  }
  return out;
}

/** A consent: one box, unticked, that says what it is for. */
function tick(path: string, key: string, asking: Asking, onChange?: (on: boolean) => void): TemplateResult {
  const troubles = asking.troubles(path);
  const hint = hintOf(key);
  const id = idOf(path);
  const change = (event: Event): void => {
    const on = event.target instanceof HTMLInputElement && event.target.checked;
    if (onChange) onChange(on);
    else asking.answer(path, on || undefined);
    asking.left(path);
  };
  return html`<div class="question ${wrong(troubles)}">
    ${errorLines(path, troubles)}
    <div class="options">
      <label class="option">
        <input
          type="checkbox"
          id=${id}
          aria-describedby=${marks(path, hint !== undefined, troubles) || nothing}
          aria-invalid=${wrong(troubles) ? 'true' : nothing}
          .checked=${valueAt(asking.answers, path) === true}
          @change=${change}
        />
        <span>${labelOf(key)}${hint ? html`<small id="${id}-hint">${hint}</small>` : nothing}</span>
      </label>
    </div>
  </div>`;
}

function question(field: FieldSpec, path: string, key: string, asking: Asking): TemplateResult {
  switch (field.type) {
    case 'bool':
      if (field.section === 'consent') return tick(path, key, asking);
      return group(
        field,
        path,
        key,
        asking,
        // Có before Không; where the question has words of its own ("for me"), the common case comes first.
        (ownWords(key) ? [false, true] : [true, false]).map((value) => ({ value, text: optionText(key, String(value)) })),
        true,
      );
    case 'choice': {
      const choices = field.choices ?? [];
      if (choices.length > 5) return selectField(field, path, key, asking);
      return group(
        field,
        path,
        key,
        asking,
        choices.map((choice) => ({ value: choice, text: optionText(key, choice) })),
        choices.length <= 3,
      );
    }
    case 'int':
      return numberField(field, path, key, asking);
    case 'day':
      return dayField(field, path, key, asking);
    case 'unit':
      return field.name === 'place' ? placeField(field, path, key, asking) : unitField(field, path, key, asking);
    case 'country':
      return countryField(field, path, key, asking);
    case 'list':
      return listField(field, path, asking);
    case 'text':
      if (field.name === 'birthDate') return birthDateField(path, key, asking);
      if (field.name === 'place') return placeField(field, path, key, asking);
      return textField(field, path, key, asking);
  }
}

function ownWords(key: string): boolean {
  return t.maybe(`declaration.${key}.true`) !== undefined;
}

/** All questions of a section that apply, short ones of the same kind drawn as rows. */
export function questions(fields: FieldSpec[], asking: Asking): TemplateResult[] {
  const out: TemplateResult[] = [];
  let rows: TemplateResult[] = [];
  const endRows = (): void => {
    if (rows.length > 0) out.push(html`<div class="rows">${rows}</div>`);
    rows = [];
  };
  const signs = fields.filter(isSign);
  for (const field of fields) {
    if (field.control === 'hidden' || !applies(field, asking.answers)) continue;
    if (field.name === 'signsNone') {
      endRows();
      out.push(html`<div class="none-of-these">${noneOfThese(field, signs, asking)}</div>`);
    } else if (COMPACT.has(field.section ?? '') && (field.type === 'bool' || isThreeState(field))) {
      rows.push(question(field, field.name, field.name, asking));
    } else {
      endRows();
      out.push(question(field, field.name, field.name, asking));
    }
  }
  endRows();
  return out;
}

function isThreeState(field: FieldSpec): boolean {
  return field.type === 'choice' && field.choices?.join() === 'yes,no,unknown';
}

/** A question about one sign of illness; "none of these" is the act that answers them all. */
export const isSign = ({ type, name }: FieldSpec): boolean => type === 'bool' && name.startsWith('sign') && name !== 'signsNone';

/** "None of these" answers No for every sign, by an act of its own that is recorded (DOMAIN 3.2). */
function noneOfThese(field: FieldSpec, signs: FieldSpec[], asking: Asking): TemplateResult {
  return tick(field.name, field.name, asking, (on) => {
    if (on) for (const sign of signs) asking.answer(sign.name, false);
    asking.answer(field.name, on || undefined);
    for (const sign of signs) asking.left(sign.name);
  });
}
