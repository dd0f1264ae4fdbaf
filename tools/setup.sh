#!/bin/bash
# Makes a Debian machine able to build and test Lá Chắn. Safe to run again: what is there is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."
lachan_program=setup
. tools/env.sh
. tools/steps.sh

usage() {
    cat <<TEXT
Usage: tools/setup.sh [--check] [--help]

Installs what the build and the tests need:
  1. missing Debian packages (needs root; without root it says which are missing and stops with status 3)
  2. third-party sources for the wasm core, as Debian source packages, checked by hash
  3. a newer Node of our own when the machine's is older than $lachan_node_floor
  4. the npm packages of package-lock.json

  --check   only say what is missing; status 0 when nothing is, 3 otherwise

Environment: LACHAN_CACHE  folder of everything fetched (now $LACHAN_CACHE)
Status: 0 done, 1 a step failed (the log is named), 2 wrong usage, 3 packages are missing and this is not root
TEXT
}

check_only=no
case "${1:-}" in
    '') ;;
    --check) check_only=yes ;;
    --help | -h) usage; exit 0 ;;
    *) echo "setup: unknown argument '$1' (try --help)" >&2; exit 2 ;;
esac

# One line each: what it is for, then the packages.
packages=(
    cmake ninja-build g++ ccache pkgconf                            # native build
    clang-14 libclang-rt-14-dev                                     # sanitizers and fuzzing
    emscripten                                                      # wasm build
    nodejs npm                                                      # page, data tools, browser tests
    nlohmann-json3-dev rapidjson-dev libutf8proc-dev libqrcodegen-dev libzxing-dev zlib1g-dev
    libpng-dev libturbojpeg0-dev libpoppler-cpp-dev                  # pictures and PDF pages of lachan-verify
    libsqlite3-dev libpq-dev postgresql                             # databases
    libssl-dev libsodium-dev                                        # cryptography of the server
    librestinio-dev libasio-dev libhttp-parser-dev libfmt-dev libspdlog-dev
    libgtest-dev libbenchmark-dev librapidcheck-dev                 # tests
    chromium-headless-shell chromium fonts-noto-core qrencode ffmpeg  # browser tests, and what measures the page
    brotli bzip2 curl xz-utils
)
readonly node_package_version=24.21.0 npm_version=11.6.2

# Whether the machine already does what a package is for, whoever installed it: such a tool is never replaced.
provided_elsewhere() {
    case "$1" in
        nodejs) command -v node >/dev/null && version_at_least "$(node --version)" 18 ;;
        npm) command -v npm >/dev/null ;;
        emscripten) command -v emcc >/dev/null ;;
        chromium | chromium-headless-shell) [ -x "/usr/bin/$1" ] ;;
        pkgconf) command -v pkg-config >/dev/null ;;
        *) return 1 ;;
    esac
}

missing_packages() {
    local name
    { dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true; } |
        sed -n 's/ installed$//p' | sort -u | comm -13 - <(printf '%s\n' "${packages[@]}" | sort -u) |
        while read -r name; do provided_elsewhere "$name" || echo "$name"; done
}

install_packages() {
    local missing node_before=''
    missing=$(missing_packages | tr '\n' ' ')
    missing=${missing% }
    [ -z "$missing" ] && return
    if [ "$check_only" = yes ]; then
        say "missing packages: $missing"
        exit 3
    fi
    if [ "$(id -u)" != 0 ]; then
        echo "setup: these packages are missing: $missing" >&2
        echo "setup: install them with:  sudo apt-get install --no-install-recommends $missing" >&2
        exit 3
    fi
    command -v node >/dev/null && node_before=$(node --version)
    export DEBIAN_FRONTEND=noninteractive
    run_step apt-update "reading the list of packages" apt-get -o DPkg::Lock::Timeout=400 update || exit 1
    # shellcheck disable=SC2086  # a list of words on purpose
    run_step apt-install "installing packages: $missing" apt-get -o DPkg::Lock::Timeout=400 install -y --no-install-recommends $missing || exit 1
    hash -r
    if [ -n "$node_before" ] && [ "$(node --version)" != "$node_before" ]; then
        say "note: node on PATH was $node_before and is $(node --version) now; put the former first on PATH"
    fi
}

# The machine's own package sources, turned into source-package entries in a folder of ours: no mirror is named here, and
# apt's lists stay as they are, so this needs no root.
write_source_entries() {
    local target=$1 file
    rm -rf "$target"
    mkdir -p "$target"
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -e "$file" ] && sed -E 's/^Types:.*/Types: deb-src/' "$file" >"$target/$(basename "$file")"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -e "$file" ] || continue
        sed -nE 's/^[[:space:]]*deb(-src)?[[:space:]]+/deb-src /p' "$file" | sort -u >"$target/$(basename "$file" .list)-src.list"
    done
}

fetch_sources() {
    local folder package tarball hash work="" wanted=no
    local -a apt_options
    while read -r folder package tarball hash; do
        [[ $folder == '#'* || -z $folder ]] && continue
        [ -e "$LACHAN_CACHE/sources/$folder/.lachan-$hash" ] && continue
        if [ "$check_only" = yes ]; then
            say "missing sources: $folder"
            exit 3
        fi
        if [ "$wanted" = no ]; then
            wanted=yes
            work="$LACHAN_CACHE/apt"
            mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/download" "$LACHAN_CACHE/sources"
            write_source_entries "$work/sources.list.d"
            apt_options=(
                -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$LACHAN_CACHE/apt/sources.list.d"
                -o "Dir::State::Lists=$LACHAN_CACHE/apt/lists" -o "Dir::Cache=$LACHAN_CACHE/apt" -o "Dir::Cache::archives=archives"
                -o Debug::NoLocking=true -o APT::Sandbox::User=
            )
            run_step apt-source-lists "reading the list of source packages" apt-get "${apt_options[@]}" update || exit 1
        fi
        say "fetching $folder"
        (cd "$work/download" && apt-get "${apt_options[@]}" source --download-only --tar-only "$package") \
            >"build/log/source-$folder.log" 2>&1 || true
        if ! echo "$hash  $work/download/$tarball" | sha256sum --check --status 2>/dev/null; then
            echo "setup: $tarball is not what cmake/sources.txt expects (sha256 $hash)." >&2
            echo "setup: see build/log/source-$folder.log; or give CMake another copy by -D<NAME>_SOURCE_DIR" >&2
            exit 1
        fi
        rm -rf "$LACHAN_CACHE/sources/$folder" "$LACHAN_CACHE/sources/.unpack"
        mkdir -p "$LACHAN_CACHE/sources/.unpack"
        run_step "unpack-$folder" "unpacking $folder" \
            tar -xf "$work/download/$tarball" -C "$LACHAN_CACHE/sources/.unpack" --strip-components=1 || exit 1
        touch "$LACHAN_CACHE/sources/.unpack/.lachan-$hash"
        mv "$LACHAN_CACHE/sources/.unpack" "$LACHAN_CACHE/sources/$folder"
    done <cmake/sources.txt
    [ "$wanted" = no ] || rm -rf "$work"
}

# Header-only, so the package's own headers serve wasm, but alone: with /usr/include emcc would see the native C library.
copy_headers() {
    local package=$1 folder=$2 target="$LACHAN_CACHE/sources/$3" version
    version=$(dpkg-query -W -f '${Version}' "$package")
    [ -e "$target/.lachan-$version" ] && return
    [ "$check_only" = yes ] && { say "missing sources: $3"; exit 3; }
    say "copying the headers of $3 $version"
    rm -rf "$target"
    mkdir -p "$target"
    cp -r "/usr/include/$folder" "$target/"
    touch "$target/.lachan-$version"
}

copy_json_headers() {
    copy_headers nlohmann-json3-dev nlohmann nlohmann-json
    copy_headers rapidjson-dev rapidjson rapidjson
}

fetch_node() {
    command -v node >/dev/null && version_at_least "$(node --version)" "$lachan_node_floor" && return
    local machine
    case "$(uname -m)" in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) echo "setup: put Node $lachan_node_floor or newer on PATH (none is packaged for $(uname -m))" >&2; exit 1 ;;
    esac
    [ "$check_only" = yes ] && { say "missing: Node $lachan_node_floor or newer"; exit 3; }
    mkdir -p "$LACHAN_CACHE/node"
    run_step node "fetching Node $node_package_version (the machine has $(node --version 2>/dev/null || echo none))" \
        npm install --prefix "$LACHAN_CACHE/node" --cache "$LACHAN_CACHE/npm" --no-fund --no-audit \
        --ignore-scripts --save-exact "node-linux-$machine@$node_package_version" "npm@$npm_version" || exit 1
    . tools/env.sh
    hash -r
}

install_npm_packages() {
    local stamp key
    stamp=node_modules/.lachan-$(sha256sum package-lock.json | cut -c 1-16)
    [ -e "$stamp" ] && return
    [ "$check_only" = yes ] && { say "missing: npm packages"; exit 3; }
    run_step npm "installing npm packages" npm ci --cache "$LACHAN_CACHE/npm" || exit 1
    touch "$stamp"
}

mkdir -p "build/log" "$LACHAN_CACHE"
install_packages
fetch_sources
copy_json_headers
fetch_node
install_npm_packages
say "ready"
