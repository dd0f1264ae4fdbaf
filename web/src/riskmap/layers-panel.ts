/** Which layer the map shows: a list to choose from over it, and under it what the classes and the numbers mean. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconWarn } from '../app/icons';
import { atlasOf, release, type Atlas } from './atlas';
import { clusterText, lackOf, type Painted } from './layers';
import { t } from './layers-text';
import type { PaletteName } from './model';
import { openLegend } from './open-legend';
import type { OpenPanel, PanelContext } from './panels';
import { isDeep, LEVEL_LAYER } from './state';
import { swatch } from './swatch';
import type { World } from './world';
import './layers.css';

const PALETTES: readonly PaletteName[] = ['official', 'safe'];
/** Rows of the table, and names of the members of a cluster: a page with ten thousand of them stands still. */
const MOST_ROWS = 100;
const MOST_MEMBERS = 30;

export const pickPanel: OpenPanel = (context) => {
  const atlas = atlasOf(context);
  return {
    place: 'over',
    draw: () => pick(atlas, context),
    dispose: () => release(context),
  };
};

export const legendPanel: OpenPanel = (context) => {
  const atlas = atlasOf(context);
  let known: { painted: Painted; day: number; places: readonly number[] } | null = null;
  /** Places by their figure, the greatest first; kept, since the page is drawn often. */
  const ordered = (painted: Painted, world: World, day: number): readonly number[] => {
    if (known?.painted === painted && known.day === day) return known.places;
    const values = world.codes.map((_, place) => painted.value(place, day));
    const of = (place: number): number => values[place] ?? NaN;
    const places = [...values.keys()].sort((a, b) => (Number.isNaN(of(a)) ? 1 : 0) - (Number.isNaN(of(b)) ? 1 : 0) || of(b) - of(a) || a - b);
    known = { painted, day, places };
    return places;
  };
  return {
    place: 'under',
    draw: () => {
      queueMicrotask(() => atlas.placesCame());
      return html`${status(atlas, context)} ${legend(atlas, context)} ${value(atlas, context)} ${clusters(atlas)} ${table(atlas, context, ordered)}`;
    },
    dispose: () => release(context),
  };
};

function pick(atlas: Atlas, { state }: PanelContext): TemplateResult {
  const { layer, offered } = atlas;
  return html`<details class="layers-pick no-print">
    <summary>${t('layers.shown', { name: layer.name() })}</summary>
    <fieldset class="risk-choices">
      <legend class="visually-hidden">${t('layers.title')}</legend>
      ${offered.map(
        (each) =>
          html`<label class="risk-choice">
            <input type="radio" name="map-layer" value=${each.id} .checked=${each === layer} @change=${() => state.setLayer(each.id)} />
            <span>${each.name()}</span>
          </label>`,
      )}
    </fieldset>
    ${layer.id === LEVEL_LAYER
      ? html`<fieldset class="risk-choices">
          <legend>${t('palette.title')}</legend>
          ${PALETTES.map(
            (name) =>
              html`<label class="risk-choice">
                <input type="radio" name="map-palette" value=${name} .checked=${name === state.now.palette} @change=${() => state.setPalette(name)} />
                <span>${t(`palette.${name}`)}</span>
              </label>`,
          )}
        </fieldset>`
      : nothing}
    ${isDeep(state.now) ? lacking(atlas) : nothing}
  </details>`;
}

/** Which layers there are not at this depth, and what each lacks. */
function lacking(atlas: Atlas): TemplateResult | typeof nothing {
  const { world, lacking } = atlas;
  if (!world || lacking.length === 0) return nothing;
  return html`<p class="small">${t('lack.title')}</p>
    <ul class="small layers-lacking">
      ${lacking.map((layer) => html`<li>${layer.name()}: ${t(`lack.${lackOf(layer, world)}`)}</li>`)}
    </ul>`;
}

function status(atlas: Atlas, { state }: PanelContext): TemplateResult {
  const { busy, trouble, world, part } = atlas;
  return html`<div class="layers-status">
    <div role="status">
      ${busy ? html`<label>${t(`busy.${busy.part ?? busy.what}`)}<progress max="1" value=${busy.share ?? nothing}></progress></label>` : nothing}
    </div>
    ${busy && (busy.what !== 'world' || isDeep(state.now))
      ? html`<button class="button second no-print" type="button" @click=${() => atlas.cancel()}>${t('busy.cancel')}</button>`
      : nothing}
    ${trouble && !(trouble === 'forbidden' && world)
      ? html`<p class="notice warm">${iconWarn()}<span>${t(`trouble.${trouble}`)}</span></p>
          ${trouble === 'forbidden'
            ? nothing
            : html`<button class="button second no-print" type="button" @click=${() => atlas.again()}>${t('trouble.again')}</button>`}`
      : nothing}
    ${world && world.dataTime !== null
      ? html`<p class="small ${world.isKept ? 'layers-kept' : 'soft'}">
          ${t(world.isKept ? 'data.kept' : 'data.time', { time: formatInstant(world.dataTime) })}
        </p>`
      : nothing}
    ${part ? html`<p class="small soft">${t('data.part', { first: formatDay(part.first), last: formatDay(part.last) })}</p>` : nothing}
  </div>`;
}

function legend(atlas: Atlas, context: PanelContext): TemplateResult {
  const { painted, layer, day, shades } = atlas;
  const frame = layer.id === LEVEL_LAYER ? null : day === null ? null : painted?.frame(day);
  const rows = context.rows()?.units ?? [];
  const counted = new Map<number, number>();
  const count = (kind: number): void => void counted.set(kind, (counted.get(kind) ?? 0) + 1);
  if (frame) frame.forEach(count);
  else if (layer.id === LEVEL_LAYER) for (const each of rows) count(each.level ?? 0);
  return html`<h2>${t('legend.title', { name: layer.name() })}</h2>
    <ul class="risk-legend">
      ${[...shades.entries()]
        .filter(([, { text }]) => text !== '')
        .reverse()
        .map(
          ([kind, { colour, text }]) =>
            html`<li>
              ${swatch(colour, kind, painted?.isPatterned ?? true)}
              <span>${text}</span>
              <span class="soft">${t('legend.n', { n: formatNumber(counted.get(kind) ?? 0) })}</span>
            </li>`,
        )}
    </ul>
    ${layer.id === LEVEL_LAYER && !context.state.now.playing ? openLegend(rows, (n) => t('legend.n', { n: formatNumber(n) })) : nothing}
    <p class="soft small">${atlas.aboutOf(layer)}</p>`;
}

function value(atlas: Atlas, { state }: PanelContext): TemplateResult {
  const { painted, world, day } = atlas;
  const { selected } = state.now;
  const place = selected === null || !world ? -1 : world.codes.indexOf(selected);
  const isKnown = painted && day !== null && place >= 0 && painted.frame(day);
  return html`<p class="layers-value" aria-live="polite">
    ${isKnown && selected !== null
      ? html`<strong>${t('value.of', { name: atlas.nameOf(selected), value: painted.say(place, day) })}</strong>`
      : html`<span class="soft no-print">${t('value.choose')}</span>`}
  </p>`;
}

function clusters(atlas: Atlas): TemplateResult | typeof nothing {
  const { painted, day } = atlas;
  if (!painted?.clusters || day === null || !painted.frame(day)) return nothing;
  const found = painted.clusters(day);
  return html`<h3>${t('clusters.title')}</h3>
    ${found.length === 0
      ? html`<p>${t('clusters.none')}</p>`
      : html`<ol class="layers-clusters">
          ${found.map(
            (each) =>
              html`<li>
                <b>${t('clusters.around', { name: atlas.nameOf(each.middle) })}</b>: ${clusterText(each)}
                <span class="soft small">${t('clusters.members', { names: memberNames(atlas, each.members) })}</span>
              </li>`,
          )}
        </ol>`}`;
}

function memberNames(atlas: Atlas, members: readonly string[]): string {
  const names = members.slice(0, MOST_MEMBERS).map((code) => atlas.nameOf(code));
  return names.join(', ') + (members.length > MOST_MEMBERS ? `, ${t('clusters.others', { n: formatNumber(members.length - MOST_MEMBERS) })}` : '');
}

/** The numbers of the layer, the greatest first: what the colours say, to be read. Of very many units the first; the list has the others by name. */
function table(
  atlas: Atlas,
  { state }: PanelContext,
  ordered: (painted: Painted, world: World, day: number) => readonly number[],
): TemplateResult | typeof nothing {
  const { painted, world, day, layer } = atlas;
  if (!painted || !world || day === null || !painted.frame(day)) return nothing;
  const order = ordered(painted, world, day);
  return html`<details class="layers-table no-print">
    <summary>${t('values.table')}</summary>
    <div class="layers-scroll" tabindex="0" role="region" aria-label=${t('values.scroll')}>
      <table>
        <caption>
          ${t('values.caption', { name: layer.name(), day: formatDay(state.now.day ?? world.from) })}
          ${order.length > MOST_ROWS ? t('values.first', { n: MOST_ROWS, all: formatNumber(order.length) }) : nothing}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('values.unit')}</th>
            <th scope="col">${t('values.value')}</th>
          </tr>
        </thead>
        <tbody>
          ${order.slice(0, MOST_ROWS).map((place) => {
            const code = world.codes[place] ?? '';
            return html`<tr>
              <th scope="row"><button class="link-button" type="button" @click=${() => state.setSelected(code)}>${atlas.nameOf(code)}</button></th>
              <td>${painted.say(place, day)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}

