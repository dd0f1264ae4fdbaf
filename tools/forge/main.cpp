// lachan-forge: writes thousands of certificates, sound and otherwise, with what a verifier must say of each.

#include <cstdio>

#include "command/arguments.h"
#include "command/program.h"
#include "forging.h"

namespace {

constexpr const char* kHelp = R"(lachan-forge - makes certificates with every known defect, as cases for lachan-verify

  lachan-forge [--count N] [--seed N] > cases.jsonl        (default: 3000 rows, seed 1)
  lachan-forge --every-bit [--seed N] > cases.jsonl        (one code a family, every bit of it turned: some 85,000 rows)
  lachan-verify --cases cases.jsonl

  Families: EU certificates, health cards, ICAO seals, the WHO's forms, DIVOC credentials, our own credentials and places. Which defect of which
  family has which name: docs/CERTIFICATES-FORGED.md.
  The first line is the trust list. The same seed gives the same rows but for keys and signatures, which are made anew. A row without an expected
  summary promises one thing: it is not valid. Rows named ...-idle-bit turn a bit that says nothing, and must be valid.
  Status: 0 done, 1 it could not be made, 2 bad usage.
)";

int refuse(const lachan::Error& error) {
    std::fprintf(stderr, "lachan-forge: %s\nTry: lachan-forge --help\n", error.detail.c_str());
    return error.rule == "usage" ? 2 : 1;
}

int run(int count, char** values) {
    using namespace lachan;
    if (command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        return 0;
    }
    const auto arguments = command::read_arguments(count, values, 1, {"--every-bit"}, {"--count", "--seed"});
    if (!arguments) return refuse(arguments.error());
    if (!arguments->operands.empty()) return refuse({Errc::malformed, "usage", "no operands"});
    const auto rows = arguments->number("--count", 3000, 10'000'000);
    const auto seed = arguments->number("--seed", 1);
    if (!rows) return refuse(rows.error());
    if (!seed) return refuse(seed.error());
    if (arguments->has("--every-bit") && arguments->has("--count")) return refuse({Errc::malformed, "usage", "--every-bit makes all of them: no --count"});
    const auto trust = [](const Json& list) { std::printf("%s\n", Json{{"forgedTrust", list}}.dump().c_str()); };
    const auto row = [](const forge::Forged& forged) { std::printf("%s\n", to_json(forged).dump().c_str()); };
    const auto start = static_cast<std::uint64_t>(*seed);
    const auto done = arguments->has("--every-bit") ? forge::forge_every_bit(start, trust, row)
                                                    : forge::forge(start, static_cast<std::size_t>(*rows), trust, row);
    return done ? 0 : refuse(done.error());
}

}  // namespace

int main(int count, char** values) { return lachan::command::run_program("lachan-forge", run, count, values); }
