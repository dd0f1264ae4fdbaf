/** A record on its way from a panel of the map: made and queued on this device, sent when there is a network, and what became of it. */

import { CoreError, type Core, type SubmitOptions } from '../core/facade';
import { ruleText } from '../declaration/text';

export type Outcome = { is: 'received' | 'queued'; id: string } | { is: 'refused'; rule: string };

/** Throws what the core threw when the record may not be made at all. */
export async function sendRecord(core: Core, system: string, kind: string, version: number, body: object, options: SubmitOptions): Promise<Outcome> {
  const { id } = await core.submit(system, kind, version, body, options);
  await core.outbox.flush().catch(() => undefined); // offline it goes later
  return (await outcomeOf(core, id)) ?? { is: 'queued', id };
}

/** Null when this device does not know such a record, or cannot say. */
export async function outcomeOf(core: Core, id: string): Promise<Outcome | null> {
  const found = (await core.mine().catch(() => [])).find((each) => each.id === id);
  if (!found) return null;
  return found.state === 'rejected' ? { is: 'refused', rule: found.rule } : { is: found.state, id };
}

/** What kept something from being recorded, in words. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof CoreError)) return '';
  const [first] = error.violations;
  return first ? ruleText(first.rule, first.params) : ruleText(error.rule || error.code);
}
