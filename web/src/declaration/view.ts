/** The health declaration: step by step, kept as one goes, checked by the core, for one person or a household. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { CoreError, type Core } from '../core/facade';
import type { Choice } from '../app/combo-box';
import { formatInstant } from '../app/format';
import { iconBack, iconCheck, iconClose, iconPlus, iconScan } from '../app/icons';
import { onLanguage } from '../app/language';
import { go, here, onPlace } from '../app/router';
import { answerList, learnNames, sectionTitle } from './answers';
import { DRAFT_KEY, draftStore, newHousehold, type Draft, type Person } from './draft';
import {
  bodyOf,
  fieldsOf,
  formOf,
  idOf,
  missing,
  questionOf,
  sectionsOf,
  type Answer,
  type Answers,
  type Trouble,
} from './form-spec';
import { isSign, questions, type Asking } from './questions';
import { takeTurn, type Turn } from './turn';
import { readPosition, type Position } from './position';
import type { ScanPanel } from './scan-panel';
import { ruleText, rules, t } from './text';
import { provinces, rememberName, unitName } from './units';

export const followsLanguage = true;

const SYSTEM = 'declaration';
const KIND = 'population';
/** The last section is not a page of questions: it stands on the page where answers are checked and sent. */
const LAST = 'consent';
/** What people of one household share. Nothing that a colour is decided by: no risk answer is pre-set (DEC-5). */
const SHARED = ['province', 'district', 'ward', 'address', 'phone'];
/** What one of a household may say with one touch: as the first person answered. */
const TRAVEL = ['travelled', 'places'];

export function view(core: Core, root: HTMLElement): () => void {
  let gone = false;
  let turn: Turn | null = null;
  let open: OpenForm | null = null;
  let isElsewhere = false;
  const showElsewhere = (): void => {
    document.title = `${t('form.title')} – Lá Chắn`;
    render(otherTab(() => turn?.take()), root);
  };
  /** In place of the form, whose focus went with it. */
  const elsewhere = (): void => {
    if (gone) return;
    isElsewhere = true;
    showElsewhere();
    root.querySelector<HTMLElement>('h1')?.focus();
  };
  const leaveLanguage = onLanguage(() => {
    if (isElsewhere) showElsewhere();
  });
  void Promise.all([t.load(), rules.load()]).then(() => {
    if (gone) return;
    open = form(core, root); // at once: nearly always there is no other tab
    turn = takeTurn({
      mine: () => {
        if (!isElsewhere) return;
        isElsewhere = false;
        open = form(core, root);
        root.querySelector<HTMLElement>('h1')?.focus();
      },
      elsewhere: () => {
        open?.drop();
        open = null;
        elsewhere();
      },
      handOver: async () => {
        await open?.leave();
        open = null;
        elsewhere();
      },
      lost: () => {
        open?.drop();
        open = null;
        elsewhere();
      },
    });
  });
  return () => {
    gone = true;
    leaveLanguage();
    void (open?.leave() ?? Promise.resolve()).finally(() => turn?.release());
  };
}

function otherTab(take: () => void): TemplateResult {
  return html`<div class="wrap page narrow">
    <h1 tabindex="-1">${t('tab.title')}</h1>
    <p>${t('tab.text')}</p>
    <div class="actions"><button class="button" type="button" @click=${take}>${t('tab.take')}</button></div>
  </div>`;
}

interface OpenForm {
  /** Keeps what is not kept yet, once nothing is being sent, and goes. */
  leave(): Promise<void>;
  /** Goes, keeps nothing and sends nothing any more: another tab has the draft. */
  drop(): void;
}

function form(core: Core, root: HTMLElement): OpenForm {
  const spec = formOf(SYSTEM, KIND);
  const steps = sectionsOf(spec);
  const signs = spec.fields.filter(isSign);
  const emptyDraft = (): Draft => ({
    version: spec.version,
    people: [{ answers: {}, raw: {} }],
    at: 0,
    section: steps[0] ?? '',
    savedAt: 0,
    names: {},
  });

  let draft = emptyDraft();
  let dirty = false;
  let coreOpen = false;
  let offered: Draft | null = null; // an older draft that came after the person had begun to type
  let notice: 'restored' | 'copied' | 'scanned' | null = null;
  let restoredAt = 0;
  let keeping: 'keeping' | 'kept' | 'failed' | null = null;
  let troubles: Trouble[] = [];
  let others: { person: number; troubles: Trouble[] }[] = [];
  let summary = false;
  let sending = false;
  let underWay: Promise<void> = Promise.resolve();
  let failure: 'failed' | 'full' | null = null;
  let failureRule = '';
  let asksRestart = false;
  let positionLost = false;
  let removed: { person: Person; index: number } | null = null;
  const touched = new Set<string>();
  const attempted = new Set<string>();
  let checkTimer = 0;
  let checkTurn = 0;

  const store = draftStore(core, (state) => {
    keeping = state;
    draw();
  });

  const person = (): Person => draft.people[draft.at] ?? { answers: {}, raw: {} };
  const answers = (): Answers => person().answers;
  const section = (): string => {
    const { fragment } = here();
    return steps.includes(fragment) ? fragment : (steps[0] ?? '');
  };

  // ---- keeping -------------------------------------------------------------------------------------------------

  function changed(): void {
    dirty = true;
    draft.savedAt = Date.now();
    draft.section = section();
    store.save(draft);
  }

  function adopt(found: Draft): void {
    draft = found.version === spec.version ? found : { ...found, version: spec.version };
    for (const [code, name] of Object.entries(draft.names)) rememberName(code, name);
    // An address that names a step was a reload, or a link to it; the bare one goes on where the person stopped.
    if (here().fragment === '' && steps.includes(draft.section)) go(`/khai-bao#${draft.section}`, 'replace');
    restoredAt = draft.savedAt;
    notice = draft.supersedes === undefined ? 'restored' : null;
    dirty = true;
    offered = null;
    removed = null;
    void learnNames(core, answers()).then(draw);
    check();
    draw();
  }

  // ---- answering -----------------------------------------------------------------------------------------------

  function setAnswer(path: string, value: Answer | undefined): void {
    const all = answers();
    const deep = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(path);
    if (deep) {
      const list = all[deep[1] ?? ''];
      const item = Array.isArray(list) ? list[Number(deep[2])] : undefined;
      if (item) put(item, deep[3] ?? '', value);
    } else {
      put(all, path, value);
      follow(path);
    }
    if (typeof value === 'string') keepName(value);
    failure = null;
    if (notice !== 'restored') notice = null;
    changed();
    soonCheck();
    draw();
  }

  /** Answers that cannot stay when another one changes. */
  function follow(name: string): void {
    const all = answers();
    const { raw } = person();
    if (name === 'province' || name === 'district') {
      for (const below of name === 'province' ? ['district', 'ward'] : ['ward']) {
        delete all[below];
        delete raw[below];
      }
    }
    if (all[name] === true && all['signsNone'] === true && signs.some((sign) => sign.name === name)) takeBackNone(name);
    if (name === 'signsNone' && all['signsNone'] === undefined) takeBackNone();
    if (name === 'travelled' && all['travelled'] === true && !Array.isArray(all['places'])) all['places'] = [{}];
  }

  /** "None of these" was the act by which the signs were answered: without it they are not, but for the one that was just answered. */
  function takeBackNone(answered?: string): void {
    const all = answers();
    delete all['signsNone'];
    for (const { name } of signs) if (name !== answered) delete all[name];
  }

  function put(target: Answers, name: string, value: Answer | undefined): void {
    if (value === undefined) delete target[name];
    else target[name] = value;
  }

  function keepName(code: string): void {
    const name = unitName(code);
    if (name !== code) draft.names[code] = name;
  }

  const asking: Asking = {
    get answers() {
      return answers();
    },
    get raw() {
      return person().raw;
    },
    troubles: (path) => (visible(path) ? troubles.filter((trouble) => trouble.field === path) : []),
    answer: setAnswer,
    type: (path, text) => {
      const { raw } = person();
      if (text === undefined) delete raw[path];
      else raw[path] = text;
      changed();
    },
    left: (path) => {
      if (touched.has(path)) return;
      // A message that comes up while the mouse is down would move the button away from under the click.
      whenReleased(() => {
        touched.add(path);
        void check();
      });
    },
    searchUnits: async (query) => {
      const hits = await core.searchUnits(query);
      return hits.map(({ code, name, parents }): Choice => ({ code, name, under: parents.join(', ') }));
    },
  };

  function visible(path: string): boolean {
    if (touched.has(path)) return true;
    const field = spec.fields.find((each) => each.name === questionOf(path));
    return attempted.has(field?.section ?? '');
  }

  let pressed = false;
  let onRelease: (() => void)[] = [];
  const press = (): void => {
    pressed = true;
  };
  const release = (): void => {
    pressed = false;
    const waiting = onRelease;
    onRelease = [];
    // After the click that belongs to this release.
    setTimeout(() => waiting.forEach((run) => run()));
  };

  function whenReleased(run: () => void): void {
    if (pressed) onRelease.push(run);
    else run();
  }

  // ---- checking ------------------------------------------------------------------------------------------------

  function soonCheck(): void {
    clearTimeout(checkTimer);
    checkTimer = window.setTimeout(() => void check(), 200);
  }

  /** Text that could not even be read as an answer: said here, because the core never sees it. */
  function unreadable({ answers: all, raw }: Person): Trouble[] {
    return Object.keys(raw).flatMap((path): Trouble[] => {
      const name = path.replace(/^.*\./, '');
      if (name === 'birthDate') return [];
      const deep = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(path);
      const list = deep ? all[deep[1] ?? ''] : undefined;
      const value = deep ? (Array.isArray(list) ? list[Number(deep[2])]?.[deep[3] ?? ''] : undefined) : all[path];
      if (value !== undefined) return [];
      const number = spec.fields.find((field) => field.name === name)?.type === 'int';
      return [{ field: path, rule: number ? 'form.number' : 'form.not_chosen' }];
    });
  }

  async function troublesOf(each: Person): Promise<Trouble[]> {
    const own = unreadable(each);
    const body = bodyOf(spec.fields, each.answers);
    let found: Trouble[];
    // Without the units the core cannot check: the form then goes on by what it knows itself, and the core checks at the end.
    const list = coreOpen ? await core.check(SYSTEM, KIND, draft.version, body).catch(() => null) : null;
    if (list) {
      found = list.map((violation): Trouble => {
        const { field, rule } = violation;
        return {
          field,
          rule,
          ...(violation.params ? { params: violation.params } : {}),
          ...(violation.warning ? { warning: true } : {}),
        };
      });
    } else {
      found = missing(spec.fields, each.answers);
    }
    // "Please answer" beside "choose from the list" would be one complaint too many.
    return [...own, ...found.filter((trouble) => !own.some((mine) => mine.field === trouble.field))];
  }

  /** `must`: the caller goes by the outcome, so a later check under way is no reason to drop this one. */
  async function check(must = false): Promise<void> {
    clearTimeout(checkTimer);
    const turn = ++checkTurn;
    const found = await troublesOf(person());
    if (gone || (turn !== checkTurn && !must)) return;
    troubles = inOrder(found);
    draw();
  }

  /** As the questions stand on the page, so that the summary reads from top to bottom. */
  function inOrder(list: Trouble[]): Trouble[] {
    const rank = (trouble: Trouble): number => spec.fields.findIndex((field) => field.name === questionOf(trouble.field));
    return [...list].sort((a, b) => rank(a) - rank(b));
  }

  function errorsIn(name: string): Trouble[] {
    const names = new Set(fieldsOf(spec, name).map((field) => field.name));
    return troubles.filter((trouble) => !trouble.warning && names.has(questionOf(trouble.field)));
  }

  // ---- going from step to step ---------------------------------------------------------------------------------

  async function next(event: Event): Promise<void> {
    event.preventDefault();
    const name = section();
    attempted.add(name);
    await check(true);
    if (errorsIn(name).length > 0) {
      showSummary();
      return;
    }
    summary = false;
    const after = steps[steps.indexOf(name) + 1];
    if (after) go(`/khai-bao#${after}`);
  }

  function showSummary(): void {
    summary = true;
    draw();
    requestAnimationFrame(() => root.querySelector<HTMLElement>('.summary')?.focus());
  }

  function jump(event: Event, path: string, inSection: string, of = draft.at): void {
    event.preventDefault();
    const focus = (): void => {
      requestAnimationFrame(() => document.getElementById(idOf(path))?.focus());
    };
    draft.at = of;
    if (inSection !== section()) {
      attempted.add(inSection);
      go(`/khai-bao#${inSection}`);
      void check().then(focus);
    } else {
      draw();
      focus();
    }
  }

  function sectionOf(path: string): string {
    return spec.fields.find((field) => field.name === questionOf(path))?.section ?? LAST;
  }

  // ---- household -----------------------------------------------------------------------------------------------

  function addPerson(): void {
    const first = draft.people[0]?.answers ?? {};
    const copied: Answers = { onBehalf: true };
    for (const name of SHARED) {
      const value = first[name];
      if (value !== undefined) copied[name] = structuredCopy(value);
    }
    draft.people.push({ answers: copied, raw: {} });
    draft.at = draft.people.length - 1;
    draft.household ??= newHousehold();
    startPerson();
    notice = 'copied';
    changed();
    go(`/khai-bao#${steps[0] ?? ''}`);
  }

  function startPerson(): void {
    touched.clear();
    attempted.clear();
    summary = false;
    troubles = [];
    others = [];
  }

  function editPerson(index: number): void {
    draft.at = index;
    startPerson();
    changed();
    void check();
    draw();
    root.querySelector<HTMLElement>('h1')?.focus();
  }

  function removePerson(index: number): void {
    const [person] = draft.people.splice(index, 1);
    removed = person ? { person, index } : null;
    draft.at = 0;
    startPerson();
    changed();
    void check();
    draw();
    requestAnimationFrame(() => root.querySelector<HTMLElement>('.household-undo')?.focus());
  }

  function putBack(): void {
    if (!removed) return;
    if (draft.at >= removed.index) draft.at += 1; // whoever is shown stays shown
    draft.people.splice(removed.index, 0, removed.person);
    removed = null;
    changed();
    void check();
    draw();
    root.querySelector<HTMLElement>('#household-title')?.focus();
  }

  function nameOf(each: Person, index: number): string {
    const name = each.answers['fullName'];
    return typeof name === 'string' && name.trim() !== '' ? name : t('household.person', { n: index + 1 });
  }

  // ---- sending -------------------------------------------------------------------------------------------------

  function send(event: Event): void {
    event.preventDefault();
    if (!sending) underWay = sendAll();
  }

  async function sendAll(): Promise<void> {
    for (const step of steps) attempted.add(step);
    failure = null;
    sending = true;
    draw();
    try {
      await core.ready;
      coreOpen = true;
      shareConsents();
      others = [];
      for (const [index, each] of draft.people.entries()) {
        const found = inOrder(await troublesOf(each)).filter((trouble) => !trouble.warning);
        if (index === draft.at) troubles = found;
        if (found.length > 0) others.push({ person: index, troubles: found });
      }
      if (others.length > 0) {
        sending = false;
        showSummary();
        return;
      }
      const wantsPosition = draft.people.some((each) => each.answers['positionConsent'] === true);
      const position = wantsPosition ? await readPosition() : null;
      positionLost = wantsPosition && position === null;
      const shown = await submitAll(position);
      draft = emptyDraft();
      dirty = false;
      void core.outbox.flush().catch(() => undefined); // the outbox tries again by itself
      if (!gone) go(`/to-khai#${shown}`); // whoever went elsewhere meanwhile stays there
    } catch (error) {
      sending = false;
      const rule = error instanceof CoreError ? (error.violations[0]?.rule ?? error.rule) : '';
      failure = rule === 'storage.full' ? 'full' : 'failed';
      // Refused by a rule that was not asked for before: it is named, so that a hotline can tell what to do.
      failureRule = failure === 'full' ? '' : rule;
      draw();
    }
  }

  /** Makes one record for each person; those that are there already, after a tab died in the middle, are passed over. */
  async function submitAll(position: Position | null): Promise<string> {
    const several = draft.people.length > 1;
    const made = several ? await core.mine() : [];
    let first = '';
    await store.flush();
    for (const [index, each] of draft.people.entries()) {
      const body = bodyOf(spec.fields, each.answers);
      if ((several || draft.supersedes) && draft.household) body['householdId'] = draft.household;
      // The id of the household was drawn for this very form: the same answers under it are the same declaration.
      each.sent ||= made.find((record) => record.kind === KIND && sameBody(record.body, body))?.id ?? '';
      if (each.sent === '') {
        if (isDropped) throw new CoreError({ code: 'conflict', rule: 'form.failed', detail: 'another tab has the form' });
        const last = index === draft.people.length - 1;
        const unit = [body['ward'], body['district']].find((code) => typeof code === 'string') ?? '';
        const { id } = await core.submit(SYSTEM, KIND, draft.version, body, {
          unit,
          ...(draft.supersedes ? { supersedes: draft.supersedes } : {}),
          // The draft goes with the last record in one transaction: it can be neither lost nor sent twice.
          ...(last ? { draft: DRAFT_KEY } : {}),
        });
        each.sent = id;
        if (position && body['positionConsent'] === true) {
          await core.submit(SYSTEM, 'position', 1, { declaration: id, ...position }, { unit }).catch(() => {
            positionLost = true; // the declaration stands without it
          });
        }
      }
      first ||= each.sent;
    }
    await store.remove();
    return first;
  }

  /** The consents on the last page are given once, by the person who holds the phone, for each form of the household. */
  function shareConsents(): void {
    const given = answers();
    for (const each of draft.people) {
      for (const { name } of fieldsOf(spec, LAST)) {
        const value = given[name];
        if (value === undefined) delete each.answers[name];
        else each.answers[name] = structuredCopy(value);
      }
    }
  }

  function restart(): void {
    asksRestart = false;
    draft = emptyDraft();
    removed = null;
    dirty = false;
    notice = null;
    offered = null;
    startPerson();
    void store.remove();
    keeping = null;
    go(`/khai-bao#${steps[0] ?? ''}`);
    draw();
    root.querySelector<HTMLElement>('h1')?.focus();
  }

  // ---- scanning ------------------------------------------------------------------------------------------------

  let scanning: ScanPanel | null = null;

  async function scanCard(): Promise<void> {
    const place = root.querySelector<HTMLElement>('.scan-place');
    if (!place || scanning) return;
    // The scanner is a download of its own: most people type.
    const { openScan } = await import('./scan-panel');
    const opened = await openScan(core, place, (filled) => {
      closeScan();
      for (const [name, value] of Object.entries(filled)) {
        delete person().raw[name];
        setAnswer(name, value);
        touched.add(name);
      }
      notice = 'scanned';
      draw();
      root.querySelector<HTMLElement>('h1')?.focus();
    });
    // The form may have gone meanwhile: no camera looks for it then.
    if (gone || scanning) return opened.close();
    scanning = opened;
    draw();
  }

  function closeScan(): void {
    scanning?.close();
    scanning = null;
    draw();
  }

  // ---- drawing -------------------------------------------------------------------------------------------------

  function draw(): void {
    if (gone) return;
    const name = section();
    const at = steps.indexOf(name);
    const before = steps[at - 1];
    document.title = `${sectionTitle(name)} – ${t('form.title')} – Lá Chắn`;
    render(
      html`<div class="wrap page beside">
        <div class="narrow">
          ${before
            ? html`<a class="back" href="/khai-bao#${before}" data-route="in">${iconBack()} ${t('form.back')}</a>`
            : nothing}
          <div class="progress">
            <span>${t('form.step', { n: at + 1, all: steps.length })}</span>
            <ol aria-hidden="true">
              ${steps.map((_, index) => html`<li class=${index < at ? 'done' : index === at ? 'now' : ''}></li>`)}
            </ol>
          </div>
          ${notices()} ${summary ? summaryBox(name) : nothing}
          ${name === LAST ? lastPage() : questionPage(name)} ${restartPart()}
        </div>
        <nav aria-label=${t('form.steps')} class="no-print">${stepList(name)}</nav>
      </div>`,
      root,
    );
  }

  function stepList(now: string): TemplateResult {
    return html`<ol class="step-list">
      ${steps.map(
        (step) =>
          html`<li>
            <a href="/khai-bao#${step}" data-route="in" aria-current=${step === now ? 'step' : nothing}
              >${sectionTitle(step)}${complete(step) ? iconCheck() : nothing}</a
            >
          </li>`,
      )}
    </ol>`;
  }

  /** Whether something was answered there and nothing required is open. */
  function complete(step: string): boolean {
    const fields = fieldsOf(spec, step);
    return fields.some(({ name }) => answers()[name] !== undefined) && missing(fields, answers()).length === 0;
  }

  function notices(): TemplateResult {
    const correcting = draft.supersedes !== undefined && draft.supersedesMadeAt !== undefined;
    return html`
      ${correcting
        ? html`<div class="notice"><p>${t('form.correcting', { at: formatInstant(draft.supersedesMadeAt ?? 0) })}</p></div>`
        : nothing}
      ${offered
        ? html`<div class="notice warm" role="status">
            <div>
              <p>${t('form.restore', { at: formatInstant(offered.savedAt) })}</p>
              <button class="link-button" type="button" @click=${() => offered && adopt(offered)}>
                ${t('form.restoreDo')}
              </button>
            </div>
          </div>`
        : nothing}
      ${notice === 'restored'
        ? html`<div class="notice" role="status">
            ${iconCheck()}
            <div>
              <p>${t('form.restored', { at: formatInstant(restoredAt) })}</p>
              <button class="link-button" type="button" @click=${() => ask(true)}>${t('form.restart')}</button>
            </div>
          </div>`
        : nothing}
      ${notice === 'copied'
        ? html`<div class="notice" role="status">${iconCheck()}<p>${t('household.copied')}</p></div>`
        : nothing}
      ${notice === 'scanned'
        ? html`<div class="notice" role="status">${iconCheck()}<p>${t('scan.filled')}</p></div>`
        : nothing}
    `;
  }

  function ask(open: boolean): void {
    asksRestart = open;
    draw();
    requestAnimationFrame(() => root.querySelector<HTMLElement>(open ? '.restart-sure' : '.restart-ask')?.focus());
  }

  function restartPart(): TemplateResult {
    const state = { keeping: t('form.keeping'), kept: t('form.kept'), failed: t('form.notKept') };
    return html`<div class="no-print">
      <p class="kept" role="status">${dirty && keeping ? state[keeping] : nothing}</p>
      ${asksRestart
        ? html`<div class="notice warm restart-sure" tabindex="-1">
            <div>
              <p>${t('form.restartSure')}</p>
              <div class="actions">
                <button class="button danger" type="button" @click=${restart}>${t('form.restartYes')}</button>
                <button class="button second" type="button" @click=${() => ask(false)}>${t('form.restartNo')}</button>
              </div>
            </div>
          </div>`
        : dirty
          ? html`<button class="link-button restart-ask" type="button" @click=${() => ask(true)}>
              ${t('form.restart')}
            </button>`
          : nothing}
    </div>`;
  }

  function summaryBox(name: string): TemplateResult | typeof nothing {
    const here = name === LAST ? troubles.filter((trouble) => !trouble.warning) : errorsIn(name);
    const elsewhere = name === LAST ? others.filter((other) => other.person !== draft.at) : [];
    if (here.length + elsewhere.length === 0) return nothing;
    return html`<div class="summary" role="alert" tabindex="-1" aria-labelledby="summary-title">
      <h2 id="summary-title">${t('form.errors')}</h2>
      <ul>
        ${here.map(
          (trouble) =>
            html`<li>
              <a href="#${idOf(trouble.field)}" @click=${(event: Event) => jump(event, trouble.field, sectionOf(trouble.field))}
                >${labelOf(trouble.field)} – ${ruleText(trouble.rule, trouble.params)}</a
              >
            </li>`,
        )}
        ${elsewhere.map(({ person: index, troubles: theirs }) => {
          const first = theirs[0]?.field ?? '';
          const each = draft.people[index];
          return html`<li>
            <a href="#${idOf(first)}" @click=${(event: Event) => jump(event, first, sectionOf(first), index)}
              >${t('household.wrong', { name: each ? nameOf(each, index) : '', n: theirs.length })}</a
            >
          </li>`;
        })}
      </ul>
    </div>`;
  }

  function labelOf(path: string): string {
    const inner = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(path);
    if (!inner) return t.maybe(`declaration.${path}`) ?? path;
    const item = t('declaration.places.item', { n: Number(inner[2]) + 1 });
    return `${item}, ${t.maybe(`declaration.${inner[1]}.${inner[3]}`) ?? inner[3]}`;
  }

  function questionPage(name: string): TemplateResult {
    const hint = t.maybe(`declaration.section.${name}.hint`);
    return html`
      <h1 tabindex="-1">${sectionTitle(name)}</h1>
      ${draft.people.length > 1 ? html`<p class="soft">${nameOf(person(), draft.at)}</p>` : nothing}
      ${hint ? html`<p class="hint">${hint}</p>` : nothing}
      ${name === steps[0]
        ? html`<div class="card scan-offer">
            ${scanning
              ? html`<button class="link-button" type="button" @click=${closeScan}>${iconClose()} ${t('scan.close')}</button>`
              : html`<button class="button second" type="button" @click=${() => void scanCard()}>
                  ${iconScan()} ${t('scan.button')}
                </button>`}
            <p class="hint">${t('scan.hint')}</p>
            <div class="scan-place"></div>
          </div>`
        : nothing}
      <form novalidate autocomplete="on" @submit=${(event: Event) => void next(event)}>
        ${name === 'travel' ? sameTravel() : nothing} ${questions(fieldsOf(spec, name), asking)}
        <div class="actions">
          <button class="button" type="submit">${t('form.continue')}</button>
        </div>
      </form>
    `;
  }

  /** For a further person of a household who has not answered yet. */
  function sameTravel(): TemplateResult | typeof nothing {
    const first = draft.people[0]?.answers;
    if (draft.at === 0 || first?.['travelled'] === undefined || answers()['travelled'] !== undefined) return nothing;
    const places = first['travelled'] === true && Array.isArray(first['places']) ? first['places'].length : 0;
    const copy = (): void => {
      for (const field of TRAVEL) if (first[field] !== undefined) setAnswer(field, structuredCopy(first[field]));
      requestAnimationFrame(() => root.querySelector<HTMLElement>('main form input:checked')?.focus());
    };
    return html`<button class="button second same-travel" type="button" @click=${copy}>
      ${places > 0 ? t('household.samePlaces', { n: places }) : t('household.sameNone')}
    </button>`;
  }

  function lastPage(): TemplateResult {
    const several = draft.people.length > 1;
    return html`
      <h1 tabindex="-1">${t('form.check')}</h1>
      <p>${t('form.checkLead')}</p>
      ${several ? html`<h2>${nameOf(person(), draft.at)}</h2>` : nothing}
      ${steps.filter((step) => step !== LAST).map(answersOf)}
      ${draft.supersedes ? nothing : householdPart()}
      <form novalidate @submit=${send}>
        ${questions(fieldsOf(spec, LAST).filter(({ name }) => name !== 'legalAccepted'), asking)}
        <div class="legal">
          <h2>${t('legal.title')}</h2>
          <p>${t('legal.text')}</p>
        </div>
        ${questions(fieldsOf(spec, LAST).filter(({ name }) => name === 'legalAccepted'), asking)}
        ${positionLost ? html`<p class="hint">${t('form.positionNone')}</p>` : nothing}
        ${failure ? html`<div class="notice bad" role="alert">
              <p>${t(`form.${failure}`)}${failureRule ? html`<br />${ruleText(failureRule)}` : nothing}</p>
            </div>` : nothing}
        <div class="actions">
          <button class="button" type="submit" ?disabled=${sending}>
            ${sending ? t('form.sending') : several ? t('form.sendAll', { n: draft.people.length }) : t('form.send')}
          </button>
        </div>
      </form>
    `;
  }

  function answersOf(name: string): TemplateResult {
    return html`<section>
      <div class="head-row">
        <h2>${sectionTitle(name)}</h2>
        <a class="back" href="/khai-bao#${name}" data-route="in"
          >${t('form.change')}<span class="visually-hidden"> – ${sectionTitle(name)}</span></a
        >
      </div>
      ${answerList(spec, name, answers())}
    </section>`;
  }

  function householdPart(): TemplateResult {
    return html`<section class="card">
      <h2 id="household-title" tabindex="-1">${t('household.title')}</h2>
      ${draft.people.length > 1
        ? html`<ul class="household">
            ${draft.people.map(
              (each, index) =>
                html`<li>
                  <b>${nameOf(each, index)}</b>
                  ${index === draft.at
                    ? nothing
                    : html`<button class="link-button" type="button" @click=${() => editPerson(index)}>
                        ${t('household.edit')}<span class="visually-hidden"> ${nameOf(each, index)}</span>
                      </button>`}
                  ${index === 0 || each.sent
                    ? nothing
                    : html`<button class="link-button" type="button" @click=${() => removePerson(index)}>
                        ${t('household.remove')}<span class="visually-hidden"> ${nameOf(each, index)}</span>
                      </button>`}
                </li>`,
            )}
          </ul>`
        : nothing}
      ${removed
        ? html`<p role="status">
            ${t('household.removed', { name: nameOf(removed.person, removed.index) })}
            <button class="link-button household-undo" type="button" @click=${putBack}>${t('household.undo')}</button>
          </p>`
        : nothing}
      <p>${t('household.help')}</p>
      <button class="button second" type="button" @click=${addPerson}>${iconPlus()} ${t('household.add')}</button>
    </section>`;
  }

  // ---- life ----------------------------------------------------------------------------------------------------

  let gone = false;
  let isDropped = false;
  let path = here();
  const leavePlace = onPlace((place) => {
    if (place.path !== path.path) return;
    const moved = place.fragment !== path.fragment;
    path = place;
    if (!moved) return;
    closeScan();
    if (!attempted.has(section())) summary = false;
    if (notice === 'restored' || notice === 'scanned') notice = null;
    if (dirty) changed();
    void check();
    draw();
    if (document.activeElement?.closest('form, .summary') === null || !summary) {
      scrollTo(0, 0);
      root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    }
  });
  const leaveLanguage = onLanguage(draw);
  const onHide = (): void => {
    if (document.visibilityState === 'hidden') void store.flush();
  };
  document.addEventListener('visibilitychange', onHide);
  addEventListener('pointerdown', press, true);
  addEventListener('pointerup', release, true);
  addEventListener('pointercancel', release, true);
  addEventListener('pagehide', onHide);

  const mirrored = store.mirrored();
  if (mirrored) adopt(mirrored);
  core.ready.then(
    () => {
      coreOpen = true;
      void check();
    },
    () => undefined,
  );
  if (!mirrored) {
    store.late().then(
      (found) => {
        if (!found || gone) return;
        if (dirty) offered = found;
        else adopt(found);
        draw();
      },
      () => undefined,
    );
  }
  void provinces().catch(() => undefined);
  void check();
  draw();

  function stop(): void {
    scanning?.close();
    gone = true;
    clearTimeout(checkTimer);
    leavePlace();
    leaveLanguage();
    document.removeEventListener('visibilitychange', onHide);
    removeEventListener('pointerdown', press, true);
    removeEventListener('pointerup', release, true);
    removeEventListener('pointercancel', release, true);
    removeEventListener('pagehide', onHide);
  }

  return {
    leave: async () => {
      const sent = underWay;
      stop();
      await sent;
      await store.flush();
      store.close();
    },
    drop: () => {
      isDropped = true;
      store.close();
      stop();
    },
  };
}

function sameBody(one: object, other: object): boolean {
  // The core writes the keys of places in their order too.
  const canonical = (value: object): string =>
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    );
  return canonical(one) === canonical(other);
}

/** A copy that shares nothing; answers are plain data. */
function structuredCopy<T extends Answer>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T; // what was parsed is what was written
}
