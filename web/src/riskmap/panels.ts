/** A part of the map page that stands beside the map and the list: it is told where it hangs, draws when the page draws, and goes with it. */

import type { TemplateResult } from 'lit/html.js';
import type { Core } from '../core/facade';
import type { AskedCounts } from './counts';
import type { StateStore } from './state';
import type { UnitRows } from './units-model';
import type { Shown, UnitsMap } from './units-map';

/** What the map shows in place of the levels of the list. */
export interface Painting {
  /** Class of each unit; a unit that is not there has class 0. */
  kinds: ReadonlyMap<string, number>;
  /** The figure of a unit by which a list is ordered, NaN where there is none; not there: the levels are. */
  value?: (unit: string) => number;
  colours: readonly string[];
  patterned: boolean;
  rings: NonNullable<Shown['rings']>;
}

export interface PanelContext {
  core: Core;
  state: StateStore;
  /** What was counted: asked for by one panel, there for all. */
  counts: AskedCounts;
  /** The rows of the list; null while they are asked for. */
  rows: () => UnitRows | null;
  /** The map; null until it is there. */
  map: () => UnitsMap | null;
  /** Draws the page anew, all panels in it. */
  redraw: () => void;
  /** Asks anew for the levels of the map, its list and their reasons: something was recorded that changes them. */
  reload: () => void;
  /** Shows a painting from now on; null: the levels of the list. */
  show: (painting: Painting | null) => void;
}

export interface Panel {
  /** Above the map, under it, in the card of the chosen unit, or a card of the whole width under all of them. */
  place: 'over' | 'under' | 'why' | 'card';
  draw: () => TemplateResult;
  dispose: () => void;
}

export type OpenPanel = (context: PanelContext) => Panel;
