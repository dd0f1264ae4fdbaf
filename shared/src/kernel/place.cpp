#include "kernel/place.h"

#include <algorithm>

#include "kernel/text.h"

namespace lachan {

std::string place_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t line_begin = before.rfind('\n') + 1;  // 0 in the first line
    return "line " + std::to_string(std::count(before.begin(), before.end(), '\n') + 1) + ", column " +
           std::to_string(code_points(before.substr(line_begin)) + 1);
}

std::size_t line_without_utf8(std::string_view text) {
    // No letter has the byte of a line feed in it: each line can be asked by itself.
    std::size_t line = 1;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos && is_utf8(text.substr(0, end)); end = text.find('\n')) {
        text.remove_prefix(end + 1);
        ++line;
    }
    return line;
}

}  // namespace lachan
