/**
 * The page's own font as a picture of its characters: the browser draws them, in its own hinting and with all marks of Vietnamese, and the
 * console puts them beside each other. So no font file is fetched and no font is parsed a second time.
 */

const FAMILY = '"Be Vietnam Pro", system-ui, "Noto Sans", sans-serif';
const SIZE_PX = 15;
const LINE = 1.35;
const ROW_PX = 1024;
const GLYPH_BYTES = 32;

/** Every letter of Vietnamese, and what stands between words. */
const LETTERS =
  'ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ';
const SIGNS = '–—…·×÷≥≤±‰°“”‘’«»';

export interface FontPicture {
  /** How much of each pixel is covered, row by row. */
  coverage: Uint8Array;
  width: number;
  height: number;
  /** wasm/console/font.h: code, cell and place of each character. */
  glyphs: Uint8Array;
  count: number;
  lineHeight: number;
}

/** Draws the font for `ratio` device pixels to a CSS pixel; waits until the page has it. */
export async function drawFont(ratio: number): Promise<FontPicture> {
  const size = Math.round(SIZE_PX * ratio);
  const font = `400 ${size}px ${FAMILY}`;
  await Promise.all([document.fonts.load(font, 'aA'), document.fonts.load(font, 'ấỗ')]).catch(() => undefined); // then another font stands in
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const all = [...ascii, ...LETTERS, ...SIGNS];

  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('this browser draws no text');
  pen.font = font;
  const lineHeight = Math.round(size * LINE);
  const tall = pen.measureText('ẪỆ');
  // The line's middle is that of an upright letter, so that text stands in the middle of a button.
  const baseline = Math.round((lineHeight + pen.measureText('H').actualBoundingBoxAscent) / 2);
  const rowHeight = Math.ceil(tall.actualBoundingBoxAscent) + Math.ceil(pen.measureText('ợg').actualBoundingBoxDescent) + 4;

  let x = 0;
  let y = 0;
  const cells = all.map((text) => {
    const { width, actualBoundingBoxLeft: left, actualBoundingBoxRight: right, actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = pen.measureText(text);
    // A pixel around each, for the soft edge of its strokes.
    const cell = { text, left: Math.ceil(left) + 1, up: Math.ceil(up) + 1, wide: Math.max(1, Math.ceil(left) + Math.ceil(right) + 2), high: Math.max(1, Math.ceil(up) + Math.ceil(down) + 2), advance: Math.round(width), x: 0, y: 0 };
    if (x + cell.wide > ROW_PX) {
      x = 0;
      y += rowHeight;
    }
    cell.x = x;
    cell.y = y;
    x += cell.wide;
    return cell;
  });
  canvas.width = ROW_PX;
  canvas.height = y + rowHeight;
  pen.font = font; // a new size forgets it
  pen.fillStyle = '#fff';
  for (const { text, left, up, x: at, y: row } of cells) pen.fillText(text, at + left, row + up);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  const coverage = new Uint8Array(canvas.width * canvas.height);
  for (let i = 0; i < coverage.length; i += 1) coverage[i] = pixels[4 * i + 3] ?? 0;

  const glyphs = new DataView(new ArrayBuffer(GLYPH_BYTES * cells.length));
  for (const [i, { text, left, up, wide, high, advance, x: at, y: row }] of cells.entries()) {
    [text.codePointAt(0) ?? 32, at, row, wide, high].forEach((value, word) => glyphs.setUint32(GLYPH_BYTES * i + 4 * word, value, true));
    [-left, baseline - up, advance].forEach((value, word) => glyphs.setFloat32(GLYPH_BYTES * i + 20 + 4 * word, value, true));
  }
  return { coverage, width: canvas.width, height: canvas.height, glyphs: new Uint8Array(glyphs.buffer), count: cells.length, lineHeight };
}
