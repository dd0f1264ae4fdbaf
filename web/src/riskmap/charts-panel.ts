/** Charts beside the map: the curve with Rt, incidence by unit, each unit by itself, and where it rises fastest; each with its table. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { formatNumber } from '../app/format';
import { iconWarn } from '../app/icons';
import { language } from '../app/language';
import { atlasOf, release, type Atlas } from './atlas';
import { bars, details, fixed } from './chart-parts';
import { sum, together } from './counts';
import { curve, forecastFigure, type Curve, type Method } from './curve';
import { linesOf, many, reproduce, type Figures, type LayerOptions, type Reproduced } from './layers';
import { t } from './layers-text';
import { cohorts, foresee } from './outlook';
import type { OpenPanel, PanelContext } from './panels';
import type { World } from './world';
import './layers.css';

const FEW = 15;
const MULTIPLES = 24;
/** Rows of a table and small charts: a page with ten thousand of them stands still. */
const MOST_ROWS = 100;
/** Of more units only the day that is shown is computed: all days of them would keep the models from the layers. */
const WIDE = 1_000;

interface Drawn extends Curve {
  /** Index of the unit whose curve is drawn; -1 for all together. */
  place: number;
  /** The only day of `rates` and `slopes`; null: they have all. */
  only: number | null;
  rates: Figures;
  slopes: Figures;
}

export const chartsPanel: OpenPanel = (context) => {
  const atlas = atlasOf(context);
  let drawn: Drawn | null = null;
  let asked: Asked | null = null;
  /** The charts of these could not be had; they are asked for again when somebody says so. */
  let failed: Asked | null = null;
  let most = MULTIPLES;
  let method: Method = 'instant';
  let gone = false;

  /** Asks the models anew when another world or unit is shown, of very many units another day. */
  async function follow(): Promise<void> {
    const { world, analysis } = atlas;
    if (!world) {
      // What an account saw goes with it, and so does what was asked for it.
      drawn = null;
      asked = null;
    }
    if (!world || !world.measures.has('cases')) return;
    const { selected } = context.state.now;
    const place = selected === null ? -1 : world.codes.indexOf(selected);
    const only = world.codes.length > WIDE ? atlas.day : null;
    if (asked?.world === world && asked.place === place && asked.only === only) return;
    const turn = { world, place, only };
    asked = turn;
    failed = null;
    const cases = linesOf(world, 'cases');
    const line = cases[place] ?? together(cases, world.days);
    try {
      const defaults = await atlas.learn();
      const first = only === null ? 0 : Math.max(0, only - defaults.windowDays + 1);
      const seen = only === null ? world : { ...world, days: only + 1 - first };
      const days = (at: number): Int32Array => cases[at]?.subarray(first, first + seen.days) ?? new Int32Array();
      const figures = ({ at }: Figures): Figures => ({ at: (where, day) => (only === null || day === only ? at(where, day - first) : [NaN, NaN, NaN]) });
      const [said, rates, slopes] = await Promise.all([
        outlook({ analysis, defaults }, line, world.days),
        many({ analysis, defaults, world: seen }, 'rates.many', (at) => [world.people[at] ?? NaN, ...days(at)]),
        many({ analysis, defaults, world: seen }, 'slopes.many', (at) => [...days(at)]),
      ]);
      if (gone || asked !== turn) return;
      drawn = { world, defaults, place, only, line, ...said, rates: figures(rates), slopes: figures(slopes) };
      context.redraw();
    } catch {
      if (gone || asked !== turn) return;
      failed = turn;
      context.redraw();
    }
  }

  function again(): void {
    asked = null;
    failed = null;
    context.redraw();
  }

  return {
    place: 'card',
    draw: () => {
      queueMicrotask(() => void follow());
      const { world, day } = atlas;
      if (failed && failed.world === world) return trouble(again);
      if (!world || !drawn || drawn.world !== world || day === null) return html`${nothing}`;
      const all = (): void => {
        most = MOST_ROWS;
        context.redraw();
      };
      const setMethod = (next: Method): void => {
        method = next;
        context.redraw();
      };
      const shown = drawn;
      const name = drawn.place < 0 ? t('charts.all') : atlas.nameOf(world.codes[drawn.place] ?? '');
      return html`<section class="card layers-charts" aria-label=${t('charts.title')}>
        ${curve(drawn, name, day, method, setMethod)} ${forecastFigure(drawn)}
        ${guard([drawn, day, context.rows(), language()], () => html`<div class="layers-two">${byUnit(atlas, shown, day)} ${rising(atlas, shown, day, context)}</div>`)}
        ${guard([drawn, day, context.rows(), language(), most, context.state.now.selected], () => multiples(atlas, shown, day, most, all, context))}
      </section>`;
    },
    dispose: () => {
      gone = true;
      release(context);
    },
  };
};

interface Asked {
  world: World;
  place: number;
  only: number | null;
}

async function outlook(asked: Pick<LayerOptions, 'analysis' | 'defaults'>, line: Int32Array, days: number): Promise<Pick<Curve, 'rt' | 'cohort' | 'forecast'>> {
  const found = await reproduce(asked, [line], days);
  const rt = (day: number): Reproduced => found(0, day);
  const [cohort, forecast] = await Promise.all([cohorts(asked, line, rt), foresee(asked, line, rt)]);
  return { rt, cohort, forecast };
}

function trouble(again: () => void): TemplateResult {
  return html`<section class="card layers-charts" aria-label=${t('charts.title')}>
    <p class="notice warm" role="status">${iconWarn()}<span>${t('charts.failed')}</span></p>
    <button class="button second no-print" type="button" data-do="charts" @click=${again}>${t('trouble.again')}</button>
  </section>`;
}

function byUnit(atlas: Atlas, { world, rates }: Drawn, day: number): TemplateResult {
  const rows = world.codes
    .map((code, place) => ({ code, figures: rates.at(place, day) }))
    .filter(({ figures: [value] }) => !Number.isNaN(value))
    .sort((a, b) => b.figures[0] - a.figures[0]);
  const title = t('charts.byUnit');
  const [first] = rows;
  if (!first) return html`<div><h3>${title}</h3><p class="soft">${t('charts.none')}</p></div>`;
  const most = Math.max(...rows.slice(0, FEW).map(({ figures: [, , high] }) => high), 1);
  const share = (value: number): string => `${((100 * Math.min(value, most)) / most).toFixed(1)}%`;
  const number = (value: number): string => formatNumber(value, 1);
  return html`<div>
    <h3>${title}</h3>
    <p class="small soft">${t('charts.byUnitText', { n: formatNumber(rows.length), name: atlas.nameOf(first.code), value: number(first.figures[0]) })}</p>
    <ol class="layers-bars" aria-hidden="true">
      ${rows.slice(0, FEW).map(
        ({ code, figures: [value, low, high] }) =>
          html`<li>
            <span class="name">${atlas.nameOf(code)}</span>
            <span class="track"><i style="width:${share(value)}"></i><b style="left:${share(low)};right:calc(100% - ${share(high)})"></b></span>
            <span class="number">${number(value)}</span>
          </li>`,
      )}
    </ol>
    ${details(
      title,
      [t('values.unit'), t('values.value'), t('charts.interval')],
      rows.slice(0, MOST_ROWS).map(({ code, figures: [value, low, high] }) => [atlas.nameOf(code), number(value), `${number(low)} – ${number(high)}`]),
      firstOf(rows.length),
    )}
  </div>`;
}

const firstOf = (all: number): string => (all > MOST_ROWS ? t('values.first', { n: MOST_ROWS, all: formatNumber(all) }) : '');

function rising(atlas: Atlas, { world, slopes }: Drawn, day: number, { state }: PanelContext): TemplateResult {
  const rows = world.codes
    .map((code, place) => ({ code, figures: slopes.at(place, day) }))
    .filter(({ figures: [, low] }) => low > 0)
    .sort((a, b) => b.figures[0] - a.figures[0]);
  const title = t('charts.rising');
  const number = (value: number): string => formatNumber(value, 2);
  return html`<div>
    <h3>${title}</h3>
    <p class="small soft">${t('charts.risingText')}</p>
    ${rows.length === 0
      ? html`<p>${t('charts.risingNone')}</p>`
      : html`<ol class="layers-rising">
            ${rows.slice(0, FEW).map(
              ({ code, figures: [value] }) =>
                html`<li>
                  <button class="link-button" type="button" @click=${() => state.setSelected(code)}>${atlas.nameOf(code)}</button>
                  <span><span aria-hidden="true">↑</span> ${number(value)}</span>
                </li>`,
            )}
          </ol>
          ${details(
            title,
            [t('values.unit'), t('charts.slope'), t('charts.interval')],
            rows.slice(0, MOST_ROWS).map(({ code, figures: [value, low, high] }) => [atlas.nameOf(code), number(value), `${number(low)} – ${number(high)}`]),
            firstOf(rows.length),
          )}`}
  </div>`;
}

/** Every unit by itself, those with most cases of the window first. */
function multiples(atlas: Atlas, { world, defaults }: Drawn, day: number, most: number, all: () => void, { state }: PanelContext): TemplateResult {
  const cases = linesOf(world, 'cases');
  const rows = world.codes
    .map((code, place) => ({ code, line: cases[place], count: sum(cases[place], day, defaults.windowDays) }))
    .filter(({ line }) => line?.some((value) => value > 0))
    .sort((a, b) => (b.count ?? -1) - (a.count ?? -1)); // what is not known comes last
  const width = 160;
  const height = 44;
  return html`<h3>${t('charts.small')}</h3>
    <ul class="layers-multiples">
      ${rows.slice(0, most).map(({ code, line, count }) => {
        const said = t('charts.smallText', { name: atlas.nameOf(code), n: count === null ? '–' : formatNumber(count) });
        return html`<li>
          <button type="button" aria-pressed=${state.now.selected === code} @click=${() => state.setSelected(code)}>
            <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
              <path class="bars" d=${line ? bars(line, width, height).path : ''} />
              <path class="now" d="M${fixed(((day + 0.5) * width) / world.days)} 0V${height}" />
            </svg>
            <span>${said}</span>
          </button>
        </li>`;
      })}
    </ul>
    ${rows.length > most && most < MOST_ROWS
      ? html`<button class="button second no-print" type="button" @click=${all}>
          ${rows.length > MOST_ROWS ? t('charts.moreFirst', { n: MOST_ROWS, all: formatNumber(rows.length) }) : t('charts.more', { n: rows.length })}
        </button>`
      : nothing}`;
}
