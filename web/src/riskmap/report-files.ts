/** The units of a report as files: a table for spreadsheets, shapes for maps. They hold what the rows hold and nothing else. */

import { BOM, csvText, type Cell } from '../app/csv';
import { plainName } from '../app/fold';
import type { Polygon, Position, Shapes } from '../map/shapes';
import type { UnitRow } from './units-model';

export interface FileRow extends UnitRow {
  /** Cases in the window; absent where the person may not see them, null where they are not known. */
  cases?: number | null;
}

export interface FileHead {
  /** "" for the country. */
  unit: string;
  name: string;
  day: string;
  pack: string;
  version: number;
  packOfficial: boolean;
  /** First and last day that are summed; null when no number is shown. */
  window: { from: string; until: string } | null;
}

export interface ColumnWords {
  code: string;
  name: string;
  shown: string;
  declared: string;
  computed: string;
  rule: string;
  missing: string;
  cases: (from: string, until: string) => string;
  day: string;
  pack: string;
  mark: string;
  marks: { official: string; toConfirm: string };
}

/** Columns that nobody may see, or that say nothing at all, are not there. */
export function reportCsv(head: FileHead, rows: readonly FileRow[], words: ColumnWords): string {
  const { window } = head;
  const hasRules = rows.some(({ rule }) => rule !== null);
  const hasMissing = rows.some(({ missing }) => missing.length > 0);
  const columns: [string, (row: FileRow) => Cell][] = [
    [words.code, ({ unit }) => unit],
    [words.name, ({ name }) => name],
    [words.shown, ({ level }) => level],
    [words.declared, ({ declared }) => declared],
    [words.computed, ({ computed }) => computed],
    ...(hasRules ? [[words.rule, ({ rule }: FileRow) => rule] as [string, (row: FileRow) => Cell]] : []),
    ...(hasMissing ? [[words.missing, ({ missing }: FileRow) => missing.join(' ')] as [string, (row: FileRow) => Cell]] : []),
    ...(window ? [[words.cases(window.from, window.until), ({ cases }: FileRow) => cases ?? null] as [string, (row: FileRow) => Cell]] : []),
    [words.day, () => head.day],
    [words.pack, () => `${head.pack} (${head.version})`],
    [words.mark, () => (head.packOfficial ? words.marks.official : words.marks.toConfirm)],
  ];
  return BOM + csvText([columns.map(([name]) => name), ...rows.map((row) => columns.map(([, cell]) => cell(row)))]);
}

const DECIMALS = 1e6; // a tenth of a metre

/** As RFC 7946 wants it: rounded, closed, without a place twice in a row; null when nothing is left of it. */
function closedRing(ring: readonly Position[]): Position[] | null {
  const places: Position[] = [];
  for (const [longitude, latitude] of ring) {
    const place: Position = [Math.round(longitude * DECIMALS) / DECIMALS, Math.round(latitude * DECIMALS) / DECIMALS];
    const last = places.at(-1);
    if (last?.[0] !== place[0] || last[1] !== place[1]) places.push(place);
  }
  const first = places[0];
  if (!first || places.length < 3) return null;
  const last = places.at(-1);
  if (last?.[0] !== first[0] || last[1] !== first[1]) places.push([...first]);
  return places.length < 4 ? null : places;
}

function closedPolygon(polygon: Polygon): Position[][] | null {
  const [outer, ...holes] = polygon.map(closedRing);
  return outer ? [outer, ...holes.filter((hole) => hole !== null)] : null;
}

/** A FeatureCollection (RFC 7946); a unit without a shape has geometry null. `attribution` says where shapes and levels come from. */
export function reportGeoJson(head: FileHead, rows: readonly FileRow[], shapes: Shapes, attribution: string): string {
  const features = rows.map((row) => {
    const polygons = shapes.of(row.unit).map(closedPolygon).filter((polygon) => polygon !== null);
    return {
      type: 'Feature',
      id: row.unit,
      geometry: polygons.length === 0 ? null : { type: 'MultiPolygon', coordinates: polygons },
      properties: {
        code: row.unit,
        name: row.name,
        level: row.level,
        declaredLevel: row.declared,
        computedLevel: row.computed,
        ...(row.rule === null ? {} : { rule: row.rule }),
        ...(row.missing.length === 0 ? {} : { missing: row.missing }),
        ...(row.cases === undefined ? {} : { cases: row.cases }),
        schematic: shapes.isSchematic,
      },
    };
  });
  return `${JSON.stringify({
    type: 'FeatureCollection',
    unit: head.unit,
    name: head.name,
    day: head.day,
    pack: head.pack,
    packVersion: head.version,
    packMark: head.packOfficial ? 'official' : 'toConfirm',
    ...(head.window ? { casesFrom: head.window.from, casesUntil: head.window.until } : {}),
    schematic: shapes.isSchematic,
    attribution,
    features,
  })}\n`;
}

/** lachan-cap-do-79-thanh-pho-ho-chi-minh-2021-12-20.csv */
export function fileName(head: Pick<FileHead, 'unit' | 'name' | 'day'>, ending: string): string {
  return ['lachan-cap-do', head.unit, plainName(head.name), head.day].filter((part) => part !== '').join('-') + `.${ending}`;
}
