/// <reference lib="webworker" />
/** Finds codes in pictures, off the page's thread. ZXing comes with the page, never from elsewhere. */

import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

export interface ReadRequest {
  id: number;
  image: ImageBitmap | ImageData;
  /** A still picture is searched longer than one frame of many. */
  thorough: boolean;
}

export type ReadReply = { id: number; texts: string[] } | { id: number; failed: string };

const worker = self as unknown as DedicatedWorkerGlobalScope; // compiled with the page's library as well
const MOST_CODES = 16;

const ready = prepareZXingModule({
  overrides: { locateFile: (path: string) => (path.endsWith('.wasm') ? wasm : path) },
  fireImmediately: true,
});
ready.catch(() => undefined); // told with the first picture

function pixelsOf(image: ImageBitmap | ImageData): ImageData {
  if (image instanceof ImageData) return image;
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(image, 0, 0);
  const { width, height } = image;
  image.close();
  return context.getImageData(0, 0, width, height);
}

/** A ZIP in a code (DIVOC) is bytes, not text: each byte becomes one character. */
function textOf(text: string, bytes: Uint8Array): string {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
  return isZip ? Array.from(bytes, (byte) => String.fromCharCode(byte)).join('') : text;
}

async function read({ image, thorough }: ReadRequest): Promise<string[]> {
  await ready;
  const options: ReaderOptions = {
    formats: ['QRCode', 'Aztec'],
    maxNumberOfSymbols: MOST_CODES,
    tryHarder: true,
    tryRotate: thorough,
    tryInvert: thorough,
    tryDownscale: true,
  };
  const found = await readBarcodes(pixelsOf(image), options);
  const texts = found.filter((code) => code.isValid).map((code) => textOf(code.text, code.bytes));
  return [...new Set(texts)];
}

worker.addEventListener('message', ({ data }: MessageEvent<ReadRequest>) => {
  read(data).then(
    (texts) => worker.postMessage({ id: data.id, texts } satisfies ReadReply),
    (error: unknown) => worker.postMessage({ id: data.id, failed: String(error) } satisfies ReadReply),
  );
});
