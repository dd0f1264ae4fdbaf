/**
 * The background of the maps: which tile server the operator named, if any, and whether this person wants its pictures. A tile server learns
 * which area somebody looks at, so that nothing is asked of it unless it is on.
 */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { whenIdle } from '../app/turns';
import type { Core } from '../core/facade';
import { fields, number, text } from './json';
import { t } from './text';

export interface TileServer {
  /** With {z}, {x} and {y}. */
  url: string;
  /** Scheme, host and port of it. */
  origin: string;
  host: string;
  attribution: string;
  maxZoom: number;
  /** Shown until somebody switches it off. */
  isOn: boolean;
}

/** Why no pictures are there: none came, or this page is from before there was such a server and may not show any. */
type Trouble = 'none' | 'old';

const KEPT = 'lachan.map.tiles';
const CHOICE = 'lachan.map.background';

/** What `/v1/map` says. Null for no server, and for what is none. */
export function readTiles(answer: unknown): TileServer | null {
  const tiles = fields(fields(answer)['tiles']);
  const url = text(tiles['url']);
  if (!/^https?:\/\/[\w.:-]+[/?]/.test(url) || !['{z}', '{x}', '{y}'].every((part) => url.includes(part))) return null;
  const { origin, host } = new URL(url); // as the browser names it: without the port that is usual, in small letters
  return { url, origin, host, attribution: text(tiles['attribution']), maxZoom: number(tiles['maxZoom']) ?? 19, isOn: tiles['on'] === true };
}

function recalled(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Not remembered; it still holds for this visit.
  }
}

function kept(): TileServer | null {
  try {
    return readTiles(JSON.parse(recalled(KEPT) ?? 'null'));
  } catch {
    return null;
  }
}

export class Background {
  private server: TileServer | null = kept();
  /** 'off', or the origin that this person agreed to: another one is another question. */
  private choice = recalled(CHOICE);
  /** Whether it was asked in this visit what the operator wants: what was kept of it counts only once there was no answer. */
  private isAsked = false;
  private trouble: Trouble | null = null;
  private gone = false;

  constructor(
    private readonly core: Core,
    /** Told when another background is to be shown, or something else is to be said of it. */
    private readonly changed: () => void,
  ) {
    document.addEventListener('securitypolicyviolation', this.refused);
  }

  /** Asks the server, when the browser has nothing better to do; without a network what is known still holds. */
  learn(): void {
    whenIdle(() => void this.ask());
  }

  /** What is to be shown now. */
  get shown(): TileServer | null {
    return this.isOn ? this.server : null;
  }

  /** Told by the map: whether any picture came. */
  readonly came = (isThere: boolean): void => {
    const trouble = isThere ? null : (this.trouble ?? 'none');
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.changed();
  };

  draw(): TemplateResult | typeof nothing {
    if (!this.server) return nothing;
    const toggle = (event: Event): void => this.choose((event.target as HTMLInputElement).checked); // the handler hangs on this input only
    return html`<div class="risk-background no-print">
      <label class="risk-choice">
        <input type="checkbox" .checked=${this.isOn} aria-describedby="risk-background-help" @change=${toggle} />
        <span>${t('base.title')}</span>
      </label>
      <p class="soft" id="risk-background-help">${t('base.privacy', { host: this.server.host })}</p>
      <p class="soft" role="status">${this.isOn && this.trouble ? t(`base.${this.trouble}`) : nothing}</p>
    </div>`;
  }

  dispose(): void {
    this.gone = true;
    document.removeEventListener('securitypolicyviolation', this.refused);
  }

  private get isOn(): boolean {
    const { server, choice } = this;
    if (!server || choice === 'off') return false;
    return choice === server.origin || (server.isOn && this.isAsked);
  }

  private choose(isOn: boolean): void {
    this.choice = isOn && this.server ? this.server.origin : 'off';
    this.trouble = null;
    remember(CHOICE, this.choice);
    this.changed();
  }

  private async ask(): Promise<void> {
    const answer = await this.core.server<unknown>('GET', '/v1/map').catch(() => null);
    if (this.gone) return;
    const before = JSON.stringify([this.server, this.isOn]);
    this.isAsked = true;
    if (answer !== null) {
      this.server = readTiles(answer);
      remember(KEPT, JSON.stringify(answer));
    }
    if (JSON.stringify([this.server, this.isOn]) !== before) this.changed();
  }

  /** The service worker gave a page it kept from before the operator named this server: it fetches it anew, for the next visit. */
  private readonly refused = (event: SecurityPolicyViolationEvent): void => {
    const { shown } = this;
    if (!shown || this.trouble === 'old' || !event.blockedURI.startsWith(shown.origin)) return;
    this.trouble = 'old';
    navigator.serviceWorker?.controller?.postMessage('renew');
    this.changed();
  };
}
