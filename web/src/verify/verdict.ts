/** A verdict as the core writes it. */

export type Summary = 'valid' | 'invalid' | 'notTrusted' | 'notChecked' | 'unreadable';
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

/** The axis that decided the summary: the first that failed, else the first that stayed open. */
export function decisive(verdict: Verdict): AxisName | null {
  const { axes, summary } = verdict;
  if (summary === 'valid') return null;
  if (summary === 'notTrusted') return 'issuerTrust';
  const failed = axes.signature.state === 'fail' ? 'signature' : AXES.find((name) => axes[name].state === 'fail');
  return failed ?? AXES.find((name) => axes[name].state === 'notChecked' && axes[name].reasons.length > 0) ?? null;
}
