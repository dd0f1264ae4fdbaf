/** The texts of the codes in a picture or a frame. The reader is downloaded when it is first needed. */

import type { ReadReply, ReadRequest } from './reader-worker';

export type PictureTrouble = 'tooBig' | 'notPicture' | 'notPdf' | 'pdfFailed' | 'readerFailed';

export class PictureError extends Error {
  constructor(readonly trouble: PictureTrouble) {
    super(trouble);
  }
}

export interface Found {
  texts: string[];
  /** Whether the scene is another one than in the frame before. */
  moved: boolean;
}

/** Which part of a frame is looked at: all of it made smaller, or the middle as sharp as the camera gives it. */
export type FramePart = 'whole' | 'middle';

export interface Reader {
  /** Codes in one frame of a camera. */
  frame(video: HTMLVideoElement, part: FramePart): Promise<Found>;
  /** Codes in a picture or on the pages of a PDF; PictureError when it is none, or too large. */
  file(file: Blob): Promise<string[]>;
  close(): void;
}

const MOST_BYTES = 8 * 1024 * 1024;
const MOST_PIXELS = 12_000_000;
/** A code of 90 modules needs no more of a frame, and phones deliver up to 4K. */
const FRAME_SIDE = 1280;
const MIDDLE_SIDE = 900;
/** The corners on the screen enclose about so much of the shorter side. */
const MIDDLE_PART = 0.75;

function isPdf(file: Blob): boolean {
  return file.type === 'application/pdf' || (file instanceof File && /\.pdf$/i.test(file.name));
}

export function openReader(): Reader {
  const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), { type: 'module', name: 'reader' });
  const waiting = new Map<number, { resolve(found: Found): void; reject(error: Error): void }>();
  let last = 0;
  let canvas: HTMLCanvasElement | null = null;

  const fail = (): void => {
    for (const { reject } of waiting.values()) reject(new PictureError('readerFailed'));
    waiting.clear();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail();
  };
  worker.onmessage = ({ data }: MessageEvent<ReadReply>) => {
    const item = waiting.get(data.id);
    waiting.delete(data.id);
    if ('texts' in data) item?.resolve(data);
    else item?.reject(new PictureError('readerFailed'));
  };

  function ask(image: ImageBitmap | ImageData, kind: ReadRequest['kind']): Promise<Found> {
    return new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      const transfer = image instanceof ImageData ? [image.data.buffer] : [image];
      worker.postMessage({ id, image, kind } satisfies ReadRequest, transfer);
    });
  }

  /** Browsers without a canvas in workers (Safari before 16.4) draw on the page. */
  function drawn(source: CanvasImageSource, cut: Cut): ImageData {
    canvas ??= document.createElement('canvas');
    canvas.width = cut.toWidth;
    canvas.height = cut.toHeight;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new PictureError('readerFailed');
    context.drawImage(source, cut.x, cut.y, cut.width, cut.height, 0, 0, cut.toWidth, cut.toHeight);
    return context.getImageData(0, 0, cut.toWidth, cut.toHeight);
  }

  const hasWorkerCanvas = typeof OffscreenCanvas !== 'undefined';

  async function picture(file: Blob): Promise<string[]> {
    let whole: ImageBitmap;
    try {
      whole = await createImageBitmap(file);
    } catch {
      throw new PictureError('notPicture');
    }
    const { width, height } = whole;
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
    if (scale === 1 && hasWorkerCanvas) return (await ask(whole, 'picture')).texts;
    const pixels = drawn(whole, cutOf(0, 0, width, height, scale));
    whole.close();
    return (await ask(pixels, 'picture')).texts;
  }

  async function pdf(file: Blob): Promise<string[]> {
    let pages: AsyncGenerator<ImageData>;
    try {
      pages = (await import('./pdf')).pagesOf(file);
    } catch {
      throw new PictureError('pdfFailed');
    }
    const texts: string[] = [];
    try {
      for await (const page of pages) texts.push(...(await ask(page, 'picture')).texts);
    } catch (error) {
      throw error instanceof PictureError ? error : new PictureError('notPdf');
    }
    return texts;
  }

  return {
    async frame(video, part) {
      const cut = cutOfFrame(video.videoWidth, video.videoHeight, part);
      if (cut.toWidth === 0 || cut.toHeight === 0) return { texts: [], moved: false };
      if (!hasWorkerCanvas) return ask(drawn(video, cut), 'frame');
      const size = cut.toWidth < cut.width ? { resizeWidth: cut.toWidth, resizeHeight: cut.toHeight } : {};
      return ask(await createImageBitmap(video, cut.x, cut.y, cut.width, cut.height, size), 'frame');
    },
    async file(file) {
      if (file.size > MOST_BYTES) throw new PictureError('tooBig');
      return [...new Set(isPdf(file) ? await pdf(file) : await picture(file))];
    },
    close() {
      worker.terminate();
      fail();
    },
  };
}

/** A rectangle of a source and the size it is drawn in. */
interface Cut {
  x: number;
  y: number;
  width: number;
  height: number;
  toWidth: number;
  toHeight: number;
}

function cutOf(x: number, y: number, width: number, height: number, scale: number): Cut {
  return { x, y, width, height, toWidth: Math.round(width * scale), toHeight: Math.round(height * scale) };
}

function cutOfFrame(width: number, height: number, part: FramePart): Cut {
  if (part === 'whole') return cutOf(0, 0, width, height, Math.min(1, FRAME_SIDE / Math.max(width, height, 1)));
  const side = Math.round(Math.min(width, height) * MIDDLE_PART);
  const scale = Math.min(1, MIDDLE_SIDE / Math.max(side, 1));
  return cutOf(Math.round((width - side) / 2), Math.round((height - side) / 2), side, side, scale);
}
