/** The form in which an official records a zone or a place: drawn on the map or typed, judged by the core at every pause. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Violation } from '../core/facade';
import { iconPlus, iconWarn } from '../app/icons';
import { ruleText } from '../declaration/text';
import { JudgedForm, stay } from './judged-form';
import { worldAt, type LonLat } from '../map/mercator';
import { PLACE_TYPES, readDegrees, writeCorners, ZONE_LEVELS, ZONE_TYPES, type Place, type Zone } from './marks-model';
import { t } from './marks-text';
import type { PanelContext } from './panels';
import { sendRecord, wordsOf } from './send-record';
import type { ZoneDrawing } from './zone-drawing';

const MOST_CORNERS = 200;
const LONGEST_NAME = 120;
const LONGEST_TEXT = 500;
/** Of the codes of units. */
const DIGITS = { province: 2, district: 3, commune: 5 } as const;

/** A corner as it stands in the fields: what was typed need not be a number yet. */
interface Typed {
  latitude: string;
  longitude: string;
}

const typedOf = ({ latitude, longitude }: LonLat): Typed => ({ latitude: latitude.toFixed(6), longitude: longitude.toFixed(6) });
function cornerOf({ latitude, longitude }: Typed): LonLat | null {
  const [lat, lon] = [readDegrees(latitude), readDegrees(longitude)];
  return lat === null || lon === null ? null : { latitude: lat, longitude: lon };
}

export interface MarkFormEnds {
  /** With what to say when it was recorded, with "" when it was left. */
  done: (saved: string) => void;
  /** Why it was not recorded, when the form is no longer there to say it. */
  failedAway: (why: string) => void;
}

export class MarkForm extends JudgedForm {
  private corners: Typed[];
  private steps: Typed[][] = [];
  private isDragging = false;
  private drawing: ZoneDrawing | null = null;

  constructor(
    context: PanelContext,
    readonly of: 'zone' | 'place',
    private readonly old: Zone | Place | null,
    /** For a new one; "" when nothing is likely. */
    likelyUnit: string,
    private readonly ends: MarkFormEnds,
  ) {
    const { day } = context.state.now;
    const zone = old && 'ring' in old ? old : null;
    const place = old && 'at' in old ? old : null;
    super(context, 'mark', {
      unit: old?.unit ?? likelyUnit,
      type: old?.type ?? (of === 'zone' ? ZONE_TYPES[0] : PLACE_TYPES[0]),
      name: old?.name ?? '',
      from: old?.from ?? day ?? '',
      until: old?.until ?? '',
      ...(of === 'zone'
        ? { level: String(zone?.level ?? 4), documentNumber: zone?.documentNumber ?? '', reason: zone?.reason ?? '' }
        : { fromTime: place?.fromTime ?? '', untilTime: place?.untilTime ?? '', note: place?.note ?? '' }),
    });
    this.corners = (zone?.ring ?? (place ? [place.at] : [])).map(typedOf);
    void this.startDrawing();
    this.checkSoon();
  }

  override dispose(): void {
    super.dispose();
    this.drawing?.dispose();
  }

  private get system(): 'risk_zone' | 'risk_place' {
    return this.of === 'zone' ? 'risk_zone' : 'risk_place';
  }

  private get shapeField(): 'shape' | 'position' {
    return this.of === 'zone' ? 'shape' : 'position';
  }

  private async startDrawing(): Promise<void> {
    const map = this.context.map();
    if (!map) return;
    const { ZoneDrawing: Drawing } = await import('./zone-drawing');
    if (this.gone) return;
    this.drawing = new Drawing(map, this.of === 'zone' ? MOST_CORNERS : 1, this.whole(), (corners, isDone) => {
      // What a step goes back to is how it was before the drag.
      if (!this.isDragging) this.keepStep();
      this.isDragging = !isDone;
      this.corners = corners.map(typedOf);
      this.touched.add(this.shapeField);
      if (isDone) this.guessUnit(corners);
      this.checkSoon();
      this.context.redraw();
    });
    this.drawing.reveal();
  }

  /** The corners whose both fields are numbers. */
  private whole(): LonLat[] {
    return this.corners.map(cornerOf).filter((corner) => corner !== null);
  }

  /** As long as nobody chose: the unit in which the first corner lies, when the map shows units of that size. */
  private guessUnit([first]: LonLat[]): void {
    const code = first && this.unitAt(first);
    if (code && this.values['unit'] === '') this.values['unit'] = code;
  }

  private unitAt(corner: LonLat): string | null {
    const overlay = this.context.map()?.drawn;
    const unit = overlay?.pick(worldAt(corner)) ?? null;
    const level = this.levelShown();
    if (!overlay || unit === null || level === 'province') return null;
    return overlay.codeOf(level, unit) || null;
  }

  private levelShown(): 'province' | 'district' | 'commune' {
    const { unit } = this.context.state.now;
    return unit === '' ? 'province' : unit.length === 2 ? 'district' : 'commune';
  }

  /** The first corner outside of the chosen unit, where boundaries are surveyed; 0 when there is none. */
  private outside(): number {
    const map = this.context.map();
    if (!map || map.shapes?.isSchematic || this.values['unit']?.length !== DIGITS[this.levelShown()]) return 0;
    return this.whole().findIndex((corner) => this.unitAt(corner) !== this.values['unit']) + 1;
  }

  private keepStep(): void {
    this.steps.push(this.corners);
    if (this.steps.length > 500) this.steps.shift();
  }

  private setCorners(corners: Typed[]): void {
    this.keepStep();
    this.corners = corners;
    this.touched.add(this.shapeField);
    this.drawing?.show(this.whole());
    this.checkSoon();
    this.context.redraw();
  }

  private undo(): void {
    const before = this.steps.pop();
    if (!before) return;
    this.corners = before;
    this.drawing?.show(this.whole());
    this.checkSoon();
    this.context.redraw();
  }

  // ---- judging and sending

  private body(): Record<string, unknown> {
    const body: Record<string, unknown> = {};
    const isVisit = this.values['type'] === 'exposure';
    for (const field of Object.keys(this.values)) {
      const said = this.said(field);
      if (said === '' || ((field === 'fromTime' || field === 'untilTime') && !isVisit)) continue;
      body[field] = field === 'level' ? Number(said) : said;
    }
    const whole = this.whole();
    if (whole.length > 0) body[this.shapeField] = whole.length === this.corners.length ? writeCorners(whole) : '?';
    return body;
  }

  protected override judge(): Promise<Violation[]> {
    return this.context.core.check('places', this.system, 1, this.body(), { unit: this.values['unit'] ?? '', byOfficial: true });
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    this.trouble = '';
    this.touchAll([this.shapeField]);
    this.context.redraw();
    await this.check();
    const name = this.values['name'] ?? '';
    // Whoever pressed may have signed out meanwhile: nothing goes in the name of another.
    if (this.gone) return this.ends.failedAway(t('edit.notSent', { name }));
    if (this.violations.length > 0) return this.fail(t('edit.wrong', { n: this.violations.length }));
    const options = { unit: this.values['unit'] ?? '', ...(this.old ? { supersedes: this.old.record } : {}) };
    try {
      const outcome = await sendRecord(this.context.core, 'places', this.system, 1, this.body(), options);
      // What the server did not take is on no map.
      if (outcome.is === 'refused') return this.fail(t('edit.failed', { why: ruleText(outcome.rule) }));
    } catch (error) {
      return this.fail(t('edit.failed', { why: wordsOf(error) }));
    }
    this.ends.done(t('edit.saved', { name }));
  }

  private fail(why: string): void {
    if (this.gone) return this.ends.failedAway(why);
    this.tell(why);
  }

  // ---- drawing the form

  draw(units: readonly { code: string; name: string }[]): TemplateResult {
    const isZone = this.of === 'zone';
    const isVisit = this.values['type'] === 'exposure';
    const types = isZone ? ZONE_TYPES : PLACE_TYPES;
    const title = this.old
      ? t(isZone ? 'edit.zone' : 'edit.place', { name: this.old.name })
      : t(isZone ? 'edit.newZone' : 'edit.newPlace');
    const outside = this.outside();
    return html`<form class="judged-form no-print" novalidate @submit=${(event: Event) => void this.send(event)} aria-labelledby="mark-form-title">
      <h2 id="mark-form-title" tabindex="-1">${title}</h2>
      <p class="soft">${t(isZone ? 'edit.drawHelp' : 'edit.placeHelp')}</p>
      <div class="judged-fields">
        ${this.select('type', t('edit.type'), types.map((type): [string, string] => [type, t(`type.${type}`)]))}
        ${this.old ? nothing : this.select('unit', t('edit.unit'), [['', t('edit.unitNone')], ...units.map(({ code, name }): [string, string] => [code, name])])}
        ${this.input('name', t('edit.name'), 'text', LONGEST_NAME)}
        ${isZone ? this.select('level', t('edit.level'), ZONE_LEVELS.map((level): [string, string] => [String(level), t(`level.${level}`)])) : nothing}
        ${this.input('from', t('edit.from'), 'date')} ${isVisit ? this.input('fromTime', t('edit.fromTime'), 'time') : nothing}
        ${this.input('until', t('edit.until'), 'date')} ${isVisit ? this.input('untilTime', t('edit.untilTime'), 'time') : nothing}
        ${isZone ? this.input('documentNumber', t('edit.document'), 'text') : nothing}
      </div>
      ${this.area(isZone ? 'reason' : 'note', t(isZone ? 'edit.reason' : 'edit.note'), LONGEST_TEXT)}
      ${this.cornerFields()}
      ${outside > 0 ? html`<p class="error mild">${iconWarn()}<span>${t('edit.outside', { n: outside })}</span></p>` : nothing}
      ${this.troubleNotice()}
      <p class="soft small">${t('edit.public')}</p>
      <div class="judged-actions">
        <button class="button" type="submit" ?disabled=${this.isSending} @mousedown=${stay}>${t('edit.send')}</button>
        <button class="button second" type="button" ?disabled=${this.isSending} @click=${() => this.ends.done('')}>${t('edit.cancel')}</button>
      </div>
    </form>`;
  }

  private cornerFields(): TemplateResult {
    const isZone = this.of === 'zone';
    const rows = this.corners.length === 0 && !isZone ? [{ latitude: '', longitude: '' }] : this.corners;
    const typed = (at: number, change: Partial<Typed>): void => this.setCorners(rows.map((row, i) => (i === at ? { ...row, ...change } : row)));
    const field = (at: number, which: keyof Typed): TemplateResult => {
      const label = t(`edit.${which}`);
      const of = isZone ? `${t('edit.corner', { n: at + 1 })}: ${label}` : label;
      return html`<label class="mark-degrees">
        <span>${label}</span>
        <input class="input" inputmode="decimal" autocomplete="off" aria-label=${of} data-corner="${at}-${which}" .value=${rows[at]?.[which] ?? ''}
          @change=${(event: Event) => typed(at, { [which]: (event.target as HTMLInputElement).value })} />
      </label>`;
    };
    return html`<fieldset class="mark-corners">
      <legend class="label">${t(isZone ? 'edit.corners' : 'edit.position')} ${isZone ? html`<span class="optional">${t('edit.area', { n: rows.length })}</span>` : nothing}</legend>
      ${this.errorOf(this.shapeField)}
      <ol class=${isZone ? '' : 'single'}>
        ${rows.map(
          (_, at) => html`<li>
            ${field(at, 'latitude')} ${field(at, 'longitude')}
            ${isZone
              ? html`<button class="link-button" type="button" aria-label=${t('edit.removeCorner', { n: at + 1 })}
                  @click=${() => this.setCorners(rows.filter((_row, i) => i !== at))}>✕</button>`
              : nothing}
          </li>`,
        )}
      </ol>
      <div class="judged-actions">
        ${isZone
          ? html`<button class="button second" type="button" @click=${() => {
              this.setCorners([...rows, { latitude: '', longitude: '' }]);
              requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-corner="${rows.length}-latitude"]`)?.focus());
            }}>${iconPlus()} ${t('edit.addCorner')}</button>`
          : nothing}
        <button class="button second" type="button" ?disabled=${this.steps.length === 0} @click=${() => this.undo()}>${t('edit.undo')}</button>
        ${isZone ? html`<button class="button second" type="button" ?disabled=${rows.length === 0} @click=${() => this.setCorners([])}>${t('edit.clear')}</button>` : nothing}
      </div>
    </fieldset>`;
  }
}
