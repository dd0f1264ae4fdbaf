/** What the wasm build leaves in its folder for the console; vite.config.ts resolves the name `lachan-core`. */
declare module 'lachan-core/console.mjs' {
  export interface ConsoleModule {
    _console_open(): void;
    _console_close(): void;
    _console_show(message: number, size: number): number;
    _console_error_data(): number;
    _console_error_size(): number;
    _console_font(coverage: number, width: number, height: number, glyphs: number, count: number, lineHeight: number): number;
    _console_move(x: number, y: number): void;
    _console_leave(): void;
    _console_button(button: number, down: number): void;
    _console_wheel(x: number, y: number): void;
    _console_key(key: number, down: number, modifiers: number): void;
    _console_release_all(): void;
    _console_next_window(): void;
    _console_frame(width: number, height: number, ratio: number, seconds: number): number;
    _console_boxes(): number;
    _console_boxes_data(): number;
    _console_cursor(): number;
    _console_events(): number;
    _console_events_data(): number;
    _console_events_clear(): void;
    _console_context_lost(): void;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    // Views of the memory; they are replaced when it grows, so they are read anew at each use.
    HEAPU8: Uint8Array;
    HEAPU32: Uint32Array;
    HEAP32: Int32Array;
    HEAPF32: Float32Array;
    HEAPF64: Float64Array;
    GL: {
      createContext(canvas: HTMLCanvasElement, attributes: WebGLContextAttributes & { majorVersion: number; minorVersion: number }): number;
      makeContextCurrent(context: number): boolean;
      deleteContext(context: number): void;
    };
  }
  export default function createConsole(options: { locateFile: (name: string) => string }): Promise<ConsoleModule>;
}
declare module 'lachan-core/console.wasm?url' {
  const url: string;
  export default url;
}
