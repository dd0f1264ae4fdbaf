/** What was taken away can be had back for a while: one line with one button, wherever it was. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import './undo.css';

const FOR_MS = 20_000;

/** Holds one thing at a time; the one before is gone for good when another comes, when its time is over, or with the page. */
export class Undo<T> {
  private held: T | null = null;
  private timer = 0;

  /** `ended` is told what nobody took back; `draw` shows the page without the line. */
  constructor(
    private readonly ended: (value: T) => Promise<void> | void,
    private readonly draw: () => void,
  ) {}

  hold(value: T): void {
    this.held = value;
    this.timer = window.setTimeout(() => void this.settle().then(this.draw), FOR_MS);
  }

  /** What is held is gone for good. */
  async settle(): Promise<void> {
    const last = this.take();
    if (last !== null) await this.ended(last);
  }

  /** What is held, which whoever takes it brings back. */
  take(): T | null {
    clearTimeout(this.timer);
    const last = this.held;
    this.held = null;
    return last;
  }

  line(said: string, label: string, back: () => void): TemplateResult | typeof nothing {
    if (this.held === null) return nothing;
    return html`<div class="notice warm undo" role="status">
      <p>${said}</p>
      <button class="button second undo-button" type="button" @click=${back}>${label}</button>
    </div>`;
  }

  focus(root: ParentNode): void {
    root.querySelector<HTMLElement>('.undo-button')?.focus();
  }
}
