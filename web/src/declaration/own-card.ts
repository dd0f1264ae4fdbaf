/** What a form takes from a personal card of ours. It is signed: nothing is taken before the signature was judged. */

import type { Core } from '../core/facade';
import { faceOf, type Holder, type Verdict } from '../verify/verdict';
import type { Answers } from './form-spec';

const PREFIX = 'LC1:';
/** Those that the form has. */
const SEXES: readonly string[] = ['male', 'female'];

export const isOwn = (text: string): boolean => text.startsWith(PREFIX);

/** A form takes a whole day or a year: of a birth that is known to the month it gets the year. */
const birthFor = (birth: string | undefined): string | undefined => (birth?.length === 7 ? birth.slice(0, 4) : birth);

/** As the form asks for it. The document of a card is partly hidden, and so is left to the citizen. */
function answersOf({ name, birthDate, sex }: Holder): Answers {
  const given = { fullName: name, birthDate: birthFor(birthDate), sex: SEXES.find((one) => one === sex) };
  return Object.fromEntries(Object.entries(given).flatMap(([field, value]) => (value ? [[field, value]] : [])));
}

/** The answers of a card that is genuine today; nothing of any other code. */
export async function ownCard(core: Pick<Core, 'verify'>, text: string): Promise<Answers | undefined> {
  const verdict = await core.verify<Verdict>(text).catch(() => null);
  if (!verdict?.content?.proven || faceOf(verdict) !== 'genuineCard') return undefined;
  return answersOf(verdict.content.holder);
}
