import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { ROUTES } from './src/app/routes';

const root = dirname(fileURLToPath(import.meta.url));
const dataFolder = process.env['LACHAN_ASSETS'] ?? join(root, '..', 'build', 'assets');
const coreFolder = process.env['LACHAN_CORE'] ?? join(root, '..', 'build', 'wasm');
const outFolder = process.env['LACHAN_WEB_OUT'] ?? join(root, 'dist');
const pinsFile = process.env['LACHAN_TRUST_PINS'] ?? join(root, '..', 'build', 'keys', 'list-key.pem.pub');

/** The keys that this page believes a trust bundle under, one a line. Without them it verifies no certificate. */
function trustPins(): string[] {
  if (existsSync(pinsFile)) return readFileSync(pinsFile, 'utf8').split('\n').filter((line) => line !== '');
  console.warn(`no ${pinsFile}: the page is built without a key for trust bundles`);
  return [];
}

/** Kept by the service worker from the first visit; bigger data is kept once it was seen. */
const KEEP_AT_MOST = 1_500_000;
/** The PDF reader comes with the first PDF: few ever open one, and it weighs as much as all the rest; the console is for officials. */
const ON_DEMAND = /^static\/(pdf|console)[.-]/;
/** Small texts that the page asks for later go into one file for the service worker. Not workers: their policy comes with their answer. */
const PACKED = /^(?:assets\/units|static)\/(?!.*worker)[^/]*\.(?:js|css|json|svg)$/;
const PACK_AT_MOST = 48_000;
const TYPES: Record<string, string> = { '.json': 'application/json', '.txt': 'text/plain', '.wasm': 'application/wasm' };

async function filesUnder(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Data made by the tools (units, outlines, trust list) stands under /assets/, in development and in the build. */
function publishData(): Plugin {
  return {
    name: 'publish-data',
    configureServer(server) {
      server.middlewares.use('/assets', (request, response, next) => {
        const file = join(dataFolder, decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
        if (!file.startsWith(dataFolder) || !existsSync(file)) return next();
        response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
        createReadStream(file).pipe(response);
      });
    },
    async writeBundle() {
      if (existsSync(dataFolder)) await cp(dataFolder, join(outFolder, 'assets'), { recursive: true });
      else this.warn(`no ${dataFolder}: the page is built without units and outlines`);
    },
  };
}

/** Of the SQLite package only the library is used: its own worker and file-system proxy would be published for nothing. */
function onlySqliteItself(): Plugin {
  return {
    name: 'only-sqlite-itself',
    enforce: 'pre',
    transform(code, id) {
      if (!/sqlite-wasm\/dist\/index\.mjs$/.test(id.split('?')[0] ?? '')) return null;
      const less = code
        .replace(/return new Worker\(new URL\("sqlite3-worker1\.mjs", import\.meta\.url\)[^;]*;/, 'return null;')
        .replace('new URL("sqlite3-opfs-async-proxy.js", import.meta.url)', 'new URL("about:blank")');
      if (/sqlite3-(worker1|opfs-async-proxy)\.m?js", import/.test(less)) this.error('the SQLite package has changed its shape');
      return { code: less, map: null };
    },
  };
}

/** Fonts of the first view are asked for beside the script, not after the style sheet was read. */
function preloadFonts(): Plugin {
  return {
    name: 'preload-fonts',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => /400-normal.*\.woff2$/.test(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'preload', href: `/${name}`, as: 'font', type: 'font/woff2', crossorigin: '' },
            injectTo: 'head' as const,
          })),
    },
  };
}

/** The addresses that the server answers with the page. */
function pageList(): Plugin {
  return {
    name: 'page-list',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'pages.txt', source: `${ROUTES.join('\n')}\n` });
    },
  };
}

/** Writes the list of files and its hash into the service worker, when everything else is in place. */
function precacheList(): Plugin {
  return {
    name: 'precache-list',
    enforce: 'post',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const hash = createHash('sha256');
        const list: string[] = [];
        const pack: Record<string, string> = {};
        const page = await readFile(join(outFolder, 'index.html'), 'utf8');
        for (const name of await filesUnder(outFolder)) {
          if (/^sw\.js$|\.(map|br|gz)$|^(robots|pages)\.txt$|^assets\/(trust|openapi)\.json$|^assets\/demo-certificates\//.test(name)) continue;
          if (ON_DEMAND.test(name)) continue;
          const file = join(outFolder, name);
          const { size } = await stat(file);
          if (size > KEEP_AT_MOST && !name.endsWith('.wasm')) continue;
          const bytes = await readFile(file);
          hash.update(name).update(bytes);
          // What the page begins with has come already, and tells versions apart.
          if (size <= PACK_AT_MOST && PACKED.test(name) && !page.includes(name)) pack[`/${name}`] = bytes.toString('utf8');
          else list.push(name === 'index.html' ? '/' : `/${name}`);
        }
        const packed = JSON.stringify(pack);
        const packName = `static/pack-${createHash('sha256').update(packed).digest('hex').slice(0, 8)}.json`;
        await writeFile(join(outFolder, packName), packed);
        const worker = join(outFolder, 'sw.js');
        const code = await readFile(worker, 'utf8');
        if (!['__FILES__', '__PACK__', '__VERSION__'].every((place) => code.includes(place))) throw new Error('sw.js has no place for its list');
        const version = hash.digest('hex').slice(0, 16);
        await writeFile(
          worker,
          code
            .replace('__FILES__', () => JSON.stringify(list))
            .replaceAll('__PACK__', () => JSON.stringify(`/${packName}`))
            .replace('__VERSION__', () => JSON.stringify(version)),
        );
      },
    },
  };
}

/** The server only sends what is already small: .br and .gz stand beside each file that gains by it. */
function precompress(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  return {
    name: 'precompress',
    enforce: 'post',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const names = (await filesUnder(outFolder)).filter((name) =>
          /\.(html|m?js|css|json|svg|txt|wasm|webmanifest|geojson|cwt|bin)$/.test(name),
        );
        await Promise.all(
          names.map(async (name) => {
            const file = join(outFolder, name);
            const raw = await readFile(file);
            if (raw.length < 512) return;
            const [small, zipped] = await Promise.all([
              brotli(raw, {
                params: {
                  [constants.BROTLI_PARAM_QUALITY]: 11,
                  [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
                },
              }),
              zip(raw, { level: 9 }),
            ]);
            if (small.length < raw.length) await writeFile(`${file}.br`, small);
            if (zipped.length < raw.length) await writeFile(`${file}.gz`, zipped);
          }),
        );
      },
    },
  };
}

export default defineConfig({
  root,
  appType: 'spa',
  publicDir: join(root, 'public'),
  define: { __TRUST_PINS__: JSON.stringify(trustPins()) },
  resolve: { alias: { 'lachan-core': coreFolder } },
  plugins: [publishData(), preloadFonts(), pageList(), precacheList(), precompress()],
  worker: { format: 'es', plugins: () => [onlySqliteItself()] },
  build: {
    outDir: outFolder,
    emptyOutDir: true,
    target: ['es2020', 'chrome90', 'firefox90', 'safari15'],
    // Hashed files stand apart from /assets/, whose names do not change: the server may call these immutable.
    assetsDir: 'static',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: { main: join(root, 'index.html'), sw: join(root, 'src/pwa/sw.ts') },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'static/[name]-[hash].js'),
        chunkFileNames: 'static/[name]-[hash].js',
        // The browser tests open the built facade by the name that its source gives it.
        minifyInternalExports: false,
        // What nearly every screen shares comes in one file: each further one costs a phone a trip and its main thread some work.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: 'facade', test: /\/src\/core\/(facade|bytes|wire)\.ts|\/src\/app\/(format|combo-box)\.ts|rolldown.runtime|@oxc-project/ }],
        },
        assetFileNames: 'static/[name]-[hash][extname]',
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/trust'].map((path) => [path, process.env['LACHAN_SERVER'] ?? 'http://localhost:8080'])),
  },
});
