// Levels of every commune of build/assets/units.txt by the rule packs that are carried: the core's assessment alone, and with reading the
// figures; and one commune refreshed with the units above it. tests/bench/levels runs it beside the same in wasm.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "riskmap/workshop.h"

namespace lachan::riskmap {
namespace {

const Units& units() {
    static const Units kUnits = [] {
        std::ifstream file(LACHAN_SOURCE_ROOT "/build/assets/units.txt", std::ios::binary);
        auto read = Units::parse(std::string(std::istreambuf_iterator<char>(file), {}));
        if (!read) std::abort();
        return std::move(*read);
    }();
    return kUnits;
}

const Day kDay = Day::parse("2021-11-02").value();

Country empty_country() { return Country(units(), kNation, kDay); }

std::string days(std::mt19937& random, unsigned most) {
    std::string out;
    for (int i = 0; i < 14; ++i) out += (i > 0 ? "," : "") + std::to_string(random() % most);
    return out;
}

const std::string& lines() {
    static const std::string kLines = [] {
        std::mt19937 random(20'211'012);
        std::string out;
        for (const Place& place : empty_country().places) {
            if (place.level != 3) continue;
            const auto add = [&](const char* measure, const char* from, const std::string& values) {
                out += place.code + '|' + measure + "|national|" + from + '|' + values + '\n';
            };
            add("cases", "2021-10-20", days(random, 4));
            add("population", "2020-01-01", std::to_string(3'000 + random() % 20'000));
            add("tests", "2021-10-20", days(random, 200));
            add("positives", "2021-10-20", days(random, 4));
            add("admissions", "2021-10-27", days(random, 2));
            for (const char* share : {"adultsDosed", "over50Full", "bedShare"}) add(share, "2021-11-01", std::to_string(random() % 10'001));
            for (const char* flag : {"sourceUnknown", "sourceUnclear", "crowdedPlace"}) add(flag, "2021-11-01", std::to_string(random() % 2));
        }
        return out;
    }();
    return kLines;
}

Country filled() {
    Country country = empty_country();
    if (!add_figures(country, lines())) std::abort();
    settle_people(country, units(), kDay);
    return country;
}

void assess_all_packs(benchmark::State& state) {
    const Country country = filled();
    for (auto _ : state) {
        Numbers numbers(country, kDay);
        for (const Pack& pack : reference().packs) benchmark::DoNotOptimize(Assessment(pack, numbers));
    }
    state.counters["units"] = static_cast<double>(country.places.size());
    state.counters["packs"] = static_cast<double>(reference().packs.size());
}
BENCHMARK(assess_all_packs)->Unit(benchmark::kMillisecond);

void read_and_assess_all_packs(benchmark::State& state) {
    for (auto _ : state) {
        const Country country = filled();
        Numbers numbers(country, kDay);
        for (const Pack& pack : reference().packs) benchmark::DoNotOptimize(Assessment(pack, numbers));
    }
}
BENCHMARK(read_and_assess_all_packs)->Unit(benchmark::kMillisecond);

void refresh_one_commune(benchmark::State& state) {
    const Country country = filled();
    Assessment assessment(*reference().pack_named("risk-1"), country, kDay);
    int at = static_cast<int>(country.places.size()) - 1;
    for (auto _ : state) benchmark::DoNotOptimize(assessment.refresh(at));
}
BENCHMARK(refresh_one_commune)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace lachan::riskmap

BENCHMARK_MAIN();
