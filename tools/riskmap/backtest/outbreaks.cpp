#include "backtest/outbreaks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "epi/random.h"

namespace lachan::backtest {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int kWeek = 7;
constexpr int kWeeksBefore = 3;

int sum_of(const std::vector<int>& cases, int from, int to) {
    int all = 0;
    for (int at = std::max(from, 0); at <= to && at < static_cast<int>(cases.size()); ++at) all += cases[static_cast<std::size_t>(at)];
    return all;
}

int week_ending(const std::vector<int>& cases, int day) { return sum_of(cases, day - kWeek + 1, day); }

/// Mean of a week over the three weeks before the day, or over the days there are.
double week_before(const std::vector<int>& cases, int day) {
    const int days = std::min(day, kWeek * kWeeksBefore);
    return days == 0 ? 0 : static_cast<double>(sum_of(cases, day - days, day - 1)) * kWeek / days;
}

/// The last day of an episode in which seven days held `least` by `reached`.
int end_of(const std::vector<int>& cases, int reached, int least) {
    int most = 0;
    int day = reached;
    for (; day < static_cast<int>(cases.size()); ++day) {
        const int week = week_ending(cases, day);
        most = std::max(most, week);
        if (week < least || 2 * week < most) break;
    }
    return day - 1;
}

double median_and_quartiles(std::vector<double>& values, double& low, double& high) {
    std::sort(values.begin(), values.end());
    low = quantile(values, 0.25);
    high = quantile(values, 0.75);
    return quantile(values, 0.5);
}

Estimate estimate(double value, std::vector<double>& draws) {
    draws.erase(std::remove_if(draws.begin(), draws.end(), [](double one) { return std::isnan(one); }), draws.end());
    std::sort(draws.begin(), draws.end());
    return {value, quantile(draws, 0.025), quantile(draws, 0.975)};
}

/// What one province adds to every figure.
struct Part {
    std::vector<double> leads, delays;
    std::int64_t outbreaks = 0, timely = 0, alarms = 0, days = 0;
};

}  // namespace

double quantile(const std::vector<double>& ordered, double p) {
    if (ordered.empty()) return kUnknown;
    const double at = p * static_cast<double>(ordered.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const auto above = std::min(below + 1, ordered.size() - 1);
    return ordered[below] + (at - static_cast<double>(below)) * (ordered[above] - ordered[below]);
}

Truth outbreaks_of(const Panel& panel, const Terms& terms) {
    Truth truth;
    truth.is_excused.assign(panel.size(), std::vector<char>(static_cast<std::size_t>(panel.days), 0));
    for (std::uint32_t unit = 0; unit < panel.size(); ++unit) {
        const std::vector<int>& cases = panel.units[unit].cases;
        const auto excuse = [&](int from, int to) {
            for (int day = std::max(from, 0); day <= std::min(to, panel.days - 1); ++day) truth.is_excused[unit][static_cast<std::size_t>(day)] = 1;
        };
        excuse(0, terms.warm_up - 1);
        excuse(panel.days - terms.after, panel.days - 1);
        int day = terms.warm_up;
        // What goes on when judging begins is no false alarm, and no outbreak whose onset is known.
        if (day > 0 && week_ending(cases, day - 1) >= terms.least) {
            const int end = end_of(cases, day - 1, terms.least);
            excuse(0, end + terms.after);
            day = end + 1;
        }
        for (; day + kWeek <= panel.days; ++day) {
            const int week = sum_of(cases, day, day + kWeek - 1);
            if (week < terms.least || week < terms.growth * week_before(cases, day)) continue;
            Outbreak one;
            one.unit = unit;
            one.onset = day;
            while (cases[static_cast<std::size_t>(one.onset)] == 0) ++one.onset;
            one.reached = one.onset;
            while (week_ending(cases, one.reached) < terms.least) ++one.reached;
            one.end = end_of(cases, one.reached, terms.least);
            excuse(one.onset - terms.early, one.end + terms.after);
            truth.outbreaks.push_back(one);
            day = one.end;
        }
    }
    return truth;
}

int first_flag(const Flags& flags, const Outbreak& outbreak, const Terms& terms) {
    const std::vector<Flag>& own = flags[outbreak.unit];
    for (int day = std::max(outbreak.onset - terms.early, 0); day <= outbreak.end; ++day) {
        if (own[static_cast<std::size_t>(day)] == Flag::yes) return day;
    }
    return kNever;
}

FalseAlarms false_alarms_of(const std::vector<Flag>& flags, const std::vector<char>& is_excused, const Terms& terms) {
    FalseAlarms found;
    const int days = static_cast<int>(flags.size());
    for (const char excused : is_excused) found.days += excused == 0;
    int last = -terms.pause - 1;  // flagged day of the alarm that goes on
    bool is_false = false;
    for (int day = 0; day < days; ++day) {
        if (flags[static_cast<std::size_t>(day)] != Flag::yes) continue;
        const bool excused = is_excused[static_cast<std::size_t>(day)] != 0;
        if (day - last > terms.pause) {
            found.alarms += is_false;
            is_false = !excused;
        } else if (excused) {
            is_false = false;
        }
        last = day;
    }
    found.alarms += is_false;
    return found;
}

Score score(const Panel& panel, const Truth& truth, const Flags& flags, const Flags& reference, const Terms& terms, const Chance& chance) {
    Score out;
    std::uint32_t groups = 0;
    for (const Panel::Unit& unit : panel.units) groups = std::max(groups, unit.group + 1);
    std::vector<Part> parts(groups);
    std::int64_t known = 0, asked = 0;
    for (std::uint32_t unit = 0; unit < panel.size(); ++unit) {
        const FalseAlarms found = false_alarms_of(flags[unit], truth.is_excused[unit], terms);
        parts[panel.units[unit].group].alarms += found.alarms;
        parts[panel.units[unit].group].days += found.days;
        for (int day = terms.warm_up; day < panel.days; ++day) {
            ++asked;
            known += flags[unit][static_cast<std::size_t>(day)] != Flag::unknown;
        }
    }
    out.known = asked == 0 ? kUnknown : static_cast<double>(known) / static_cast<double>(asked);
    for (const Outbreak& outbreak : truth.outbreaks) {
        Part& part = parts[panel.units[outbreak.unit].group];
        const int own = first_flag(flags, outbreak, terms);
        const int other = first_flag(reference, outbreak, terms);
        ++part.outbreaks;
        ++out.outbreaks;
        if (own == kNever) continue;
        ++out.detected;
        part.timely += own <= outbreak.reached;
        part.delays.push_back(own - outbreak.onset);
        if (other == kNever) {
            ++out.alone;
            continue;
        }
        ++out.both;
        part.leads.push_back(other - own);
        ++(own < other ? out.earlier : own == other ? out.same : out.later);
    }

    std::vector<double> draws[5];
    const auto gather = [&](auto&& chosen, bool is_whole) {
        Part all;
        for (const std::size_t at : chosen) {
            const Part& part = parts[at];
            all.leads.insert(all.leads.end(), part.leads.begin(), part.leads.end());
            all.delays.insert(all.delays.end(), part.delays.begin(), part.delays.end());
            all.outbreaks += part.outbreaks;
            all.timely += part.timely;
            all.alarms += part.alarms;
            all.days += part.days;
        }
        const auto over = [](double a, double b) { return b > 0 ? a / b : kUnknown; };
        double low = 0, high = 0;
        const double lead = median_and_quartiles(all.leads, low, high);
        if (is_whole) out.lead_25 = low, out.lead_75 = high;
        const double delay = median_and_quartiles(all.delays, low, high);
        if (is_whole) out.delay_25 = low, out.delay_75 = high;
        const double weeks = static_cast<double>(all.days) / kWeek;
        const double figures[] = {lead, delay, over(static_cast<double>(all.delays.size()), static_cast<double>(all.outbreaks)),
                                  over(static_cast<double>(all.timely), static_cast<double>(all.outbreaks)),
                                  over(static_cast<double>(all.alarms), weeks)};
        if (!is_whole) {
            for (std::size_t i = 0; i < 5; ++i) draws[i].push_back(figures[i]);
            return;
        }
        out.false_alarms = all.alarms;
        out.unit_weeks = weeks;
        Estimate* const to[] = {&out.lead, &out.delay, &out.share, &out.timely, &out.false_rate};
        for (std::size_t i = 0; i < 5; ++i) *to[i] = estimate(figures[i], draws[i]);
    };
    std::vector<std::size_t> chosen(groups);
    for (std::uint32_t replicate = 0; replicate < chance.replicates; ++replicate) {
        epi::Random random(chance.seed, replicate);
        for (std::size_t& at : chosen) at = random.below(groups);
        gather(chosen, false);
    }
    for (std::size_t i = 0; i < groups; ++i) chosen[i] = i;
    gather(chosen, true);
    return out;
}

}  // namespace lachan::backtest
