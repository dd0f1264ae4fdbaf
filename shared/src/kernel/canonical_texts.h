#pragma once

#include <string_view>
#include <unordered_map>

#include "kernel/json.h"

namespace lachan {

/// Which objects of a document were sent in canonical form, and their text: what is hashed need not be written anew.
/// Filled by `parse_json` for the objects that are members of objects at one depth (the document's own object has depth
/// 1). An answer holds while the text and the document live and nothing in the document is replaced; moving the whole
/// document is no harm.
class CanonicalTexts {
public:
    explicit CanonicalTexts(int depth) : depth_(depth) {}
    int depth() const { return depth_; }
    /// The text of `object` in the document, equal to `canonical(object)`; "" when it was sent in another form.
    std::string_view of(const Json& object) const;
    void add(const Json& object, std::string_view text) { texts_.emplace(&object, text); }

private:
    int depth_;
    std::unordered_map<const Json*, std::string_view> texts_;
};

/// As `parse_json(text, limits)`; fills `texts` besides.
Result<Json> parse_json(std::string_view text, JsonLimits limits, CanonicalTexts& texts);

}  // namespace lachan
