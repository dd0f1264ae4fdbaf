/** Shapes of units for files of others, from the overlay's module without a canvas: a device that draws no map has them too. */

import createOverlay from 'lachan-core/overlay.mjs';
import wasmUrl from 'lachan-core/overlay.wasm?url';
import { levelOf, LEVELS, OverlayError, unitCodes, type ShapesSource } from './overlay';

export type Position = [longitude: number, latitude: number];
/** Rings in degrees, as the core gives them: the outer one counterclockwise, then its holes clockwise; not closed. */
export type Polygon = Position[][];

export interface Shapes extends ShapesSource {
  /** Empty for a unit that has no shape. */
  of(code: string): Polygon[];
}

export async function openShapes(boundaries: ArrayBuffer): Promise<Shapes> {
  const module = await createOverlay({ locateFile: () => wasmUrl });
  const bytes = new Uint8Array(boundaries);
  const pointer = module._malloc(bytes.length);
  module.HEAPU8.set(bytes, pointer);
  const ok = module._overlay_load(pointer, bytes.length);
  module._free(pointer);
  const text = (from: number, size: number): string => new TextDecoder().decode(module.HEAPU8.slice(from, from + size));
  if (!ok) throw new OverlayError(text(module._overlay_error_data(), module._overlay_error_size()));
  const places = new Map(unitCodes(module).flatMap(([, codes]) => codes.map((code, unit) => [code, unit] as const)));
  return {
    isSchematic: module._overlay_is_schematic() === 1,
    source: text(module._overlay_source_data(), module._overlay_source_size()),
    of(code) {
      const level = levelOf(code);
      const unit = places.get(code);
      if (level === null || unit === undefined) return [];
      const size = module._overlay_shape(LEVELS.indexOf(level), unit);
      const at = module._overlay_shape_data() / 8;
      return readShape(module.HEAPF64.subarray(at, at + size));
    },
  };
}

/** The numbers of overlay_shape: of each polygon its rings, of each ring its places. */
export function readShape(numbers: Float64Array): Polygon[] {
  const polygons: Polygon[] = [];
  let at = 0;
  const next = (): number => numbers[at++] ?? 0;
  while (at < numbers.length) {
    polygons.push(Array.from({ length: next() }, () => Array.from({ length: next() }, (): Position => [next(), next()])));
  }
  return polygons;
}
