#include "epi/space_time.h"

#include <algorithm>
#include <string>

#include "epi/elementary.h"
#include "epi/random.h"

namespace lachan::epi {
namespace {

Error wrong(const std::string& what) { return Error{Errc::malformed, "epi.scan", what}; }

double ratio(double cases, double expected, double all) {
    if (cases < 2 || !(cases > expected)) return 0;
    const double outside = all - cases;
    return cases * natural_log(cases / expected) + (outside > 0 ? outside * natural_log(outside / (all - expected)) : 0);
}

}  // namespace

struct SpaceTimeScan::Best {
    std::size_t centre = 0;
    std::size_t length = 0;  ///< units with cases
    std::size_t days = 0;
    std::int32_t cases = 0;
    double expected = 0;
    double llr = 0;
};

Result<SpaceTimeScan> SpaceTimeScan::make(std::span<const double> x, std::span<const double> y, std::size_t days, std::vector<CaseOnDay> cases,
                                          const SpaceTimeOptions& options) {
    if (days < 2 || days > 100'000) return wrong("from 2 to 100000 days");
    if (options.longest < 1 || options.longest >= days) return wrong("a cylinder is shorter than the whole time");
    if (!(options.max_cases > 0) || !(options.max_cases <= 1)) return wrong("the largest share of cases is above 0 and up to 1");
    SpaceTimeScan scan;
    scan.places_ = TRY(Places::make(x, y, options.distance));
    scan.options_ = options;
    scan.days_ = days;
    std::vector<double> of_unit(x.size(), 0.0);
    std::vector<double> of_day(days, 0.0);
    double total = 0;
    for (const CaseOnDay& one : cases) {
        if (one.unit >= x.size() || one.day >= days || one.cases < 0) return wrong("a unit, day or number of cases that cannot be");
        of_unit[one.unit] += one.cases;
        of_day[one.day] += one.cases;
        total += one.cases;
    }
    if (total < 2 || total > 50'000'000) return wrong("from 2 to 50000000 cases");
    scan.total_ = static_cast<std::int32_t>(total);
    std::vector<std::uint32_t> place(x.size(), 0);
    for (std::uint32_t row = 0; row < x.size(); ++row) {
        if (of_unit[row] == 0) continue;
        place[row] = static_cast<std::uint32_t>(scan.rows_.size());
        scan.rows_.push_back(row);
        scan.unit_cases_.push_back(of_unit[row]);
    }
    double sum = 0;
    for (std::size_t back = 1; back <= options.longest; ++back) scan.last_days_.push_back(sum += of_day[days - back]);
    for (const CaseOnDay& one : cases) {
        scan.case_unit_.insert(scan.case_unit_.end(), static_cast<std::size_t>(one.cases), place[one.unit]);
        scan.case_day_.insert(scan.case_day_.end(), static_cast<std::size_t>(one.cases), one.day);
    }
    double reach = 0;
    for (const std::uint32_t row : scan.rows_) {
        double inside = 0;
        std::vector<std::uint32_t> order;
        const auto around = scan.places_.nearest(row, reach, [&](std::uint32_t other) {
            inside += of_unit[other];
            return inside > options.max_cases * total;
        });
        for (const std::uint32_t other : around) {
            if (of_unit[other] > 0) order.push_back(place[other]);
        }
        scan.order_.push_back(std::move(order));
    }
    return scan;
}

std::vector<std::int32_t> SpaceTimeScan::recent_of(std::span<const std::uint32_t> days) const {
    std::vector<std::int32_t> recent(rows_.size() * options_.longest, 0);
    for (std::size_t i = 0; i < days.size(); ++i) {
        const std::size_t back = days_ - 1 - days[i];
        if (back < options_.longest) ++recent[case_unit_[i] * options_.longest + back];
    }
    return recent;
}

SpaceTimeScan::Best SpaceTimeScan::best_around(std::size_t centre, std::span<const std::int32_t> recent, const std::vector<char>* is_taken) const {
    Best best;
    best.centre = centre;
    const std::size_t longest = options_.longest;
    std::vector<std::int32_t> by_day(longest, 0);
    double inside = 0;
    std::size_t length = 0;
    for (const std::uint32_t unit : order_[centre]) {
        if (is_taken != nullptr && (*is_taken)[unit]) break;
        ++length;
        inside += unit_cases_[unit];
        const auto here = recent.subspan(unit * longest, longest);
        bool adds = false;
        for (std::size_t back = 0; back < longest; ++back) {
            by_day[back] += here[back];
            adds = adds || here[back] != 0;
        }
        if (!adds) continue;  // more expected and not a case more: the ratio falls
        std::int32_t cases = 0;
        for (std::size_t back = 0; back < longest; ++back) {
            cases += by_day[back];
            const double expected = inside * last_days_[back] / total_;
            const double llr = ratio(cases, expected, total_);
            if (llr > best.llr) best = {centre, length, back + 1, cases, expected, llr};
        }
    }
    return best;
}

std::vector<Cylinder> SpaceTimeScan::cylinders(std::span<const double> maxima) const {
    const auto recent = recent_of(case_day_);
    std::vector<char> is_taken(rows_.size(), 0);
    std::vector<Best> candidates;
    for (std::size_t centre = 0; centre < rows_.size(); ++centre) candidates.push_back(best_around(centre, recent, &is_taken));
    std::vector<Cylinder> found;
    for (;;) {
        const auto top = std::max_element(candidates.begin(), candidates.end(), [](const Best& a, const Best& b) { return a.llr < b.llr; });
        if (!(top->llr > 0)) return found;
        Cylinder one;
        one.centre = rows_[top->centre];
        one.first_day = static_cast<std::uint32_t>(days_ - top->days);
        one.cases = top->cases;
        one.expected = top->expected;
        one.llr = top->llr;
        const std::uint32_t last = rows_[order_[top->centre][top->length - 1]];
        bool is_over = false;
        double reach = 0;
        one.members = places_.nearest(one.centre, reach, [&](std::uint32_t row) {
            const bool ends = is_over;
            is_over = row == last;
            return ends;
        });
        const auto reaching = std::count_if(maxima.begin(), maxima.end(), [&](double maximum) { return maximum >= one.llr; });
        one.p = static_cast<double>(1 + reaching) / static_cast<double>(1 + maxima.size());
        found.push_back(std::move(one));
        for (std::size_t i = 0; i < top->length; ++i) is_taken[order_[top->centre][i]] = 1;
        for (Best& candidate : candidates) {
            const auto& order = order_[candidate.centre];
            const bool is_hit = std::any_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(candidate.length), [&](std::uint32_t unit) { return is_taken[unit] != 0; });
            if (is_hit) candidate = best_around(candidate.centre, recent, &is_taken);
        }
    }
}

std::vector<double> SpaceTimeScan::maxima(std::uint64_t seed, std::uint32_t from, std::uint32_t to) const {
    std::vector<double> found;
    for (std::uint32_t replicate = from; replicate < to; ++replicate) {
        Random random(seed, replicate);
        std::vector<std::uint32_t> days = case_day_;
        for (std::size_t left = days.size(); left > 1; --left) std::swap(days[left - 1], days[random.below(left)]);
        const auto recent = recent_of(days);
        double maximum = 0;
        for (std::size_t centre = 0; centre < rows_.size(); ++centre) maximum = std::max(maximum, best_around(centre, recent, nullptr).llr);
        found.push_back(maximum);
    }
    return found;
}

}  // namespace lachan::epi
