/** Zones and places: what is drawn more under the map, with its legend; and both as lists, where officials record and take back. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconCheck, iconPlus, iconWarn } from '../app/icons';
import { MarksDesk, type Layer } from './marks-desk';
import { isOn, PLACE_TYPES, timeline, ZONE_LEVELS, type Place, type Zone } from './marks-model';
import { sign, swatch } from './marks-signs';
import { t } from './marks-text';
import type { OpenPanel, PanelContext } from './panels';
import { wordsOf } from './send-record';
import './judged-form.css';
import './marks.css';

/** Both panels of one page work at one desk. */
const desks = new WeakMap<PanelContext, MarksDesk>();
function deskOf(context: PanelContext): MarksDesk {
  const desk = desks.get(context) ?? new MarksDesk(context);
  desks.set(context, desk);
  return desk;
}

/** The most entries that a list shows of the whole country. */
const MOST_SHOWN = 100;

export const openMarks: OpenPanel = (context) => {
  const desk = deskOf(context);
  return {
    place: 'under',
    draw: () => {
      desk.show(); // the map may just have come
      return desk.isReady ? layers(desk) : html``;
    },
    dispose: () => desk.dispose(),
  };
};

export const openMarkLists: OpenPanel = (context) => {
  const desk = deskOf(context);
  return { place: 'card', draw: () => (desk.isReady ? lists(desk) : html``), dispose: () => desk.dispose() };
};

// ---- under the map

function layers(desk: MarksDesk): TemplateResult {
  const box = (layer: Layer, count: number | null): TemplateResult => html`<label class="mark-layer">
    <input type="checkbox" .checked=${desk.shown[layer]} @change=${() => desk.toggle(layer)} />
    <span>${t(`layers.${layer}`)}${count === null ? nothing : html` <span class="soft">(${formatNumber(count)})</span>`}</span>
  </label>`;
  const levels = ZONE_LEVELS.filter((level) => desk.zones.some((zone) => zone.level === level));
  const types = PLACE_TYPES.filter((type) => desk.places.some((place) => place.type === type));
  return html`<fieldset class="mark-layers">
      <legend class="label">${t('layers.title')}</legend>
      ${box('zones', desk.zones.length)} ${box('places', desk.places.length)} ${box('heat', null)}
    </fieldset>
    ${desk.shown.zones && levels.length > 0
      ? html`<p class="mark-legend">
          <span class="soft">${t('legend.levels')}:</span> ${levels.map((level) => html`<span>${swatch(level)} ${t(`level.${level}`)}</span>`)}
        </p>`
      : nothing}
    ${desk.shown.places && types.length > 0
      ? html`<p class="mark-legend">
          <span class="soft">${t('legend.kinds')}:</span> ${types.map((type) => html`<span>${sign(type)} ${t(`type.${type}`)}</span>`)}
        </p>`
      : nothing}
    ${desk.shown.heat ? heatLegend(desk) : nothing}
    ${desk.said ? html`<div class="notice marks-said" role="status" tabindex="-1">${iconCheck()}<p>${desk.said}</p></div>` : nothing}
    ${desk.wrong ? html`<div class="notice bad marks-said" role="alert" tabindex="-1">${iconWarn()}<p>${desk.wrong}</p></div>` : nothing}
    ${desk.isOfficial ? newMark(desk) : nothing}`;
}

function heatLegend({ heat }: MarksDesk): TemplateResult {
  if (heat === null || heat === 'loading') return html`<p role="status" class="small soft">${t('heat.loading')}</p>`;
  const { visits, communes, days } = heat;
  const isEmpty = visits === 0 && communes === 0;
  return html`<div class="mark-heat">
    <p class="mark-ramp"><span>${t('heat.few')}</span><i aria-hidden="true"></i><span>${t('heat.many')}</span></p>
    <p class="small soft">
      ${isEmpty ? t('heat.none') : t('heat.places', { n: formatNumber(visits) })}
      ${typeof communes === 'string' ? t(`heat.${communes}`) : communes > 0 ? t('heat.counts', { n: formatNumber(communes), days }) : nothing}
    </p>
  </div>`;
}

// ---- the lists

function lists(desk: MarksDesk): TemplateResult {
  return html`<section class="card marks" aria-busy=${desk.state === 'loading'}>
    ${desk.keptAt === null ? nothing : html`<p class="small soft">${t('list.kept', { time: formatInstant(desk.keptAt) })}</p>`}
    ${desk.isCut ? html`<p class="small soft">${t('list.more', { n: formatNumber(desk.zones.length + desk.places.length) })}</p>` : nothing}
    ${desk.state === 'failed'
      ? html`<div class="notice warm">
          ${iconWarn()}
          <div>
            <p>${t('list.failed')}</p>
            <button class="button second" type="button" @click=${() => void desk.load()}>${t('list.again')}</button>
          </div>
        </div>`
      : nothing}
    <div class="marks-columns">
      <div>
        <h2>${t('zones.title')} <span class="soft">${desk.state === 'ready' ? t('zones.count', { n: formatNumber(desk.zones.length) }) : nothing}</span></h2>
        ${desk.state === 'loading' ? html`<p role="status">${t('list.loading')}</p>` : nothing}
        ${desk.state === 'ready' && desk.zones.length === 0 ? html`<p>${t('zones.none')}</p>` : nothing}
        <ul class="marks-list">
          ${desk.zones.slice(0, MOST_SHOWN).map((zone) => zoneItem(desk, zone))}
        </ul>
      </div>
      <div>${placeLists(desk)}</div>
    </div>
  </section>`;
}

function newMark(desk: MarksDesk): TemplateResult {
  if (desk.form) return desk.form.draw(desk.unitsHere);
  if (desk.context.state.now.unit === '') return html`<p class="soft no-print">${t('new.where')}</p>`;
  return html`<div class="judged-actions no-print">
    <button class="button marks-new" type="button" data-do="new-zone" @click=${() => desk.open('zone', null)}>${iconPlus()} ${t('new.zone')}</button>
    <button class="button second" type="button" data-do="new-place" @click=${() => desk.open('place', null)}>${iconPlus()} ${t('new.place')}</button>
  </div>`;
}

const period = ({ from, until }: { from: string; until: string | null }): string =>
  until === null ? t('list.open', { from: formatDay(from) }) : from === until ? formatDay(from) : t('list.period', { from: formatDay(from), until: formatDay(until) });

function item(desk: MarksDesk, mark: Zone | Place, icon: TemplateResult, lines: (string | TemplateResult)[]): TemplateResult {
  const { record, name } = mark;
  return html`<li class=${record === desk.chosen ? 'chosen' : ''} data-mark=${record}>
    ${icon}
    <div>
      <button class="link-button name" type="button" aria-label=${t('list.find', { name })} aria-pressed=${record === desk.chosen} @click=${() => desk.find(record)}>
        ${name}
      </button>
      ${lines.map((line) => html`<p class="small">${line}</p>`)}
      ${mark.mayChange && desk.isOfficial ? tools(desk, mark) : nothing}
    </div>
  </li>`;
}

function tools(desk: MarksDesk, mark: Zone | Place): TemplateResult {
  const { name, record } = mark;
  if (desk.withdrawing === record) {
    const yes = (event: Event): void => {
      event.preventDefault();
      if (!(event.target instanceof HTMLFormElement)) return;
      const reason = String(new FormData(event.target).get('reason') ?? '').normalize('NFC').trim();
      void desk.withdraw(mark, reason, t('edit.withdrawn', { name }), (error) => t('edit.failed', { why: wordsOf(error) }));
    };
    return html`<form class="mark-withdraw no-print" @submit=${yes}>
      <p><strong>${t('withdraw.title', { name })}</strong></p>
      <label class="label" for="withdraw-reason">${t('withdraw.reason')}</label>
      <input class="input" id="withdraw-reason" name="reason" required maxlength="500" autocomplete="off" />
      <div class="judged-actions">
        <button class="button danger" type="submit">${t('withdraw.yes')}</button>
        <button class="button second" type="button" @click=${() => desk.askWithdrawal(null)}>${t('withdraw.no')}</button>
      </div>
    </form>`;
  }
  return html`<p class="mark-tools no-print">
    <button class="link-button" type="button" aria-label=${t('list.editOf', { name })} data-do="edit" @click=${() => desk.open('ring' in mark ? 'zone' : 'place', mark)}>
      ${t('list.edit')}
    </button>
    <button class="link-button" type="button" aria-label=${t('list.withdrawOf', { name })} data-do="withdraw" @click=${() => desk.askWithdrawal(record)}>${t('list.withdraw')}</button>
  </p>`;
}

function zoneItem(desk: MarksDesk, zone: Zone): TemplateResult {
  return item(desk, zone, swatch(zone.level), [
    html`<strong>${t(`level.${zone.level}`)}</strong> · ${t(`type.${zone.type}`)} · ${zone.unitName}`,
    period(zone),
    html`${t('list.document', { number: zone.documentNumber })}. ${zone.reason}`,
  ]);
}

function placeLists(desk: MarksDesk): TemplateResult {
  const { places, state } = desk;
  const day = desk.context.state.now.day ?? '';
  const visits = timeline(places).filter((visit) => !desk.sameDay || isOn(visit, day));
  const others = places.filter(({ type }) => type !== 'exposure');
  const hours = ({ fromTime, untilTime }: Place): string => [fromTime, untilTime].filter((time) => time !== '').join('–');
  const note = ({ note: said }: Place): string[] => (said === '' ? [] : [said]);
  return html`<h2>${t('places.title')} <span class="soft">${state === 'ready' ? t('places.count', { n: formatNumber(places.length) }) : nothing}</span></h2>
    ${state === 'ready' && places.length === 0 ? html`<p>${t('places.none')}</p>` : nothing}
    ${places.some(({ type }) => type === 'exposure')
      ? html`<h3>${t('places.timeline')}</h3>
          <label class="mark-layer no-print">
            <input type="checkbox" .checked=${desk.sameDay} @change=${() => desk.toggleSameDay()} />
            <span>${t('places.sameDay', { day: formatDay(day) })}</span>
          </label>
          <p class="small soft">${t('places.after')}</p>
          ${visits.length === 0 ? html`<p>${t('places.noVisits')}</p>` : nothing}
          <ol class="marks-list marks-timeline">
            ${visits.slice(0, MOST_SHOWN).map((visit) =>
              item(desk, visit, sign('exposure'), [html`<strong>${period(visit)} ${hours(visit)}</strong> · ${visit.unitName}`, ...note(visit)]),
            )}
          </ol>`
      : nothing}
    <ul class="marks-list">
      ${others.slice(0, MOST_SHOWN).map((place) => item(desk, place, sign(place.type), [`${t(`type.${place.type}`)} · ${place.unitName}`, period(place), ...note(place)]))}
    </ul>`;
}
