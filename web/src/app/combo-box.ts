/** A field in which one types to find an entry of a long list (a commune, a country). ARIA 1.2 combobox with a list. */

import { html, nothing, render } from 'lit/html.js';
import { t } from './text';

export interface Choice {
  code: string;
  name: string;
  /** A second line that tells apart entries of the same name, such as the district of a ward. */
  under?: string;
}

export interface ComboSetup {
  id: string;
  /** Name of the chosen entry, empty when none is. */
  text: string;
  describedBy: string;
  invalid: boolean;
  disabled?: boolean;
  required: boolean;
  source: (query: string) => Promise<Choice[]>;
}


const SHOWN = 80;

export class ComboBox extends HTMLElement {
  #setup: ComboSetup | null = null;
  #typed: string | null = null; // what stands in the field while it differs from the choice
  #list: Choice[] = [];
  #open = false;
  #active = -1;
  #asked = 0;
  #state: 'ready' | 'failed' = 'ready';

  set setup(next: ComboSetup) {
    if (this.#setup && this.#setup.text !== next.text && document.activeElement !== this.#input()) this.#typed = null;
    this.#setup = next;
    this.#draw();
  }

  #input(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  #draw(): void {
    const setup = this.#setup;
    if (!setup) return;
    const listId = `${setup.id}-list`;
    const shown = this.#open;
    render(
      html`
        <input
          class="input combo"
          id=${setup.id}
          type="text"
          role="combobox"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-autocomplete="list"
          aria-expanded=${shown ? 'true' : 'false'}
          aria-controls=${listId}
          aria-activedescendant=${shown && this.#active >= 0 ? `${setup.id}-${this.#active}` : nothing}
          aria-describedby=${setup.describedBy || nothing}
          aria-invalid=${setup.invalid ? 'true' : nothing}
          aria-required=${setup.required ? 'true' : nothing}
          ?disabled=${setup.disabled ?? false}
          .value=${this.#typed ?? setup.text}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @click=${() => void this.#ask(this.#typed ?? '')}
          @blur=${this.#onBlur}
        />
        <ul class="combo-list" id=${listId} role="listbox" aria-label=${t('combo.list')} ?hidden=${!shown}>
          ${this.#list.map(
            (choice, index) =>
              html`<li
                id="${setup.id}-${index}"
                role="option"
                aria-selected=${index === this.#active ? 'true' : 'false'}
                @mousedown=${(event: Event) => event.preventDefault()}
                @click=${() => this.#choose(choice)}
              >
                <span>${choice.name}</span>${choice.under ? html`<small>${choice.under}</small>` : nothing}
              </li>`,
          )}
        </ul>
        <p class="combo-note" role="status">${shown || this.#state === 'failed' ? this.#note() : nothing}</p>
      `,
      this,
    );
  }

  #note(): string {
    if (this.#state === 'failed') return t('combo.failed');
    if (this.#list.length === 0) return t('combo.none');
    return '';
  }

  async #ask(query: string): Promise<void> {
    const setup = this.#setup;
    if (!setup || setup.disabled) return;
    const turn = ++this.#asked;
    try {
      const list = await setup.source(query);
      if (turn !== this.#asked) return;
      this.#list = list.slice(0, SHOWN);
      this.#state = 'ready';
    } catch {
      if (turn !== this.#asked) return;
      this.#list = [];
      this.#state = 'failed';
    }
    if (document.activeElement !== this.#input()) return;
    this.#open = true;
    this.#active = query.trim() !== '' && this.#list.length > 0 ? 0 : -1;
    this.#draw();
  }

  #onInput = (event: Event): void => {
    this.#typed = event.target instanceof HTMLInputElement ? event.target.value : '';
    void this.#ask(this.#typed);
  };

  #onKey = (event: KeyboardEvent): void => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (!this.#open) {
        void this.#ask(this.#typed ?? '');
        return;
      }
      const count = this.#list.length;
      if (count === 0) return;
      const step = key === 'ArrowDown' ? 1 : -1;
      this.#active = this.#active < 0 ? (step > 0 ? 0 : count - 1) : (this.#active + step + count) % count;
      this.#draw();
      this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    } else if (key === 'Enter' && this.#open) {
      const choice = this.#list[this.#active];
      if (choice) {
        event.preventDefault();
        this.#choose(choice);
      }
    } else if (key === 'Escape' && this.#open) {
      event.preventDefault();
      this.#close();
    }
  };

  #onBlur = (): void => {
    const setup = this.#setup;
    if (!setup) return;
    const typed = this.#typed;
    this.#asked += 1;
    if (typed !== null && typed !== setup.text) {
      const only = this.#open && this.#list.length === 1 ? this.#list[0] : undefined;
      const same = this.#list.find((choice) => choice.name.toLowerCase() === typed.trim().toLowerCase());
      const meant = same ?? only;
      if (meant && typed.trim() !== '') this.#choose(meant);
      else this.#tell(null, typed.trim());
    }
    this.#close();
  };

  #choose(choice: Choice): void {
    this.#typed = null;
    this.#close();
    this.#tell(choice, '');
  }

  #close(): void {
    this.#open = false;
    this.#active = -1;
    this.#draw();
  }

  /** `typed` is what stands there without being an entry; empty when the field was cleared. */
  #tell(choice: Choice | null, typed: string): void {
    this.dispatchEvent(new CustomEvent<ComboChange>('choose', { detail: { choice, typed }, bubbles: false }));
  }
}

export interface ComboChange {
  choice: Choice | null;
  typed: string;
}

if (!customElements.get('combo-box')) customElements.define('combo-box', ComboBox);
