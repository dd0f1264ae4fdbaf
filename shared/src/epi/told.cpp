#include "epi/told.h"

#include "epi/windows.h"

namespace lachan::epi {

std::vector<Told> told_last(std::span<const double> line, std::size_t window) {
    std::vector<Told> out(line.size());
    std::size_t last = line.size();  // none yet
    for (std::size_t day = 0; day < line.size(); ++day) {
        if (line[day] >= 0) last = day;
        if (last <= day && day - last < window) out[day] = {line[last], static_cast<double>(last)};
    }
    return out;
}

std::vector<ToldShare> told_shares(std::span<const double> parts, std::span<const double> wholes, std::size_t window, std::size_t whole_window) {
    const std::vector<Told> all = told_last(wholes, whole_window);
    std::vector<ToldShare> out;
    out.reserve(parts.size());
    for (const Told& part : told_last(parts, window)) {
        ToldShare& one = out.emplace_back();
        one.part = part;
        if (!(part.day >= 0)) continue;
        one.whole = all[static_cast<std::size_t>(part.day)].value;
        one.share = share_of(part.value, one.whole).value;
    }
    return out;
}

}  // namespace lachan::epi
