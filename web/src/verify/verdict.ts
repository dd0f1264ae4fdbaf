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
  /** The axis that decided the summary; null for a valid one. */
  decidedBy: AxisName | null;
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
    /** Names of fields that the signature does not speak for; absent when there are none. Their values are left out. */
    unsigned?: string[];
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

/** The axes that a green answer leaves open; said beside it. */
export function openAxes({ axes, summary }: Verdict): AxisName[] {
  return summary === 'valid' ? AXES.filter((name) => axes[name].state === 'notChecked') : [];
}
