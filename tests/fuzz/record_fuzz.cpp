// Envelopes and receipts from the network: an accepted envelope is written back as it came, and nothing crashes.

#include <cstdlib>

#include "kernel/receipt.h"
#include "kernel/record.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto json = lachan::parse_json({reinterpret_cast<const char*>(data), size});
    if (!json) return 0;
    const auto record = lachan::read_envelope(*json);
    if (record.has_value() != lachan::check_envelope(*json).empty()) std::abort();
    if (record && lachan::write_envelope(*record) != *json) std::abort();
    const auto receipt = lachan::read_receipt(*json);
    if (receipt && receipt->head.root.empty()) std::abort();
    return 0;
}
