/** The camera, pictures or dropped files, in one box: whatever is found goes to `onTexts`. Shared by every screen that scans. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { iconClose, iconScan } from '../app/icons';
import { openCamera, CameraError, type Camera, type CameraChoice, type CameraTrouble } from './camera';
import { openReader, PictureError, type PictureTrouble, type Reader } from './reader';
import { t } from './text';
import './scan.css';

export interface ScanBox {
  /** Draws again, in the language of now. */
  draw(): void;
  /** Opens the camera, as the button does. */
  openCamera(): Promise<void>;
  /** Closes the camera, if it is open. */
  stop(): void;
  /** Reads pictures that came another way, such as from the clipboard. */
  read(files: readonly Blob[]): Promise<void>;
  /** A line under the frame, for what was seen but not wanted. */
  note(words: string): void;
  dispose(): void;
}

export interface ScanOptions {
  /** Given the distinct texts of a frame, or of all files chosen at once. True: they were taken, and the camera closes. */
  onTexts(texts: string[], from: 'camera' | 'picture'): Promise<boolean>;
  /** Several files at once, and PDF documents. */
  documents?: boolean;
}

type State = 'closed' | 'opening' | 'looking' | 'reading';
type Trouble = CameraTrouble | PictureTrouble | 'noCode';

/** So many files are read at once; more are a mistake, or a folder. */
const MOST_FILES = 20;

/** `await t.load()` first. */
export function scanBox(place: HTMLElement, { onTexts, documents = false }: ScanOptions): ScanBox {
  let state: State = 'closed';
  let trouble: Trouble | null = null;
  let remark = '';
  let reader: Reader | null = null;
  let camera: Camera | null = null;
  let cameras: CameraChoice[] = [];
  let chosen = '';
  let torch = false;
  let dragging = false;
  let turn = 0; // what was begun before the last close is not heard any more

  const drawer = (): Reader => (reader ??= openReader());

  function set(next: State, why: Trouble | null = null): void {
    state = next;
    trouble = why;
    draw();
  }

  function close(why: Trouble | null = null): void {
    ++turn;
    camera?.stop();
    camera = null;
    torch = false;
    remark = '';
    set('closed', why);
  }

  function troubled(error: unknown): Trouble {
    return error instanceof CameraError || error instanceof PictureError ? error.trouble : 'readerFailed';
  }

  async function start(): Promise<void> {
    const mine = ++turn;
    set('opening');
    const video = place.querySelector('video');
    if (!video) return;
    try {
      const opened = await openCamera(video, drawer(), {
        deviceId: chosen,
        onTexts: async (texts) => mine === turn && (await onTexts(texts, 'camera')) && closed(mine),
        onTrouble: (why) => {
          if (mine === turn) close(why);
        },
      });
      if (mine !== turn) return opened.stop();
      camera = opened;
      set('looking');
      place.querySelector<HTMLButtonElement>('.scan-stop')?.focus({ preventScroll: true });
      place.querySelector('.scan-frame')?.scrollIntoView({ block: 'nearest' });
      cameras = await opened.choices().catch(() => []);
      if (mine === turn) draw();
    } catch (error) {
      if (mine === turn) close(troubled(error));
    }
  }

  function closed(mine: number): boolean {
    if (mine === turn) close();
    return true;
  }

  async function read(files: readonly Blob[]): Promise<void> {
    if (files.length === 0) return;
    if (state !== 'closed') close();
    const mine = ++turn;
    remark = '';
    set('reading');
    const texts = new Set<string>();
    let without = Math.max(0, files.length - MOST_FILES);
    let why: Trouble = 'noCode';
    for (const file of files.slice(0, MOST_FILES)) {
      try {
        const found = await drawer().file(file);
        for (const text of found) texts.add(text);
        if (found.length === 0) ++without;
      } catch (error) {
        ++without;
        why = troubled(error);
      }
      if (mine !== turn) return;
    }
    // First back to rest, then on to whoever asked: what they note about the code must stay.
    set('closed', texts.size > 0 ? null : why);
    if (texts.size === 0) return;
    if (without > 0) note(t('someWithout', { n: without }));
    await onTexts([...texts], 'picture');
  }

  const choose = (event: Event): void => {
    const input = event.target as HTMLInputElement; // the listener sits on an input
    const files = [...(input.files ?? [])];
    input.value = ''; // the same file may be chosen again
    void read(files);
  };

  const drag = (event: DragEvent): void => {
    event.preventDefault();
    const inside = event.type !== 'dragleave';
    if (inside === dragging) return;
    dragging = inside;
    draw();
  };

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    dragging = false;
    draw();
    void read([...(event.dataTransfer?.files ?? [])]);
  };

  const switchTorch = async (): Promise<void> => {
    try {
      await camera?.setTorch(!torch);
      torch = !torch;
      draw();
    } catch {
      // The lamp stays as it is.
    }
  };

  const switchCamera = (event: Event): void => {
    chosen = (event.target as HTMLSelectElement).value; // the listener sits on a select
    camera?.stop();
    void start();
  };

  function note(words: string): void {
    remark = words;
    draw();
  }

  function frame(): TemplateResult {
    return html`<div class="scan-frame" ?hidden=${state !== 'opening' && state !== 'looking'} @keydown=${escape}>
      <video muted playsinline aria-label=${t('aim')}></video>
      <span class="scan-corners" aria-hidden="true"></span>
      <p class="scan-aim">${state === 'opening' ? t('opening') : t('aim')}</p>
      <div class="scan-tools">
        ${cameras.length > 1
          ? html`<select class="scan-camera" aria-label=${t('whichCamera')} @change=${switchCamera}>
              ${cameras.map(
                ({ id, label }, index) =>
                  html`<option value=${id} ?selected=${id === camera?.id}>${label || t('nthCamera', { n: index + 1 })}</option>`,
              )}
            </select>`
          : nothing}
        ${camera?.hasTorch
          ? html`<button class="button second" type="button" aria-pressed=${torch} @click=${switchTorch}>
              ${torch ? t('torchOff') : t('torchOn')}
            </button>`
          : nothing}
        <button class="button second scan-stop" type="button" @click=${() => close()}>${iconClose()} ${t('stop')}</button>
      </div>
    </div>`;
  }

  function rest(): TemplateResult {
    return html`<button class="button scan-open" type="button" @click=${start}>${iconScan()} ${t('camera')}</button>
      <label class="scan-drop ${dragging ? 'over' : ''}" @dragenter=${drag} @dragover=${drag} @dragleave=${drag} @drop=${drop}>
        <input type="file" accept=${documents ? 'image/*,application/pdf' : 'image/*'} ?multiple=${documents} @change=${choose} />
        <span class="scan-choose">${documents ? t('documents') : t('picture')}</span>
        <span class="hint">${documents ? t('documentsHint') : t('pictureHint')} · ${t('pictureLimit')}</span>
      </label>`;
  }

  function view(): TemplateResult {
    const open = state === 'opening' || state === 'looking';
    return html`
      <div class="scan ${open ? 'open' : ''}">
        ${frame()} ${open ? nothing : rest()}
        <p class="scan-said ${trouble ? 'error' : ''}" role="status">${said()}</p>
      </div>
    `;
  }

  const escape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
  };

  function said(): string {
    if (trouble) return t(`trouble.${trouble}`);
    if (state === 'reading') return t('reading');
    if (state === 'looking') return remark || t('looking');
    return state === 'closed' ? remark : '';
  }

  function draw(): void {
    render(view(), place);
  }

  draw();
  return {
    draw,
    openCamera: start,
    stop() {
      if (state !== 'closed') close();
    },
    read,
    note,
    dispose() {
      ++turn;
      camera?.stop();
      reader?.close();
      render(nothing, place);
    },
  };
}
