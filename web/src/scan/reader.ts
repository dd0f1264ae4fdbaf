/** The texts of the codes in a picture or a frame. The reader is downloaded when it is first needed. */

import type { ReadReply, ReadRequest } from './reader-worker';

export type PictureTrouble = 'tooBig' | 'notPicture' | 'readerFailed';

export class PictureError extends Error {
  constructor(readonly trouble: PictureTrouble) {
    super(trouble);
  }
}

export interface Reader {
  /** Codes in one frame of a camera. */
  frame(video: HTMLVideoElement): Promise<string[]>;
  /** Codes in a picture; PictureError when it is none, or too large. */
  picture(file: Blob): Promise<string[]>;
  close(): void;
}

const MOST_BYTES = 8 * 1024 * 1024;
const MOST_PIXELS = 12_000_000;
/** A code of 90 modules needs no more of a frame, and phones deliver up to 4K. */
const FRAME_SIDE = 1280;

export function openReader(): Reader {
  const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), { type: 'module', name: 'reader' });
  const waiting = new Map<number, { resolve(texts: string[]): void; reject(error: Error): void }>();
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
    if ('texts' in data) item?.resolve(data.texts);
    else item?.reject(new PictureError('readerFailed'));
  };

  function ask(image: ImageBitmap | ImageData, thorough: boolean): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      const transfer = image instanceof ImageData ? [image.data.buffer] : [image];
      worker.postMessage({ id, image, thorough } satisfies ReadRequest, transfer);
    });
  }

  /** Browsers without a canvas in workers (Safari before 16.4) draw on the page. */
  function drawn(source: CanvasImageSource, width: number, height: number): ImageData {
    canvas ??= document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new PictureError('readerFailed');
    context.drawImage(source, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }

  const hasWorkerCanvas = typeof OffscreenCanvas !== 'undefined';

  return {
    async frame(video) {
      const scale = Math.min(1, FRAME_SIDE / Math.max(video.videoWidth, video.videoHeight));
      const width = Math.round(video.videoWidth * scale);
      const height = Math.round(video.videoHeight * scale);
      if (width === 0 || height === 0) return [];
      const size = scale < 1 ? { resizeWidth: width, resizeHeight: height } : {};
      return ask(hasWorkerCanvas ? await createImageBitmap(video, size) : drawn(video, width, height), false);
    },
    async picture(file) {
      if (file.size > MOST_BYTES) throw new PictureError('tooBig');
      let whole: ImageBitmap;
      try {
        whole = await createImageBitmap(file);
      } catch {
        throw new PictureError('notPicture');
      }
      const { width, height } = whole;
      const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
      if (scale === 1 && hasWorkerCanvas) return ask(whole, true);
      const pixels = drawn(whole, Math.round(width * scale), Math.round(height * scale));
      whole.close();
      return ask(pixels, true);
    },
    close() {
      worker.terminate();
      fail();
    },
  };
}
