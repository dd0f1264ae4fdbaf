/** The unfinished form. It is in the core's store; until that is open, a mirror in localStorage stands in for it. */

import type { Core } from '../core/facade';
import type { Answers } from './form-spec';

export interface Person {
  answers: Answers;
  raw: Record<string, string>;
  /** Set once this person's declaration is in the outbox: sending again passes over it. */
  sent?: string;
}

export interface Draft {
  version: number;
  people: Person[];
  at: number;
  section: string;
  savedAt: number;
  household?: string;
  /** The record that this form corrects, and when that one was made. */
  supersedes?: string;
  supersedesMadeAt?: number;
  /** Names of the units that were chosen, so that a reload can show them before their lists are there. */
  names: Record<string, string>;
}

/** The id that the declarations of one household share: a UUIDv7 like any id here, of no province (shard 0). */
export function newHousehold(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-${crypto.randomUUID().slice(19)}`;
}

export const DRAFT_KEY = 'declaration.population';
const MIRROR = 'lachan.draft';
const PAUSE_MS = 300;

export interface DraftStore {
  /** What the mirror holds, at once; the core's own draft comes later through `late`. */
  mirrored(): Draft | null;
  late(): Promise<Draft | null>;
  save(draft: Draft): void;
  flush(): Promise<void>;
  /** From now on nothing is kept; what was not kept yet only with `flush` before. */
  close(): void;
  remove(): Promise<void>;
}

export function draftStore(core: Core, told: (state: 'keeping' | 'kept' | 'failed') => void): DraftStore {
  let open = false;
  let isClosed = false;
  let waiting: Draft | null = null;
  let timer = 0;
  let chain: Promise<void> = Promise.resolve();

  core.ready.then(
    () => {
      open = true;
      void flush();
    },
    () => undefined, // no store on this device: the mirror goes on
  );

  function mirror(draft: Draft | null): boolean {
    try {
      if (draft) localStorage.setItem(MIRROR, JSON.stringify(draft));
      else localStorage.removeItem(MIRROR);
      return true;
    } catch {
      return false;
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    const draft = waiting;
    if (!draft || isClosed) return chain;
    if (!open) {
      told(mirror(draft) ? 'kept' : 'failed');
      return chain;
    }
    waiting = null;
    // One after the other: an older state must not overtake a newer one.
    chain = chain
      .then(() => core.drafts.save(DRAFT_KEY, draft))
      .then(
        () => {
          mirror(null);
          told('kept');
        },
        () => told(mirror(draft) ? 'kept' : 'failed'),
      );
    return chain;
  }

  return {
    mirrored: () => {
      try {
        return readDraft(JSON.parse(localStorage.getItem(MIRROR) ?? 'null'));
      } catch {
        return null;
      }
    },
    late: async () => {
      await core.ready;
      return readDraft(await core.drafts.load(DRAFT_KEY));
    },
    save: (draft) => {
      if (isClosed) return;
      waiting = draft;
      told('keeping');
      clearTimeout(timer);
      timer = window.setTimeout(() => void flush(), PAUSE_MS);
    },
    flush,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      waiting = null;
    },
    remove: async () => {
      clearTimeout(timer);
      waiting = null;
      mirror(null);
      await chain;
      if (open) await core.drafts.remove(DRAFT_KEY);
    },
  };
}

/** A draft of this shape, or none: what an older page left behind is not worth a broken form. */
function readDraft(value: unknown): Draft | null {
  if (typeof value !== 'object' || value === null) return null;
  const draft = value as Partial<Draft>; // each member that matters is looked at below
  const good =
    typeof draft.version === 'number' &&
    Array.isArray(draft.people) &&
    draft.people.length > 0 &&
    draft.people.every((person) => typeof person?.answers === 'object' && typeof person.raw === 'object');
  if (!good) return null;
  return {
    version: draft.version ?? 0,
    people: draft.people ?? [],
    at: Math.min(Math.max(draft.at ?? 0, 0), (draft.people?.length ?? 1) - 1),
    section: draft.section ?? '',
    savedAt: draft.savedAt ?? 0,
    names: draft.names ?? {},
    ...(draft.household ? { household: draft.household } : {}),
    ...(draft.supersedes ? { supersedes: draft.supersedes } : {}),
    ...(draft.supersedesMadeAt ? { supersedesMadeAt: draft.supersedesMadeAt } : {}),
  };
}
