/** Administrative units for choosing and for reading: fetched per province, kept by the service worker. */

import { fold } from '../app/fold';
import { today } from '../app/format';

export interface Unit {
  code: string;
  name: string;
}
export interface Province extends Unit {
  /** Short names of the provinces that were merged into this one: people still look for them. */
  absorbed: string[];
}
export interface District extends Unit {
  wards: Unit[];
}

interface ProvinceRow {
  code: string;
  name: string;
  short: string;
  validTo?: string;
  mergedFrom?: string[];
}
type WardRow = [code: string, name: string, validTo?: string];
type DistrictRow = [code: string, name: string, wards: WardRow[], validTo?: string];

let provinceList: Promise<ProvinceRow[]> | undefined;
const cascades = new Map<string, Promise<District[]>>();
const names = new Map<string, string>();

async function fetchJson<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T; // written by tools/make_units, whose test knows the shape
}

async function provinceRows(): Promise<ProvinceRow[]> {
  provinceList ??= fetchJson<ProvinceRow[]>('/assets/provinces.json');
  try {
    const rows = await provinceList;
    for (const row of rows) names.set(row.code, row.name);
    return rows;
  } catch (error) {
    provinceList = undefined; // the next opening of the list tries again
    throw error;
  }
}

/** The provinces of today, in the order of a Vietnamese dictionary: the data tool wrote them so. */
export async function provinces(): Promise<Province[]> {
  const rows = await provinceRows();
  const short = new Map(rows.map((row) => [row.code, row.short]));
  return rows
    .filter((row) => !ended(row.validTo))
    .map(({ code, name, mergedFrom = [] }) => ({ code, name, absorbed: mergedFrom.map((from) => short.get(from) ?? from) }));
}

function ended(validTo: string | undefined): boolean {
  return validTo !== undefined && validTo < today();
}

async function cascade(province: string): Promise<District[]> {
  const { districts: rows } = await fetchJson<{ districts: DistrictRow[] }>(`/assets/units/${province}.json`);
  const living = rows.filter(([, , , validTo]) => !ended(validTo));
  for (const [code, name, wards] of living) {
    names.set(code, name);
    for (const [ward, wardName] of wards) names.set(ward, wardName);
  }
  return living.map(([code, name, wards]) => ({
    code,
    name,
    wards: wards.filter(([, , validTo]) => !ended(validTo)).map(([ward, wardName]) => ({ code: ward, name: wardName })),
  }));
}

/** Districts of a province of today: also those of the provinces that became part of it. */
export async function districts(province: string): Promise<District[]> {
  const load = async (): Promise<District[]> => {
    const rows = await provinceRows();
    const from = rows.find((row) => row.code === province)?.mergedFrom ?? [];
    return (await Promise.all([province, ...from].map(cascade))).flat();
  };
  const list = cascades.get(province) ?? load();
  cascades.set(province, list);
  try {
    return await list;
  } catch (error) {
    cascades.delete(province);
    throw error;
  }
}

/** The name of a unit once it was loaded; its code before. */
export function unitName(code: string): string {
  return names.get(code) ?? code;
}

export function rememberName(code: string, name: string): void {
  if (!names.has(code)) names.set(code, name);
}

/** "Thành phố Hà Nội" sorts under H. */
function bare(name: string): string {
  return name.replace(/^(Thành phố|Tỉnh|Quận|Huyện|Thị xã|Phường|Xã|Thị trấn) (?=\D)/u, '');
}

/** Entries whose words begin with what was typed, the best first. */
export function narrow<T extends { name: string; under?: string }>(list: readonly T[], query: string): T[] {
  const wanted = fold(query);
  if (wanted === '') return [...list];
  const rank = (entry: T): number => {
    const name = fold(entry.name);
    const short = fold(bare(entry.name));
    if (short.startsWith(wanted)) return 0;
    if (name.startsWith(wanted)) return 1;
    if (` ${name}`.includes(` ${wanted}`)) return 2;
    return ` ${fold(entry.under ?? '')}`.includes(` ${wanted}`) ? 3 : 9;
  };
  return list
    .map((entry, index) => ({ entry, index, rank: rank(entry) }))
    .filter((each) => each.rank < 9)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((each) => each.entry);
}

