#pragma once

#include <functional>
#include <string>

namespace lachan::forge {

/// Takes one forged row. `summary` "" promises only that it is not valid; `reason` is a reason or a warning that must be given, "" names none.
using Tell = std::function<void(const std::string& defect, std::string text, const char* summary, const char* reason)>;

}  // namespace lachan::forge
