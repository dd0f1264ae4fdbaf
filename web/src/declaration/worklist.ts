/** The officials' list of yellow and red declarations in their area, and the page of one of them. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { CoreError, type Core, type Me } from '../core/facade';
import { t } from '../account/text';
import { formatInstant, formatNumber } from '../app/format';
import { iconBack, iconCheck, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { learnPlaces } from '../app/place-names';
import { here, onPlace } from '../app/router';
import { answerList, learnNames, partTitle } from './answers';
import { forward } from './forward';
import { fieldsOf, formOf, sectionsOf, type Answers } from './form-spec';
import { results, ruleText } from './text';
import { colourName, reasons, shape } from './triage';

const ADDRESS = '/can-bo';
const REFRESH_MS = 30_000;
const NATION = 'VN';
const COLOURS = ['red', 'yellow'] as const;
const STATES = ['open', 'triaged', 'followedUp', 'closed', 'withdrawn', 'superseded', 'expired'] as const;
const ACTIONS = ['call', 'visit', 'test', 'refer', 'noAnswer'] as const;
const OUTCOMES = ['recovered', 'referred', 'noRisk', 'lostToFollowUp', 'other'] as const;

interface Item {
  id: string;
  code: string | null;
  unit: string;
  madeAt: number;
  state: string;
  colour: string;
  rules: string[];
  pack: string;
  supersedes?: string;
  supersededBy?: string;
  name?: string;
  phone?: string;
  /** The holder showed by a code that the number is theirs. */
  phoneProven?: boolean;
}

interface Version extends Item {
  version?: number;
  hash?: string;
  body?: Answers;
}

interface Happening {
  id: string;
  kind: string;
  at: number;
  author: string;
  detail?: string;
  note?: string;
}

interface Detail extends Version {
  events: Happening[];
  positions: { at: number; latE6: number; lonE6: number; accuracyM: number }[];
  versions: Version[];
}

interface Numbers {
  unit: string;
  green: number;
  yellow: number;
  red: number;
  symptomatic: number;
}

interface Page {
  items: Item[];
  more: boolean;
  after?: string;
}

/** What the query answers depends on the role: persons, or only numbers. */
type Answer = Page | (Numbers & { day: string; units: Numbers[] });

interface Child {
  code: string;
  name: string;
}

export function worklist(core: Core, root: HTMLElement, me: Me, sessionEnded: () => void): () => void {
  let gone = false;
  const grants = me.grants.filter((grant, index, all) => all.findIndex(({ unit }) => unit === grant.unit) === index);
  let grant = grants[0]?.unit ?? '';
  const forwarding = forward(core, () => draw(), () => void load());
  let inside = '';
  let children: Child[] = [];
  let colour = '';
  let state: string = 'open';
  let items: Item[] = [];
  let after: string | undefined;
  let numbers: (Numbers & { units: Numbers[] }) | null = null;
  let loading = true;
  let trouble = '';
  let updatedAt = 0;
  let fromDevice = false;
  let turn = 0;
  let detail: Detail | null | 'gone' = null;
  let detailOf = '';
  let saved = '';
  let wrongAction = false;
  let wrongOutcome = false;
  let failure = '';
  let sure = '';
  let busy = false;
  const names = new Map<string, string>();

  const unit = (): string => inside || grant;
  const nationOnly = (): boolean => unit() === NATION;

  // ---- asking --------------------------------------------------------------------------------------------------

  async function load(next = false): Promise<void> {
    const mine = ++turn;
    loading = items.length === 0 && numbers === null;
    draw();
    try {
      const query = nationOnly() ? 'declaration.counts' : 'declaration.worklist';
      const filter = nationOnly()
        ? {}
        : { ...(colour ? { colour } : {}), ...(state === 'open' ? {} : { state }), ...(next && after ? { after } : {}) };
      const { answer, from } = await core.askFrom<Answer>(query, { unit: unit(), ...filter });
      if (mine !== turn || gone) return;
      if ('items' in answer) {
        items = next ? [...items, ...answer.items] : answer.items;
        after = answer.more ? answer.after : undefined;
        numbers = null;
      } else {
        numbers = answer;
        items = [];
        after = undefined;
      }
      trouble = '';
      updatedAt = Date.now();
      fromDevice = from === 'device';
      void learn([...items.map((item) => item.unit), ...(numbers?.units.map((each) => each.unit) ?? [])]);
    } catch (error) {
      if (mine !== turn || gone) return;
      trouble = t('work.failed', { why: wordsOf(error) });
    }
    loading = false;
    draw();
  }

  async function loadChildren(): Promise<void> {
    try {
      children = await core.unitChildren(grant);
      for (const { code, name } of children) names.set(code, name);
    } catch {
      children = [];
    }
    draw();
  }

  async function loadDetail(id: string): Promise<void> {
    detailOf = id;
    detail = detail !== null && detail !== 'gone' && detail.id === id ? detail : null;
    const isOpened = detail === null;
    draw();
    try {
      const found = await core.ask<Detail>('declaration.detail', { id, unit: unit() });
      if (gone || detailOf !== id) return;
      detail = found;
      void Promise.all([learn([found.unit]), learnNames(core, found.body ?? {})]).then(draw);
    } catch (error) {
      if (gone || detailOf !== id) return;
      if (error instanceof CoreError && error.code === 'notFound') detail = 'gone';
      else trouble = t('work.failed', { why: wordsOf(error) });
    }
    draw();
    // Its heading comes with the answer, after the link that was pressed has gone.
    if (isOpened && document.activeElement === document.body) root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  /** Names of wards with the unit above, for those not known yet. */
  async function learn(codes: string[]): Promise<void> {
    if (await learnPlaces(core, names, codes)) draw();
  }

  function wordsOf(error: unknown): string {
    if (!(error instanceof CoreError)) return '';
    if (error.code === 'unauthorized') sessionEnded();
    const first = error.violations[0];
    return first ? ruleText(first.rule) : ruleText(error.rule || error.code);
  }

  // ---- acting --------------------------------------------------------------------------------------------------

  async function record(kind: 'follow_up' | 'closure', body: Record<string, string>, what: string): Promise<void> {
    if (detail === null || detail === 'gone') return;
    busy = true;
    failure = '';
    saved = '';
    draw();
    try {
      await core.submit('declaration', kind, 1, body, { unit: detail.unit });
      sure = '';
      saved = t('act.saved', { what });
      for (const form of root.querySelectorAll('form')) form.reset();
      await core.outbox.flush().catch(() => undefined); // offline it goes later; the device's own tables know it already
      await loadDetail(detail.id);
    } catch (error) {
      failure = t('act.failed', { why: wordsOf(error) });
    }
    busy = false;
    draw();
    requestAnimationFrame(() => root.querySelector<HTMLElement>(saved ? '.saved' : '.act-failed')?.focus());
  }

  function noteIn(form: HTMLFormElement): Record<string, string> {
    const note = String(new FormData(form).get('note') ?? '').normalize('NFC').trim();
    return note === '' ? {} : { note };
  }

  function followUp(event: Event): void {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement) || detail === null || detail === 'gone') return;
    const action = ACTIONS.find((each) => each === new FormData(event.target as HTMLFormElement).get('action')); // just checked
    wrongAction = action === undefined;
    if (!action) {
      draw();
      root.querySelector<HTMLElement>('#action')?.focus();
      return;
    }
    void record('follow_up', { declaration: detail.id, action, ...noteIn(event.target) }, t(`follow.action.${action}`));
  }

  function close(event: Event): void {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement) || detail === null || detail === 'gone') return;
    const outcome = OUTCOMES.find((each) => each === new FormData(event.target as HTMLFormElement).get('outcome')); // just checked
    wrongOutcome = outcome === undefined;
    if (!outcome) {
      draw();
      root.querySelector<HTMLElement>('#outcome')?.focus();
      return;
    }
    if (sure !== outcome) {
      sure = outcome;
      draw();
      requestAnimationFrame(() => root.querySelector<HTMLElement>('.sure')?.focus());
      return;
    }
    void record('closure', { declaration: detail.id, outcome, ...noteIn(event.target) }, t(`close.outcome.${outcome}`));
  }

  function choose(change: () => void): void {
    change();
    items = [];
    after = undefined;
    numbers = null;
    void load();
  }

  // ---- drawing: the list ---------------------------------------------------------------------------------------

  function draw(): void {
    if (gone) return;
    render(here().fragment ? one() : list(), root);
  }

  function picker(id: string, label: string, value: string, options: [string, string][], change: (to: string) => void): TemplateResult {
    return html`<div>
      <label for=${id}>${label}</label>
      <select
        class="input"
        id=${id}
        @change=${(event: Event) => {
          if (event.target instanceof HTMLSelectElement) change(event.target.value);
        }}
      >
        ${options.map(([code, words]) => html`<option value=${code} .selected=${code === value}>${words}</option>`)}
      </select>
    </div>`;
  }

  function list(): TemplateResult {
    const units: [string, string][] = grants.map((each) => [each.unit, each.unitName ?? each.unit]);
    const below: [string, string][] = [['', t('work.all')], ...children.map(({ code, name }): [string, string] => [code, name])];
    return html`
      <h1 tabindex="-1">${t('work.title')}</h1>
      <div class="filters no-print">
        ${units.length > 1
          ? picker('work-unit', t('work.unit'), grant, units, (to) =>
              choose(() => {
                grant = to;
                inside = '';
                void loadChildren();
              }),
            )
          : nothing}
        ${children.length > 0
          ? picker('work-below', t('work.below'), inside, below, (to) =>
              choose(() => {
                inside = to;
              }),
            )
          : nothing}
        ${nationOnly() || numbers
          ? nothing
          : html`${picker(
              'work-colour',
              t('work.colour'),
              colour,
              [['', t('work.all')], ...COLOURS.map((each): [string, string] => [each, colourName(each)])],
              (to) =>
                choose(() => {
                  colour = to;
                }),
            )}
            ${picker(
              'work-state',
              t('work.state'),
              state,
              STATES.map((each): [string, string] => [each, t(`work.state.${each}`)]),
              (to) =>
                choose(() => {
                  state = to;
                }),
            )}`}
        <button class="button second" type="button" @click=${() => void load()}>${t('work.refresh')}</button>
      </div>
      ${trouble ? html`<div class="notice bad" role="alert"><p>${trouble}</p></div>` : nothing}
      <p class="soft" role="status">
        ${loading ? t('work.loading') : updatedAt > 0 ? status() : nothing}
      </p>
      ${loading ? nothing : numbers ? numbersTable(numbers) : items.length === 0 ? empty() : table()}
      ${after
        ? html`<div class="actions">
            <button class="button second" type="button" @click=${() => void load(true)}>${t('work.more')}</button>
          </div>`
        : nothing}
      ${forwarding.draw()}
    `;
  }

  function status(): string {
    const when = fromDevice ? t('work.fromDevice') : t('work.updated', { at: formatInstant(updatedAt) });
    return numbers ? when : `${t('work.found', { n: `${items.length}${after ? '+' : ''}` })} · ${when}`;
  }

  function empty(): TemplateResult {
    return html`<div class="card">
      <h2>${t('work.none')}</h2>
      <p>${t('work.noneHelp')}</p>
    </div>`;
  }

  /** Rows become cards on a narrow screen; the roles keep it a table for those who hear it. */
  function table(): TemplateResult {
    return html`<table class="work-table" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${t('work.colour')}</th>
          <th role="columnheader" scope="col">${t('work.person')}</th>
          <th role="columnheader" scope="col">${t('work.why')}</th>
          <th role="columnheader" scope="col">${t('work.place')}</th>
          <th role="columnheader" scope="col">${t('work.made')}</th>
          <th role="columnheader" scope="col">${t('work.state')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${items.map(
          (item) =>
            html`<tr role="row" class=${item.colour}>
              <td role="cell" class="colour"><span>${shape(item.colour)} ${colourName(item.colour)}</span></td>
              <td role="cell" class="person">
                <a href="${ADDRESS}#${item.id}" data-route="in">${item.name ?? item.code ?? item.id}</a>
                ${item.phone
                  ? html`<small>${item.phone}${item.phoneProven ? html` <span class="proven">${t('work.proven')}</span>` : nothing}</small>`
                  : nothing}
              </td>
              <td role="cell">${item.rules.map((rule) => html`<span class="reason">${results.maybe(rule) ?? rule}</span>`)}</td>
              <td role="cell">${names.get(item.unit) ?? item.unit}</td>
              <td role="cell" class="when">${formatInstant(item.madeAt)}</td>
              <td role="cell"><span class="tag ${tone(item.state)}">${stateName(item.state)}</span></td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  function stateName(name: string): string {
    return t.maybe(`work.state.${name}`) ?? name;
  }

  function tone(name: string): string {
    if (name === 'triaged') return 'waiting';
    return name === 'followedUp' ? '' : 'old';
  }

  function numbersTable(all: Numbers & { units: Numbers[] }): TemplateResult {
    const row = (each: Numbers, name: string): TemplateResult =>
      html`<tr>
        <th scope="row">${name}</th>
        ${[each.red, each.yellow, each.green, each.symptomatic].map((value) => html`<td>${formatNumber(value)}</td>`)}
      </tr>`;
    const rank = (a: Numbers, b: Numbers): number => b.red - a.red || b.yellow - a.yellow;
    return html`
      <p>${nationOnly() ? t('work.nation') : t('work.numbersHelp')}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('work.numbers')}>
        <table class="numbers">
          <caption>
            ${t('work.numbers')}
          </caption>
          <thead>
            <tr>
              <th scope="col">${t('work.count.unit')}</th>
              <th scope="col">${shape('red')} ${t('work.count.red')}</th>
              <th scope="col">${shape('yellow')} ${t('work.count.yellow')}</th>
              <th scope="col">${shape('green')} ${t('work.count.green')}</th>
              <th scope="col">${t('work.count.symptomatic')}</th>
            </tr>
          </thead>
          <tbody>
            ${row(all, t('work.count.total'))}
            ${[...all.units].sort(rank).map((each) => row(each, names.get(each.unit) ?? each.unit))}
          </tbody>
        </table>
      </div>
    `;
  }

  // ---- drawing: one declaration --------------------------------------------------------------------------------

  function one(): TemplateResult {
    const back = html`<a class="back no-print" href=${ADDRESS} data-route="in">${iconBack()} ${t('detail.back')}</a>`;
    if (detail === 'gone') return html`${back}<h1 tabindex="-1">${t('detail.gone')}</h1>`;
    if (detail === null) {
      return html`${back}
        ${trouble
          ? html`<div class="notice bad" role="alert"><p>${trouble}</p></div>`
          : html`<p role="status">${t('work.loading')}</p>`}`;
    }
    const { name, phone, colour: found, rules, pack, unit: home, madeAt, state: at, code, positions } = detail;
    const masked = name === undefined || name.includes('*');
    const open = at === 'triaged' || at === 'followedUp';
    return html`
      ${back}
      <div class="case">
        <div>
          <p class="case-colour ${found}">${shape(found)} <b>${colourName(found)}</b> <span class="tag ${tone(at)}">${stateName(at)}</span></p>
          <h1 tabindex="-1">${name ?? code ?? detail.id}</h1>
          <p>
            ${names.get(home) ?? home}<br /><span class="soft"
              >${results('mine.made', { at: formatInstant(madeAt) })} · <span class="code">${code}</span></span
            >
          </p>
          ${phone && !phone.includes('*')
            ? html`<p class="no-print"><a class="button" href="tel:${phone}">${t('detail.call', { phone })}</a></p>`
            : phone
              ? html`<p>${phone}</p>`
              : nothing}
          ${masked ? html`<p class="soft">${t('detail.masked')}</p>` : nothing} ${reasons({ colour: found, rules, pack }, 'officials')}
          ${positions.map(
            (each) =>
              html`<p class="soft">
                ${t('detail.position', {
                  lat: (each.latE6 / 1e6).toFixed(5),
                  lon: (each.lonE6 / 1e6).toFixed(5),
                  accuracy: each.accuracyM,
                })}
              </p>`,
          )}
        </div>
        <div class="case-side no-print">
          ${saved
            ? html`<div class="notice saved" role="status" tabindex="-1">${iconCheck()}<p>${saved}</p></div>`
            : nothing}
          ${failure
            ? html`<div class="notice bad act-failed" role="alert" tabindex="-1">${iconWarn()}<p>${failure}</p></div>`
            : nothing}
          ${open ? html`${followUpForm()}${closeForm(detail)}` : nothing} ${history(detail)}
        </div>
        <div>
          <h2>${t('detail.answers')}</h2>
          ${answersOf(detail)} ${versions(detail)}
        </div>
      </div>
    `;
  }

  function answersOf(version: Version): TemplateResult {
    const body = version.body;
    if (!body) return html`<p class="soft">${t('detail.erased')}</p>`;
    const spec = formOf('declaration', 'population');
    const answered = sectionsOf(spec).filter((section) => fieldsOf(spec, section).some(({ name }) => name in body));
    return html`${answered.map(
      (section) => html`<h3>${partTitle(section)}</h3>
        ${answerList(spec, section, body, 'answered')}`,
    )}`;
  }

  function versions(shown: Detail): TemplateResult | typeof nothing {
    if (shown.versions.length < 2) return nothing;
    return html`<h2>${t('detail.versions')}</h2>
      ${shown.versions.map(
        (version, index) =>
          html`<details class="more">
            <summary>
              ${shape(version.colour)} ${t('detail.version', { n: index + 1, at: formatInstant(version.madeAt) })}
              ${version.id === shown.id ? html`(${t('detail.current')})` : nothing}
            </summary>
            ${answersOf(version)}
          </details>`,
      )}`;
  }

  function choices(name: 'action' | 'outcome', options: [string, string][], wrong: boolean, change?: () => void): TemplateResult {
    return html`<fieldset class="question ${wrong ? 'wrong' : ''}" aria-describedby=${wrong ? `${name}-error` : nothing}>
      <legend>${t(name === 'action' ? 'follow.action' : 'close.outcome')}</legend>
      ${wrong ? html`<p class="error" id="${name}-error">${iconWarn()}<span>${t('act.choose')}</span></p>` : nothing}
      <div class="options">
        ${options.map(
          ([value, words], index) =>
            html`<label class="option">
              <input type="radio" id=${index === 0 ? name : `${name}-${index}`} name=${name} value=${value} @change=${change ?? nothing} />
              <span>${words}</span>
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  function noteField(id: string): TemplateResult {
    return html`<div class="question">
      <label for=${id}>${t('follow.note')}</label>
      <textarea class="input" id=${id} name="note" maxlength="1000"></textarea>
    </div>`;
  }

  function followUpForm(): TemplateResult {
    return html`<form class="card" @submit=${followUp}>
      <h2>${t('follow.title')}</h2>
      ${choices('action', ACTIONS.map((each): [string, string] => [each, t(`follow.action.${each}`)]), wrongAction)}
      ${noteField('follow-note')}
      <button class="button" type="submit" ?disabled=${busy}>${t('follow.do')}</button>
    </form>`;
  }

  function closeForm(shown: Detail): TemplateResult {
    const unsure = (): void => {
      sure = '';
      draw();
    };
    const outcome = OUTCOMES.find((each) => each === sure);
    return html`<details class="card closing" ?open=${sure !== ''}>
      <summary><b>${t('close.title')}</b></summary>
      <form @submit=${close}>
        ${choices('outcome', OUTCOMES.map((each): [string, string] => [each, t(`close.outcome.${each}`)]), wrongOutcome, unsure)}
        ${noteField('close-note')}
        ${outcome
          ? html`<div class="notice warm sure" role="alert" tabindex="-1">
                <p>${t('close.sure', { name: shown.name ?? shown.code ?? '', outcome: t(`close.outcome.${outcome}`) })}</p>
              </div>
              <div class="actions">
                <button class="button danger" type="submit" ?disabled=${busy}>${t('close.yes')}</button>
                <button class="link-button" type="button" @click=${unsure}>${t('close.no')}</button>
              </div>`
          : html`<button class="button second" type="submit">${t('close.do')}</button>`}
      </form>
    </details>`;
  }

  function history({ events }: Detail): TemplateResult {
    return html`<section>
      <h2>${t('detail.history')}</h2>
      ${events.length === 0 ? html`<p class="soft">${t('detail.historyNone')}</p>` : nothing}
      <ol class="history">
        ${events.map((event) => {
          const kind = t.maybe(`event.${event.kind}`) ?? event.kind;
          const what = t.maybe(`follow.action.${event.detail}`) ?? t.maybe(`close.outcome.${event.detail}`) ?? event.detail;
          return html`<li>
            <b>${kind}${what ? html`: ${what}` : nothing}</b>
            <small>${formatInstant(event.at)}${event.author ? html` · ${event.author}` : nothing}</small>
            ${event.note ? html`<p>${event.note}</p>` : nothing}
          </li>`;
        })}
      </ol>
    </section>`;
  }

  // ---- life ----------------------------------------------------------------------------------------------------

  function follow(): void {
    const id = here().fragment;
    saved = failure = sure = '';
    wrongAction = wrongOutcome = false;
    if (id) void loadDetail(id);
    else if (detailOf) {
      detailOf = '';
      void load();
    }
    draw();
  }

  const leavePlace = onPlace((place) => {
    if (place.path !== ADDRESS) return;
    follow();
    scrollTo(0, 0);
    requestAnimationFrame(() => root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }));
  });
  const leaveLanguage = onLanguage(draw);
  const timer = window.setInterval(() => {
    // Only the first page is refreshed: whoever reads further down is not to lose the place.
    if (document.visibilityState === 'visible' && !here().fragment && items.length <= 50) void load();
  }, REFRESH_MS);
  if (grant === '') {
    loading = false;
    trouble = t('work.failed', { why: ruleText('access.role') });
  } else {
    void loadChildren();
    void load();
  }
  follow();

  return () => {
    gone = true;
    forwarding.stop();
    clearInterval(timer);
    leavePlace();
    leaveLanguage();
    render(nothing, root);
  };
}
