/** Outlines of the provinces and marks of the islands, read once from the TopoJSON of tools/make_outlines.mjs. */

export type Point = [latitude: number, longitude: number];

export interface Outline {
  code: string;
  /** Polygons of rings; the first ring of a polygon is its outer one. */
  polygons: Point[][][];
  /** A place well inside the largest polygon, for a label. */
  inside: Point;
  /** The arcs of all its rings, by number; below 0 run backwards. What two neighbours share is one arc, which each runs its own way. */
  arcs: readonly number[];
}

export interface Island {
  code: string;
  province: string;
  vi: string;
  en: string;
  at: Point;
  /** Hoàng Sa and Trường Sa: shown by name at every zoom and in print. */
  always: boolean;
}

export interface Province {
  code: string;
  name: string;
  short: string;
  validTo?: string;
  successors?: string[];
}

export interface Country {
  outlines: Outline[];
  islands: Island[];
  /** Provinces whose outline is far from the real one. */
  weak: ReadonlySet<string>;
  arcs: readonly (readonly Point[])[];
}

type Raw = [x: number, y: number];

interface Topology {
  transform: { scale: Raw; translate: Raw };
  arcs: Raw[][];
  weak: string[];
  islands: { code: string; province: string; vi: string; en: string; point: Raw; always: boolean }[];
  objects: {
    provinces: {
      geometries: (
        | { id: string; type: 'Polygon'; inside: Raw; arcs: number[][] }
        | { id: string; type: 'MultiPolygon'; inside: Raw; arcs: number[][][] }
      )[];
    };
  };
}

/** Turns delta-coded arcs and rings of arc numbers into rings of points. A negative number is an arc run backwards. */
export function decode(topology: Topology): Country {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]): Point => {
      x += dx;
      y += dy;
      return [y * scale[1] + translate[1], x * scale[0] + translate[0]];
    });
  });
  const ring = (indexes: number[]): Point[] => {
    const points: Point[] = [];
    for (const index of indexes) {
      const forward = arcs[index < 0 ? ~index : index] ?? [];
      const arc = index < 0 ? [...forward].reverse() : forward;
      points.push(...(points.length > 0 ? arc.slice(1) : arc));
    }
    return points;
  };
  return {
    outlines: topology.objects.provinces.geometries.map((geometry) => {
      const polygons = (geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs).map((rings) => rings.map(ring));
      return { code: geometry.id, polygons, inside: [geometry.inside[1], geometry.inside[0]], arcs: geometry.arcs.flat(2) };
    }),
    islands: topology.islands.map(({ point, ...island }) => ({ ...island, at: [point[1], point[0]] })),
    weak: new Set(topology.weak),
    arcs,
  };
}

/** The rings around what some outlines cover together: arcs that two of them share lie within. */
function around(members: readonly Outline[], arcs: Country['arcs']): Point[][] {
  const all = new Set(members.flatMap((each) => each.arcs));
  const first = (ref: number): Point | undefined => (ref < 0 ? arcs[~ref]?.at(-1) : arcs[ref]?.[0]);
  const key = (point: Point | undefined): string => String(point);
  const from = new Map<string, number[]>();
  for (const ref of all) if (!all.has(~ref)) from.set(key(first(ref)), [...(from.get(key(first(ref))) ?? []), ref]);
  const rings: Point[][] = [];
  for (const begun of from.values()) {
    for (let ref = begun.pop(); ref !== undefined; ref = begun.pop()) {
      const ring: Point[] = [];
      for (let next: number | undefined = ref; next !== undefined; next = from.get(key(ring.at(-1)))?.pop()) {
        const line = (next < 0 ? [...(arcs[~next] ?? [])].reverse() : arcs[next]) ?? [];
        ring.push(...(ring.length > 0 ? line.slice(1) : line));
      }
      rings.push(ring);
    }
  }
  return rings;
}

/** The country as it was divided on a day: provinces that were merged before have one outline with the one that took them over. */
export function dividedOn(day: string, country: Country, provinces: readonly Province[]): Country {
  const groups = new Map<string, Outline[]>();
  for (const outline of country.outlines) {
    const code = answering(outline.code, day, provinces);
    groups.set(code, [...(groups.get(code) ?? []), outline]);
  }
  if (groups.size === country.outlines.length) return country;
  const outlines = [...groups].map(([code, members]): Outline => {
    const own = members.find((each) => each.code === code) ?? members[0];
    if (!own) throw new Error(`${code} has no outline`);
    // All rings as of one polygon: which lie within which is for the rule of even and odd, by which it is filled.
    return members.length === 1 ? own : { ...own, code, polygons: [around(members, country.arcs)], arcs: members.flatMap((each) => each.arcs) };
  });
  const weak = [...groups].filter(([, members]) => members.some(({ code }) => country.weak.has(code))).map(([code]) => code);
  return { ...country, outlines, weak: new Set(weak) };
}

async function json<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return (await answer.json()) as T; // a file of our own build, checked when it was made
}

let country: Promise<Country> | null = null;
let provinces: Promise<Province[]> | null = null;

export function loadCountry(): Promise<Country> {
  country ??= json<Topology>('/assets/outlines.json').then(decode);
  country.catch(() => (country = null));
  return country;
}

export function loadProvinces(): Promise<Province[]> {
  provinces ??= json<Province[]>('/assets/provinces.json');
  provinces.catch(() => (provinces = null));
  return provinces;
}

/** The province that answers for `code` on `day`: itself, or the one it was merged into before. */
export function answering(code: string, day: string, list: readonly Province[]): string {
  const province = list.find((each) => each.code === code);
  if (!province?.validTo || day <= province.validTo) return code;
  const next = province.successors?.[0];
  return next ? answering(next, day, list) : code;
}
