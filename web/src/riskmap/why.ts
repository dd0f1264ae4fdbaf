/** Why a province has its colour: the numbers, where they come from, the rule, and the arithmetic written out. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconClose, iconWarn } from '../app/icons';
import { inWords } from '../app/language';
import { theme, type Theme } from '../app/theme';
import { chart } from './chart';
import { onGround } from './colours';
import type { Band, Levels, PaletteName, ProvinceLevel, Series } from './model';
import { differs, shadeOf } from './model';
import { t } from './text';

export interface WhyContext {
  levels: Levels;
  place: ProvinceLevel;
  name: string;
  palette: PaletteName;
  /** The outline that was pressed, when its province has since been merged into another one. */
  mergedFrom: string | null;
  weak: boolean;
  series: Series | 'loading' | 'failed';
  close: () => void;
}

export function chip(level: number | null, palette: PaletteName, extra = '', on: Theme = theme()): TemplateResult {
  const kind = (level ?? 0) as 0 | 1 | 2 | 3 | 4;
  const { colour } = shadeOf(kind, 'level', palette);
  return html`<span class="risk-chip">
    <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <rect width="20" height="20" rx="4" fill=${onGround(colour, on)} />
    </svg>
    <span>${t(`level.${kind}`)}${extra}</span>
  </span>`;
}

export function rate(tenths: number | null): string {
  return tenths === null ? t('table.none') : formatNumber(tenths / 10, 1);
}

function comparison(band: Band, value: string): string {
  const words = { rate: value, level: band.level, from: formatNumber(band.from), to: formatNumber(band.below ?? 0) };
  if (band.below === null) return t('why.from', words);
  return band.from === 0 ? t('why.below', words) : t('why.between', words);
}

function arithmetic({ levels: { pack }, place }: WhyContext): TemplateResult {
  if (!pack) return html`<p>${t('why.noPack')}</p>`;
  const days = pack.windowDays;
  if (place.cases7 === null || place.population === null) {
    return html`
      ${place.missing.includes('cases') ? html`<p>${t('why.noCases', { days })}</p>` : nothing}
      ${place.missing.includes('population') ? html`<p>${t('why.noPeople')}</p>` : nothing}
      ${place.heldFrom ? html`<p>${t('why.held', { day: formatDay(place.heldFrom) })}</p>` : nothing}
    `;
  }
  const value = rate(place.per100kX10);
  const band = pack.bands.find((each) => each.level === place.band);
  return html`
    <p class="sum">
      ${t('why.rate', {
        cases: formatNumber(place.cases7),
        days,
        per: formatNumber(pack.per),
        population: formatNumber(place.population),
        rate: value,
      })}
    </p>
    ${band
      ? html`<p class="sum">
          <strong>${comparison(band, value)}</strong> ${band.official
            ? nothing
            : html`<span class="risk-tag">${t('toConfirm')}</span>`}
        </p>`
      : nothing}
    ${place.arithmetic
      ? html`<details class="no-print">
          <summary>${t('why.exact')}</summary>
          <p class="exact">${place.arithmetic}</p>
        </details>`
      : nothing}
  `;
}

function declared({ place, palette }: WhyContext): TemplateResult {
  const said = place.declared;
  if (!said) return html`<p class="soft">${t('why.noDeclared')}</p>`;
  const from = formatDay(said.from);
  const by = said.until
    ? t('why.declaredUntil', { document: said.document, from, until: formatDay(said.until) })
    : t('why.declaredBy', { document: said.document, from });
  return html`
    ${chip(said.level, palette)}
    <p>${by}</p>
    ${said.reason ? html`<p>${t('why.reason', { reason: said.reason })}</p>` : nothing}
    ${said.level === place.computed || place.published
      ? nothing
      : html`<p class="differs">${iconWarn()} <span>${t('why.differs')}</span></p>`}
  `;
}

/** What was approved and since when; or that nobody has. */
function published({ place, palette }: WhyContext): TemplateResult | typeof nothing {
  const said = place.published;
  if (said === undefined) return nothing;
  if (said === null) return html`<p class="risk-public"><span class="risk-open">${t('published.open')}</span> ${t(place.declared ? 'published.openDeclared' : 'published.openHelp')}</p>`;
  return html`<div class="risk-public">
    <h3>${t('published.title')}</h3>
    ${chip(said.level, palette)}
    <p>${t('published.at', { time: formatInstant(said.from), day: formatDay(said.day) })}</p>
    ${differs(place) ? html`<p class="differs">${iconWarn()} <span>${t('published.differs', { level: t(`level.${place.computed ?? 0}`) })}</span></p>` : nothing}
  </div>`;
}

function count(value: number | null): string {
  return value === null ? '< 5' : formatNumber(value);
}

function declarations({ levels, place }: WhyContext): TemplateResult {
  const { green, yellow, red } = place.declarations;
  return html`<h3>${t('why.declarations', { days: levels.pack?.windowDays ?? 7 })}</h3>
    <p>
      ${t('why.declarationsText', {
        green: count(green),
        yellow: count(yellow),
        red: count(red),
        symptomatic: count(place.symptomatic),
      })}
    </p>`;
}

function sources({ place }: WhyContext): TemplateResult {
  if (place.sources.length === 0) return html`<p class="soft">${t('table.none')}</p>`;
  return html`<ul class="plain">
      ${place.sources.map(
        ({ source, cases7, days }) =>
          html`<li>
            <b>${source}</b>:
            ${days === null
              ? t('why.sourceRowShort', { cases: formatNumber(cases7) })
              : t('why.sourceRow', { cases: formatNumber(cases7), days })}
          </li>`,
      )}
    </ul>
    ${place.sources.length > 1 ? html`<p class="soft">${t('why.sourceHelp')}</p>` : nothing}`;
}

function rule({ levels: { pack } }: WhyContext): TemplateResult {
  if (!pack) return html`<p>${t('why.noPack')}</p>`;
  return html`<p>
      ${inWords(pack.basis)} <span class="soft">(${t('why.version', { pack: pack.id, version: pack.version })})</span>
    </p>
    ${pack.leftOut.length === 0
      ? nothing
      : html`<h3>${t('why.leftOut')}</h3>
          <ul>
            ${pack.leftOut.map((each) => html`<li>${inWords(each)}</li>`)}
          </ul>`}`;
}

export function whyPanel(context: WhyContext): TemplateResult {
  const { place, name, palette, series, levels } = context;
  return html`
    <div class="risk-why-head">
      <h2 id="risk-why" tabindex="-1">${t('why.title', { name })}</h2>
      <button class="link-button no-print" type="button" @click=${context.close} aria-label=${t('why.close')}>
        ${iconClose()}
      </button>
    </div>
    ${context.mergedFrom ? html`<p>${t('why.merged', { name: context.mergedFrom, into: name })}</p>` : nothing}
    ${published(context)}
    <div class="risk-two">
      <div>
        <h3>${t('why.declared')}</h3>
        ${declared(context)}
      </div>
      <div>
        <h3>${t('why.computed')}</h3>
        ${chip(place.computed, palette)}
      </div>
    </div>
    <h3>${t('why.arithmetic')}</h3>
    ${arithmetic(context)}
    <h3>${t('why.sources')}</h3>
    ${sources(context)} ${declarations(context)}
    <h3>${t('series.title')}</h3>
    ${series === 'loading'
      ? html`<p class="soft">${t('state.loading')}</p>`
      : series === 'failed'
        ? html`<p class="soft">${t('state.errorHelp')}</p>`
        : chart(series, levels.day)}
    <h3>${t('why.rule')}</h3>
    ${rule(context)} ${context.weak ? html`<p class="soft">${t('why.weak')}</p>` : nothing}
  `;
}
