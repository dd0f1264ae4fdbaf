/** The verifier's page: camera, picture, PDF, text or a hand-held reader in; one unmistakable answer and every check by itself out. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { formatInstant, today } from '../app/format';
import { iconArrow, iconSave, iconScan } from '../app/icons';
import { onLanguage } from '../app/language';
import { saveFile } from '../app/qr-picture';
import { go, here, onPlace } from '../app/router';
import { Undo } from '../app/undo';
import type { View } from '../app/view';
import type { Missing } from '../scan/parts';
import { scanBox, type ScanBox } from '../scan/scan-box';
import { t as scanText } from '../scan/text';
import { listenForReader } from '../scan/wedge';
import { ageLines, ageOf, isTooOld, sectionsOf, type Trust } from './ages';
import { count, forget, readHistory, restore, toCsv, type History } from './counts';
import type { Gate } from './gate';
import { openJudge, troubleOf, type JudgeTrouble } from './judge';
import { countList, historyTable, rulesChoice, settingsForm } from './panels';
import { axes, banner, contents, mark, partsSeen, remarks } from './parts';
import { loadRuleSets } from './rule-sets';
import { readSettings, writeSettings, type Settings } from './settings';
import { openSound, signal } from './signals';
import { t } from './text';
import { learnUnits } from './unit-names';
import { faceOf, type Face, type Verdict } from './verdict';
import '../style/work.css';
import './view.css';

export const followsLanguage = true;

/** The fragment under which the page is a gate. */
const GATE = 'cong';
const AGE_EVERY_MS = 60_000;

type Trouble = JudgeTrouble | 'pasteEmpty' | 'readerSpoilt';
type Source = 'camera' | 'picture' | 'text' | 'reader';

export const view: View = (core, root) => {
  let verdicts: Verdict[] = [];
  let chosen = 0;
  let missing: Missing | null = null;
  let trust: Trust = 'loading';
  let history: History = readHistory();
  let settings: Settings = readSettings();
  let trouble: Trouble | null = null;
  let busy = false;
  let fromCamera = false;
  let box: ScanBox | null = null;
  let gate: Gate | null = null;
  let gone = false;
  const cleared = new Undo<History>(() => undefined, () => {
    if (!gone) draw();
  });
  const judge = openJudge(core, () => settings.rules);
  let turn = 0; // only the last thing asked is answered

  const pageRoot = document.createElement('div');
  const gateRoot = document.createElement('div');
  root.replaceChildren(pageRoot, gateRoot);

  async function answer(texts: string[], from: Source): Promise<boolean> {
    const mine = ++turn;
    busy = true;
    trouble = null;
    if (from !== 'camera') draw();
    try {
      const judged = await judge.judge(texts);
      if (gone || mine !== turn) return true;
      missing = judged.missing;
      busy = false;
      if (from === 'camera' && judged.verdicts.length === 0) {
        draw();
        return false; // the other parts are still to come
      }
      if (from === 'camera' && judged.onlyForeign) {
        // Some other code, on a poster perhaps: the camera keeps looking.
        box?.note(t('notCertificate'));
        return false;
      }
      verdicts = judged.verdicts;
      chosen = 0;
      fromCamera = from === 'camera';
      for (const verdict of verdicts) history = count(faceOf(verdict));
      if (verdicts[0]) signal(faceOf(verdicts[0]), settings);
      void learnUnits(core, verdicts, () => gone || draw());
    } catch (error) {
      if (gone || mine !== turn) return true;
      verdicts = [];
      trouble = troubleOf(error);
    }
    busy = false;
    draw();
    const place = pageRoot.querySelector<HTMLElement>(verdicts.length > 0 ? '#answer' : '.verify-trouble');
    place?.focus({ preventScroll: true });
    // On a phone the answer and the name share the first screen; the head of the page is not needed now.
    if (verdicts.length > 0) place?.scrollIntoView({ block: 'start' });
    return true;
  }

  const next = (): void => {
    verdicts = [];
    draw();
    if (fromCamera) void box?.openCamera();
    else pageRoot.querySelector<HTMLElement>('h1')?.focus();
  };

  const field = (): HTMLTextAreaElement | null => pageRoot.querySelector<HTMLTextAreaElement>('#code');

  const paste = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = field()?.value.trim() ?? '';
    if (!text) {
      trouble = 'pasteEmpty';
      draw();
      field()?.focus();
      return;
    }
    void answer(lines(text), 'text');
  };

  /** A picture from the clipboard, wherever the focus is. */
  const clipboard = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || gate) return;
    event.preventDefault();
    void box?.read(files);
  };

  const setAll = (changed: Settings): void => {
    if (changed.rules !== settings.rules) {
      turn += 1; // an answer on its way was asked under other rules
      busy = false;
    }
    settings = changed;
    writeSettings(changed);
    draw();
  };

  const tryOut = (face: Face): void => {
    openSound();
    signal(face, settings);
  };

  const exportCounts = (): void => {
    saveFile(new Blob([toCsv(history)], { type: 'text/csv' }), `lachan-xac-minh-${today()}.csv`);
  };

  const clear = (): void => {
    const before = history;
    history = forget();
    cleared.take();
    cleared.hold(before);
    draw();
    cleared.focus(pageRoot);
  };

  const unclear = (): void => {
    const before = cleared.take();
    if (before) history = restore(before);
    draw();
    pageRoot.querySelector<HTMLElement>('.verify-forget')?.focus();
  };

  /** The list an answer was made with, and its age: always beside the answer. */
  function listOf({ bundle: { number, issuedAt, validUntil } }: Verdict): string {
    if (validUntil === 0) return t('listMissing');
    return t('listShort', { number, age: ageOf(issuedAt), day: formatInstant(validUntil) });
  }

  function trustCard(): TemplateResult {
    const sections = sectionsOf(trust, settings.rules);
    const old = isTooOld(sections) && trust !== 'loading';
    return html`<section class="card verify-list ${old ? 'old' : ''}" aria-labelledby="list-title">
      <h2 id="list-title">${t('listTitle')}</h2>
      ${trust === 'loading' ? html`<p class="soft">${t('listLoading')}</p>` : nothing}
      ${old ? html`<p class="verify-alarm" role="alert">${mark('notChecked')} ${t('tooOld')}</p>` : nothing}
      ${ageLines(sections)} ${trust === 'loading' || gate ? nothing : rulesChoice(settings, setAll)}
    </section>`;
  }

  function countCard(): TemplateResult {
    const any = Object.keys(history).length > 0;
    return html`<section class="card" aria-labelledby="counts-title">
      <h2 id="counts-title">${t('countsTitle')}</h2>
      ${cleared.line(t('countsForgotten'), t('countsRestore'), unclear)} ${countList(history)} ${historyTable(history)}
      ${any
        ? html`<div class="actions">
            <button class="link-button" type="button" @click=${exportCounts}>${iconSave()} ${t('countsExport')}</button>
            <button class="link-button verify-forget" type="button" @click=${clear}>${t('countsForget')}</button>
          </div>`
        : nothing}
      <p class="soft verify-small">${t('countsHelp')}</p>
    </section>`;
  }

  function pasteForm(): TemplateResult {
    const empty = trouble === 'pasteEmpty';
    return html`<form class="question ${empty ? 'wrong' : ''}" novalidate @submit=${paste}>
      <label for="code">${t('pasteTitle')}</label>
      <p class="hint" id="code-hint">${t('pasteHint')}</p>
      ${empty ? html`<p class="error" id="code-error">${t('pasteEmpty')}</p>` : nothing}
      <textarea
        class="input"
        id="code"
        rows="3"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        aria-describedby="code-hint code-error"
        aria-invalid=${empty ? 'true' : nothing}
      ></textarea>
      <div class="actions">
        <button class="button second" type="submit" ?disabled=${busy}>${t('check')}</button>
      </div>
    </form>`;
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
                    ${mark(faceOf(each))} ${t('nth', { n: index + 1 })}
                    <span class="visually-hidden">${t(`summary.${faceOf(each)}`)}</span>
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

  function said(): string {
    if (trouble && trouble !== 'pasteEmpty') return t(trouble);
    return busy ? t('checking') : '';
  }

  /** The page at rest keeps its scanner while an answer is shown, so that the reader is not loaded twice. */
  function draw(): void {
    const verdict = verdicts[chosen];
    render(
      html`
        <div class="wrap page" ?hidden=${verdict !== undefined || gate !== null}>
          <div class="verify-head">
            <h1 tabindex="-1">${t('title')}</h1>
            <p class="soft">${t('lead')}</p>
          </div>
          <div class="verify-columns">
            <div>
              <div class="verify-scan"></div>
              ${missing ? partsSeen(missing) : nothing}
              <p class="verify-trouble ${trouble ? 'error' : ''}" role="alert" tabindex="-1">${said()}</p>
              ${pasteForm()}
              <p class="hint">${t('readerHint')}</p>
            </div>
            <div>
              ${trustCard()}
              <a class="card verify-gate-door" href="/xac-minh#${GATE}" data-route="in">
                <h2>${t('gate.title')} ${iconArrow()}</h2>
                <p>${t('gate.lead')}</p>
              </a>
              <p class="verify-links">
                <a href="/thu-quy-dinh" data-route="in">${t('toSimulator')}</a>
                <a href="/vi-chung-nhan" data-route="in">${t('toWallet')}</a>
              </p>
              ${countCard()}
              <details class="card verify-settings">
                <summary>${t('settings')}</summary>
                ${gate ? nothing : settingsForm(settings, setAll, tryOut)}
              </details>
            </div>
          </div>
        </div>
        ${verdict && !gate ? result(verdict) : nothing}
      `,
      pageRoot,
    );
    box?.draw();
  }

  async function place(): Promise<void> {
    const wanted = here().path === '/xac-minh' && here().fragment === GATE;
    if (!wanted && gate) {
      gate.dispose();
      gate = null;
      history = readHistory();
      settings = readSettings();
      draw();
      pageRoot.querySelector<HTMLElement>('h1')?.focus();
    } else if (wanted && !gate) {
      openSound(); // while the press that led here still counts
      const { openGate } = await import('./gate');
      if (gone || gate || here().fragment !== GATE) return;
      box?.stop();
      gate = openGate(core, gateRoot, () => trust, () => go('/xac-minh'));
      draw();
    }
  }

  async function readTrust(): Promise<void> {
    trust = await core.trustInfo().catch(() => 'missing' as const);
    await loadRuleSets(core).catch(() => undefined);
    if (gone) return;
    draw();
    gate?.draw();
  }

  const stopLanguage = onLanguage(draw);
  const stopPlace = onPlace(() => void place());
  const stopReader = listenForReader({
    onText: (text) => {
      if (!gate) void answer([text], 'reader');
    },
    onSpoilt: () => {
      trouble = 'readerSpoilt';
      draw();
    },
    field,
  });
  // Ages go on while the page stands open.
  const clock = setInterval(() => void readTrust(), AGE_EVERY_MS);
  document.addEventListener('paste', clipboard);
  addEventListener('pointerdown', openSound, { once: true });
  void Promise.all([t.load(), scanText.load()]).then(() => {
    if (gone) return;
    draw();
    const scanner = pageRoot.querySelector<HTMLElement>('.verify-scan');
    if (scanner) box = scanBox(scanner, { onTexts: answer, documents: true });
    void readTrust();
    void place();
  });

  return () => {
    gone = true;
    clearInterval(clock);
    cleared.take();
    stopLanguage();
    stopPlace();
    stopReader();
    document.removeEventListener('paste', clipboard);
    removeEventListener('pointerdown', openSound);
    box?.dispose();
    gate?.dispose();
    render(nothing, pageRoot);
  };
};

/** Parts of one certificate may be pasted under one another; anything else is one code, line breaks and all. */
function lines(text: string): string[] {
  const parts = text.split(/\s+/);
  return parts.length > 1 && parts.every((part) => part.startsWith('shc:/')) ? parts : [text];
}
