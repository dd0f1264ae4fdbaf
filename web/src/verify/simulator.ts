/** "What if": officials move the figures of a rule and see whom the change would touch, with each rule in plain words. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconBack, iconWarn } from '../app/icons';
import { area, language, onLanguage } from '../app/language';
import type { View } from '../app/view';
import { sentenceOf, type Sentence } from '../core/sentence';
import '../style/work.css';
import './simulator.css';

export const followsLanguage = true;

const t = area({ vi: () => import('../text/vi/simulator'), en: () => import('../text/en/simulator') });
const words = area({ vi: () => import('../text/vi/logic'), en: () => import('../text/en/logic') });

type Both = { vi: string; en: string } | null;

interface RuleHead {
  id: string;
  version: string;
  certificateType: string;
  validFrom: number;
  mark: string;
  source: Both;
}

interface RuleSet {
  id: string;
  number: number;
  issuedAt: number;
  title: Both;
  rules: RuleHead[];
}

interface Parameter {
  pointer: string;
  kind: 'amount' | 'number' | 'choice' | 'list';
  value: unknown;
  unit: string;
  field: string;
}

interface Explained {
  id: string;
  sentence: Sentence;
  formula: string;
  parameters: Parameter[];
}

interface Tally {
  pass: number;
  fail: number;
  open: number;
}

interface Simulation {
  before: Tally;
  after: Tally;
  byEvent: Record<'vaccination' | 'test' | 'recovery', { before: Tally; after: Tally }>;
  flipCount: number;
}

/** A rule's figure with another value, or the rule left out (`pointer` ""). */
interface Change {
  rule: string;
  pointer: string;
  value: number | null;
}

const EVENTS = ['vaccination', 'test', 'recovery'] as const;
const RESULTS = ['pass', 'fail', 'open'] as const;
/** Invented certificates, the same at each turn, so that only the rules make a difference. */
const SYNTHETIC = { seed: 2021, count: 2000 } as const;
const PAUSE_MS = 200;

export const view: View = (core, root) => {
  let sets: RuleSet[] = [];
  let chosen = '';
  let explained: Explained[] = [];
  let changes: Change[] = [];
  let simulation: Simulation | null = null;
  let counting = false;
  let trouble = false;
  let timer = 0;
  let turn = 0;
  let gone = false;

  const both = (text: Both): string => text?.[language()] ?? '';

  async function choose(id: string): Promise<void> {
    chosen = id;
    changes = [];
    explained = [];
    simulation = null;
    draw();
    await attempt(async () => {
      explained = (await core.rules<{ rules: Explained[] }>('explain', { pack: id })).rules;
    });
    await count();
  }

  async function count(): Promise<void> {
    const mine = ++turn;
    await attempt(async () => {
      const answer = await core.rules<Simulation>('simulate', { pack: chosen, synthetic: SYNTHETIC, changes });
      if (mine !== turn) return;
      simulation = answer;
      counting = false;
    });
  }

  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      trouble = false;
    } catch {
      trouble = true;
    }
    if (!gone) draw();
  }

  function change(rule: string, pointer: string, value: number | null | undefined): void {
    changes = changes.filter((each) => each.rule !== rule || each.pointer !== pointer);
    if (value !== undefined) changes = [...changes, { rule, pointer, value }];
    counting = true; // what stands there was counted with other figures
    draw();
    clearTimeout(timer);
    timer = window.setTimeout(() => void count(), PAUSE_MS);
  }

  const changed = (rule: string, pointer: string): number | null | undefined =>
    changes.find((each) => each.rule === rule && each.pointer === pointer)?.value;

  /** A slider from nothing to twice the figure, or so. */
  function slider(rule: string, { pointer, value, unit, field }: Parameter): TemplateResult | typeof nothing {
    if (typeof value !== 'number') return nothing;
    const now = changed(rule, pointer) ?? value;
    const id = `p-${rule}${pointer.replace(/\W/g, '-')}`;
    const most = Math.max(Math.abs(value) * 2, Math.abs(now), 12);
    const name = words.maybe(`field.${field}`) ?? field;
    const move = (event: Event): void => {
      const next = Number((event.target as HTMLInputElement).value); // the listener sits on an input
      change(rule, pointer, next === value ? undefined : next);
    };
    return html`<div class="sim-slider">
      <label for=${id}>
        <span>${name ? t('figureOf', { what: name }) : t('figure')}</span>
        <output>${formatNumber(now)} ${words.maybe(`unit.${unit}`) ?? unit}</output>
      </label>
      <input id=${id} type="range" min=${value < 0 ? -most : 0} max=${most} step="1" .value=${String(now)} @input=${move} />
      <p class="hint">${now === value ? t('asNow') : t('wasBefore', { n: formatNumber(value) })}</p>
    </div>`;
  }

  function rule(head: RuleHead, one: Explained | undefined): TemplateResult {
    const isOut = changed(head.id, '') === null;
    return html`<li class="sim-rule ${isOut ? 'out' : ''}">
      <h3>${one ? sentenceOf(one.sentence, words.maybe) : head.id}</h3>
      ${isOut ? nothing : one?.parameters.map((parameter) => slider(head.id, parameter))}
      <label class="option sim-out">
        <input
          type="checkbox"
          .checked=${isOut}
          @change=${(event: Event) => change(head.id, '', (event.target as HTMLInputElement).checked ? null : undefined)}
        />
        <span>${t('leaveOut')}</span>
      </label>
      <details>
        <summary>${t('more')}</summary>
        <p>${head.id} · ${head.version} · ${t('from', { day: formatDay(new Date(head.validFrom).toISOString().slice(0, 10)) })}</p>
        ${head.source ? html`<p>${both(head.source)}</p>` : nothing}
        ${one ? html`<p><code>${one.formula}</code></p>` : nothing}
      </details>
      ${head.mark === 'toConfirm' ? html`<p class="tag waiting">${iconWarn()} ${t('toConfirm')}</p>` : nothing}
    </li>`;
  }

  function difference(before: number, after: number): string {
    const by = after - before;
    return by === 0 ? '±0' : `${by > 0 ? '+' : '−'}${formatNumber(Math.abs(by))}`;
  }

  function bar(tally: Tally): TemplateResult {
    const total = tally.pass + tally.fail + tally.open || 1;
    return html`<div class="sim-bar" aria-hidden="true">
      ${RESULTS.map((result) => html`<span class=${result} style="width: ${(tally[result] / total) * 100}%"></span>`)}
    </div>`;
  }

  function outcome({ before, after, byEvent, flipCount }: Simulation): TemplateResult {
    return html`
      <p class="sim-flips" role="status">
        ${changes.length === 0 ? t('noChange') : counting ? t('counting') : t('flips', { n: formatNumber(flipCount), of: formatNumber(SYNTHETIC.count) })}
      </p>
      <div class="sim-bars">
        <p>${t('before')}</p>
        ${bar(before)}
        <p>${t('after')}</p>
        ${bar(after)}
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('table')}>
        <table class="numbers">
          <caption>${t('table')}</caption>
          <thead>
            <tr>
              <th scope="col">${t('kind')}</th>
              ${RESULTS.map((result) => html`<th scope="col"><i class="sim-key ${result}" aria-hidden="true"></i> ${t(`result.${result}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${EVENTS.map((event) => tallyRow(t(`event.${event}`), byEvent[event].before, byEvent[event].after))}
            ${tallyRow(t('all'), before, after)}
          </tbody>
        </table>
      </div>
    `;
  }

  function tallyRow(name: string, before: Tally, after: Tally): TemplateResult {
    return html`<tr>
      <th scope="row">${name}</th>
      ${RESULTS.map((result) => html`<td>${formatNumber(after[result])} <small>${difference(before[result], after[result])}</small></td>`)}
    </tr>`;
  }

  function draw(): void {
    if (gone) return;
    const set = sets.find(({ id }) => id === chosen);
    render(
      html`<div class="wrap page sim">
        <a class="back" href="/xac-minh" data-route="in">${iconBack()} ${t('back')}</a>
        <h1 tabindex="-1">${t('title')}</h1>
        <p class="soft">${t('lead')}</p>
        ${trouble ? html`<p class="error" role="alert">${t('trouble')}</p>` : nothing}
        ${sets.length > 0
          ? html`<div class="question sim-set">
              <label for="set">${t('set')}</label>
              <select class="input w-middle" id="set" @change=${(event: Event) => void choose((event.target as HTMLSelectElement).value)}>
                ${sets.map(({ id, title }) => html`<option value=${id} ?selected=${id === chosen}>${both(title) || id}</option>`)}
              </select>
              ${set ? html`<p class="hint">${t('setLine', { n: set.number, day: formatInstant(set.issuedAt) })}</p>` : nothing}
            </div>`
          : nothing}
        <div class="sim-columns">
          <ul class="sim-rules">
            ${set?.rules.map((head) => rule(head, explained.find(({ id }) => id === head.id)))}
          </ul>
          <section class="card sim-outcome" aria-labelledby="outcome-title">
            <h2 id="outcome-title">${t('outcome')}</h2>
            ${simulation ? outcome(simulation) : html`<p role="status">${t('counting')}</p>`}
            <p class="soft">${t('invented', { n: formatNumber(SYNTHETIC.count) })}</p>
            ${changes.length > 0
              ? html`<button class="button second" type="button" @click=${() => { changes = []; void count(); }}>${t('reset')}</button>`
              : nothing}
          </section>
        </div>
      </div>`,
      root,
    );
  }

  const stopLanguage = onLanguage(draw);
  void Promise.all([t.load(), words.load()]).then(async () => {
    draw();
    await attempt(async () => {
      sets = (await core.rules<{ sets: RuleSet[] }>('list', {})).sets;
    });
    // The set with the most to try.
    const first = [...sets].sort((a, b) => b.rules.length - a.rules.length)[0];
    if (first) await choose(first.id);
  });

  return () => {
    gone = true;
    clearTimeout(timer);
    stopLanguage();
    render(nothing, root);
  };
};
