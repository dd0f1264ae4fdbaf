# Sourced, after tools/env.sh and from the root of the tree, by tools/setup.sh, serve.sh and tests/run.sh: their steps. Each says one
# line, keeps its full output in build/log/, and does nothing when its inputs are what they were.

say() { printf '[%s] %s\n' "$lachan_program" "$*"; }

# run_step <name> <what> <command>...: runs it with output in build/log/<name>.log; on failure shows the end of that.
run_step() {
    local name=$1 what=$2 log="build/log/$1.log" ticker status=0 begin=$SECONDS
    shift 2
    say "$what"
    : >"$log"
    # A sign of life every 15 seconds: ninja's own counter, or the time alone.
    (
        while sleep 15 </dev/null >/dev/null 2>&1; do
            say "  ... $((SECONDS - begin)) s $(grep -o '^\[[0-9]*/[0-9]*\]' "$log" | tail -n 1)"
        done
    ) &
    ticker=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    if [ "$status" != 0 ]; then
        echo "$lachan_program: $what failed (status $status); the end of $log:" >&2
        tail -n 30 "$log" >&2
        return 1
    fi
}

# One hash over the content of all files under the given files and folders.
content_key() {
    find "$@" -type f -print0 2>/dev/null | sort -z | xargs -0 -r sha256sum | sha256sum | cut -c 1-40
}

# unless_done <name> <key>: true when step <name> has not been done with inputs of this key. mark_done remembers.
unless_done() { [ "$(cat "build/log/$1.done" 2>/dev/null)" != "$2" ]; }
mark_done() { echo "$2" >"build/log/$1.done"; }

# build_preset <preset> <target>...
build_preset() {
    local preset=$1 key
    shift
    key=$(content_key CMakePresets.json cmake/emscripten.cmake)-$LACHAN_CACHE
    if [ ! -e "build/$preset/build.ninja" ] || unless_done "configure-$preset" "$key"; then
        run_step "configure-$preset" "configuring $preset" cmake --preset "$preset" || return 1
        mark_done "configure-$preset" "$key"
    fi
    run_step "build-$preset" "building $preset" cmake --build "build/$preset" --parallel "$(nproc)" --target "$@"
}

# Data the page and the core read, made from npm packages and the facts in assets/.
build_data() {
    local key tool tools=(make_units make_outlines)
    key=$(content_key tools/make_*.mjs assets package-lock.json)
    [ -d build/assets ] && ! unless_done data "$key" && return
    rm -rf build/assets
    mkdir -p build/assets
    for tool in "${tools[@]}"; do
        run_step "data-$tool" "making data: $tool" node "tools/$tool.mjs" --out build/assets || return 1
    done
    mark_done data "$key"
}

# build_trust <preset>: the demonstration trust list and certificates, with keys of this build; one that is fresh is kept.
build_trust() {
    build_preset "$1" lachan-trust || return 1
    run_step trust "making the demonstration trust list" "build/$1/lachan-trust" demo --out build/assets
}

# The page, from web/, the data and the wasm core; type errors stop it like any other.
build_web() {
    local key
    key=$(content_key web/index.html web/src web/public web/vite.config.ts web/tsconfig.json build/assets \
        build/wasm/core.mjs build/wasm/core.wasm package-lock.json)
    [ -e web/dist/index.html ] && ! unless_done web "$key" && return
    run_step web-types "checking the types of the page" node_modules/.bin/tsc --noEmit -p web || return 1
    run_step web "building the page" node_modules/.bin/vite build --config web/vite.config.ts || return 1
    mark_done web "$key"
}

mkdir -p build/log
