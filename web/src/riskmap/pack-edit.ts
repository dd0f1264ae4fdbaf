/** A rule pack as data that may be changed: which numbers it holds, how one is turned, and what has been turned so far. The core alone says whether
 * the result can be read. */

export type PackMark = 'official' | 'toConfirm';
export type Comparison = readonly [input: string, sign: string, limit: number];

export interface PackBand {
  level: number;
  from: number;
  below?: number | null;
  mark: PackMark;
}

export interface PackInput {
  sum?: string;
  latest?: string;
  units?: number;
  over?: string;
  days?: number;
  per?: number;
  missing?: string;
}

export interface PackCell {
  id: string;
  mark: PackMark;
  at?: string[];
  when: Comparison[];
  level?: number;
  raise?: number;
  floor?: string;
  from?: string;
  to?: string;
}

export interface PackData {
  id: string;
  version: number;
  use?: string;
  validFrom: string;
  validTo?: string | null;
  basis?: { vi: string; en: string };
  levels?: { colour: string; vi: string; en: string }[];
  measure?: string;
  windowDays?: number;
  per?: number;
  holdDays?: number;
  bands?: PackBand[];
  inputs?: Record<string, PackInput>;
  cells?: PackCell[];
  adjust?: PackCell[];
  grey?: PackCell[];
}

/** Where a number stands in a pack: ["bands", 1, "from"]. */
export type Path = readonly (string | number)[];
const LISTS = ['cells', 'adjust', 'grey'] as const;
export type ListName = (typeof LISTS)[number];

/** The path as the core writes it in an error: bands[1].from. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
}

const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value; // JSON in, the same JSON out

/** The number at `path`; undefined where there is none. */
export function numberAt(pack: PackData, path: Path): number | undefined {
  let at: unknown = pack;
  for (const part of path) at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[part] : undefined;
  return typeof at === 'number' ? at : undefined;
}

/** What may stand at a path; the core has the last word. */
export function boundsOf(pack: PackData, path: Path): [least: number, most: number] {
  const last = path.at(-1);
  if (last === 'days' || last === 'windowDays') return [1, 60];
  if (last === 'per') return [1, 1_000_000];
  if (last === 'level' || last === 'raise' || last === 'units') return [1, levelsOf(pack)];
  if (last === 'from') return [Number(path[1]) === 0 ? 0 : 1, 1_000_000_000];
  return [0, 1_000_000_000];
}

export const levelsOf = ({ levels }: PackData): number => levels?.length ?? 4;

/** The pack with another number at `path`. Bands go on meeting: the end of one is the beginning of the next. */
export function turned(base: PackData, pack: PackData, path: Path, value: number): PackData {
  const next = copy(pack);
  let at: unknown = next;
  for (const part of path.slice(0, -1)) at = (at as Record<string | number, unknown>)[part];
  (at as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
  if (path[0] === 'bands' && path[2] === 'from') {
    const before = next.bands?.[Number(path[1]) - 1];
    if (before) before.below = value;
  }
  remark(base, next);
  return next;
}

const inputsOf = (cell: PackCell): string[] => [...cell.when.map(([input]) => input), ...(cell.floor === undefined ? [] : [cell.floor])];
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const unmarked = <Row extends { mark: PackMark }>(row: Row | undefined): object | null => (row ? { ...row, mark: '' } : null);

/** Only what stands as it was read keeps its mark: a number that somebody tries is not official, nor is what rests on it. */
function remark(base: PackData, pack: PackData): void {
  const isRateSame = base.measure === pack.measure && base.windowDays === pack.windowDays && base.per === pack.per;
  let areBandsSame = isRateSame;
  for (const [at, band] of (pack.bands ?? []).entries()) {
    const was = base.bands?.[at];
    const stays = isRateSame && was !== undefined && isSame(unmarked(band), unmarked(was));
    band.mark = stays ? was.mark : 'toConfirm';
    areBandsSame &&= stays;
  }
  const rests = (input: string): boolean =>
    input === 'band' || input === 'rate' ? areBandsSame : isSame(base.inputs?.[input], pack.inputs?.[input]);
  for (const list of LISTS) {
    for (const cell of pack[list] ?? []) {
      const was = base[list]?.find(({ id }) => id === cell.id);
      const stays = was !== undefined && isSame(unmarked(cell), unmarked(was)) && inputsOf(cell).every(rests);
      cell.mark = stays ? was.mark : 'toConfirm';
    }
  }
}

/** Every number that may be turned. */
export function knobsOf(pack: PackData): Path[] {
  const knobs: Path[] = [];
  const put = (...path: Path): void => {
    if (numberAt(pack, path) !== undefined) knobs.push(path);
  };
  put('windowDays');
  put('per');
  for (let at = 1; at < (pack.bands?.length ?? 0); at += 1) put('bands', at, 'from');
  for (const name of Object.keys(pack.inputs ?? {})) {
    put('inputs', name, 'days');
    put('inputs', name, 'per');
    put('inputs', name, 'units');
  }
  for (const list of LISTS) {
    for (const [at, cell] of (pack[list] ?? []).entries()) {
      // "band = 2" names a band; its limits are those of the band.
      for (const [i, [input]] of cell.when.entries()) if (input !== 'band') put(list, at, 'when', i, 2);
      put(list, at, 'level');
      put(list, at, 'raise');
    }
  }
  return knobs;
}

/** The numbers that differ from those of `base`, as paths. */
export function changesOf(base: PackData, pack: PackData): { path: Path; was: number; is: number }[] {
  return knobsOf(pack).flatMap((path) => {
    const [was, is] = [numberAt(base, path), numberAt(pack, path)];
    return was !== undefined && is !== undefined && was !== is ? [{ path, was, is }] : [];
  });
}

/** Measures whose figures a pack asks for. */
export function measuresOf(pack: PackData): string[] {
  const names = new Set<string>();
  if (pack.measure) names.add(pack.measure);
  for (const { sum, latest, over } of Object.values(pack.inputs ?? {})) for (const name of [sum, latest, over]) if (name) names.add(name);
  return [...names];
}

/** Whether a level of this pack rests on levels of units below. */
export const looksBelow = (pack: PackData): boolean => Object.values(pack.inputs ?? {}).some(({ units }) => units !== undefined);

/** A line of states with a way back and forth. Changes under one `key` that follow each other are one step. */
export class History<State> {
  private past: { state: State; key: string }[] = [];
  private future: State[] = [];

  constructor(
    private state: State,
    private key = '',
  ) {}

  get now(): State {
    return this.state;
  }
  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }

  put(state: State, key = ''): void {
    if (key === '' || key !== this.key) this.past.push({ state: this.state, key: this.key });
    this.state = state;
    this.key = key;
    this.future = [];
  }

  /** What comes next is a step of its own. */
  seal(): void {
    this.key = '';
  }

  undo(): void {
    const last = this.past.pop();
    if (!last) return;
    this.future.push(this.state);
    this.state = last.state;
    this.key = '';
  }

  redo(): void {
    const next = this.future.pop();
    if (next === undefined) return;
    this.past.push({ state: this.state, key: '' });
    this.state = next;
    this.key = '';
  }
}
