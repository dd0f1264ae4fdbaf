#include "backtest/methods.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <numeric>
#include <thread>

#include "epi/alarms.h"
#include "epi/hotspots.h"
#include "epi/reproduction.h"
#include "epi/scan.h"
#include "epi/smoothing.h"
#include "epi/space_time.h"

namespace lachan::backtest {
namespace {

constexpr int kWeek = 7;
constexpr int kMonth = 30;          // days of a space-time scan (Kulldorff et al. 2005)
constexpr double kLeastSigma = 0.5; // of EARS, so that a week without cases does not make an alarm of any case (BioSense)
constexpr int kLeastOfRt = 11;      // cases of a window for a posterior with a coefficient of variation of 0.3 (Cori et al. 2013)
constexpr double kPer = 100'000;
constexpr std::size_t kWeeksOfYear = 52;

std::vector<Flag> all_unknown(const Seen& seen) { return std::vector<Flag>(seen.size(), Flag::unknown); }

Flag flag_if(bool raised) { return raised ? Flag::yes : Flag::no; }

/// A method that looks at each unit by itself.
std::function<std::vector<Flag>(const Seen&)> each(std::function<Flag(const Seen&, std::size_t)> one) {
    return [one = std::move(one)](const Seen& seen) {
        std::vector<Flag> flags;
        for (std::size_t unit = 0; unit < seen.size(); ++unit) flags.push_back(one(seen, unit));
        return flags;
    };
}

Method ears_method(const char* id, const char* text, epi::Ears which, double alpha) {
    return {id, text, "", each([which, alpha](const Seen& seen, std::size_t unit) {
                const auto series = seen.series(unit);
                const std::vector<double> counts(series.begin(), series.end());
                epi::EarsOptions options;
                options.alpha = alpha;
                options.min_sigma = kLeastSigma;
                const auto alarms = epi::ears(counts, which, options);
                return alarms ? flag_if(alarms->back().is_raised) : Flag::unknown;  // a baseline is not there yet
            })};
}

/// Whole weeks that end today, after the weeks of the history.
std::vector<double> weeks_of(const Seen& seen, std::size_t unit) {
    std::vector<double> weeks;
    const auto series = seen.series(unit);
    // The days of this year before the first whole week are too few for one, so they are left between the two.
    for (std::size_t at = series.size() % kWeek; at < series.size(); at += kWeek) {
        weeks.push_back(std::accumulate(series.begin() + static_cast<std::ptrdiff_t>(at), series.begin() + static_cast<std::ptrdiff_t>(at + kWeek), 0.0));
    }
    const auto& before = seen.unit(unit).before;
    weeks.insert(weeks.begin(), before.begin(), before.end());
    return weeks;
}

Method farrington_method(const Panel& panel) {
    Method method{"farrington", "Farrington 1996 on weeks that end today, alpha 0.05", "", nullptr};
    epi::FarringtonOptions options;
    const std::size_t weeks = panel.units.empty() ? 0 : panel.units[0].before.size();
    options.years = weeks < options.half_window ? 0 : std::min<std::size_t>(5, (weeks - options.half_window) / kWeeksOfYear);
    if (options.years == 0) {
        method.why_not = "needs at least one year and three weeks of counts before the series, and has " + std::to_string(weeks) + " weeks (--history)";
        return method;
    }
    method.text += ", " + std::to_string(options.years) + " year(s) of history";
    method.flags = each([options](const Seen& seen, std::size_t unit) {
        const std::vector<double> weeks_seen = weeks_of(seen, unit);
        epi::FarringtonOptions today = options;
        today.from = weeks_seen.size();
        const auto alarms = epi::farrington(weeks_seen, today);
        return alarms && std::isfinite(alarms->back().upper) ? flag_if(alarms->back().is_raised) : Flag::unknown;
    });
    return method;
}

Method rt_method(const Panel& panel, const Settings& settings) {
    Method method{"rt", "Rt (Cori) of 7 days: 2.5 % quantile above 1 with at least 11 cases", "", nullptr};
    auto interval = epi::SerialInterval::discretised(settings.si_mean, settings.si_sd, static_cast<std::size_t>(panel.days));
    if (!interval) {
        method.why_not = interval.error().detail;
        return method;
    }
    method.flags = each([interval = std::move(*interval)](const Seen& seen, std::size_t unit) {
        if (seen.sum(unit, kWeek) < kLeastOfRt) return Flag::no;
        const auto series = seen.series(unit);
        epi::Incidence incidence{{series.begin(), series.end()}, {}};
        epi::ReproductionOptions options;
        options.probabilities = {0.025};
        const auto windows = epi::reproduction(incidence, interval, options);
        if (!windows || std::isnan(windows->back().mean)) return Flag::unknown;
        return flag_if(windows->back().quantiles[0] > 1);
    });
    return method;
}

struct Columns {
    std::vector<double> x, y, people;
};

std::shared_ptr<const Columns> columns_of(const Panel& panel) {
    auto columns = std::make_shared<Columns>();
    for (const Panel::Unit& unit : panel.units) {
        columns->x.push_back(unit.x);
        columns->y.push_back(unit.y);
        columns->people.push_back(unit.people);
    }
    return columns;
}

Method scan_method(std::shared_ptr<const Columns> columns, const Settings& settings) {
    return {"scan", "spatial scan (Kulldorff, Poisson) of the last 7 days, p at most " + std::to_string(settings.cluster_p).substr(0, 4), "",
            [columns, settings](const Seen& seen) {
                epi::ScanUnits units{columns->x, columns->y, columns->people, {}};
                for (std::size_t unit = 0; unit < seen.size(); ++unit) units.cases.push_back(seen.sum(unit, kWeek));
                auto scan = epi::Scan::make(std::move(units), {settings.max_population, epi::Distance::great_circle});
                std::vector<Flag> flags(seen.size(), Flag::no);
                if (!scan) return flags;  // no cases at all
                auto clusters = scan->clusters();
                epi::rank(clusters, scan->maxima(settings.seed, 0, settings.replicates));
                for (const epi::Cluster& cluster : clusters) {
                    if (cluster.p > settings.cluster_p) break;
                    for (const std::uint32_t member : cluster.members) flags[member] = Flag::yes;
                }
                return flags;
            }};
}

Method space_time_method(std::shared_ptr<const Columns> columns, const Settings& settings) {
    return {"space-time", "space-time permutation scan of the last 30 days, cylinders up to 7 days, p at most " + std::to_string(settings.cluster_p).substr(0, 4),
            "", [columns, settings](const Seen& seen) {
                const int days = std::min(seen.day() + 1, kMonth);
                if (days <= kWeek) return all_unknown(seen);
                std::vector<epi::CaseOnDay> cases;
                for (std::uint32_t unit = 0; unit < seen.size(); ++unit) {
                    for (int at = 0; at < days; ++at) {
                        const int count = seen.cases(unit, seen.day() - days + 1 + at);
                        if (count > 0) cases.push_back({unit, static_cast<std::uint32_t>(at), count});
                    }
                }
                epi::SpaceTimeOptions options;
                options.distance = epi::Distance::great_circle;
                const auto scan = epi::SpaceTimeScan::make(columns->x, columns->y, static_cast<std::size_t>(days), std::move(cases), options);
                std::vector<Flag> flags(seen.size(), Flag::no);
                if (!scan) return flags;
                for (const epi::Cylinder& cylinder : scan->cylinders(scan->maxima(settings.seed, 0, settings.replicates))) {
                    if (cylinder.p > settings.cluster_p) break;
                    for (const std::uint32_t member : cylinder.members) flags[member] = Flag::yes;
                }
                return flags;
            }};
}

std::vector<double> week_of(const Seen& seen) {
    std::vector<double> cases;
    for (std::size_t unit = 0; unit < seen.size(); ++unit) cases.push_back(seen.sum(unit, kWeek));
    return cases;
}

Method hotspots_method(std::shared_ptr<const Columns> columns, std::shared_ptr<const epi::Neighbours> neighbours, const Settings& settings) {
    return {"hot-spots", "Gi* of cases per person in 7 days, " + std::to_string(settings.nearest) + " nearest, hot at a false discovery rate of 5 %", "",
            [columns, neighbours, settings](const Seen& seen) {
                std::vector<double> rates = week_of(seen);
                for (std::size_t i = 0; i < rates.size(); ++i) rates[i] /= columns->people[i];
                const auto scores = epi::getis_ord(rates, *neighbours);
                if (!scores) return all_unknown(seen);
                std::vector<double> p;
                for (const epi::GiStar& score : *scores) p.push_back(epi::two_sided(score.z));
                const auto rate = epi::false_discovery_rates(p);
                std::vector<Flag> flags;
                for (std::size_t i = 0; i < rate.size(); ++i) flags.push_back(flag_if((*scores)[i].z > 0 && rate[i] <= settings.discoveries));
                return flags;
            }};
}

Method smoothed_method(std::shared_ptr<const Columns> columns, std::shared_ptr<const epi::Neighbours> neighbours, const Settings& settings, bool is_local) {
    const std::string edge = std::to_string(static_cast<long>(settings.smoothed_rate));
    return {is_local ? "smoothed-local" : "smoothed",
            "cases per 100,000 in 7 days, drawn towards the mean of " + std::string(is_local ? "the neighbours" : "all units") + " (empirical Bayes), at least " + edge, "",
            [columns, neighbours, settings, is_local](const Seen& seen) {
                const std::vector<double> cases = week_of(seen);
                const auto rates = is_local ? epi::local_empirical_bayes(cases, columns->people, *neighbours) : epi::empirical_bayes(cases, columns->people);
                if (!rates) return all_unknown(seen);
                std::vector<Flag> flags;
                for (const double rate : *rates) flags.push_back(flag_if(rate * kPer >= settings.smoothed_rate));
                return flags;
            }};
}

}  // namespace

std::vector<Method> models(const Panel& panel, const Settings& settings) {
    std::vector<Method> all;
    all.push_back(ears_method("ears-c1", "EARS C1 on days, alpha 0.001", epi::Ears::c1, 0.001));
    all.push_back(ears_method("ears-c2", "EARS C2 on days, alpha 0.001", epi::Ears::c2, 0.001));
    all.push_back(ears_method("ears-c3", "EARS C3 on days, alpha 0.025", epi::Ears::c3, 0.025));
    all.push_back(farrington_method(panel));
    all.push_back(rt_method(panel, settings));
    const auto columns = columns_of(panel);
    all.push_back(scan_method(columns, settings));
    all.push_back(space_time_method(columns, settings));
    const auto places = epi::Places::make(columns->x, columns->y, epi::Distance::great_circle);
    const auto neighbours = std::make_shared<const epi::Neighbours>(places ? epi::nearest_neighbours(*places, settings.nearest) : epi::Neighbours{});
    all.push_back(hotspots_method(columns, neighbours, settings));
    all.push_back(smoothed_method(columns, neighbours, settings, false));
    all.push_back(smoothed_method(columns, neighbours, settings, true));
    return all;
}

std::vector<Method> packs(const std::string& id, const std::string& text, const riskmap::Country& country, const Panel& panel, std::vector<int> levels,
                          std::function<const riskmap::Pack*(Day)> pack_on) {
    std::vector<Method> all;
    for (const int level : levels) {
        all.push_back({id + "-" + std::to_string(level), text + ", level " + std::to_string(level) + " or above", "",
                       [&country, &panel, level, pack_on](const Seen& seen) {
                           // An assessment of a day asks for figures of that day and those before it (riskmap::Figures::sum, latest).
                           const Day day = panel.day(seen.day());
                           const riskmap::Pack* pack = pack_on(day);
                           std::vector<Flag> flags(seen.size(), Flag::unknown);
                           if (!pack || pack->top() < level) return flags;
                           const riskmap::Assessment assessment(*pack, country, day);
                           for (std::size_t unit = 0; unit < seen.size(); ++unit) {
                               const riskmap::Assessed& one = assessment.of(seen.unit(unit).place);
                               if (one.state == riskmap::Assessed::State::grey) continue;
                               if (one.low >= level) flags[unit] = Flag::yes;
                               else if (one.state == riskmap::Assessed::State::computed || one.high < level) flags[unit] = Flag::no;
                           }
                           return flags;
                       }});
    }
    return all;
}

Flags run(const Method& method, const Panel& panel, unsigned threads, const std::function<void(int)>& tell) {
    Flags flags(panel.size(), std::vector<Flag>(static_cast<std::size_t>(panel.days), Flag::unknown));
    if (!method.flags) return flags;
    std::atomic<int> next = 0;
    const auto work = [&](bool tells) {
        for (int day = next++; day < panel.days; day = next++) {
            if (tells) tell(day);
            const std::vector<Flag> today = method.flags(Seen(panel, day));
            for (std::size_t unit = 0; unit < panel.size(); ++unit) flags[unit][static_cast<std::size_t>(day)] = today[unit];
        }
    };
    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads; ++i) pool.emplace_back(work, false);
    work(true);
    for (std::thread& thread : pool) thread.join();
    return flags;
}

}  // namespace lachan::backtest
