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

# build_api <preset>: the API document, from the routes and field lists of this build. emit_openapi must have been built.
build_api() {
    run_step api "writing the API document" "build/$1/emit_openapi" build/assets/openapi.json
}

# build_map <preset>: cells for every unit inside the outlines of the provinces, made again when they or the program change.
build_map() {
    local program="build/$1/lachan-boundaries" file=build/assets/country.bin key
    build_preset "$1" lachan-boundaries || return 1
    key=$(content_key shared/src/geo tools/boundaries build/assets/outlines.json build/assets/units.txt)
    [ -e "$file" ] && ! unless_done map "$key" && return
    run_step map "making the schematic map" "$program" schematic \
        --outlines build/assets/outlines.json --units build/assets/units.txt --out "$file" || return 1
    mark_done map "$key"
}

# build_trust <preset>: the demonstration's certificates, and the bundle they are verified with, signed with a key of this build
# that lies outside everything that is served. What is fresh is kept.
build_trust() {
    local program="build/$1/lachan-trust" key=build/keys/list-key.pem
    build_preset "$1" lachan-trust || return 1
    run_step trust "making the demonstration trust list" "$program" demo --out build/assets || return 1
    mkdir -p build/keys
    [ -e "$key" ] || run_step trust-key "making a key for trust bundles" "$program" keygen --out "$key" || return 1
    [ -e build/assets/trust.bin ] &&
        [ -z "$(find build/assets/trust.json assets/rules -newer build/trust/latest.json 2>&1)" ] && return
    run_step trust-bundle "publishing the trust bundle" publish_trust "$program" "$key"
}

# publish_trust <program> <key>: a new number in build/trust, and the copy that the page brings along.
publish_trust() {
    local last number set
    local -a sections=()
    for set in assets/rules/*.json; do sections+=(--section "rules/$(basename "$set" .json)=$set"); done
    last=$(sed -n 's/.*"number":\([0-9]*\).*/\1/p' build/trust/latest.json 2>/dev/null)
    number=$((${last:-0} + 1))
    "$1" build --out build/trust --key "$2" --number "$number" --days 180 "${sections[@]}" \
        --revocation build/assets/demo-certificates/revoked.json 'build/assets/trust.json?scheme=lachan' || return 1
    cp "build/trust/bundle-$number.bin" build/assets/trust.bin
}

# The page, from web/, the data and the wasm core; type errors stop it like any other.
build_web() {
    local key
    key=$(content_key web/index.html web/src web/public web/vite.config.ts web/tsconfig.json build/assets \
        build/wasm/core.mjs build/wasm/core.wasm build/wasm/verifier.mjs build/wasm/verifier.wasm build/wasm/workshop.mjs build/wasm/workshop.wasm build/wasm/overlay.mjs build/wasm/overlay.wasm \
        build/wasm/console.mjs build/wasm/console.wasm \
        build/wasm/analysis.mjs build/wasm/analysis.wasm package-lock.json)
    [ -e web/dist/index.html ] && ! unless_done web "$key" && return
    run_step web-types "checking the types of the page" node_modules/.bin/tsc --noEmit -p web || return 1
    run_step web "building the page" node_modules/.bin/vite build --config web/vite.config.ts || return 1
    mark_done web "$key"
}

mkdir -p build/log

# Other readers of certificates, from npm, into the cache: tests let them read what we issue, a benchmark measures them beside us.
install_peers() {
    local folder=$LACHAN_CACHE/peers
    cmp -s tests/peers/package-lock.json "$folder/package-lock.json" && [ -e "$folder/complete" ] && return
    rm -rf "$folder"
    mkdir -p "$folder"
    cp tests/peers/package.json tests/peers/package-lock.json tests/peers/.npmrc "$folder/"
    run_step peers "installing other readers of certificates (100 MB)" \
        npm ci --prefix "$folder" --cache "$LACHAN_CACHE/npm" || return 1
    touch "$folder/complete"
}
