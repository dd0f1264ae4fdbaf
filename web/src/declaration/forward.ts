/** A file of declarations that a phone without a network could not send, sent for it: the records are signed by that phone, so that
 * whoever brings them changes nothing, and what the phone sends later by itself is told to be there already. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { CoreError, type Core, type Violation } from '../core/facade';
import { t } from '../account/text';
import { iconCheck, iconWarn } from '../app/icons';
import { ruleText } from './text';

const MOST_BYTES = 16 << 20;
const AT_ONCE = 100;

interface Queue {
  device: { id: string; publicKey: string };
  records: { record: { id: string; body?: { fullName?: unknown } }; signature: string }[];
}

interface Answer {
  id: string;
  outcome: 'accepted' | 'duplicate' | 'rejected';
  rule?: string;
  violations?: Violation[];
}

export interface Forward {
  draw(): TemplateResult;
  /** Whoever sent is gone: what was not sent yet stays in the file. */
  stop(): void;
}

/** `done` hears when something arrived. */
export function forward(core: Core, redraw: () => void, done: () => void): Forward {
  let queue: Queue | null = null;
  let trouble = '';
  let isSending = false;
  let isStopped = false;
  /** Of the records from the beginning on: what the server said of each. */
  let answers: Answer[] = [];

  async function read(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement; // the handler hangs on this input only
    const file = input.files?.[0];
    input.value = '';
    if (!file || isSending) return;
    queue = null;
    answers = [];
    trouble = '';
    if (file.size > MOST_BYTES) trouble = t('forward.large');
    else {
      queue = readQueue(await file.text());
      if (!queue) trouble = t('forward.other');
    }
    redraw();
  }

  async function send(): Promise<void> {
    if (!queue || isSending) return;
    isSending = true;
    trouble = '';
    redraw();
    const { device, records } = queue;
    try {
      // From where an answer is missing: what was interrupted goes on, and what arrived without an answer is there already.
      while (answers.length < records.length && !isStopped) {
        const part = records.slice(answers.length, answers.length + AT_ONCE);
        const reply = await core.server<{ answers: Answer[] }>('POST', '/v1/records', { device, records: part });
        const byId = new Map(reply.answers.map((answer) => [answer.id, answer]));
        if (isStopped) return;
        answers = [...answers, ...part.map(({ record }): Answer => byId.get(record.id) ?? { id: record.id, outcome: 'rejected', rule: 'network' })];
        redraw();
      }
    } catch (error) {
      const rule = error instanceof CoreError ? error.rule || error.code : 'network';
      trouble = t('forward.failed', { why: ruleText(rule) });
    }
    isSending = false;
    if (isStopped) return;
    redraw();
    if (answers.length > 0) done();
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.forward-said')?.focus());
  }

  const nameOf = (id: string): string => {
    const name = queue?.records.find(({ record }) => record.id === id)?.record.body?.fullName;
    return typeof name === 'string' ? name : id;
  };

  function said(): TemplateResult | typeof nothing {
    if (!queue || answers.length < queue.records.length) return nothing;
    const count = (outcome: Answer['outcome']): number => answers.filter((answer) => answer.outcome === outcome).length;
    const refused = answers.filter(({ outcome }) => outcome === 'rejected');
    return html`<div class="notice ${refused.length > 0 ? 'warm' : ''} forward-said" role="status" tabindex="-1">
      ${refused.length > 0 ? iconWarn() : iconCheck()}
      <div>
        <p>${t('forward.done', { received: count('accepted'), before: count('duplicate'), refused: refused.length })}</p>
        ${refused.length > 0
          ? html`<ul>
              ${refused.map(({ id, rule = '', violations }) => {
                const first = violations?.[0];
                return html`<li><b>${nameOf(id)}</b>: ${first ? ruleText(first.rule, first.params) : ruleText(rule)}</li>`;
              })}
            </ul>`
          : nothing}
      </div>
    </div>`;
  }

  return {
    stop: () => {
      isStopped = true;
    },
    draw: () => html`<details class="card forward no-print">
      <summary><b>${t('forward.title')}</b></summary>
      <p>${t('forward.help')}</p>
      <div class="question">
        <label for="forward-file">${t('forward.file')}</label>
        <input class="input" id="forward-file" type="file" accept="application/json,.json" ?disabled=${isSending} @change=${(event: Event) => void read(event)} />
      </div>
      ${trouble ? html`<div class="notice bad forward-said" role="alert" tabindex="-1">${iconWarn()}<p>${trouble}</p></div>` : nothing}
      ${queue && answers.length < queue.records.length
        ? html`<p role="status">${t('forward.found', { n: queue.records.length })}</p>
            ${isSending ? html`<progress max=${queue.records.length} value=${answers.length} aria-label=${t('forward.title')}></progress>` : nothing}
            <div class="actions">
              <button class="button" type="button" ?disabled=${isSending} @click=${() => void send()}>
                ${isSending ? t('forward.sending') : t('forward.send', { n: queue.records.length - answers.length })}
              </button>
            </div>`
        : nothing}
      ${said()}
    </details>`,
  };
}

/** A file as this page writes it ("outbox.export"), or null. What stands in the records is the server's to judge. */
function readQueue(text: string): Queue | null {
  try {
    const value = JSON.parse(text) as Partial<Queue> | null; // each member is looked at below
    const { device, records } = value ?? {};
    const isGood =
      typeof device?.id === 'string' &&
      typeof device.publicKey === 'string' &&
      Array.isArray(records) &&
      records.length > 0 &&
      records.every((one) => typeof one?.signature === 'string' && typeof one.record?.id === 'string');
    return isGood ? { device: { id: device.id, publicKey: device.publicKey }, records: records.map(({ record, signature }) => ({ record, signature })) } : null;
  } catch {
    return null;
  }
}
