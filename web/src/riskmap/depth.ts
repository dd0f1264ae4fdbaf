/**
 * How far down the map looks at once: provinces, all districts, all communes. It is for whoever may see the counts below; the core says who that
 * is, and to others it is said here why it is not there.
 */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Core } from '../core/facade';
import { isForbidden } from '../core/wire';
import type { UnitLevel } from '../map/overlay';
import { dayText } from './model';
import { depthsBelow, shownLevel, type StateStore } from './state';
import { t } from './text';
import { levelBelow } from './units-model';

/** Whether the counts below a unit are for whoever asks. */
type Access = 'unasked' | 'open' | 'closed';

export class DepthChooser {
  private access: Access = 'unasked';
  /** Of which unit; counts the persons too, since an answer to one is none to the next. */
  private asked: { key: string; answer: Promise<boolean> } | null = null;
  private person = 0;

  constructor(
    private readonly core: Core,
    private readonly state: StateStore,
    private readonly redraw: () => void,
  ) {}

  /** Whether all units of a level may be shown below the unit of the page; asks the core once. Throws when it could not be asked. */
  may(): Promise<boolean> {
    const { unit } = this.state.now;
    const key = `${this.person} ${unit}`;
    if (this.asked?.key === key) return this.asked.answer;
    const answer = this.ask(unit);
    this.asked = { key, answer };
    answer.then(
      (isOpen) => this.learned(key, isOpen ? 'open' : 'closed'),
      () => this.asked?.key === key && (this.asked = null), // asked again next time
    );
    return answer;
  }

  /** For the chooser: who is signed in is asked about; nobody else may, and a question for each visitor would be in vain. */
  async look(): Promise<void> {
    const { person } = this;
    this.access = 'unasked';
    const kept = await this.core.session.remembered().catch(() => null);
    if (person !== this.person || this.access !== 'unasked') return;
    if ((kept?.grants.length ?? 0) === 0) {
      this.access = 'closed';
      this.redraw();
    } else {
      await this.may().catch(() => undefined);
    }
  }

  /** Somebody signed in or out. */
  forget(): void {
    this.person += 1;
    this.access = 'unasked';
  }

  draw(): TemplateResult | typeof nothing {
    const { now } = this.state;
    const [first, ...deeper] = depthsBelow(now.unit);
    if (first === undefined || deeper.length === 0) return nothing;
    const shown = shownLevel(now);
    const choose = (level: UnitLevel): void => this.state.setDepth(level === first ? null : level);
    return html`<fieldset class="risk-choices units-depth no-print">
      <legend>${t('depth.title')}</legend>
      ${[first, ...deeper].map(
        (level) =>
          html`<label class="risk-choice">
            <input
              type="radio"
              name="map-depth"
              value=${level}
              aria-describedby=${level !== first && this.access === 'closed' ? 'depth-closed' : nothing}
              ?disabled=${level !== first && this.access === 'closed'}
              .checked=${level === shown}
              @change=${() => choose(level)}
            />
            <span>${t(`depth.${level}`)}</span>
          </label>`,
      )}
      ${this.access === 'closed' ? html`<p class="soft small" id="depth-closed">${t('depth.closed')}</p>` : nothing}
    </fieldset>`;
  }

  private learned(key: string, access: Access): void {
    if (this.asked?.key !== key) return;
    this.access = access;
    this.redraw();
  }

  /** A day of counts of the level below: as little as the core answers. */
  private async ask(unit: string): Promise<boolean> {
    const day = this.state.now.day ?? dayText(Math.floor(Date.now() / 86_400_000));
    const level = levelBelow(unit) === 'province' ? 'district' : 'commune';
    try {
      await this.core.askFrom<unknown>('riskmap.counts', { ...(unit === '' ? {} : { unit }), level, measure: 'cases', from: day, until: day });
      return true;
    } catch (error) {
      if (isForbidden(error)) return false;
      throw error;
    }
  }
}
