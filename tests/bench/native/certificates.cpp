// Certificates natively: full text of a code to verdict, one core and all cores, beside OpenSSL's own rate on the same signatures.
//   bench_certificates LIST CODES [--seconds N]      prints one line of JSON

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "certificate/verdict.h"
#include "prove.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

std::string content_of(const char* file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// How often a second `step` runs, measured over `seconds`.
template <class Step>
double rate_of(double seconds, Step step) {
    const auto begin = std::chrono::steady_clock::now();
    std::size_t done = 0;
    double passed = 0;
    while (passed < seconds) {
        for (int i = 0; i < 32; ++i) step(done++);
        passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    return static_cast<double>(done) / passed;
}

}  // namespace

int main(int count, char** values) {
    if (count != 3 && count != 4) {
        std::fprintf(stderr, "usage: bench_certificates LIST CODES [SECONDS]\n");
        return 2;
    }
    const auto list = TrustBundle::parse(content_of(values[1]));
    std::ifstream in(values[2]);
    std::vector<std::string> codes;
    for (std::string line; std::getline(in, line);) codes.push_back(line);
    const double seconds = count == 4 ? std::atof(values[3]) : 2;
    if (!list || codes.empty()) {
        std::fprintf(stderr, "bench_certificates: no list or no codes\n");
        return 1;
    }
    const Knowledge known{&*list};
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const Instant now{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
    std::vector<Inspection> inspections;
    for (const std::string& code : codes) inspections.push_back(inspect(code, known));
    Prover prover;
    std::size_t valid = 0;
    const auto verify = [&](Prover& with, std::size_t i) {
        const Inspection inspection = inspect(codes[i % codes.size()], known);
        return judge(inspection, with.prove(inspection.checks), now, known).summary == Summary::valid;
    };
    for (std::size_t i = 0; i < codes.size(); ++i) valid += verify(prover, i) ? 1 : 0;
    if (valid != codes.size()) {
        std::fprintf(stderr, "bench_certificates: %zu of %zu codes are valid\n", valid, codes.size());
        return 1;
    }
    const double whole = rate_of(seconds, [&](std::size_t i) { verify(prover, i); });
    const double openssl = rate_of(seconds, [&](std::size_t i) { prover.prove(inspections[i % codes.size()].checks); });
    const double core = rate_of(seconds, [&](std::size_t i) {
        const Inspection inspection = inspect(codes[i % codes.size()], known);
        static_cast<void>(judge(inspection, std::vector<Answer>(inspection.checks.size(), Answer::valid), now, known));
    });
    std::atomic<int> all{0};
    std::vector<std::thread> threads;
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < cores; ++i) {
        threads.emplace_back([&] {
            Prover own;
            all += static_cast<int>(rate_of(seconds, [&](std::size_t at) { verify(own, at); }));
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::printf("{\"perCore\":%.0f,\"openssl\":%.0f,\"coreAlone\":%.0f,\"allCores\":%d,\"cores\":%u}\n", whole, openssl, core, all.load(), cores);
    return 0;
}
