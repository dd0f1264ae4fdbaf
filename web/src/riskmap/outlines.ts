/** Outlines of the provinces and marks of the islands, read once from the TopoJSON of tools/make_outlines.mjs. */

export type Point = [latitude: number, longitude: number];

export interface Outline {
  code: string;
  /** Polygons of rings; the first ring of a polygon is its outer one. */
  polygons: Point[][][];
  /** A place well inside the largest polygon, for a label. */
  inside: Point;
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
      return { code: geometry.id, polygons, inside: [geometry.inside[1], geometry.inside[0]] };
    }),
    islands: topology.islands.map(({ point, ...island }) => ({ ...island, at: [point[1], point[0]] })),
    weak: new Set(topology.weak),
  };
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
