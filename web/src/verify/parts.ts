/** The parts of an answer: banner, what is certified, every check, what was noted. Pure functions of a verdict. */

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant } from '../app/format';
import { nameOf, wordOf } from './codes';
import type { Missing } from '../scan/parts';
import { ruleWords } from './rule-sets';
import { t } from './text';
import { unitWords } from './unit-names';
import { AXES, faceOf, openAxes, reasonsOf } from './verdict';
import type { AxisName, AxisState, EventDetails, Face, Summary, Verdict } from './verdict';

/** Each answer has an outline of its own and is told without colour: disc, octagon, triangle, diamond, broken square; a card with a
    head, a pin of a map, and for a positive test a triangle that points down. */
const SHAPES: Record<Face, SVGTemplateResult> = {
  valid: svg`<circle cx="24" cy="24" r="21"/><path class="on" d="m14 25 7.5 7.5L35 17.5"/>`,
  invalid: svg`<path d="M15.3 3h17.4L45 15.3v17.4L32.7 45H15.3L3 32.7V15.3z"/>
    <path class="on" d="m16 16 16 16M32 16 16 32"/>`,
  notTrusted: svg`<path d="M24 3.5 46 43H2z"/>
    <path class="on" d="M19.4 22.2a4.6 4.6 0 1 1 7.2 3.8c-1.7 1.2-2.6 2.1-2.6 4M24 36v.2"/>`,
  notChecked: svg`<path d="M24 2 46 24 24 46 2 24z"/><path class="on" d="M15 24h18"/>`,
  unreadable: svg`<path d="M5 5h15v8h8V5h15v15h-8v8h8v15H28v-8h-8v8H5V28h8v-8H5z"/><path class="on" d="M20 24h8"/>`,
  genuineCard: svg`<path d="M7 8h34a4 4 0 0 1 4 4v24a4 4 0 0 1-4 4H7a4 4 0 0 1-4-4V12a4 4 0 0 1 4-4z"/>
    <path class="on" d="M15 17.5a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2M10 31.5c0-3 2-4.5 5-4.5s5 1.5 5 4.5M28 19h10M28 29h10"/>`,
  genuinePlace: svg`<path d="M24 2a17 17 0 0 1 17 17c0 11-10 18-17 27C17 37 7 30 7 19A17 17 0 0 1 24 2z"/>
    <path class="on" d="M24 13.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11"/>`,
  positive: svg`<path d="M2 5h44L24 45z"/><path class="on" d="M24 11v15M16.5 18.5h15"/>`,
};

/** `fresh` is no answer: a ring that says the data are young enough. */
const RING = svg`<circle class="ring" cx="24" cy="24" r="17"/><path class="hand" d="M24 14v10l7 5"/>`;

export function mark(which: Face | 'fresh'): TemplateResult {
  return html`<svg class="mark ${which}" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    ${which === 'fresh' ? RING : SHAPES[which]}
  </svg>`;
}

const STATE_MARKS: Record<AxisState, Summary> = {
  pass: 'valid',
  fail: 'invalid',
  notChecked: 'notChecked',
  notApplicable: 'notChecked',
};

export function reasonText(code: string): string {
  // A rule's id stands behind its code.
  const [name = '', id = ''] = code.split(/:(.*)/s);
  return t.maybe(`reason.${name}`, { id, rule: ruleWords(id) || id }) ?? code;
}

/** What a verifier compares with a document, or with the place where the code hangs, and the days of a release: in large letters, and
    nothing while it is not proven. */
export function person({ content }: Verdict): TemplateResult | typeof nothing {
  if (!content?.proven) return nothing;
  const place = content.events.find(({ kind }) => kind === 'place');
  if (place) return html`<dl class="verify-person">${rows(place, LARGE_OF_PLACE)}</dl>`;
  const { name, latin, birthDate } = personOf(content);
  const { sex, document } = content.holder;
  return html`<dl class="verify-person">
    <div><dt>${t('name')}</dt><dd>${name || latin || t('unknown')}</dd></div>
    <div><dt>${t('birthDate')}</dt><dd>${birthDate || t('unknown')}</dd></div>
    ${row(t('field.document'), document)} ${row(t('field.sex'), t.maybe(`sex.${sex}`))} ${releaseDays(content)}
  </dl>`;
}

/** When a quarantine ended and until when health is followed, of the release in `content` if there is one. */
export function releaseDays({ events }: NonNullable<Verdict['content']>): (TemplateResult | typeof nothing)[] {
  const release = events.find(({ kind }) => kind === 'release');
  return release ? rows(release, LARGE_OF_RELEASE) : [];
}

/** The answer in one screen: shape, word, why, what was not asked, and what to do now. */
export function banner(verdict: Verdict, list: string): TemplateResult {
  const face = faceOf(verdict);
  const open = openAxes(verdict);
  return html`
    <section class="verify-banner ${face}" id="answer" tabindex="-1" aria-labelledby="answer-word">
      ${mark(face)}
      <div>
        <h1 id="answer-word">${t(`summary.${face}`)}</h1>
        ${person(verdict)}
        <p>${t(`summaryHelp.${face}`)}</p>
        ${reasonsOf(verdict).map((code) => html`<p class="verify-why">${reasonText(code)}</p>`)}
        ${open.length > 0
          ? html`<p class="verify-unasked">
              ${mark('notChecked')} <span>${t('unasked', { what: open.map((name) => t(`axis.${name}`)).join(', ') })}</span>
            </p>`
          : nothing}
        <p class="verify-do"><b>${t('nowDo')}</b> ${t(`do.${face}`)}</p>
        <p class="verify-small">${formatInstant(verdict.judgedAt)}<br />${list}</p>
      </div>
    </section>
  `;
}

/** Which parts of a certificate in several codes are there. */
export function partsSeen({ of, have }: Missing): TemplateResult {
  const numbers = Array.from({ length: of }, (_, index) => index + 1);
  const still = numbers.filter((number) => !have.includes(number));
  return html`<div class="verify-parts" role="status">
    <p>${t('partsHave', { have: have.length, of, still: still.join(', ') })}</p>
    <ol aria-hidden="true">
      ${numbers.map((number) => html`<li class=${have.includes(number) ? 'have' : ''}>${number}</li>`)}
    </ol>
  </div>`;
}

function row(label: string, value: string | undefined | null): TemplateResult | typeof nothing {
  return value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : nothing;
}

const DAYS = new Set(['date', 'firstPositiveOn', 'validFrom', 'validUntil', 'from', 'until', 'followUpUntil']);
const INSTANTS = new Set(['sampledAt', 'resultAt']);
/** What a verifier acts on stands open, in the order it is asked; the rest is folded away. */
const FIRST_FIELDS = [
  'result', 'testType', 'sampledAt', 'product', 'date', 'firstPositiveOn', 'validFrom', 'validUntil',
  'site', 'place', 'unit', 'from', 'until', 'followUpUntil', 'country',
] as const;
const OTHER_FIELDS = [
  'resultAt', 'disease', 'vaccine', 'lot', 'manufacturer', 'testName', 'centre', 'sample', 'version', 'order', 'host', 'issuer', 'identifier',
] as const;
const LARGE_OF_PLACE = ['site', 'unit', 'host'] as const;
const LARGE_OF_RELEASE = ['until', 'followUpUntil'] as const;
type Field = (typeof FIRST_FIELDS)[number] | (typeof OTHER_FIELDS)[number];
/** Those whose values are words of ours. */
const WORDED = new Set(['site', 'place']);

/** A value as it is read: a day, a time, a word, or itself. */
export function valueOf(field: string, raw: string | number): string {
  const text = String(raw);
  // Some families write the day of a dose with its hour.
  if (DAYS.has(field)) return formatDay(text.slice(0, 10));
  if (INSTANTS.has(field)) return formatInstant(text);
  if (WORDED.has(field)) return t.maybe(`${field}.${text}`) ?? text;
  if (field === 'unit') return unitWords(text);
  const word = wordOf(field, text);
  return word ? t(word) : nameOf(text);
}

function rows(details: EventDetails, fields: readonly Field[]): (TemplateResult | typeof nothing)[] {
  return fields.map((field) => {
    const raw = details[field];
    return raw === undefined ? nothing : row(t(`field.${field}`), valueOf(field, raw));
  });
}

/** An event in one line: `Tiêm chủng, mũi 2 trên 2, Vaxzevria`. */
export function eventLine({ kind, dose, doses, product, result, until, site }: EventDetails): string {
  const parts = [
    t(`event.${kind}`),
    dose !== undefined && doses !== undefined ? `${t('field.doseOf').toLowerCase()} ${t('doseOf', { dose, doses })}` : '',
    product === undefined ? '' : valueOf('product', product),
    result === undefined ? '' : valueOf('result', result),
    kind === 'release' && until !== undefined ? t('releasedOn', { day: valueOf('until', until) }) : '',
    site === undefined ? '' : valueOf('site', site),
  ];
  return parts.filter(Boolean).join(', ');
}

function event(details: EventDetails): TemplateResult {
  const { dose, doses } = details;
  return html`
    <h3>${t(`event.${details.kind}`)}</h3>
    <dl class="verify-facts">
      ${dose !== undefined && doses !== undefined ? row(t('field.doseOf'), t('doseOf', { dose, doses })) : nothing}
      ${rows(details, FIRST_FIELDS)}
    </dl>
  `;
}

/** The name and the day of birth as they are written in the certificate. */
export function personOf({ holder }: NonNullable<Verdict['content']>): { name: string; latin: string; birthDate: string } {
  return {
    name: [holder.familyName, holder.givenName].filter(Boolean).join(' ') || (holder.name ?? ''),
    latin: [holder.familyNameLatin, holder.givenNameLatin].filter(Boolean).join(' ').replace(/</g, ' '),
    birthDate: holder.birthDate ? formatDay(holder.birthDate) : '',
  };
}

/** What is certified: open when it is proven; otherwise folded away, with the person, under what it is, a claim. */
export function contents(verdict: Verdict): TemplateResult | typeof nothing {
  const { content, signer } = verdict;
  if (!content) return nothing;
  const { events, proven } = content;
  const { name, latin, birthDate } = personOf(content);
  const facts = events.map(event);
  const rest = html`
    <dl class="verify-facts">
      ${events.map((each) => rows(each, OTHER_FIELDS))}
      ${row(t('latinName'), name && latin ? latin : null)}
      ${row(t('field.issuedAt'), content.issuedAt === null ? null : formatInstant(content.issuedAt))}
      ${row(t('field.expiresAt'), content.expiresAt === null ? null : formatInstant(content.expiresAt))}
      ${row(t('notSigned'), content.unsigned?.join(', '))}
      ${row(t('field.signer'), signer ? `${signer.country} ${signer.algorithm} ${signer.kid}`.trim() : null)}
    </dl>
  `;
  if (proven) {
    return html`<section class="card verify-content" aria-labelledby="content-title">
      <h2 id="content-title">${t('certified')}</h2>
      ${facts}
      <details>
        <summary>${t('more')}</summary>
        ${rest}
      </details>
    </section>`;
  }
  return html`<section class="card verify-content claim" aria-labelledby="content-title">
    <h2 id="content-title">${t('unproven')}</h2>
    <p>${t('unprovenHelp')}</p>
    <details>
      <summary>${t('unprovenShow')}</summary>
      <dl class="verify-facts">${row(t('name'), name || latin || t('unknown'))} ${row(t('birthDate'), birthDate || t('unknown'))}</dl>
      ${facts} ${rest}
    </details>
  </section>`;
}

/** Why the axis stands as it does, a sentence for each reason. */
function sentences(verdict: Verdict, name: AxisName): string[] {
  const { state, reasons } = verdict.axes[name];
  // Without its key neither dates nor rights can be asked: said once in full, at the signature.
  const waitsForKey = (name === 'time' || name === 'keyUsage') && reasons[0] === 'key-unknown';
  if (waitsForKey) return [t('waitsForKey')];
  if (reasons.length > 0) return reasons.map(reasonText);
  if (state === 'pass') return [t(`pass.${name}`)];
  return state === 'notChecked' ? [t('open')] : [];
}

function axis(verdict: Verdict, name: AxisName): TemplateResult {
  const { state } = verdict.axes[name];
  return html`
    <li class=${state}>
      ${mark(STATE_MARKS[state])}
      <div>
        <h3>${t(`axis.${name}`)} <span class="verify-state">${t(`state.${state}`)}</span></h3>
        ${sentences(verdict, name).map((line) => html`<p>${line}</p>`)}
        ${name === 'structure' && verdict.faults.length > 0
          ? html`<p class="verify-small"><code>${verdict.faults.join(', ')}</code></p>`
          : nothing}
      </div>
    </li>
  `;
}

export function axes(verdict: Verdict): TemplateResult {
  return html`<section aria-labelledby="axes-title">
    <h2 id="axes-title">${t('axes')}</h2>
    <ul class="verify-axes">
      ${AXES.map((name) => axis(verdict, name))}
    </ul>
  </section>`;
}

export function remarks(verdict: Verdict): TemplateResult | typeof nothing {
  if (verdict.warnings.length === 0) return nothing;
  return html`<section class="verify-remarks">
    <h2>${t('warnings')}</h2>
    <ul>
      ${verdict.warnings.map((code) => html`<li>${t.maybe(`warning.${code}`) ?? code}</li>`)}
    </ul>
  </section>`;
}
