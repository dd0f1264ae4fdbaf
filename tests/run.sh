#!/bin/bash
# Sets up, builds and runs the tests; the last line is always "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/.."
lachan_program=tests

# Each stage is a function stage_<name> below; these run when none is named.
default_stages=(unit fuzz wasm e2e faults serve)

usage() {
    cat <<TEXT
Usage: tests/run.sh [unit|fuzz|wasm|e2e|faults|serve|asan|bench]... [--help]

  unit    GoogleTest binaries of tests/<area> and the Node tests of the tools
  fuzz    each fuzz target for a short while, from the seeds of tests/fuzz/seeds/<name>
  wasm    the vectors of every rule, natively and in wasm, compared byte for byte
  e2e     the page in a browser
  faults  kills, lost answers, double sends, clock skew against a real server
  serve   ./serve.sh: the release is built, makes its demo and answers
  asan    unit again with the address and undefined-behaviour sanitizers (not run unless named)
  bench   the benchmarks, as tables (not run unless named)

Without a stage: ${default_stages[*]}. Full output is kept in build/log/.

Environment: FUZZ_SECONDS  seconds for each fuzz target (default 20)
             LACHAN_CACHE  folder of everything fetched (default ~/.cache/lachan)
Status: 0 all passed, 1 something failed or a stage ran no test, 2 wrong usage, 3 packages are missing and this is not root
TEXT
}

stages=()
for argument in "$@"; do
    case "$argument" in
        unit | fuzz | wasm | e2e | faults | serve | asan | bench) stages+=("$argument") ;;
        --help | -h) usage; exit 0 ;;
        *) echo "tests: unknown argument '$argument' (try --help)" >&2; exit 2 ;;
    esac
done
[ "${#stages[@]}" -gt 0 ] || stages=("${default_stages[@]}")

tools/setup.sh || exit $?
. tools/env.sh
. tools/steps.sh
trap 'exit 130' INT TERM

passed=0 failed=0 skipped=0 stage_tests=0 trouble=0

# count <label> <passed> <failed> <skipped> <log>: adds a runner's figures, and shows its log when something failed.
count() {
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    stage_tests=$((stage_tests + $2 + $3 + $4))
    say "  $1: $2 ok, $3 wrong, $4 left out"
    if [ "$3" != 0 ]; then
        echo "---- the end of $5"
        tail -n 60 "$5"
        echo "----"
    fi
}

# A step that must succeed before tests can run; its failure is one failed test of the stage.
must() {
    "$@" && return
    failed=$((failed + 1)) stage_tests=$((stage_tests + 1))
    return 1
}

# run_gtest <preset> <area>
run_gtest() {
    local name="$1-$2" log="build/log/test-$1-$2.log" json="build/log/test-$1-$2.json" status=0 figures
    rm -f "$json"
    "build/$1/tests/test_$2" --gtest_output="json:$json" >"$log" 2>&1 </dev/null || status=$?
    figures=$(node tests/count.mjs gtest "$json" "$status") || figures="0 1 0"
    # shellcheck disable=SC2086  # three numbers
    count "$name" $figures "$log"
}

# run_node <label> <file>...: tests of Node's own runner.
run_node() {
    local label=$1 log="build/log/test-$1.log" tap="build/log/test-$1.tap" status=0 figures
    shift
    rm -f "$tap"
    node --test --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$tap" "$@" >"$log" 2>&1 </dev/null || status=$?
    figures=$(node tests/count.mjs tap "$tap" "$status") || figures="0 1 0"
    # shellcheck disable=SC2086
    count "$label" $figures "$log"
}

# run_script <label> <command>...: a program of our own that ends with the same line as this one.
run_script() {
    local label=$1 log="build/log/test-$1.log" status=0 figures
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    figures=$(node tests/count.mjs script "$log" "$status") || figures="0 1 0"
    # shellcheck disable=SC2086
    count "$label" $figures "$log"
}

# Areas that have a folder with tests, but for those of other stages.
areas() {
    local file
    for file in tests/*/*_test.cpp; do [ -e "$file" ] && basename "$(dirname "$file")"; done | sort -u
}

run_areas() {
    local preset=$1 area
    for area in $(areas); do
        [ "$area" = faults ] || run_gtest "$preset" "$area"
    done
}

# What tests outside C++ need: programs of the dev preset, found by LACHAN_BINARY_ROOT.
native_build() { must build_preset dev all && must build_api dev && must build_map dev; }
page_build() { must build_data && must build_map dev && must build_trust dev && must build_preset wasm lachan_core_wasm lachan_verifier_wasm lachan_workshop_wasm lachan_overlay_wasm lachan_console_wasm lachan_analysis_wasm && must build_web; }
export LACHAN_BINARY_ROOT="$PWD/build/dev" LACHAN_WASM_ROOT="$PWD/build/wasm" LACHAN_ASSETS="$PWD/build/assets"

existing() {
    local file
    for file in "$@"; do [ -e "$file" ] && echo "$file"; done
}

stage_unit() {
    local -a files
    must build_data || return
    native_build || return
    must install_peers # the other tests go on without
    run_areas dev
    mapfile -t files < <(existing tests/*/*.test.mjs | grep -v -E '^tests/(faults|wasm|e2e|serve)/')
    [ "${#files[@]}" = 0 ] || run_node node "${files[@]}"
}

stage_asan() {
    must build_data && must build_preset asan tests && run_areas asan
}

# fuzz_one <name>: one target from its seeds; its exit status goes beside its log.
fuzz_one() {
    local name=$1 seeds=tests/fuzz/seeds/$1 made=build/fuzz/seeds/$1 status=0
    mkdir -p "build/fuzz/corpus/$name"
    [ -d "$seeds" ] || seeds=
    [ -d "$made" ] || made=
    "build/fuzz/tests/fuzz_$name" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="build/fuzz/findings/$name-" "build/fuzz/corpus/$name" ${seeds:+"$seeds"} ${made:+"$made"} \
        >"build/log/fuzz-$name.log" 2>&1 </dev/null || status=$?
    echo "$status" >"build/log/fuzz-$name.status"
}
export -f fuzz_one

stage_fuzz() {
    local name
    local -a names
    [ -n "$(existing tests/fuzz/*_fuzz.cpp)" ] || return
    must build_preset fuzz fuzzers || return
    mapfile -t names < <(for name in tests/fuzz/*_fuzz.cpp; do basename "$name" _fuzz.cpp; done)
    mkdir -p build/fuzz/findings
    must run_step fuzz-seeds "making seeds" build/fuzz/tests/make_fuzz_seeds build/fuzz/seeds || return
    rm -f build/log/fuzz-*.status
    say "fuzzing ${#names[@]} targets, $(nproc) at a time"
    printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz_one {}'
    for name in "${names[@]}"; do
        if [ "$(cat "build/log/fuzz-$name.status" 2>/dev/null)" = 0 ]; then
            count "fuzz-$name" 1 0 0 "build/log/fuzz-$name.log"
        else
            count "fuzz-$name" 0 1 0 "build/log/fuzz-$name.log"
        fi
    done
}

stage_wasm() {
    local -a files
    mapfile -t files < <(existing tests/wasm/*.test.mjs)
    [ -e tests/wasm/run.mjs ] || [ "${#files[@]}" -gt 0 ] || return
    must build_data || return
    native_build || return
    must build_preset wasm lachan_core_wasm lachan_verifier_wasm lachan_workshop_wasm lachan_contract_wasm lachan_analysis_wasm lachan_geo_wasm lachan_overlay_wasm lachan_console_wasm || return
    must install_peers # the other tests go on without
    [ ! -e tests/wasm/run.mjs ] || run_script wasm-vectors node tests/wasm/run.mjs
    [ "${#files[@]}" = 0 ] || run_node wasm-node "${files[@]}"
}

stage_e2e() {
    local log=build/log/test-e2e.log json=$PWD/build/log/test-e2e.json status=0 figures
    [ -n "$(existing playwright.config.*)" ] || return
    native_build || return
    page_build || return
    must run_step e2e-types "checking the types of the browser tests" node_modules/.bin/tsc -p tests/e2e || return
    rm -f "$json"
    say "running the page in a browser"
    PLAYWRIGHT_JSON_OUTPUT_FILE="$json" node_modules/.bin/playwright test --reporter=list,json >"$log" 2>&1 </dev/null ||
        status=$?
    figures=$(node tests/count.mjs playwright "$json" "$status") || figures="0 1 0"
    # shellcheck disable=SC2086
    count e2e $figures "$log"
}

stage_faults() {
    local -a files
    mapfile -t files < <(existing tests/faults/*.test.mjs)
    [ -n "$(existing tests/faults/*_test.cpp)" ] || [ "${#files[@]}" -gt 0 ] || return
    must build_data || return
    native_build || return
    [ -z "$(existing tests/faults/*_test.cpp)" ] || run_gtest dev faults
    [ "${#files[@]}" = 0 ] || run_node faults-node "${files[@]}"
}

stage_serve() {
    must run_step serve "building what serve.sh runs" ./serve.sh --build-only || return
    run_node serve tests/serve/serve.test.mjs
}

stage_bench() {
    local file name
    must build_data || return
    must build_preset release all || return
    for file in tests/bench/*.cpp; do
        [ -e "$file" ] || continue
        name=$(basename "$file" .cpp)
        if "build/release/tests/bench_$name" 2>"build/log/bench-$name.log" </dev/null | tee -a "build/log/bench-$name.log"; then
            count "bench-$name" 1 0 0 "build/log/bench-$name.log"
        else
            count "bench-$name" 0 1 0 "build/log/bench-$name.log"
        fi
    done
}

for stage in "${stages[@]}"; do
    say "stage $stage"
    stage_tests=0 begin=$SECONDS
    "stage_$stage"
    if [ "$stage_tests" = 0 ]; then
        say "stage $stage ran no test: that is a failure"
        trouble=1
    fi
    say "stage $stage took $((SECONDS - begin)) s"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$trouble" = 0 ]
