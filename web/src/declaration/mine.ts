/** My declarations: where each one is, its colour, code and receipt; correcting and withdrawing. */

import '../style/records.css';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { CoreError, type Core, type MyRecord, type OutboxState } from '../core/facade';
import { formatInstant } from '../app/format';
import { phonePart } from './phone';
import { iconBack, iconCheck, iconClock, iconClose, iconForm, iconPrint, iconSave, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { go, here, onPlace } from '../app/router';
import { answerList, learnNames, partTitle } from './answers';
import { DRAFT_KEY, type Draft } from './draft';
import { formOf, sectionsOf, type Answer, type Answers } from './form-spec';
import { qrDrawing, saveFile, saveQr, type Code } from '../app/qr-picture';
import { results, ruleText, rules, t } from './text';
import { reasons, shape, verdict, type Triage } from './triage';
import { unitName } from './units';

export const followsLanguage = true;

const WITHDRAW_MS = 24 * 3_600_000;
const KIND = 'population';

export function view(core: Core, root: HTMLElement): () => void {
  let gone = false;
  let stop: () => void = () => undefined;
  void Promise.all([t.load(), rules.load(), results.load()]).then(() => {
    if (!gone) stop = screen(core, root);
  });
  return () => {
    gone = true;
    stop();
  };
}

/** What is known of one declaration beyond its record. */
interface Extra {
  triage?: Triage;
  code?: Code | 'failed';
  full: boolean;
  proof?: 'checking' | 'valid' | 'unknown' | { rule: string };
}

function screen(core: Core, root: HTMLElement): () => void {
  let gone = false;
  let store: 'opening' | 'open' | 'broken' = 'opening';
  let records: MyRecord[] = [];
  let outbox: OutboxState | null = null;
  let withdrawing = false;
  let correcting = false;
  let reason = '';
  let failure = '';
  const extras = new Map<string, Extra>();
  const triages = new Map<string, Triage>();

  const declarations = (): MyRecord[] =>
    records.filter((record) => record.kind === KIND).sort((a, b) => b.madeAt - a.madeAt);
  const chosen = (): MyRecord | undefined => records.find((record) => record.id === here().fragment);
  const withdrawalOf = (record: MyRecord): MyRecord | undefined =>
    records.find(({ kind, body, state }) => kind === 'withdrawal' && body['declaration'] === record.id && state !== 'rejected');

  async function reload(): Promise<void> {
    try {
      [records, outbox] = await Promise.all([core.mine(), core.outbox.state()]);
    } catch {
      store = 'broken';
    }
    draw();
    for (const record of declarations()) void judge(record);
    const record = chosen();
    if (record) void complete(record);
  }

  async function judge(record: MyRecord): Promise<void> {
    if (triages.has(record.id)) return;
    try {
      const { version, unit } = record;
      triages.set(record.id, await core.triage<Triage>(record.body, { version, unit }));
      draw();
    } catch {
      // A body that was erased has no colour to show.
    }
  }

  /** Fetches what the screen of one declaration shows: names, code, proof of the receipt. */
  async function complete(record: MyRecord): Promise<void> {
    const extra = extras.get(record.id) ?? { full: false };
    extras.set(record.id, extra);
    void learnNames(core, answersOf(record)).then(draw);
    if (extra.code === undefined) void makeCode(record, extra.full);
    if (record.receipt && extra.proof !== 'valid') {
      extra.proof ??= 'checking';
      try {
        const { ok, rule, body } = await core.verifyReceipt(record.receipt);
        const fits = body?.id === record.id && body.hash === record.hash;
        extra.proof = ok && fits ? 'valid' : rule === 'receipt.key' ? 'unknown' : { rule: rule || 'receipt.hash' };
      } catch {
        extra.proof = 'unknown';
      }
      draw();
    }
  }

  async function makeCode(record: MyRecord, full: boolean): Promise<void> {
    const extra: Extra = extras.get(record.id) ?? { full };
    extra.full = full;
    extras.set(record.id, extra);
    try {
      extra.code = await core.qr(await core.personalQr(record.id, full), 'M');
    } catch {
      extra.code = 'failed';
    }
    draw();
  }

  // ---- acting --------------------------------------------------------------------------------------------------

  async function withdraw(event: Event, record: MyRecord): Promise<void> {
    event.preventDefault();
    failure = '';
    const body = { declaration: record.id, ...(reason.trim() ? { reason: reason.normalize('NFC').trim() } : {}) };
    try {
      await core.submit('declaration', 'withdrawal', 1, body, { unit: record.unit });
      withdrawing = false;
      void core.outbox.flush().catch(() => undefined);
      await reload();
      root.querySelector<HTMLElement>('h1')?.focus();
    } catch (error) {
      const rule = error instanceof CoreError ? (error.violations[0]?.rule ?? error.rule) : '';
      failure = results('mine.withdrawFailed', { why: ruleText(rule || 'form.failed') });
      draw();
    }
  }

  /** Opens the form with these answers; the consents are asked for anew. */
  async function correct(record: MyRecord, sure: boolean): Promise<void> {
    const waiting = await core.drafts.load<Draft>(DRAFT_KEY).catch(() => null);
    if (waiting && waiting.supersedes !== record.id && !sure) {
      correcting = true;
      draw();
      return;
    }
    const answers = { ...answersOf(record) };
    for (const name of ['positionConsent', 'dataConsent', 'legalAccepted', 'householdId']) delete answers[name];
    const draft: Draft = {
      version: formOf('declaration', KIND).version,
      people: [{ answers, raw: {} }],
      at: 0,
      section: 'consent',
      savedAt: Date.now(),
      names: {},
      supersedes: record.id,
      supersedesMadeAt: record.madeAt,
      // Whoever is corrected stays in the household that was declared together.
      ...(typeof record.body['householdId'] === 'string' ? { household: record.body['householdId'] } : {}),
    };
    await core.drafts.save(DRAFT_KEY, draft);
    go('/khai-bao#consent');
  }

  async function exportQueue(): Promise<void> {
    saveFile(await core.outbox.export(), `to-khai-cho-gui-${new Date().toISOString().slice(0, 10)}.json`);
  }

  function printPart(part: 'qr' | 'receipt'): void {
    const name = `print-${part}`;
    document.body.classList.add(name);
    addEventListener('afterprint', () => document.body.classList.remove(name), { once: true });
    print();
  }

  // ---- drawing -------------------------------------------------------------------------------------------------

  function draw(): void {
    if (gone) return;
    const record = chosen();
    document.title = `${record ? titleOf(record) : results('mine.title')} – Lá Chắn`;
    render(
      html`<div class="wrap page">
        <div class="narrow">${store === 'open' ? (here().fragment ? one(record) : list()) : unready()}</div>
      </div>`,
      root,
    );
  }

  function unready(): TemplateResult {
    return html`<h1 tabindex="-1">${results('mine.title')}</h1>
      <p role="status">${store === 'opening' ? results('mine.opening') : results('mine.broken')}</p>`;
  }

  function list(): TemplateResult {
    const own = declarations();
    const waiting = outbox?.waiting ?? 0;
    return html`
      <h1 tabindex="-1">${results('mine.title')}</h1>
      ${outbox?.storage === 'memory' ? html`<div class="notice warm"><p>${results('mine.memory')}</p></div>` : nothing}
      ${own.length === 0
        ? html`<div class="card">
            <h2>${results('mine.none')}</h2>
            <p>${results('mine.noneHelp')}</p>
            <a class="button" href="/khai-bao" data-route="in">${iconForm()} ${results('mine.new')}</a>
          </div>`
        : html`<p>${results('mine.lead')}</p>
            <ul class="record-list">
              ${own.map(row)}
            </ul>
            <a class="button" href="/khai-bao" data-route="in">${iconForm()} ${results('mine.new')}</a>`}
      ${waiting + (outbox?.rejected ?? 0) > 0
        ? html`<section class="card export-part no-print">
            <p>${results('mine.exportHelp')}</p>
            <div class="actions">
              <button class="button second" type="button" @click=${() => void exportQueue()}>
                ${iconSave()} ${results('mine.export')}
              </button>
              ${outbox?.online
                ? html`<button class="link-button" type="button" @click=${() => void core.outbox.flush().then(reload, reload)}>
                    ${results('mine.sendNow')}
                  </button>`
                : nothing}
            </div>
          </section>`
        : nothing}
    `;
  }

  function row(record: MyRecord): TemplateResult {
    const triage = triages.get(record.id);
    return html`<li>
      <a href="/to-khai#${record.id}" data-route="in">
        ${shape(triage?.colour ?? '')}
        <span
          ><b>${nameOf(record)}</b>
          <small>${results('mine.made', { at: formatInstant(record.madeAt) })} · <span class="code">${record.code}</span></small></span
        >
        ${stateTag(record)}
      </a>
    </li>`;
  }

  function stateTag(record: MyRecord): TemplateResult {
    if (withdrawalOf(record)) return html`<span class="tag old">${results('state.withdrawn')}</span>`;
    if (record.supersededBy) return html`<span class="tag old">${results('state.superseded')}</span>`;
    if (record.state === 'rejected') return html`<span class="tag bad">${iconWarn()} ${results('state.rejected')}</span>`;
    if (record.state === 'received') return html`<span class="tag">${iconCheck()} ${results('state.received')}</span>`;
    return html`<span class="tag waiting">${iconClock()} ${results(outbox?.sending ? 'state.sending' : 'state.queued')}</span>`;
  }

  function one(record: MyRecord | undefined): TemplateResult {
    const back = html`<a class="back no-print" href="/to-khai" data-route="in">${iconBack()} ${results('mine.back')}</a>`;
    if (!record) return html`${back}<h1 tabindex="-1">${results('mine.gone')}</h1>`;
    const triage = triages.get(record.id);
    const withdrawal = withdrawalOf(record);
    const current = !withdrawal && record.supersededBy === '';
    return html`
      ${back}
      <h1 tabindex="-1">${titleOf(record)}</h1>
      <p class="soft">
        ${results('mine.made', { at: formatInstant(record.madeAt) })} · ${results('mine.code')}:
        <span class="code">${record.code}</span>
      </p>
      ${household(record)}
      ${withdrawal
        ? html`<div class="notice" role="status">
            <p>${results(withdrawal.state === 'queued' ? 'mine.withdrawnWaiting' : 'state.withdrawn')}</p>
          </div>`
        : nothing}
      ${record.supersededBy
        ? html`<div class="notice">
            <p>
              <a href="/to-khai#${record.supersededBy}" data-route="in">${results('state.superseded')}</a>
            </p>
          </div>`
        : nothing}
      ${stages(record)} ${triage && current ? html`${verdict(triage)}${reasons(triage)}` : nothing}
      ${current ? codePart(record) : nothing} ${current ? phone(record) : nothing} ${record.receipt ? receiptPart(record) : nothing} ${answersPart(record)}
      ${current ? changePart(record) : nothing}
    `;
  }

  /** The others who were declared for in the same form. */
  function household(record: MyRecord): TemplateResult | typeof nothing {
    const id = record.body['householdId'];
    const others = declarations().filter(
      (other) => other.id !== record.id && other.supersededBy === '' && id !== undefined && other.body['householdId'] === id,
    );
    if (others.length === 0) return nothing;
    return html`<p class="no-print">
      ${results('mine.household')}:
      ${others.map((other) => html`<a class="mate" href="/to-khai#${other.id}" data-route="in">${nameOf(other)}</a> `)}
    </p>`;
  }

  function stages(record: MyRecord): TemplateResult {
    const at = record.state === 'queued' ? (outbox?.sending ? 1 : 0) : record.state === 'received' ? 3 : 2;
    const labels = [results('state.step1'), results('state.step2'), results('state.step3')];
    const rejected = record.state === 'rejected';
    const mark = (index: number): string => {
      if (rejected && index === 2) return 'bad now';
      if (index <= at - 1 || index === 0 || at === 3) return 'done';
      return index === at || (at === 0 && index === 1) ? 'now' : '';
    };
    const first = record.violations[0];
    const why = first ? ruleText(first.rule, first.params ?? undefined) : ruleText(record.rule);
    const words = rejected
      ? results('state.rejectedHelp', { why })
      : record.state === 'received'
        ? results('state.receivedHelp', { at: formatInstant(record.receipt?.body.receivedAt ?? record.settledAt) })
        : results('state.queuedHelp');
    return html`
      <ol class="stages no-print" aria-label=${results('state.steps')}>
        ${labels.map((label, index) => {
          const state = mark(index);
          const icon = state === 'done' ? iconCheck() : state.startsWith('bad') ? iconClose() : state === 'now' ? iconClock() : nothing;
          return html`<li class=${state} aria-current=${state.includes('now') ? 'step' : nothing}>
            <span class="dot">${icon}</span>${label}
          </li>`;
        })}
      </ol>
      <p class="no-print" role="status">${words}</p>
    `;
  }

  function codePart(record: MyRecord): TemplateResult {
    const extra = extras.get(record.id);
    const code = extra?.code;
    const name = nameOf(record);
    return html`<section class="card qr-card">
      ${code === 'failed' ? html`<p>${results('qr.failed')}</p>` : nothing}
      ${code && code !== 'failed' ? qrDrawing(code, results('qr.alt', { name })) : nothing}
      <div>
        <h2>${results('qr.title')}</h2>
        <p class="print-only">${name} · <span class="code">${record.code}</span></p>
        <p>${extra?.full ? results('qr.helpFull') : results('qr.help')}</p>
        ${code && code !== 'failed'
          ? html`<div class="actions">
              <button class="button second" type="button" @click=${() => void saveQr(code, `la-chan-${record.code}.png`)}>
                ${iconSave()} ${results('qr.save')}
              </button>
              <button class="button second" type="button" @click=${() => printPart('qr')}>
                ${iconPrint()} ${results('qr.print')}
              </button>
              <button class="link-button" type="button" @click=${() => void makeCode(record, !extra?.full)}>
                ${extra?.full ? results('qr.masked') : results('qr.full')}
              </button>
            </div>`
          : nothing}
      </div>
    </section>`;
  }

  function receiptPart(record: MyRecord): TemplateResult | typeof nothing {
    const { receipt } = record;
    if (!receipt) return nothing;
    const proof = extras.get(record.id)?.proof ?? 'checking';
    const bad = typeof proof === 'object';
    const line = bad ? results('receipt.invalid', { rule: proof.rule }) : results(`receipt.${proof}`);
    const rows: [string, string | TemplateResult][] = [
      [results('receipt.person'), nameOf(record)],
      [results('receipt.unit'), homeOf(record)],
      [results('mine.code'), html`<span class="code">${record.code}</span>`],
      [results('receipt.madeAt'), formatInstant(record.madeAt)],
      [results('receipt.at'), formatInstant(receipt.body.receivedAt)],
      [results('receipt.outcome'), results.maybe(`receipt.outcome.${receipt.body.outcome}`) ?? receipt.body.outcome],
      [results('receipt.hash'), html`<span class="mono">${receipt.body.hash}</span>`],
      [results('receipt.key'), html`<span class="mono">${receipt.head.key}</span>`],
    ];
    return html`<section class="receipt">
      <p class="print-only">${results('receipt.from')}</p>
      <h2>${results('receipt.title')}</h2>
      <dl class="answers">
        ${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
      </dl>
      <p class="proof ${proof === 'valid' ? 'good' : bad ? 'bad' : ''}" role="status">
        ${proof === 'valid' ? iconCheck() : bad ? iconWarn() : iconClock()}<span>${line}</span>
      </p>
      <div class="actions">
        <button class="button second" type="button" @click=${() => printPart('receipt')}>
          ${iconPrint()} ${results('receipt.print')}
        </button>
      </div>
    </section>`;
  }

  function answersPart(record: MyRecord): TemplateResult {
    const spec = formOf('declaration', KIND);
    return html`<details class="more">
      <summary>${results('mine.answers')}</summary>
      ${sectionsOf(spec).map(
        (section) => html`<h3>${partTitle(section)}</h3>
          ${answerList(spec, section, answersOf(record), 'answered')}`,
      )}
    </details>`;
  }

  function changePart(record: MyRecord): TemplateResult {
    const late = Date.now() - record.madeAt > WITHDRAW_MS;
    return html`<section class="correct-part no-print">
      <h2>${results('mine.correct')}</h2>
      <p>${results('mine.correctHelp')}</p>
      ${correcting
        ? html`<div class="notice warm" role="alert">
            <div>
              <p>${results('mine.correctSure')}</p>
              <button class="button second" type="button" @click=${() => void correct(record, true)}>
                ${results('mine.correctYes')}
              </button>
              <a class="link-button" href="/khai-bao" data-route="in">${results('mine.correctNo')}</a>
            </div>
          </div>`
        : html`<button class="button second" type="button" @click=${() => void correct(record, false)}>
            ${results('mine.correct')}
          </button>`}
      <h2 class="withdraw-head">${results('mine.withdraw')}</h2>
      <p>${late ? results('mine.withdrawLate') : results('mine.withdrawHelp')}</p>
      ${late ? nothing : withdrawing ? withdrawForm(record) : html`<button class="button danger" type="button" @click=${openWithdraw}>${results('mine.withdraw')}</button>`}
    </section>`;
  }

  function openWithdraw(): void {
    withdrawing = true;
    draw();
    document.getElementById('withdraw-reason')?.focus();
  }

  function withdrawForm(record: MyRecord): TemplateResult {
    return html`<form @submit=${(event: Event) => void withdraw(event, record)}>
      <div class="question">
        <label for="withdraw-reason">${results('mine.withdrawWhy')} <span class="optional">${t('optional')}</span></label>
        <textarea
          class="input"
          id="withdraw-reason"
          maxlength="500"
          .value=${reason}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLTextAreaElement) reason = event.target.value;
          }}
        ></textarea>
      </div>
      ${failure ? html`<div class="notice bad" role="alert"><p>${failure}</p></div>` : nothing}
      <div class="actions">
        <button class="button danger" type="submit">${results('mine.withdrawDo')}</button>
        <button
          class="link-button"
          type="button"
          @click=${() => {
            withdrawing = false;
            draw();
          }}
        >
          ${results('mine.withdrawNo')}
        </button>
      </div>
    </form>`;
  }

  const phone = phonePart(core, draw);

  // ---- life ----------------------------------------------------------------------------------------------------

  const leaveOutbox = core.outbox.subscribe(() => void reload());
  const leaveLanguage = onLanguage(draw);
  const leavePlace = onPlace((place) => {
    if (place.path !== '/to-khai') return;
    withdrawing = false;
    correcting = false;
    failure = '';
    draw();
    const record = chosen();
    if (record) void complete(record);
    scrollTo(0, 0);
    root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  });
  core.ready.then(
    () => {
      store = 'open';
      void reload();
    },
    () => {
      store = 'broken';
      draw();
    },
  );
  draw();
  return () => {
    gone = true;
    leaveOutbox();
    leaveLanguage();
    leavePlace();
  };
}

/** The body of a declaration as answers: the core made it from the same field list. */
function answersOf(record: MyRecord): Answers {
  const out: Answers = {};
  for (const [name, value] of Object.entries(record.body)) {
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (plain || Array.isArray(value)) out[name] = value as Answer; // lists hold objects of plain answers
  }
  return out;
}

function nameOf(record: MyRecord): string {
  const name = record.body['fullName'];
  return typeof name === 'string' ? name : record.code;
}

function titleOf(record: MyRecord): string {
  return results('mine.of', { name: nameOf(record) });
}

function homeOf(record: MyRecord): string {
  const { ward, district, province } = record.body;
  return [ward, district, province].flatMap((code) => (typeof code === 'string' ? [unitName(code)] : [])).join(', ');
}
