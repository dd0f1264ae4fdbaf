/** The language of the page, and text tables that are fetched one area at a time. */

export type Language = 'vi' | 'en';
export type Params = Readonly<Record<string, string | number>>;

const STORE = 'lachan.language';
const listeners = new Set<() => void>();
const loaded = new Set<(language: Language) => Promise<void>>();

let current: Language = readStored();

function readStored(): Language {
  try {
    return localStorage.getItem(STORE) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi'; // storage may be forbidden altogether; the page still works
  }
}

export function language(): Language {
  return current;
}

/** A text that comes in both languages. */
export const inWords = ({ vi, en }: Readonly<Record<Language, string>>): string => (current === 'en' ? en : vi);

/** Calls `listener` after each change of language, when the new texts are already there. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Changes the language of everything on the screen. Answers live outside the texts, so none is touched. */
export async function setLanguage(next: Language): Promise<void> {
  await Promise.all([...loaded].map((load) => load(next)));
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(STORE, next);
  } catch {
    // Not remembered; the switch still holds for this visit.
  }
  for (const listener of [...listeners]) listener();
}

/** Puts `params` in the places written `{name}`. */
export function fill(template: string, params?: Params): string {
  if (!params) return template;
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole));
}

export interface Area<K extends string> {
  /** The text of `key` in the present language. `load` must have been awaited before. */
  (key: K, params?: Params): string;
  load(): Promise<void>;
  /** For keys made from data, such as rule ids: nothing when the table has none. */
  maybe(key: string, params?: Params): string | undefined;
}

type Table<K extends string> = Readonly<Record<K, string>>;
type Loader<K extends string> = () => Promise<{ text: Table<K> }>;

/**
 * An area of text: `const t = area({ vi: () => import('../text/vi/x'), en: () => import('../text/en/x') })`.
 * `now` gives a table that must be there in the first paint without a second request.
 */
export function area<K extends string>(
  loaders: Record<Language, Loader<K>>,
  now: Partial<Record<Language, Table<K>>> = {},
): Area<K> {
  const tables: Partial<Record<Language, Table<K>>> = { ...now };
  const load = async (which: Language): Promise<void> => {
    tables[which] ??= (await loaders[which]()).text;
  };
  const look = (key: string): string | undefined => {
    const table: Partial<Record<string, string>> | undefined = tables[current] ?? tables.vi ?? tables.en;
    return table?.[key];
  };
  if (now.vi) loaded.add(load);
  const text = (key: K, params?: Params): string => fill(look(key) ?? key, params);
  return Object.assign(text, {
    load: () => {
      loaded.add(load);
      return load(current);
    },
    maybe: (key: string, params?: Params) => {
      const found = look(key);
      return found === undefined ? undefined : fill(found, params);
    },
  });
}
