// Evaluations of the published rules over their published tests. tests/bench/certlogic.mjs has the rate in wasm, and a
// peer beside it.

#include "certificate/certlogic.h"

#include <benchmark/benchmark.h>

#include <map>

#include "certificate/corpus.h"
#include "certificate/rules.h"

namespace {

using lachan::Json;
namespace certificate = lachan::certificate;

struct Row {
    Json logic;
    Json data;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all = [] {
        std::vector<Row> made;
        std::map<std::string, Json> rules;
        for (const Json& row : certificate::corpus_rows("shared/business_rules.jsonl"))
            rules[row["id"].get<std::string>()] = row["rule"]["Logic"];
        const Json sets = certificate::corpus_json("shared/rule_valuesets.json");
        for (const Json& row : certificate::corpus_rows("open/rule_tests.jsonl")) {
            Json external = row["external"];
            if (external["valueSets"].contains("$ref"))
                external["valueSets"] = sets[external["valueSets"]["$ref"].get<std::string>()];
            made.push_back(
                {rules[row["rule"].get<std::string>()], {{"payload", row["payload"]}, {"external", external}}});
        }
        return made;
    }();
    return all;
}

void evaluate_published_rules(benchmark::State& state) {
    if (rows().empty()) return state.SkipWithError("no corpus");
    for (auto _ : state) {
        for (const Row& row : rows()) benchmark::DoNotOptimize(certificate::certlogic::evaluate(row.logic, row.data));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows().size()));
}
BENCHMARK(evaluate_published_rules);

}  // namespace

BENCHMARK_MAIN();
