/** Days of the map: a slider over all of them, and playback. While days play, a frame is one small upload and one draw. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay, formatNumber } from '../app/format';
import { atlasOf, release } from './atlas';
import { t } from './layers-text';
import { dayNumber, dayText } from './model';
import type { OpenPanel } from './panels';
import { isElsewhere } from './state';
import './layers.css';

const SPEEDS = [1, 2, 5, 10, 20] as const;
const USUAL = 5;

export const timePanel: OpenPanel = (context) => {
  const { state } = context;
  const atlas = atlasOf(context);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let speed: number = still ? 1 : USUAL;
  let drawing = 0;
  let turn = 0;
  /** Day under the slider while it is held. */
  let held: number | null = null;
  /** The state is being changed from here. */
  let isOwn = false;
  const own = (act: () => void): void => {
    isOwn = true;
    act();
    isOwn = false;
  };

  const part = <Kind extends Element>(name: string): Kind | null => document.querySelector<Kind>(`.layers-time ${name}`);

  /** Only the classes of the map, the slider and its words: the page is drawn again when the days rest. */
  function pass(day: number): void {
    const at = atlas.dayOf(dayText(day));
    if (at !== null) atlas.flash(at);
    const text = formatDay(dayText(day));
    const slider = part<HTMLInputElement>('input[type=range]');
    if (slider) {
      slider.value = String(day);
      slider.setAttribute('aria-valuetext', text);
    }
    const said = part<HTMLElement>('.layers-day');
    if (said) said.textContent = t('time.day', { day: text });
  }

  async function play(): Promise<void> {
    const mine = ++turn;
    const isReady = atlas.layer.isPlayable && (await atlas.readyAll());
    if (mine !== turn) return;
    const { world } = atlas;
    if (!isReady || !world) {
      own(() => state.setPlaying(false));
      return;
    }
    const first = dayNumber(world.from);
    const last = first + world.days - 1;
    const now = state.now.day === null ? last : dayNumber(state.now.day);
    let day = now >= last || now < first ? first : now;
    const show = (): void => {
      own(() => state.set({ day: dayText(day), playing: true }));
      pass(day);
    };
    show();
    let due = performance.now() + 1000 / speed;
    const step = (time: number): void => {
      if (mine !== turn) return;
      if (time >= due) {
        due = Math.max(due + 1000 / speed, time);
        day += 1;
        show();
        if (day >= last) {
          stop();
          return;
        }
      }
      drawing = requestAnimationFrame(step);
    };
    drawing = requestAnimationFrame(step);
  }

  function stop(): void {
    turn += 1;
    cancelAnimationFrame(drawing);
    own(() => state.setPlaying(false));
  }

  const toggle = (): void => {
    if (state.now.playing) stop();
    else void play();
  };

  function step(by: number): void {
    const { day, days } = state.now;
    stop();
    if (day === null || !days) return;
    const next = Math.min(Math.max(dayNumber(day) + by, dayNumber(days.first)), dayNumber(days.last));
    state.setDay(dayText(next));
  }

  function keys(event: KeyboardEvent): void {
    const on = event.target instanceof Element ? event.target : null;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // A button takes the space for itself; the slider's own arrows move the day already.
    if (event.key === ' ' && !on?.matches('button, select, summary')) {
      event.preventDefault();
      toggle();
    } else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && on?.matches('button')) {
      event.preventDefault();
      step(event.key === 'ArrowRight' ? 1 : -1);
    }
  }

  const hidden = (): void => {
    if (document.hidden) stop();
  };
  document.addEventListener('visibilitychange', hidden);
  const off = state.subscribe((now, before) => {
    if (isOwn) return;
    if (now.playing && !before.playing) void play();
    else if (!now.playing && before.playing) stop();
    // Another unit, depth or layer has other days; a day that somebody chose is not run over.
    else if (now.playing && (isElsewhere(now, before) || now.layer !== before.layer || now.day !== before.day)) stop();
  });

  function draw(): TemplateResult {
    const { days, day, playing } = state.now;
    if (!days) return html`${nothing}`;
    const [first, last] = [dayNumber(days.first), dayNumber(days.last)];
    const at = held ?? (day === null ? last : dayNumber(day));
    const text = formatDay(dayText(at));
    const { isPlayable } = atlas.layer;
    return html`<section class="layers-time no-print" aria-label=${t('time.title')} @keydown=${keys}>
      <button class="button second" type="button" ?disabled=${!isPlayable || atlas.busy !== null} @click=${toggle}>
        <span aria-hidden="true">${playing ? '❚❚' : '▶'}</span> ${playing ? t('time.pause') : t('time.play')}
      </button>
      <input
        type="range"
        min=${first}
        max=${last}
        .value=${String(at)}
        aria-label=${t('time.slider', { first: formatDay(days.first), last: formatDay(days.last) })}
        aria-valuetext=${text}
        @input=${(event: Event) => {
          stop();
          held = Number((event.target as HTMLInputElement).value); // the handler hangs on this input only
          pass(held);
        }}
        @change=${(event: Event) => {
          held = null;
          state.setDay(dayText(Number((event.target as HTMLInputElement).value))); // as above
        }}
      />
      <p class="layers-day" .textContent=${t('time.day', { day: text })}></p>
      <label>
        <span>${t('time.speed')}</span>
        <select
          ?disabled=${still}
          @change=${(event: Event) => {
            speed = Number((event.target as HTMLSelectElement).value); // the handler hangs on this list only
          }}
        >
          ${SPEEDS.map((each) => html`<option value=${each} ?selected=${each === speed}>${t('time.perSecond', { n: formatNumber(each) })}</option>`)}
        </select>
      </label>
      <p class="soft small">${isPlayable ? t(still ? 'time.still' : 'time.help') : t('time.notPlayable')}</p>
    </section>`;
  }

  return {
    place: 'under',
    draw,
    dispose: () => {
      stop();
      off();
      document.removeEventListener('visibilitychange', hidden);
      release(context);
    },
  };
};
