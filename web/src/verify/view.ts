/** The verifier's page: camera, picture or text in; one unmistakable answer and every check by itself out. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatInstant } from '../app/format';
import { iconScan } from '../app/icons';
import { onLanguage } from '../app/language';
import type { View } from '../app/view';
import { CoreError } from '../core/facade';
import { scanBox, type ScanBox } from '../scan/scan-box';
import { t as scanText } from '../scan/text';
import { count, forget, readCounts, type Counts } from './counts';
import { axes, banner, contents, mark, remarks } from './parts';
import { t } from './text';
import type { Summary, Verdict } from './verdict';
import '../style/form.css';
import './view.css';

export const followsLanguage = true;

const SUMMARIES: readonly Summary[] = ['valid', 'invalid', 'notTrusted', 'notChecked', 'unreadable'];
const DAY_MS = 86_400_000;

interface TrustInfo {
  number: number;
  issuedAt: number;
  validUntil: number;
  signers: number;
}

type Trouble = 'failed' | 'noList' | 'pasteEmpty';

export const view: View = (core, root) => {
  let verdicts: Verdict[] = [];
  let chosen = 0;
  let trust: TrustInfo | 'loading' | 'missing' = 'loading';
  let counts: Counts = readCounts();
  let trouble: Trouble | null = null;
  let busy = false;
  let fromCamera = false;
  let box: ScanBox | null = null;
  let gone = false;

  /** The answers for all codes of one picture; those that are no certificate count only when there is nothing else. */
  async function judge(texts: string[]): Promise<Verdict[]> {
    const all = await Promise.all(texts.map((text) => core.verify<Verdict>(text)));
    const certificates = all.filter((verdict) => verdict.family !== 'unknown');
    return certificates.length > 0 ? certificates : all.slice(0, 1);
  }

  async function answer(texts: string[], from: 'camera' | 'picture' | 'text'): Promise<boolean> {
    busy = true;
    trouble = null;
    if (from !== 'camera') draw();
    try {
      const found = await judge(texts);
      if (gone) return true;
      if (from === 'camera' && found.every((verdict) => verdict.family === 'unknown')) {
        // Some other code, on a poster perhaps: the camera keeps looking.
        busy = false;
        box?.note(t('notCertificate'));
        return false;
      }
      verdicts = found;
      chosen = 0;
      fromCamera = from === 'camera';
      for (const verdict of found) counts = count(verdict.summary);
      if (fromCamera) navigator.vibrate?.(found[0]?.summary === 'valid' ? 60 : [60, 80, 60]);
    } catch (error) {
      const isList = error instanceof CoreError && (error.rule === 'shell.data' || error.code === 'offline');
      trouble = isList ? 'noList' : 'failed';
    }
    busy = false;
    if (gone) return true;
    draw();
    const place = root.querySelector<HTMLElement>(verdicts.length > 0 ? '#answer' : '.verify-trouble');
    place?.focus({ preventScroll: true });
    // On a phone the answer and the name share the first screen; the head of the page is not needed now.
    if (verdicts.length > 0) place?.scrollIntoView({ block: 'start' });
    return true;
  }

  const next = (): void => {
    verdicts = [];
    draw();
    if (fromCamera) void box?.openCamera();
    else root.querySelector<HTMLElement>('h1')?.focus();
  };

  const paste = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = root.querySelector<HTMLTextAreaElement>('#code');
    const text = field?.value.trim() ?? '';
    if (!text) {
      trouble = 'pasteEmpty';
      draw();
      field?.focus();
      return;
    }
    void answer([text], 'text');
  };

  function age(issuedAt: number): string {
    const days = Math.floor((Date.now() - issuedAt) / DAY_MS);
    return days < 1 ? t('age.today') : t('age.days', { n: days });
  }

  /** The list an answer was made with, and its age: always beside the answer. */
  function listOf({ bundle: { number, issuedAt, validUntil } }: Verdict): string {
    if (validUntil === 0) return t('listMissing');
    return t('listShort', { number, age: age(issuedAt), day: formatInstant(validUntil) });
  }

  function trustLine(): TemplateResult {
    if (trust === 'loading') return html`<p class="soft">${t('listLoading')}</p>`;
    if (trust === 'missing') return html`<p class="verify-alarm">${mark('notChecked')} ${t('listMissing')}</p>`;
    const now = Date.now();
    const { number, signers, issuedAt, validUntil } = trust;
    const until = formatInstant(validUntil);
    return html`
      <p>${t('listLine', { number, signers, age: age(issuedAt) })}</p>
      ${now > validUntil
        ? html`<p class="verify-alarm">${mark('notChecked')} ${t('listStale', { day: until })}</p>`
        : html`<p class="soft">${t('listUntil', { day: until })}</p>`}
      ${now < issuedAt ? html`<p class="verify-alarm">${mark('notChecked')} ${t('listEarly')}</p>` : nothing}
    `;
  }

  function countLine(): TemplateResult {
    const present = SUMMARIES.filter((summary) => (counts[summary] ?? 0) > 0);
    if (present.length === 0) return html`<p class="soft">${t('countsNone')}</p>`;
    const clear = (): void => {
      counts = forget();
      draw();
    };
    return html`
      <ul class="verify-counts">
        ${present.map(
          (summary) => html`<li class=${summary}>${mark(summary)} ${t(`summary.${summary}`)} <b>${counts[summary]}</b></li>`,
        )}
      </ul>
      <button class="link-button" type="button" @click=${clear}>${t('countsForget')}</button>
    `;
  }

  function result(verdict: Verdict): TemplateResult {
    const choose = (index: number) => (): void => {
      chosen = index;
      draw();
    };
    return html`
      <div class="wrap page verify-result">
        ${verdicts.length > 1
          ? html`<nav class="verify-several" aria-label=${t('several', { n: verdicts.length })}>
              <p>${t('several', { n: verdicts.length })}</p>
              ${verdicts.map(
                (each, index) =>
                  html`<button class="button second" type="button" aria-pressed=${index === chosen} @click=${choose(index)}>
                    ${mark(each.summary)} ${t('nth', { n: index + 1 })}
                  </button>`,
              )}
            </nav>`
          : nothing}
        <div class="verify-columns">
          <div>
            ${banner(verdict, listOf(verdict))} ${contents(verdict)}
            <div class="actions verify-on">
              <button class="button verify-next" type="button" @click=${next}>${iconScan()} ${t('next')}</button>
            </div>
          </div>
          <div>${axes(verdict)} ${remarks(verdict)}</div>
        </div>
      </div>
    `;
  }

  /** The page at rest keeps its scanner while an answer is shown, so that the reader is not loaded twice. */
  function draw(): void {
    const verdict = verdicts[chosen];
    render(
      html`
        <div class="wrap page" ?hidden=${verdict !== undefined}>
          <div class="verify-head">
            <h1 tabindex="-1">${t('title')}</h1>
            <p class="soft">${t('lead')}</p>
          </div>
          <div class="verify-columns">
            <div>
              <div class="verify-scan"></div>
              <p class="verify-trouble ${trouble ? 'error' : ''}" role="alert" tabindex="-1">
                ${trouble && trouble !== 'pasteEmpty' ? t(trouble) : busy ? t('checking') : ''}
              </p>
              <form class="question ${trouble === 'pasteEmpty' ? 'wrong' : ''}" novalidate @submit=${paste}>
                <label for="code">${t('pasteTitle')}</label>
                <p class="hint" id="code-hint">${t('pasteHint')}</p>
                ${trouble === 'pasteEmpty' ? html`<p class="error" id="code-error">${t('pasteEmpty')}</p>` : nothing}
                <textarea
                  class="input"
                  id="code"
                  rows="3"
                  autocomplete="off"
                  autocapitalize="off"
                  spellcheck="false"
                  aria-describedby="code-hint code-error"
                  aria-invalid=${trouble === 'pasteEmpty' ? 'true' : nothing}
                ></textarea>
                <div class="actions">
                  <button class="button second" type="submit" ?disabled=${busy}>${t('check')}</button>
                </div>
              </form>
            </div>
            <div>
              <section class="card" aria-labelledby="list-title">
                <h2 id="list-title">${t('listTitle')}</h2>
                ${trustLine()}
              </section>
              <section class="card" aria-labelledby="counts-title">
                <h2 id="counts-title">${t('countsTitle')}</h2>
                ${countLine()}
                <p class="soft verify-small">${t('countsHelp')}</p>
              </section>
            </div>
          </div>
        </div>
        ${verdict ? result(verdict) : nothing}
      `,
      root,
    );
    box?.draw();
  }

  const stopListening = onLanguage(draw);
  void Promise.all([t.load(), scanText.load()]).then(() => {
    if (gone) return;
    draw();
    const place = root.querySelector<HTMLElement>('.verify-scan');
    if (place) box = scanBox(place, { onTexts: answer });
    core.trustInfo().then(
      (info) => {
        trust = info;
        if (!gone) draw();
      },
      () => {
        trust = 'missing';
        if (!gone) draw();
      },
    );
  });

  return () => {
    gone = true;
    stopListening();
    box?.dispose();
    render(nothing, root);
  };
};
