/** The workshop of thresholds: a pack with its numbers to turn, the map by it beside the map by another, and what changes. Nothing here is ever a
 * level: nothing is kept unless asked, and nothing leaves the device but a file that somebody carries. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatDay, formatNumber, today } from '../app/format';
import { plainName } from '../app/fold';
import { iconSave, iconWarn } from '../app/icons';
import { inWords, onLanguage } from '../app/language';
import { onTheme } from '../app/theme';
import { saveFile } from '../app/qr-picture';
import { CoreError, isForbidden } from '../core/facade';
import { levelOf, LEVELS, type UnitLevel } from '../map/overlay';
import { changeList, changeTable, type UnitChange } from './changes-view';
import { MapPair, type PairMode } from './map-pair';
import { mapTexts } from './map-texts';
import { DraftError, draftFile, PackDrafts, type PackDraft } from './pack-drafts';
import { boundsOf, changesOf, History, pathText, turned, type PackData, type Path } from './pack-edit';
import { packFigures, type PackFigures } from './pack-figures';
import { packForm } from './pack-form';
import { coloursOf, inputWords, levelWords } from './pack-words';
import type { PanelContext } from './panels';
import { square } from './swatch';
import { t } from './text';
import type { Shown } from './units-map';
import { levelBelow } from './units-model';
import { w } from './workshop-text';
import './workshop.css';

interface Choice {
  key: string;
  words: string;
  pack: PackData;
  isDraft: boolean;
}
/** What is being tried: the pack, where its numbers come from, and under which name it was chosen. */
interface Trial {
  key: string;
  base: PackData;
  pack: PackData;
}
interface Evaluated {
  units: string;
  answers: { levels: string }[];
}
interface Compared {
  changes: { unit: string; before: ComparedSide; after: ComparedSide }[];
}
interface ComparedSide {
  level: number | null;
  rule: string;
}
interface Outcome {
  before: PackData;
  after: PackData;
  level: UnitLevel;
  kinds: { before: ReadonlyMap<string, number>; after: ReadonlyMap<string, number> };
  /** "from to" -> units of the level shown. */
  pairs: ReadonlyMap<string, number>;
  changes: UnitChange[];
  /** Units of other levels whose level changes too. */
  elsewhere: number;
  /** Levels below what is shown were not to be had. */
  isShallow: boolean;
}

const PAUSE_MS = 180;
const SLOW_MS = 300;
const NAMES_AT_ONCE = 400;

/** Level of a unit that the map shows; null for the nation, whose code has two letters. */
const levelOfUnit = (code: string): UnitLevel | null => (/^\d+$/.test(code) ? levelOf(code) : null);

/** Opens it in `host`; gives back the function that ends it. */
export async function openWorkshop(host: HTMLElement, { core, state, counts, rows }: PanelContext): Promise<() => void> {
  await w.load();
  const answer = await core.riskmap<{ packs: { pack: PackData }[] }>('packs', {});
  const shipped = answer.packs.map(({ pack }) => pack);
  const store = new PackDrafts(core.drafts, (pack) => core.riskmap('packs', { pack }));
  const names = new Map<string, string>();
  const raw = new Map<string, string>();

  let drafts: PackDraft[] = [];
  const begin = lawChoice(inForce());
  let beforeKey = begin.key;
  let history = new History<Trial>({ key: begin.key, base: begin.pack, pack: begin.pack });
  let depth: UnitLevel | null = null;
  let mode: PairMode = matchMedia('(min-width: 60rem)').matches ? 'beside' : 'swipe';
  let edge = 50;
  let outcome: Outcome | null = null;
  let trouble: 'forbidden' | 'failed' | 'empty' | null = null;
  let faults: string | null = null;
  let said: { tone: 'ok' | 'bad'; text: string } | null = null;
  let removed: PackDraft | null = null;
  let draftName = '';
  let isListWhole = false;
  let progress: { done: number; total: number } | null = null;
  let isSlow = false;
  let pair: MapPair | null = null;
  let mapTrouble = false;
  let timer = 0;
  let isRunning = false;
  let isStale = false;
  /** Counts who is signed in: an answer to one person is not shown to the next. */
  let person = 0;
  let gone = false;
  /** Until somebody chooses, what is compared is the pack in force on the day shown. */
  let followsLaw = true;
  /** What is behind a closed door is computed when it opens. */
  let isLate = false;
  const door = host.closest('details');

  // ---- packs

  function inForce(): PackData {
    const day = state.now.day ?? today();
    const listed = rows();
    const said = listed?.day === day ? listed.pack : undefined;
    const fits = (pack: PackData): boolean => pack.use === 'map' && pack.validFrom <= day && (!pack.validTo || day <= pack.validTo);
    const found = shipped.find(({ id }) => id === said) ?? shipped.find(fits) ?? shipped[0];
    if (!found) throw new Error('the core carries no pack');
    return found;
  }

  function lawKey(pack: PackData): string {
    return `law ${pack.id}`;
  }

  function lawChoice(pack: PackData): Choice {
    const words = pack.id === inForce().id ? w('choice.inForce', { pack: pack.id, version: pack.version }) : w('choice.law', { pack: pack.id, version: pack.version });
    return { key: lawKey(pack), words, pack, isDraft: false };
  }

  function choices(): Choice[] {
    const kept = drafts.map(({ name, pack }) => ({ key: `draft ${name}`, words: w('choice.draft', { name }), pack, isDraft: true }));
    return [...shipped.map(lawChoice), ...kept];
  }

  const choiceOf = (key: string): Choice | undefined => choices().find((each) => each.key === key);

  /** The numbers of a draft are told apart from those of the pack it was made from. */
  function trialOf(choice: Choice): Trial {
    const draft = choice.isDraft ? drafts.find(({ name }) => `draft ${name}` === choice.key) : undefined;
    const base = shipped.find(({ id }) => id === draft?.base) ?? choice.pack;
    return { key: choice.key, base, pack: choice.pack };
  }

  const before = (): PackData => choiceOf(beforeKey)?.pack ?? inForce();

  /** Where the core found fault with the number at `path`: with a band's end where the next one begins. */
  function isWrong(path: string): boolean {
    const band = /^bands\[(\d+)\]\.from$/.exec(path)?.[1];
    const ends = band === undefined ? [] : [`bands[${Number(band) - 1}].below`];
    return [path, ...ends].some((each) => faults?.includes(`${each}:`));
  }

  function tell(tone: 'ok' | 'bad', text: string): void {
    said = { tone, text };
  }

  function turn(path: Path, text: string): void {
    const { now } = history;
    const key = pathText(path);
    const value = Number(text);
    const [least, most] = boundsOf(now.pack, path);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      raw.set(key, text);
    } else {
      raw.delete(key);
      history.put({ ...now, pack: turned(now.base, now.pack, path, value) }, key);
      soon();
    }
    draw();
  }

  function step(which: 'undo' | 'redo'): void {
    raw.clear();
    history[which]();
    soon();
    draw();
  }

  function choose(key: string): void {
    const choice = choiceOf(key);
    if (!choice || choice.key === history.now.key) return;
    raw.clear();
    history.put(trialOf(choice));
    soon();
    draw();
  }

  /** Back to the numbers of the pack that was begun with. */
  function reset(): void {
    raw.clear();
    history.put({ ...history.now, key: lawKey(history.now.base), pack: history.now.base });
    soon();
    draw();
  }

  function followLaw(): void {
    const law = lawChoice(inForce());
    if (!followsLaw || history.canUndo || history.canRedo || law.key === beforeKey) return;
    beforeKey = law.key;
    history = new History<Trial>({ key: law.key, base: law.pack, pack: law.pack });
  }

  // ---- drafts

  async function listDrafts(): Promise<void> {
    drafts = await store.list().catch(() => []);
  }

  function words(error: unknown): string {
    if (error instanceof DraftError) {
      const at = error.field === '' ? w('draft.file') : error.field;
      return w('draft.wrong', { at, rule: error.detail || w(`draft.rule.${error.rule}`) });
    }
    if (error instanceof CoreError) return w('draft.wrong', { at: error.rule, rule: error.detail });
    return w('draft.failed');
  }

  async function act(work: () => Promise<string>): Promise<void> {
    try {
      tell('ok', await work());
    } catch (error) {
      tell('bad', words(error));
    }
    await listDrafts();
    draw();
  }

  const save = (): Promise<void> =>
    act(async () => {
      removed = null;
      const { name } = await store.save(draftName, history.now.base.id, history.now.pack);
      draftName = '';
      return w('draft.saved', { name });
    });

  const remove = (draft: PackDraft): Promise<void> =>
    act(async () => {
      await store.remove(draft);
      removed = draft;
      if (beforeKey === `draft ${draft.name}`) {
        beforeKey = lawKey(inForce());
        soon();
      }
      return w('draft.removed', { name: draft.name });
    });

  const restore = (): Promise<void> =>
    act(async () => {
      const draft = removed;
      removed = null;
      if (draft) await store.restore(draft);
      return w('draft.restored', { name: draft?.name ?? '' });
    });

  function exportDraft(draft: PackDraft): void {
    saveFile(new Blob([draftFile(draft)], { type: 'application/json' }), `lachan-goi-nhap-${plainName(draft.name) || 'khong-ten'}-${today()}.json`);
  }

  const importDraft = (file: File): Promise<void> =>
    act(async () => {
      const read = await store.read(await file.text());
      const kept = await store.save(read.name, read.base, read.pack);
      await listDrafts();
      choose(`draft ${kept.name}`);
      return w('draft.imported', { name: kept.name });
    });

  // ---- levels

  function soon(): void {
    clearTimeout(timer);
    isLate = door !== null && !door.open;
    if (isLate) return;
    timer = window.setTimeout(() => void run(), PAUSE_MS);
  }

  /** One after the other: the core's worker has one thread, and only the last question matters. */
  async function run(): Promise<void> {
    isStale = true;
    if (isRunning) return;
    isRunning = true;
    const slow = window.setTimeout(() => {
      isSlow = true;
      draw();
    }, SLOW_MS);
    while (isStale && !gone) {
      isStale = false;
      await compute();
    }
    clearTimeout(slow);
    isSlow = false;
    isRunning = false;
    draw();
  }

  const shownLevel = (): UnitLevel => {
    const first = levelBelow(state.now.unit);
    return depth && LEVELS.indexOf(depth) >= LEVELS.indexOf(first) ? depth : first;
  };

  function figuresOf(packs: PackData[], day: string): Promise<PackFigures> {
    const { unit } = state.now;
    const deeper = LEVELS.indexOf(shownLevel()) + 1;
    return packFigures(counts, packs, { unit, day }, LEVELS.slice(LEVELS.indexOf(levelBelow(unit)), deeper), LEVELS.slice(deeper), (done, total) => {
      if (done === 0 || progress) progress = { done, total }; // what comes after a refusal is no progress
      if (isSlow) draw();
    });
  }

  async function compute(): Promise<void> {
    const { unit, day } = state.now;
    if (day === null) return;
    followLaw();
    const asker = person;
    /** Somebody else asks by now, or about another place: then this is no answer to them. */
    const isOvertaken = (): boolean => gone || asker !== person || state.now.unit !== unit || state.now.day !== day;
    const [one, other] = [before(), history.now.pack];
    try {
      const { text, isShallow } = await figuresOf([one, other], day);
      const request = { day, figures: text, ...(unit === '' ? {} : { under: unit }) };
      const [seen, compared] = await Promise.all([
        core.riskmap<Evaluated>('evaluate', { ...request, packs: [one, other] }),
        core.riskmap<Compared>('compare', { ...request, pack: one, after: { pack: other } }),
      ]);
      if (isOvertaken()) return;
      outcome = outcomeOf(one, other, seen, compared, isShallow);
      faults = null;
      trouble = text === '' ? 'empty' : null;
      isListWhole = false;
      await learnNames(outcome.changes);
    } catch (error) {
      if (isOvertaken()) return;
      if (error instanceof CoreError && error.rule === 'riskmap.pack') {
        faults = error.detail; // the map stays as it was
      } else {
        trouble = isForbidden(error) ? 'forbidden' : 'failed';
        outcome = null;
      }
    } finally {
      progress = null;
    }
    draw();
    showMaps();
  }

  function outcomeOf(one: PackData, other: PackData, seen: Evaluated, compared: Compared, isShallow: boolean): Outcome {
    const level = shownLevel();
    const codes = seen.units.split(' ');
    const kindsOf = (signs = ''): Map<string, number> =>
      new Map(codes.flatMap((code, at) => (levelOfUnit(code) === level ? [[code, Number(/\d/.exec(signs.charAt(at))?.[0] ?? 0)] as const] : [])));
    const kinds = { before: kindsOf(seen.answers[0]?.levels), after: kindsOf(seen.answers[1]?.levels) };
    const pairs = new Map<string, number>();
    for (const [code, from] of kinds.before) {
      const key = `${from} ${kinds.after.get(code) ?? 0}`;
      pairs.set(key, (pairs.get(key) ?? 0) + 1);
    }
    const side = ({ level: of, rule }: ComparedSide): { level: number; rule: string } => ({ level: of ?? 0, rule });
    const all = compared.changes.map(({ unit, before: was, after: is }) => ({ unit, name: names.get(unit) ?? unit, before: side(was), after: side(is) }));
    const changes = all.filter(({ unit }) => levelOfUnit(unit) === level);
    return { before: one, after: other, level, kinds, pairs, changes, elsewhere: all.length - changes.length, isShallow };
  }

  async function learnNames(changes: UnitChange[]): Promise<void> {
    for (const { unit, name } of rows()?.units ?? []) names.set(unit, name);
    const unknown = changes.filter(({ unit }) => !names.has(unit)).slice(0, NAMES_AT_ONCE);
    await Promise.all(
      unknown.map(async ({ unit }) => {
        const found = await core.unit(unit).catch(() => null);
        if (found) names.set(unit, [found.name, ...found.parents].join(', '));
      }),
    );
    for (const change of changes) change.name = names.get(change.unit) ?? change.unit;
  }

  // ---- maps

  function shown(pack: PackData, kinds: ReadonlyMap<string, number>): Shown {
    const { unit, selected } = state.now;
    const units = new Map([...kinds].map(([code, kind]) => [code, { kind, name: names.get(code) ?? '' }]));
    return { level: shownLevel(), within: unit === '' ? null : unit, units, selected, colours: coloursOf(pack) };
  }

  function showMaps(): void {
    if (gone) return;
    const none = new Map<string, number>();
    pair?.show(
      shown(outcome?.before ?? before(), outcome?.kinds.before ?? none),
      shown(outcome?.after ?? history.now.pack, outcome?.kinds.after ?? none),
    );
  }

  async function startMaps(): Promise<void> {
    const [one, other] = host.querySelectorAll<HTMLElement>('.ws-map .units-map');
    if (!one || !other) return;
    const refused = (): void => {
      mapTrouble = true;
      draw();
    };
    pair = new MapPair([one, other], mapTexts(), (code) => state.setSelected(code), refused);
    showMaps();
    await pair.open().catch(refused);
    draw();
  }

  // ---- drawing

  function draw(): void {
    if (!gone) render(screen(), host);
  }

  function screen(): TemplateResult {
    const { now } = history;
    const changed = changesOf(now.base, now.pack);
    return html`<p class="ws-banner" role="note">${iconWarn()} <strong>${w('banner')}</strong></p>
      <p class="no-print">${w('lead')}</p>
      ${chooser()}
      <p class="ws-basis soft">${now.base.basis ? inWords(now.base.basis) : nothing}</p>
      <div class="actions ws-actions">
        <button class="button second" type="button" data-do="undo" ?disabled=${!history.canUndo} @click=${() => step('undo')}>${w('undo')}</button>
        <button class="button second" type="button" data-do="redo" ?disabled=${!history.canRedo} @click=${() => step('redo')}>${w('redo')}</button>
        <button class="button second" type="button" data-do="reset" ?disabled=${changed.length === 0} @click=${reset}>${w('reset')}</button>
        <p class="ws-state" role="status">${status()}</p>
      </div>
      ${faults === null ? nothing : html`<div class="notice bad" role="alert">${iconWarn()}<div><h3>${w('faults')}</h3><p class="ws-fault">${faults} <span class="soft">(riskmap.pack)</span></p></div></div>`}
      ${changed.length === 0
        ? nothing
        : html`<h3>${w('turned', { n: changed.length })}</h3>
            <ul class="ws-turned">
              ${changed.map(({ path, was, is }) => html`<li>${pathWords(now.pack, path)}: ${formatNumber(was)} → <b>${formatNumber(is)}</b></li>`)}
            </ul>`}
      <div class="ws-work">
        <div>${packForm({ base: now.base, pack: now.pack, raw, wrong: isWrong, turn, left: () => history.seal() })}</div>
        <div class="ws-result" aria-busy=${isSlow}>${stage()} ${result()}</div>
      </div>
      ${draftCard()}`;
  }

  function status(): TemplateResult | string {
    if (progress && isSlow) {
      return html`${w('progress', { done: progress.done, total: progress.total })}
        <progress max=${progress.total} value=${progress.done} aria-label=${w('progress', { done: progress.done, total: progress.total })}></progress>`;
    }
    if (isSlow) return w('computing');
    if (!outcome) return '';
    return w('changed', { n: formatNumber(outcome.changes.length), all: formatNumber(outcome.kinds.before.size) });
  }

  function chooser(): TemplateResult {
    const all = choices();
    const first = LEVELS.indexOf(levelBelow(state.now.unit));
    const select = (event: Event): string => (event.target as HTMLSelectElement).value; // the handlers hang on selects
    const options = (chosen: string): TemplateResult[] => all.map(({ key, words: text }) => html`<option value=${key} ?selected=${key === chosen}>${text}</option>`);
    return html`<div class="ws-choose no-print">
      <label>
        <span>${w('choose.before')}</span>
        <select
          data-choose="before"
          @change=${(event: Event) => {
            followsLaw = false;
            beforeKey = select(event);
            soon();
            draw();
          }}
        >
          ${options(beforeKey)}
        </select>
      </label>
      <label>
        <span>${w('choose.after')}</span>
        <select data-choose="after" @change=${(event: Event) => choose(select(event))}>
          ${options(history.now.key)}
        </select>
      </label>
      <label>
        <span>${w('choose.level')}</span>
        <select
          data-choose="level"
          @change=${(event: Event) => {
            depth = select(event) as UnitLevel; // one of the options below
            soon();
            draw();
          }}
        >
          ${LEVELS.slice(first).map((level) => html`<option value=${level} ?selected=${level === shownLevel()}>${w(`depth.${level}`)}</option>`)}
        </select>
      </label>
    </div>`;
  }

  function pathWords(pack: PackData, path: Path): string {
    const [part, at, name, i] = path;
    if (part === 'windowDays' || part === 'per') return w(`turned.${part}`);
    if (part === 'bands') return w('turned.band', { level: pack.bands?.[Number(at)]?.level ?? '' });
    if (part === 'inputs') return `${inputWords(pack, String(at))} – ${w(`turned.${name as 'days' | 'per' | 'units'}`)}`;
    const cell = part === 'cells' || part === 'adjust' || part === 'grey' ? pack[part]?.[Number(at)] : undefined;
    if (!cell) return pathText(path);
    if (name === 'when') return `${cell.id}: ${inputWords(pack, cell.when[Number(i)]?.[0] ?? '')}`;
    return `${cell.id}: ${w(name === 'raise' ? 'turned.raise' : 'turned.level')}`;
  }

  function stage(): TemplateResult {
    const map = (side: 'before' | 'after', pack: PackData): TemplateResult =>
      html`<figure class="ws-map ${side}">
        <figcaption>
          <b>${w(`map.${side}`)}</b> ${packWords(pack)}
          ${side === 'after' ? html`<span class="risk-tag">${w('banner')}</span>` : nothing}
        </figcaption>
        <div class="units-map" role="group" aria-label="${w(`map.${side}`)} ${packWords(pack)}"></div>
      </figure>`;
    const setEdge = (event: Event): void => {
      edge = Number((event.target as HTMLInputElement).value); // the handler hangs on this input only
      draw();
    };
    return html`<div class="ws-modes no-print" ?hidden=${mapTrouble}>
        <fieldset class="risk-choices">
          <legend class="visually-hidden">${w('mode.title')}</legend>
          ${(['beside', 'swipe'] as const).map(
            (each) =>
              html`<label class="risk-choice">
                <input
                  type="radio"
                  name="ws-mode"
                  value=${each}
                  .checked=${mode === each}
                  @change=${() => {
                    mode = each;
                    draw();
                  }}
                />
                <span>${w(`mode.${each}`)}</span>
              </label>`,
          )}
        </fieldset>
        ${mode === 'swipe'
          ? html`<label class="ws-edge"><span>${w('edge')}</span><input type="range" min="0" max="100" .value=${String(edge)} @input=${setEdge} /></label>`
          : nothing}
      </div>
      <div class="ws-stage ${mode}" style="--cut: ${edge}%" ?hidden=${mapTrouble}>${map('before', outcome?.before ?? before())} ${map('after', history.now.pack)}</div>
      ${mapTrouble ? html`<div class="notice warm">${iconWarn()}<p>${t('units.noMap')}</p></div>` : nothing}
      ${legend()}`;
  }

  function packWords(pack: PackData): string {
    const changes = pack === history.now.pack ? changesOf(history.now.base, pack).length : 0;
    return changes > 0 ? w('pack.changed', { pack: history.now.base.id, n: changes }) : w('pack.plain', { pack: pack.id, version: pack.version });
  }

  function legend(): TemplateResult {
    const of = (pack: PackData): TemplateResult =>
      html`<ul class="ws-legend">
        ${coloursOf(pack).map(
          (colour, level) =>
            html`<li>
              ${square(colour, 'ws-swatch')}
              ${levelWords(pack, level)}
            </li>`,
        )}
      </ul>`;
    const [one, other] = [outcome?.before ?? before(), history.now.pack];
    const isAlike = coloursOf(one).join() === coloursOf(other).join() && one.levels?.every((level, at) => level.vi === other.levels?.[at]?.vi);
    return html`<div class="ws-legends">${isAlike ? of(one) : html`${of(one)} ${of(other)}`}</div>`;
  }

  function result(): TemplateResult | typeof nothing {
    if (trouble === 'forbidden') return html`<div class="notice warm">${iconWarn()}<p>${w('forbidden')}</p></div>`;
    if (trouble === 'failed') {
      return html`<div class="notice bad" role="alert">
        ${iconWarn()}
        <div><p>${w('failed')}</p><button class="button second" type="button" @click=${() => void run()}>${t('state.again')}</button></div>
      </div>`;
    }
    if (!outcome) return nothing;
    return html`<p>
        <strong>${t('dayLine', { day: formatDay(state.now.day ?? '') })}</strong> ${w('onlyComputed')} ${outcome.isShallow ? w('shallow') : nothing}
      </p>
      ${trouble === 'empty' ? html`<div class="notice warm">${iconWarn()}<p>${w('empty')}</p></div>` : nothing}
      ${changeTable(outcome.before, outcome.after, outcome.pairs)}
      ${changeList(outcome.before, outcome.after, outcome.changes, isListWhole, () => {
        isListWhole = true;
        draw();
      })}
      ${outcome.elsewhere > 0 ? html`<p class="soft">${w('elsewhere', { n: formatNumber(outcome.elsewhere) })}</p>` : nothing}`;
  }

  function draftCard(): TemplateResult {
    const pick = (event: Event): void => {
      const input = event.target as HTMLInputElement; // the handler hangs on this input only
      const [file] = input.files ?? [];
      input.value = '';
      if (file) void importDraft(file);
    };
    const send = (event: Event): void => {
      event.preventDefault();
      void save();
    };
    return html`<section class="ws-drafts no-print" aria-label=${w('drafts.title')}>
      <h3>${w('drafts.title')}</h3>
      <p class="soft">${w('drafts.lead')}</p>
      <form class="ws-save" @submit=${send}>
        <label>
          <span>${w('draft.name')}</span>
          <input
            type="text"
            maxlength="60"
            .value=${draftName}
            @input=${(event: Event) => {
              draftName = (event.target as HTMLInputElement).value; // likewise
            }}
          />
        </label>
        <button class="button" type="submit">${iconSave()} ${w('draft.save')}</button>
        <label class="button second ws-file">
          <input class="visually-hidden" type="file" accept="application/json,.json" @change=${pick} />
          <span>${w('draft.import')}</span>
        </label>
      </form>
      <div role="status">
        ${said
          ? html`<p class=${said.tone === 'bad' ? 'ws-wrong' : ''}>
              ${said.text}
              ${removed ? html`<button class="link-button" type="button" data-do="restore" @click=${() => void restore()}>${w('draft.undo')}</button>` : nothing}
            </p>`
          : nothing}
      </div>
      ${drafts.length === 0
        ? html`<p class="soft">${w('drafts.none')}</p>`
        : html`<ul class="ws-list">
            ${drafts.map(
              (draft) =>
                html`<li>
                  <b>${draft.name}</b> <span class="soft">${w('draft.from', { pack: draft.base })}</span>
                  <button class="link-button" type="button" aria-label="${w('draft.open')}: ${draft.name}" @click=${() => choose(`draft ${draft.name}`)}>${w('draft.open')}</button>
                  <button class="link-button" type="button" aria-label="${w('draft.export')}: ${draft.name}" @click=${() => exportDraft(draft)}>${w('draft.export')}</button>
                  <button class="link-button" type="button" aria-label="${w('draft.remove')}: ${draft.name}" @click=${() => void remove(draft)}>${w('draft.remove')}</button>
                </li>`,
            )}
          </ul>`}
    </section>`;
  }

  const offs = [
    onLanguage(() => {
      draw();
      pair?.retell(mapTexts());
    }),
    onTheme(draw),
    state.subscribe((now, was) => {
      if (now.playing) return;
      if (now.unit !== was.unit) depth = null;
      if (now.unit !== was.unit || now.day !== was.day || was.playing) soon();
      else if (now.selected !== was.selected) showMaps();
    }),
    // Somebody who signs in or out sees other numbers, and has other drafts; those of before go at once.
    core.session.subscribe(() => {
      person += 1;
      outcome = null;
      showMaps();
      void listDrafts().then(soon);
      draw();
    }),
  ];

  const toggled = (): void => {
    if (door?.open && isLate) soon();
  };
  door?.addEventListener('toggle', toggled);

  await listDrafts();
  draw();
  void startMaps();
  void run();

  return () => {
    gone = true;
    clearTimeout(timer);
    door?.removeEventListener('toggle', toggled);
    for (const off of offs) off();
    pair?.dispose();
    render(nothing, host);
  };
}
