/// <reference lib="webworker" />
/** All of the page, kept whole: a version is taken in one piece or not at all. */

declare const __FILES__: readonly string[];
declare const __VERSION__: string;

const worker = self as unknown as ServiceWorkerGlobalScope; // this file is compiled with the worker's library
const PREFIX = 'page-';
const NAME = PREFIX + __VERSION__;
const ASIDE = 'aside'; // big maps: kept once they were seen

worker.addEventListener('install', (event) => {
  // `reload` passes by the HTTP cache, so an old file can never get into a new version. addAll is all or nothing.
  const files = __FILES__.map((file) => new Request(file, { cache: file.startsWith('/static/') ? 'default' : 'reload' }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(files)));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'use') void worker.skipWaiting();
  if (event.data === 'proved') event.waitUntil(dropOthers());
});

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

async function dropOthers(): Promise<void> {
  // A version that waits for its turn needs its cache; only older ones may go.
  if (worker.registration.waiting || worker.registration.installing) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || /^\/(v1|healthz|readyz|metrics)\b/.test(url.pathname)) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request, url));
});

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match('/')) ?? fetch(request);
}

async function file(request: Request, url: URL): Promise<Response> {
  const options = { ignoreSearch: true, ignoreVary: true };
  const own = await caches.open(NAME);
  // Other caches are asked after our own: a tab of version N-1 may still load its own pieces.
  const kept = (await own.match(request, options)) ?? (await caches.match(request, options));
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && url.pathname.startsWith('/assets/')) {
    const cache = await caches.open(ASIDE);
    await cache.put(request, answer.clone());
  }
  return answer;
}
