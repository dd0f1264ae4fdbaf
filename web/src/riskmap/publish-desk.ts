/** From a calculation to what is public, for one province: what is known of it, what an officer is preparing, and what became of what was sent. */

import { CoreError, isForbidden, type Violation } from '../core/facade';
import { focusOn } from './focus';
import type { PanelContext } from './panels';
import {
  bodyOf,
  changesOf,
  inForceOn,
  obstacleOf,
  readCalculated,
  readDesk,
  readPublished,
  type Calculated,
  type Desk,
  type LevelChange,
  type Obstacle,
  type OverrideRow,
  type Proposal,
  type Publication,
} from './publish-model';
import { tellPublished } from './publish-public';
import type { Level } from './model';
import { loadTexts, refusalOf, t, wordsOf } from './publish-text';
import { sendRecord, type Outcome } from './send-record';

/** hidden: not for this account, or nobody is signed in. */
export type DeskState = 'hidden' | 'ready' | 'failed' | 'offline' | 'choose';
export type Asking = { what: 'send' } | { what: 'approve'; record: string };

export interface UnitName {
  code: string;
  name: string;
  /** The district of a commune. */
  under: string;
}

/** What one officer prepares; it stays while they look at another province. */
export interface Draft {
  calculated: Calculated;
  /** What is public of that day; null: nothing. */
  published: Map<string, Level | null> | null;
  rows: OverrideRow[];
  removed: { at: number; row: OverrideRow } | null;
  violations: Violation[];
  touched: Set<string>;
}

const PAUSE_MS = 250;
const SYSTEM = 'riskmap';

export class PublishDesk {
  state: DeskState = 'hidden';
  province: { code: string; name: string } | null = null;
  desk: Desk | null = null;
  /** Provinces to choose from, at the country. */
  choices: readonly { code: string; name: string }[] = [];
  names = new Map<string, UnitName>();
  busy: 'calculate' | 'send' | null = null;
  asking: Asking | null = null;
  said = '';
  wrong = '';
  readonly words = new Map<string, string>();
  isWhole = false;

  private readonly drafts = new Map<string, Draft>();
  private nextKey = 1;
  private turn = 0;
  private checkTurn = 0;
  private timer = 0;
  /** Of whom this is; what is under way for another comes to nothing. */
  private who = 0;
  private gone = false;
  private readonly offs: (() => void)[];

  constructor(readonly context: PanelContext) {
    const { core, state } = context;
    this.offs = [
      state.subscribe((now, before) => {
        if (now.unit !== before.unit) void this.load();
        else if (now.day !== before.day) this.context.redraw();
      }),
      core.session.subscribe(() => {
        this.forget();
        void this.load();
      }),
    ];
    const online = (): void => void this.load();
    for (const event of ['online', 'offline']) {
      addEventListener(event, online);
      this.offs.push(() => removeEventListener(event, online));
    }
    void this.load();
  }

  dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
    for (const off of this.offs) off();
  }

  get day(): string {
    return this.context.state.now.day ?? '';
  }

  get draft(): Draft | null {
    return (this.province && this.drafts.get(this.province.code)) ?? null;
  }

  /** What is public on the day that is shown. */
  get inForce(): Publication | null {
    return this.desk ? inForceOn(this.desk.history, this.day) : null;
  }

  get draftChanges(): LevelChange[] {
    const { draft } = this;
    return draft ? changesOf(draft.calculated, draft.published, draft.rows) : [];
  }

  obstacle(proposal: Proposal): Obstacle | null {
    return this.desk ? obstacleOf(proposal, this.desk, this.state === 'ready') : 'offline';
  }

  nameOf(code: string): string {
    return this.names.get(code)?.name ?? code;
  }

  /** What the last account saw and typed is nothing to the next one. */
  private forget(): void {
    this.who += 1;
    this.turn += 1;
    this.drafts.clear();
    this.words.clear();
    this.desk = null;
    this.province = null;
    this.choices = [];
    this.asking = this.busy = null;
    this.said = this.wrong = '';
    this.isWhole = false;
    this.state = 'hidden';
    this.context.redraw();
  }

  private redraw(): void {
    if (!this.gone) this.context.redraw();
  }

  // ---- what is known

  async load(): Promise<void> {
    const turn = ++this.turn;
    const isStale = (): boolean => turn !== this.turn || this.gone;
    const { core, state } = this.context;
    const { unit } = state.now;
    const me = await core.session.me().catch(() => core.session.remembered().catch(() => null));
    if (isStale()) return;
    if (!me || me.grants.length === 0) return this.hide();
    await loadTexts();
    const code = await this.provinceOf(unit);
    if (isStale()) return;
    if (code === null) return this.loadChoices(me.grants.map((grant) => grant.unit), isStale);
    if (this.province?.code !== code) {
      this.province = { code, name: code };
      this.desk = null;
      this.asking = null;
      this.said = this.wrong = '';
      this.isWhole = false;
      this.state = 'hidden'; // until it is known whether it is for this account
      this.redraw();
    }
    try {
      const { answer, from } = await core.askFrom<unknown>('riskmap.proposals', { unit: code });
      if (isStale()) return;
      // The tables of this device have neither all figures nor all proposals: they say who may, and no more.
      this.state = from === 'server' ? 'ready' : 'offline';
      if (from === 'server') this.desk = readDesk(answer);
    } catch (error) {
      if (isStale()) return;
      if (isForbidden(error)) return this.hide();
      this.state = error instanceof CoreError && error.code === 'offline' ? 'offline' : 'failed';
    }
    this.redraw();
    void this.learnNames(code);
  }

  private hide(): void {
    this.desk = null;
    this.state = 'hidden';
    this.redraw();
  }

  /** Null for the country. */
  private async provinceOf(unit: string): Promise<string | null> {
    if (unit === '') return null;
    if (unit.length === 2) return unit;
    const found = await this.context.core.unit(unit).catch(() => null);
    return found?.path.split('/').find((part) => /^\d{2}$/.test(part)) ?? null;
  }

  /** Of the units that somebody was granted, the provinces whose proposals they are told. */
  private async loadChoices(granted: readonly string[], isStale: () => boolean): Promise<void> {
    this.province = null;
    this.desk = null;
    const { core } = this.context;
    const all: { code: string; name: string }[] = await core.unitChildren('VN').catch(() => []); // without names there are codes
    if (isStale()) return;
    const ofNation = granted.includes('VN');
    const own = [...new Set(granted.filter((unit) => /^\d{2}$/.test(unit)))];
    const may = async (unit: string | undefined): Promise<boolean> => {
      if (unit === undefined) return false;
      try {
        await core.ask('riskmap.proposals', { unit });
        return true;
      } catch (error) {
        return !isForbidden(error); // told when the province is opened
      }
    };
    // Whoever may for one province of the country may for all of them.
    const found = ofNation && (await may(all[0]?.code)) ? all : [];
    const others = found.length > 0 ? [] : await Promise.all(own.map(async (code) => ((await may(code)) ? [{ code, name: all.find((each) => each.code === code)?.name ?? code }] : [])));
    if (isStale()) return;
    this.choices = [...found, ...others.flat()];
    this.state = this.choices.length > 0 ? 'choose' : 'hidden';
    this.redraw();
  }

  private async learnNames(province: string): Promise<void> {
    if (this.names.has(province)) {
      if (this.province?.code === province) this.province.name = this.nameOf(province);
      return this.redraw();
    }
    const { core } = this.context;
    try {
      const [own, districts] = await Promise.all([core.unit(province), core.unitChildren(province)]);
      const communes = await Promise.all(districts.map(async ({ code, name }) => (await core.unitChildren(code)).map((each) => ({ ...each, under: name }))));
      if (this.gone) return;
      this.names.set(province, { code: province, name: own.name, under: '' });
      for (const { code, name, under } of [...districts.map((each) => ({ ...each, under: '' })), ...communes.flat()]) this.names.set(code, { code, name, under });
      if (this.province?.code === province) this.province.name = own.name;
    } catch (error) {
      if (this.province?.code !== province) return;
      this.wrong = t('names.failed', { why: wordsOf(error) });
    }
    this.redraw();
  }

  // ---- preparing

  /** Calculates anew from the figures of now; overrides that were typed stay. */
  async calculate(): Promise<void> {
    const { province, day, who } = this;
    if (!province || this.busy) return;
    this.busy = 'calculate';
    this.asking = null;
    this.said = this.wrong = '';
    this.redraw();
    try {
      const { core } = this.context;
      const [made, isPublic] = await Promise.all([
        core.askFrom<unknown>('riskmap.proposal', { unit: province.code, day }),
        core.askFrom<unknown>('riskmap.published', { unit: province.code, day }),
      ]);
      if (who !== this.who || this.gone) return;
      if (made.from !== 'server' || isPublic.from !== 'server') throw new CoreError({ code: 'offline', rule: '', detail: '' });
      const calculated = readCalculated(made.answer);
      const published = readPublished(isPublic.answer).units;
      const before = this.drafts.get(province.code);
      this.drafts.set(province.code, {
        calculated,
        published: published.size === 0 ? null : new Map([...published].map(([unit, { level }]) => [unit, level])),
        rows: before?.rows ?? [],
        removed: before?.removed ?? null,
        violations: [],
        touched: before?.touched ?? new Set(),
      });
      if ((before?.rows.length ?? 0) > 0) this.checkSoon();
    } catch (error) {
      if (who !== this.who || this.gone) return;
      this.wrong = wordsOf(error);
    }
    this.busy = null;
    this.redraw();
    focusOn(this.wrong ? '.publish-said' : '#publish-draft-title');
  }

  dropDraft(): void {
    if (this.province) this.drafts.delete(this.province.code);
    this.asking = null;
    this.redraw();
    focusOn('[data-do="calculate"]');
  }

  addRow(): void {
    const { draft } = this;
    if (!draft) return;
    const key = this.nextKey++;
    draft.rows.push({ key, unit: '', level: '', reason: '', documentNumber: '' });
    this.asking = null;
    this.checkSoon();
    this.redraw();
    focusOn(`#publish-${key}-unit`);
  }

  removeRow(key: number): void {
    const { draft } = this;
    const at = draft?.rows.findIndex((row) => row.key === key) ?? -1;
    const [row] = at < 0 ? [] : (draft?.rows.splice(at, 1) ?? []);
    if (!draft || !row) return;
    draft.removed = { at, row };
    this.asking = null;
    this.checkSoon();
    this.redraw();
    focusOn('[data-do="restore"]');
  }

  /** Brings back the row that was removed last. */
  restoreRow(): void {
    const { draft } = this;
    if (!draft?.removed) return;
    const { at, row } = draft.removed;
    draft.rows.splice(at, 0, row);
    draft.removed = null;
    this.checkSoon();
    this.redraw();
    focusOn(`#publish-${row.key}-unit`);
  }

  setField(row: OverrideRow, field: 'unit' | 'level' | 'reason' | 'documentNumber', value: string): void {
    row[field] = value;
    const { draft } = this;
    // What was wrong with the value before is not said of this one.
    if (draft) draft.violations = draft.violations.filter((each) => each.field !== `overrides[${draft.rows.indexOf(row)}].${field}`);
    this.asking = null;
    this.checkSoon();
    this.redraw();
  }

  touch(row: OverrideRow, field: string): void {
    this.draft?.touched.add(`${row.key} ${field}`);
    queueMicrotask(() => this.redraw());
  }

  /** What the core has against a field of a row, once somebody has been there. */
  violationOf(row: OverrideRow, field: string): Violation | null {
    const { draft } = this;
    if (!draft?.touched.has(`${row.key} ${field}`)) return null;
    return draft.violations.find((each) => each.field === `overrides[${draft.rows.indexOf(row)}].${field}`) ?? null;
  }

  private checkSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), PAUSE_MS);
  }

  private async check(): Promise<void> {
    const { draft, province } = this;
    if (!draft || !province) return;
    const turn = ++this.checkTurn;
    try {
      const found = await this.context.core.check(SYSTEM, 'proposal', 1, bodyOf(draft.calculated, draft.rows), { unit: province.code, byOfficial: true });
      if (turn !== this.checkTurn || this.gone) return;
      draft.violations = found.filter(({ warning }) => !warning);
    } catch {
      if (turn !== this.checkTurn || this.gone) return;
      draft.violations = []; // asked again when it is sent
    }
    this.redraw();
  }

  // ---- sending

  /** Shows what would be done, to be confirmed; null: it is not done after all. */
  async ask(asking: Asking | null): Promise<void> {
    const before = this.asking;
    this.said = this.wrong = '';
    const { draft, who } = this;
    if (asking?.what === 'send' && draft) {
      clearTimeout(this.timer);
      for (const row of draft.rows) for (const field of ['unit', 'level', 'reason', 'documentNumber']) draft.touched.add(`${row.key} ${field}`);
      await this.check();
      if (who !== this.who || this.gone || draft !== this.draft) return;
      if (draft.violations.length > 0) {
        this.wrong = t('draft.wrong', { n: draft.violations.length });
        this.redraw();
        return focusOn('.publish-overrides [aria-invalid="true"]', '.publish-said');
      }
    }
    this.asking = asking;
    this.redraw();
    if (asking) focusOn('.publish-confirm h4');
    else if (before) focusOn(before.what === 'send' ? '[data-do="send"]' : `[data-proposal="${before.record}"] [data-do="approve"]`);
  }

  async confirmed(): Promise<void> {
    const { asking, province, draft, desk } = this;
    if (!asking || !province || this.busy) return;
    const proposal = asking.what === 'approve' ? desk?.proposals.find(({ record }) => record === asking.record) : undefined;
    this.busy = 'send';
    this.said = this.wrong = '';
    this.redraw();
    if (asking.what === 'send' && draft) {
      await this.finish(province.code, 'proposal', 1, bodyOf(draft.calculated, draft.rows), () => {
        this.drafts.delete(province.code);
        return t('sent.proposal', { name: province.name });
      });
    } else if (proposal) {
      const body = { unit: province.code, day: proposal.day, proposal: proposal.record };
      await this.finish(province.code, 'publication', 2, body, () => t('sent.publication', { name: province.name }));
    } else {
      this.busy = null;
    }
  }

  private async finish(unit: string, kind: 'proposal' | 'publication', version: number, body: Record<string, unknown>, taken: () => string): Promise<void> {
    const { who } = this;
    const isMine = (): boolean => who === this.who && !this.gone;
    try {
      const outcome = await this.send(unit, kind, version, body, isMine);
      if (kind === 'publication' && outcome?.is === 'received') tellPublished();
      if (!outcome || !isMine()) return;
      if (outcome.is === 'refused') this.wrong = refusalOf(outcome.rule);
      else if (outcome.is === 'queued') this.wrong = t('sent.waiting');
      else this.said = taken();
    } catch (error) {
      if (!isMine()) return;
      this.wrong = wordsOf(error);
    }
    this.busy = null;
    this.asking = null;
    this.redraw();
    focusOn('.publish-said');
    await this.load();
  }

  /** Null when somebody else is signed in by now: nothing goes in the name of another. */
  private async send(unit: string, kind: string, version: number, body: Record<string, unknown>, isMine: () => boolean): Promise<Outcome | null> {
    const { core } = this.context;
    if (!navigator.onLine) throw new CoreError({ code: 'offline', rule: '', detail: '' });
    if (!isMine()) return null;
    return sendRecord(core, SYSTEM, kind, version, body, { unit });
  }
}
