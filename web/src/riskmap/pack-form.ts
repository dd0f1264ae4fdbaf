/** The numbers of a pack as fields: bands, windows, inputs, cells, corrections. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { formatNumber } from '../app/format';
import { boundsOf, numberAt, pathText, type ListName, type PackCell, type PackData, type PackMark, type Path } from './pack-edit';
import { inputWords, levelWords, measureWords, placeWords, signWords } from './pack-words';
import { w } from './workshop-text';

export interface PackForm {
  base: PackData;
  pack: PackData;
  /** What stands in a field that is no number now. */
  raw: ReadonlyMap<string, string>;
  /** Paths that the core has something against. */
  wrong: (path: string) => boolean;
  turn: (path: Path, text: string) => void;
  /** The field was left: what is turned next is a step of its own. */
  left: () => void;
}

const tag = (mark: PackMark | undefined): TemplateResult | typeof nothing =>
  mark === 'toConfirm' ? html`<span class="risk-tag">${w('toConfirm')}</span>` : nothing;

export function packForm(form: PackForm): TemplateResult {
  const { pack } = form;
  return html`<div class="ws-form no-print">
    ${whole(form)} ${bands(form)} ${inputs(form)} ${cells(form, 'cells', w('cells.title', { n: pack.cells?.length ?? 0 }))}
    ${cells(form, 'adjust', w('adjust.title', { n: pack.adjust?.length ?? 0 }))} ${cells(form, 'grey', w('grey.title', { n: pack.grey?.length ?? 0 }))}
  </div>`;
}

/** A number with its words around it: "{n}" in the text is where it stands. `of` names the row, which eyes see beside it. */
function field(form: PackForm, path: Path, words: string, of = ''): TemplateResult {
  const key = pathText(path);
  const value = numberAt(form.pack, path) ?? 0;
  const [least, most] = boundsOf(form.pack, path);
  const was = numberAt(form.base, path);
  const [before = '', after = ''] = words.split('{n}');
  const isTurned = was !== undefined && was !== value;
  return html`<label class="ws-field ${isTurned ? 'turned' : ''}">
    <span>${of === '' ? nothing : html`<span class="visually-hidden">${of}: </span>`}${before}</span>
    <input
      type="number"
      inputmode="numeric"
      step="1"
      min=${least}
      max=${most}
      data-path=${key}
      aria-invalid=${form.raw.has(key) || form.wrong(key) ? 'true' : 'false'}
      .value=${live(form.raw.get(key) ?? String(value))}
      @input=${(event: Event) => form.turn(path, (event.target as HTMLInputElement).value)}
      @change=${form.left}
    />
    ${after.trim() === '' ? nothing : html`<span>${after}</span>`}
    ${isTurned ? html`<small class="soft">${w('was', { n: formatNumber(was) })}</small>` : nothing}
    ${form.raw.has(key) ? html`<small class="ws-wrong">${w('field.range', { least: formatNumber(least), most: formatNumber(most) })}</small>` : nothing}
  </label>`;
}

function whole(form: PackForm): TemplateResult | typeof nothing {
  const { pack } = form;
  if (!pack.bands?.length) return nothing;
  return html`<fieldset>
    <legend>${w('rate.title')}</legend>
    <p>${measureWords(pack.measure ?? '')}</p>
    ${pack.windowDays === undefined ? nothing : field(form, ['windowDays'], w('rate.days'))}
    ${pack.per === undefined ? nothing : field(form, ['per'], w('rate.per'))}
  </fieldset>`;
}

function bands(form: PackForm): TemplateResult | typeof nothing {
  const { bands: all = [] } = form.pack;
  if (all.length === 0) return nothing;
  return html`<fieldset>
    <legend>${w('bands.title')}</legend>
    <ol class="ws-rows">
      ${all.map(
        (band, at) =>
          html`<li>
            <b>${w('bands.level', { level: band.level })}</b>
            ${at === 0 ? html`<span>${w('bands.first')}</span>` : field(form, ['bands', at, 'from'], w('bands.from'), w('bands.level', { level: band.level }))}
            <span>${band.below === undefined || band.below === null ? w('bands.open') : w('bands.below', { n: formatNumber(band.below) })}</span>
            ${tag(band.mark)}
          </li>`,
      )}
    </ol>
  </fieldset>`;
}

function inputs(form: PackForm): TemplateResult | typeof nothing {
  const names = Object.keys(form.pack.inputs ?? {});
  const parts = ['days', 'per', 'units'] as const;
  const turnable = names.filter((name) => parts.some((part) => numberAt(form.pack, ['inputs', name, part]) !== undefined));
  if (turnable.length === 0) return nothing;
  return html`<details>
    <summary>${w('inputs.title', { n: turnable.length })}</summary>
    <ol class="ws-rows">
      ${turnable.map(
        (name) =>
          html`<li>
            <b>${inputWords(form.pack, name)}</b>
            ${parts.map((part) => {
              const path = ['inputs', name, part];
              return numberAt(form.pack, path) === undefined ? nothing : field(form, path, w(`inputs.${part}`), inputWords(form.pack, name));
            })}
            ${missing(form.pack.inputs?.[name]?.missing)}
          </li>`,
      )}
    </ol>
  </details>`;
}

function missing(how: string | undefined): TemplateResult {
  return html`<small class="soft">${w.maybe(`missing.${how ?? 'open'}`) ?? ''}</small>`;
}

function cells(form: PackForm, list: ListName, title: string): TemplateResult | typeof nothing {
  const all = form.pack[list] ?? [];
  if (all.length === 0) return nothing;
  return html`<details ?open=${list === 'cells' && !form.pack.bands?.length}>
    <summary>${title}</summary>
    <ol class="ws-rows">
      ${all.map(
        (cell, at) =>
          html`<li>
            <b>${cell.id}</b>
            ${placeWords(cell) === '' ? nothing : html`<span class="soft">${placeWords(cell)}</span>`}
            ${cell.when.map((_, i) => comparison(form, list, cell, at, i))} ${outcome(form, list, cell, at)} ${tag(cell.mark)}
          </li>`,
      )}
    </ol>
  </details>`;
}

function comparison(form: PackForm, list: ListName, cell: PackCell, at: number, i: number): TemplateResult {
  const [input, sign, limit] = cell.when[i] ?? ['', '', 0];
  if (input === 'band') return html`<span>${w('cells.band', { level: limit })}</span>`;
  return field(form, [list, at, 'when', i, 2], `${inputWords(form.pack, input)} ${signWords(sign)} {n}`, cell.id);
}

function outcome(form: PackForm, list: ListName, cell: PackCell, at: number): TemplateResult {
  if (list === 'grey') return html`<span>→ ${levelWords(form.pack, 0)}</span>`;
  if (cell.floor !== undefined) return html`<span>→ ${w('adjust.floor', { what: inputWords(form.pack, cell.floor) })}</span>`;
  if (cell.raise !== undefined) return field(form, [list, at, 'raise'], w('adjust.raise'), cell.id);
  return html`${field(form, [list, at, 'level'], w('cells.level'), cell.id)}<span class="soft">${levelWords(form.pack, cell.level ?? 0)}</span>`;
}
