// What parse_json accepts has one canonical form, and that form is read back as the same value; where it says that an
// object was sent in that form, its text is that.

#include <cstdlib>

#include "kernel/canonical_texts.h"
#include "kernel/text.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    lachan::CanonicalTexts texts(2);
    const auto read = lachan::parse_json(text, {}, texts);
    if (!read) return 0;
    if (read->is_object()) {
        for (const auto& member : read->items()) {
            const std::string_view sent = texts.of(member.value());
            if (!sent.empty() && sent != lachan::canonical(member.value())) std::abort();
        }
    }
    const std::string once = lachan::canonical(*read);
    const auto again = lachan::parse_json(once);
    if (!again || *again != *read || lachan::canonical(*again) != once) std::abort();
    return 0;
}
