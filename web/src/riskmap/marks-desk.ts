/** What the zones and places on the map are, and what is being done with them: one for both panels of the page. */

import { CoreError, isForbidden } from '../core/facade';
import type { Answered } from '../core/queries';
import { worldAt } from '../map/mercator';
import type { MarkAt } from '../map/overlay';
import { atlasOf, release, type Atlas } from './atlas';
import { sumsOf } from './counts';
import { focusOn } from './focus';
import { keepText, recallJson } from './kept';
import { heatOf, readPlaces, readZones, together, type Place, type Zone } from './marks-model';
import { kindOf, LEVEL_COLOURS, SIGN_COLOURS } from './marks-signs';
import { loadTexts } from './marks-text';
import { MarkForm } from './mark-form';
import { dayNumber, dayText } from './model';
import type { PanelContext } from './panels';
import { sendRecord } from './send-record';

export type Layer = 'zones' | 'places' | 'heat';

/** Why the cases of communes are not in the heat: not for this account, no network and nothing at hand, or they could not be had. */
export type HeatGap = 'forbidden' | 'offline' | 'failed';

export interface HeatFacts {
  visits: number;
  /** Communes whose cases are in it. */
  communes: number | HeatGap;
  /** Days whose cases are summed, where there are any. */
  days: number;
}

/** Pages of a list that are asked for at most. */
const MOST_PAGES = 5;
/** Lists of marks that are kept, apart from the days of the map: neither pushes the other out. */
const CACHE = 'riskmap-marks';

interface Kept {
  savedAt: number;
  zones: unknown;
  places: unknown;
}

export class MarksDesk {
  zones: Zone[] = [];
  places: Place[] = [];
  state: 'loading' | 'ready' | 'failed' = 'loading';
  /** When the list was kept that is shown without a network. */
  keptAt: number | null = null;
  isCut = false;
  readonly shown: Record<Layer, boolean> = { zones: true, places: true, heat: false };
  chosen: string | null = null;
  sameDay = false;
  isOfficial = false;
  private ownUnits: string[] = [];
  /** The name of the unit that is shown, when it may have marks of its own. */
  unitName = '';
  form: MarkForm | null = null;
  withdrawing: string | null = null;
  said = '';
  wrong = '';
  heat: HeatFacts | 'loading' | null = null;
  isReady = false;

  private turn = 0;
  private whoTurn = 0;
  /** Unit and day of what is listed. */
  private of = '';
  private heatTurn = 0;
  private drawnWith: unknown = null;
  /** Corrected or withdrawn here, while a list that was kept still has them. */
  private readonly ended = new Set<string>();
  private gone = false;
  private isWithdrawing = false;
  private readonly offs: (() => void)[] = [];

  private readonly atlas: Atlas;

  constructor(readonly context: PanelContext) {
    this.atlas = atlasOf(context);
    this.offs.push(() => release(context));
    const { core, state } = context;
    this.offs.push(
      state.subscribe((now, before) => {
        if (!now.playing && (now.unit !== before.unit || now.day !== before.day || before.playing)) void this.load();
      }),
      core.session.subscribe(() => {
        this.clearHeat(); // somebody else may not see what it was made of
        void this.learnWho();
        void this.load();
      }),
    );
    void loadTexts().then(() => {
      this.isReady = true;
      context.redraw();
    });
    void this.learnWho();
    void this.load();
  }

  dispose(): void {
    if (this.gone) return;
    this.gone = true;
    this.form?.dispose();
    for (const off of this.offs) off();
  }

  private async learnWho(): Promise<void> {
    const turn = ++this.whoTurn;
    const me = await this.context.core.session.me().catch(() => null);
    if (turn !== this.whoTurn || this.gone) return;
    this.isOfficial = me !== null && me.grants.length > 0;
    this.ownUnits = me?.grants.map(({ unit }) => unit) ?? [];
    if (!this.isOfficial) this.closeForm();
    this.context.redraw();
  }

  private async learnUnit(unit: string): Promise<void> {
    this.unitName = unit;
    if (unit.length !== 3) return;
    const found = await this.context.core.unit(unit).catch(() => null);
    if (this.unit === unit && found) this.unitName = found.name;
  }

  get unit(): string {
    return this.context.state.now.unit || 'VN';
  }

  async load(): Promise<void> {
    const { day } = this.context.state.now;
    if (day === null) return;
    const turn = ++this.turn;
    const { unit } = this;
    void this.learnUnit(unit);
    if (this.of !== `${unit} ${day}`) {
      // What was listed of another unit or day is not said of this one.
      this.of = `${unit} ${day}`;
      this.empty();
      this.state = 'loading';
      if (this.heat !== null) this.clearHeat();
      this.drawnWith = null;
      this.show();
    } else if (this.state === 'failed') {
      this.state = 'loading';
    }
    this.context.redraw();
    const address = `/kept/riskmap/marks/${unit}/${day}`;
    try {
      const [zones, places] = await Promise.all([this.pages('places.zones', unit, day), this.pages('places.marks', unit, day)]);
      const isFresh = zones.from === 'server' && places.from === 'server';
      let [shownZones, shownPlaces] = [readZones(zones), readPlaces(places)];
      let keptAt: number | null = null;
      if (isFresh) {
        const kept: Kept = { savedAt: Date.now(), zones: publicOf(zones), places: publicOf(places) };
        void keepText([address], JSON.stringify(kept), CACHE);
      } else {
        const kept = (await recallJson(address, CACHE)) as Kept | null; // written above
        if (kept) {
          const isThere = ({ record }: { record: string }): boolean => !this.ended.has(record);
          shownZones = together(readZones(kept.zones).filter(isThere), shownZones);
          shownPlaces = together(readPlaces(kept.places).filter(isThere), shownPlaces);
          keptAt = kept.savedAt;
        }
      }
      if (turn !== this.turn || this.gone) return;
      this.zones = shownZones.sort((a, b) => b.level - a.level || b.from.localeCompare(a.from) || a.name.localeCompare(b.name, 'vi'));
      this.places = shownPlaces;
      this.keptAt = keptAt;
      this.isCut = zones.more || places.more;
      this.state = isFresh || keptAt !== null || shownZones.length + shownPlaces.length > 0 ? 'ready' : 'failed';
    } catch {
      if (turn !== this.turn || this.gone) return;
      this.empty();
      this.state = 'failed';
    }
    this.drawnWith = null;
    this.show();
    if (this.shown.heat) void this.loadHeat();
    this.context.redraw();
  }

  private empty(): void {
    this.zones = [];
    this.places = [];
    this.keptAt = null;
    this.isCut = false;
  }

  private async pages(query: string, unit: string, day: string): Promise<{ marks: unknown[]; more: boolean; from: Answered['from'] }> {
    const marks: unknown[] = [];
    let after = '';
    for (let page = 0; ; ++page) {
      type Page = { marks: unknown[]; more: boolean; after?: string };
      const { answer, from } = await this.context.core.askFrom<Page>(query, { ...(unit === 'VN' ? {} : { unit }), day, ...(after ? { after } : {}) });
      marks.push(...answer.marks);
      after = answer.after ?? '';
      const more = answer.more && after !== '';
      if (!more || page + 1 === MOST_PAGES) return { marks, more, from };
    }
  }

  // ---- on the map

  /** Gives the overlay what is to be drawn, when it has changed. */
  show(): void {
    const map = this.context.map();
    const overlay = map?.drawn;
    if (!map || !overlay || this.drawnWith === overlay) return;
    this.drawnWith = overlay;
    overlay.setMarkColours(LEVEL_COLOURS, SIGN_COLOURS);
    overlay.setZones(this.shown.zones ? this.zones.map(({ ring, level }) => ({ ring: ring.map(worldAt), level })) : []);
    overlay.setPoints(this.shown.places ? this.places.map(({ at, type }) => ({ place: worldAt(at), kind: kindOf(type) })) : []);
    overlay.showHeat(this.shown.heat);
    overlay.selectMark(this.markOf(this.chosen));
    if (this.shown.heat && this.heat === null && this.state !== 'loading') void this.loadHeat();
    if (!this.form) map.press = (place) => this.pressed(place);
    map.refresh();
  }

  private again(): void {
    this.drawnWith = null;
    this.show();
    this.context.redraw();
  }

  private markOf(record: string | null): MarkAt | null {
    if (record === null) return null;
    const zone = this.shown.zones ? this.zones.findIndex((each) => each.record === record) : -1;
    if (zone >= 0) return { of: 'zone', at: zone };
    const point = this.shown.places ? this.places.findIndex((each) => each.record === record) : -1;
    return point >= 0 ? { of: 'point', at: point } : null;
  }

  private pressed(place: { lng: number; lat: number }): boolean {
    const found = this.context.map()?.drawn?.markAt(worldAt({ longitude: place.lng, latitude: place.lat }));
    if (!found) return false;
    const mark = (found.of === 'zone' ? this.zones : this.places)[found.at];
    if (!mark) return false;
    this.choose(mark.record);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-mark="${mark.record}"]`)?.scrollIntoView({ block: 'nearest' }));
    // A zone is large: what is pressed in it is also a press on its unit.
    return found.of === 'point';
  }

  choose(record: string): void {
    this.chosen = this.chosen === record ? null : record;
    this.again();
  }

  /** Brings a mark into view and marks it. */
  find(record: string): void {
    this.chosen = record;
    const zone = this.zones.find((each) => each.record === record);
    const place = this.places.find((each) => each.record === record);
    const corners = zone?.ring ?? (place ? [place.at] : []);
    const map = this.context.map();
    if (map && corners.length > 0) {
      const places = corners.map(({ latitude, longitude }): [number, number] => [latitude, longitude]);
      map.leaflet.fitBounds(places, { animate: false, padding: [48, 48], maxZoom: 13 });
    }
    this.again();
  }

  toggle(layer: Layer): void {
    this.shown[layer] = !this.shown[layer];
    if (layer === 'heat' && this.shown.heat) void this.loadHeat();
    this.again();
  }

  toggleSameDay(): void {
    this.sameDay = !this.sameDay;
    this.context.redraw();
  }

  private clearHeat(): void {
    this.heatTurn += 1;
    this.heat = null;
    const map = this.context.map();
    map?.drawn?.setHeat(new Uint32Array(), new Float32Array());
    map?.refresh();
  }

  /** Visited places, and the cases of communes for who may see them. */
  private async loadHeat(): Promise<void> {
    const { day } = this.context.state.now;
    const overlay = this.context.map()?.drawn;
    if (day === null || !overlay) return;
    this.clearHeat();
    const turn = this.heatTurn;
    this.heat = 'loading';
    this.context.redraw();
    const visits = this.places.filter(({ type }) => type === 'exposure');
    const points = visits.map(({ at }) => ({ at: worldAt(at), weight: 1 }));
    let communes: number | HeatGap = 'offline';
    let days = 0;
    try {
      days = (await this.atlas.learn()).heatDays;
      const { counts, state } = this.context;
      const asked = await counts.get(state.now.unit, 'commune', 'cases', { first: dayText(dayNumber(day) - days + 1), last: day });
      let found = 0;
      for (const [code, weight] of asked ? sumsOf(asked.counts, day, days, 'told') : []) {
        const commune = overlay.unitOf(code);
        const at = commune === null ? null : overlay.insideOf('commune', commune);
        if (!at) continue;
        points.push({ at, weight });
        found += 1;
      }
      if (asked) communes = found;
    } catch (error) {
      communes = isForbidden(error) ? 'forbidden' : 'failed';
    }
    if (turn !== this.heatTurn || this.gone) return;
    const { places, weights } = heatOf(points);
    overlay.setHeat(places, weights);
    this.heat = { visits: visits.length, communes, days };
    this.context.map()?.refresh();
    this.context.redraw();
  }

  // ---- recording

  open(of: 'zone' | 'place', old: Zone | Place | null): void {
    this.closeForm();
    this.said = this.wrong = '';
    this.withdrawing = null;
    const form = new MarkForm(this.context, of, old, this.likelyUnit(), {
      done: (saved) => {
        if (this.gone) return;
        this.said = saved;
        if (saved && old) this.ended.add(old.record);
        if (saved) void this.load();
        const isShown = this.form === form; // another one may have been opened, or somebody signed out
        if (isShown) this.closeForm();
        this.context.redraw();
        if (isShown) focusOn(saved ? '.marks-said' : openerOf(of, old));
      },
      failedAway: (why) => {
        if (this.gone) return;
        this.wrong = why;
        this.context.redraw();
      },
    });
    this.form = form;
    this.context.redraw();
    focusOn('#mark-form-title');
  }

  /** Units that a new mark may belong to: the district that is shown, and what lies below. */
  get unitsHere(): { code: string; name: string }[] {
    const rows = this.context.rows()?.units.map(({ unit, name }) => ({ code: unit, name })) ?? [];
    const isOfItself = this.unit.length === 3 && !rows.some(({ code }) => code === this.unit);
    return [...(isOfItself ? [{ code: this.unit, name: this.unitName }] : []), ...rows];
  }

  /** The unit that is chosen on the map, else the one somebody works for. */
  private likelyUnit(): string {
    const codes = this.unitsHere.map(({ code }) => code);
    const { selected } = this.context.state.now;
    return [selected ?? '', ...this.ownUnits].find((unit) => codes.includes(unit)) ?? '';
  }

  private closeForm(): void {
    if (!this.form) return;
    this.form.dispose();
    this.form = null;
    this.drawnWith = null; // the map answers presses again
    this.show();
  }

  async withdraw(mark: Zone | Place, reason: string, saved: string, failed: (error: unknown) => string): Promise<void> {
    if (this.isWithdrawing) return;
    this.isWithdrawing = true;
    this.wrong = '';
    try {
      const body = { unit: mark.unit, record: mark.record, reason };
      const outcome = await sendRecord(this.context.core, 'places', 'withdrawal', 1, body, { unit: mark.unit });
      if (this.withdrawing === mark.record) this.withdrawing = null;
      if (outcome.is === 'refused') throw new CoreError({ code: 'rejected', rule: outcome.rule, detail: '' });
      this.ended.add(mark.record);
      this.zones = this.zones.filter(({ record }) => record !== mark.record);
      this.places = this.places.filter(({ record }) => record !== mark.record);
      this.said = saved;
      await this.load();
    } catch (error) {
      this.wrong = failed(error);
    }
    this.isWithdrawing = false;
    this.again();
    focusOn('.marks-said');
  }

  /** Asks why a mark is to be withdrawn; null: it is not, and whoever said so stands where they came from. */
  askWithdrawal(record: string | null): void {
    const before = this.withdrawing;
    this.withdrawing = record;
    this.wrong = '';
    this.context.redraw();
    if (record !== null) focusOn('#withdraw-reason');
    else if (before !== null) focusOn(toolOf(before, 'withdraw'));
  }
}

const toolOf = (record: string, tool: 'edit' | 'withdraw'): string => `[data-mark="${record}"] [data-do="${tool}"]`;
const openerOf = (of: 'zone' | 'place', old: Zone | Place | null): string => (old ? toolOf(old.record, 'edit') : `[data-do="new-${of}"]`);

/** What may lie on a device that others use: the same for everybody. */
function publicOf({ marks }: { marks: unknown[] }): { marks: unknown[] } {
  return { marks: marks.map((mark) => (typeof mark === 'object' && mark !== null ? { ...mark, mayChange: undefined } : mark)) };
}
