/** "What if": officials move the figures of a rule, leave rules out or add one from a template, and see whom the change would touch. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber, today } from '../app/format';
import { iconBack, iconSave, iconWarn } from '../app/icons';
import { area, language, onLanguage } from '../app/language';
import { saveFile } from '../app/qr-picture';
import { Undo } from '../app/undo';
import type { View } from '../app/view';
import { CoreError } from '../core/facade';
import { sentenceOf, type Sentence } from '../core/sentence';
import { nameOf } from './codes';
import { keepTrial, listOf, NOTHING, readTrial, type Added, type Change, type Trial } from './drafts';
import { askedOf, draftOf, ruleForm, type Draft } from './rule-form';
import '../style/form.css';
import '../style/work.css';
import './simulator.css';

export const followsLanguage = true;

const t = area({ vi: () => import('../text/vi/simulator'), en: () => import('../text/en/simulator') });
const words = area({ vi: () => import('../text/vi/logic'), en: () => import('../text/en/logic') });

type Both = { vi: string; en: string } | null;

interface RuleHead {
  id: string;
  version: string;
  type: 'acceptance' | 'invalidation';
  country: string;
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

interface Composed extends Added {
  sentence: Sentence;
}

/** What is said once, after something was done. */
type Said = { key: 'imported'; n: number; m: number } | { key: 'importedOther'; n: number } | { key: 'badFile' | 'tooLarge' | 'refused' };

const EVENTS = ['vaccination', 'test', 'recovery'] as const;
const RESULTS = ['pass', 'fail', 'open'] as const;
/** Invented certificates, the same at each turn, so that only the rules make a difference. */
const SYNTHETIC = { seed: 2021, count: 2000 } as const;
const PAUSE_MS = 200;
/** As much as the core reads of a set. */
const MOST_BYTES = 1024 * 1024;

async function descriptionOf(sentence: Sentence): Promise<{ lang: string; desc: string }[]> {
  const [vi, en] = await Promise.all([import('../text/vi/logic'), import('../text/en/logic')]);
  const say = (table: Readonly<Record<string, string>>) => sentenceOf(sentence, (key) => table[key] ?? codeName(key));
  return [{ lang: 'vi', desc: say(vi.text) }, { lang: 'en', desc: say(en.text) }];
}

/** A code that has no word has a name. */
const codeName = (key: string): string | undefined => (key.startsWith('code.') ? nameOf(key.slice('code.'.length)) : undefined);

export const view: View = (core, root) => {
  let sets: RuleSet[] = [];
  let chosen = '';
  let explained: Explained[] = [];
  let trial: Trial = NOTHING;
  /** Of the added rules, as the core reads them. */
  let heads: RuleHead[] = [];
  let draft: Draft = draftOf('doseAge');
  let composed: Composed | null = null;
  let wrong = '';
  let said: Said | null = null;
  let formTimer = 0;
  let formTurn = 0;
  let simulation: Simulation | null = null;
  let counting = false;
  let trouble = false;
  let timer = 0;
  let turn = 0;
  let gone = false;

  const removed = new Undo<Trial>(() => undefined, () => draw());

  const both = (text: Both): string => text?.[language()] ?? '';
  const say = (key: string): string | undefined => words.maybe(key) ?? codeName(key);

  async function choose(id: string): Promise<void> {
    chosen = id;
    trial = readTrial(id);
    explained = [];
    heads = [];
    simulation = null;
    said = null;
    removed.take();
    draw();
    await attempt(async () => {
      await explainAdded();
      explained = [...(await core.rules<{ rules: Explained[] }>('explain', { pack: id })).rules, ...explained];
    });
    void compose();
    await count();
  }

  /** The rules that were added, as the core reads them; what it does not read is dropped. */
  async function explainAdded(): Promise<void> {
    const own = explained.filter(({ id }) => !heads.some((head) => head.id === id));
    heads = [];
    let more: Explained[] = [];
    if (trial.added.length > 0) {
      const rules = listOf(trial.added);
      try {
        heads = (await core.rules<{ sets: RuleSet[] }>('list', { rules })).sets[0]?.rules ?? [];
        more = (await core.rules<{ rules: Explained[] }>('explain', { rules })).rules;
      } catch {
        trial = { ...trial, added: [] };
        said = { key: 'refused' };
      }
    }
    explained = [...own, ...more];
  }

  /** Another trial: kept, drawn, and counted after a pause. */
  function turnTo(next: Trial): void {
    trial = next;
    keepTrial(chosen, trial);
    counting = true; // what stands there was counted with other rules
    draw();
    clearTimeout(timer);
    timer = window.setTimeout(() => void count(), PAUSE_MS);
  }

  /** What the form's draft says, or what is wrong with it. */
  async function compose(): Promise<void> {
    const mine = ++formTurn;
    try {
      const answer = await core.rules<Composed>('compose', { pack: chosen, draft: askedOf(draft), taken: trial.added.map(({ id }) => id) });
      if (mine !== formTurn) return;
      composed = answer;
      wrong = '';
    } catch (error) {
      if (mine !== formTurn) return;
      composed = null;
      wrong = error instanceof CoreError && error.rule === 'rules.draft' ? error.detail : 'other';
    }
    if (!gone) draw();
  }

  function changeDraft(next: Draft): void {
    draft = next;
    composed = null;
    draw();
    clearTimeout(formTimer);
    formTimer = window.setTimeout(() => void compose(), PAUSE_MS);
  }

  async function add(): Promise<void> {
    clearTimeout(formTimer);
    await compose();
    if (!composed || gone) {
      root.querySelector<HTMLElement>('.sim-form [aria-invalid]')?.focus();
      return;
    }
    const { id, rule: text, sentence } = composed;
    // Whoever gets the file reads what the rule says in both languages, as with every rule that is handed out.
    const Description = await descriptionOf(sentence);
    const whole = { ...(JSON.parse(text) as object), Description }; // the core has just written it
    said = null;
    turnTo({ ...trial, added: [...trial.added, { id, rule: JSON.stringify(whole) }] });
    await attempt(explainAdded);
    void compose();
    root.querySelector<HTMLElement>(`[data-rule="${id}"] h3`)?.focus();
  }

  async function putBack(before: Trial): Promise<void> {
    turnTo(before);
    await attempt(explainAdded);
    void compose();
  }

  async function remove(id: string): Promise<void> {
    const before = trial;
    await putBack({ changes: trial.changes.filter(({ rule: of }) => of !== id), added: trial.added.filter((each) => each.id !== id) });
    hold(before);
  }

  function hold(before: Trial): void {
    removed.take();
    removed.hold(before);
    draw();
    removed.focus(root);
  }

  async function reset(): Promise<void> {
    const before = trial;
    await putBack(NOTHING);
    hold(before);
  }

  const undo = (): void => {
    const before = removed.take();
    if (before) void putBack(before);
    root.querySelector<HTMLElement>('h1')?.focus();
  };

  async function save(): Promise<void> {
    await attempt(async () => {
      const request = { pack: chosen, changes: trial.changes, added: listOf(trial.added) };
      const { text } = await core.rules<{ text: string }>('export', request);
      // Laid out for whoever reads it.
      saveFile(new Blob([JSON.stringify(JSON.parse(text), null, 1)], { type: 'application/json' }), `${chosen}-${today()}.json`);
    });
  }

  const load = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement; // the listener sits on an input
    const file = input.files?.[0];
    if (!file) return;
    const text = file.size <= MOST_BYTES ? await file.text() : '';
    input.value = '';
    try {
      if (text === '') throw new Error('too large');
      const found = await core.rules<{ rules: Added[]; changes: Change[]; other: number }>('import', { pack: chosen, text });
      const fresh = found.rules.filter(({ id }) => !trial.added.some((each) => each.id === id));
      said = found.other > 0 ? { key: 'importedOther', n: found.other } : { key: 'imported', n: fresh.length, m: found.changes.length };
      await putBack({ changes: found.changes, added: [...trial.added, ...fresh] });
    } catch {
      said = { key: file.size > MOST_BYTES ? 'tooLarge' : 'badFile' };
      draw();
    }
  };

  async function count(): Promise<void> {
    const mine = ++turn;
    await attempt(async () => {
      const answer = await core.rules<Simulation>('simulate', {
        pack: chosen,
        synthetic: SYNTHETIC,
        changes: trial.changes,
        added: listOf(trial.added),
      });
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
    const others = trial.changes.filter((each) => each.rule !== rule || each.pointer !== pointer);
    turnTo({ ...trial, changes: value === undefined ? others : [...others, { rule, pointer, value }] });
  }

  const changed = (rule: string, pointer: string): unknown =>
    trial.changes.find((each) => each.rule === rule && each.pointer === pointer)?.value;

  /** A slider from nothing to twice the figure, or so. */
  function slider(rule: string, isAdded: boolean, { pointer, value, unit, field }: Parameter): TemplateResult | typeof nothing {
    if (typeof value !== 'number') return nothing;
    const other = changed(rule, pointer);
    const now = typeof other === 'number' ? other : value;
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
      <p class="hint">${isAdded ? t(now === value ? 'asAdded' : 'wasAdded', { n: formatNumber(value) }) : t(now === value ? 'asNow' : 'wasBefore', { n: formatNumber(value) })}</p>
    </div>`;
  }

  function rule(head: RuleHead, one: Explained | undefined): TemplateResult {
    const isOut = changed(head.id, '') === null;
    const isAdded = heads.includes(head);
    return html`<li class="sim-rule ${isOut ? 'out' : ''} ${isAdded ? 'added' : ''}" data-rule=${head.id}>
      ${isAdded ? html`<p class="tag">${t('draft')}</p>` : nothing}
      <h3 tabindex="-1">${one ? sentenceOf(one.sentence, say) : head.id}</h3>
      ${isAdded && head.type === 'invalidation' ? html`<p class="hint">${t('typeOf', { country: head.country })}</p>` : nothing}
      ${isOut ? nothing : one?.parameters.map((parameter) => slider(head.id, isAdded, parameter))}
      ${isAdded
        ? html`<button class="link-button sim-remove" type="button" @click=${() => void remove(head.id)}>${t('remove')}<span class="visually-hidden"> ${head.id}</span></button>`
        : html`<label class="option sim-out">
            <input
              type="checkbox"
              .checked=${isOut}
              @change=${(event: Event) => change(head.id, '', (event.target as HTMLInputElement).checked ? null : undefined)}
            />
            <span>${t('leaveOut')}</span>
          </label>`}
      <details>
        <summary>${t('more')}</summary>
        <p>${head.id} · ${head.version} · ${t('from', { day: formatDay(new Date(head.validFrom).toISOString().slice(0, 10)) })}</p>
        ${head.source ? html`<p>${both(head.source)}</p>` : nothing}
        ${one ? html`<p><code>${one.formula}</code></p>` : nothing}
      </details>
      ${head.mark === 'toConfirm' ? html`<p class="tag waiting">${iconWarn()} ${t('toConfirm')}</p>` : nothing}
    </li>`;
  }

  const isUnchanged = (): boolean => trial.changes.length + trial.added.length === 0;

  function saidLine(): string {
    if (!said) return '';
    return t(`said.${said.key}`, { n: 'n' in said ? said.n : 0, m: 'm' in said ? said.m : 0 });
  }

  /** The form of a new rule, and the way in and out as a file. */
  function addPart(): TemplateResult {
    return html`<details class="card sim-add">
      <summary>${t('addTitle')}</summary>
      <p class="soft">${t('addLead')}</p>
      ${ruleForm(
        {
          draft,
          sentence: composed ? sentenceOf(composed.sentence, say) : '',
          wrong,
          onChange: changeDraft,
          onAdd: () => void add(),
          wordOf: (code) => words.maybe(`code.${code}`) ?? code,
        },
        t,
      )}
      <div class="actions sim-files">
        <button class="link-button" type="button" ?disabled=${isUnchanged()} @click=${() => void save()}>${iconSave()} ${t('export')}</button>
        <label class="link-button sim-import">
          ${t('import')}<input class="visually-hidden" type="file" accept="application/json,.json" @change=${load} />
        </label>
      </div>
      <p class="sim-said" role="status">${saidLine()}</p>
      <p class="soft">${t('keptHelp')}</p>
    </details>`;
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
        ${isUnchanged() ? t('noChange') : counting ? t('counting') : t('flips', { n: formatNumber(flipCount), of: formatNumber(SYNTHETIC.count) })}
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
        ${removed.line(t('removed'), t('undo'), undo)}
        <div class="sim-columns">
          <div>
            ${set ? addPart() : nothing}
            <ul class="sim-rules">
              ${[...heads, ...(set?.rules ?? [])].map((head) => rule(head, explained.find(({ id }) => id === head.id)))}
            </ul>
          </div>
          <section class="card sim-outcome" aria-labelledby="outcome-title">
            <h2 id="outcome-title">${t('outcome')}</h2>
            ${simulation ? outcome(simulation) : html`<p role="status">${t('counting')}</p>`}
            <p class="soft">${t('invented', { n: formatNumber(SYNTHETIC.count) })}</p>
            ${isUnchanged() ? nothing : html`<button class="button second" type="button" @click=${() => void reset()}>${t('reset')}</button>`}
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
    clearTimeout(formTimer);
    removed.take();
    stopLanguage();
    render(nothing, root);
  };
};
