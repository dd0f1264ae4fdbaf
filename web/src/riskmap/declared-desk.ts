/** What was announced of the level of one unit, and what an official is announcing there: one for both panels of the page. */

import { DeclareForm, type DeclareFormEnds, type Place, type Purpose } from './declare-form';
import { readDeclaredAnswer, type DeclaredAnswer } from './declared-model';
import { loadTexts, t } from './declared-text';
import { focusOn } from './focus';
import type { PanelContext } from './panels';
import { outcomeOf } from './send-record';
import type { UnitRow } from './units-model';
import { ruleText } from '../declaration/text';

export class DeclaredDesk {
  /** Of the unit and day that are shown; null until it came. */
  answer: DeclaredAnswer | null = null;
  state: 'none' | 'loading' | 'ready' | 'failed' = 'none';
  /** The answer is that of this device alone. */
  isOffline = false;
  said = '';
  wrong = '';
  isReady = false;
  /** Records of this device that wait to be sent. */
  waiting = new Set<string>();

  /** What was typed stays while somebody looks at another unit. */
  private readonly forms = new Map<string, DeclareForm>();
  private name = '';
  /** Unit and day of the answer. */
  private of = '';
  private turn = 0;
  /** Counts the people who were here one after the other. */
  private who = 0;
  private isSettling = false;
  private gone = false;
  private readonly offs: (() => void)[];

  constructor(readonly context: PanelContext) {
    const { core, state } = context;
    this.offs = [
      state.subscribe((now, before) => {
        if (now.playing) return;
        const isOther = now.unit !== before.unit || now.selected !== before.selected;
        if (isOther) this.said = this.wrong = '';
        if (isOther || now.day !== before.day || before.playing) void this.load();
      }),
      core.session.subscribe(() => {
        this.forget();
        void this.load();
      }),
      core.outbox.subscribe(() => void this.settle()),
    ];
    void loadTexts().then(() => {
      this.isReady = true;
      this.redraw();
    });
    void this.load();
  }

  dispose(): void {
    if (this.gone) return;
    this.gone = true;
    for (const form of this.forms.values()) form.dispose();
    for (const off of this.offs) off();
  }

  /** The unit that is chosen, else the one whose parts are shown. */
  get unit(): string | null {
    const { selected, unit } = this.context.state.now;
    return selected ?? (unit || null);
  }

  get form(): DeclareForm | null {
    return (this.unit !== null && this.forms.get(this.unit)) || null;
  }

  /** The unit as the list has it. */
  get row(): UnitRow | null {
    const rows = this.context.rows();
    return [...(rows?.units ?? []), ...(rows?.own ? [rows.own] : [])].find(({ unit }) => unit === this.unit) ?? null;
  }

  /** Where an official may announce a level; null: not here, or not by this account. */
  get place(): Place | null {
    const { answer } = this;
    if (!answer || answer.recordUnit === null) return null;
    return { unit: answer.unit, name: this.row?.name || this.name || answer.unit, recordUnit: answer.recordUnit };
  }

  private redraw(): void {
    if (!this.gone) this.context.redraw();
  }

  /** What the last account saw and typed is nothing to the next one. */
  private forget(): void {
    this.who += 1;
    for (const form of this.forms.values()) form.dispose();
    this.forms.clear();
    this.waiting.clear();
    this.answer = null;
    this.of = this.said = this.wrong = '';
    this.redraw();
  }

  async load(): Promise<void> {
    const turn = ++this.turn;
    const isStale = (): boolean => turn !== this.turn || this.gone;
    const { unit } = this;
    const { day } = this.context.state.now;
    if (unit === null || day === null) {
      this.answer = null;
      this.of = '';
      this.state = 'none';
      return this.redraw();
    }
    if (this.of !== `${unit} ${day}`) {
      // What was announced of another unit or day is not said of this one.
      this.of = `${unit} ${day}`;
      this.answer = null;
    }
    if (!this.answer) this.state = 'loading';
    this.redraw();
    const { core } = this.context;
    try {
      const [{ answer, from }, found] = await Promise.all([core.askFrom<unknown>('riskmap.declared', { unit, day }), core.unit(unit).catch(() => null)]);
      const read = readDeclaredAnswer(answer);
      const waiting = read.recordUnit === null ? [] : await this.queued();
      if (isStale()) return;
      this.answer = read;
      this.name = found?.name ?? '';
      this.isOffline = from === 'device';
      for (const id of waiting) this.waiting.add(id);
      this.state = 'ready';
    } catch {
      if (isStale()) return;
      this.answer = null;
      this.state = 'failed';
    }
    this.redraw();
  }

  private async queued(): Promise<string[]> {
    const mine = await this.context.core.mine().catch(() => []);
    return mine.filter(({ kind, state }) => kind === 'declared_level' && state === 'queued').map(({ id }) => id);
  }

  /** Tells what became of records that waited, when the outbox has moved. */
  private async settle(): Promise<void> {
    if (this.isSettling || this.waiting.size === 0) return;
    this.isSettling = true;
    let isMoved = false;
    for (const id of [...this.waiting]) {
      const outcome = await outcomeOf(this.context.core, id);
      if (!outcome || outcome.is === 'queued' || this.gone || !this.waiting.delete(id)) continue;
      isMoved = true;
      if (outcome.is === 'refused') this.wrong = t('failed.later', { why: ruleText(outcome.rule) });
      else this.said = t('said.sent');
    }
    this.isSettling = false;
    if (isMoved) await this.refresh();
  }

  /** The map, its list and what is said here, from what is recorded by now. */
  private async refresh(): Promise<void> {
    if (this.gone) return;
    this.context.reload();
    await this.load();
  }

  // ---- recording

  open(purpose: Purpose): void {
    const { place } = this;
    if (!place) return;
    this.close(place.unit);
    this.said = this.wrong = '';
    const form: DeclareForm = new DeclareForm(this.context, place, purpose, this.endsOf(place, purpose, () => this.forms.get(place.unit) === form));
    this.forms.set(place.unit, form);
    this.redraw();
    focusOn('#declared-form-title');
  }

  private endsOf({ unit }: Place, { is, old }: Purpose, isOpen: () => boolean): DeclareFormEnds {
    const { who } = this;
    return {
      done: (sent) => {
        if (this.gone || who !== this.who) return; // somebody else is here by now
        const isShown = isOpen() && unit === this.unit;
        if (isOpen()) this.close(unit);
        if (!sent) {
          this.redraw();
          return focusOn(old ? `[data-declared="${old.record}"] [data-do="${is}"]` : '[data-do="declare"]');
        }
        const { outcome, words } = sent;
        if (outcome.is === 'queued') {
          this.waiting.add(outcome.id);
          void this.settle(); // it may have been received a moment ago
        }
        this.said = outcome.is === 'queued' ? t('said.queued') : words;
        this.wrong = '';
        this.redraw();
        if (isShown) focusOn('.declared-said');
        // Without a network the map keeps what it shows: this device has not the figures of the other units.
        if (outcome.is === 'received') void this.refresh();
        else void this.load();
      },
      failedAway: (why) => {
        if (who !== this.who) return;
        this.wrong = why;
        this.redraw();
      },
    };
  }

  private close(unit: string): void {
    this.forms.get(unit)?.dispose();
    this.forms.delete(unit);
  }
}
