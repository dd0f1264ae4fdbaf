/** What the canvas of the detailed map shows. A test that asks before the overlay is open would make its context, with other properties. */

import { expect, type Locator, type Page } from '@playwright/test';

/** How many pixels of the screen have each colour where an element is: all that lies over one another, as people see it. */
export async function seen(place: Locator): Promise<Record<string, number>> {
  const picture = (await place.screenshot()).toString('base64');
  return place.page().evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const found: Record<string, number> = {};
    for (let at = 0; at < data.length; at += 4) {
      const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
      found[colour] = (found[colour] ?? 0) + 1;
    }
    return found;
  }, picture);
}

/** How many pixels have each colour, "red,green,blue"; patterns and dashes leave most of a unit in its own. */
export function colours(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.units-shapes');
    const gl = canvas?.getContext('webgl2');
    if (!canvas || !gl) return {};
    const pixels = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const found: Record<string, number> = {};
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3] !== 255) continue;
      const colour = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
      found[colour] = (found[colour] ?? 0) + 1;
    }
    return found;
  });
}

/** The gaps of the dashes around what nobody has approved are white, and nothing else of a map is that has no chosen unit. */
export const gaps = async (page: Page): Promise<number> => (await colours(page))['255,255,255'] ?? 0;

/** What later frames are drawn from is there (docs/adr/0093): until the page has rested, a frame is a picture made for it alone, and uploads that. */
export const settled = (page: Page): Promise<void> =>
  expect(page.locator('canvas.units-shapes[data-settled]'), 'triangles are there').toHaveCount(1, { timeout: 45_000 });

/** To be run in the page, now or before it loads: counts what is drawn with WebGL from then on, pictures and triangles alike. */
export function countDraws(): void {
  for (const name of ['drawElements', 'drawArrays'] as const) {
    const draw = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function counted(...args: unknown[]) {
      document.documentElement.dataset['draws'] = String(Number(document.documentElement.dataset['draws'] ?? 0) + 1);
      return Reflect.apply(draw, this, args);
    };
  }
}

export const draws = (page: Page): Promise<number> => page.evaluate(() => Number(document.documentElement.dataset['draws'] ?? 0));
