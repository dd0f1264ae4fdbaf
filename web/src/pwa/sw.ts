/// <reference lib="webworker" />
/** All of the page, kept whole: a version is taken in one piece or not at all. */

declare const __FILES__: readonly string[];
declare const __PACK__: string;
declare const __VERSION__: string;

const worker = self as unknown as ServiceWorkerGlobalScope; // this file is compiled with the worker's library
const PREFIX = 'page-';
const NAME = PREFIX + __VERSION__;
const RUNS = 'runs '; // a lock of each page, see register.ts
const ASIDE = 'aside';
/** Where a version keeps its pack: its small files by their addresses, as one JSON (docs/adr/0078). */
const PACK = '/pack';
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', json: 'application/json', svg: 'image/svg+xml' };
/** Big maps, the PDF reader and the console: kept once somebody needed them. */
const SEEN_IS_KEPT = /^\/(assets\/|static\/(pdf|console)[.-])/;

worker.addEventListener('install', (event) => {
  // `reload` passes by the HTTP cache, so an old file can never get into a new version. addAll is all or nothing.
  const files = __FILES__.map((file) => new Request(file, { cache: file.startsWith('/static/') ? 'default' : 'reload' }));
  event.waitUntil(install(files));
});

async function install(files: Request[]): Promise<void> {
  const [cache, pack] = await Promise.all([caches.open(NAME), fetch(__PACK__)]);
  if (!pack.ok) throw new Error(`${__PACK__}: ${pack.status}`);
  await Promise.all([cache.put(PACK, pack), cache.addAll(files)]);
}

type Pack = Readonly<Record<string, string>>;
const packs = new Map<string, Promise<Pack>>();

/** What a version keeps in its pack; nothing for versions from before there were packs. */
function packOf(name: string): Promise<Pack> {
  let pack = packs.get(name);
  if (!pack) {
    pack = readPack(name).catch(() => {
      packs.delete(name);
      return {}; // what cannot be read here may still be had elsewhere
    });
    packs.set(name, pack);
  }
  return pack;
}

async function readPack(name: string): Promise<Pack> {
  const cache = await caches.open(name);
  const kept = await cache.match(PACK);
  return kept ? ((await kept.json()) as Pack) : {}; // made by the build
}

/** A small file of a version, as the server would give it. */
async function small(name: string, path: string): Promise<Response | undefined> {
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1)];
  if (type === undefined) return undefined;
  const text = (await packOf(name))[path];
  return text === undefined ? undefined : new Response(text, { headers: { 'Content-Type': `${type}; charset=utf-8` } });
}

worker.addEventListener('message', (event) => {
  if (event.data === 'use') void worker.skipWaiting();
  if (event.data === 'proved') event.waitUntil(dropOthers());
  if (event.data === 'renew') event.waitUntil(renewPage());
});

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

/** What the operator set since stands in the headers of the page, which are kept with it: the same page again, with those of today. */
async function renewPage(): Promise<void> {
  const [cache, fresh] = await Promise.all([caches.open(NAME), fetch('/', { cache: 'reload' })]);
  const kept = await cache.match('/');
  if (!fresh.ok || !kept) return;
  // Another text is another version, which is taken in one piece or not at all.
  if ((await fresh.clone().text()) === (await kept.text())) await cache.put('/', fresh);
}

async function dropOthers(): Promise<void> {
  // A version that waits for its turn needs its cache; only older ones may go.
  if (worker.registration.waiting || worker.registration.installing) return;
  const running = await scriptsRunning();
  if (!running) return;
  const own = await caches.open(NAME);
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === NAME) continue;
    const cache = await caches.open(name);
    const holds = await Promise.all(
      running.map(async (script) => !(await own.match(script)) && !!(await cache.match(script))),
    );
    // A tab that runs this version has yet to load pieces of it.
    if (!holds.includes(true)) {
      await caches.delete(name);
      packs.delete(name);
    }
  }
}

/** The entry scripts of all open pages, which tell the versions apart; null when one has not told its own (yet). */
async function scriptsRunning(): Promise<string[] | null> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const scripts = held.flatMap(({ name = '' }) => (name.startsWith(RUNS) ? [name.slice(RUNS.length)] : []));
  return scripts.length < pages.length ? null : scripts;
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || /^\/(v1|trust|healthz|readyz|metrics)\b/.test(url.pathname)) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request, url));
});

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match('/')) ?? fetch(request);
}

async function file(request: Request, url: URL): Promise<Response> {
  const options = { ignoreSearch: true, ignoreVary: true };
  const own = await caches.open(NAME);
  // Other versions are asked after our own: a tab of version N-1 may still load its own pieces.
  const kept =
    (await small(NAME, url.pathname)) ??
    (await own.match(request, options)) ??
    (await caches.match(request, options)) ??
    (await olderSmall(url.pathname));
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && SEEN_IS_KEPT.test(url.pathname)) {
    const cache = await caches.open(ASIDE);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function olderSmall(path: string): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    const found = name.startsWith(PREFIX) && name !== NAME ? await small(name, path) : undefined;
    if (found) return found;
  }
  return undefined;
}
