#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernel/result.h"
#include "riskmap/assess.h"

namespace lachan::backtest {

/// The units of one level with what every method needs: cases of each day, people, a place. Those that lack one of them are left out.
struct Panel {
    int level = 1;  ///< 1 province, 2 district
    Day first;
    int days = 0;
    struct Unit {
        std::string code;
        std::string name;
        int place = 0;           ///< in the country
        std::uint32_t group = 0; ///< its province, for the bootstrap
        double people = 0;
        double x = 0, y = 0;     ///< degrees
        std::vector<int> cases;  ///< of each day
        std::vector<double> before;  ///< weekly sums before the first day, the last week last: history for methods that need years
    };
    std::vector<Unit> units;
    int without_counts = 0, without_people = 0, without_place = 0;

    std::size_t size() const { return units.size(); }
    Day day(int at) const { return first + at; }
};

/// What can be known on a day: counts up to it and nothing after it. All methods read through this.
class Seen {
public:
    Seen(const Panel& panel, int day) : panel_(panel), day_(day) { assert(day >= 0 && day < panel.days); }

    int day() const { return day_; }
    std::size_t size() const { return panel_.size(); }
    const Panel::Unit& unit(std::size_t at) const { return panel_.units[at]; }
    int cases(std::size_t unit, int day) const {
        assert(day <= day_);
        return panel_.units[unit].cases[static_cast<std::size_t>(day)];
    }
    /// The first `day() + 1` days of a unit.
    std::span<const int> series(std::size_t unit) const { return {panel_.units[unit].cases.data(), static_cast<std::size_t>(day_) + 1}; }
    /// Sum of the `days` days that end today, or of those there are.
    int sum(std::size_t unit, int days) const {
        int all = 0;
        for (int at = day_ < days ? 0 : day_ - days + 1; at <= day_; ++at) all += cases(unit, at);
        return all;
    }

private:
    const Panel& panel_;
    int day_;
};

}  // namespace lachan::backtest
