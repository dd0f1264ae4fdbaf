/** "What if": officials move the figures of a rule, leave rules out or add one from a template, and see whom the change would touch. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDayAt, formatInstant, formatNumber, today } from '../app/format';
import { iconBack, iconSave, iconWarn } from '../app/icons';
import { area, language, onLanguage } from '../app/language';
import { saveFile } from '../app/qr-picture';
import { Undo } from '../app/undo';
import type { View } from '../app/view';
import { CoreError } from '../core/facade';
import { sentenceOf, type Sentence } from '../core/sentence';
import { nameOf } from './codes';
import { freshOf, keepTrial, listOf, mergedChanges, NOTHING, readTrial, type Added, type Change, type Trial } from './drafts';
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
type Said =
  | { key: 'imported'; n: number; m: number }
  | { key: 'importedOther'; n: number }
  | { key: 'renamed' | 'refused'; ids: string }
  | { key: 'badFile' | 'tooLarge' };

/** What a file has that the set has not; `other` are rules of the same name that were not taken. */
interface Found {
  rules: Added[];
  changes: Change[];
  other: number;
}

/** Added rules, as the core reads them. */
interface AddedRead {
  heads: RuleHead[];
  explained: Explained[];
}

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

/** The core said no to what it was given, and will again; anything else may be otherwise the next time. */
const isRefusal = (error: unknown): boolean => error instanceof CoreError && error.rule.startsWith('rules.');

/** A code that has no word has a name. */
const codeName = (key: string): string | undefined => (key.startsWith('code.') ? nameOf(key.slice('code.'.length)) : undefined);

export const view: View = (core, root) => {
  let sets: RuleSet[] = [];
  let chosen = '';
  let explained: Explained[] = [];
  let trial: Trial = NOTHING;
  let addedRead: AddedRead = { heads: [], explained: [] };
  let addedTurn = 0;
  /** A rule, or a file, is on its way into the trial: another would be given the same identifier. */
  let busy = false;
  let draft: Draft = draftOf('doseAge');
  let composed: Composed | null = null;
  let wrong = '';
  let said: Said[] = [];
  let formTimer = 0;
  let formTurn = 0;
  let simulation: Simulation | null = null;
  let counting = false;
  let trouble = false;
  let timer = 0;
  let turn = 0;
  let gone = false;

  /** Why what is held is no longer there. */
  let why: 'removed' | 'broughtIn' = 'removed';
  const removed = new Undo<Trial>(() => undefined, () => draw());

  const both = (text: Both): string => text?.[language()] ?? '';
  const say = (key: string): string | undefined => words.maybe(key) ?? codeName(key);

  async function choose(id: string): Promise<void> {
    chosen = id;
    trial = readTrial(id);
    explained = [];
    addedRead = { heads: [], explained: [] };
    simulation = null;
    composed = null;
    ++turn; // what is still on its way is of the set before
    ++formTurn;
    said = [];
    removed.take();
    draw();
    await attempt(async () => {
      await explainAdded();
      const { rules } = await core.rules<{ rules: Explained[] }>('explain', { pack: id });
      if (id === chosen) explained = rules;
    });
    if (id !== chosen) return; // another set was chosen meanwhile, and does the rest itself
    void compose();
    await count();
  }

  const headsOf = async (added: readonly Added[]): Promise<RuleHead[]> =>
    (await core.rules<{ sets: RuleSet[] }>('list', { rules: listOf(added) })).sets[0]?.rules ?? [];

  async function readAdded(added: readonly Added[]): Promise<AddedRead> {
    if (added.length === 0) return { heads: [], explained: [] };
    const heads = await headsOf(added);
    return { heads, explained: (await core.rules<{ rules: Explained[] }>('explain', { rules: listOf(added) })).rules };
  }

  /** Those that the core reads, each under the name it is kept by, which no other has. */
  async function readable(added: readonly Added[]): Promise<Added[]> {
    const taken = new Set(sets.find(({ id }) => id === chosen)?.rules.map(({ id }) => id));
    const good: Added[] = [];
    for (const one of added) {
      try {
        const heads = await headsOf([one]);
        if (heads.length !== 1 || heads[0]?.id !== one.id || taken.has(one.id)) continue;
        taken.add(one.id);
        good.push(one);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return good;
  }

  /** The rules that were added, as the core reads them; what it does not read is dropped, and told. */
  async function explainAdded(): Promise<void> {
    const mine = ++addedTurn;
    const good = await readable(trial.added);
    const read = await readAdded(good);
    if (mine !== addedTurn) return; // of another set, or of the trial before
    addedRead = read;
    if (good.length === trial.added.length) return;
    const dropped = trial.added.filter((one) => !good.includes(one)).map(({ id }) => id);
    const isGone = (rule: string): boolean => dropped.includes(rule) && !good.some(({ id }) => id === rule);
    trial = { changes: trial.changes.filter(({ rule }) => !isGone(rule)), added: good };
    said = [...said, { key: 'refused', ids: dropped.join(', ') }];
  }

  /** Another trial: kept, drawn, and counted after a pause. */
  function turnTo(next: Trial): void {
    trial = next;
    keepTrial(chosen, trial);
    counting = true; // what stands there was counted with other rules,
    ++turn; // and so is what is on its way
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

  /** One at a time; what fails on the way, as words that cannot be had without a network, is told. */
  async function alone(act: () => Promise<void>): Promise<void> {
    if (busy) return;
    busy = true;
    await attempt(act);
    busy = false;
  }

  async function add(): Promise<void> {
    const set = chosen;
    clearTimeout(formTimer);
    await compose();
    if (!composed || gone) {
      root.querySelector<HTMLElement>('.sim-form [aria-invalid]')?.focus();
      return;
    }
    const { id, rule: text, sentence } = composed;
    // Whoever gets the file reads what the rule says in both languages, as with every rule that is handed out.
    const Description = await descriptionOf(sentence);
    if (set !== chosen) return;
    const whole = { ...(JSON.parse(text) as object), Description }; // the core has just written it
    said = [];
    turnTo({ ...trial, added: [...trial.added, { id, rule: JSON.stringify(whole) }] });
    await explainAdded();
    void compose();
    draw();
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

  function hold(before: Trial, reason: typeof why = 'removed'): void {
    why = reason;
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
    said = [];
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
    if (text !== '') return alone(() => bringIn(text));
    said = [{ key: file.size > MOST_BYTES ? 'tooLarge' : 'badFile' }];
    draw();
  };

  async function bringIn(text: string): Promise<void> {
    const set = chosen;
    const found = await readFound(text);
    const own = found ? await addedAsMoved() : [];
    if (set !== chosen) return;
    if (found) await take(found, own);
    else said = [{ key: 'badFile' }];
  }

  /** What a file has that the set has not; nothing when the core does not read it. */
  async function readFound(text: string): Promise<Found | null> {
    try {
      return await core.rules<Found>('import', { pack: chosen, text });
    } catch (error) {
      if (error instanceof CoreError && error.code !== 'unavailable') return null;
      throw error;
    }
  }

  /** The added rules with their figures as they stand, for so they are in a file. */
  async function addedAsMoved(): Promise<Added[]> {
    const { added, changes } = trial;
    if (added.length === 0) return [];
    const { text } = await core.rules<{ text: string }>('export', { pack: chosen, changes, added: listOf(added) });
    const { rules } = JSON.parse(text) as { rules: { Identifier: string }[] }; // the core has just written it
    const isAdded = ({ Identifier }: { Identifier: string }): boolean => added.some(({ id }) => id === Identifier);
    return rules.filter(isAdded).map((one) => ({ id: one.Identifier, rule: JSON.stringify(one) }));
  }

  async function take({ rules, changes, other }: Found, own: readonly Added[]): Promise<void> {
    const before = trial;
    const fresh = freshOf(rules, own, sets.find(({ id }) => id === chosen)?.rules.map(({ id }) => id) ?? []);
    const renamed = fresh.filter(({ id }) => !rules.some((one) => one.id === id)).map(({ id }) => id);
    said = [other > 0 ? { key: 'importedOther', n: other } : { key: 'imported', n: fresh.length, m: changes.length }];
    if (renamed.length > 0) said.push({ key: 'renamed', ids: renamed.join(', ') });
    turnTo({ changes: mergedChanges(trial.changes, changes), added: [...trial.added, ...fresh] });
    await explainAdded();
    void compose();
    hold(before, 'broughtIn');
  }

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
    const isAdded = addedRead.heads.includes(head);
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
        <p>${head.id} · ${head.version} · ${t('from', { day: formatDayAt(head.validFrom) })}</p>
        ${head.source ? html`<p>${both(head.source)}</p>` : nothing}
        ${one ? html`<p><code>${one.formula}</code></p>` : nothing}
      </details>
      ${head.mark === 'toConfirm' ? html`<p class="tag waiting">${iconWarn()} ${t('toConfirm')}</p>` : nothing}
    </li>`;
  }

  const isUnchanged = (): boolean => trial.changes.length + trial.added.length === 0;

  const saidLine = (): string =>
    said.map((one) => t(`said.${one.key}`, { n: 'n' in one ? one.n : 0, m: 'm' in one ? one.m : 0, ids: 'ids' in one ? one.ids : '' })).join(' ');

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
          onAdd: () => void alone(add),
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
        ${removed.line(t(why), t('undo'), undo)}
        <div class="sim-columns">
          <div>
            ${set ? addPart() : nothing}
            <ul class="sim-rules">
              ${addedRead.heads.map((head) => rule(head, addedRead.explained.find(({ id }) => id === head.id)))}
              ${set?.rules.map((head) => rule(head, explained.find(({ id }) => id === head.id)))}
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
