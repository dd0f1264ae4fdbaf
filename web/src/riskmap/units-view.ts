/** Districts and communes: map and list of the units below one, directly or all of a level at once, on a day, by the rule pack in force; and why each has its colour. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconBack, iconPrint, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { go, here, onPlace } from '../app/router';
import { onTheme } from '../app/theme';
import type { View } from '../app/view';
import { isForbidden } from '../core/facade';
import type { Answered } from '../core/queries';
import { fetchBoundaries } from '../map/boundaries';
import type { UnitLevel } from '../map/overlay';
import { AskedCounts } from './counts';
import { dataDays } from './data-days';
import { DeepList } from './deep-list';
import { DepthChooser } from './depth';
import { dayNumber, dayText, shadeOf } from './model';
import type { OpenPanel, Painting, Panel, PanelContext } from './panels';
import { isDeep, isElsewhere, LEVEL_LAYER, readFragment, shownLevel, StateStore, writeFragment, type MapState } from './state';
import { t as layersText } from './layers-text';
import { t } from './text';
import { unitNames } from './unit-names';
import { explanationLines, readDeepUnits, readExplanation, readUnits, type Explanation, type UnitRow, type UnitRows } from './units-model';
import { mapTexts } from './map-texts';
import { Background } from './tiles';
import { withPublishedRows } from './publish-model';
import { onPublished, PublishedLevels } from './publish-public';
import type { UnitsMap } from './units-map';
import { chip } from './why';
import './view.css';
import './units-view.css';

const ADDRESS = '/ban-do-chi-tiet';
const KINDS = [0, 1, 2, 3, 4] as const;

export const followsLanguage = true;

/** Parts of the page that come after it, each a module of its own; they stand in this order. */
const PANELS: readonly (() => Promise<OpenPanel>)[] = [
  () => import('./console/panel').then(({ openConsolePanel }) => openConsolePanel),
  () => import('./layers-panel').then(({ pickPanel }) => pickPanel),
  () => import('./time-panel').then(({ timePanel }) => timePanel),
  () => import('./layers-panel').then(({ legendPanel }) => legendPanel),
  () => import('./charts-panel').then(({ chartsPanel }) => chartsPanel),
  async () => (await import('./declared')).openDeclaredWhy,
  async () => (await import('./declared')).openDeclaredDesk,
  () => import('./publish-panel').then(({ publishPanel }) => publishPanel),
  async () => (await import('./marks')).openMarks,
  async () => (await import('./marks')).openMarkLists,
  () => import('./doors').then(({ openPublicPanel }) => openPublicPanel),
  () => import('./doors').then(({ openReportPanel }) => openReportPanel),
  () => import('./doors').then(({ openWorkshopPanel }) => openWorkshopPanel),
];

type Trouble = 'failed' | 'forbidden';
const troubleOf = (error: unknown): Trouble => (isForbidden(error) ? 'forbidden' : 'failed');

const kindOf = ({ level }: UnitRow): number => level ?? 0;
/** What is shown is not what the figures give. */
const isDifferent = ({ level, declared, published, computed }: UnitRow): boolean => (declared !== null || !!published) && level !== computed;

export const view: View = (core, root) => {
  const state = new StateStore(readFragment(here().fragment));
  const counts = new AskedCounts(core, () => state.now.days); // before all others who hear of a new person
  const published = new PublishedLevels(core);
  const depths = new DepthChooser(core, state, () => draw());
  const deepList = new DeepList(state, () => draw());
  let rows: UnitRows | null = null;
  let trouble: Trouble | null = null;
  /** When the server gave what is shown, where it gives nothing now; null else. */
  let givenAt: number | null = null;
  let why: Explanation | 'loading' | Trouble | null = null;
  let map: UnitsMap | null = null;
  let mapTrouble = false;
  let isOpen = false;
  const background = new Background(core, () => {
    showBackground();
    draw();
  });
  let asking = 0;
  let explaining = 0;
  let gone = false;
  let painting: Painting | null = null;
  let context: PanelContext | null = null;
  const panels: (Panel | null)[] = PANELS.map(() => null);
  /** Places of parts in PANELS that could not be fetched. */
  const missing = new Set<number>();
  /** From the country down to the unit shown, as far as names are known. */
  let path: { code: string; name: string }[] = [];

  async function lastDay(): Promise<string> {
    const { day, days } = await dataDays(core);
    if (days) state.setDays(days);
    return day;
  }

  async function learnPath(): Promise<void> {
    const code = state.now.unit;
    if (code === '') {
      path = [];
      return;
    }
    const found = await core.unit(code).catch(() => null);
    if (state.now.unit !== code) return;
    const above = found?.path.split('/').filter((part) => part !== '' && part !== code && /^\d{2,3}$/.test(part)) ?? [];
    path = [
      ...above.map((part, at) => ({ code: part, name: found?.parents[above.length - 1 - at] ?? part })),
      { code, name: found?.name ?? code },
    ];
  }

  async function load(): Promise<void> {
    const turn = ++asking;
    draw();
    try {
      if (state.now.day === null) {
        const last = await lastDay();
        if (turn !== asking || gone) return;
        quietly(() => state.setDay(last));
      }
      if (isDeep(state.now)) {
        const isOpen = await depths.may();
        if (turn !== asking || gone) return;
        // What is for others is not there; the chooser says why, and the units directly below are shown.
        if (!isOpen) return leaveDepth();
      }
      const { unit, day } = state.now;
      const depth = shownLevel(state.now);
      const [reply, isPublic] = await Promise.all([
        isDeep(state.now) ? askDeep(unit, day, depth) : askUnits({ unit, day }, readUnits),
        day === null ? null : published.load(unit, day, depth),
        learnPath(),
      ]);
      if (turn !== asking || gone) return;
      let found: UnitRows | null = reply.answer;
      // No network, and no counts on this device: that is no statement about any place. What was kept of counts is one.
      if (reply.from === 'device' && found.units.every((row) => kindOf(row) === 0)) {
        found = await recomputed(unit, depth, day ?? found.day);
        if (turn !== asking || gone) return;
      }
      givenAt = reply.from === 'kept' ? (reply.at ?? null) : null;
      rows = found && withPublishedRows(found, isPublic);
      trouble = found ? null : 'failed';
    } catch (error) {
      if (turn !== asking || gone) return;
      trouble = troubleOf(error);
      rows = null;
    }
    draw();
    showMap();
  }

  /** All units of a level, and their names from the list that came with the page. */
  async function askDeep(unit: string, day: string | null, depth: UnitLevel): Promise<Answered<UnitRows>> {
    const names = await unitNames();
    return askUnits({ unit, day, depth }, (answer) => readDeepUnits(answer, (code) => names.of(code, day ?? '', unit)));
  }

  async function askUnits(args: object, read: (answer: unknown) => UnitRows): Promise<Answered<UnitRows>> {
    const { answer, ...rest } = await core.askFrom<unknown>('riskmap.units', args, {});
    return { answer: read(answer), ...rest };
  }

  /** Without a network: the units of a day from the counts that were kept. */
  async function recomputed(unit: string, depth: UnitLevel, day: string): Promise<UnitRows | null> {
    const [{ unitsWithoutNetwork }, names, { days }] = await Promise.all([import('./world'), unitNames(), dataDays(core)]);
    return unitsWithoutNetwork(core, counts, unit, depth, days, day, (code) => names.of(code, day, unit)).catch((error: unknown) => {
      if (isForbidden(error)) return null; // this device has no counts for whoever asks: that is no refusal of their levels
      throw error;
    });
  }

  async function explain(): Promise<void> {
    const turn = ++explaining;
    const { selected, day } = state.now;
    why = selected === null ? null : 'loading';
    draw();
    showMap();
    if (selected === null) return;
    try {
      const { answer } = await core.askFrom<unknown>('riskmap.why', { unit: selected, day }, {});
      if (turn !== explaining || gone) return;
      why = readExplanation(answer);
    } catch (error) {
      if (turn !== explaining || gone) return;
      why = troubleOf(error);
    }
    draw();
  }

  function reload(): void {
    void load();
    if (state.now.selected !== null) void explain();
  }

  /** To the units directly below, in place of what the address asked for. */
  function leaveDepth(): void {
    isRefused = true;
    state.setDepth(null);
    isRefused = false;
  }

  function open(code: string): void {
    if (code === state.now.unit) return;
    state.setUnit(code);
    void loading.then(() => {
      if (!gone && state.now.unit === code) root.querySelector<HTMLElement>('#units-list')?.focus();
    });
  }

  function moveDay(by: number): void {
    const { day } = state.now;
    if (day) state.setDay(dayText(dayNumber(day) + by));
  }

  let loading: Promise<void> = Promise.resolve();
  /** The day that came with an answer, or the place that the address already has: nobody need ask or write again. */
  let isQuiet = false;
  let isRefused = false;
  function quietly(act: () => void): void {
    isQuiet = true;
    act();
    isQuiet = false;
  }

  function follow(now: MapState, before: MapState): void {
    if (now.playing && before.playing) return; // whoever plays the days draws them
    const isOther = isElsewhere(now, before);
    if (now.unit !== before.unit) void depths.look();
    const isStopped = before.playing && !now.playing;
    if (isOther) {
      // What was said of the unit before is not said of this one.
      rows = null;
      why = null;
      explaining += 1;
    }
    const isMoved = isOther || (!now.playing && (now.day !== before.day || isStopped));
    if (!isQuiet && !now.playing && writeFragment(now) !== here().fragment) writeAddress(isOther && !isRefused ? 'push' : 'replace');
    if (isMoved && !isQuiet) loading = load();
    if (now.selected !== null && (now.selected !== before.selected || (isMoved && !isQuiet))) void explain();
    draw();
    showMap();
  }

  function writeAddress(how: 'push' | 'replace'): void {
    go(`${ADDRESS}#${writeFragment(state.now)}`, how);
  }

  // ---- the map

  async function startMap(): Promise<void> {
    try {
      const boundaries = fetchBoundaries();
      boundaries.catch(() => undefined); // told below, where it is waited for
      const { UnitsMap: Drawn } = await import('./units-map');
      const host = root.querySelector<HTMLElement>('.units-map');
      if (gone || !host) return;
      map = new Drawn(host, mapTexts(), (code) => state.setSelected(code), () => {
        mapTrouble = true;
        showBackground();
        draw();
      });
      showMap();
      await map.open(boundaries);
      isOpen = true;
      showBackground();
      background.learn();
    } catch {
      mapTrouble = true;
    }
    draw();
  }

  /** Nothing is asked of a tile server for a map that is not there, nor for the view that it has before it goes to its unit. */
  function showBackground(): void {
    map?.showTiles(isOpen && !mapTrouble ? background.shown : null, background.came);
  }

  function showMap(): void {
    const { unit, selected, palette, layer, day } = state.now;
    // Computed levels stand in for those of the list until these have come.
    if (layer === LEVEL_LAYER && rows?.day === day) painting = null;
    const units = new Map(
      (rows?.units ?? []).map((row) => {
        const kind = painting ? (painting.kinds.get(row.unit) ?? 0) : kindOf(row);
        return [row.unit, { kind, name: row.name, isOpen: !painting && row.published === null }];
      }),
    );
    map?.show({
      level: shownLevel(state.now),
      within: unit === '' ? null : unit,
      units,
      selected,
      colours: painting?.colours ?? KINDS.map((kind) => shadeOf(kind, 'level', palette).colour),
      patterned: painting?.patterned ?? true,
      rings: painting?.rings ?? [],
    });
  }

  // ---- panels

  function startPanels(): void {
    const show = (next: Painting | null): void => {
      painting = next;
      showMap();
    };
    context = { core, state, counts, rows: () => rows, map: () => map, redraw: draw, reload, show };
    for (const at of PANELS.keys()) void startPanel(at, context);
  }

  async function startPanel(at: number, context: PanelContext): Promise<void> {
    try {
      const [open] = await Promise.all([PANELS[at]?.(), layersText.load()]);
      if (gone || !open) return;
      panels[at] = open(context);
    } catch {
      missing.add(at);
    }
    draw();
  }

  function startMissing(): void {
    const places = [...missing];
    missing.clear();
    draw();
    if (context) for (const at of places) void startPanel(at, context);
  }

  const hang = (place: Panel['place']): (TemplateResult | null)[] =>
    panels.map((panel) => (panel?.place === place ? panel.draw() : null));

  // ---- drawing

  function draw(): void {
    if (!gone) render(screen(), root);
  }

  function screen(): TemplateResult {
    return html`<div class="wrap page risk units">
      <div class="risk-head">
        <div>
          <a class="back" href="/ban-do" data-route="in">${iconBack()} ${t('title')}</a>
          <h1 tabindex="-1">${t('units.title')}</h1>
          ${crumbs()}
        </div>
        <button class="button second no-print" type="button" @click=${() => print()}>${iconPrint()} ${t('print')}</button>
      </div>
      ${trouble
        ? html`<div class="notice bad" role="alert">
            ${iconWarn()}
            <div>
              <h3>${trouble === 'forbidden' ? t('state.forbidden') : t('units.failed')}</h3>
              <p>${trouble === 'forbidden' ? t('state.forbiddenHelp') : t('state.errorHelp')}</p>
              <button class="button second" type="button" @click=${() => void load()}>${t('state.again')}</button>
            </div>
          </div>`
        : nothing}
      ${missing.size > 0
        ? html`<div class="notice warm units-missing" role="alert">
            ${iconWarn()}
            <div>
              <h3>${t('units.partsFailed')}</h3>
              <p>${t('state.errorHelp')}</p>
              <button class="button second" type="button" @click=${startMissing}>${t('state.again')}</button>
            </div>
          </div>`
        : nothing}
      <div class="units-grid">
        <section class="card" aria-label=${t('map.title')}>
          ${depths.draw()} ${dayBar()} ${hang('over')}
          <div class="units-map" role="group" aria-label=${t('units.mapLabel')} ?hidden=${mapTrouble}></div>
          ${mapTrouble ? html`<div class="notice warm">${iconWarn()}<p>${t('units.noMap')}</p></div>` : nothing}
          ${packLine()} ${mapTrouble ? nothing : background.draw()} ${hang('under')}
        </section>
        <section class="card" aria-busy=${rows === null && !trouble}>${list()}</section>
        <section class="card units-why" aria-live="polite">${whyCard()}</section>
        ${hang('card')}
      </div>
    </div>`;
  }

  function crumbs(): TemplateResult {
    const { unit } = state.now;
    return html`<nav aria-label=${t('units.path')}>
      <ol class="units-crumbs">
        <li>${unit === '' ? t('units.country') : crumb('', t('units.country'))}</li>
        ${path.map(({ code, name }) => html`<li>${code === unit ? html`<span aria-current="page">${name}</span>` : crumb(code, name)}</li>`)}
      </ol>
    </nav>`;
  }

  function crumb(code: string, name: string): TemplateResult {
    return html`<button class="link-button" type="button" @click=${() => open(code)}>${name}</button>`;
  }

  function dayBar(): TemplateResult {
    const pick = (event: Event): void => state.setDay((event.target as HTMLInputElement).value); // the handler hangs on this input only
    return html`<div class="units-day no-print">
      <button class="button second" type="button" aria-label=${t('day.previous')} @click=${() => moveDay(-1)}>‹</button>
      <label>
        <span class="visually-hidden">${t('day.title')}</span>
        <input type="date" .value=${state.now.day ?? ''} @change=${pick} />
      </label>
      <button class="button second" type="button" aria-label=${t('day.next')} @click=${() => moveDay(1)}>›</button>
    </div>`;
  }

  function packLine(): TemplateResult | typeof nothing {
    if (!rows) return nothing;
    return html`<p class="risk-facts">
      <strong>${t('dayLine', { day: formatDay(rows.day) })}</strong>
      <span>${t('packLine', { pack: `${rows.pack} (${rows.version})` })}</span>
      ${rows.packOfficial ? nothing : html`<span class="risk-tag" title=${t('toConfirmHelp')}>${t('toConfirm')}</span>`}
      ${givenAt === null ? nothing : html`<span class="units-given" role="status">${t('units.given', { time: formatInstant(givenAt) })}</span>`}
    </p>`;
  }

  function list(): TemplateResult {
    if (!rows) return html`<p role="status">${trouble ? nothing : t('state.loading')}</p>`;
    if (rows.units.length === 0) return html`<p>${t('units.none')}</p>`;
    const { selected } = state.now;
    const deeper = shownLevel(state.now) !== 'commune';
    const differs = rows.units.some(isDifferent);
    const isTold = rows.units.some((row) => row.published !== undefined);
    const row = (each: UnitRow, figure = ''): TemplateResult =>
      html`<li class=${each.unit === selected ? 'chosen' : ''} data-unit=${each.unit}>
        <button class="link-button name" type="button" aria-pressed=${each.unit === selected} @click=${() => state.setSelected(each.unit)}>${each.name}</button>
        ${each.within ? html`<span class="within soft small">${each.within}</span>` : nothing}
        ${chip(kindOf(each) || null, 'official', isDifferent(each) ? ' *' : '')}
        ${figure === '' ? nothing : html`<span class="figure">${figure}</span>`}
        ${each.published === null ? html`<span class="risk-open">${t('published.open')}</span>` : nothing}
        ${deeper
          ? html`<button class="link-button deeper" type="button" aria-label=${t('units.openOf', { name: each.name })} @click=${() => open(each.unit)}>
              ${t('units.open')} <span aria-hidden="true">›</span>
            </button>`
          : nothing}
      </li>`;
    return html`<h2 id="units-list" tabindex="-1">${t('units.list', { n: formatNumber(rows.units.length) })}</h2>
      ${differs ? html`<p class="soft small">${t('legend.declared')}</p>` : nothing}
      ${isTold ? nothing : html`<p class="soft small">${t('published.untold')}</p>`}
      ${isDeep(state.now) ? deepList.draw({ rows, value: painting?.value ?? null, row }) : html`<ul class="units-list">${rows.units.map((each) => row(each))}</ul>`}`;
  }

  function whyCard(): TemplateResult {
    const { selected } = state.now;
    if (selected === null) return html`<p class="soft">${t('units.choose')}</p>`;
    const found = rows?.units.find((row) => row.unit === selected);
    const name = [found?.name ?? selected, found?.within ?? ''].filter((part) => part !== '').join(', ');
    const head = html`<h2>${t('why.title', { name })}</h2>
      ${publishedLine(selected)} ${hang('why')}`;
    if (why === 'loading' || why === null) return html`${head}<p role="status">${t('state.loading')}</p>`;
    if (why === 'failed') return html`${head}<p>${t('units.whyFailed')}</p>`;
    if (why === 'forbidden') return html`${head}<p>${t('units.whyForbidden')}</p>`;
    return html`${head}${explanationLines(why).map((line) => html`<p class="sum">${line}</p>`)}`;
  }

  function publishedLine(unit: string): TemplateResult | typeof nothing {
    const row = rows?.units.find((each) => each.unit === unit);
    if (row?.published === undefined) return nothing;
    if (row.published === null) {
      const help = t(row.declared === null ? 'published.openHelp' : 'published.openDeclared');
      return html`<p class="units-public"><span class="risk-open">${t('published.open')}</span> ${help}</p>`;
    }
    const { level, from, day } = row.published;
    return html`<p class="units-public">
      <strong>${t('published.title')}:</strong> ${chip(level, 'official')} ${t('published.at', { time: formatInstant(from), day: formatDay(day) })}
      ${isDifferent(row) ? t('published.differs', { level: t(`level.${(row.computed ?? 0) as (typeof KINDS)[number]}`) }) : nothing}
    </p>`; // computed is a level or null
  }

  const offs = [
    onPublished(() => {
      published.forget();
      void load();
    }),
    onLanguage(() => {
      draw();
      map?.retell(mapTexts());
    }),
    onTheme(draw),
    onPlace((place) => {
      if (place.path !== ADDRESS) return;
      const said = readFragment(place.fragment);
      const { now } = state;
      const there = { ...now, ...said, depth: said.depth ?? null, layer: said.layer ?? LEVEL_LAYER };
      if (writeFragment(there) !== writeFragment(now)) state.set({ unit: there.unit, depth: there.depth, day: there.day, layer: there.layer });
    }),
    // Somebody who signs in or out sees other numbers; those of before go at once.
    core.session.subscribe(() => {
      explaining += 1;
      why = null;
      if (isDeep(state.now)) rows = null;
      depths.forget();
      void depths.look();
      reload();
    }),
    state.subscribe(follow),
  ];

  void t.load().then(() => {
    if (gone) return;
    document.title = t('units.title');
    draw();
    void startMap();
    void depths.look();
    loading = load();
    void loading.then(startPanels); // the map and its list come first
  });

  return () => {
    gone = true;
    for (const off of offs) off();
    for (const panel of panels) panel?.dispose();
    counts.dispose();
    background.dispose();
    map?.dispose();
    render(nothing, root);
  };
};
