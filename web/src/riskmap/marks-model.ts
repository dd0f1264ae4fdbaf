/** Zones and places as the core answers them, read with care; corners as text, as numbers and in the world of the map. */

import type { LonLat } from '../map/mercator';
import type { World } from '../map/overlay';
import { text } from './json';

export const ZONE_TYPES = ['lockdown', 'hamlet', 'cluster', 'buffer'] as const;
export const PLACE_TYPES = ['exposure', 'test', 'vaccination', 'quarantine', 'hospital', 'checkpoint', 'landmark'] as const;
export type ZoneType = (typeof ZONE_TYPES)[number];
export type PlaceType = (typeof PLACE_TYPES)[number];
export const ZONE_LEVELS = [1, 2, 3, 4] as const;
export type ZoneLevel = (typeof ZONE_LEVELS)[number];

interface Mark {
  record: string;
  unit: string;
  unitName: string;
  name: string;
  from: string;
  until: string | null;
  mayChange: boolean;
}
export interface Zone extends Mark {
  type: ZoneType;
  level: ZoneLevel;
  ring: LonLat[];
  reason: string;
  documentNumber: string;
}
export interface Place extends Mark {
  type: PlaceType;
  at: LonLat;
  fromTime: string;
  untilTime: string;
  note: string;
}

/** "106700000,10775000 …" in millionths of a degree; null for what is no list of corners. */
export function readCorners(text: string): LonLat[] | null {
  const corners = text.split(' ').map((corner) => /^(-?\d{1,9}),(-?\d{1,8})$/.exec(corner));
  if (corners.some((corner) => corner === null)) return null;
  return corners.map((corner) => ({ longitude: Number(corner?.[1]) / 1e6, latitude: Number(corner?.[2]) / 1e6 }));
}

export function writeCorners(corners: readonly LonLat[]): string {
  return corners.map(({ longitude, latitude }) => `${Math.round(longitude * 1e6)},${Math.round(latitude * 1e6)}`).join(' ');
}

/** A coordinate as people type it, with a point or a comma; null for anything else. */
export function readDegrees(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  return /^-?\d{1,3}(\.\d{1,12})?$/.test(plain) ? Number(plain) : null;
}

function readMark(item: Record<string, unknown>): Mark | null {
  const mark = {
    record: text(item['record']),
    unit: text(item['unit']),
    unitName: text(item['unitName']),
    name: text(item['name']),
    from: text(item['from']),
    until: text(item['until']) || null,
    mayChange: item['mayChange'] === true,
  };
  return mark.record && mark.unit && mark.name && mark.from ? mark : null;
}

function items(answer: unknown): Record<string, unknown>[] {
  const marks: unknown = typeof answer === 'object' && answer !== null && 'marks' in answer ? answer.marks : null;
  if (!Array.isArray(marks)) throw new TypeError('the answer has no marks');
  return marks.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
}

/** Zones of a kind or level that this page does not know are left out rather than drawn as something else. */
export function readZones(answer: unknown): Zone[] {
  return items(answer).flatMap((item) => {
    const mark = readMark(item);
    const ring = readCorners(text(item['shape']));
    const type = ZONE_TYPES.find((each) => each === item['type']);
    const level = ZONE_LEVELS.find((each) => each === item['level']);
    if (!mark || !ring || ring.length < 3 || !type || !level) return [];
    return [{ ...mark, type, level, ring, reason: text(item['reason']), documentNumber: text(item['documentNumber']) }];
  });
}

export function readPlaces(answer: unknown): Place[] {
  return items(answer).flatMap((item) => {
    const mark = readMark(item);
    const at = readCorners(text(item['position']))?.[0];
    const type = PLACE_TYPES.find((each) => each === item['type']);
    if (!mark || !at || !type) return [];
    return [{ ...mark, type, at, fromTime: text(item['fromTime']), untilTime: text(item['untilTime']), note: text(item['note']) }];
  });
}

/** Visits in the order in which they happened. */
export function timeline(places: readonly Place[]): Place[] {
  const key = ({ from, fromTime, name }: Place): string => `${from} ${fromTime} ${name}`;
  return places.filter(({ type }) => type === 'exposure').sort((a, b) => key(a).localeCompare(key(b)));
}

export const isOn = ({ from, until }: Mark, day: string): boolean => from <= day && (until === null || day <= until);

/** Those that the server gave, and those that only this device has yet. */
export function together<Item extends Mark>(server: readonly Item[], device: readonly Item[]): Item[] {
  const known = new Set(server.map(({ record }) => record));
  return [...server, ...device.filter(({ record }) => !known.has(record))];
}

/** Points of the heat, in the form in which the overlay takes them. */
export function heatOf(points: readonly { at: World; weight: number }[]): { places: Uint32Array; weights: Float32Array } {
  const whole = (part: number): number => Math.min(Math.max(Math.floor(part * 2 ** 32), 0), 2 ** 32 - 1);
  return {
    places: Uint32Array.from(points.flatMap(({ at }) => [whole(at.x), whole(at.y)])),
    weights: Float32Array.from(points, ({ weight }) => weight),
  };
}
