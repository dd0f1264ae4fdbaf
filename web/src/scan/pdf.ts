/** The pages of a PDF as pictures. pdf.js is fetched with the first PDF, never before (docs/adr/0024). */

import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

/** Certificates are one or two pages; a book is not searched to its end. */
const MOST_PAGES = 8;
/** A code of 90 modules on a quarter of the page still gets 4 pixels a module. */
const PAGE_PIXELS = 1800;

let worker: Worker | null = null;

async function open(file: Blob): Promise<PDFDocumentProxy> {
  worker ??= new Worker(workerUrl, { type: 'module', name: 'pdf' });
  GlobalWorkerOptions.workerPort = worker;
  // No scripts of the document are run, nothing is fetched: what is not in the file is left out.
  return getDocument({ data: await file.arrayBuffer(), disableFontFace: true, useSystemFonts: false, enableXfa: false }).promise;
}

/** Every page drawn, the first ones first. Rejects when the file is no PDF that can be opened without a password. */
export async function* pagesOf(file: Blob): AsyncGenerator<ImageData> {
  const document = await open(file);
  try {
    for (let number = 1; number <= Math.min(document.numPages, MOST_PAGES); ++number) {
      const page = await document.getPage(number);
      const plain = page.getViewport({ scale: 1 });
      const scale = PAGE_PIXELS / Math.max(plain.width, plain.height);
      const viewport = page.getViewport({ scale });
      const canvas = globalThis.document.createElement('canvas');
      canvas.width = Math.round(viewport.width);
      canvas.height = Math.round(viewport.height);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      await page.render({ canvas, canvasContext: context, viewport, background: '#fff' }).promise;
      yield context.getImageData(0, 0, canvas.width, canvas.height);
      page.cleanup();
    }
  } finally {
    await document.loadingTask.destroy();
  }
}
