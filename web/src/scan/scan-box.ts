/** The camera, a picture or a dropped file, in one box: whatever is found goes to `onTexts`. Shared by every screen that scans. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { iconClose, iconScan } from '../app/icons';
import { openCamera, CameraError, type Camera, type CameraTrouble } from './camera';
import { openReader, PictureError, type PictureTrouble, type Reader } from './reader';
import { t } from './text';
import './scan.css';

export interface ScanBox {
  /** Draws again, in the language of now. */
  draw(): void;
  /** Opens the camera, as the button does. */
  openCamera(): Promise<void>;
  /** A line under the frame, for what was seen but not wanted. */
  note(words: string): void;
  dispose(): void;
}

export interface ScanOptions {
  /** Given the distinct texts of a frame or picture. True: they were taken, and the camera closes. */
  onTexts(texts: string[], from: 'camera' | 'picture'): Promise<boolean>;
}

type State = 'closed' | 'opening' | 'looking' | 'reading';
type Trouble = CameraTrouble | PictureTrouble | 'noCode';

/** `await t.load()` first. */
export function scanBox(place: HTMLElement, { onTexts }: ScanOptions): ScanBox {
  let state: State = 'closed';
  let trouble: Trouble | null = null;
  let remark = '';
  let reader: Reader | null = null;
  let camera: Camera | null = null;
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
      const opened = await openCamera(
        video,
        drawer(),
        async (texts) => mine === turn && (await onTexts(texts, 'camera')) && closed(mine),
        (why) => {
          if (mine === turn) close(why);
        },
      );
      if (mine !== turn) return opened.stop();
      camera = opened;
      set('looking');
      place.querySelector<HTMLButtonElement>('.scan-stop')?.focus({ preventScroll: true });
      place.querySelector('.scan-frame')?.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      if (mine === turn) close(troubled(error));
    }
  }

  function closed(mine: number): boolean {
    if (mine === turn) close();
    return true;
  }

  async function read(file: Blob | null | undefined): Promise<void> {
    if (!file) return;
    if (state !== 'closed') close();
    const mine = ++turn;
    remark = '';
    set('reading');
    try {
      const texts = await drawer().picture(file);
      if (mine !== turn) return;
      // First back to rest, then on to whoever asked: what they note about the code must stay.
      set('closed', texts.length > 0 ? null : 'noCode');
      if (texts.length > 0) await onTexts(texts, 'picture');
    } catch (error) {
      if (mine === turn) set('closed', troubled(error));
    }
  }

  const choose = (event: Event): void => {
    const input = event.target as HTMLInputElement; // the listener sits on an input
    void read(input.files?.[0]);
    input.value = ''; // the same file may be chosen again
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
    void read(event.dataTransfer?.files[0]);
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

  function view(): TemplateResult {
    const open = state === 'opening' || state === 'looking';
    return html`
      <div class="scan ${open ? 'open' : ''}">
        <div class="scan-frame" ?hidden=${!open} @keydown=${escape}>
          <video muted playsinline aria-label=${t('aim')}></video>
          <span class="scan-corners" aria-hidden="true"></span>
          <p class="scan-aim">${state === 'opening' ? t('opening') : t('aim')}</p>
          <div class="scan-tools">
            ${camera?.hasTorch
              ? html`<button class="button second" type="button" aria-pressed=${torch} @click=${switchTorch}>
                  ${torch ? t('torchOff') : t('torchOn')}
                </button>`
              : nothing}
            <button class="button second scan-stop" type="button" @click=${() => close()}>${iconClose()} ${t('stop')}</button>
          </div>
        </div>
        ${open
          ? nothing
          : html`<button class="button scan-open" type="button" @click=${start}>${iconScan()} ${t('camera')}</button>
              <label class="scan-drop ${dragging ? 'over' : ''}" @dragenter=${drag} @dragover=${drag} @dragleave=${drag} @drop=${drop}>
                <input type="file" accept="image/*" @change=${choose} />
                <span class="scan-choose">${t('picture')}</span>
                <span class="hint">${t('pictureHint')} · ${t('pictureLimit')}</span>
              </label>`}
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
    note(words) {
      remark = words;
      draw();
    },
    dispose() {
      ++turn;
      camera?.stop();
      reader?.close();
      render(nothing, place);
    },
  };
}
