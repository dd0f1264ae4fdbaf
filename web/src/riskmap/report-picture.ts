/** A report's map as a picture: what the overlay draws on a stage of its own, with everything beside it that a map must say. */

import type { ShapesSource } from '../map/overlay';
import { isDark } from './model';
import type { Shown, UnitsMap, UnitsMapTexts } from './units-map';

export interface MapPicture {
  canvas: HTMLCanvasElement;
  shapes: ShapesSource | null;
  /** Islands that lie outside of the view; they are named at its edge. */
  far: string[];
}

const WIDTH = 1000;
const HEIGHT = 820;
const SEA = '#e3eef0';
const FAMILY = "'Be Vietnam Pro', system-ui, sans-serif";
const INK = '#10292f';

/** A map off the screen, drawn when a picture of it is wanted. One for all pictures of a report: a browser has few contexts to give. */
export class MapStage {
  private readonly frame = document.createElement('div');
  private readonly host = document.createElement('div');
  private opening: Promise<UnitsMap> | null = null;
  private map: UnitsMap | null = null;
  private isRefused = false;
  private gone = false;

  constructor(private texts: UnitsMapTexts) {
    this.frame.className = 'units report-stage';
    this.frame.setAttribute('aria-hidden', 'true');
    this.frame.inert = true;
    this.host.className = 'units-map';
    this.host.style.cssText = `width: ${WIDTH}px; height: ${HEIGHT}px`;
    this.frame.append(this.host);
  }

  retell(texts: UnitsMapTexts): void {
    this.texts = texts;
    this.map?.retell(texts);
  }

  /** Rejects when this browser cannot draw it. */
  async draw(shown: Shown): Promise<MapPicture> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = null; // tried again for the next picture
      this.map?.dispose();
      this.map = null;
      throw error;
    });
    const map = await this.opening;
    map.show(shown);
    map.drawNow();
    if (this.isRefused) throw new Error('this browser does not draw the map');
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH * 2;
    canvas.height = HEIGHT * 2;
    const context = contextOf(canvas);
    context.fillStyle = SEA;
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const layer of this.host.querySelectorAll('canvas')) context.drawImage(layer, 0, 0, canvas.width, canvas.height);
    const far = [...this.host.querySelectorAll('.units-far button')].map(({ textContent }) => textContent ?? '');
    drawFar(context, far, canvas.width, canvas.height);
    return { canvas, shapes: map.shapes, far };
  }

  dispose(): void {
    this.gone = true;
    this.map?.dispose();
    this.frame.remove();
  }

  private async open(): Promise<UnitsMap> {
    const [{ UnitsMap: Drawn }, { fetchBoundaries }] = await Promise.all([import('./units-map'), import('../map/boundaries')]);
    if (this.gone) throw new Error('the report is closed');
    document.body.append(this.frame);
    const map = new Drawn(this.host, this.texts, () => undefined, () => {
      this.isRefused = true;
    }, () => 'light');
    this.map = map;
    await Promise.all([map.open(fetchBoundaries()), document.fonts.ready]);
    return map;
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  return context;
}

/** In boxes at the lower right edge, as the map on the screen has them. */
function drawFar(context: CanvasRenderingContext2D, far: string[], width: number, height: number): void {
  context.font = `500 26px ${FAMILY}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  far.forEach((name, at) => {
    const y = height - 40 - (far.length - 1 - at) * 56;
    const wide = context.measureText(name).width + 32;
    context.fillStyle = 'rgb(255 255 255 / 92%)';
    context.fillRect(width - 16 - wide, y - 24, wide, 48);
    context.strokeStyle = '#5b7177';
    context.lineWidth = 2;
    context.strokeRect(width - 16 - wide, y - 24, wide, 48);
    context.fillStyle = INK;
    context.fillText(name, width - 32, y);
  });
}

export interface PictureWords {
  title: string;
  /** Below the title: levels, day, pack. */
  lines: string[];
  legend: { colour: string; text: string }[];
  /** Under the map: source, schematic shapes, islands, time of the data, when it was made. */
  notes: string[];
}

const SHEET = 1600;
const EDGE = 60;
const LEGEND_ROW = 52;

/** The picture with title, legend and notes, as a PNG. */
export async function sheetPng({ canvas: map }: MapPicture, words: PictureWords): Promise<Blob> {
  const mapWide = SHEET - 2 * EDGE;
  const mapHigh = Math.round((mapWide * map.height) / map.width);
  const columns = 2;
  const legendHigh = Math.ceil(words.legend.length / columns) * LEGEND_ROW;
  const sheet = document.createElement('canvas');
  const context = contextOf(sheet);
  const wrapped = (font: string, lines: string[]): string[] => {
    context.font = font;
    return lines.flatMap((line) => wrap(context, line, mapWide));
  };
  const titleFont = `600 52px ${FAMILY}`;
  const lineFont = `400 30px ${FAMILY}`;
  const noteFont = `400 24px ${FAMILY}`;
  const title = wrapped(titleFont, [words.title]);
  const lines = wrapped(lineFont, words.lines);
  const notes = wrapped(noteFont, words.notes);
  sheet.width = SHEET;
  sheet.height = 2 * EDGE + title.length * 64 + lines.length * 42 + 24 + mapHigh + 28 + legendHigh + 16 + notes.length * 34;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.textBaseline = 'top';
  context.textAlign = 'left';
  let y = EDGE;
  const put = (font: string, colour: string, rows: string[], step: number): void => {
    context.font = font;
    context.fillStyle = colour;
    for (const row of rows) {
      context.fillText(row, EDGE, y);
      y += step;
    }
  };
  put(titleFont, INK, title, 64);
  put(lineFont, INK, lines, 42);
  y += 24;
  context.drawImage(map, EDGE, y, mapWide, mapHigh);
  context.strokeStyle = '#d8dfdd';
  context.strokeRect(EDGE, y, mapWide, mapHigh);
  y += mapHigh + 28;
  context.font = lineFont;
  words.legend.forEach(({ colour, text }, at) => {
    const x = EDGE + (at % columns) * (mapWide / columns);
    const top = y + Math.floor(at / columns) * LEGEND_ROW;
    context.fillStyle = colour;
    context.fillRect(x, top, 56, 36);
    context.strokeStyle = isDark(colour) ? '#000000' : INK;
    context.lineWidth = 2;
    context.strokeRect(x, top, 56, 36);
    context.fillStyle = INK;
    context.fillText(text, x + 72, top + 2);
  });
  y += legendHigh + 16;
  put(noteFont, '#465b61', notes, 34);
  return new Promise((resolve, reject) => {
    sheet.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}

function wrap(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    const next = row === '' ? word : `${row} ${word}`;
    if (row !== '' && context.measureText(next).width > width) {
      rows.push(row);
      row = word;
    } else {
      row = next;
    }
  }
  return [...rows, row];
}
