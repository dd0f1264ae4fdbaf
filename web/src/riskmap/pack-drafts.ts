/** Packs that somebody tries out: kept on this device under a name, carried elsewhere as a file. None of them ever colours the map by itself. */

import type { PackData } from './pack-edit';

export interface PackDraft {
  name: string;
  savedAt: number;
  /** Id of the pack that it was made from. */
  base: string;
  pack: PackData;
}

/** The drafts of the core's facade. */
export interface DraftPort {
  load<Value>(key: string): Promise<Value | null>;
  save(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  list(): Promise<{ key: string; savedAt: number }[]>;
}

/** What is wrong with a file or a name: `field` says where, `rule` what has to hold; both as the core writes them where the core found it. */
export class DraftError extends Error {
  constructor(
    readonly field: string,
    readonly rule: 'name' | 'json' | 'form' | 'version' | 'size' | 'pack',
    readonly detail = '',
  ) {
    super(`${field}: ${detail || rule}`);
    this.name = 'DraftError';
  }
}

const PREFIX = 'riskmap.pack.';
const FORM = 'lachan.riskmap.draft';
const VERSION = 1;
const MOST_NAME = 60;
export const MOST_FILE_BYTES = 200_000;
const SUFFIX = '-draft';
const MOST_ID_BYTES = 40;

export function readName(text: string): string {
  const name = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (name === '' || [...name].length > MOST_NAME || /\p{Cc}/u.test(name)) throw new DraftError('name', 'name');
  return name;
}

/** The pack under an id that is no pack of the law, and never chosen by the map itself. */
export function asDraft(pack: PackData): PackData {
  const id = pack.id.endsWith(SUFFIX) ? pack.id : `${pack.id.slice(0, MOST_ID_BYTES - SUFFIX.length)}${SUFFIX}`;
  return { ...pack, id, use: 'choice' };
}

export class PackDrafts {
  constructor(
    private readonly port: DraftPort,
    /** Rejects with what the core has against a pack. */
    private readonly check: (pack: PackData) => Promise<unknown>,
    private readonly now: () => number = Date.now,
  ) {}

  /** The last one saved first. */
  async list(): Promise<PackDraft[]> {
    const keys = (await this.port.list()).filter(({ key }) => key.startsWith(PREFIX));
    const found = await Promise.all(keys.map(({ key }) => this.port.load<PackDraft>(key)));
    return found.filter((each) => each !== null).sort((a, b) => b.savedAt - a.savedAt || a.name.localeCompare(b.name, 'vi'));
  }

  /** Saves under the name, in the place of what was there. */
  async save(name: string, base: string, pack: PackData): Promise<PackDraft> {
    const draft = { name: readName(name), savedAt: this.now(), base, pack: asDraft(pack) };
    await this.check(draft.pack);
    await this.port.save(PREFIX + draft.name, draft);
    return draft;
  }

  async remove({ name }: PackDraft): Promise<void> {
    await this.port.remove(PREFIX + name);
  }

  /** Takes back a removal, as it was. */
  async restore(draft: PackDraft): Promise<void> {
    await this.port.save(PREFIX + draft.name, draft);
  }

  /** Reads a file of `draftFile`, or a pack by itself; nothing is kept. */
  async read(text: string): Promise<PackDraft> {
    if (new TextEncoder().encode(text).length > MOST_FILE_BYTES) throw new DraftError('', 'size');
    let file: unknown;
    try {
      file = JSON.parse(text.replace(/^\ufeff/, ''));
    } catch (error) {
      throw new DraftError('', 'json', error instanceof Error ? error.message : '');
    }
    if (typeof file !== 'object' || file === null || Array.isArray(file)) throw new DraftError('', 'form');
    const fields = file as Record<string, unknown>;
    const isBare = fields['form'] === undefined;
    if (!isBare && fields['form'] !== FORM) throw new DraftError('form', 'form');
    if (!isBare && fields['version'] !== VERSION) throw new DraftError('version', 'version');
    const raw = isBare ? fields : fields['pack'];
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new DraftError('pack', 'form');
    const pack = raw as PackData; // the core checks it, field by field, before anybody reads one
    try {
      await this.check(pack);
    } catch (error) {
      throw new DraftError('pack', 'pack', error instanceof Error && 'detail' in error ? String(error.detail) : String(error));
    }
    const name = isBare ? pack.id : fields['name'];
    if (typeof name !== 'string') throw new DraftError('name', 'name');
    const base = !isBare && typeof fields['base'] === 'string' ? fields['base'] : pack.id.endsWith(SUFFIX) ? pack.id.slice(0, -SUFFIX.length) : pack.id;
    return { name: readName(name), savedAt: this.now(), base, pack: asDraft(pack) };
  }
}

/** The draft as a file for another device. */
export function draftFile({ name, savedAt, base, pack }: PackDraft): string {
  return `${JSON.stringify({ form: FORM, version: VERSION, name, base, savedAt, pack }, null, 1)}\n`;
}
