// Every operation of the verifier with any request: always an answer in JSON, never a crash. The first byte picks the operation.

#include <cstdlib>
#include <vector>

#include "core/verifier.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> list;
        for (const auto table : {lachan::verify_operations(), lachan::rules_operations(), lachan::trust_operations()}) {
            for (const lachan::VerifierOperation& operation : table) list.push_back(operation.name);
        }
        return list;
    }();
    // A new one each time: what an input loaded would change what all later ones mean.
    lachan::Verifier verifier;
    std::string reply;
    verifier.call(names[data[0] % names.size()], {reinterpret_cast<const char*>(data) + 1, size - 1}, reply);
    if (!lachan::Json::accept(reply)) std::abort();
    return 0;
}
