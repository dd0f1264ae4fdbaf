/** What is public of a day, for both maps: asked once for each view, and kept for days without a network. */

import type { Core } from '../core/facade';
import type { UnitLevel } from '../map/overlay';
import { keepText, recallJson } from './kept';
import { readPublished, type Published } from './publish-model';
import { levelBelow } from './units-model';

/** Apart from the days of the map: neither pushes the other out. */
const CACHE = 'riskmap-published';
const MOST_IN_MEMORY = 400;

const listeners = new Set<() => void>();
/** Calls `listener` when something was published from this page. Gives back the function that ends it. */
export function onPublished(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export function tellPublished(): void {
  for (const listener of [...listeners]) listener();
}

export class PublishedLevels {
  private readonly answers = new Map<string, Published>();

  constructor(private readonly core: Core) {}

  /** What was answered before, at once. */
  known(unit: string, day: string, depth: UnitLevel = levelBelow(unit)): Published | null {
    return this.answers.get(`${unit} ${depth} ${day}`) ?? null;
  }

  /** Of the units below one ("" for the country) down to `depth`; null when nobody can tell: then nothing may be called unpublished. */
  async load(unit: string, day: string, depth: UnitLevel): Promise<Published | null> {
    const known = this.known(unit, day, depth);
    if (known) return known;
    const address = `/kept/riskmap/published/${unit || 'VN'}/${day}`;
    const isKept = depth === levelBelow(unit); // ten thousand units of one day would push out those of many
    try {
      const { answer, from } = await this.core.askFrom<unknown>('riskmap.published', { ...(unit === '' ? {} : { unit }), day, depth }, isKept ? undefined : {});
      const found = readPublished(answer);
      if (from === 'server') {
        this.remember(`${unit} ${depth} ${day}`, found);
        if (isKept) void keepText([address], JSON.stringify(answer), CACHE);
        return found;
      }
      // An empty table of this device says nothing about what is public.
      if (found.units.size > 0) return found;
    } catch {
      // Below: what was kept, or that nobody can tell.
    }
    const kept = isKept ? await recallJson(address, CACHE) : null;
    try {
      return kept === null ? null : readPublished(kept);
    } catch {
      return null; // written by an older page
    }
  }

  forget(): void {
    this.answers.clear();
  }

  private remember(key: string, answer: Published): void {
    this.answers.set(key, answer);
    const oldest = this.answers.size > MOST_IN_MEMORY ? this.answers.keys().next().value : undefined;
    if (oldest !== undefined) this.answers.delete(oldest);
  }
}
