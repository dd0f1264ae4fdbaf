/** What an official did about a request, recorded in the unit of the request. */

import { CoreError, type Core } from '../core/facade';
import { SYSTEM, VERSION } from './model';

export type StepBody =
  | { action: 'taken' }
  | { action: 'refused'; reason: string }
  | { action: 'issued'; newCertificate: string; newCode: string };

/** Whether it has arrived or waits for a network. Throws when it may not be made, or the server did not take it. */
export async function sendStep(core: Core, request: string, unit: string, body: StepBody): Promise<'received' | 'queued'> {
  const { id } = await core.submit(SYSTEM, 'step', VERSION, { request, ...body }, { unit });
  await core.outbox.flush().catch(() => undefined); // offline it goes later
  const found = (await core.mine().catch(() => [])).find((record) => record.id === id);
  if (found?.state === 'rejected') throw new CoreError({ code: 'rejected', rule: found.rule, detail: '', violations: found.violations });
  return found?.state === 'received' ? 'received' : 'queued';
}
