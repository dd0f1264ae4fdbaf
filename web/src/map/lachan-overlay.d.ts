/** What the wasm build leaves in its folder for the map; vite.config.ts resolves the name `lachan-core`. */
declare module 'lachan-core/overlay.mjs' {
  export interface OverlayModule {
    _overlay_warm(): void;
    _overlay_load(data: number, size: number): number;
    _overlay_error_data(): number;
    _overlay_error_size(): number;
    _overlay_units(level: number, codes: number, parents: number): number;
    _overlay_classes(level: number, classes: number, count: number): number;
    _overlay_palette(colours: number, count: number, border: number, rim: number, patterned: number): void;
    _overlay_level(level: number): void;
    _overlay_select(level: number, unit: number): void;
    _overlay_pick(x: number, y: number): number;
    _overlay_box(level: number, unit: number): number;
    _overlay_labels(level: number, widths: number, count: number, height: number): number;
    _overlay_labels_data(): number;
    _overlay_is_schematic(): number;
    _overlay_source_data(): number;
    _overlay_source_size(): number;
    _overlay_shape(level: number, unit: number): number;
    _overlay_shape_data(): number;
    _overlay_zones(corners: number, ends: number, levels: number, count: number): void;
    _overlay_points(places: number, kinds: number, count: number): void;
    _overlay_mark_colours(colours: number): void;
    _overlay_mark_select(mark: number): void;
    _overlay_mark_at(x: number, y: number): number;
    _overlay_heat(places: number, weights: number, count: number): void;
    _overlay_heat_show(shown: number): void;
    _overlay_inside(level: number, unit: number): number;
    _overlay_frame(x: number, y: number, world: number, width: number, height: number, ratio: number): number;
    _overlay_settle(): number;
    _overlay_context_lost(): void;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    // Views of the memory; they are replaced when it grows, so they are read anew at each use.
    HEAPU8: Uint8Array;
    HEAPU32: Uint32Array;
    HEAPF32: Float32Array;
    HEAPF64: Float64Array;
    GL: {
      createContext(canvas: HTMLCanvasElement, attributes: WebGLContextAttributes & { majorVersion: number; minorVersion: number }): number;
      makeContextCurrent(context: number): boolean;
      deleteContext(context: number): void;
    };
  }
  export default function createOverlay(options: { locateFile: (name: string) => string }): Promise<OverlayModule>;
}
declare module 'lachan-core/overlay.wasm?url' {
  const url: string;
  export default url;
}
