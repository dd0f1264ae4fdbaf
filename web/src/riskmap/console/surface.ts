/** The canvas of the console over the map: brings it what hands do, draws when it asks to, and lets through to the map what is not its. */

import createConsole, { type ConsoleModule } from 'lachan-core/console.mjs';
import wasmUrl from 'lachan-core/console.wasm?url';
import { drawFont } from './font';
import { readEvent, writeSnapshot, type ConsoleEvent, type Snapshot } from './snapshot';

export class ConsoleError extends Error {}

/** ImGuiKey by the browser's name. Tab is not among them: it goes on through the page. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: 1, ArrowRight: 2, ArrowUp: 3, ArrowDown: 4, PageUp: 5, PageDown: 6, Home: 7, End: 8, Insert: 9, Delete: 10, Backspace: 11,
  ' ': 12, Enter: 13,
};
/** ImGuiMouseCursor, from 0. */
const CURSORS = ['default', 'text', 'move', 'ns-resize', 'ew-resize', 'nesw-resize', 'nwse-resize', 'pointer', 'not-allowed'];
/** ImGui counts wheel steps; a step of most mice is so many pixels. */
const WHEEL_STEP_PX = 100;

export interface SurfaceWords {
  /** Name of the canvas for who does not see it; says where the same content is. */
  label: string;
}

export class ConsoleSurface {
  private readonly canvas = document.createElement('canvas');
  private readonly resize: ResizeObserver;
  private readonly endings = new AbortController();
  private context = 0;
  private drawing = 0;
  private before = 0;
  private ratio = 0;
  private fontRatio = 0;
  private isLost = false;
  /** The characters are there. */
  private isReady = false;
  private gone = false;

  private constructor(
    private readonly module: ConsoleModule,
    private readonly host: HTMLElement,
    words: SurfaceWords,
    private readonly ask: (event: ConsoleEvent) => void,
    private readonly leave: () => void,
  ) {
    const { canvas } = this;
    canvas.className = 'console-canvas no-print';
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', words.label);
    this.resize = new ResizeObserver(() => this.wake());
  }

  /** Throws ConsoleError when this browser has no WebGL2 to spare. `leave` is called when somebody wants out. */
  static async open(host: HTMLElement, words: SurfaceWords, first: Snapshot, ask: (event: ConsoleEvent) => void, leave: () => void): Promise<ConsoleSurface> {
    const module = await createConsole({ locateFile: () => wasmUrl });
    const surface = new ConsoleSurface(module, host, words, ask, leave);
    surface.begin();
    try {
      surface.show(first);
      await surface.learnFont();
    } catch (error) {
      surface.dispose();
      throw error;
    }
    surface.listen();
    surface.isReady = true;
    surface.wake();
    return surface;
  }

  private begin(): void {
    this.host.append(this.canvas);
    this.context = this.module.GL.createContext(this.canvas, {
      majorVersion: 2,
      minorVersion: 0,
      alpha: true,
      antialias: false,
      depth: false,
      stencil: false,
      premultipliedAlpha: true,
      preserveDrawingBuffer: true, // it is drawn seldom, and shown until then
    });
    if (this.context === 0) {
      this.canvas.remove();
      throw new ConsoleError('this browser has no WebGL2');
    }
    this.module.GL.makeContextCurrent(this.context);
    this.module._console_open();
  }

  focus(): void {
    this.canvas.focus({ preventScroll: true });
  }

  rename({ label }: SurfaceWords): void {
    this.canvas.setAttribute('aria-label', label);
  }

  /** Throws ConsoleError, with the field's name, for a message that is not right; nothing is changed then. */
  show(said: Snapshot): void {
    const { module } = this;
    const bytes = writeSnapshot(said);
    if (this.lend(bytes, (at) => module._console_show(at, bytes.length)) === 0) {
      const from = module._console_error_data();
      throw new ConsoleError(new TextDecoder().decode(module.HEAPU8.slice(from, from + module._console_error_size())));
    }
    this.wake();
  }

  private lend<Answer>(bytes: Uint8Array, call: (pointer: number) => Answer): Answer {
    const pointer = this.module._malloc(bytes.length);
    try {
      this.module.HEAPU8.set(bytes, pointer);
      return call(pointer);
    } finally {
      this.module._free(pointer);
    }
  }

  private async learnFont(): Promise<void> {
    const ratio = this.nowRatio();
    const { coverage, width, height, glyphs, count, lineHeight } = await drawFont(ratio);
    if (this.gone) return;
    this.fontRatio = ratio;
    this.module.GL.makeContextCurrent(this.context);
    const ok = this.lend(coverage, (picture) =>
      this.lend(glyphs, (cells) => this.module._console_font(picture, width, height, cells, count, lineHeight)),
    );
    if (!ok) throw new ConsoleError('the characters of the font do not fit');
  }

  private nowRatio(): number {
    return Math.min(Math.max(devicePixelRatio, 1), 3);
  }

  /** There is something to draw. */
  private wake(): void {
    if (this.drawing === 0 && this.isReady && !this.gone) this.drawing = requestAnimationFrame((time) => this.frame(time));
  }

  private frame(time: number): void {
    this.drawing = 0;
    const { module, canvas } = this;
    const { clientWidth: width, clientHeight: height } = this.host;
    if (this.isLost || width === 0 || height === 0) return;
    this.ratio = this.nowRatio();
    if (this.fontRatio !== this.ratio) {
      // Another screen, or the page was zoomed: the characters are drawn anew for it.
      void this.learnFont().then(() => this.wake(), () => undefined);
      this.fontRatio = this.ratio;
    }
    const [wide, high] = [Math.round(width * this.ratio), Math.round(height * this.ratio)];
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    module.GL.makeContextCurrent(this.context);
    const more = module._console_frame(wide, high, this.ratio, this.before === 0 ? 0 : (time - this.before) / 1000);
    this.before = time;
    this.learnShape();
    canvas.style.cursor = CURSORS[module._console_cursor()] ?? 'default';
    this.pass();
    if (more > 0) this.wake();
  }

  /** Outside of its windows the canvas is not there: neither seen nor touched. */
  private learnShape(): void {
    const { module, ratio } = this;
    const at = module._console_boxes_data() / 4;
    let path = '';
    for (let i = 0; i < module._console_boxes(); i += 1) {
      const [left = 0, top = 0, right = 0, bottom = 0] = Array.from(module.HEAPF32.subarray(at + 4 * i, at + 4 * i + 4), (value) => value / ratio);
      path += `M${left} ${top}H${right}V${bottom}H${left}Z`;
    }
    const shape = `path("${path || 'M0 0'}")`;
    if (this.canvas.dataset['shape'] === path) return;
    this.canvas.dataset['shape'] = path;
    this.canvas.style.clipPath = shape;
  }

  private pass(): void {
    const { module } = this;
    const at = module._console_events_data();
    const events: ConsoleEvent[] = [];
    for (let i = 0; i < module._console_events(); i += 1) {
      const from = at + 16 * i;
      const event = readEvent(module.HEAPU32[from / 4] ?? 0, module.HEAP32[from / 4 + 1] ?? 0, module.HEAPF64[from / 8 + 1] ?? 0);
      if (event) events.push(event);
    }
    module._console_events_clear();
    for (const event of events) this.ask(event);
  }

  private listen(): void {
    const { canvas, module } = this;
    const { signal } = this.endings;
    const on = <Name extends keyof HTMLElementEventMap>(name: Name, act: (event: HTMLElementEventMap[Name]) => void): void =>
      canvas.addEventListener(
        name,
        (event) => {
          event.stopPropagation(); // the map under it has none of this
          act(event);
          this.wake();
        },
        { signal, passive: false },
      );
    const move = ({ clientX, clientY }: MouseEvent): void => {
      const { left, top } = canvas.getBoundingClientRect();
      module._console_move((clientX - left) * this.ratio, (clientY - top) * this.ratio);
    };
    on('pointermove', move);
    on('pointerdown', (event) => {
      if (event.button > 2) return;
      event.preventDefault();
      this.focus();
      canvas.setPointerCapture(event.pointerId);
      move(event);
      module._console_button(event.button === 1 ? 2 : event.button === 2 ? 1 : 0, 1);
    });
    on('pointerup', (event) => {
      move(event);
      module._console_button(event.button === 1 ? 2 : event.button === 2 ? 1 : 0, 0);
      if (event.pointerType !== 'mouse') module._console_leave(); // a finger that is lifted points at nothing
    });
    on('pointercancel', () => module._console_release_all());
    on('pointerleave', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) module._console_leave();
    });
    for (const name of ['mousedown', 'mouseup', 'click', 'dblclick', 'contextmenu', 'touchstart', 'touchmove', 'touchend'] as const)
      on(name, (event) => {
        if (name === 'contextmenu') event.preventDefault();
      });
    on('wheel', (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 1 / 3 : event.deltaMode === 2 ? 3 : 1 / WHEEL_STEP_PX;
      module._console_wheel(-event.deltaX * unit, -event.deltaY * unit);
    });
    on('keydown', (event) => this.key(event, true));
    on('keyup', (event) => this.key(event, false));
    on('blur', () => module._console_release_all());
    canvas.addEventListener('webglcontextlost', this.lost, { signal });
    canvas.addEventListener('webglcontextrestored', this.found, { signal });
    addEventListener('resize', () => this.wake(), { signal }); // also when the page is zoomed
    this.resize.observe(this.host);
  }

  private key(event: KeyboardEvent, down: boolean): void {
    if (event.key === 'Escape' || event.key === 'F2') {
      event.preventDefault();
      if (down && !event.repeat) this.leave();
      return;
    }
    if (event.key === 'F6') {
      event.preventDefault();
      if (down) this.module._console_next_window();
      return;
    }
    const code = KEYS[event.key];
    if (code === undefined || event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own
    event.preventDefault();
    if (!event.repeat) this.module._console_key(code, down ? 1 : 0, event.shiftKey ? 2 : 0);
  }

  private readonly lost = (event: Event): void => {
    event.preventDefault();
    this.isLost = true;
    this.module._console_context_lost();
  };

  private readonly found = (): void => {
    this.isLost = false;
    this.wake();
  };

  /** Frees what the card and the module hold. */
  dispose(): void {
    if (this.gone) return;
    this.gone = true;
    cancelAnimationFrame(this.drawing);
    this.endings.abort();
    this.resize.disconnect();
    const { module, canvas } = this;
    module.GL.makeContextCurrent(this.context);
    module._console_close();
    const extension = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
    module.GL.deleteContext(this.context);
    if (!this.isLost) extension?.loseContext(); // browsers keep few contexts, and free one late
    canvas.remove();
  }
}
