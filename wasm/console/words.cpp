#include "words.h"

#include <cmath>
#include <cstdio>

#include "kernel/time.h"

namespace lachan::console {

std::string number_text(const Shown& shown, double value, int decimals) {
    if (std::isnan(value)) return "–";
    char digits[64];
    std::snprintf(digits, sizeof digits, "%.*f", decimals, std::abs(value));
    std::string whole = digits, part;
    if (const auto point = whole.find('.'); point != std::string::npos) {
        part = shown.word(Word::number_point) + whole.substr(point + 1);
        whole.resize(point);
    }
    for (std::size_t at = whole.size(); at > 3;) {
        at -= 3;
        whole.insert(at, shown.word(Word::number_group));
    }
    return (value < 0 ? "-" : "") + whole + part;
}

std::string day_text(std::int32_t day) {
    const std::string iso = to_string(Day{day});  // YYYY-MM-DD
    return iso.substr(8, 2) + '/' + iso.substr(5, 2) + '/' + iso.substr(0, 4);
}

std::string short_day_text(std::int32_t day) { return day_text(day).substr(0, 5); }

std::string filled(std::string text, std::initializer_list<std::pair<const char*, std::string>> values) {
    for (const auto& [name, value] : values) {
        const std::string mark = std::string("{") + name + '}';
        if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace lachan::console
