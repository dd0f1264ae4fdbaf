/// <reference lib="webworker" />
/** Finds codes in pictures, off the page's thread. ZXing comes with the page, never from elsewhere. */

import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { greyOf, hasMoved, meanOf, stretched, type Grey } from './combine';

export interface ReadRequest {
  id: number;
  image: ImageBitmap | ImageData;
  /** A still picture is searched longer than one frame of many. */
  kind: 'picture' | 'frame';
}

export type ReadReply =
  /** `moved`: the scene is not that of the frame before. */
  { id: number; texts: string[]; moved: boolean } | { id: number; failed: string };

const worker = self as unknown as DedicatedWorkerGlobalScope; // compiled with the page's library as well
const MOST_CODES = 16;
/** So many frames of a scene that stands still are laid over one another. */
const COMBINED = 4;

const ready = prepareZXingModule({
  overrides: { locateFile: (path: string) => (path.endsWith('.wasm') ? wasm : path) },
  fireImmediately: true,
});
ready.catch(() => undefined); // told with the first picture

let canvas: OffscreenCanvas | null = null;

function pixelsOf(image: ImageBitmap | ImageData): ImageData {
  if (image instanceof ImageData) return image;
  const { width, height } = image;
  if (canvas?.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(image, 0, 0);
  image.close();
  return context.getImageData(0, 0, width, height);
}

/** A ZIP in a code (DIVOC) is bytes, not text: each byte becomes one character. */
function textOf(text: string, bytes: Uint8Array): string {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
  return isZip ? Array.from(bytes, (byte) => String.fromCharCode(byte)).join('') : text;
}

async function codesIn(image: ImageData, thorough: boolean): Promise<string[]> {
  const options: ReaderOptions = {
    formats: ['QRCode', 'Aztec'],
    maxNumberOfSymbols: MOST_CODES,
    tryHarder: true,
    tryRotate: thorough,
    tryInvert: thorough,
    tryDownscale: true,
  };
  const found = await readBarcodes(image, options);
  return [...new Set(found.filter((code) => code.isValid).map((code) => textOf(code.text, code.bytes)))];
}

/** The last frames of one scene in which nothing was found. The whole frame and its middle take turns, so one list for each size. */
const failed = new Map<string, Grey[]>();

/** A frame by itself; when that fails, from time to time what the last few give together. */
async function codesInFrame(image: ImageData): Promise<{ texts: string[]; moved: boolean }> {
  const texts = await codesIn(image, false);
  const size = `${image.width} ${image.height}`;
  const grey = greyOf(image);
  const before = failed.get(size) ?? [];
  const last = before[before.length - 1];
  const moved = !last || hasMoved(last, grey);
  if (texts.length > 0) {
    failed.delete(size);
    return { texts, moved: true };
  }
  const scene = moved ? [grey] : [...before, grey];
  if (scene.length < COMBINED) {
    failed.set(size, scene);
    return { texts, moved };
  }
  failed.set(size, scene.slice(1 - COMBINED / 2)); // half of them serve again
  return { texts: await codesIn(stretched(meanOf(scene)), true), moved };
}

async function read({ image, kind }: ReadRequest): Promise<{ texts: string[]; moved: boolean }> {
  await ready;
  const pixels = pixelsOf(image);
  if (kind === 'frame') return codesInFrame(pixels);
  const texts = await codesIn(pixels, true);
  return { texts: texts.length > 0 ? texts : await codesIn(stretched(greyOf(pixels)), true), moved: true };
}

worker.addEventListener('message', ({ data }: MessageEvent<ReadRequest>) => {
  read(data).then(
    (found) => worker.postMessage({ id: data.id, ...found } satisfies ReadReply),
    (error: unknown) => worker.postMessage({ id: data.id, failed: String(error) } satisfies ReadReply),
  );
});
