/** What a request for a correction is, on the device that asks and at the desk that answers. Pure functions. */

import { formatDay } from '../app/format';
import type { MyRecord } from '../core/facade';
import { nameOf } from '../verify/codes';
import { personOf } from '../verify/parts';
import type { Verdict } from '../verify/verdict';

export const SYSTEM = 'correction';
export const VERSION = 1;
/** In the order in which a certificate is read. */
export const WRONGS = ['name', 'birthDate', 'document', 'vaccine', 'product', 'lot', 'date', 'dose', 'missingDose', 'other'] as const;
export type Wrong = (typeof WRONGS)[number];
export const isWrong = (value: unknown): value is Wrong => WRONGS.some((each) => each === value);

export type Content = NonNullable<Verdict['content']>;
export type State = 'received' | 'taken' | 'issued' | 'refused';

/** A request as the server tells of it; who may see more of the person is told more. */
export interface Told {
  id: string;
  code?: string;
  unit: string;
  madeAt: number;
  dueAt: number;
  overdue: boolean;
  endedAt?: number;
  state: State;
  wrong: Wrong;
  name?: string;
  phone?: string;
  /** Told to the device that asked. */
  certificate?: string;
  reason?: string;
  newCertificate?: string;
  newCode?: string;
}

/** A request of this device: what was sent, and what came back. */
export interface Own {
  id: string;
  code: string;
  certificate: string;
  wrong: Wrong;
  shouldBe: string;
  madeAt: number;
  /** `forgotten`: it was sent, and the server has it no more. */
  state: State | 'queued' | 'rejected' | 'forgotten';
  /** Why the server did not take it. */
  rule: string;
  told: Told | null;
}

/** `told` by id: what the server said last, also of what it has forgotten since; `forgotten`: of which it said nothing when asked. An end
 * that was told is still the end. */
export function ownOf(records: readonly MyRecord[], told: Readonly<Record<string, Told>>, forgotten: readonly string[] = []): Own[] {
  return records
    .filter(({ system, kind }) => system === SYSTEM && kind === 'request')
    .map((record): Own => {
      const { certificate, wrong, shouldBe } = record.body ?? {};
      const known = told[record.id] ?? null;
      const state = known?.state ?? record.state;
      const isForgotten = forgotten.includes(record.id) && (state === 'received' || state === 'taken');
      return {
        id: record.id,
        code: record.code,
        certificate: String(certificate ?? known?.certificate ?? ''),
        wrong: isWrong(wrong) ? wrong : 'other',
        shouldBe: String(shouldBe ?? ''),
        madeAt: record.madeAt,
        state: isForgotten ? 'forgotten' : state,
        rule: record.violations[0]?.rule ?? record.rule,
        told: known,
      };
    })
    .sort((a, b) => b.madeAt - a.madeAt);
}

export const isOpen = ({ state }: Own): boolean => state === 'queued' || state === 'received' || state === 'taken';

/** The one that is on its way for a certificate, if any. */
export const openFor = (all: readonly Own[], certificate: string): Own | undefined =>
  all.find((own) => own.certificate === certificate && isOpen(own));

/** Whether another certificate was made in the place of this one. */
export const isReplaced = (all: readonly Own[], certificate: string): boolean =>
  all.some((own) => own.certificate === certificate && own.state === 'issued');

/** The number that stands in a certificate, "" for one that has none of the form that can be asked for. */
export function numberOf(verdict: Verdict | null): string {
  const number = verdict?.content?.events[0]?.['identifier'];
  return typeof number === 'string' && number.startsWith('URN:UVCI:') ? number : '';
}

/** What the certificate says of the thing that is wrong; "" when it says nothing of it. */
export function writtenOf(content: Content | null, wrong: Wrong): string {
  const event = content?.events[0];
  if (!content || !event) return '';
  const { name, latin, birthDate } = personOf(content);
  if (wrong === 'name') return name || latin;
  if (wrong === 'birthDate') return birthDate;
  if (wrong === 'dose') return event['dose'] === undefined ? '' : `${event['dose']}/${event['doses'] ?? '?'}`;
  if (wrong === 'date') return formatDay(String(event['date'] ?? '').slice(0, 10));
  if (wrong === 'missingDose' || wrong === 'other') return '';
  const value = event[wrong];
  return value === undefined ? '' : nameOf(String(value));
}

/** `2/9/1985` as records have it; what is no such day goes as it was typed, and the core says so. */
export function dayOf(typed: string): string {
  const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed.trim());
  return parts ? `${parts[3]}-${parts[2]?.padStart(2, '0')}-${parts[1]?.padStart(2, '0')}` : typed.trim();
}

/** The kind of field in which what it should be is typed. */
export function inputOf(wrong: Wrong): 'date' | 'birth' | 'text' {
  if (wrong === 'date' || wrong === 'missingDose') return 'date';
  return wrong === 'birthDate' ? 'birth' : 'text';
}
