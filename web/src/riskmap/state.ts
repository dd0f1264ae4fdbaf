/**
 * What the map page shows, for all who draw or steer it: the view, its panels, the console over the map. Unit, depth, day and layer stand in
 * the address; the rest lasts as long as the page is open. Listeners hear of a change once, after all of it.
 */

import type { UnitLevel } from '../map/overlay';
import { dayNumber, dayText, type PaletteName } from './model';
import { levelBelow } from './units-model';

export interface Days {
  readonly first: string;
  readonly last: string;
}

export interface MapState {
  /** The unit whose parts are shown: "" for the country, else the code of a province or district. */
  readonly unit: string;
  /** Units of this level are shown, all at once; null: those directly below the unit. */
  readonly depth: UnitLevel | null;
  /** YYYY-MM-DD; null until the last day that has data is known. */
  readonly day: string | null;
  /** Id of the layer (layers.ts). */
  readonly layer: string;
  /** The unit that was chosen on the map or in the list. */
  readonly selected: string | null;
  /** First and last day that have data; null until known. */
  readonly days: Days | null;
  readonly palette: PaletteName;
  /** Days follow each other by themselves. Then the address keeps the day on which that began. */
  readonly playing: boolean;
}

export const LEVEL_LAYER = 'level';

/** Levels from above, as the overlay has them (map/overlay.ts, which is fetched later than this). */
const DEPTHS: readonly UnitLevel[] = ['province', 'district', 'commune'];

/** Depths that can be chosen below a unit, the units directly below it first. */
export const depthsBelow = (unit: string): readonly UnitLevel[] => DEPTHS.slice(DEPTHS.indexOf(levelBelow(unit)));

/** The level of the units that are shown. */
export const shownLevel = ({ unit, depth }: Pick<MapState, 'unit' | 'depth'>): UnitLevel =>
  depth !== null && depthsBelow(unit).includes(depth) ? depth : levelBelow(unit);

/** Whether more is shown than the units directly below one. */
export const isDeep = (state: Pick<MapState, 'unit' | 'depth'>): boolean => shownLevel(state) !== levelBelow(state.unit);

/** Whether other units are shown. */
export const isElsewhere = (now: MapState, before: MapState): boolean => now.unit !== before.unit || shownLevel(now) !== shownLevel(before);

/** What the address says, and nothing it does not: #unit=79&depth=commune&day=2021-11-12&layer=rt. */
export function readFragment(fragment: string): Partial<MapState> & { unit: string } {
  const said = new URLSearchParams(fragment);
  const unit = said.get('unit') ?? '';
  const depth = DEPTHS.find((each) => each === said.get('depth'));
  const day = said.get('day');
  const layer = said.get('layer');
  return {
    unit: /^(\d{2}|\d{3})$/.test(unit) ? unit : '',
    ...(depth ? { depth } : {}),
    ...(day && isDay(day) ? { day } : {}),
    ...(layer && /^[a-z][a-zA-Z0-9-]{0,31}$/.test(layer) ? { layer } : {}),
  };
}

export function writeFragment({ unit, depth, day, layer }: MapState): string {
  const words = new URLSearchParams();
  if (unit) words.set('unit', unit);
  if (isDeep({ unit, depth })) words.set('depth', shownLevel({ unit, depth }));
  if (day) words.set('day', day);
  if (layer !== LEVEL_LAYER) words.set('layer', layer);
  return words.toString();
}

export function isDay(text: string): boolean {
  const day = dayNumber(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day) && dayText(day) === text;
}

export type StateListener = (now: MapState, before: MapState) => void;

export class StateStore {
  private state: MapState;
  private readonly listeners = new Set<StateListener>();

  constructor(begin: Partial<MapState> = {}) {
    this.state = {
      unit: '',
      depth: null,
      day: null,
      layer: LEVEL_LAYER,
      selected: null,
      days: null,
      palette: 'official',
      playing: false,
      ...begin,
    };
  }

  get now(): MapState {
    return this.state;
  }

  /** Gives back the function that ends it. */
  subscribe(listener: StateListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes all of `change` at once; nobody hears of what was so already. Another unit or depth leaves the chosen one behind; another unit the depth too. */
  set(change: Partial<MapState>): void {
    const before = this.state;
    const isOther = change.unit !== undefined && change.unit !== before.unit;
    const placed = { ...before, ...(isOther ? { depth: null } : {}), ...change };
    const after = isElsewhere(placed, before) ? { ...placed, selected: change.selected ?? null } : placed;
    // Object.keys of a MapState are its keys.
    if ((Object.keys(after) as (keyof MapState)[]).every((key) => after[key] === before[key])) return;
    this.state = after;
    for (const listener of [...this.listeners]) listener(after, before);
  }

  setUnit(unit: string): void {
    this.set({ unit });
  }

  setDepth(depth: MapState['depth']): void {
    this.set({ depth });
  }

  /** Nothing for what is no day. */
  setDay(day: string): void {
    if (isDay(day)) this.set({ day });
  }

  setLayer(layer: string): void {
    this.set({ layer });
  }

  setSelected(selected: string | null): void {
    this.set({ selected });
  }

  setDays(days: MapState['days']): void {
    const { days: had } = this.state;
    if (had?.first !== days?.first || had?.last !== days?.last) this.set({ days });
  }

  setPalette(palette: PaletteName): void {
    this.set({ palette });
  }

  setPlaying(playing: boolean): void {
    this.set({ playing });
  }
}
