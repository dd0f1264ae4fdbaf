/** What the page tells the console, as the bytes that wasm/console/snapshot.h reads; and what the console asks for. */

/** Words of the console by the names that wasm/console/snapshot.cpp asks for; each must come. */
export const CONSOLE_WORDS = [
  'layersTitle', 'layersTab', 'rulesTitle', 'rulesConfirm', 'rulesReset', 'rulesNone', 'timeTitle', 'timePlay', 'timePause', 'timeBack', 'timeForward',
  'curveTitle', 'curveNone', 'rtTitle', 'rtNone', 'rankingTitle', 'rankingUnit', 'rankingCases', 'rankingRate', 'rankingTrend',
  'rankingNone', 'histogramTitle', 'histogramAxis', 'histogramNone', 'tipCases', 'tipRt', 'tipUnits', 'numberGroup', 'numberPoint',
] as const;
export type ConsoleWord = (typeof CONSOLE_WORDS)[number];

/** Days are counted from 1970-01-01; NaN stands for what is not known. */
export interface ConsoleState {
  day: number;
  first: number;
  last: number;
  /** Place in the list of layers. */
  layer: number;
  /** Place in the list of units; -1: none. */
  selected: number;
  playing: boolean;
}

export interface ConsoleTheme {
  dark: boolean;
  /** #rrggbb */
  accent: string;
  bar: string;
  band: string;
}

export interface ConsoleThreshold {
  name: string;
  unit: string;
  official: number;
  value: number;
  low: number;
  high: number;
  step: number;
  confirmed: boolean;
}

export interface ConsoleRules {
  /** "" when no pack is in force. */
  pack: string;
  effect: string;
  confirmed: boolean;
  thresholds: readonly ConsoleThreshold[];
}

export interface ConsoleSeries {
  title: string;
  first: number;
  cases: Float32Array;
  /** As long as `cases`; null when there is no estimate. */
  rt: { mean: Float32Array; low: Float32Array; high: Float32Array } | null;
}

export interface ConsoleUnit {
  name: string;
  /** #rrggbb, as on the map. */
  colour: string;
  cases: number;
  rate: number;
  trend: number;
}

/** Any of the parts; those that are left out stay as they were. */
export interface Snapshot {
  state?: ConsoleState;
  words?: Readonly<Record<ConsoleWord, string>>;
  theme?: ConsoleTheme;
  layers?: readonly { name: string; hint: string }[];
  rules?: ConsoleRules;
  series?: ConsoleSeries;
  units?: readonly ConsoleUnit[];
}

export type ConsoleEvent =
  | { kind: 'setDay'; day: number }
  | { kind: 'setLayer'; layer: number }
  | { kind: 'play'; playing: boolean }
  | { kind: 'select'; unit: number }
  | { kind: 'setThreshold'; threshold: number; value: number }
  | { kind: 'resetThresholds' };

const MAGIC = 0x3143434c;
const TAGS = { state: 1, words: 2, theme: 3, layers: 4, rules: 5, series: 6, units: 7 } as const;
const encoder = new TextEncoder();

/** Grows as it is written; everything is a word of 32 bits, little-endian, or filled up to one. */
class Writer {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private size = 0;

  private room(size: number): number {
    const at = this.size;
    this.size += (size + 3) & ~3;
    if (this.size > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(2 * this.bytes.length, this.size));
      bytes.set(this.bytes);
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    }
    return at;
  }

  number(value: number): void {
    const at = this.room(4); // may replace the view
    this.view.setUint32(at, value, true);
  }
  integer(value: number): void {
    this.number(value); // the same bits
  }
  flag(value: boolean): void {
    this.number(value ? 1 : 0);
  }
  real(value: number): void {
    const at = this.room(4);
    this.view.setFloat32(at, value, true);
  }
  text(value: string): void {
    const bytes = encoder.encode(value.normalize('NFC'));
    this.number(bytes.length);
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
  }
  colour(value: string): void {
    const rgb = Number.parseInt(value.slice(1), 16);
    this.number(((rgb >> 16) | (rgb & 0xff00) | ((rgb & 0xff) << 16) | 0xff000000) >>> 0);
  }
  reals(values: Float32Array): void {
    for (const value of values) this.real(value);
  }
  part(tag: number, write: () => void): void {
    this.number(tag);
    const at = this.room(4);
    write();
    this.view.setUint32(at, this.size - at - 4, true);
  }
  take(): Uint8Array {
    return this.bytes.slice(0, this.size);
  }
}

export function writeSnapshot(said: Snapshot): Uint8Array {
  const out = new Writer();
  const { state, words, theme, layers, rules, series, units } = said;
  out.number(MAGIC);
  if (words) {
    out.part(TAGS.words, () => {
      out.number(CONSOLE_WORDS.length);
      for (const name of CONSOLE_WORDS) {
        out.text(name);
        out.text(words[name]);
      }
    });
  }
  if (theme) {
    out.part(TAGS.theme, () => {
      out.flag(theme.dark);
      for (const colour of [theme.accent, theme.bar, theme.band]) out.colour(colour);
    });
  }
  if (layers) {
    out.part(TAGS.layers, () => {
      out.number(layers.length);
      for (const { name, hint } of layers) {
        out.text(name);
        out.text(hint);
      }
    });
  }
  if (rules) {
    out.part(TAGS.rules, () => {
      out.text(rules.pack);
      out.text(rules.effect);
      out.flag(rules.confirmed);
      out.number(rules.thresholds.length);
      for (const { name, unit, official, value, low, high, step, confirmed } of rules.thresholds) {
        out.text(name);
        out.text(unit);
        for (const each of [official, value, low, high, step]) out.real(each);
        out.flag(confirmed);
      }
    });
  }
  if (series) {
    out.part(TAGS.series, () => {
      out.text(series.title);
      out.integer(series.first);
      out.number(series.cases.length);
      out.reals(series.cases);
      out.flag(series.rt !== null);
      if (series.rt) for (const line of [series.rt.mean, series.rt.low, series.rt.high]) out.reals(line);
    });
  }
  if (units) {
    out.part(TAGS.units, () => {
      out.number(units.length);
      for (const { name, colour, cases, rate, trend } of units) {
        out.text(name);
        out.colour(colour);
        for (const each of [cases, rate, trend]) out.real(each);
      }
    });
  }
  if (state) {
    out.part(TAGS.state, () => {
      for (const each of [state.day, state.first, state.last]) out.integer(each);
      out.number(state.layer);
      out.integer(state.selected);
      out.flag(state.playing);
    });
  }
  return out.take();
}

/** One event as the console left it: kind, index, value. Null for a kind of another version. */
export function readEvent(kind: number, index: number, value: number): ConsoleEvent | null {
  switch (kind) {
    case 1:
      return { kind: 'setDay', day: value };
    case 2:
      return { kind: 'setLayer', layer: index };
    case 3:
      return { kind: 'play', playing: value === 1 };
    case 4:
      return { kind: 'select', unit: index };
    case 5:
      return { kind: 'setThreshold', threshold: index, value };
    case 6:
      return { kind: 'resetThresholds' };
    default:
      return null;
  }
}
