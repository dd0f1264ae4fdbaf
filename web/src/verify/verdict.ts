/** A verdict as the core writes it. */


export type Summary = 'valid' | 'invalid' | 'notTrusted' | 'notChecked' | 'unreadable';
/** In the order in which they are counted. */
export const SUMMARIES: readonly Summary[] = ['valid', 'invalid', 'notTrusted', 'notChecked', 'unreadable'];
/** What is drawn: the summary, but for what is genuine and no pass all the same. A signature that holds says who wrote, not what is written. */
export type Face = Summary | 'genuineCard' | 'genuinePlace' | 'positive';
/** In the order in which they are counted; new ones stand at the end, for tables that were made of the counts before. */
export const FACES: readonly Face[] = [...SUMMARIES, 'genuineCard', 'genuinePlace', 'positive'];
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
  /** Of our own codes: unknown, male or female. */
  sex?: string;
  /** Of our own codes: partly hidden. */
  document?: string;
  /** Of our own codes: our own number of the person. */
  person?: string;
}

/** `card`, `release` and `place` are of our own codes. */
export type EventKind = 'vaccination' | 'test' | 'recovery' | 'card' | 'release' | 'place';
export type EventDetails = { kind: EventKind } & Record<string, string | number>;

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
    /** What the worst of its tests says; absent where there is none, or where it found nothing. */
    finding?: 'positive' | 'inconclusive';
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

/** The sign of a place, whatever came of judging it: it says nothing of anybody. */
export const isPlace = ({ content }: Verdict): boolean => (content?.events ?? []).some(({ kind }) => kind === 'place');

/** Not some code on a poster, and not the sign of a place. */
export const isOfSomebody = (verdict: Verdict): boolean => verdict.family !== 'unknown' && !isPlace(verdict);

/** Whether somebody who is trusted wrote it: whatever an axis behind these says of the content is otherwise said of a claim. */
const isGenuine = ({ content, axes }: Verdict): boolean =>
  content?.proven === true && axes.signature.state === 'pass' && axes.issuerTrust.state === 'pass';

/** A card and a place are genuine or not, and say nothing of anybody's health; only a genuine test that found nothing lets anybody through. */
export function faceOf(verdict: Verdict): Face {
  const { summary, content, axes, decidedBy } = verdict;
  const isRefusedAsPositive = decidedBy === 'businessRules' && axes.businessRules.reasons.includes('result-positive');
  if (isRefusedAsPositive && isGenuine(verdict)) return 'positive';
  if (summary !== 'valid') return summary;
  if (isPlace(verdict)) return 'genuinePlace';
  const events = content?.events ?? [];
  if (events.some(({ kind }) => kind === 'card')) return 'genuineCard';
  if (content?.finding === 'positive') return 'positive';
  return content?.finding === 'inconclusive' ? 'notChecked' : 'valid';
}

/** Why it is not green: what the deciding axis gives, or what a genuine test leaves open. */
export function reasonsOf(verdict: Verdict): string[] {
  const { decidedBy, axes, summary } = verdict;
  if (decidedBy) return axes[decidedBy].reasons;
  return summary === 'valid' && faceOf(verdict) === 'notChecked' ? ['result-inconclusive'] : [];
}

/** What somebody who lets a queue pass has to see: a true certificate whose name is perhaps not the one that it seems to be. */
export const isNameDoubtful = ({ warnings }: Verdict): boolean => warnings.includes('name-alphabets');

/** The axes that a green answer leaves open; said beside it. */
export function openAxes({ axes, summary }: Verdict): AxisName[] {
  return summary === 'valid' ? AXES.filter((name) => axes[name].state === 'notChecked') : [];
}
