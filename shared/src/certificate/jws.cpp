#include "certificate/jws.h"

#include <utility>

namespace lachan::certificate {
namespace {

constexpr JsonLimits kHeaderLimits{8 * 1024, 4};

Error malformed(const char* detail) { return Error{Errc::malformed, "jws", detail}; }

}  // namespace

Result<Jws> read_jws(std::string_view text) {
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos) return malformed("not three parts");
    auto header = from_base64url(text.substr(0, first));
    auto payload = from_base64url(text.substr(first + 1, second - first - 1));
    auto signature = from_base64url(text.substr(second + 1));
    if (!header || !payload || !signature) return malformed("a part is no base64url");
    auto fields =
        parse_json(std::string_view(reinterpret_cast<const char*>(header->data()), header->size()), kHeaderLimits);
    if (!fields || !fields->is_object()) return malformed("the header is no JSON object");
    return Jws{std::move(*fields), std::string(text.substr(0, second)), std::move(*payload), std::move(*signature)};
}

}  // namespace lachan::certificate
