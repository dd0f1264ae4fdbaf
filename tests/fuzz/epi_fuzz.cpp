// A table from bytes, and each operation on it: they end, fail by a rule of their own, and write what they can read.

#include <algorithm>
#include <cstdlib>
#include <string>

#include "epi/operations.h"
#include "epi/table.h"
#include "kernel/text.h"

namespace {

using lachan::Json;
namespace epi = lachan::epi;

/// The first letter chooses the operation; a second table stands behind the first bar.
Json request_of(char letter, const std::string& first, const std::string& second, std::string& operation) {
    switch (letter) {
        case 'r': operation = "rt"; return {{"incidence", first}, {"siMean", 5.2}, {"siSd", 1.7}, {"window", 3}};
        case 'R': operation = "rt"; return {{"incidence", first}, {"interval", second}, {"probabilities", {1e-9, 0.5}}};
        case 'c': operation = "cohort"; return {{"incidence", first}, {"interval", second}, {"window", 2}};
        case 's': operation = "smooth"; return {{"units", first}, {"neighbours", second}};
        case 'h': operation = "hotspots"; return {{"units", first}, {"nearest", 2}, {"distance", "great-circle"}};
        case 'e': operation = "ears"; return {{"series", first}, {"method", "C3"}};
        case 'f': operation = "farrington"; return {{"series", first}, {"period", 6}, {"years", 3}, {"halfWindow", 1}};
        case 'n': operation = "nowcast"; return {{"reports", first}, {"longest", 5}};
        case 'p': operation = "space-time"; return {{"units", first}, {"events", second}, {"longest", 2}, {"replicates", 0}};
        default: operation = "scan"; return {{"units", first}, {"maxPopulation", 0.4}, {"replicates", 0}};
    }
}

void check_numbers(const std::string& text) {
    const auto table = epi::read_table(text);
    if (!table) {
        if (text.find('\n') + 1 != text.size()) std::abort();  // not only names
        return;
    }
    for (const auto& row : table->rows) {
        for (const std::string& cell : row) {
            const auto value = epi::number_in(cell);
            if (!value) continue;
            std::string again;
            epi::append_number(again, *value);
            if (epi::number_in(again) != value) std::abort();
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (text.empty()) return 0;
    const std::size_t bar = std::min(text.find('|'), text.size());
    const std::string first = text.substr(1, bar == 0 ? 0 : bar - 1);
    const std::string second = bar < text.size() ? text.substr(bar + 1) : "";
    if (const auto table = epi::read_table(first)) {
        for (const auto& row : table->rows) {
            if (row.size() != table->width()) std::abort();
        }
    }
    std::string operation;
    const Json request = request_of(text[0], first, second, operation);
    const auto answer = epi::answer(operation, request);
    if (!answer) {
        const lachan::Error& error = answer.error();
        if (error.rule.rfind("epi.", 0) != 0 || error.detail.empty() || !lachan::is_utf8(error.detail)) std::abort();
        return 0;
    }
    if (operation == "scan" || operation == "space-time") {
        if (!lachan::parse_json(*answer, {1 << 26, 8, true})) std::abort();
    } else {
        check_numbers(*answer);
    }
    if (operation != "scan") return 0;
    const auto task = epi::ScanTask::read(request);
    if (!task) std::abort();
    if (task->scan.total_cases() > 2000) return 0;
    const auto maxima = task->scan.maxima(7, 0, 9);
    if (maxima[8] != task->scan.maxima(7, 8, 9)[0]) std::abort();
    return 0;
}
