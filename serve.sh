#!/bin/bash
# Builds what is stale, starts the server on loopback and prints the address.
set -euo pipefail
cd "$(dirname "$0")"
lachan_program=serve

usage() {
    cat <<TEXT
Usage: ./serve.sh [--build-only] [--no-seed] [--help]

Sets the machine up, builds the server, the wasm core and the page (only what changed), seeds a demo database when it is
new, and serves it on loopback until stopped with Ctrl-C.

  --build-only  stop before the server starts
  --no-seed     leave a new database without demo units, people and records

Environment:
  PORT          where to listen (default 8080)
  DATABASE      sqlite:PATH or postgresql://USER@HOST:PORT/NAME (default sqlite:data/lachan.sqlite)
  LACHAN_CACHE  folder of everything fetched (default ~/.cache/lachan)
  LACHAN_TILES, LACHAN_TILES_ATTRIBUTION, LACHAN_TILES_MAX_ZOOM, LACHAN_TILES_ON
                a background of the maps; see build/release/lachan-server --help

Status: 0 stopped as asked, 1 a step failed (its log in build/log/ is named), 2 wrong usage, 3 packages are missing and
this is not root.
TEXT
}

build_only=no
seed=yes
for argument in "$@"; do
    case "$argument" in
        --build-only) build_only=yes ;;
        --no-seed) seed=no ;;
        --help | -h) usage; exit 0 ;;
        *) echo "serve: unknown argument '$argument' (try --help)" >&2; exit 2 ;;
    esac
done

PORT=${PORT:-8080}
DATABASE=${DATABASE:-sqlite:data/lachan.sqlite}
if ! [[ $PORT =~ ^[0-9]{1,5}$ ]] || ((10#$PORT < 1 || 10#$PORT > 65535)); then
    echo "serve: PORT is '$PORT'; it must be a number from 1 to 65535" >&2
    exit 2
fi
case "$DATABASE" in
    sqlite:?* | postgresql://?* | postgres://?*) ;;
    *) echo "serve: DATABASE is neither sqlite:PATH nor postgresql://..." >&2; exit 2 ;;
esac

tools/setup.sh || exit $?
. tools/env.sh
. tools/steps.sh

build_data || exit 1
build_preset release lachan-server lachan-admin lachan-trust lachan-boundaries lachan-riskmap lachan-epi emit_openapi || exit 1
build_api release || exit 1
build_map release || exit 1
build_trust release || exit 1
build_preset wasm lachan_core_wasm lachan_verifier_wasm lachan_workshop_wasm lachan_overlay_wasm lachan_console_wasm lachan_analysis_wasm || exit 1
build_web || exit 1
[ "$build_only" = yes ] && exit 0

if [[ $DATABASE == sqlite:* ]]; then
    mkdir -p "$(dirname "${DATABASE#sqlite:}")"
fi
export PORT DATABASE
if [ "$seed" = yes ]; then
    say "looking at the database"
    # Prints one-time credentials when it seeds, and nothing when the database was not new.
    build/release/lachan-admin seed-demo --if-new --database "$DATABASE" --assets build/assets
fi
say "http://localhost:$PORT (took $SECONDS s; stop with Ctrl-C)"
demo=()
# In a demo there is no telephone network: the server tells the codes that it would send.
[ "$seed" = no ] || demo=(--demo)
exec build/release/lachan-server --port "$PORT" --database "$DATABASE" --web web/dist --assets build/assets "${demo[@]}"
