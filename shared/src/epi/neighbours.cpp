#include "epi/neighbours.h"

#include <algorithm>
#include <string>

#include "epi/table.h"

namespace lachan::epi {

Neighbours nearest_neighbours(const Places& places, std::size_t count) {
    Neighbours all(places.size());
    double reach = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        std::size_t seen = 0;
        auto order = places.nearest(i, reach, [&](std::uint32_t row) { return row != i && ++seen > count; });
        std::erase(order, static_cast<std::uint32_t>(i));  // it is not there where enough others stand on its spot
        std::sort(order.begin(), order.end());
        all[i] = std::move(order);
    }
    return all;
}

Result<Neighbours> read_neighbours(std::string_view csv, std::size_t units) {
    const Table table = TRY(read_table(csv));
    auto from = table.find({"from"});
    auto to = table.find({"to"});
    if (table.names.empty() && table.width() == 2) {
        from = 0;
        to = 1;
    }
    if (!from || !to) return Error{Errc::malformed, "epi.column", "columns from and to are expected"};
    const auto first = TRY(table.numbers(*from));
    const auto second = TRY(table.numbers(*to));
    const auto is_row = [&](double value) {
        return value >= 1 && value <= static_cast<double>(units) && value == static_cast<double>(static_cast<std::uint32_t>(value));
    };
    Neighbours all(units);
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (!is_row(first[i]) || !is_row(second[i]) || first[i] == second[i]) {
            return Error{Errc::malformed, "epi.neighbours",
                         "line " + std::to_string(table.lines[i]) + ": two different rows from 1 to " + std::to_string(units) + " are expected"};
        }
        all[static_cast<std::size_t>(first[i]) - 1].push_back(static_cast<std::uint32_t>(second[i]) - 1);
    }
    for (auto& rows : all) {
        std::sort(rows.begin(), rows.end());
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    }
    return all;
}

}  // namespace lachan::epi
