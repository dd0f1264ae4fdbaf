/** A tile server on loopback whose pictures say where they belong, and one that has none. */

import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TileServer {
  url: string;
  origin: string;
  /** Paths that were asked for. */
  seen: string[];
  /** From now on it has nothing. */
  empty(is: boolean): void;
  close(): Promise<void>;
}

/** A tile with its edges and its address: where two of them meet there is one line, and it is seen when they do not. */
function tile(name: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">
    <rect width="256" height="256" fill="#f2efe9"/>
    <path d="M0 128h256M128 0v256" stroke="#2a7f3f" stroke-width="10"/>
    <path d="M0 .5h256M.5 0v256" stroke="#b3261e"/>
    <text x="8" y="26" font-family="sans-serif" font-size="20" fill="#b3261e">${name}</text>
  </svg>`;
}

export async function startTiles(): Promise<TileServer> {
  const seen: string[] = [];
  let hasNothing = false;
  const server = http.createServer(({ url = '' }, reply) => {
    seen.push(url);
    const name = /^\/(\d+\/\d+\/\d+)\.svg$/.exec(url)?.[1];
    if (hasNothing || !name) reply.writeHead(404).end();
    else reply.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' }).end(tile(name));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // listen on a TCP port gives an AddressInfo, never a pipe's name.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/{z}/{x}/{y}.svg`,
    origin,
    seen,
    empty: (is) => (hasNothing = is),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
