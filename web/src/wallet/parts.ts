/** Pieces of the wallet that several of its screens use. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatInstant } from '../app/format';
import type { Code } from '../app/qr-picture';
import type { Core } from '../core/facade';
import { releaseDays } from '../verify/parts';
import type { Card, Standing } from './state';
import { t } from './text';

/** The drawing of a code. Rejects for what cannot be drawn again from its text: bytes (DIVOC), or more than a code holds. */
export async function codeOf(core: Core, text: string): Promise<Code> {
  if (text.startsWith('PK\u0003\u0004')) throw new Error('bytes');
  // Level Q as issuers use it; a long one is drawn with less to spare rather than not at all.
  for (const level of ['Q', 'M', 'L'] as const) {
    const code = await core.qr(text, level).catch(() => null);
    if (code) return code;
  }
  throw new Error('too long');
}

/** The days of a release in large letters; nothing for other certificates. */
export function daysOf({ verdict }: Card): TemplateResult | typeof nothing {
  const days = verdict?.content ? releaseDays(verdict.content) : [];
  return days.length > 0 ? html`<dl class="wallet-days">${days}</dl>` : nothing;
}

export function standingWords(standing: Standing): string {
  if (standing.kind === 'soon') return t('state.soon', { day: formatInstant(standing.day), n: standing.days });
  if (standing.kind === 'genuineCard') {
    return standing.until === null ? t('state.genuineCard') : t('state.genuineCardUntil', { day: formatInstant(standing.until) });
  }
  if ('day' in standing) return t(`state.${standing.kind}`, { day: formatInstant(standing.day) });
  return t(`state.${standing.kind}`);
}
