// The core's own part of a verification, everything but the signature: text to inspection, and answers to verdict. The
// target is 50 microseconds for an HCERT; tests/bench/certificate_core.mjs measures the same through the wasm core.

#include <benchmark/benchmark.h>

#include <string>

#include "certificate/forge_families.h"

namespace lachan::certificate {
namespace {

void inspect_and_judge(benchmark::State& state, const std::string& code, const TrustBundle& bundle) {
    const Knowledge known{&bundle};
    for (auto _ : state) {
        const Inspection inspection = inspect(code, known);
        const std::vector<Answer> answers(inspection.checks.size(), Answer::valid);
        const Verdict verdict = judge(inspection, answers, kNow, known);
        if (verdict.summary != Summary::valid) state.SkipWithError("the code must be valid");
        benchmark::DoNotOptimize(verdict);
    }
}

void hcert(benchmark::State& state) {
    const Issuer issuer = issuer_with(Algorithm::es256);
    inspect_and_judge(state, code_for(issuer), bundle_of({issuer.signer}));
}
BENCHMARK(hcert);

void health_card(benchmark::State& state) {
    const Issuer issuer = card_issuer();
    inspect_and_judge(state, card_code(issuer), bundle_of({issuer.signer}));
}
BENCHMARK(health_card);

void seal(benchmark::State& state) {
    const Nation nation = state_with();
    inspect_and_judge(state, seal_for(nation).dump(), bundle_of({nation.authority}));
}
BENCHMARK(seal);

}  // namespace
}  // namespace lachan::certificate

BENCHMARK_MAIN();
