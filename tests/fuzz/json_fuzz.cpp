// What parse_json accepts has one canonical form, and that form is read back as the same value.

#include <cstdlib>

#include "kernel/json.h"
#include "kernel/text.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = lachan::parse_json(text);
    if (!read) return 0;
    const std::string once = lachan::canonical(*read);
    const auto again = lachan::parse_json(once);
    if (!again || *again != *read || lachan::canonical(*again) != once) std::abort();
    return 0;
}
