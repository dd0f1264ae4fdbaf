/** The desk: requests of the official's area, what waits longest first, and the page of one of them. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconBack, iconCheck, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { learnPlaces } from '../app/place-names';
import { here, onPlace } from '../app/router';
import type { View } from '../app/view';
import { CoreError, isForbidden, type Core, type Me } from '../core/facade';
import { rules } from '../declaration/text';
import { t as scanText } from '../scan/text';
import { contents, person } from '../verify/parts';
import { t as verifyText } from '../verify/text';
import type { Verdict } from '../verify/verdict';
import { IssueForm } from './issue';
import { isWrong, numberOf, writtenOf, type Content, type State, type Told } from './model';
import { RefuseForm } from './refuse';
import { sendStep, type StepBody } from './send-step';
import { t, why } from './text';
import '../style/records.css';
import '../style/work.css';
import '../verify/view.css';
import './view.css';

export const followsLanguage = true;

const ADDRESS = '/sua-chung-nhan';
const NATION = 'VN';
const STATES = ['open', 'received', 'taken', 'issued', 'refused'] as const;
const REFRESH_MS = 30_000;

interface Page {
  items: Told[];
  more: boolean;
  after?: string;
  overdue: number;
}
/** What the query answers depends on the role: requests, or only numbers. */
type Counts = { unit: string; overdue: number } & Record<State, number>;
type Answer = Page | Counts;

interface Detail extends Told {
  body?: { certificate: string; code?: string; shouldBe: string; fullName: string; phone: string; note?: string };
  steps?: { id: string; at: number; action: 'taken' | 'refused' | 'issued'; author?: string; reason?: string; newCertificate?: string }[];
}

export const view: View = (core, root) => {
  let gone = false;
  let stop: () => void = () => undefined;
  void Promise.all([t.load(), rules.load(), verifyText.load(), scanText.load()]).then(() => {
    if (!gone) stop = screen(core, root);
  });
  return () => {
    gone = true;
    stop();
  };
};

function screen(core: Core, root: HTMLElement): () => void {
  let gone = false;
  let me: Me | null | 'waiting' = 'waiting';
  let unit = '';
  let state: (typeof STATES)[number] = 'open';
  let page: Page | null = null;
  let counts: Counts | null = null;
  let loading = true;
  let fromDevice = false;
  let updatedAt = 0;
  let trouble = '';
  let turn = 0;
  let detailTurn = 0;
  let detail: Detail | null | 'gone' = null;
  let oldOne: Verdict | null = null;
  let said = '';
  let failure = '';
  let copied = false;
  let isBusy = false;
  const names = new Map<string, string>();
  const issue = new IssueForm(core, () => draw(), (body) => void record(body));
  const refuse = new RefuseForm(() => draw(), (body) => void record(body));

  // ---- asking --------------------------------------------------------------------------------------------------

  async function whoAmI(): Promise<void> {
    const before = me;
    me = (await core.session.me().catch(() => null)) ?? (await core.session.remembered().catch(() => null));
    if (gone) return;
    if (me && before !== null && before !== 'waiting' && before.user === me.user) return draw();
    unit = me?.grants[0]?.unit ?? '';
    forget();
    if (unit) follow();
    draw();
  }

  /** Nothing that one account was told is shown to the next one; what was asked in its name comes too late. */
  function forget(): void {
    ++turn;
    ++detailTurn;
    page = counts = null;
    detail = null;
    oldOne = null;
    trouble = said = failure = '';
    issue.clear();
    refuse.clear();
  }

  async function load(next = false): Promise<void> {
    const mine = ++turn;
    loading = page === null && counts === null;
    draw();
    try {
      const filter = { ...(state === 'open' ? {} : { state }), ...(next && page?.after ? { after: page.after } : {}) };
      const { answer, from } = await core.askFrom<Answer>('correction.list', { unit, ...(unit === NATION ? {} : filter) });
      if (mine !== turn || gone) return;
      if ('items' in answer) {
        page = next && page ? { ...answer, items: [...page.items, ...answer.items] } : answer;
        counts = null;
      } else {
        counts = answer;
        page = null;
      }
      trouble = '';
      updatedAt = Date.now();
      fromDevice = from === 'device';
      void learn(page?.items.map((item) => item.unit) ?? []);
    } catch (error) {
      if (mine !== turn || gone) return;
      trouble = t('desk.failed', { why: wordsOf(error) });
    }
    loading = false;
    draw();
  }

  async function loadDetail(id: string): Promise<void> {
    const mine = ++detailTurn;
    const isLate = (): boolean => gone || mine !== detailTurn || here().fragment !== id;
    if (detail !== null && (detail === 'gone' || detail.id !== id)) detail = null;
    const isOpened = detail === null;
    if (isOpened) oldOne = null;
    draw();
    try {
      const found = await core.ask<Detail>('correction.request', { id, unit });
      if (isLate()) return;
      detail = found;
      trouble = '';
      void learn([found.unit]);
      if (found.body?.code) void judgeOld(found.body.code, isLate);
    } catch (error) {
      if (isLate()) return;
      if (error instanceof CoreError && error.code === 'notFound') detail = 'gone';
      else {
        // What may not be asked for any more is not left standing either.
        if (isForbidden(error)) detail = oldOne = null;
        trouble = t('desk.failed', { why: wordsOf(error) });
      }
    }
    draw();
    // Its heading comes with the answer, after the link that was pressed has gone.
    if (isOpened && document.activeElement === document.body) root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  async function judgeOld(text: string, isLate: () => boolean): Promise<void> {
    const verdict = await core.verify<Verdict>(text).catch(() => null); // shown without: its number is there
    if (isLate()) return;
    oldOne = verdict;
    draw();
  }

  async function learn(codes: string[]): Promise<void> {
    if (await learnPlaces(core, names, codes)) draw();
  }

  function wordsOf(error: unknown): string {
    if (!(error instanceof CoreError)) return '';
    return why(error.violations[0]?.rule ?? (error.rule || error.code));
  }

  // ---- acting --------------------------------------------------------------------------------------------------

  async function record(body: StepBody): Promise<void> {
    if (detail === null || detail === 'gone' || isBusy) return;
    const answered = detail; // another request may be open when the answer comes
    const isStillOpen = (): boolean => !gone && detail !== null && detail !== 'gone' && detail.id === answered.id;
    isBusy = true;
    said = failure = '';
    draw();
    const what = t(`step.${body.action}`);
    try {
      const outcome = await sendStep(core, answered, body);
      if (isStillOpen()) {
        said = t(outcome === 'queued' ? 'act.queued' : 'act.saved', { what });
        issue.clear();
        refuse.clear();
        await loadDetail(answered.id);
      }
    } catch (error) {
      if (isStillOpen()) failure = t('act.failed', { why: wordsOf(error) });
    }
    isBusy = false;
    draw();
    if (isStillOpen()) requestAnimationFrame(() => root.querySelector<HTMLElement>('.desk-said')?.focus());
  }

  async function copy(text: string): Promise<void> {
    copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    draw();
  }

  function choose(change: () => void): void {
    change();
    page = counts = null;
    void load();
  }

  // ---- drawing: the list ---------------------------------------------------------------------------------------

  function draw(): void {
    if (gone) return;
    document.title = `${t('desk.title')} – Lá Chắn`;
    render(html`<div class="wrap page">${me === 'waiting' ? html`<p role="status">${t('desk.loading')}</p>` : me === null ? signIn() : here().fragment ? one() : list()}</div>`, root);
    const place = root.querySelector<HTMLElement>('.desk-scan');
    if (place) issue.mount(place);
  }

  function signIn(): TemplateResult {
    return html`<h1 tabindex="-1">${t('desk.title')}</h1>
      <p>${t('desk.signIn')}</p>
      <a class="button" href="/can-bo" data-route="in">${t('desk.signInDo')}</a>`;
  }

  function picker(id: string, label: string, value: string, options: [string, string][], change: (to: string) => void): TemplateResult {
    return html`<div>
      <label for=${id}>${label}</label>
      <select class="input" id=${id} @change=${(event: Event) => {
        if (event.target instanceof HTMLSelectElement) change(event.target.value);
      }}>
        ${options.map(([code, words]) => html`<option value=${code} .selected=${code === value}>${words}</option>`)}
      </select>
    </div>`;
  }

  function list(): TemplateResult {
    const grants = me === 'waiting' || me === null ? [] : me.grants;
    const units = [...new Map(grants.map((grant): [string, string] => [grant.unit, grant.unitName ?? grant.unit]))];
    return html`
      <a class="back no-print" href="/can-bo" data-route="in">${iconBack()} ${t('desk.toWork')}</a>
      <h1 tabindex="-1">${t('desk.title')}</h1>
      <p class="soft">${t('desk.lead')}</p>
      <div class="filters no-print">
        ${units.length > 1 ? picker('desk-unit', t('desk.unit'), unit, units, (to) => choose(() => (unit = to))) : nothing}
        ${counts
          ? nothing
          : picker('desk-state', t('desk.state'), state, STATES.map((each): [string, string] => [each, t(`state.${each}`)]), (to) =>
              choose(() => (state = STATES.find((each) => each === to) ?? 'open')),
            )}
        <button class="button second" type="button" @click=${() => void load()}>${t('desk.refresh')}</button>
      </div>
      ${trouble ? html`<div class="notice bad" role="alert"><p>${trouble}</p></div>` : nothing}
      ${(page ?? counts)?.overdue ? html`<div class="notice warm desk-overdue" role="status">${iconWarn()}<p>${t('desk.overdue', { n: (page ?? counts)?.overdue ?? 0 })}</p></div>` : nothing}
      <p class="soft" role="status">${loading ? t('desk.loading') : updatedAt > 0 ? status() : nothing}</p>
      ${counts ? numbers(counts) : nothing}
      ${page ? (page.items.length === 0 ? empty() : table(page.items)) : nothing}
      ${page?.more ? html`<div class="actions"><button class="button second" type="button" @click=${() => void load(true)}>${t('desk.more')}</button></div>` : nothing}
    `;
  }

  function status(): string {
    const when = fromDevice ? t('desk.fromDevice') : t('desk.updated', { at: formatInstant(updatedAt) });
    return page ? `${t('desk.found', { n: `${page.items.length}${page.more ? '+' : ''}` })} · ${when}` : when;
  }

  function empty(): TemplateResult {
    return html`<div class="card"><h2>${t('desk.none')}</h2><p>${t('desk.noneHelp')}</p></div>`;
  }

  function numbers(all: Counts): TemplateResult {
    return html`<p>${t('desk.hidden')}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('desk.number')}>
        <table class="numbers">
          <thead><tr><th scope="col">${t('desk.state')}</th><th scope="col">${t('desk.number')}</th></tr></thead>
          <tbody>
            ${(['received', 'taken', 'issued', 'refused'] as const).map(
              (each) => html`<tr><th scope="row">${t(`state.${each}`)}</th><td>${formatNumber(all[each])}</td></tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  const wrongOf = ({ wrong }: Told): string => (isWrong(wrong) ? t(`wrong.${wrong}`) : wrong);

  /** Rows become cards on a narrow screen; the roles keep it a table for those who hear it. */
  function table(items: readonly Told[]): TemplateResult {
    const head = ['desk.person', 'desk.wrong', 'desk.unit', 'desk.made', 'desk.due', 'desk.state'] as const;
    return html`<table class="work-table" role="table">
      <thead role="rowgroup"><tr role="row">${head.map((key) => html`<th role="columnheader" scope="col">${t(key)}</th>`)}</tr></thead>
      <tbody role="rowgroup">
        ${items.map(
          (item) => html`<tr role="row" class=${item.overdue ? 'red' : ''}>
            <td role="cell" class="person"><a href="${ADDRESS}#${item.id}" data-route="in">${item.name ?? item.code ?? item.id}</a>${item.phone ? html`<small>${item.phone}</small>` : nothing}</td>
            <td role="cell">${wrongOf(item)}</td>
            <td role="cell">${names.get(item.unit) ?? item.unit}</td>
            <td role="cell" class="when">${formatInstant(item.madeAt)}</td>
            <td role="cell" class="when">${formatInstant(item.dueAt)} ${item.overdue ? html`<span class="tag bad">${iconWarn()} ${t('desk.late')}</span>` : nothing}</td>
            <td role="cell">${stateTag(item.state)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  const stateTag = (of: State): TemplateResult =>
    html`<span class="tag ${of === 'received' ? 'waiting' : of === 'taken' ? '' : 'old'}">${t(`state.${of}`)}</span>`;

  // ---- drawing: one request ------------------------------------------------------------------------------------

  function one(): TemplateResult {
    const back = html`<a class="back no-print" href=${ADDRESS} data-route="in">${iconBack()} ${t('desk.back')}</a>`;
    if (detail === 'gone') return html`${back}<h1 tabindex="-1">${t('desk.gone')}</h1>`;
    if (detail === null) return html`${back}${trouble ? html`<div class="notice bad" role="alert"><p>${trouble}</p></div>` : html`<p role="status">${t('desk.loading')}</p>`}`;
    const { body } = detail;
    return html`${back}
      <h1 tabindex="-1">${detail.name ?? detail.code ?? ''}</h1>
      <p class="soft">${stateTag(detail.state)} ${t('mine.made', { at: formatInstant(detail.madeAt) })} · ${names.get(detail.unit) ?? detail.unit} · <span class="code">${detail.code ?? ''}</span></p>
      <p>${t('desk.due')}: ${formatInstant(detail.dueAt)} ${detail.overdue ? html`<span class="tag bad">${iconWarn()} ${t('desk.late')}</span>` : nothing}</p>
      ${said ? html`<div class="notice desk-said" role="status" tabindex="-1">${iconCheck()}<p>${said}</p></div>` : nothing}
      ${failure ? html`<div class="notice bad desk-said" role="alert" tabindex="-1">${iconWarn()}<p>${failure}</p></div>` : nothing}
      <h2>${wrongOf(detail)}</h2>
      ${body ? asked(detail, body) : nothing} ${actions(detail)} ${history(detail)}`;
  }

  /** What the old certificate says, when its signature holds and it is the one that was asked about: what came with a request proves
   * nothing by itself. */
  function oldContent(body: Detail['body']): Content | null {
    const content = oldOne?.content ?? null;
    return content?.proven && numberOf(oldOne) === body?.certificate ? content : null;
  }

  function asked({ wrong, phone }: Detail, body: NonNullable<Detail['body']>): TemplateResult {
    const content = oldContent(body);
    const written = writtenOf(content, wrong);
    return html`${oldOne && !content ? html`<div class="notice warm desk-unproven">${iconWarn()}<p>${t('desk.notProven')}</p></div>` : nothing}
      <dl class="correction-change">
        <div><dt>${t('desk.written')}</dt><dd>${written || t('desk.notWritten')}</dd></div>
        <div><dt>${t('desk.shouldBe')}</dt><dd>${formatDay(body.shouldBe)}</dd></div>
      </dl>
      <dl class="correction-facts">
        <div><dt>${t('desk.phone')}</dt><dd><a class="tel" href="tel:${phone ?? body.phone}">${phone ?? body.phone}</a></dd></div>
        <div><dt>${t('desk.certificate')}</dt><dd><code>${body.certificate}</code></dd></div>
        ${body.note ? html`<div><dt>${t('desk.note')}</dt><dd>${body.note}</dd></div>` : nothing}
      </dl>
      ${body.code
        ? html`<details class="correction-old">
            <summary>${t('desk.old')}</summary>
            ${oldOne && content ? html`${person(oldOne)} ${contents(oldOne)}` : nothing}
            <div class="actions"><button class="button second" type="button" @click=${() => void copy(body.code ?? '')}>${t('desk.copy')}</button></div>
            <p role="status">${copied ? t('desk.copied') : nothing}</p>
          </details>`
        : html`<p class="soft">${t('desk.noCode')}</p>`}`;
  }

  function actions(shown: Detail): TemplateResult | typeof nothing {
    if (shown.state !== 'received' && shown.state !== 'taken') return nothing;
    const mayAct = me !== null && me !== 'waiting' && me.grants.some(({ role, unit: of }) => role === 'commune_health' && of === shown.unit);
    if (!mayAct) return html`<p class="soft">${t('act.notYours')}</p>`;
    return html`${shown.state === 'received'
      ? html`<section class="card">
          <p>${t('act.takeHelp')}</p>
          <div class="actions"><button class="button desk-take" type="button" ?disabled=${isBusy} @click=${() => void record({ action: 'taken' })}>${t('act.take')}</button></div>
        </section>`
      : issue.draw({ number: shown.body?.certificate ?? '', wrong: shown.wrong, content: oldContent(shown.body) }, isBusy)}
    ${refuse.draw(isBusy)}`;
  }

  function history({ steps = [] }: Detail): TemplateResult {
    return html`<section>
      <h2>${t('desk.history')}</h2>
      ${steps.length === 0 ? html`<p class="soft">${t('desk.historyNone')}</p>` : nothing}
      <ol class="history">
        ${steps.map(
          (step) => html`<li>
            <b>${t(`step.${step.action}`)}</b> <small>${formatInstant(step.at)}${step.author ? html` · ${step.author}` : nothing}</small>
            ${step.reason ? html`<p>${step.reason}</p>` : nothing} ${step.newCertificate ? html`<p><code>${step.newCertificate}</code></p>` : nothing}
          </li>`,
        )}
      </ol>
    </section>`;
  }

  // ---- life ----------------------------------------------------------------------------------------------------

  function follow(): void {
    const id = here().fragment;
    if (!unit) return;
    if (id) void loadDetail(id);
    else void load();
  }

  const leavePlace = onPlace((place) => {
    if (place.path !== ADDRESS) return;
    said = failure = '';
    copied = false;
    issue.clear();
    refuse.clear();
    follow();
    draw();
    scrollTo(0, 0);
    requestAnimationFrame(() => root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }));
  });
  const leaveLanguage = onLanguage(draw);
  const leaveSession = core.session.subscribe(() => void whoAmI());
  const timer = window.setInterval(() => {
    // Only the first page is refreshed: whoever reads further down is not to lose the place.
    if (document.visibilityState === 'visible' && unit && !here().fragment && (page?.items.length ?? 0) <= 50) void load();
  }, REFRESH_MS);
  draw();
  void whoAmI();
  return () => {
    gone = true;
    clearInterval(timer);
    issue.dispose();
    leavePlace();
    leaveLanguage();
    leaveSession();
    render(nothing, root);
  };
}
