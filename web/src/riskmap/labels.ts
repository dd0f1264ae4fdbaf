/** Names on a canvas: the page's font, with a rim of the other lightness, so that they are read on every colour and pattern. */

import type { Ground } from './colours';

const FONT = "600 12.5px 'Be Vietnam Pro', system-ui, sans-serif";
const widths = new Map<string, number>();

/** CSS pixels that a name takes. */
export function measure(context: CanvasRenderingContext2D, name: string): number {
  let width = widths.get(name);
  if (width === undefined) {
    context.font = FONT;
    width = context.measureText(name).width;
    widths.set(name, width);
  }
  return width;
}

export function drawLabel(context: CanvasRenderingContext2D, name: string, x: number, y: number, { ink, rim }: Ground): void {
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3.5;
  context.strokeStyle = `${rim}d9`; // a little of what lies below is still seen
  context.strokeText(name, x, y);
  context.fillStyle = ink;
  context.fillText(name, x, y);
}

/** The name without its kind, as maps have it; "Quận 1" and "Phường 12" keep it. */
export function short(name: string): string {
  const bare = name.replace(/^(Tỉnh|Thành phố|Quận|Huyện|Thị xã|Thị trấn|Phường|Xã) (?!\d)/u, '');
  return bare === '' ? name : bare;
}
