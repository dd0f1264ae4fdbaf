/** A verdict as the core writes it. */

export type Summary = 'valid' | 'invalid' | 'notTrusted' | 'notChecked' | 'unreadable';
/** In the order in which they are counted. */
export const SUMMARIES: readonly Summary[] = ['valid', 'invalid', 'notTrusted', 'notChecked', 'unreadable'];
export type AxisState = 'pass' | 'fail' | 'notChecked' | 'notApplicable';
export type AxisName =
  | 'structure'
  | 'signature'
  | 'issuerTrust'
  | 'time'
  | 'keyUsage'
  | 'revocation'
  | 'businessRules';

export interface Axis {
  state: AxisState;
  reasons: string[];
}

export interface Holder {
  /** The whole name, of families that do not part it. */
  name?: string;
  familyName?: string;
  givenName?: string;
  familyNameLatin?: string;
  givenNameLatin?: string;
  birthDate?: string;
}

export type EventDetails = { kind: 'vaccination' | 'test' | 'recovery' } & Record<string, string | number>;

export interface Verdict {
  summary: Summary;
  axes: Record<AxisName, Axis>;
  family: string;
  version: string;
  warnings: string[];
  faults: string[];
  judgedAt: number;
  bundle: { number: number; issuedAt: number; validUntil: number };
  signer: { kid: string; country: string; algorithm: string; notBefore: number; notAfter: number } | null;
  content: {
    /** Only then is the rest more than a claim. */
    proven: boolean;
    holder: Holder;
    events: EventDetails[];
    issuer: string;
    issuedAt: number | null;
    expiresAt: number | null;
  } | null;
}

/** The order in which a verifier reads them. */
export const AXES: readonly AxisName[] = [
  'structure',
  'signature',
  'issuerTrust',
  'time',
  'keyUsage',
  'revocation',
  'businessRules',
];

/** What makes an answer too old to be green, whatever else holds. */
const STALE: ReadonlySet<string> = new Set(['bundle-stale', 'list-stale', 'rules-stale', 'clock-doubtful']);

const BESIDE_GREEN: ReadonlySet<string> = new Set(['list-missing', 'rules-none']);

export function isStale({ axes }: Verdict): boolean {
  return AXES.some((name) => axes[name].reasons.some((code) => STALE.has(code)));
}

/** The verdict as it may be shown: the core's summary, except that nothing which rests on old data is called valid. */
export function shown(verdict: Verdict): Verdict {
  return verdict.summary === 'valid' && isStale(verdict) ? { ...verdict, summary: 'notChecked' } : verdict;
}

/** The axes that a green answer leaves open; said beside it. */
export function openAxes({ axes, summary }: Verdict): AxisName[] {
  return summary === 'valid' ? AXES.filter((name) => axes[name].state === 'notChecked') : [];
}

/** The axis that decided the summary: the first that failed, else the first that stayed open. */
export function decisive(verdict: Verdict): AxisName | null {
  const { axes, summary } = verdict;
  if (summary === 'valid') return null;
  if (summary === 'notTrusted') return 'issuerTrust';
  const failed = axes.signature.state === 'fail' ? 'signature' : AXES.find((name) => axes[name].state === 'fail');
  const open = AXES.filter((name) => axes[name].state === 'notChecked' && axes[name].reasons.length > 0);
  // That there is no list or no chosen rules can stand beside green: it decided nothing where another axis is open as well.
  return failed ?? open.find((name) => !axes[name].reasons.every((code) => BESIDE_GREEN.has(code))) ?? open[0] ?? null;
}
