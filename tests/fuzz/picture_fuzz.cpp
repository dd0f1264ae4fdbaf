// Pictures from outside, as lachan-verify reads them: PNG, JPEG, the pages of a PDF, and the codes in them. No crash, nothing beyond the
// limits, and a refusal says why.

#include <poppler-global.h>

#include <cstdint>
#include <cstdlib>

#include "verify/picture.h"

namespace {

using namespace lachan;
using namespace lachan::verify;

/// The search tries many preparations of a picture in which it sees nothing: in a large one that is seconds, and no other way.
constexpr std::size_t kMostSearched = 160 * 160;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto pictures = read_pictures({data, size});
    if (!pictures) {
        require(!pictures.error().detail.empty() && pictures.error().rule.starts_with("picture."));
        return 0;
    }
    for (const Picture& picture : *pictures) {
        const auto area = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
        require(picture.width > 0 && picture.height > 0 && picture.grey.size() == area && area <= static_cast<std::size_t>(kMostPixels));
        if (area <= kMostSearched) require(codes_in(picture).size() <= kMostCodes + 1);
    }
    return 0;
}
