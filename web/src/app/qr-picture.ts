/** A QR code as a drawing on the page and as a picture to keep. */

import { html, type TemplateResult } from 'lit/html.js';

export interface Code {
  size: number;
  modules: Uint8Array;
}

const QUIET = 4; // modules of white around the code, as the standard asks
const PIXELS = 12; // of a module in the saved picture

export function qrDrawing({ size, modules }: Code, label: string): TemplateResult {
  const whole = size + 2 * QUIET;
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (modules[row * size + column]) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return html`<svg class="qr" viewBox="0 0 ${whole} ${whole}" role="img" aria-label=${label}>
    <path d="M0 0h${whole}v${whole}H0z" fill="#fff" />
    <path d=${path} fill="#000" />
  </svg>`;
}

/** Gives the code to the person as a PNG file; nothing is sent anywhere. */
export async function saveQr({ size, modules }: Code, fileName: string): Promise<void> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = (size + 2 * QUIET) * PIXELS;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#000';
  modules.forEach((dark, index) => {
    if (!dark) return;
    pen.fillRect(((index % size) + QUIET) * PIXELS, (Math.floor(index / size) + QUIET) * PIXELS, PIXELS, PIXELS);
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('no picture');
  saveFile(blob, fileName);
}

export function saveFile(blob: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
