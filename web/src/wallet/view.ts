/** The wallet: a family's certificates on this device, shown, printed, saved as a file; it works without a network. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { today } from '../app/format';
import { iconCheck, iconPrint, iconSave, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { saveFile } from '../app/qr-picture';
import { Undo } from '../app/undo';
import type { View } from '../app/view';
import { askForm } from '../correction/ask';
import { openMine } from '../correction/mine';
import { t as correctionText } from '../correction/text';
import { rules } from '../declaration/text';
import { openPartBook, type Missing } from '../scan/parts';
import { scanBox, type ScanBox } from '../scan/scan-box';
import { t as scanText } from '../scan/text';
import { listenForReader } from '../scan/wedge';
import { eventLine, mark, partsSeen } from '../verify/parts';
import { t as verifyText } from '../verify/text';
import { learnUnits } from '../verify/unit-names';
import { isPlace, type Verdict } from '../verify/verdict';
import { fromText, MOST_BYTES, toFile } from './file';
import { daysOf, standingWords } from './parts';
import { printCards, type Paper } from './print';
import { showCards, type Showing } from './show';
import { markOf, peopleOf, standingOf, type Card, type Person } from './state';
import * as store from './store';
import { t } from './text';
import '../style/records.css';
import '../verify/view.css';
import '../correction/view.css';
import './view.css';

export const followsLanguage = true;

type Said = { key: 'added' | 'imported'; n: number } | { key: 'already' | 'foreign' | 'place' | 'unreadable' | 'full' | 'badFile' | 'failed' | 'readerSpoilt' };

export const view: View = (core, root) => {
  const book = openPartBook();
  let cards: Card[] = [];
  let opened = false;
  let broken = false;
  let missing: Missing | null = null;
  let said: Said | null = null;
  let persisted: boolean | null = null;
  let trustNumber = -1;
  let showing: Showing | null = null;
  let box: ScanBox | null = null;
  let gone = false;
  let stopAsking: (() => void) | null = null;
  const corrections = openMine(core, () => draw());
  const removed = new Undo<store.Kept>(({ id }) => store.drop(id), () => draw());

  const pageRoot = document.createElement('div');
  const showRoot = document.createElement('div');
  const askRoot = document.createElement('div');
  const paperRoot = document.createElement('div');
  root.replaceChildren(pageRoot, showRoot, askRoot, paperRoot);

  async function judged(kept: store.Kept): Promise<Card> {
    const verdict = await core.verify<Verdict>(kept.text).catch(() => null);
    return { kept, verdict };
  }

  async function open(): Promise<void> {
    try {
      const kept = await store.all();
      // What was removed and not taken back before the page was closed goes now.
      for (const { id } of kept.filter(({ removedAt }) => removedAt !== undefined)) await store.drop(id);
      cards = kept.filter(({ removedAt }) => removedAt === undefined).map((each) => ({ kept: each, verdict: null }));
    } catch {
      broken = true;
    }
    opened = true;
    if (gone) return;
    draw();
    void corrections.refresh();
    await judgeAgain();
    persisted = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
    if (!gone) draw();
  }

  /** All certificates anew, when the trust list is another one than before. */
  async function judgeAgain(): Promise<void> {
    const number = await core.trustInfo().then((info) => info.number, () => -1);
    if (gone || (number === trustNumber && cards.every(({ verdict }) => verdict !== null))) return;
    trustNumber = number;
    const now = await Promise.all(cards.map(({ kept }) => judged(kept)));
    if (gone) return;
    // What was added or removed meanwhile stays as it is.
    cards = cards.map((card) => now.find(({ kept }) => kept.id === card.kept.id) ?? card);
    draw();
    nameUnits();
  }

  function nameUnits(): void {
    void learnUnits(core, cards.map(({ verdict }) => verdict), draw);
  }

  /** Keeps one certificate; what is to be said about it. */
  async function add(text: string, codes: string[], addedAt: number): Promise<Said> {
    const id = await store.idOf(text);
    if (cards.some(({ kept }) => kept.id === id)) return { key: 'already' };
    if (cards.length >= store.MOST_KEPT) return { key: 'full' };
    const kept: store.Kept = { id, text, codes, addedAt };
    const card = await judged(kept);
    if (card.verdict?.family === 'unknown') return { key: 'foreign' };
    if (card.verdict && isPlace(card.verdict)) return { key: 'place' };
    if (card.verdict?.summary === 'unreadable') return { key: 'unreadable' };
    await store.put(kept);
    cards = [...cards, card];
    nameUnits();
    return { key: 'added', n: 1 };
  }

  async function take(texts: readonly string[], say: 'added' | 'imported' = 'added', addedAt = Date.now()): Promise<number> {
    let count = 0;
    let other: Said | null = null;
    try {
      for (const text of texts) {
        const taken = book.take(text);
        if (taken.kind === 'part') continue;
        const result = await add(taken.text, taken.codes, addedAt);
        if (result.key === 'added') ++count;
        else other = result;
      }
    } catch {
      other = { key: 'failed' };
    }
    missing = book.missing();
    said = count > 0 ? { key: say, n: count } : (other ?? said);
    if (gone) return count;
    draw();
    if (count > 0) await askToKeep();
    return count;
  }

  /** Asked with the first certificate: before that there is nothing to lose. */
  async function askToKeep(): Promise<void> {
    persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    if (!gone) draw();
  }

  async function onTexts(texts: string[], from: 'camera' | 'picture'): Promise<boolean> {
    const before = cards.length;
    await take(texts);
    // With the camera a known certificate or a poster is passed over, and parts are collected.
    return from === 'picture' || cards.length > before || said?.key === 'already';
  }

  const paste = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = pageRoot.querySelector<HTMLTextAreaElement>('#wallet-code');
    const text = field?.value.trim() ?? '';
    if (!text || !field) return field?.focus();
    const parts = text.split(/\s+/);
    const isParts = parts.length > 1 && parts.every((part) => part.startsWith('shc:/'));
    void take(isParts ? parts : [text]).then((count) => {
      if (count > 0 && field.value.trim() === text) field.value = ''; // not what was pasted meanwhile
    });
  };

  const load = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement; // the listener sits on an input
    const file = input.files?.[0];
    if (!file) return;
    const entries = file.size <= MOST_BYTES ? fromText(await file.text()) : null;
    input.value = '';
    if (!entries) {
      said = { key: 'badFile' };
      return draw();
    }
    book.forget();
    let count = 0;
    for (const { codes, addedAt } of entries) count += await take(codes, 'imported', addedAt);
    said = { key: 'imported', n: count };
    draw();
  };

  async function remove(card: Card): Promise<void> {
    await removed.settle();
    const leaving = { ...card.kept, removedAt: Date.now() };
    await store.put(leaving); // first: what is seen to be gone stays gone
    cards = cards.filter(({ kept }) => kept.id !== card.kept.id);
    said = null;
    removed.hold(leaving);
    if (gone) return;
    draw();
    removed.focus(pageRoot);
  }

  async function undo(): Promise<void> {
    const last = removed.take();
    if (!last) return;
    const { removedAt: _, ...kept } = last;
    await store.put(kept);
    cards = [...cards, await judged(kept)].sort((a, b) => a.kept.addedAt - b.kept.addedAt);
    draw();
    pageRoot.querySelector<HTMLElement>(`[data-id="${kept.id}"] .wallet-show`)?.focus();
  }

  function show(card: Card): void {
    const ordered = peopleOf(cards).flatMap((person) => person.cards);
    showing = showCards(core, showRoot, ordered, ordered.indexOf(card), () => {
      showing?.dispose();
      showing = null;
      draw();
      pageRoot.querySelector<HTMLElement>(`[data-id="${card.kept.id}"] .wallet-show`)?.focus();
    });
    draw();
  }

  /** The form that asks for a correction of this certificate, in place of the wallet until it is sent or left. */
  function askFor(card: Card, number: string): void {
    stopAsking = askForm(core, askRoot, { number, code: card.kept.text, content: card.verdict?.content ?? null }, (isSent) => {
      stopAsking?.();
      stopAsking = null;
      draw();
      if (isSent) void corrections.refresh().then(() => pageRoot.querySelector<HTMLElement>('#correction-mine-title')?.focus());
      else pageRoot.querySelector<HTMLElement>(`[data-id="${card.kept.id}"] .correction-ask`)?.focus();
    });
    draw();
  }

  const print = (some: readonly Card[], paper: Paper): void => {
    void printCards(core, paperRoot, some, paper);
  };

  const save = (): void => {
    const kept = cards.map((card) => card.kept);
    saveFile(toFile(kept, Date.now()), `lachan-vi-chung-nhan-${today()}.json`);
  };

  function cardView(card: Card): TemplateResult {
    const standing = standingOf(card);
    const content = card.verdict?.content ?? null;
    const line = content?.events.map(eventLine).join('; ') || t('unreadContent');
    return html`<li class="wallet-card ${markOf(standing)}" data-id=${card.kept.id}>
      ${mark(markOf(standing))}
      <div>
        <h3 class=${content?.proven ? '' : 'claim'}>${line}</h3>
        ${daysOf(card)}
        <p>${standingWords(standing)}</p>
        <div class="wallet-acts">
          <button class="button wallet-show" type="button" @click=${() => show(card)}>${t('show')}<span class="visually-hidden"> ${line}</span></button>
          <button class="link-button" type="button" @click=${() => print([card], 'fold')}>${iconPrint()} ${t('printFold')}</button>
          <button class="link-button" type="button" @click=${() => print([card], 'card')}>${t('printCard')}</button>
          ${corrections.beside(card.verdict, (number) => askFor(card, number))}
          <button class="link-button wallet-remove" type="button" @click=${() => void remove(card)}>${t('remove')}<span class="visually-hidden"> ${line}</span></button>
        </div>
      </div>
    </li>`;
  }

  function personView({ name, birthDate, cards: own }: Person): TemplateResult {
    return html`<section class="wallet-person">
      <h2>${name || t('unproven')} ${birthDate ? html`<small>${birthDate}</small>` : nothing}</h2>
      ${name ? nothing : html`<p class="soft">${t('unprovenHelp')}</p>`}
      <ul>
        ${own.map(cardView)}
      </ul>
    </section>`;
  }

  function saidLine(): string {
    if (!said) return '';
    return 'n' in said ? t(`said.${said.key}`, { n: said.n }) : t(`said.${said.key}`);
  }

  function addPart(): TemplateResult {
    return html`<section class="wallet-add" aria-labelledby="add-title">
      <h2 id="add-title">${t('addTitle')}</h2>
      <div class="wallet-scan"></div>
      ${missing ? partsSeen(missing) : nothing}
      <p class="wallet-said" role="status">${saidLine()}</p>
      <form class="question" novalidate @submit=${paste}>
        <label for="wallet-code">${t('pasteTitle')}</label>
        <textarea class="input" id="wallet-code" rows="2" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea>
        <div class="actions"><button class="button second" type="submit">${t('add')}</button></div>
      </form>
    </section>`;
  }

  function keepPart(): TemplateResult {
    return html`<section class="card wallet-where" aria-labelledby="where-title">
      <h2 id="where-title">${t('whereTitle')}</h2>
      <p>${t('where')}</p>
      ${persisted === false && cards.length > 0
        ? html`<div class="notice warm">
            ${iconWarn()}
            <div>
              <p>${t('mayGo')}</p>
              <button class="button second" type="button" @click=${() => void askToKeep()}>${t('askToKeep')}</button>
            </div>
          </div>`
        : nothing}
      ${persisted === true ? html`<p class="wallet-safe">${iconCheck()} <span>${t('stays')}</span></p>` : nothing}
      <div class="actions">
        <button class="button second" type="button" ?disabled=${cards.length === 0} @click=${save}>${iconSave()} ${t('export')}</button>
        <label class="button second wallet-import">
          ${t('import')}<input class="visually-hidden" type="file" accept="application/json,.json" @change=${load} />
        </label>
      </div>
      <p class="soft">${t('exportHelp')}</p>
    </section>`;
  }

  function list(): TemplateResult {
    if (!opened) return html`<p role="status">${t('opening')}</p>`;
    if (broken) return html`<p class="error" role="alert">${t('broken')}</p>`;
    if (cards.length === 0) return html`<p class="wallet-empty">${t('empty')}</p>`;
    return html`${peopleOf(cards).map(personView)}
      ${cards.length > 1
        ? html`<div class="actions">
            <button class="button second" type="button" @click=${() => print(cards, 'fold')}>${iconPrint()} ${t('printAll')}</button>
            <button class="link-button" type="button" @click=${() => print(cards, 'card')}>${t('printAllCards')}</button>
          </div>`
        : nothing}`;
  }

  function draw(): void {
    if (gone) return;
    render(
      html`<div class="wrap page wallet" ?hidden=${showing !== null || stopAsking !== null}>
        <div class="verify-head">
          <h1 tabindex="-1">${t('title')}</h1>
          <p class="soft">${t('lead')}</p>
        </div>
        ${removed.line(t('removed'), t('undo'), () => void undo())}
        <div class="verify-columns">
          <div>${list()} ${corrections.list((text) => cards.some(({ kept }) => kept.text === text), (text) => void take([text]))}</div>
          <div>${addPart()} ${keepPart()}</div>
        </div>
      </div>`,
      pageRoot,
    );
    box?.draw();
  }

  const visible = (): void => {
    if (document.visibilityState !== 'visible') return;
    void judgeAgain();
    void corrections.refresh();
  };
  const stopOutbox = core.outbox.subscribe(() => void corrections.changed()); // a request that waited was sent
  const stopLanguage = onLanguage(draw);
  const stopReader = listenForReader({
    onText: (text) => void take([text]),
    onSpoilt: () => {
      said = { key: 'readerSpoilt' };
      draw();
    },
    field: () => pageRoot.querySelector<HTMLTextAreaElement>('#wallet-code'),
  });
  document.addEventListener('visibilitychange', visible);
  void Promise.all([t.load(), scanText.load(), verifyText.load(), correctionText.load(), rules.load()]).then(() => {
    if (gone) return;
    draw();
    const scanner = pageRoot.querySelector<HTMLElement>('.wallet-scan');
    if (scanner) box = scanBox(scanner, { onTexts, documents: true });
    void open();
  });

  return () => {
    gone = true;
    void removed.settle();
    stopLanguage();
    stopReader();
    document.removeEventListener('visibilitychange', visible);
    showing?.dispose();
    stopAsking?.();
    stopOutbox();
    box?.dispose();
    render(nothing, pageRoot);
    render(nothing, paperRoot);
  };
};
