/** The C++ overlay behind types: shapes of all units on a WebGL2 canvas. It draws when told to, and rests between. */

import createOverlay, { type OverlayModule } from 'lachan-core/overlay.mjs';
import wasmUrl from 'lachan-core/overlay.wasm?url';
import { whenIdle } from '../app/turns';

/** Levels of units from above. */
export type UnitLevel = 'province' | 'district' | 'commune';
export const LEVELS: readonly UnitLevel[] = ['province', 'district', 'commune'];
const DIGITS: Record<UnitLevel, number> = { province: 2, district: 3, commune: 5 };

export function levelOf(code: string): UnitLevel | null {
  return LEVELS.find((level) => DIGITS[level] === code.length) ?? null;
}

/** A place in the square of Web Mercator, 0 to 1 from the west and from the north. */
export interface World {
  x: number;
  y: number;
}

export interface Camera {
  middle: World;
  /** Width of the whole world in CSS pixels: 256 * 2^zoom. */
  worldPx: number;
  width: number;
  height: number;
  ratio: number;
}

export interface Label {
  unit: number;
  x: number;
  y: number;
}

/** What was pressed: a zone or a point, by its place in the list. */
export type MarkAt = { of: 'zone' | 'point'; at: number };
const ZONE = 0x40000000;

/** Said of a frame that was drawn with what was there: it shows all, but others would be slower than need be. */
const QUICKLY = 2;
/** On a page that never rests a part is made this often. */
const SETTLE_AFTER_MS = 500;

export class OverlayError extends Error {}

/** What a file of boundaries says of its shapes. */
export interface ShapesSource {
  /** Made by us and not surveyed. */
  readonly isSchematic: boolean;
  readonly source: string;
}

/** Codes of the units of each level, in the order of the file; "" for one that stands in for the unit above it. */
export function unitCodes(module: OverlayModule): [UnitLevel, string[]][] {
  return LEVELS.map((level, at) => {
    const count = module._overlay_units(at, 0, 0);
    const pointer = module._malloc(4 * count);
    module._overlay_units(at, pointer, 0);
    const codes = Array.from(module.HEAPU32.subarray(pointer / 4, pointer / 4 + count), (code) =>
      code === 0 ? '' : String(code).padStart(DIGITS[level], '0'),
    );
    module._free(pointer);
    return [level, codes];
  });
}

const NOTHING = 0xffffffff;
/** Added to a class: nobody has approved what is shown of the unit, and its edge is a row of dashes (wasm/overlay/edges.h). */
export const OPEN = 0x80;

export class Overlay {
  private context = 0;
  private isSettling = false;
  private readonly codes: Record<UnitLevel, string[]> = { province: [], district: [], commune: [] };
  private readonly places: Record<UnitLevel, Map<string, number>> = {
    province: new Map(),
    district: new Map(),
    commune: new Map(),
  };

  private constructor(
    private readonly module: OverlayModule,
    private readonly canvas: HTMLCanvasElement,
  ) {}

  /** Throws OverlayError when this browser has no WebGL2 or the file is no file of boundaries. */
  static async open(canvas: HTMLCanvasElement, boundaries: Promise<ArrayBuffer>): Promise<Overlay> {
    const module = await createOverlay({ locateFile: () => wasmUrl });
    const overlay = new Overlay(module, canvas);
    try {
      overlay.begin();
      canvas.addEventListener('webglcontextlost', overlay.lost);
      module._overlay_warm(); // browsers compile what draws at its first use: while the file still travels
      overlay.load(new Uint8Array(await boundaries));
    } catch (error) {
      overlay.dispose();
      throw error;
    }
    return overlay;
  }

  private begin(): void {
    this.context = this.module.GL.createContext(this.canvas, {
      majorVersion: 2,
      minorVersion: 0,
      alpha: true,
      antialias: false,
      depth: false,
      stencil: false,
      premultipliedAlpha: true,
      preserveDrawingBuffer: true, // a print or picture of the page shows what was drawn last
    });
    if (this.context === 0) throw new OverlayError('this browser has no WebGL2');
    this.module.GL.makeContextCurrent(this.context);
  }

  /** What the card held is gone; it is uploaded again at the first frame after the browser gives the context back. */
  private readonly lost = (event: Event): void => {
    event.preventDefault();
    this.module._overlay_context_lost();
  };

  private load(bytes: Uint8Array): void {
    const { module } = this;
    const ok = this.lend(bytes, (pointer) => module._overlay_load(pointer, bytes.length));
    if (!ok) throw new OverlayError(this.said());
    for (const [level, codes] of unitCodes(module)) {
      this.codes[level] = codes;
      this.places[level] = new Map(codes.map((code, unit) => [code, unit]));
    }
  }

  private said(): string {
    return this.text(this.module._overlay_error_data(), this.module._overlay_error_size());
  }

  private text(from: number, size: number): string {
    return new TextDecoder().decode(this.module.HEAPU8.slice(from, from + size));
  }

  /** Copies bytes into the module's memory for one call. */
  private lend<Answer>(bytes: Uint8Array, call: (pointer: number) => Answer): Answer {
    const pointer = this.module._malloc(bytes.length);
    try {
      this.module.HEAPU8.set(bytes, pointer);
      return call(pointer);
    } finally {
      this.module._free(pointer);
    }
  }

  get isSchematic(): boolean {
    return this.module._overlay_is_schematic() === 1;
  }

  get source(): string {
    return this.text(this.module._overlay_source_data(), this.module._overlay_source_size());
  }

  count(level: UnitLevel): number {
    return this.codes[level].length;
  }

  unitOf(code: string): number | null {
    const level = levelOf(code);
    return (level && this.places[level].get(code)) ?? null;
  }

  /** "" for a unit that stands in for the one above it, which has nothing below. */
  codeOf(level: UnitLevel, unit: number): string {
    return this.codes[level][unit] ?? '';
  }

  /** A class for each unit of the level, in the order of the file, with OPEN or without. */
  setClasses(level: UnitLevel, classes: Uint8Array): void {
    const ok = this.lend(classes, (pointer) => this.module._overlay_classes(LEVELS.indexOf(level), pointer, classes.length));
    if (!ok) throw new OverlayError(`${classes.length} classes for ${this.count(level)} units`);
  }

  /** CSS colours of the classes, #rrggbb, that of borders, and that of a rim along coasts where there is to be one. */
  setPalette(colours: readonly string[], { border, coast }: { border: string; coast: string | null }, patterned: boolean): void {
    const words = Uint32Array.from(colours, packed);
    this.lend(new Uint8Array(words.buffer), (pointer) =>
      this.module._overlay_palette(pointer, words.length, packed(border), coast === null ? 0 : packed(coast), patterned ? 1 : 0),
    );
  }

  setLevel(level: UnitLevel): void {
    this.module._overlay_level(LEVELS.indexOf(level));
  }

  select(level: UnitLevel, unit: number | null): void {
    this.module._overlay_select(LEVELS.indexOf(level), unit ?? NOTHING);
  }

  /** The unit of the level shown at a place; null in the sea and abroad. */
  pick({ x, y }: World): number | null {
    const unit = this.module._overlay_pick(x, y) >>> 0;
    return unit === NOTHING ? null : unit;
  }

  /** North-west and south-east corners. */
  boxOf(level: UnitLevel, unit: number): [World, World] | null {
    const pointer = this.module._overlay_box(LEVELS.indexOf(level), unit);
    if (pointer === 0) return null;
    const [west = 0, north = 0, east = 0, south = 0] = this.module.HEAPF64.subarray(pointer / 8, pointer / 8 + 4);
    return [
      { x: west, y: north },
      { x: east, y: south },
    ];
  }

  /** Zones over the map: the ring and the level, 0 to 4, of each. */
  setZones(zones: readonly { ring: readonly World[]; level: number }[]): void {
    const corners = Float64Array.from(zones.flatMap(({ ring }) => ring.flatMap(({ x, y }) => [x, y])));
    let end = 0;
    const ends = Uint32Array.from(zones, ({ ring }) => (end += ring.length));
    const levels = Uint8Array.from(zones, ({ level }) => level);
    this.lendAll([corners, ends, levels], (at) => this.module._overlay_zones(at[0] ?? 0, at[1] ?? 0, at[2] ?? 0, zones.length));
  }

  /** Signs over the map; kinds 0 to 7. */
  setPoints(points: readonly { place: World; kind: number }[]): void {
    const places = Float64Array.from(points.flatMap(({ place }) => [place.x, place.y]));
    const kinds = Uint8Array.from(points, ({ kind }) => kind);
    this.lendAll([places, kinds], (at) => this.module._overlay_points(at[0] ?? 0, at[1] ?? 0, points.length));
  }

  /** CSS colours of the five levels of zones and of the eight kinds of points. */
  setMarkColours(levels: readonly string[], kinds: readonly string[]): void {
    const words = Uint32Array.from([...levels.slice(0, 5), ...kinds.slice(0, 8)], packed);
    this.lendAll([words], (at) => this.module._overlay_mark_colours(at[0] ?? 0));
  }

  selectMark(mark: MarkAt | null): void {
    this.module._overlay_mark_select(mark === null ? NOTHING : mark.of === 'zone' ? mark.at + ZONE : mark.at);
  }

  markAt({ x, y }: World): MarkAt | null {
    const mark = this.module._overlay_mark_at(x, y) >>> 0;
    if (mark === NOTHING) return null;
    return mark >= ZONE ? { of: 'zone', at: mark - ZONE } : { of: 'point', at: mark };
  }

  /** Points that are shown as heat; `places`: x and y of each in 2^-32 of the world. */
  setHeat(places: Uint32Array, weights: Float32Array): void {
    this.lendAll([places, weights], (at) => this.module._overlay_heat(at[0] ?? 0, at[1] ?? 0, weights.length));
  }

  showHeat(shown: boolean): void {
    this.module._overlay_heat_show(shown ? 1 : 0);
  }

  /** Where the name of a unit stands. */
  insideOf(level: UnitLevel, unit: number): World | null {
    const pointer = this.module._overlay_inside(LEVELS.indexOf(level), unit);
    if (pointer === 0) return null;
    const [x = 0, y = 0] = this.module.HEAPF64.subarray(pointer / 8, pointer / 8 + 2);
    return { x, y };
  }

  private lendAll(arrays: readonly (Float64Array | Float32Array | Uint32Array | Uint8Array)[], call: (pointers: number[]) => void): void {
    const pointers = arrays.map(({ byteLength }) => this.module._malloc(byteLength + 8));
    try {
      for (const [i, array] of arrays.entries())
        this.module.HEAPU8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), pointers[i] ?? 0);
      call(pointers);
    } finally {
      for (const pointer of pointers) this.module._free(pointer);
    }
  }

  /** Between the loss of the context and its return nothing can be drawn. */
  get isLost(): boolean {
    return this.canvas.getContext('webgl2')?.isContextLost() ?? true;
  }

  /** Draws; false when the browser refused. */
  draw({ middle, worldPx, width, height, ratio }: Camera): boolean {
    if (this.isLost) return false;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide) this.canvas.width = wide;
    if (this.canvas.height !== high) this.canvas.height = high;
    this.module.GL.makeContextCurrent(this.context);
    const drawn = this.module._overlay_frame(middle.x, middle.y, worldPx, width, height, ratio);
    if (drawn === QUICKLY) this.settleLater();
    else if (drawn !== 0) this.saySettled();
    return drawn !== 0;
  }

  /** What later frames are drawn from is made when nothing else is to be done, in parts that hold up no tap. */
  private settleLater(): void {
    delete this.canvas.dataset['settled'];
    if (this.isSettling) return;
    this.isSettling = true;
    whenIdle(() => {
      this.isSettling = false;
      if (this.context === 0 || this.isLost) return;
      this.module.GL.makeContextCurrent(this.context);
      if (this.module._overlay_settle() === 1) this.settleLater();
      else this.saySettled();
    }, SETTLE_AFTER_MS);
  }

  /** On the canvas, for whoever measures or tests it: what frames are drawn from is there, and none makes any of it on the way. */
  private saySettled(): void {
    this.canvas.dataset['settled'] = '';
  }

  /** The names that fit into the view of the last frame. `widths`: CSS pixels of each unit's name, 0 for none. */
  labels(level: UnitLevel, widths: Float32Array, height: number): Label[] {
    const bytes = new Uint8Array(widths.buffer, widths.byteOffset, widths.byteLength);
    const count = this.lend(bytes, (pointer) => this.module._overlay_labels(LEVELS.indexOf(level), pointer, widths.length, height));
    const at = this.module._overlay_labels_data() / 4;
    return Array.from({ length: count }, (_, i) => ({
      unit: this.module.HEAPU32[at + 3 * i] ?? 0,
      x: this.module.HEAPF32[at + 3 * i + 1] ?? 0,
      y: this.module.HEAPF32[at + 3 * i + 2] ?? 0,
    }));
  }

  /** Gives the context back; the canvas can have no other. */
  dispose(): void {
    this.canvas.removeEventListener('webglcontextlost', this.lost);
    if (this.context === 0) return;
    const gl = this.canvas.getContext('webgl2');
    this.module.GL.deleteContext(this.context);
    this.context = 0;
    if (gl && !gl.isContextLost()) gl.getExtension('WEBGL_lose_context')?.loseContext(); // browsers keep few contexts, and free one late
  }
}

/** #rrggbb as the bytes R, G, B, 255. */
function packed(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((value >> 16) | (value & 0xff00) | ((value & 0xff) << 16) | 0xff000000) >>> 0;
}
