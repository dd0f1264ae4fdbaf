# Sourced by serve.sh, tests/run.sh and tools/setup.sh: where the cache is, and the private Node when the machine's is too old.

LACHAN_CACHE=$(realpath -m "${LACHAN_CACHE:-$HOME/.cache/lachan}")
export LACHAN_CACHE
# What was compiled once is kept there too: one folder to keep between runs, or to throw away.
export CCACHE_DIR="${CCACHE_DIR:-$LACHAN_CACHE/ccache}"

# Vite and the browser tests need this Node; Debian 12 has 18, which is why tools/setup.sh may fetch one of our own.
lachan_node_floor=20.19

# True when `$1` (a version such as v20.20.2) is at least `$2`.
version_at_least() {
    [ "$(printf '%s\n%s\n' "${1#v}" "$2" | sort -V | head -n 1)" = "$2" ]
}

if [ -x "$LACHAN_CACHE/node/node_modules/.bin/node" ]; then
    if ! command -v node >/dev/null || ! version_at_least "$(node --version)" "$lachan_node_floor"; then
        PATH="$LACHAN_CACHE/node/node_modules/.bin:$PATH"
        export PATH
    fi
fi
