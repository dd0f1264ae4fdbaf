/** A report of one unit on one day: a page to print, a picture, and files. It says what this person may see, and no number more. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconPrint, iconSave, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { saveFile } from '../app/qr-picture';
import { atlasOf, release } from './atlas';
import { chart } from './chart';
import type { Defaults } from './defaults';
import { mapTexts, sourcesOf } from './map-texts';
import { shadeOf } from './model';
import type { PanelContext } from './panels';
import { gather, type Report } from './report-data';
import { fileName, reportCsv, reportGeoJson, type ColumnWords } from './report-files';
import { MapStage, sheetPng, type MapPicture } from './report-picture';
import { r } from './report-text';
import { isDeep } from './state';
import { square } from './swatch';
import { t } from './text';
import type { Shown } from './units-map';
import { explanationLines, levelBelow } from './units-model';
import { chip } from './why';
import './report.css';

const KINDS = [4, 3, 2, 1, 0] as const;

/** Opens it in `host`; gives back the function that ends it. */
export async function openReport(host: HTMLElement, context: PanelContext): Promise<() => void> {
  const { core, state, counts, rows } = context;
  await r.load();
  const atlas = atlasOf(context);
  const learn = (): Promise<Defaults> => atlas.learn();
  let report: Report | null = null;
  let picture: (MapPicture & { url: string }) | 'none' | null = null;
  let isFailed = false;
  let said = '';
  let asking = 0;
  let gone = false;
  /** What is behind a closed door is asked for when it opens. */
  let isStale = false;
  const door = host.closest('details');
  const stage = new MapStage(mapTexts());

  /** The unit that was chosen on the map or in the list, else the one whose parts are shown. */
  const target = (): string => state.now.selected ?? state.now.unit;

  async function load(): Promise<void> {
    const turn = ++asking;
    const { day } = state.now;
    isStale = door !== null && !door.open;
    if (isStale) report = null; // what one person saw is not kept for the next
    if (day === null || isStale) {
      draw();
      return;
    }
    report = null;
    picture = null;
    isFailed = false;
    said = '';
    draw();
    try {
      const found = await gather({ core, counts, learn }, target(), day, t('units.country'));
      if (turn !== asking || gone) return;
      report = found;
    } catch {
      if (turn !== asking || gone) return;
      isFailed = true;
    }
    draw();
    if (!report) return;
    const drawn = await stage.draw(shownOf(report)).catch(() => null);
    if (turn !== asking || gone) return;
    picture = drawn ? { ...drawn, url: drawn.canvas.toDataURL('image/png') } : 'none';
    draw();
  }

  /** A commune has nothing below it: it is shown among its neighbours. */
  function shownOf(found: Report): Shown {
    const isLeaf = found.unit.length === 5;
    // Among all of the country it would not be seen: then the picture is as near as the commune itself.
    const within = isLeaf && !isDeep(state.now) ? state.now.unit : found.unit;
    const parts = isLeaf ? (rows()?.units ?? []) : found.rows;
    return {
      level: isLeaf ? 'commune' : levelBelow(found.unit),
      within: within === '' ? null : within,
      units: new Map(parts.map((row) => [row.unit, { kind: row.level ?? 0, name: row.name }])),
      selected: isLeaf ? found.unit : null,
      colours: [0, 1, 2, 3, 4].map((kind) => shadeOf(kind, 'level', 'official').colour),
    };
  }

  // ---- words

  const title = (of: Report): string => r('title', { name: of.name });
  const packLine = (of: Report): string => `${t('packLine', { pack: `${of.pack} (${of.version})` })}${of.packOfficial ? '' : ` – ${t('toConfirm')}`}`;
  const levelWords = (level: number | null): string => t(`level.${(level ?? 0) as 0 | 1 | 2 | 3 | 4}`); // levels are read as such
  const timeLine = (of: Report): string => (of.dataTime === null ? r('noTime') : t('dataTime', { time: formatInstant(of.dataTime) }));

  function notes(of: Report): string[] {
    const shapes = picture !== null && picture !== 'none' ? picture.shapes : null;
    return [
      ...(shapes ? sourcesOf(shapes) : []),
      timeLine(of),
      t('printed', { time: formatInstant(Date.now()) }),
      ...(of.packOfficial ? [] : [t('toConfirmHelp')]),
    ];
  }

  function legend(of: Report): { colour: string; text: string }[] {
    return KINDS.map((kind) => {
      const n = of.rows.filter((row) => (row.level ?? 0) === kind).length;
      return { colour: shadeOf(kind, 'level', 'official').colour, text: of.rows.length === 0 ? levelWords(kind) : r('legend', { level: levelWords(kind), n }) };
    });
  }

  const columns = (): ColumnWords => ({
    code: r('column.code'),
    name: r('column.name'),
    shown: r('column.level'),
    declared: r('column.declared'),
    computed: r('column.computed'),
    rule: r('column.rule'),
    missing: r('column.missing'),
    cases: (from, until) => r('column.cases', { from: formatDay(from), until: formatDay(until) }),
    day: r('column.day'),
    pack: r('column.pack'),
    mark: r('column.mark'),
    marks: { official: r('mark.official'), toConfirm: r('mark.toConfirm') },
  });

  // ---- what the buttons do

  async function act(work: () => Promise<void> | void, done: string): Promise<void> {
    try {
      await work();
      said = done;
    } catch {
      said = r('failed');
    }
    draw();
  }

  const saveCsv = (of: Report): Promise<void> =>
    act(() => saveFile(new Blob([reportCsv(of, filed(of), columns())], { type: 'text/csv;charset=utf-8' }), fileName(of, 'csv')), r('saved', { what: 'CSV' }));

  const saveGeoJson = (of: Report): Promise<void> =>
    act(async () => {
      const [{ openShapes }, { fetchBoundaries }] = await Promise.all([import('../map/shapes'), import('../map/boundaries')]);
      const shapes = await openShapes(await fetchBoundaries());
      const attribution = [shapes.source, shapes.isSchematic ? t('units.schematic') : '', r('levelsBy', { pack: `${of.pack} (${of.version})` })].filter((part) => part !== '').join('. ');
      saveFile(new Blob([reportGeoJson(of, filed(of), shapes, attribution)], { type: 'application/geo+json' }), fileName(of, 'geojson'));
    }, r('saved', { what: 'GeoJSON' }));

  const savePng = (of: Report): Promise<void> =>
    act(async () => {
      if (picture === null || picture === 'none') throw new Error('there is no map');
      const levels = [r('line.level', { level: levelWords(of.level) }), r('line.declared', { level: of.declared === null ? r('none') : levelWords(of.declared) }), r('line.computed', { level: levelWords(of.computed) })];
      const words = {
        title: title(of),
        lines: [`${t('dayLine', { day: formatDay(of.day) })} · ${packLine(of)}`, levels.join(' · ')],
        legend: legend(of),
        notes: [...(picture.far.length === 0 ? [] : [r('far', { names: picture.far.join(', ') })]), ...notes(of)],
      };
      saveFile(await sheetPng(picture, words), fileName(of, 'png'));
    }, r('saved', { what: 'PNG' }));

  /** A unit without parts is filed itself. */
  function filed(of: Report): Report['rows'] {
    if (of.unit.length !== 5) return of.rows;
    return of.own ? [of.own] : [];
  }

  /** On paper stands the report alone. */
  async function printIt(of: Report): Promise<void> {
    const sheet = document.createElement('div');
    sheet.className = 'report-sheet';
    render(page(of), sheet);
    document.body.append(sheet);
    document.documentElement.classList.add('printing-report');
    const clear = (): void => {
      document.documentElement.classList.remove('printing-report');
      render(nothing, sheet);
      sheet.remove();
    };
    await Promise.all([...sheet.querySelectorAll('img')].map((image) => image.decode().catch(() => undefined)));
    addEventListener('afterprint', clear, { once: true });
    print();
  }

  // ---- drawing

  function draw(): void {
    if (!gone) render(screen(), host);
  }

  function screen(): TemplateResult {
    if (isFailed) {
      return html`<div class="notice bad" role="alert">
        ${iconWarn()}
        <div><p>${r('failedAll')}</p><button class="button second" type="button" @click=${() => void load()}>${t('state.again')}</button></div>
      </div>`;
    }
    const of = report;
    if (!of) return html`<p role="status">${t('state.loading')}</p>`;
    const isDrawn = picture !== null && picture !== 'none';
    return html`<p>${r('lead')}</p>
      <div class="actions report-actions">
        <button class="button" type="button" data-do="print" @click=${() => void printIt(of)}>${iconPrint()} ${r('print')}</button>
        <button class="button second" type="button" data-do="png" ?disabled=${!isDrawn} @click=${() => void savePng(of)}>${iconSave()} PNG</button>
        <button class="button second" type="button" data-do="csv" @click=${() => void saveCsv(of)}>${iconSave()} CSV</button>
        <button class="button second" type="button" data-do="geojson" @click=${() => void saveGeoJson(of)}>${iconSave()} GeoJSON</button>
      </div>
      <p role="status" class="report-said">${said}</p>
      ${page(of)}`;
  }

  function page(of: Report): TemplateResult {
    return html`<article class="report on-paper" aria-label=${title(of)}>
      <header>
        <h3>${title(of)}</h3>
        <p>
          <strong>${t('dayLine', { day: formatDay(of.day) })}</strong> · ${packLine(of)} · ${timeLine(of)}
        </p>
      </header>
      <div class="report-top">
        <figure class="report-map">
          ${picture === 'none'
            ? html`<p class="soft">${t('units.noMap')}</p>`
            : picture
              ? html`<img src=${picture.url} alt=${r('mapOf', { name: of.name })} width="1000" height="820" />`
              : html`<p role="status">${t('state.loading')}</p>`}
          <figcaption>
            <ul class="report-legend">
              ${legend(of).map(
                ({ colour, text }) =>
                  html`<li>${square(colour, '', 'light')} ${text}</li>`,
              )}
            </ul>
          </figcaption>
        </figure>
        <div class="report-side">${levels(of)} ${numbers(of)}</div>
      </div>
      ${reasons(of)} ${parts(of)}
      <footer><p>${notes(of).map((note) => `${note.replace(/\.$/, '')}.`).join(' ')}</p></footer>
    </article>`;
  }

  function levels(of: Report): TemplateResult {
    const { announced } = of;
    return html`<dl class="report-levels">
      <div><dt>${r('shown')}</dt><dd>${chip(of.level, 'official', '', 'light')}</dd></div>
      <div>
        <dt>${t('why.declared')}</dt>
        <dd>
          ${of.declared === null ? html`<span>${t('why.noDeclared')}</span>` : chip(of.declared, 'official', '', 'light')}
          ${announced
            ? html`<p>
                ${announced.until
                  ? t('why.declaredUntil', { document: announced.document, from: formatDay(announced.from), until: formatDay(announced.until) })
                  : t('why.declaredBy', { document: announced.document, from: formatDay(announced.from) })}${announced.reason ? `. ${t('why.reason', { reason: announced.reason })}` : ''}
              </p>`
            : nothing}
        </dd>
      </div>
      <div><dt>${t('why.computed')}</dt><dd>${chip(of.computed, 'official', '', 'light')}</dd></div>
    </dl>`;
  }

  function numbers(of: Report): TemplateResult {
    if (of.isClosed) return html`<p class="soft report-closed">${t('units.whyForbidden')}</p>`;
    return html`${of.sources.length === 0
      ? nothing
      : html`<table class="report-sources">
          <caption>
            ${t('why.sources')}
          </caption>
          <tbody>
            ${of.sources.map(({ source, cases }) => html`<tr><th scope="row">${source}</th><td class="number">${formatNumber(cases)}</td></tr>`)}
            ${of.difference === null || of.sources.length < 2
              ? nothing
              : html`<tr class="difference"><th scope="row">${r('difference')}</th><td class="number">${formatNumber(of.difference)}</td></tr>`}
          </tbody>
        </table>`}
    ${of.series && of.series.days.length > 0 ? html`<h4>${t('series.title')}</h4>${chart(of.series, of.day)}` : nothing}`;
  }

  function reasons(of: Report): TemplateResult | typeof nothing {
    if (!of.why) return nothing;
    return html`<section class="report-why">
      <h4>${t('why.title', { name: of.name })}</h4>
      ${explanationLines(of.why).map((line) => html`<p>${line}</p>`)}
    </section>`;
  }

  function parts(of: Report): TemplateResult | typeof nothing {
    if (of.rows.length === 0) return nothing;
    const { window } = of;
    const cases = (n: number | null | undefined): string => (n === null || n === undefined ? '–' : formatNumber(n));
    return html`<section class="report-parts">
      <h4>${t('units.list', { n: of.rows.length })}${window ? html` <small>(${r('column.cases', { from: formatDay(window.from), until: formatDay(window.until) })})</small>` : nothing}</h4>
      <ol>
        ${of.rows.map(
          (row) =>
            html`<li data-unit=${row.unit}>
              <span class="name">${row.name}</span>
              <span class="level"
                >${square(shadeOf(row.level ?? 0, 'level', 'official').colour, '', 'light')}${row.level === null ? t('level.0') : r('level', { level: row.level })}${row.declared !== null && row.declared !== row.computed ? ' *' : ''}</span
              >
              ${window ? html`<span class="number">${cases(row.cases)}</span>` : nothing}
            </li>`,
        )}
      </ol>
      ${of.rows.some((row) => row.declared !== null && row.declared !== row.computed) ? html`<p class="soft">${t('legend.declared')}</p>` : nothing}
    </section>`;
  }

  const offs = [
    onLanguage(() => {
      stage.retell(mapTexts());
      void load();
    }),
    state.subscribe((now, was) => {
      if (now.playing) return;
      if (now.unit !== was.unit || now.day !== was.day || now.selected !== was.selected || was.playing) void load();
    }),
    // Somebody who signs in or out may see other numbers; those of before go at once.
    core.session.subscribe(() => void load()),
  ];

  const toggled = (): void => {
    if (door?.open && isStale) void load();
  };
  door?.addEventListener('toggle', toggled);

  draw();
  void load();

  return () => {
    gone = true;
    door?.removeEventListener('toggle', toggled);
    stage.dispose();
    release(context);
    for (const off of offs) off();
    render(nothing, host);
  };
}
