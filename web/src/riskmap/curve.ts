/** The curve of one line of daily counts: its bars with Rt below, and the days to come; each with its table. */

import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';
import { formatNumber } from '../app/format';
import { bars, details, fixed } from './chart-parts';
import type { Defaults } from './defaults';
import { dayOf, type Reproduced } from './layers';
import { t } from './layers-text';
import type { Cohort, Expected, Forecast } from './outlook';
import type { World } from './world';

const WIDTH = 640;
const HEIGHT = 150;
const RT_HEIGHT = 110;
const RT_MOST = 3;
/** Days before the forecast that are drawn beside it. */
const BEFORE = 14;

export interface Curve {
  world: World;
  defaults: Defaults;
  line: Int32Array;
  rt: (day: number) => Reproduced;
  cohort: (day: number) => Cohort;
  forecast: Forecast;
}

/** Whose infections are counted: those that the cases of before caused in the window, or those that the cases of the window cause. */
export const METHODS = ['instant', 'cohort'] as const;
export type Method = (typeof METHODS)[number];

const rtText = (value: number): string => formatNumber(value, 2);
const y = (value: number): number => RT_HEIGHT - (Math.min(value, RT_MOST) / RT_MOST) * RT_HEIGHT;

/** Parts of a list whose days follow each other and are of one kind; those without a kind are left out. */
function stretches<Each extends { at: number }>(list: readonly Each[], kindOf: (each: Each) => string | null): Each[][] {
  const found: Each[][] = [];
  for (const each of list) {
    const kind = kindOf(each);
    if (kind === null) continue;
    const before = found.at(-1)?.at(-1);
    if (before && before.at === each.at - 1 && kindOf(before) === kind) found.at(-1)?.push(each);
    else found.push([each]);
  }
  return found;
}

interface RtPicture {
  paths: SVGTemplateResult;
  said: string;
}

function instantPicture({ world, rt }: Curve, day: number, x: (at: number) => string): RtPicture {
  const windows = Array.from({ length: world.days }, (_, at) => ({ at, ...rt(at) }));
  const known = stretches(windows, ({ state }) => (state === 'missing' ? null : ''));
  const band = known
    .map((days) => `M${days.map(({ at, low }) => `${x(at)} ${fixed(y(low))}`).join('L')}L${[...days].reverse().map(({ at, high }) => `${x(at)} ${fixed(y(high))}`).join('L')}z`)
    .join('');
  const middle = known.map((days) => `M${days.map(({ at, mean }) => `${x(at)} ${fixed(y(mean))}`).join('L')}`).join('');
  const { state, mean, low, high } = rt(day);
  return {
    paths: svg`<path class="band" d=${band} /><path class="middle" d=${middle} />`,
    said: state === 'known' ? t('charts.rtText', { value: rtText(mean), low: rtText(low), high: rtText(high) }) : t('charts.rtNone'),
  };
}

/** The last days, whose cases go on infecting, are another line: it will rise as further cases are told. */
function cohortPicture({ world, cohort }: Curve, day: number, x: (at: number) => string): RtPicture {
  const windows = Array.from({ length: world.days }, (_, at) => ({ at, ...cohort(at) }));
  // No interval says how little few cases tell: they are a gap.
  const drawn = stretches(windows, ({ state }) => (state === 'known' || state === 'open' ? state : null));
  const lines = (isOpen: boolean): string =>
    drawn
      .filter(([first]) => (first?.state === 'open') === isOpen)
      .map((days) => {
        const before = windows[(days[0]?.at ?? 0) - 1];
        const joined = isOpen && before?.state === 'known' ? [before, ...days] : days;
        return `M${joined.map(({ at, mean }) => `${x(at)} ${fixed(y(mean))}`).join('L')}`;
      })
      .join('');
  const { state, mean } = cohort(day);
  return {
    paths: svg`<path class="middle" d=${lines(false)} /><path class="middle open" d=${lines(true)} />`,
    said: t(`cohort.${state}`, { day: dayOf(world, day), value: rtText(mean) }),
  };
}

function cohortCell({ mean, state }: Cohort): string {
  if (state === 'open') return t('cohort.cellOpen', { value: rtText(mean) });
  return state === 'known' ? rtText(mean) : '–';
}

export function curve(drawn: Curve, name: string, day: number, method: Method, setMethod: (method: Method) => void): TemplateResult {
  const { world, defaults, line, rt, cohort } = drawn;
  const { reachDays } = defaults;
  const { path } = bars(line, WIDTH, HEIGHT);
  const step = WIDTH / world.days;
  const x = (at: number): string => fixed((at + 0.5) * step);
  const { paths, said } = (method === 'instant' ? instantPicture : cohortPicture)(drawn, day, x);
  let peak = 0;
  line.forEach((count, at) => {
    if (count > (line[peak] ?? 0)) peak = at;
  });
  const summary = t('charts.curveText', {
    first: dayOf(world, 0),
    last: dayOf(world, world.days - 1),
    most: formatNumber(Math.max(0, line[peak] ?? 0)),
    mostDay: dayOf(world, peak),
    day: dayOf(world, day),
    now: (line[day] ?? -1) < 0 ? '–' : formatNumber(line[day] ?? 0),
    rt: said,
  });
  const mark = (height: number): SVGTemplateResult => svg`<path class="now" d="M${x(day)} 0V${height}" />`;
  return html`<h2>${t('charts.of', { name })}</h2>
    <figure class="layers-curve">
      <h3>${t('charts.curve')}</h3>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${`${t('charts.casesLabel')}. ${summary}`}>
        <path class="bars" d=${path} />
        ${mark(HEIGHT)}
        <path class="base" d="M0 ${HEIGHT - 0.5}H${WIDTH}" />
      </svg>
      <div class="layers-axis" aria-hidden="true">
        <span>${dayOf(world, 0)}</span><span>${dayOf(world, world.days - 1)}</span>
      </div>
      <fieldset class="risk-choices layers-method no-print">
        <legend>${t('method.title')}</legend>
        ${METHODS.map(
          (each) =>
            html`<label class="risk-choice">
              <input type="radio" name="rt-method" value=${each} .checked=${each === method} @change=${() => setMethod(each)} />
              <span>${t(`method.${each}`)}</span>
            </label>`,
        )}
      </fieldset>
      <div class="layers-rt">
        <div class="scale" aria-hidden="true"><span>${RT_MOST}</span><span>Rt 1</span><span>0</span></div>
        <svg viewBox="0 0 ${WIDTH} ${RT_HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${`${t(`method.${method}`)}. ${said}`}>
          ${paths}
          <path class="one" d="M0 ${fixed(y(1))}H${WIDTH}" />
          ${mark(RT_HEIGHT)}
        </svg>
      </div>
      <figcaption>${summary}</figcaption>
      <p class="soft small">${t(`method.${method}About`, { days: reachDays })}</p>
    </figure>
    ${details(
      t('charts.curve'),
      [t('charts.day'), t('charts.casesLabel'), t('charts.rtLabel'), t('charts.interval'), t('method.cohort')],
      Array.from({ length: world.days }, (_, at) => {
        const { mean, low, high, state } = rt(at);
        return [
          dayOf(world, at),
          (line[at] ?? -1) < 0 ? '–' : formatNumber(line[at] ?? 0),
          state === 'known' ? rtText(mean) : '–',
          state === 'missing' ? '–' : `${rtText(low)} – ${rtText(high)}`,
          cohortCell(cohort(at)),
        ];
      }).reverse(),
      t('cohort.note', { days: reachDays }),
    )}`;
}

/** The days told last, and right of them what is expected, drawn so that nobody takes it for counts. */
export function forecastFigure({ world, defaults, line, forecast }: Curve): TemplateResult {
  const title = t('forecast.title', { n: defaults.forecastDays });
  const { last } = forecast;
  if (forecast.state !== 'known') {
    const why = last < 0 || forecast.state === 'missing' ? t('forecast.missing') : t('forecast.few', { day: dayOf(world, last) });
    return html`<section class="layers-forecast" aria-label=${title}><h3>${title}</h3><p>${why}</p></section>`;
  }
  const { days, all, rt } = forecast;
  const first = Math.max(0, last - BEFORE + 1);
  const known = line.subarray(first, last + 1);
  const count = known.length + days.length;
  const most = Math.max(1, ...known, ...days.map(({ high }) => high));
  const step = WIDTH / count;
  const y = (value: number): number => HEIGHT - (value / most) * (HEIGHT - 4);
  const left = (at: number): number => (known.length + at) * step;
  /** A band of steps, a day wide each, from one figure to another. */
  const band = (low: (day: Expected) => number, high: (day: Expected) => number): string =>
    days.map((day, at) => `M${fixed(left(at))} ${fixed(y(low(day)))}V${fixed(y(high(day)))}H${fixed(left(at + 1))}V${fixed(y(low(day)))}z`).join('');
  const middle = days.map((day, at) => `M${fixed(left(at))} ${fixed(y(day.middle))}H${fixed(left(at + 1))}`).join('');
  const number = (value: number): string => formatNumber(value);
  const shortDay = (at: number): string => dayOf(world, at).slice(0, 5); // day and month; the sentence has the year
  const said = t('forecast.text', {
    first: dayOf(world, last + 1),
    last: dayOf(world, last + days.length),
    n: number(all.middle),
    low: number(all.low),
    high: number(all.high),
    day: dayOf(world, last),
    rt: rtText(rt.mean),
  });
  return html`<section class="layers-forecast" aria-label=${title}>
    <h3>${title}</h3>
    <div class="scale" aria-hidden="true">${number(most)}</div>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${`${t('forecast.mark')}. ${said}`}>
      <defs>
        <pattern id="forecast-hatch" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch" d="M0 0V10M5 0V10" />
        </pattern>
      </defs>
      <path class="bars" d=${bars(known, known.length * step, HEIGHT, most).path} />
      <path class="outer" d=${band((day) => day.low, (day) => day.high)} fill="url(#forecast-hatch)" />
      <path class="inner" d=${band((day) => day.lowHalf, (day) => day.highHalf)} />
      <path class="expected" d=${middle} />
      <path class="border" d="M${fixed(left(0))} 0V${HEIGHT}" />
      <path class="base" d="M0 ${HEIGHT - 0.5}H${WIDTH}" />
    </svg>
    <div class="layers-axis" style="grid-template-columns:${known.length}fr ${days.length}fr" aria-hidden="true">
      <span>${shortDay(first)}</span><span>${shortDay(last)}</span><span>${shortDay(last + days.length)}</span>
    </div>
    <ul class="layers-key" aria-hidden="true">
      <li><i class="told"></i>${t('forecast.told')}</li>
      <li><i class="foretold"></i><strong>${t('forecast.mark')}</strong></li>
      <li><i class="half"></i>${t('forecast.bands')}</li>
    </ul>
    <p class="soft">${said} ${t('forecast.limits')}</p>
    ${details(
      title,
      [t('charts.day'), t('forecast.middle'), t('forecast.half'), t('forecast.interval')],
      [...days.map((day, at) => [dayOf(world, last + 1 + at), ...cells(day)]), [t('forecast.all', { n: days.length }), ...cells(all)]],
      t('forecast.mark'),
    )}
  </section>`;
}

const cells = ({ low, lowHalf, middle, highHalf, high }: Expected): string[] => [
  formatNumber(middle),
  `${formatNumber(lowHalf)} – ${formatNumber(highHalf)}`,
  `${formatNumber(low)} – ${formatNumber(high)}`,
];
