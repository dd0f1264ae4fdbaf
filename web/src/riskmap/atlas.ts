/** What the layers, the days and the charts of one page share: the world of the unit shown, the layer that was computed, and their state. */

import { onLanguage } from '../app/language';
import { CoreError, isForbidden } from '../core/facade';
import { Analysis } from './analysis';
import { dataDays } from './data-days';
import { defaultsOf, type Defaults } from './defaults';
import { LAYERS, level, levelShades, type Layer, type LayerOptions, type Painted } from './layers';
import { t } from './layers-text';
import { dayNumber, dayText, NO_DATA } from './model';
import type { PanelContext } from './panels';
import { isDeep, isElsewhere, LEVEL_LAYER, shownLevel, type Days, type MapState } from './state';
import type { UnitRows } from './units-model';
import { loadWorld, publishedLevels, spanOf, type World, type WorldPart } from './world';

export type AtlasTrouble = 'forbidden' | 'offline' | 'failed' | 'cancelled';
export interface Busy {
  what: 'world' | 'layer' | 'scan' | 'days';
  /** From 0 to 1; null when nobody can tell. */
  share: number | null;
  /** Of a world. */
  part?: WorldPart;
}

/** Members of a cluster that its circle is drawn through: models give them in order of distance. */
const RIM = 24;

const troubleOf = (error: unknown): AtlasTrouble => {
  if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled';
  if (isForbidden(error)) return 'forbidden';
  return error instanceof CoreError && (error.code === 'offline' || error.code === 'unavailable') ? 'offline' : 'failed';
};

/** Days before the one shown, where nobody told which have data. */
const LOOK_BACK = 120;

const atlases = new WeakMap<PanelContext, { atlas: Atlas; users: number }>();

/** The one of this page, made by the first panel that asks; `release` it when the panel goes. */
export function atlasOf(context: PanelContext): Atlas {
  const held = atlases.get(context) ?? { atlas: new Atlas(context), users: 0 };
  held.users += 1;
  atlases.set(context, held);
  return held.atlas;
}

export function release(context: PanelContext): void {
  const held = atlases.get(context);
  if (!held || --held.users > 0) return;
  atlases.delete(context);
  held.atlas.dispose();
}

export class Atlas {
  world: World | null = null;
  painted: Painted | null = null;
  trouble: AtlasTrouble | null = null;
  busy: Busy | null = null;
  /** What the models are asked with; null until they told it. */
  defaults: Defaults | null = null;
  readonly analysis = new Analysis();

  private loading: AbortController | null = null;
  private opening: AbortController | null = null;
  private readonly offs: (() => void)[];
  private gone = false;
  private placesAsked = false;
  private named: { rows: UnitRows | null; names: ReadonlyMap<string, string> } | null = null;

  constructor(private readonly context: PanelContext) {
    this.offs = [
      context.state.subscribe((now, before) => this.follow(now, before)),
      // Somebody who signs in or out sees other numbers; those of before go at once.
      context.core.session.subscribe(() => void this.load()),
      onLanguage(() => void this.open()), // shades and sentences are words
    ];
    void this.load();
  }

  get layer(): Layer {
    return LAYERS.find(({ id }) => id === this.context.state.now.layer) ?? level;
  }

  /** Layers that the data at hand can fill; that of levels always, the one that the address names too. */
  get offered(): Layer[] {
    return LAYERS.filter((layer) => layer === this.layer || layer === level || this.isOffered(layer));
  }

  private isOffered(layer: Layer): boolean {
    const { world, defaults } = this;
    return layer === level || (world !== null && defaults !== null && layer.isOffered(world, this.hasPlaces, defaults));
  }

  /** What a layer says of itself; nothing until the models told what they are asked with. */
  aboutOf(layer: Layer): string {
    const { defaults } = this;
    if (layer === level) return level.about();
    return defaults ? layer.about(defaults) : '';
  }

  /** Asks the models what they are asked with, once; throws when they could not be had. */
  async learn(): Promise<Defaults> {
    const defaults = await defaultsOf(this.analysis);
    const isNew = this.defaults === null;
    this.defaults = defaults;
    if (isNew) this.tell(); // there are layers to offer now
    return defaults;
  }

  /** Number of the day in the world; null outside of it. */
  get day(): number | null {
    return this.dayOf(this.context.state.now.day);
  }

  dayOf(day: string | null): number | null {
    const { world } = this;
    if (!world || day === null) return null;
    const at = dayNumber(day) - dayNumber(world.from);
    return at >= 0 && at < world.days ? at : null;
  }

  nameOf(code: string): string {
    const rows = this.context.rows();
    if (this.named?.rows !== rows) {
      const names = rows?.units.map(({ unit, name, within }) => [unit, within ? `${name}, ${within}` : name] as const);
      this.named = { rows, names: new Map(names) };
    }
    return this.named.names.get(code) ?? code;
  }

  /** Layers that are not offered here: the data at hand cannot fill them. */
  get lacking(): Layer[] {
    const { offered } = this;
    return this.world && this.defaults ? LAYERS.filter((layer) => !offered.includes(layer)) : [];
  }

  /** The days of the world where these are not all that have data; null else. */
  get part(): Days | null {
    const { world } = this;
    const { days } = this.context.state.now;
    if (!world || !days || world.days > dayNumber(days.last) - dayNumber(days.first)) return null;
    return { first: world.from, last: dayText(dayNumber(world.from) + world.days - 1) };
  }

  private get hasPlaces(): boolean {
    const code = this.world?.codes[0];
    return code !== undefined && this.context.map()?.placeOf(code) != null;
  }

  dispose(): void {
    this.gone = true;
    for (const off of this.offs) off();
    this.loading?.abort();
    this.opening?.abort();
    this.analysis.dispose();
  }

  /** Stops what is being computed. */
  cancel(): void {
    this.loading?.abort(new DOMException('stopped', 'AbortError'));
    this.opening?.abort(new DOMException('stopped', 'AbortError'));
  }

  again(): void {
    if (this.world) void this.open();
    else void this.load();
  }

  /** The map has been drawn: layers that need places may be there now. */
  placesCame(): void {
    if (this.placesAsked || !this.hasPlaces) return;
    this.placesAsked = true;
    if (this.painted === null && this.world) void this.open();
  }

  private follow(now: MapState, before: MapState): void {
    if (isElsewhere(now, before)) void this.load();
    else if (now.layer !== before.layer || now.palette !== before.palette) void this.open();
    else if (!now.playing && (now.day !== before.day || before.playing)) void (this.isOutside ? this.load() : this.showDay());
  }

  /** The day has data, but is none of this world: another part of the days has it. */
  private get isOutside(): boolean {
    const { day, days } = this.context.state.now;
    return this.part !== null && day !== null && days !== null && days.first <= day && day <= days.last && this.dayOf(day) === null;
  }

  private tell(): void {
    if (!this.gone) this.context.redraw();
  }

  private async load(): Promise<void> {
    const { core, state, counts } = this.context;
    this.loading?.abort();
    this.opening?.abort();
    this.opening = null;
    const turn = new AbortController();
    this.loading = turn;
    this.world = null;
    this.painted = null;
    this.trouble = null;
    this.busy = { what: 'world', share: 0 };
    this.tell();
    this.paint();
    try {
      const days = await this.knowDays();
      turn.signal.throwIfAborted();
      const { unit, day } = state.now;
      const level = shownLevel(state.now);
      const span = days && spanOf(unit, level, days, day);
      const world = span && (await loadWorld(core, counts, unit, level, span, (share, part) => this.progress(turn, 'world', share, part), turn.signal));
      turn.signal.throwIfAborted();
      this.world = world;
      if (!world) this.trouble = 'offline';
    } catch (error) {
      if (turn !== this.loading || this.gone) return;
      this.trouble = troubleOf(error);
    }
    this.busy = null;
    if (this.world) await this.open();
    else {
      this.paint();
      this.tell();
    }
  }

  /** First and last day with data, from the server or from what is kept. */
  private async knowDays(): Promise<MapState['days']> {
    const { core, state } = this.context;
    if (state.now.days) return state.now.days;
    const told = await dataDays(core).catch(() => null);
    let days = told?.days ?? null;
    if (!days && told) {
      // No province was counted itself; what lies below may have been, so the days before the one shown are looked through.
      const shown = state.now.day ?? told.day;
      days = { first: dayText(dayNumber(shown) - LOOK_BACK), last: shown };
    }
    if (days && !this.gone) state.setDays(days);
    return days;
  }

  private progress(turn: AbortController, what: Busy['what'], share: number | null, part?: WorldPart): void {
    if (turn.signal.aborted) return;
    const before = this.busy;
    // Not oftener than can be read.
    if (before?.what === what && before.part === part && before.share !== null && share !== null && share - before.share < 0.02 && share < 1) return;
    this.busy = { what, share, ...(part ? { part } : {}) };
    this.tell();
  }

  /** The layer of a world computed; that of levels needs no models. */
  private async compute(layer: Layer, world: World, signal: AbortSignal, progress: (share: number) => void): Promise<Painted> {
    const { analysis, context } = this;
    const { core, state, map } = context;
    const { palette } = state.now;
    if (layer === level) return level.open({ world, palette });
    const defaults = await this.learn();
    const placeOf: LayerOptions['placeOf'] = (code) => map()?.placeOf(code) ?? null;
    return layer.open({ core, world, analysis, defaults, palette, placeOf, signal, progress });
  }

  private async open(): Promise<void> {
    this.opening?.abort();
    this.painted = null;
    const turn = new AbortController();
    this.opening = turn;
    const { world, layer } = this;
    // Until the models told what they are asked with nobody knows which layers the world can fill.
    if (!world || (this.defaults && !this.isOffered(layer))) {
      this.paint();
      this.tell();
      return;
    }
    this.trouble = null;
    this.busy = { what: 'layer', share: null };
    this.tell();
    this.paint();
    try {
      if (layer !== level) await this.learn();
      turn.signal.throwIfAborted();
      if (this.isOffered(layer)) {
        const painted = await this.compute(layer, world, turn.signal, (share) => this.progress(turn, 'layer', share));
        turn.signal.throwIfAborted();
        this.painted = painted;
      }
      await this.showDay();
    } catch (error) {
      if (turn !== this.opening || this.gone) return;
      this.busy = null;
      this.trouble = troubleOf(error);
      this.paint();
      this.tell();
    }
  }

  /** Makes the day ready, and shows it. */
  private async showDay(): Promise<void> {
    const { painted, day, layer } = this;
    if (!painted || day === null || painted.frame(day)) {
      this.busy = null;
      this.paint();
      this.tell();
      return;
    }
    this.opening?.abort();
    const turn = new AbortController();
    this.opening = turn;
    this.trouble = null;
    this.busy = { what: layer.isPlayable ? 'layer' : 'scan', share: null };
    this.paint();
    this.tell();
    try {
      await painted.prepare(day, turn.signal, (share) => this.progress(turn, 'scan', share));
    } catch (error) {
      if (turn !== this.opening) return;
      this.trouble = troubleOf(error);
    }
    if (turn !== this.opening) return;
    this.busy = null;
    this.paint();
    this.tell();
  }

  /** All days ahead, so that they can be played; false when that was stopped or cannot be. */
  async readyAll(): Promise<boolean> {
    const { context, layer } = this;
    const days = context.state.now.days;
    if (!days) return false;
    const turn = new AbortController();
    this.opening?.abort();
    this.opening = turn;
    this.busy = { what: 'days', share: 0 };
    this.tell();
    try {
      if (!this.world && this.trouble === 'forbidden' && layer.id === LEVEL_LAYER && !isDeep(context.state.now)) {
        const { unit } = context.state.now;
        const last = dayNumber(days.last);
        const span = { first: dayText(Math.max(dayNumber(days.first), last - 399)), last: days.last };
        const world = await publishedLevels(context.core, unit, shownLevel(context.state.now), span, turn.signal, (share) => this.progress(turn, 'days', share));
        if (turn.signal.aborted) return false;
        this.world = world;
      }
      const { world } = this;
      if (!world) return false;
      this.painted ??= await this.compute(layer, world, turn.signal, (share) => this.progress(turn, 'days', share));
      for (let day = 0; day < world.days; ++day) {
        if (!this.painted.frame(day)) await this.painted.prepare(day, turn.signal, () => undefined);
        this.progress(turn, 'days', (day + 1) / world.days);
      }
      return !turn.signal.aborted;
    } catch (error) {
      if (turn === this.opening) this.trouble = troubleOf(error);
      return false;
    } finally {
      if (turn === this.opening) this.busy = null;
      this.tell();
    }
  }

  /** The classes of a day on the map, nothing else: for days that follow each other. */
  flash(day: number): void {
    const { painted, world, context } = this;
    const frame = painted?.frame(day);
    if (frame && world) context.map()?.recolour(world.codes, frame);
  }

  get shades(): Painted['shades'] {
    return this.painted?.shades ?? (this.layer.id === LEVEL_LAYER ? levelShades(this.context.state.now.palette) : [{ colour: NO_DATA, text: t('class.none') }]);
  }

  private paint(): void {
    if (this.gone) return;
    const { painted, world, day, layer, context } = this;
    const frame = day === null ? null : (painted?.frame(day) ?? null);
    // The levels of the list, where a declared one goes before the computed one; until they come for another day, those that were computed.
    if (layer.id === LEVEL_LAYER && (!frame || context.rows()?.day === context.state.now.day)) return context.show(null);
    const clusters = day === null ? [] : (painted?.clusters?.(day) ?? []);
    const places = new Map(world?.codes.map((code, at) => [code, at]));
    context.show({
      kinds: new Map(world?.codes.map((code, at) => [code, frame?.[at] ?? 0]) ?? []),
      value: (code) => (painted && day !== null && frame ? painted.value(places.get(code) ?? -1, day) : NaN),
      colours: this.shades.map(({ colour }) => colour),
      patterned: painted?.isPatterned ?? true,
      rings: clusters.map(({ middle, members, p }) => ({ middle, members: members.slice(-RIM), strong: p !== null && this.defaults !== null && p < this.defaults.clearBelow })),
    });
  }
}
