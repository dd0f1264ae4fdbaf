/** Charts beside the map: the curve with Rt, incidence by unit, each unit by itself, and where it rises fastest; each with its table. */

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';
import { formatNumber } from '../app/format';
import { iconWarn } from '../app/icons';
import { atlasOf, release, type Atlas } from './atlas';
import { sum, together } from './counts';
import { dayOf, linesOf, many, reproduce, WINDOW, type Figures, type Reproduced } from './layers';
import { t } from './layers-text';
import type { OpenPanel, PanelContext } from './panels';
import type { World } from './world';
import './layers.css';

const WIDTH = 640;
const HEIGHT = 150;
const RT_HEIGHT = 110;
const RT_MOST = 3;
const FEW = 15;
const MULTIPLES = 24;

interface Drawn {
  world: World;
  /** Index of the unit whose curve is drawn; -1 for all together. */
  place: number;
  line: Int32Array;
  rt: (day: number) => Reproduced;
  rates: Figures;
  slopes: Figures;
}

export const chartsPanel: OpenPanel = (context) => {
  const atlas = atlasOf(context);
  let drawn: Drawn | null = null;
  let asked: { world: World; place: number } | null = null;
  /** The charts of these could not be had; they are asked for again when somebody says so. */
  let failed: { world: World; place: number } | null = null;
  let most = MULTIPLES;
  let gone = false;

  /** Asks the models anew when another world or unit is shown. */
  async function follow(): Promise<void> {
    const { world, analysis } = atlas;
    if (!world || !world.measures.has('cases')) return;
    const { selected } = context.state.now;
    const place = selected === null ? -1 : world.codes.indexOf(selected);
    if (asked?.world === world && asked.place === place) return;
    const turn = { world, place };
    asked = turn;
    failed = null;
    const cases = linesOf(world, 'cases');
    const line = cases[place] ?? together(cases, world.days);
    try {
      const [rt, rates, slopes] = await Promise.all([
        reproduce(analysis, [line], world.days),
        many({ analysis, world }, 'rates.many', (at) => [world.people[at] ?? NaN, ...(cases[at] ?? [])]),
        many({ analysis, world }, 'slopes.many', (at) => [...(cases[at] ?? [])]),
      ]);
      if (gone || asked !== turn) return;
      drawn = { world, place, line, rt: (day) => rt(0, day), rates, slopes };
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
        most = Infinity;
        context.redraw();
      };
      return html`<section class="card layers-charts" aria-label=${t('charts.title')}>
        ${curve(atlas, drawn, day)}
        <div class="layers-two">${byUnit(atlas, drawn, day)} ${rising(atlas, drawn, day, context)}</div>
        ${multiples(atlas, drawn, day, most, all, context)}
      </section>`;
    },
    dispose: () => {
      gone = true;
      release(context);
    },
  };
};

function trouble(again: () => void): TemplateResult {
  return html`<section class="card layers-charts" aria-label=${t('charts.title')}>
    <p class="notice warm" role="status">${iconWarn()}<span>${t('charts.failed')}</span></p>
    <button class="button second no-print" type="button" data-do="charts" @click=${again}>${t('trouble.again')}</button>
  </section>`;
}

const fixed = (value: number): string => value.toFixed(1);

function details(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): TemplateResult {
  return html`<details class="no-print">
    <summary>${t('charts.table', { title })}</summary>
    <div class="layers-scroll" tabindex="0" role="region" aria-label=${title}>
      <table>
        <thead>
          <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** Bars of daily counts, one path. */
function bars(line: Int32Array, width: number, height: number): { path: string; most: number } {
  const most = Math.max(1, ...line);
  const step = width / line.length;
  let path = '';
  line.forEach((count, day) => {
    if (count <= 0) return;
    const tall = (count / most) * (height - 4);
    path += `M${fixed(day * step)} ${height}v-${fixed(tall)}h${fixed(Math.max(0.6, step * 0.82))}v${fixed(tall)}z`;
  });
  return { path, most };
}

function curve(atlas: Atlas, { world, place, line, rt }: Drawn, day: number): TemplateResult {
  const { path } = bars(line, WIDTH, HEIGHT);
  const step = WIDTH / world.days;
  const x = (at: number): string => fixed((at + 0.5) * step);
  const y = (value: number): number => RT_HEIGHT - (Math.min(value, RT_MOST) / RT_MOST) * RT_HEIGHT;
  const windows = Array.from({ length: world.days }, (_, at) => ({ at, ...rt(at) }));
  // A stretch of days after each other whose Rt is known is one band and one line.
  const stretches: (typeof windows)[] = [];
  for (const each of windows) {
    if (each.state === 'missing') continue;
    const last = stretches.at(-1);
    if (last?.at(-1)?.at === each.at - 1) last.push(each);
    else stretches.push([each]);
  }
  const band = stretches
    .map((days) => `M${days.map(({ at, low }) => `${x(at)} ${fixed(y(low))}`).join('L')}L${[...days].reverse().map(({ at, high }) => `${x(at)} ${fixed(y(high))}`).join('L')}z`)
    .join('');
  const middle = stretches.map((days) => `M${days.map(({ at, mean }) => `${x(at)} ${fixed(y(mean))}`).join('L')}`).join('');
  const name = place < 0 ? t('charts.all') : atlas.nameOf(world.codes[place] ?? '');
  let peak = 0;
  line.forEach((count, at) => {
    if (count > (line[peak] ?? 0)) peak = at;
  });
  const now = rt(day);
  const number = (value: number): string => formatNumber(value, 2);
  const said =
    now.state === 'known' ? t('charts.rtText', { value: number(now.mean), low: number(now.low), high: number(now.high) }) : t('charts.rtNone');
  const summary = t('charts.curveText', {
    first: dayOf(world, 0),
    last: dayOf(world, world.days - 1),
    most: formatNumber(Math.max(0, line[peak] ?? 0)),
    mostDay: dayOf(world, peak),
    day: dayOf(world, day),
    now: (line[day] ?? -1) < 0 ? '–' : formatNumber(line[day] ?? 0),
    rt: said,
  });
  const mark = (height: number): SVGTemplateResult => svg`<path class="now" d="M${x(day)} 0V${height}" />`;
  return html`<h2>${t('charts.of', { name })}</h2>
    <figure class="layers-curve">
      <h3>${t('charts.curve')}</h3>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${`${t('charts.casesLabel')}. ${summary}`}>
        <path class="bars" d=${path} />
        ${mark(HEIGHT)}
        <path class="base" d="M0 ${HEIGHT - 0.5}H${WIDTH}" />
      </svg>
      <div class="layers-axis" aria-hidden="true">
        <span>${dayOf(world, 0)}</span><span>${dayOf(world, world.days - 1)}</span>
      </div>
      <div class="layers-rt">
        <div class="scale" aria-hidden="true"><span>${RT_MOST}</span><span>Rt 1</span><span>0</span></div>
        <svg viewBox="0 0 ${WIDTH} ${RT_HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${`${t('charts.rtLabel')}. ${said}`}>
          <path class="band" d=${band} />
          <path class="one" d="M0 ${fixed(y(1))}H${WIDTH}" />
          <path class="middle" d=${middle} />
          ${mark(RT_HEIGHT)}
        </svg>
      </div>
      <figcaption>${summary}</figcaption>
    </figure>
    ${details(
      t('charts.curve'),
      [t('charts.day'), t('charts.casesLabel'), t('charts.rtLabel'), t('charts.interval')],
      windows
        .map(({ at, mean, low, high, state }) => [
          dayOf(world, at),
          (line[at] ?? -1) < 0 ? '–' : formatNumber(line[at] ?? 0),
          state === 'known' ? number(mean) : '–',
          state === 'missing' ? '–' : `${number(low)} – ${number(high)}`,
        ])
        .reverse(),
    )}`;
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
    <p class="small soft">${t('charts.byUnitText', { n: rows.length, name: atlas.nameOf(first.code), value: number(first.figures[0]) })}</p>
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
      rows.map(({ code, figures: [value, low, high] }) => [atlas.nameOf(code), number(value), `${number(low)} – ${number(high)}`]),
    )}
  </div>`;
}

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
            rows.map(({ code, figures: [value, low, high] }) => [atlas.nameOf(code), number(value), `${number(low)} – ${number(high)}`]),
          )}`}
  </div>`;
}

/** Every unit by itself, those with most cases of the window first. */
function multiples(atlas: Atlas, { world }: Drawn, day: number, most: number, all: () => void, { state }: PanelContext): TemplateResult {
  const cases = linesOf(world, 'cases');
  const rows = world.codes
    .map((code, place) => ({ code, line: cases[place], count: sum(cases[place], day, WINDOW) }))
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
    ${rows.length > most ? html`<button class="button second no-print" type="button" @click=${all}>${t('charts.more', { n: rows.length })}</button>` : nothing}`;
}
