/** What an official did about a request, recorded in the unit of the request. */

import { CoreError, type Core } from '../core/facade';
import { SYSTEM, VERSION } from './model';

export type StepBody =
  | { action: 'taken' }
  | { action: 'refused'; reason: string }
  | { action: 'issued'; newCertificate: string; newCode: string };

/** The request as a step needs it. */
interface Answered {
  id: string;
  unit: string;
  madeAt: number;
  steps?: readonly { at: number }[];
}

/** Whether it has arrived or waits for a network. Throws when it may not be made, or the server did not take it. */
export async function sendStep(core: Core, { id: request, unit, madeAt, steps = [] }: Answered, body: StepBody): Promise<'received' | 'queued'> {
  // Steps count in the order of their days, and another desk's clock may be ahead.
  const after = Math.max(madeAt, ...steps.map(({ at }) => at));
  const { id } = await core.submit(SYSTEM, 'step', VERSION, { request, ...body }, { unit, after });
  await core.outbox.flush().catch(() => undefined); // offline it goes later
  const found = (await core.mine().catch(() => [])).find((record) => record.id === id);
  if (found?.state === 'rejected') throw new CoreError({ code: 'rejected', rule: found.rule, detail: '', violations: found.violations });
  return found?.state === 'received' ? 'received' : 'queued';
}
