// Text from outside, well-formed or not: normal form and folding are idempotent and never fail.

#include <cstdlib>

#include "kernel/text.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const bool well_formed = lachan::is_utf8(text);
    const std::string composed = lachan::to_nfc(text);
    const std::string folded = lachan::fold(text);
    if (!well_formed && (!composed.empty() || !folded.empty())) std::abort();
    if (!lachan::is_nfc(composed) || lachan::to_nfc(composed) != composed) std::abort();
    if (lachan::fold(folded) != folded) std::abort();
    lachan::is_name(text);
    lachan::has_control(text);
    return 0;
}
