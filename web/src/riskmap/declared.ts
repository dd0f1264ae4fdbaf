/** Announced levels on the detailed map: for every reader beside the computed level, for officials of the unit with the form to announce, correct and end one. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay } from '../app/format';
import { iconCheck, iconCloudOff, iconPlus, iconWarn } from '../app/icons';
import { DeclaredDesk } from './declared-desk';
import type { DeclaredAnswer, Standing } from './declared-model';
import { t } from './declared-text';
import { periodOf } from './declared-words';
import type { Place } from './declare-form';
import type { OpenPanel, PanelContext } from './panels';
import { chip } from './why';
import './judged-form.css';
import './declared.css';

/** Both panels of one page work at one desk. */
const desks = new WeakMap<PanelContext, DeclaredDesk>();
function deskOf(context: PanelContext): DeclaredDesk {
  const desk = desks.get(context) ?? new DeclaredDesk(context);
  desks.set(context, desk);
  return desk;
}

/** In the card that says why the chosen unit has its colour. */
export const openDeclaredWhy: OpenPanel = (context) => {
  const desk = deskOf(context);
  return { place: 'why', draw: () => (desk.isReady && context.state.now.selected !== null ? why(desk) : html``), dispose: () => desk.dispose() };
};

export const openDeclaredDesk: OpenPanel = (context) => {
  const desk = deskOf(context);
  return { place: 'card', draw: () => (desk.isReady ? card(desk) : html``), dispose: () => desk.dispose() };
};

// ---- for every reader

function why(desk: DeclaredDesk): TemplateResult {
  const { answer, state } = desk;
  if (state === 'failed') {
    return html`<p>${t('state.failed')}</p>
      <p class="no-print"><button class="button second" type="button" @click=${() => void desk.load()}>${t('state.again')}</button></p>`;
  }
  if (!answer) return html``;
  if (!answer.inForce) return html`<p class="soft">${desk.isOffline ? t('why.unknown') : t('why.none', { day: formatDay(answer.day) })}</p>`;
  return html`<div class="declared-why">
    <h3>${t('why.title')}</h3>
    ${levels(desk, answer)} ${announcement(answer.inForce)}
    ${desk.row?.published
      ? html`<p>${t('why.published')}</p>`
      : desk.row && desk.row.computed !== answer.inForce.level
        ? html`<p>${t('why.differs')}</p>`
        : nothing}
  </div>`;
}

/** The level that the figures give beside the one that was announced. */
function levels({ row }: DeclaredDesk, { inForce }: DeclaredAnswer): TemplateResult {
  const none = html`<span class="soft">${t('levels.none')}</span>`;
  return html`<dl class="declared-levels">
    <div><dt>${t('levels.computed')}</dt><dd>${row ? chip(row.computed, 'official') : none}</dd></div>
    <div><dt>${t('levels.declared')}</dt><dd>${inForce ? chip(inForce.level, 'official') : none}</dd></div>
    ${row?.published ? html`<div><dt>${t('levels.published')}</dt><dd>${chip(row.published.level, 'official')}</dd></div>` : nothing}
  </dl>`;
}

function announcement(one: Standing): TemplateResult {
  return html`<p class="declared-text"><strong>${t('why.document', { number: one.document })}</strong>, ${periodOf(one)}. ${t('reason', { reason: one.reason })}</p>`;
}

// ---- for officials of the unit

function card(desk: DeclaredDesk): TemplateResult {
  const { place } = desk;
  if (!place && !desk.said && !desk.wrong) return html``;
  return html`<section class="card declared" id="declared" aria-labelledby=${place ? 'declared-title' : nothing}>
    ${place ? html`<h2 id="declared-title" tabindex="-1">${t('title', { name: place.name })}</h2>` : nothing}
    ${desk.said ? html`<div class="notice declared-said" role="status" tabindex="-1">${iconCheck()}<p>${desk.said}</p></div>` : nothing}
    ${desk.wrong ? html`<div class="notice bad declared-said" role="alert" tabindex="-1">${iconWarn()}<p>${desk.wrong}</p></div>` : nothing}
    ${place && desk.isOffline ? html`<div class="notice warm" role="status">${iconCloudOff()}<p>${t('state.offline')}</p></div>` : nothing}
    ${place && desk.answer ? content(desk, place, desk.answer) : nothing}
  </section>`;
}

function content(desk: DeclaredDesk, place: Place, answer: DeclaredAnswer): TemplateResult {
  const { form } = desk;
  return html`${levels(desk, answer)}
    ${form
      ? form.draw()
      : html`<div class="judged-actions no-print">
          <button class="button" type="button" data-do="declare" @click=${() => desk.open({ is: 'new', old: null })}>${iconPlus()} ${t('new')}</button>
        </div>`}
    <h3>${t('list.title')}</h3>
    ${answer.standing.length === 0 ? html`<p>${desk.isOffline ? t('why.unknown') : t('list.none')}</p>` : nothing}
    <ul class="declared-list" aria-label=${t('title', { name: place.name })}>
      ${answer.standing.map((one) => item(desk, answer, one))}
    </ul>`;
}

function item(desk: DeclaredDesk, { day, inForce }: DeclaredAnswer, one: Standing): TemplateResult {
  const isOver = one.until !== null && one.until <= day;
  const number = one.document;
  return html`<li data-declared=${one.record}>
    <p>
      ${chip(one.level, 'official')}
      ${one.record === inForce?.record ? html`<span class="risk-tag">${t('list.inForce', { day: formatDay(day) })}</span>` : nothing}
      ${desk.waiting.has(one.record) ? html`<span class="risk-tag">${t('list.queued')}</span>` : nothing}
    </p>
    ${announcement(one)}
    ${desk.form
      ? nothing
      : html`<p class="declared-tools no-print">
          <button class="link-button" type="button" data-do="correct" aria-label=${t('list.correctOf', { number })} @click=${() => desk.open({ is: 'correct', old: one })}>
            ${t('list.correct')}
          </button>
          ${isOver
            ? nothing
            : html`<button class="link-button" type="button" data-do="end" aria-label=${t('list.endOf', { number })} @click=${() => desk.open({ is: 'end', old: one })}>
                ${t('list.end')}
              </button>`}
        </p>`}
  </li>`;
}
