/** From the texts of codes to verdicts: parts are collected, foreign codes set aside, the rest goes to the core. */

import { CoreError, type Core } from '../core/facade';
import { openPartBook, type Missing } from '../scan/parts';
import type { Verdict } from './verdict';

export interface Judged {
  verdicts: Verdict[];
  /** A certificate in several codes that is not complete yet. */
  missing: Missing | null;
  /** A part came that was not there before. */
  hasNewPart: boolean;
  /** Codes were seen, and none is of a certificate. */
  onlyForeign: boolean;
}

export type JudgeTrouble = 'failed' | 'noList' | 'noRules';

export interface Judge {
  /** Rejects with what `troubleOf` names. */
  judge(texts: readonly string[]): Promise<Judged>;
  /** Drops the parts of a certificate that was never completed. */
  forget(): void;
}

export function troubleOf(error: unknown): JudgeTrouble {
  if (error instanceof CoreError && error.rule === 'rules.pack') return 'noRules';
  const isList = error instanceof CoreError && (error.rule === 'shell.data' || error.code === 'offline');
  return isList ? 'noList' : 'failed';
}

/** `rules` names the set of business rules that is asked for each time, "" for none. */
export function openJudge(core: Core, rules: () => string): Judge {
  const book = openPartBook();
  return {
    async judge(texts) {
      const taken = texts.map((text) => book.take(text));
      const whole = taken.flatMap((each) => (each.kind === 'whole' ? [each.text] : []));
      const all = await core.verifyMany<Verdict>(whole, rules());
      const certificates = all.filter((verdict) => verdict.family !== 'unknown');
      const missing = book.missing();
      return {
        // One that is no certificate counts only when there is nothing else.
        verdicts: certificates.length > 0 || missing ? certificates : all.slice(0, 1),
        missing,
        hasNewPart: taken.some((each) => each.kind === 'part' && each.isNew),
        onlyForeign: certificates.length === 0 && !missing,
      };
    },
    forget: book.forget,
  };
}
