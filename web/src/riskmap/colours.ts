/** Colours of the maps in the dark. Layers and packs name the colours of the light; what paints them asks here, so that a map and its legend agree. */

import { theme, type Theme } from '../app/theme';

/**
 * The four levels of the decision stand out from either ground and are what they are. In the dark, dark colours would sink: of rows that rise
 * from light to dark the order of levels is kept and the end is lifted, and of those of figures the order is turned, so that more still
 * stands out more. Each is at least 3:1 from the sea.
 */
const IN_THE_DARK: Readonly<Record<string, string>> = {
  '#d3d8d9': '#66757b', // what is not known
  '#e7e3ee': '#857f96', // too few to say
  // Levels for any eye, and dark red.
  '#fdf6d0': '#f6ecbf',
  '#f5c04a': '#e5ae3d',
  '#c8641b': '#d0732f',
  '#6d1f0a': '#b8431f',
  '#7d1d10': '#c0354d',
  // Figures.
  '#f3f6f2': '#35717f',
  '#c9e0dd': '#3f8494',
  '#8fc1c8': '#579cab',
  '#4795a3': '#7db7c2',
  '#14687a': '#a9d3d9',
  '#0b3740': '#dcf0ef',
  // Below and above.
  '#2f6ea8': '#4a86bf',
  '#f4f1e4': '#cfccbd',
  '#a8320b': '#c2431a',
};

/** A colour of a class as it is painted on a ground of `on`. */
export const onGround = (colour: string, on: Theme = theme()): string => (on === 'dark' ? (IN_THE_DARK[colour] ?? colour) : colour);

/** What a map has besides the colours of its classes. */
export interface Ground {
  /** Of what lies around the units that are shown. */
  around: string;
  border: string;
  /** Along coasts: a border as dark as the sea would hide small islands. */
  coast: string | null;
  /** Words over the map, and their rim. */
  ink: string;
  rim: string;
}

export const GROUNDS: Readonly<Record<Theme, Ground>> = {
  light: { around: '#f1f4f3', border: '#10292f', coast: null, ink: '#10292f', rim: '#ffffff' },
  dark: { around: '#25353b', border: '#0b161b', coast: '#5f7d87', ink: '#eaf1f1', rim: '#0b161b' },
};
