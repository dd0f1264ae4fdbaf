/** A queue at a gate: camera or hand-held reader, one answer over the whole screen, the next code by itself. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { iconArrow, iconClose, iconScan } from '../app/icons';
import { onLanguage } from '../app/language';
import type { Core } from '../core/facade';
import { CameraError, openCamera, type Camera, type CameraChoice, type CameraTrouble } from '../scan/camera';
import type { Missing } from '../scan/parts';
import { openReader, type Reader } from '../scan/reader';
import { t as scanText } from '../scan/text';
import { keepAwake } from '../scan/wake-lock';
import { listenForReader } from '../scan/wedge';
import { ageShort, isTooOld, sectionsOf, type Trust } from './ages';
import { count, countsOf, readHistory, type History } from './counts';
import { openJudge, troubleOf } from './judge';
import { facesIn, rulesChoice, settingsForm } from './panels';
import { mark, partsSeen, person, reasonText } from './parts';
import { readSettings, writeSettings, type Settings } from './settings';
import { openSound, signal } from './signals';
import { t } from './text';
import { learnUnits } from './unit-names';
import { faceOf, isNameDoubtful, isOfSomebody, openAxes, reasonsOf, type Face, type Verdict } from './verdict';
import './gate.css';

export interface Gate {
  draw(): void;
  dispose(): void;
}

/** So many of the last answers are shown, as shapes. */
const STRIP = 12;

/** `t.load()` of verifier and scanner first. `onClose` is called when the verifier leaves the gate. */
export function openGate(core: Core, place: HTMLElement, trust: () => Trust, onClose: () => void): Gate {
  const awake = keepAwake();
  let settings: Settings = readSettings();
  const judge = openJudge(core, () => settings.rules);
  let history: History = readHistory();
  let strip: Face[] = [];
  /** Answers of one frame wait for one another. */
  let queue: Verdict[] = [];
  let current: Verdict | null = null;
  let missing: Missing | null = null;
  let remark = '';
  let camera: Camera | null = null;
  let cameras: CameraChoice[] = [];
  let trouble: CameraTrouble | null = null;
  let chosen = '';
  let opening = false;
  let setting = false;
  let timer = 0;
  let reader: Reader | null = null;
  let gone = false;
  /** Texts of the last seconds, in memory only: whoever still holds the phone there is not counted twice. */
  let lately = new Map<string, number>();

  const stage = document.createElement('div');
  place.replaceChildren(stage);
  document.body.classList.add('gate-on');

  function isRepeat(text: string): boolean {
    const now = Date.now();
    lately = new Map([...lately].filter(([, at]) => now - at < settings.repeatSeconds * 1000));
    const is = lately.has(text);
    lately.set(text, now);
    return is;
  }

  /** Judges what is new of `texts`; `shownAt` is when the frame was, for the figures of the benchmark. */
  async function take(texts: readonly string[], shownAt: number | null): Promise<void> {
    const fresh = texts.filter((text) => !isRepeat(text));
    if (fresh.length === 0) {
      if (current === null && missing === null) say(t('gate.again'));
      return;
    }
    try {
      const { rules } = settings;
      const judged = await judge.judge(fresh);
      if (gone || rules !== settings.rules) return;
      missing = judged.missing;
      // A poster in the camera is passed over, the gate's own one as well; what a reader was pulled for gets its answer.
      const found = shownAt === null ? judged.verdicts : judged.verdicts.filter(isOfSomebody);
      if (found.length < judged.verdicts.length) say(t(judged.onlyForeign ? 'notCertificate' : 'gate.place'));
      for (const face of found.map(faceOf)) {
        history = count(face);
        strip = [...strip, face].slice(-STRIP);
      }
      void learnUnits(core, found, () => gone || draw());
      queue.push(...found);
      if (found.length > 0 && current === null) step();
      else draw();
      if (found.length > 0 && shownAt !== null) measure(shownAt);
    } catch (error) {
      if (gone) return;
      for (const text of fresh) lately.delete(text); // nobody was answered yet
      say(t(troubleOf(error)));
    }
  }

  /** What was answered under other rules does not stand, and the same code is asked again. */
  function forgetAnswers(): void {
    lately.clear();
    queue = [];
    if (current) step();
  }

  function say(words: string): void {
    remark = words;
    draw();
  }

  /** Whether nobody has to look before the queue moves on. */
  const goesOn = (verdict: Verdict): boolean =>
    !settings.stopUnlessValid || (faceOf(verdict) === 'valid' && !isNameDoubtful(verdict));

  /** Shows the next answer, or the camera again. */
  function step(): void {
    clearTimeout(timer);
    current = queue.shift() ?? null;
    remark = '';
    camera?.pause(current !== null);
    draw();
    if (!current) return;
    signal(faceOf(current), settings);
    if (goesOn(current)) timer = window.setTimeout(step, settings.holdSeconds * 1000);
    stage.querySelector<HTMLElement>('.gate-next')?.focus({ preventScroll: true });
  }

  async function start(): Promise<void> {
    const video = stage.querySelector('video');
    if (!video || opening) return;
    opening = true;
    trouble = null;
    camera?.stop();
    camera = null;
    draw();
    try {
      const opened = await openCamera(video, (reader ??= openReader()), {
        deviceId: chosen,
        async onTexts(texts, shownAt) {
          await take(texts, shownAt);
          return false;
        },
        onTrouble(why) {
          camera = null;
          trouble = why;
          draw();
        },
      });
      if (gone) return opened.stop();
      camera = opened;
      cameras = await opened.choices().catch(() => []);
    } catch (error) {
      trouble = error instanceof CameraError ? error.trouble : 'readerFailed';
    }
    opening = false;
    if (!gone) draw();
  }

  const change = (next: Settings): void => {
    if (next.rules !== settings.rules) forgetAnswers();
    settings = next;
    writeSettings(next);
    draw();
  };

  const flip = (name: 'sound' | 'vibration') => (): void => {
    openSound();
    change({ ...settings, [name]: !settings[name] });
  };

  const fullScreen = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
  };

  const keys = (event: KeyboardEvent): void => {
    openSound();
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape' && !document.fullscreenElement) return setting ? fold() : onClose();
    const inControl = event.target instanceof Element && event.target.closest('button, a, input, select, summary, textarea');
    if (!settings.keys || inControl) return;
    if (event.key === ' ' && current) {
      event.preventDefault();
      step();
    } else if (event.key.toLowerCase() === 'f') fullScreen();
  };

  const fold = (): void => {
    setting = !setting;
    draw();
  };

  const switchCamera = (event: Event): void => {
    chosen = (event.target as HTMLSelectElement).value; // the listener sits on a select
    void start();
  };

  function answer(verdict: Verdict): TemplateResult {
    const face = faceOf(verdict);
    const open = openAxes(verdict);
    const passes = face === 'valid';
    // Whoever shows a true card has only to show something else.
    const stepsAside = !passes && face !== 'genuineCard' && face !== 'genuinePlace';
    return html`<section class="gate-answer ${face}" role="alert" aria-labelledby="gate-word">
      <div class="gate-said">
        ${mark(face)}
        <h2 id="gate-word">${t(`summary.${face}`)}</h2>
      </div>
      ${person(verdict)} ${stepsAside ? html`<p class="gate-aside">${iconArrow()} <span>${t('gate.aside')}</span></p>` : nothing}
      ${passes ? nothing : html`<p class="gate-why">${reasonsOf(verdict).map(reasonText).join(' ') || t(`summaryHelp.${face}`)}</p>`}
      ${isNameDoubtful(verdict)
        ? html`<p class="gate-why">${t('gate.lookAlike')}</p>`
        : html`<p class="gate-do">${t(`do.${face}`)}</p>`}
      ${open.length > 0
        ? html`<p class="verify-unasked">${mark('notChecked')} <span>${t('unasked', { what: open.map((name) => t(`axis.${name}`)).join(', ') })}</span></p>`
        : nothing}
      <button class="button gate-next" type="button" @click=${step}>
        ${iconScan()} ${queue.length > 0 ? t('gate.nextOf', { n: queue.length }) : t('gate.next')}
      </button>
      ${goesOn(verdict)
        ? html`<span class="gate-time" aria-hidden="true" style="animation-duration: ${settings.holdSeconds}s"></span>`
        : nothing}
    </section>`;
  }

  function finder(): TemplateResult {
    return html`<div class="gate-finder" ?hidden=${current !== null}>
      <div class="scan-frame ${camera ? '' : 'off'}">
        <video muted playsinline aria-label=${scanText('aim')}></video>
        ${camera ? html`<span class="scan-corners" aria-hidden="true"></span>` : nothing}
        ${camera || opening
          ? html`<p class="scan-aim">${opening ? scanText('opening') : scanText('aim')}</p>`
          : html`<button class="button gate-start" type="button" @click=${() => { openSound(); void start(); }}>${iconScan()} ${scanText('camera')}</button>`}
      </div>
      <p class="gate-remark ${trouble ? 'error' : ''}" role="status">${trouble ? scanText(`trouble.${trouble}`) : remark || t('gate.ready')}</p>
      ${missing ? partsSeen(missing) : nothing}
    </div>`;
  }

  function foot(): TemplateResult {
    const counts = countsOf(history);
    return html`<div class="gate-foot">
      <ol class="gate-strip" aria-label=${t('gate.strip')}>
        ${strip.map(
          (face) => html`<li class=${face}>${mark(face)}<span class="visually-hidden">${t(`summary.${face}`)}</span></li>`,
        )}
      </ol>
      <ul class="gate-counts" aria-label=${t('countsTitle')}>
        ${facesIn(counts).map(
          (face) => html`<li>${mark(face)}<span class="visually-hidden">${t(`summary.${face}`)}</span> <b>${counts[face] ?? 0}</b></li>`,
        )}
      </ul>
    </div>`;
  }

  function head(): TemplateResult {
    const sections = sectionsOf(trust(), settings.rules);
    return html`<div class="gate-head ${isTooOld(sections) ? 'old' : ''}">
      <h1 tabindex="-1">${t('gate.title')}</h1>
      <p class="gate-ages">${ageShort(sections)}</p>
      <div class="gate-tools">
        ${cameras.length > 1
          ? html`<select class="scan-camera" aria-label=${scanText('whichCamera')} @change=${switchCamera}>
              ${cameras.map(
                ({ id, label }, index) =>
                  html`<option value=${id} ?selected=${id === camera?.id}>${label || scanText('nthCamera', { n: index + 1 })}</option>`,
              )}
            </select>`
          : nothing}
        <button class="button second" type="button" aria-pressed=${settings.sound} @click=${flip('sound')}>${t('set.sound')}</button>
        <button class="button second" type="button" aria-pressed=${settings.vibration} @click=${flip('vibration')}>${t('set.vibration')}</button>
        <button class="button second" type="button" aria-expanded=${setting} aria-controls="gate-settings" @click=${fold}>${t('settings')}</button>
        <button class="button second gate-full" type="button" @click=${fullScreen}>${t('gate.full')}</button>
        <button class="button second gate-close" type="button" @click=${onClose}>${iconClose()} ${t('gate.close')}</button>
      </div>
    </div>`;
  }

  function draw(): void {
    render(
      html`<div class="gate ${current ? faceOf(current) : 'looking'}">
        ${head()}
        <section class="gate-settings" id="gate-settings" aria-label=${t('settings')} ?hidden=${!setting}>
          ${rulesChoice(settings, change)} ${settingsForm(settings, change, (face) => { openSound(); signal(face, settings); })}
        </section>
        <div class="gate-stage">${finder()} ${current ? answer(current) : nothing}</div>
        ${foot()}
        <p class="gate-keys">${settings.keys ? t('gate.keys') : nothing}</p>
      </div>`,
      stage,
    );
  }

  const stopReader = listenForReader({
    onText: (text) => {
      // Whoever pulls the trigger wants the next answer now.
      if (current !== null && queue.length === 0) {
        clearTimeout(timer);
        current = null;
      }
      void take([text], null).then(() => {
        if (!gone && current === null) camera?.pause(false);
      });
    },
    onSpoilt: () => say(t('readerSpoilt')),
  });
  addEventListener('keydown', keys);
  addEventListener('pointerdown', openSound);
  const stopLanguage = onLanguage(draw);
  draw();
  openSound();
  void start();

  return {
    draw,
    dispose() {
      gone = true;
      clearTimeout(timer);
      stopReader();
      stopLanguage();
      removeEventListener('keydown', keys);
      removeEventListener('pointerdown', openSound);
      camera?.stop();
      reader?.close();
      awake.release();
      document.body.classList.remove('gate-on');
      if (document.fullscreenElement) void document.exitFullscreen();
      render(nothing, stage);
    },
  };
}

/** For tests/bench/camera: from the frame that held the code to the answer on the screen. */
function measure(shownAt: number): void {
  requestAnimationFrame((now) => performance.measure('lachan.verdict', { start: shownAt, end: Math.max(now, shownAt) }));
}
