/** What makes codes of a poor camera readable: several frames laid over one another, and contrast spread out. Pure functions. */

/** One byte a pixel, row by row; 0 is black. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Every n-th pixel is enough to see whether a scene moved. */
const SAMPLE = 97;
const MOVED_BY = 9;
/** What is darker or lighter than nearly everything is glare or dust and may be cut off. */
const TAIL = 0.01;

export function greyOf({ width, height, data }: ImageData): Grey {
  const grey = new Uint8Array(width * height);
  // ITU-R BT.601 weights in 256ths.
  for (let i = 0, at = 0; i < grey.length; ++i, at += 4) {
    grey[i] = ((data[at] ?? 0) * 77 + (data[at + 1] ?? 0) * 150 + (data[at + 2] ?? 0) * 29) >> 8;
  }
  return { width, height, data: grey };
}

/** Whether the two frames show different scenes; frames of different size always do. */
export function hasMoved(before: Grey, now: Grey): boolean {
  if (before.width !== now.width || before.height !== now.height) return true;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < now.data.length; i += SAMPLE, ++count) {
    sum += Math.abs((before.data[i] ?? 0) - (now.data[i] ?? 0));
  }
  return count > 0 && sum / count > MOVED_BY;
}

/** The mean of frames of one size: noise of the sensor goes down with the root of their number. */
export function meanOf(frames: readonly Grey[]): Grey {
  const first = frames[0];
  if (!first) throw new Error('no frames');
  const sums = new Uint16Array(first.data.length); // at most 257 frames of 255
  for (const { data } of frames) for (let i = 0; i < sums.length; ++i) sums[i] = (sums[i] ?? 0) + (data[i] ?? 0);
  const mean = new Uint8Array(sums.length);
  for (let i = 0; i < mean.length; ++i) mean[i] = (sums[i] ?? 0) / frames.length;
  return { width: first.width, height: first.height, data: mean };
}

/** The darkest and lightest values that are no outliers. */
export function rangeOf({ data }: Grey): [number, number] {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value] = (counts[value] ?? 0) + 1;
  const tail = data.length * TAIL;
  let low = 0;
  for (let seen = 0; low < 255 && (seen += counts[low] ?? 0) <= tail; ) ++low;
  let high = 255;
  for (let seen = 0; high > low && (seen += counts[high] ?? 0) <= tail; ) --high;
  return [low, high];
}

/** The picture with its range spread over black to white. */
export function stretched(grey: Grey): ImageData {
  const [low, high] = rangeOf(grey);
  const scale = 255 / Math.max(1, high - low);
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => (value - low) * scale);
  const image = new ImageData(grey.width, grey.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; ++i) {
    const value = table[grey.data[i] ?? 0] ?? 0;
    pixels[i] = 0xff000000 | (value << 16) | (value << 8) | value;
  }
  return image;
}
