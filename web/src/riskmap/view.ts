/** The risk map: a day, a metric, a province; map and table of the same content; and why each colour is what it is. */

import { html, nothing, render, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconBack, iconPrint, iconWarn } from '../app/icons';
import { inWords, onLanguage } from '../app/language';
import { go, here, onPlace } from '../app/router';
import { onTheme } from '../app/theme';
import { whenIdle } from '../app/turns';
import type { View } from '../app/view';
import { isForbidden } from '../core/facade';
import { keep, recall } from './kept';
import type { Look, MapTexts, RiskMap } from './map';
import {
  classesOf,
  classOf,
  dayNumber,
  dayText,
  differs,
  isDark,
  isSynthetic,
  NO_EDGES,
  readLevels,
  readSeries,
  shadeOf,
  valueOf,
  type Column,
  type Edges,
  type Levels,
  type Metric,
  type Order,
  type PaletteName,
  type ProvinceLevel,
  type Series,
  type Shade,
} from './model';
import { onGround } from './colours';
import { openLegend } from './open-legend';
import { withPublished } from './publish-model';
import { PublishedLevels } from './publish-public';
import { answering, dividedOn, loadCountry, loadProvinces, type Country, type Province } from './outlines';
import { table } from './table';
import { Background } from './tiles';
import { t } from './text';
import { rate, whyPanel } from './why';
import './view.css';

const METRICS: readonly Metric[] = ['level', 'cases', 'symptoms'];
const PALETTES: readonly PaletteName[] = ['official', 'safe'];
const STORE = 'lachan.riskmap.palette';
const ADDRESS = '/ban-do';
const PLAY_MS = 650;
const AGAIN_MS = 30_000;
const MOST_IN_MEMORY = 400;
const ROWS_AT_ONCE = 21;

export const followsLanguage = true;

function storedPalette(): PaletteName {
  try {
    return localStorage.getItem(STORE) === 'safe' ? 'safe' : 'official';
  } catch {
    return 'official';
  }
}

/** What the address says: #day=2021-11-12&unit=79&show=cases. It can be sent to a colleague. */
function fromAddress(): { day: string | null; unit: string | null; metric: Metric } {
  const said = new URLSearchParams(here().fragment);
  const day = said.get('day');
  const unit = said.get('unit');
  return {
    day: day && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(dayNumber(day)) ? day : null,
    unit: unit && /^\d{2}$/.test(unit) ? unit : null,
    metric: METRICS.find((each) => each === said.get('show')) ?? 'level',
  };
}

type Trouble = { kind: 'failed' | 'forbidden'; day: string | null };

export const view: View = (core, root) => {
  let { day: wanted, unit: selected, metric } = fromAddress();
  let pressed: string | null = selected; // the outline itself, which may belong to a province that was merged since
  let palette = storedPalette();
  let order: Order = { column: 'level', falling: true };
  let levels: Levels | null = null;
  let trouble: Trouble | null = null;
  let loading = true;
  let playing = false;
  let provinces: Province[] = [];
  let whole: Country | null = null;
  /** As it was divided on the day shown. */
  let country: Country | null = null;
  let noOutlines = false;
  let map: RiskMap | null = null;
  const background = new Background(core, () => {
    showBackground();
    drawWords();
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let againTimer: ReturnType<typeof setTimeout> | undefined;
  let asking = 0;
  let rows = 0;
  let gone = false;
  /** As calculated; what is public of a day lies over it when it is shown. */
  const answers = new Map<string, Levels>();
  const published = new PublishedLevels(core);
  /** Nobody could tell what is public of the day shown. */
  let isUntold = false;
  const series = new Map<string, Series | 'loading' | 'failed'>();

  const divisions = new Map<string, Country>();

  const names = new Map<string, string>();
  const nameOf = (unit: string): string => names.get(unit) ?? unit;
  /** The data tool wrote the provinces in the order of a dictionary: sorting here would cost a phone the rules of collation. */
  const places = new Map<string, number>();
  const rankOf = (unit: string): number => places.get(unit) ?? places.size;
  const placeOf = (unit: string): ProvinceLevel | undefined => levels?.provinces.find((each) => each.unit === unit);
  const edgesOf = (): Edges => levels?.edges ?? NO_EDGES;

  // ---- asking the core

  /** The answer for a day (null: the last that has counts). The newest question wins; an older answer is only kept. */
  async function show(day: string | null): Promise<void> {
    wanted = day;
    clearTimeout(againTimer);
    const turn = ++asking;
    const known = day === null ? undefined : answers.get(day);
    if (known) {
      settle(known);
      return;
    }
    loading = true;
    draw();
    // The first picture does not wait for what is public; a day that follows another has both colours at once.
    const isPublic = levels !== null && day !== null ? published.load('', day, 'province') : null;
    try {
      const reply = await core.askFrom<unknown>('riskmap.levels', day === null ? {} : { day });
      const answer = readLevels(reply.answer);
      const counted = answer.first !== null;
      if (counted) {
        remember(answer);
        void keep(answer, day === null || day === answer.last);
      }
      // No network and nothing in the tables of this device: what was seen before is better than an empty map.
      if (!counted && reply.from === 'device') return await showKept(day, turn, 'failed');
      await isPublic;
      if (turn === asking && !gone) settle(answer);
    } catch (error) {
      await showKept(day, turn, isForbidden(error) ? 'forbidden' : 'failed');
    }
  }

  /** What this device kept of a day; when that is nothing, why nothing was loaded: that there are no counts is for the server to say. */
  async function showKept(day: string | null, turn: number, kind: Trouble['kind']): Promise<void> {
    const before = await recall(day);
    if (turn !== asking || gone) return;
    if (before) {
      settle(before);
      return;
    }
    loading = false;
    stop();
    trouble = { kind, day };
    if (kind === 'failed') againTimer = setTimeout(tryAgain, AGAIN_MS);
    draw();
  }

  /** What could not be loaded is asked for again by itself: when the network is back, and now and then, since a server may be away alone. */
  const tryAgain = (): void => {
    if (!gone && trouble?.kind === 'failed') void show(trouble.day);
  };

  function remember(answer: Levels): void {
    answers.set(answer.day, answer);
    const oldest = answers.size > MOST_IN_MEMORY ? answers.keys().next().value : undefined;
    if (oldest !== undefined) answers.delete(oldest);
  }

  function settle(answer: Levels): void {
    const isPublic = published.known('', answer.day);
    levels = withPublished(answer, isPublic);
    if (isPublic) isUntold = false;
    wanted = answer.day;
    loading = false;
    trouble = null;
    writeAddress();
    draw();
    if (rows === 0) growTable();
    if (answer.first !== null && !isPublic) whenIdle(() => void learnPublished(answer), 1500);
    if (selected) void loadSeries(selected);
  }

  /** Lays what is public over what is shown, as long as that day is shown. */
  async function learnPublished(answer: Levels): Promise<void> {
    if (gone || levels?.day !== answer.day) return;
    const turn = asking;
    const found = await published.load('', answer.day, 'province');
    if (gone || turn !== asking) return;
    isUntold = found === null;
    levels = withPublished(answer, found);
    draw();
  }

  /** The table lies below the first view: its rows come when the map stands. */
  function growTable(): void {
    whenIdle(() => {
      if (gone) return;
      rows += ROWS_AT_ONCE;
      drawWords();
      if (rows < (levels?.provinces.length ?? 0)) growTable();
    }, 1000);
  }

  async function loadSeries(unit: string): Promise<void> {
    const known = series.get(unit);
    if (known && known !== 'failed') return;
    series.set(unit, 'loading');
    try {
      series.set(unit, readSeries(await core.ask<unknown>('riskmap.series', { unit })));
    } catch {
      series.set(unit, 'failed');
    }
    if (!gone) draw();
  }

  // ---- what people do

  function writeAddress(): void {
    const words = new URLSearchParams();
    if (wanted) words.set('day', wanted);
    if (selected) words.set('unit', selected);
    if (metric !== 'level') words.set('show', metric);
    const address = `${ADDRESS}#${words}`;
    if (location.pathname + location.hash !== address && here().path === ADDRESS) go(address, 'replace');
  }

  function choose(code: string, how: 'map' | 'list'): void {
    pressed = code;
    selected = levels ? answering(code, levels.day, provinces) : code;
    writeAddress();
    draw();
    void loadSeries(selected);
    const head = root.querySelector<HTMLElement>('#risk-why');
    // A finger or mouse on the map stays there; on a narrow screen the answer lies below and is brought into view.
    if (how === 'map') head?.scrollIntoView({ block: 'nearest' });
    else head?.focus();
  }

  function close(): void {
    selected = null;
    pressed = null;
    writeAddress();
    draw();
    root.querySelector<HTMLElement>('#risk-pick')?.focus();
  }

  function setMetric(next: Metric): void {
    metric = next;
    writeAddress();
    draw();
  }

  function setPalette(next: PaletteName): void {
    palette = next;
    try {
      localStorage.setItem(STORE, next);
    } catch {
      // Not remembered; it still holds for this visit.
    }
    draw();
  }

  function sortBy(column: Column): void {
    const falling = order.column === column ? !order.falling : column !== 'name';
    order = { column, falling };
    draw();
  }

  function goToDay(days: number): void {
    if (!levels?.first || !levels.last) return;
    const within = Math.min(Math.max(days, dayNumber(levels.first)), dayNumber(levels.last));
    void show(dayText(within));
  }

  function step(by: number): void {
    stop();
    const from = wanted ?? levels?.day;
    if (from) goToDay(dayNumber(from) + by);
  }

  function stop(): void {
    playing = false;
    clearTimeout(timer);
  }

  /** Plays day after day; the next timer starts when the day is on the screen, and none runs when paused or hidden. */
  function play(): void {
    if (!levels?.first || !levels.last) return;
    playing = true;
    const tick = async (): Promise<void> => {
      if (!playing || gone || !levels?.last) return;
      const next = dayNumber(levels.day) + 1;
      if (next > dayNumber(levels.last)) {
        stop();
        draw();
        return;
      }
      await show(dayText(next));
      if (playing) timer = setTimeout(() => void tick(), PLAY_MS);
    };
    // At the end it starts over.
    const start = levels.day >= levels.last ? show(levels.first) : Promise.resolve();
    void start.then(() => {
      if (playing) timer = setTimeout(() => void tick(), PLAY_MS);
    });
    draw();
  }

  const hidden = (): void => {
    if (document.hidden && playing) {
      stop();
      draw();
    }
  };

  // ---- drawing

  /** As it is painted on a page that is light or dark. */
  function shade(kind: number, of: Metric): Shade {
    const { colour, pattern } = shadeOf(kind, of, palette);
    return { colour: onGround(colour), pattern };
  }

  function looks(): Map<string, Look> {
    const out = new Map<string, Look>();
    if (!country) return out;
    for (const { code } of country.outlines) {
      const place = levels ? placeOf(answering(code, levels.day, provinces)) : undefined;
      const kind = classOf(place, metric, edgesOf());
      const { colour, pattern } = shade(kind, metric);
      const value = kindWords(place, kind);
      out.set(code, {
        colour,
        pattern,
        digit: metric === 'level' ? (kind === 0 ? '?' : `${kind}${differs(place) ? '*' : ''}`) : shortValue(place),
        light: isDark(colour),
        isOpen: metric === 'level' && place?.published === null,
        name: nameOf(code),
        label: t('map.province', { name: nameOf(code), value }),
      });
    }
    return out;
  }

  function shortValue(place: ProvinceLevel | undefined): string {
    const value = place ? valueOf(place, metric) : null;
    return value === null ? '' : formatNumber(Math.floor(value));
  }

  function kindWords(place: ProvinceLevel | undefined, kind: number): string {
    if (metric === 'level') {
      const open = place?.published === null ? `, ${t('published.open')}` : '';
      return `${t(`level.${kind as 0 | 1 | 2 | 3 | 4}`)} (${t(`colour.${kind as 0 | 1 | 2 | 3 | 4}`)}${open})`;
    }
    if (!place || kind === 0) return t('class.none');
    return metric === 'cases' ? rate(place.per100kX10) : shortValue(place);
  }

  function mapTexts(): MapTexts {
    return {
      title: t('map.title'),
      zoomIn: t('map.zoomIn'),
      zoomOut: t('map.zoomOut'),
      whole: t('map.whole'),
      sea: t('map.sea'),
      sources: [t('source'), t('simplified')],
      tiles: (who) => t('base.by', { who }),
      island: (island) => (island.always ? t('island.of', { name: inWords(island), province: nameOf(island.province) }) : inWords(island)),
      goTo: (name) => t('map.goTo', { name }),
    };
  }

  function draw(): void {
    if (gone) return;
    drawWords();
    const now = division();
    if (map && now && now !== country) {
      country = now;
      void map.divide(now).then(paint);
    } else {
      paint();
    }
  }

  function paint(): void {
    if (gone) return;
    map?.paint(looks());
    map?.select(pressed && levels && !country?.outlines.some(({ code }) => code === pressed) ? answering(pressed, levels.day, provinces) : pressed);
  }

  /** The country on the day shown: the same object for days on which it was divided the same. */
  function division(): Country | null {
    if (!whole || !levels) return whole;
    const { day } = levels;
    const key = whole.outlines.map(({ code }) => answering(code, day, provinces)).join();
    const known = divisions.get(key) ?? dividedOn(day, whole, provinces);
    divisions.set(key, known);
    return known;
  }

  /** All but the map itself. */
  function drawWords(): void {
    render(screen(), root);
  }

  function screen(): TemplateResult {
    return html`<div class="wrap page risk">
      ${patterns()} ${headline()} ${notices()}
      <div class="risk-grid">
        <section class="risk-stage card" aria-label=${t('map.title')} aria-busy=${loading}>
          ${controls()}
          <p class="visually-hidden" id="risk-map-help">${t('map.help')}</p>
          <div class="risk-map ${noOutlines ? 'without' : ''}" aria-describedby="risk-map-help"></div>
          ${noOutlines
            ? html`<div class="notice warm">
                ${iconWarn()}
                <div>
                  <h3>${t('state.outlines')}</h3>
                  <p>${t('state.outlinesHelp')}</p>
                </div>
              </div>`
            : nothing}
          ${facts()} ${dayBar()} ${noOutlines ? nothing : background.draw()}
        </section>
        <div class="risk-side">
          <section class="card" aria-label=${t('legend.title')}>${legend()}</section>
          <section class="card risk-why" @keydown=${escape}>${side()}</section>
        </div>
      </div>
      ${levels
        ? html`<section class="card risk-table-card">
            ${table({ levels, most: rows, order, palette, selected, nameOf, rankOf, sortBy, choose: (unit) => choose(unit, 'list') })}
          </section>`
        : nothing}
    </div>`;
  }

  function escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !pressed) return;
    root.querySelector<SVGElement>(`path[data-code="${pressed}"]`)?.focus();
  }

  function headline(): TemplateResult {
    return html`<div class="risk-head">
      <div>
        <h1 tabindex="-1">${t('title')}</h1>
        <p class="soft no-print">${t('lead')}</p>
        <p class="print-only">
          ${t(`metric.${metric}`)}. ${t('printed', { time: formatInstant(Date.now()) })}.
          ${levels && !levels.packOfficial ? t('toConfirmHelp') : nothing}
          ${levels && isSynthetic(levels) ? t('syntheticHelp') : nothing}
        </p>
      </div>
      <a class="button second no-print" href=${`/ban-do-chi-tiet#${new URLSearchParams({ ...(selected ? { unit: selected } : {}), ...(wanted ? { day: wanted } : {}) })}`} data-route="in">
        ${t('units.link')}
      </a>
      <button class="button second no-print" type="button" @click=${() => print()}>${iconPrint()} ${t('print')}</button>
    </div>`;
  }

  /** Below the map, like all that comes with the answer: what is read and pressed first does not move when it is there. */
  function facts(): TemplateResult {
    if (levels === null) return html`<p class="risk-facts" role="status">${loading ? t('state.loading') : nothing}</p>`;
    const { day, dataTime, pack, packOfficial } = levels;
    return html`<p class="risk-facts">
      <strong>${t('dayLine', { day: formatDay(day) })}</strong>
      ${dataTime === null ? nothing : html`<span>${t('dataTime', { time: formatInstant(dataTime) })}</span>`}
      ${pack ? html`<span>${t('packLine', { pack: `${pack.id} (${pack.version})` })}</span>` : nothing}
      ${pack && !packOfficial ? html`<span class="risk-tag" title=${t('toConfirmHelp')}>${t('toConfirm')}</span>` : nothing}
      ${isSynthetic(levels) ? html`<span class="risk-tag" title=${t('syntheticHelp')}>${t('synthetic')}</span>` : nothing}
      ${isUntold ? html`<span class="risk-untold">${t('published.untold')}</span>` : nothing}
    </p>`;
  }

  function notices(): TemplateResult | typeof nothing {
    if (trouble) {
      const day = trouble.day;
      const forbidden = trouble.kind === 'forbidden';
      return html`<div class="notice bad" role="alert">
        ${iconWarn()}
        <div>
          <h3>${forbidden ? t('state.forbidden') : day ? t('state.error', { day: formatDay(day) }) : t('state.errorLast')}</h3>
          <p>${forbidden ? t('state.forbiddenHelp') : t('state.errorHelp')}</p>
          <button class="button second" type="button" @click=${() => void show(day)}>${t('state.again')}</button>
        </div>
      </div>`;
    }
    if (levels && levels.first === null) {
      return html`<div class="notice warm">
        ${iconWarn()}
        <div>
          <h3>${t('state.empty')}</h3>
          <p>${t('state.emptyHelp')}</p>
        </div>
      </div>`;
    }
    return nothing;
  }

  function controls(): TemplateResult {
    return html`<fieldset class="risk-choices no-print">
      <legend class="visually-hidden">${t('metric.title')}</legend>
      ${METRICS.map(
        (each) =>
          html`<label class="risk-choice">
            <input type="radio" name="risk-metric" .checked=${metric === each} @change=${() => setMetric(each)} />
            <span>${t(`metric.${each}`)}</span>
          </label>`,
      )}
    </fieldset>`;
  }

  function palettes(): TemplateResult {
    return html`<fieldset class="risk-choices no-print">
      <legend>${t('palette.title')}</legend>
      ${PALETTES.map(
        (each) =>
          html`<label class="risk-choice">
            <input type="radio" name="risk-palette" .checked=${palette === each} @change=${() => setPalette(each)} />
            <span>${t(`palette.${each}`)}</span>
          </label>`,
      )}
    </fieldset>`;
  }

  function dayBar(): TemplateResult {
    const { first, last } = levels ?? {};
    const day = wanted ?? levels?.day;
    if (!first || !last || !day) return html`<div class="risk-days-bar no-print"></div>`;
    const slide = (event: Event): void => {
      stop();
      goToDay(Number((event.target as HTMLInputElement).value)); // the handler hangs on this input only
    };
    const pick = (event: Event): void => {
      const { value } = event.target as HTMLInputElement; // likewise
      if (!value) return;
      stop();
      goToDay(dayNumber(value));
    };
    return html`<div class="risk-days-bar no-print">
      <button
        class="button"
        type="button"
        aria-pressed=${playing}
        @click=${() => {
          if (playing) {
            stop();
            draw();
          } else play();
        }}
      >
        ${playing ? '❚❚' : '▶'} ${playing ? t('day.pause') : t('day.play')}
      </button>
      <button
        class="step"
        type="button"
        aria-label=${t('day.previous')}
        ?disabled=${day <= first}
        @click=${() => step(-1)}
      >
        ${iconBack()}
      </button>
      <input
        class="slider"
        type="range"
        aria-label=${t('day.slider')}
        aria-valuetext=${formatDay(day)}
        min=${dayNumber(first)}
        max=${dayNumber(last)}
        .value=${String(dayNumber(day))}
        @input=${slide}
      />
      <button
        class="step after"
        type="button"
        aria-label=${t('day.next')}
        ?disabled=${day >= last}
        @click=${() => step(1)}
      >
        ${iconBack()}
      </button>
      <label class="day">
        <span class="visually-hidden">${t('day.title')}</span>
        <input type="date" min=${first} max=${last} .value=${day} @change=${pick} />
      </label>
      <p class="soft">${t('day.range', { first: formatDay(first), last: formatDay(last) })}</p>
    </div>`;
  }

  function legend(): TemplateResult {
    const counted = new Map<number, number>();
    for (const place of levels?.provinces ?? []) {
      const kind = classOf(place, metric, edgesOf());
      counted.set(kind, (counted.get(kind) ?? 0) + 1);
    }
    return html`<h2>${t('legend.title')}: ${t(`metric.${metric}`)}</h2>
      <ul class="risk-legend">
        ${classesOf(metric, edgesOf()).map((kind) => {
          const { colour, pattern } = shade(kind, metric);
          return html`<li>
            <svg viewBox="0 0 36 24" aria-hidden="true" focusable="false">
              <rect x="1" y="1" width="34" height="22" rx="3" fill=${pattern ? `url(#${pattern}) ${colour}` : colour} />
              ${metric === 'level'
                ? svg`<text x="18" y="17" class=${isDark(colour) ? 'light' : ''}>${kind === 0 ? '?' : kind}</text>`
                : nothing}
            </svg>
            <span>${classWords(kind)}</span>
            <span class="soft">${levels ? t('legend.units', { n: counted.get(kind) ?? 0 }) : nothing}</span>
          </li>`;
        })}
      </ul>
      ${metric === 'level' ? openLegend(levels?.provinces ?? [], (n) => t('legend.units', { n })) : nothing}
      ${metric === 'level' && levels?.provinces.some(differs)
        ? html`<p class="soft small">${t('legend.declared')}</p>`
        : nothing}
      ${metric === 'level' ? palettes() : nothing}
      ${levels && isSynthetic(levels)
        ? html`<p class="small"><span class="risk-tag">${t('synthetic')}</span> ${t('syntheticHelp')}</p>`
        : nothing}
      ${levels?.pack && !levels.packOfficial && metric === 'level'
        ? html`<p class="small"><span class="risk-tag">${t('toConfirm')}</span> ${t('toConfirmHelp')}</p>`
        : nothing}`;
  }

  function classWords(kind: number): string {
    if (metric === 'level') return t(`level.${kind as 0 | 1 | 2 | 3 | 4}`);
    if (kind === 0) return t('class.none');
    const edges = edgesOf()[metric];
    const [from = 0, to] = [edges[kind - 1], edges[kind]];
    if (to === undefined) return t('class.from', { from: formatNumber(from) });
    if (from === 0) return to === 1 ? t('class.zero') : t('class.below', { to: formatNumber(to) });
    return t('class.between', { from: formatNumber(from), to: formatNumber(to) });
  }

  function side(): TemplateResult {
    const pick = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement; // the handler hangs on this select only
      if (value) choose(value, 'list');
      else close();
    };
    const units = (levels?.provinces ?? []).map(({ unit }) => unit).sort((a, b) => rankOf(a) - rankOf(b));
    const place = selected ? placeOf(selected) : undefined;
    const merged = pressed && pressed !== selected ? nameOf(pressed) : null;
    return html`<div class="risk-pick no-print">
        <label for="risk-pick">${t('why.pick')}</label>
        <select id="risk-pick" @change=${pick}>
          <option value="" ?selected=${!selected}>${t('why.pickNone')}</option>
          ${units.map((unit) => html`<option value=${unit} ?selected=${unit === selected}>${nameOf(unit)}</option>`)}
        </select>
      </div>
      ${levels && place
        ? whyPanel({
            levels,
            place,
            name: nameOf(place.unit),
            palette,
            mergedFrom: merged,
            weak: country?.weak.has(pressed ?? place.unit) ?? false,
            series: series.get(place.unit) ?? 'loading',
            close,
          })
        : html`<p class="soft no-print">${t('why.choose')}</p>`}`;
  }

  /** Patterns of the classes, over their colours: dots, lines, crossed lines. Level 1 is plain. */
  function patterns(): TemplateResult {
    const one = (kind: number, marks: (ink: string) => SVGTemplateResult): SVGTemplateResult => {
      const { colour } = shade(kind, kind === 0 ? metric : 'level');
      const ink = isDark(colour) ? '#ffffff' : '#10292f';
      return svg`<pattern id="risk-pattern-${kind}" width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" fill=${colour} />${marks(ink)}
      </pattern>`;
    };
    return html`<svg class="risk-patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        ${one(0, (ink) => svg`<path d="M0 8 8 0" stroke=${ink} stroke-width=".5" opacity=".35" />`)}
        ${one(
          2,
          (ink) =>
            svg`<circle cx="2" cy="2" r="1" fill=${ink} opacity=".38" /><circle cx="6" cy="6" r="1" fill=${ink} opacity=".38" />`,
        )}
        ${one(3, (ink) => svg`<path d="M-1 1l2-2M0 8l8-8M7 9l2-2" stroke=${ink} stroke-width="1.1" opacity=".5" />`)}
        ${one(
          4,
          (ink) =>
            svg`<path d="M-1 1l2-2M0 8l8-8M7 9l2-2M-1 7l2 2M0 0l8 8M7-1l2 2" stroke=${ink} stroke-width="1" opacity=".5" />`,
        )}
      </defs>
    </svg>`;
  }

  async function startMap(): Promise<void> {
    try {
      const [loaded, { RiskMap: Drawn }] = await drawing;
      if (gone) return;
      whole = loaded;
      const now = division() ?? loaded;
      const host = root.querySelector<HTMLElement>('.risk-map');
      if (!host) return;
      country = now;
      map = new Drawn(host, now, mapTexts(), (code) => choose(code, 'map'));
      await map.fill();
      map.ready();
      showBackground();
      background.learn();
    } catch {
      noOutlines = true;
    }
    draw();
  }

  function showBackground(): void {
    map?.showTiles(background.shown, background.came);
  }

  const offs = [
    onLanguage(() => {
      draw();
      map?.retell(mapTexts());
    }),
    onTheme(draw),
    onPlace((place) => {
      if (place.path !== ADDRESS) return;
      const said = fromAddress();
      if (said.metric === metric && said.unit === selected && (said.day === null || said.day === wanted)) return;
      metric = said.metric;
      selected = said.unit;
      pressed = said.unit;
      if (said.day !== wanted) void show(said.day);
      else draw();
    }),
  ];
  // Somebody who signs in or out sees other numbers.
  const offSession = core.session.subscribe(() => {
    answers.clear();
    published.forget();
    void show(wanted);
  });
  document.addEventListener('visibilitychange', hidden);
  addEventListener('online', tryAgain);

  // All downloads begin together; the words stand first.
  const named = loadProvinces().catch(() => []);
  const drawing = Promise.all([loadCountry(), import('./map')]);
  drawing.catch(() => undefined); // told by startMap
  void t.load().then(async () => {
    if (gone) return;
    document.title = t('title');
    draw();
    provinces = await named;
    if (gone) return;
    for (const { code, short } of provinces) {
      names.set(code, short);
      places.set(code, places.size);
    }
    void startMap();
    void show(wanted);
  });

  return () => {
    gone = true;
    stop();
    for (const off of offs) off();
    offSession();
    document.removeEventListener('visibilitychange', hidden);
    removeEventListener('online', tryAgain);
    clearTimeout(againTimer);
    background.dispose();
    map?.dispose();
    render(nothing, root);
  };
};
