#include "backtest/command.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "backtest/report.h"
#include "command/arguments.h"
#include "command/files.h"
#include "epi/table.h"
#include "files.h"
#include "geo/mesh.h"

namespace lachan::backtest {

const char* const kBacktestHelp = R"(
  lachan-riskmap backtest --corpus FOLDER | --cases FILE... -o FOLDER [options]
      How many days before the official rule each method would have flagged the outbreaks of a series, what it would have missed, and its
      false alarms, for provinces and districts: report.md, methods.csv and outbreaks.csv in a new folder. docs/BACKTEST.md says what the
      words mean. A day without a row had no cases.
        --corpus FOLDER        with cases/ and map/: the series of communes of 2021; "skipped" and status 0 when it is not there
        --cases, --population  as below; --history FILE: counts of earlier years, for Farrington; --ids FILE for files of ids
        --places FILE          code,longitude,latitude or level,prefix,name,district,province,lat,lng (default: country.bin of the assets)
        --from DAY --until DAY (default: the days of the files)
        --official PACK,...    the official rule: of these the one in force, before them the first (default: risk-1,risk-2)
        --reference N          its level that lead times count against (default: 3)
        --least N --growth X   an outbreak: so many cases in a week, so many times the weeks before (default: 20 and 2)
        --si-mean D --si-sd D  serial interval (default: 5.2 and 1.7)
        --smoothed-rate X      edge of smoothed rates, per 100,000 in 7 days (default: 20)
        --replicates N         of each scan (default: 199)    --resamples N  of the intervals (default: 1000)
        --seed N               the same seed gives the same bytes (default: 1)    --threads N    --progress
)";

namespace {

using command::Arguments;
using riskmap::Country;
using riskmap::Measure;
using riskmap::Pack;
using riskmap::Place;
using riskmap_files::Files;
namespace fs = std::filesystem;

Error usage(const std::string& what) { return Error{Errc::malformed, "usage", what}; }
Error wrong(const std::string& what) { return Error{Errc::malformed, "riskmap.backtest", what}; }

struct Job {
    Arguments arguments;
    std::vector<std::string> cases, people, history, official;
    std::string places, ids, out;
    Terms terms;
    Settings settings;
    Chance chance;
    int reference = 3;
    bool shows_progress = false;
    bool is_skipped = false;
};

Result<double> real(const Arguments& arguments, const char* name, double otherwise, double least, double most) {
    if (!arguments.has(name)) return otherwise;
    const auto number = epi::number_in(arguments.value(name));
    if (!number || !(*number >= least) || !(*number <= most)) return usage(std::string(name) + " is a number from " + std::to_string(least) + " to " + std::to_string(most));
    return *number;
}

Result<Job> read_job(int count, char** words) {
    Job job;
    char long_out[] = "--out";
    std::vector<char*> values(words, words + count);
    for (char*& word : values) {
        if (std::string_view(word) == "-o") word = long_out;
    }
    job.arguments = TRY(command::read_arguments(
        count, values.data(), 2, {"--progress"},
        {"--corpus", "--cases", "--population", "--history", "--ids", "--places", "--from", "--until", "--official", "--reference", "--least", "--growth",
         "--si-mean", "--si-sd", "--smoothed-rate", "--replicates", "--resamples", "--seed", "--threads", "--units", "--out"}));
    const Arguments& arguments = job.arguments;
    if (!arguments.operands.empty()) return usage("unknown word " + arguments.operands[0]);
    for (int i = 2; i + 1 < count; ++i) {
        const std::string_view name = values[static_cast<std::size_t>(i)];
        if (name == "--cases") job.cases.emplace_back(values[static_cast<std::size_t>(i) + 1]);
        if (name == "--population") job.people.emplace_back(values[static_cast<std::size_t>(i) + 1]);
        if (name == "--history") job.history.emplace_back(values[static_cast<std::size_t>(i) + 1]);
    }
    job.places = arguments.value("--places");
    job.ids = arguments.value("--ids");
    job.out = arguments.value("--out");
    if (job.out.empty()) return usage("backtest needs -o FOLDER");
    while (job.out.size() > 1 && job.out.ends_with('/')) job.out.pop_back();
    if (arguments.has("--corpus")) {
        if (!job.cases.empty()) return usage("either --corpus or --cases");
        const fs::path corpus = arguments.value("--corpus");
        std::error_code failure;
        if (!fs::exists(corpus / "cases" / "communes2021" / "district_day.csv", failure)) {
            job.is_skipped = true;
            return job;
        }
        for (const char* name : {"commune_day.csv", "district_day.csv", "province_day.csv"}) job.cases.push_back(corpus / "cases" / "communes2021" / name);
        job.people.push_back(corpus / "map" / "population" / "gso2021_commune_population.csv");
        job.history.push_back(corpus / "cases" / "provinces2020_2022" / "cases_per_day.csv");
        job.ids = corpus / "cases" / "provinces2020_2022" / "province_ids.csv";
        job.places = corpus / "cases" / "communes2021" / "unit_centroids.csv";
    }
    if (job.cases.empty()) return usage("backtest needs --corpus FOLDER or --cases FILE");
    std::string list = arguments.value("--official", "risk-1,risk-2");
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        job.official.push_back(list.substr(at, end - at));
        at = end + 1;
    }
    job.reference = static_cast<int>(TRY(arguments.number("--reference", 3, 4)));
    if (job.reference < 2) return usage("--reference is a level from 2 to 4");
    job.terms.least = static_cast<int>(TRY(arguments.number("--least", 20, 1'000'000)));
    job.terms.growth = TRY(real(arguments, "--growth", 2, 1, 1000));
    job.settings.si_mean = TRY(real(arguments, "--si-mean", 5.2, 1.01, 60));
    job.settings.si_sd = TRY(real(arguments, "--si-sd", 1.7, 0.01, 60));
    job.settings.smoothed_rate = TRY(real(arguments, "--smoothed-rate", 20, 0.001, 100'000));
    job.settings.replicates = static_cast<std::uint32_t>(TRY(arguments.number("--replicates", 199, 1'000'000)));
    job.chance.replicates = static_cast<std::uint32_t>(TRY(arguments.number("--resamples", 1000, 1'000'000)));
    job.chance.seed = job.settings.seed = static_cast<std::uint64_t>(TRY(arguments.number("--seed", 1)));
    job.settings.threads = static_cast<unsigned>(TRY(arguments.number("--threads", std::max(1U, std::thread::hardware_concurrency()), 256)));
    job.shows_progress = arguments.has("--progress");
    return job;
}

Result<std::optional<Day>> day_of(const Job& job, const char* name) {
    if (!job.arguments.has(name)) return std::optional<Day>{};
    const auto day = Day::parse(job.arguments.value(name));
    if (!day) return usage(std::string(name) + " is a day, YYYY-MM-DD");
    return std::optional<Day>(*day);
}

Result<void> read_counts(const Job& job, Files& files, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const std::string ids = job.ids.empty() ? "" : TRY(command::read_file(job.ids));
        TRY(files.read_counts(name, TRY(command::read_file(name)), Measure::cases, ids));
    }
    return {};
}

/// People of units above the communes from those of their communes: all of them, or in proportion where at least half are known.
int fill_people(Country& country) {
    int estimated = 0;
    for (std::size_t i = country.places.size(); i-- > 0;) {
        Place& place = country.places[i];
        if (place.people || place.children.empty()) continue;
        std::int64_t sum = 0, known = 0;
        for (const int child : place.children) {
            const auto& people = country.places[static_cast<std::size_t>(child)].people;
            if (people) sum += *people, ++known;
        }
        const auto all = static_cast<std::int64_t>(place.children.size());
        if (2 * known < all || sum == 0) continue;
        place.people = sum * all / known;
        estimated += known < all;
    }
    return estimated;
}

struct Spot {
    double x = 0, y = 0;
    bool is_known = false;
};

/// Where each place of the country is: from a file, or from the shapes of the assets, which may be schematic.
Result<std::vector<Spot>> spots_of(const Job& job, const Country& country, const riskmap_files::Names& names, std::vector<std::string>& notes) {
    std::vector<Spot> spots(country.places.size());
    const auto put = [&](int place, double x, double y) {
        if (place >= 0) spots[static_cast<std::size_t>(place)] = {x, y, true};
    };
    if (job.places.empty()) {
        const std::string bytes = TRY(command::read_file(command::asset_folder() + "/country.bin"));
        const geo::Country shapes = TRY(geo::read_country({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
        const auto places = geo::make_places(shapes);
        for (const geo::Level level : geo::kLevels) {
            for (std::size_t i = 0; i < places[geo::at(level)].size(); ++i) {
                const geo::LonLat where = geo::unproject(shapes.head.grid.world(places[geo::at(level)][i].label));
                put(country.find(geo::code_text(level, shapes.units[geo::at(level)][i].code)), where.longitude, where.latitude);
            }
        }
        if (shapes.head.schematic) notes.push_back("Places of units are those of schematic shapes: what methods say about neighbouring districts is not that of the real map.");
        return spots;
    }
    const auto rows = TRY(riskmap_files::rows_of(job.places, TRY(command::read_file(job.places))));
    const std::vector<std::string> by_code{"code", "longitude", "latitude"};
    const std::vector<std::string> by_name{"level", "prefix", "name", "district", "province", "lat", "lng"};
    const bool named = rows[0].cells == by_name;
    if (!named && rows[0].cells != by_code) return Error{Errc::malformed, "riskmap.file", job.places + ": line 1: unknown columns (see lachan-riskmap --help for the forms)"};
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto& cells = rows[i].cells;
        const auto bad = [&](const std::string& what) {
            return Error{Errc::malformed, "riskmap.file", job.places + ": line " + std::to_string(rows[i].line) + ": " + what};
        };
        if (cells.size() != rows[0].cells.size()) return bad("as many cells as the first line");
        const auto x = epi::number_in(cells[named ? 6 : 1]);
        const auto y = epi::number_in(cells[named ? 5 : 2]);
        if (!x || !y || !(*x >= -180 && *x <= 180) || !(*y >= -90 && *y <= 90)) return bad("no longitude and latitude");
        int place = named ? -1 : country.find(cells[0]);
        if (named && cells[0] == "province") place = names.find(-1, cells[2]);
        if (named && cells[0] == "district") {
            place = names.find(-1, cells[4]);
            if (place >= 0) place = names.find(place, cells[2]);
        }
        put(place, *x, *y);
    }
    return spots;
}

/// Cases of a day: of the unit's own figures, else the sum of the units below; -1 when neither says.
std::int64_t cases_on(const Country& country, std::size_t at, Day day) {
    const Place& place = country.places[at];
    if (const auto own = place.figures.on(Measure::cases, day)) return *own;
    return sum_below(place, [&](std::size_t child) { return cases_on(country, child, day); });
}

Panel panel_of(const Country& country, const Units& units, const std::vector<Spot>& spots, int level, Day first, int days) {
    Panel panel;
    panel.level = level;
    panel.first = first;
    panel.days = days;
    std::vector<std::uint32_t> group(country.places.size(), 0);
    std::uint32_t provinces = 0;
    for (std::size_t at = 0; at < country.places.size(); ++at) {
        const Place& place = country.places[at];
        if (place.level == 1) group[at] = provinces++;
        if (place.level > 1) group[at] = group[static_cast<std::size_t>(place.parent)];
        if (place.level != level) continue;
        Panel::Unit unit;
        unit.code = place.code;
        unit.place = static_cast<int>(at);
        unit.group = group[at];
        for (int day = 0; day < days; ++day) {
            const std::int64_t cases = cases_on(country, at, first + day);
            if (cases < 0) break;
            unit.cases.push_back(static_cast<int>(cases));
        }
        if (static_cast<int>(unit.cases.size()) < days) {
            ++panel.without_counts;
        } else if (!place.people || *place.people <= 0) {
            ++panel.without_people;
        } else if (!spots[at].is_known) {
            ++panel.without_place;
        } else {
            const Unit* named = units.find(place.code, first);
            unit.name = named ? std::string(named->name) : place.code;
            unit.people = static_cast<double>(*place.people);
            unit.x = spots[at].x;
            unit.y = spots[at].y;
            panel.units.push_back(std::move(unit));
        }
    }
    return panel;
}

/// Weekly sums before the first day. A day that the history does not tell counts as none; how many those are is told.
void add_history(Panel& panel, const Country& history, Day start, std::vector<std::string>& notes) {
    const int weeks = (panel.first - start) / 7;
    std::int64_t missing = 0;
    for (const Panel::Unit& unit : panel.units) {
        if (!history.places[static_cast<std::size_t>(unit.place)].figures.has(Measure::cases)) return;  // not of this level
    }
    for (Panel::Unit& unit : panel.units) {
        for (int week = weeks; week >= 1; --week) {
            double sum = 0;
            for (int day = 0; day < 7; ++day) {
                const std::int64_t cases = cases_on(history, static_cast<std::size_t>(unit.place), panel.first + (day - 7 * week));
                if (cases < 0) ++missing;
                else sum += static_cast<double>(cases);
            }
            unit.before.push_back(sum);
        }
    }
    if (missing > 0) notes.push_back("History: " + std::to_string(missing) + " unit-days without a figure count as none.");
}

/// The official rule of a day: of these packs the last that has come into force, before them the first.
const Pack* official_on(const std::vector<const Pack*>& packs, Day day) {
    const Pack* found = packs.front();
    for (const Pack* pack : packs) {
        if (pack->valid_from <= day && found->valid_from <= pack->valid_from) found = pack;
    }
    return found;
}

Result<std::vector<const Pack*>> official_packs(const Job& job) {
    std::vector<const Pack*> packs;
    for (const std::string& id : job.official) {
        const Pack* pack = riskmap::reference().pack_named(id);
        if (!pack) return Error{Errc::not_found, "riskmap.no_pack", "no pack " + id + " (see: lachan-riskmap packs)"};
        packs.push_back(pack);
    }
    std::stable_sort(packs.begin(), packs.end(), [](const Pack* a, const Pack* b) { return a->valid_from < b->valid_from; });
    return packs;
}

/// All files at once: they are made in a folder beside the place, which then takes the name.
Result<void> put_out(const std::string& out, const std::vector<std::pair<std::string, std::string>>& files) {
    const fs::path beside = out + ".new";
    std::error_code failure;
    fs::remove_all(beside, failure);
    TRY(command::make_folder(beside));
    for (const auto& [name, bytes] : files) {
        const auto written = command::write_file((beside / name).string(), bytes);
        if (written) continue;
        fs::remove_all(beside, failure);
        return written.error();
    }
    fs::rename(beside, out, failure);
    if (!failure) return {};
    fs::remove_all(beside, failure);
    return Error{Errc::unavailable, "file", "cannot write " + out};
}

std::string base_name(const std::string& file) { return fs::path(file).filename().string(); }

Result<void> compute(const Job& job) {
    const auto packs_in_force = TRY(official_packs(job));
    const Units units = TRY(Units::parse(TRY(command::read_asset(job.arguments, "--units", "units.txt"))));
    // The units are those of the first day, which the files tell: read once to know it.
    const auto from = TRY(day_of(job, "--from"));
    const auto until = TRY(day_of(job, "--until"));
    Report report;
    const Day some_day{18'809};  // 2021-07-01, the day of the list of units
    Country country(units, kNation, from.value_or(some_day));
    int flagged = 0;
    Files files(units, country, from.value_or(some_day), [&flagged](const std::string& what) {
        if (++flagged <= 10) std::fprintf(stderr, "lachan-riskmap: %s\n", what.c_str());
    });
    TRY(read_counts(job, files, job.cases));
    for (const std::string& name : job.people) TRY(files.read_people(name, TRY(command::read_file(name))));
    files.fill_with_zero();
    if (flagged > 10) std::fprintf(stderr, "lachan-riskmap: ... and %d more like these\n", flagged - 10);
    const auto [earliest, latest] = files.days_of(Measure::cases);
    if (latest < earliest) return wrong("the files of cases have no count that can be used");
    report.first = from ? std::max(*from, earliest) : earliest;
    report.last = until ? std::min(*until, latest) : latest;
    const int days = report.last - report.first + 1;
    if (days < job.terms.warm_up + job.terms.after + 7) {
        return wrong(std::to_string(std::max(days, 0)) + " days are too few: at least " + std::to_string(job.terms.warm_up + job.terms.after + 7));
    }
    riskmap::settle_people(country, units, report.last);
    const int estimated = fill_people(country);
    if (flagged > 0) report.notes.push_back(std::to_string(flagged) + " lines of the files name no unit of the list, or say what cannot be used, and are left out.");
    if (estimated > 0) report.notes.push_back("People of " + std::to_string(estimated) + " units are in proportion to those of their communes that are known.");
    const std::vector<Spot> spots = TRY(spots_of(job, country, files.names(), report.notes));

    Country history(units, kNation, from.value_or(some_day));
    Files history_files(units, history, from.value_or(some_day), [](const std::string&) {});
    TRY(read_counts(job, history_files, job.history));
    const Day history_start = history_files.days_of(Measure::cases).first;

    std::vector<Panel> panels;
    for (const int level : {1, 2}) {
        Panel panel = panel_of(country, units, spots, level, report.first, days);
        if (panel.size() < 10) {
            report.notes.push_back("Only " + std::to_string(panel.size()) + " units of level " + std::to_string(level) + " have all that is needed: not judged.");
            continue;
        }
        if (history_start < report.first) add_history(panel, history, history_start, report.notes);
        panels.push_back(std::move(panel));
    }
    if (panels.empty()) return wrong("no level has ten units with counts, people and places");

    report.reference = "official-" + std::to_string(job.reference);
    report.official = "level " + std::to_string(job.reference) + " or above by the official rule, " + packs_in_force.front()->id;
    for (std::size_t i = 1; i < packs_in_force.size(); ++i) {
        if (packs_in_force[i]->valid_from <= report.last) report.official += ", from " + to_string(packs_in_force[i]->valid_from) + " " + packs_in_force[i]->id;
    }
    if (report.first < packs_in_force.front()->valid_from) {
        report.official += "; it came into force on " + to_string(packs_in_force.front()->valid_from) + " and is read as if it had been before";
    }
    for (const std::string& name : job.cases) report.inputs.push_back(base_name(name));
    for (const std::string& name : job.history) report.inputs.push_back(base_name(name) + " (history)");
    report.terms = job.terms;
    report.settings = job.settings;
    report.chance = job.chance;

    std::vector<std::vector<Method>> methods;
    for (const Panel& panel : panels) {
        std::vector<Method> all = packs("official", "official rule of the day", country, panel, {2, 3, 4},
                                        [&packs_in_force](Day day) { return official_on(packs_in_force, day); });
        const auto others = models(panel, job.settings);
        all.insert(all.end(), others.begin(), others.end());
        for (const Pack& pack : riskmap::reference().packs) {
            if (pack.use == Pack::Use::off) continue;
            const auto more = packs(pack.id, std::string(text_at(pack.basis(), "en")), country, panel, {2, 3}, [&pack](Day) { return &pack; });
            all.insert(all.end(), more.begin(), more.end());
        }
        methods.push_back(std::move(all));
    }
    for (std::size_t i = 0; i < panels.size(); ++i) {
        LevelReport level;
        level.panel = &panels[i];
        level.truth = outbreaks_of(panels[i], job.terms);
        for (const Method& method : methods[i]) {
            Judged one;
            one.method = &method;
            one.flags = run(method, panels[i], job.settings.threads, [&](int day) {
                if (job.shows_progress && day % 10 == 0) {
                    std::fprintf(stderr, "lachan-riskmap: level %zu of %zu, method %zu of %zu (%s), day %d of %d\n", i + 1, panels.size(), level.methods.size() + 1,
                                 methods[i].size(), method.id.c_str(), day, days);
                }
            });
            level.methods.push_back(std::move(one));
        }
        const auto reference = std::find_if(level.methods.begin(), level.methods.end(), [&](const Judged& one) { return one.method->id == report.reference; });
        for (Judged& one : level.methods) one.score = score(panels[i], level.truth, one.flags, reference->flags, job.terms, job.chance);
        report.levels.push_back(std::move(level));
    }
    return put_out(job.out, files_of(report));
}

}  // namespace

Result<void> run_backtest(int count, char** values) {
    const Job job = TRY(read_job(count, values));
    std::error_code failure;
    if (fs::exists(job.out, failure)) return usage("-o " + job.out + ": it is there already, and is not written over");
    TRY(command::check_place(job.out));
    if (job.is_skipped) {
        std::fprintf(stderr, "lachan-riskmap: backtest skipped: no corpus in %s (cases/communes2021 is expected there)\n", job.arguments.value("--corpus").c_str());
        return {};
    }
    return compute(job);
}

}  // namespace lachan::backtest
