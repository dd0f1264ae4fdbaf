// lachan-riskmap: levels of all units by a rule pack, from files of counts; which packs there are; what another pack would change.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "backtest/command.h"
#include "command/arguments.h"
#include "command/files.h"
#include "command/program.h"
#include "files.h"
#include "riskmap/explain.h"

namespace lachan::riskmap_files {
namespace {

using command::Arguments;
using namespace riskmap;

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;
constexpr int kFlagsShown = 40;

constexpr const char* kHelp = R"(lachan-riskmap - levels of risk by rule packs, from files of counts

  lachan-riskmap levels --pack PACK --date DAY [FILES] [--level nation|province|district|commune] [--under CODE] [--unit CODE] [--why]
      CSV: code,name,level,colour,mark,rule,atLeast,atMost,missing,reason. No level: an input is missing (atLeast and atMost say what
      it can be) or the unit is grey. --level: which units (default province). --why: the whole explanation of each instead, to be
      printed; --unit CODE: of that unit alone.
  lachan-riskmap packs [--pack PACK]
      CSV of the packs that the program carries, or of the one given: id,version,use,validFrom,validTo,mark,official,toConfirm,basis. mark is official
      only when every cell is; the two numbers count cells, adjustments and bands.
  lachan-riskmap compare --pack A --pack B --date DAY [FILES] [--level ...] [--under CODE]
      CSV of the units that the two packs see differently: code,name,levelA,ruleA,levelB,ruleB; the counts of the others on stderr.

  PACK is an id (lachan-riskmap packs) or a file, which needs a '/' or '.json' in its name. One that is switched off needs --switched-off.
  FILES (each may be repeated):
    --cases FILE, --deaths FILE    counts of a day, as province,district,commune,date,cases (names) | code,date,cases | province,date,cases
                                   (codes) | date,PROVINCE,... |
                                   id,D/M/YYYY,... with province_ids.csv beside it or --ids FILE
    --figures FILE                 code,measure,source,date,value: cases deaths tests positives admissions population bedShare adultsDosed
                                   over65Full over50Full (shares in hundredths of a percent) planMet vaccinationMet sourceUnknown
                                   sourceUnclear crowdedPlace hardToControl spreadsOutside industrialZone (1 or 0) spreadShare levelBefore; feedback, checkpoints and
                                   checkpointsAlive are for layers of the map alone
    --population FILE              level1_id,level2_id,level3_id,name,population,... | code,population | code,name,population_thousand |
                                   two columns of province and thousands. Provinces without one have the figures of 2020.
    --declared FILE                code,level as the authorities announced: a column beside the computed one
  What a file says and cannot be used is told on stderr by line (an unknown unit once, with how many lines) and left out; a number far too large for its neighbours is told and kept.
  --absent zero        a unit of a file's level without a row on a day had none; right for files that list only days with cases. Without it
                       such a day is not known, and a missing input never makes a place green.
  --assume M=VALUE     a measure of every unit that has none (repeat it), for instance sourceUnknown=0; the source is then 'assumed'
  --language vi|en     of reasons and explanations (default en)
  --units FILE         the list of units (default build/assets/units.txt, or LACHAN_ASSETS)
  --out FILE           writes there instead of the standard output
  A file may have 256 MiB; the folder of an output must be there. Status: 0 done, 1 bad input or no room for the output, 2 bad usage.
)";

int fail(const Error& error) {
    std::fprintf(stderr, "lachan-riskmap: %s (%s)\n", error.detail.c_str(), error.rule.c_str());
    if (error.rule == "usage") std::fputs("Try: lachan-riskmap --help\n", stderr);
    return error.rule == "usage" ? kBadUsage : kBadInput;
}

Error usage(const std::string& what) { return Error{Errc::malformed, "usage", what}; }

/// All values of an option that may be repeated.
std::vector<std::string> all_of(int count, char** values, std::string_view name) {
    std::vector<std::string> out;
    for (int i = 2; i + 1 < count; ++i) {
        if (values[i] == name) out.emplace_back(values[i + 1]);
    }
    return out;
}

struct Job {
    Arguments arguments;
    std::vector<std::string> packs, cases, deaths, figures, people, assumed;
    bool vietnamese = false;
};

Result<Job> read_job(int count, char** values) {
    Job job;
    job.arguments = TRY(command::read_arguments(count, values, 2, {"--why", "--switched-off"},
                                                {"--pack", "--date", "--cases", "--deaths", "--figures", "--population", "--declared", "--ids", "--absent",
                                                 "--assume", "--level", "--under", "--unit", "--units", "--language", "--out"}));
    if (!job.arguments.operands.empty()) return usage("unknown word " + job.arguments.operands[0]);
    job.packs = all_of(count, values, "--pack");
    job.cases = all_of(count, values, "--cases");
    job.deaths = all_of(count, values, "--deaths");
    job.figures = all_of(count, values, "--figures");
    job.people = all_of(count, values, "--population");
    job.assumed = all_of(count, values, "--assume");
    const std::string language = job.arguments.value("--language", "en");
    if (language != "vi" && language != "en") return usage("--language is vi or en");
    job.vietnamese = language == "vi";
    const std::string absent = job.arguments.value("--absent", "zero");
    if (absent != "zero") return usage("--absent knows zero only");
    return job;
}

Result<Pack> open_pack(const Job& job, const std::string& name) {
    Pack pack;
    if (name.find('/') != std::string::npos || name.ends_with(".json")) {
        auto read = read_pack(TRY(command::read_file(name)));
        if (!read) return Error{read.error().code, read.error().rule, name + ": " + read.error().detail};
        pack = std::move(*read);
    } else {
        const Pack* carried = reference().pack_named(name);
        if (!carried) return Error{Errc::not_found, "riskmap.no_pack", "no pack " + name + " (see: lachan-riskmap packs)"};
        pack = *carried;
    }
    if (pack.use == Pack::Use::off && !job.arguments.has("--switched-off")) {
        return Error{Errc::rejected, "riskmap.no_pack", "pack " + pack.id + " is switched off; --switched-off computes it all the same"};
    }
    return pack;
}

Result<Units> open_units(const Job& job) {
    return Units::parse(TRY(command::read_asset(job.arguments, "--units", "units.txt")));
}

Result<Day> day_of(const Job& job) {
    const auto day = Day::parse(job.arguments.value("--date"));
    if (!day) return usage("--date needs a day, YYYY-MM-DD");
    return *day;
}

Result<int> level_of(const Job& job) {
    static constexpr std::string_view kLevels[] = {"nation", "province", "district", "commune"};
    const std::string asked = job.arguments.value("--level", "province");
    const auto found = std::find(std::begin(kLevels), std::end(kLevels), asked);
    if (found == std::end(kLevels)) return usage("--level is nation, province, district or commune");
    return static_cast<int>(found - kLevels);
}

Result<void> read_all(const Job& job, Files& files, Day day) {
    for (const auto& [list, measure] : {std::pair(&job.cases, Measure::cases), std::pair(&job.deaths, Measure::deaths)}) {
        for (const std::string& name : *list) {
            std::string ids_file = job.arguments.value("--ids");
            if (ids_file.empty()) {
                const auto beside = std::filesystem::path(name).parent_path() / "province_ids.csv";
                std::error_code failure;
                if (std::filesystem::exists(beside, failure)) ids_file = beside.string();
            }
            const std::string ids = ids_file.empty() ? "" : TRY(command::read_file(ids_file));
            TRY(files.read_counts(name, TRY(command::read_file(name)), measure, ids));
        }
    }
    for (const std::string& name : job.figures) TRY(files.read_figures(name, TRY(command::read_file(name))));
    for (const std::string& name : job.people) TRY(files.read_people(name, TRY(command::read_file(name))));
    if (job.arguments.has("--absent")) files.fill_with_zero();
    for (const std::string& one : job.assumed) {
        const auto sign = one.find('=');
        const auto measure = measure_named(one.substr(0, sign));
        char* end = nullptr;
        const std::string number = sign == std::string::npos ? "" : one.substr(sign + 1);
        const long long value = std::strtoll(number.c_str(), &end, 10);
        if (!measure || number.empty() || *end != 0 || value < 0 || value > most_of(*measure)) return usage("--assume " + one + ": MEASURE=VALUE");
        files.assume(*measure, value, day);
    }
    return {};
}

/// Everything that levels and compare need.
struct Ground {
    Units units;
    Country country;
    Day day;
    int level = 1;
};

Result<Ground> prepare(const Job& job) {
    Ground out;
    out.day = TRY(day_of(job));
    out.level = TRY(level_of(job));
    out.units = TRY(open_units(job));
    out.country = Country(out.units, job.arguments.value("--under", std::string(kNation)), out.day);
    if (out.country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "--under: no such unit on that day"};
    int shown = 0;
    Files files(out.units, out.country, out.day, [&shown](const std::string& what) {
        if (++shown <= kFlagsShown) std::fprintf(stderr, "lachan-riskmap: %s\n", what.c_str());
    });
    TRY(read_all(job, files, out.day));
    if (shown > kFlagsShown) std::fprintf(stderr, "lachan-riskmap: ... and %d more like these\n", shown - kFlagsShown);
    if (files.flagged() > 0) std::fprintf(stderr, "lachan-riskmap: %d places in the files are flagged; nothing was mended\n", files.flagged());
    settle_people(out.country, out.units, out.day);
    return out;
}

std::string name_of_place(const Ground& ground, const Place& place) {
    const Unit* unit = ground.units.find(place.code, ground.day);
    return unit ? std::string(unit->name) : "Việt Nam";
}

Why why_of(const Ground& ground, const Assessment& assessment, int at, int declared) {
    const Place& place = ground.country.places[static_cast<std::size_t>(at)];
    return {place.code, name_of_place(ground, place), place.level, ground.day, assessment.people(at), static_cast<std::int64_t>(place.children.size()),
            assessment.values(at), assessment.of(at), &place.figures, declared};
}

Result<std::map<std::string, int>> read_declared(const Job& job) {
    std::map<std::string, int> out;
    const std::string name = job.arguments.value("--declared");
    if (name.empty()) return out;
    const auto rows = TRY(rows_of(name, TRY(command::read_file(name))));
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto& cells = rows[i].cells;
        const bool right = cells.size() == 2 && cells[1].size() == 1 && cells[1][0] >= '1' && cells[1][0] <= '4';
        if (!right) return Error{Errc::malformed, "riskmap.file", name + ": line " + std::to_string(rows[i].line) + ": code,level with a level of 1 to 4"};
        out[cells[0]] = cells[1][0] - '0';
    }
    return out;
}

Result<void> put_out(const Job& job, const std::string& text) {
    if (job.arguments.has("--out")) return command::write_file(job.arguments.value("--out"), text);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return {};
}

void warn_of_validity(const Pack& pack, Day day) {
    if (pack.valid_from <= day && day <= pack.valid_to) return;
    std::fprintf(stderr, "lachan-riskmap: %s was not in force on %s\n", pack.id.c_str(), to_string(day).c_str());
}

Result<void> levels(const Job& job) {
    if (job.packs.size() != 1) return usage("levels needs one --pack");
    const Pack pack = TRY(open_pack(job, job.packs[0]));
    const Ground ground = TRY(prepare(job));
    const auto declared = TRY(read_declared(job));
    warn_of_validity(pack, ground.day);
    const Assessment assessment(pack, ground.country, ground.day);
    const std::string only = job.arguments.value("--unit");
    if (!only.empty() && ground.country.find(only) < 0) return Error{Errc::not_found, "riskmap.unit", "--unit: no unit " + only + " on that day"};
    const bool explains = job.arguments.has("--why");
    std::string out = explains ? "" : std::string("code,name,level,colour,mark,rule,atLeast,atMost,missing") + (declared.empty() ? "" : ",declared") + ",reason\n";
    int levels_seen[6] = {};
    for (std::size_t i = 0; i < ground.country.places.size(); ++i) {
        const Place& place = ground.country.places[i];
        if (only.empty() ? place.level != ground.level : place.code != only) continue;
        const auto said = declared.find(place.code);
        const Why why = why_of(ground, assessment, static_cast<int>(i), said == declared.end() ? 0 : said->second);
        const Assessed& one = why.assessed;
        ++levels_seen[one.level];
        if (explains) {
            const Words text = text_of(pack, why);
            out += (job.vietnamese ? text.vi : text.en) + '\n';
            continue;
        }
        std::string missing;
        for (std::size_t k = 0; k < pack.inputs.size(); ++k) {
            if ((one.missing >> k & 1) != 0) missing += (missing.empty() ? "" : " ") + pack.inputs[k].name;
        }
        const Words reason = reason_of(pack, why);
        std::vector<std::string> cells{place.code, why.name, one.level == 0 ? "" : std::to_string(one.level),
                                       one.level > 0 ? std::string(pack.colour(one.level)) : one.state == Assessed::State::grey ? "grey" : "",
                                       one.cell < 0 ? "" : riskmap::name_of(one.mark), rule_of(pack, one), std::to_string(one.low), std::to_string(one.high),
                                       missing};
        if (!declared.empty()) cells.push_back(why.declared == 0 ? "" : std::to_string(why.declared));
        cells.push_back(job.vietnamese ? reason.vi : reason.en);
        for (std::size_t k = 0; k < cells.size(); ++k) out += (k > 0 ? "," : "") + csv_cell(cells[k]);
        out += '\n';
    }
    std::fprintf(stderr, "lachan-riskmap: %s, %s: level 1 %d, 2 %d, 3 %d, 4 %d, none %d\n", pack.id.c_str(), to_string(ground.day).c_str(), levels_seen[1],
                 levels_seen[2], levels_seen[3], levels_seen[4], levels_seen[0]);
    return put_out(job, out);
}

Result<void> packs(const Job& job) {
    static constexpr const char* kUses[] = {"map", "choice", "off"};
    std::vector<Pack> given;
    for (const std::string& name : job.packs) {
        Job even_off = job;
        even_off.arguments.options["--switched-off"] = "1";
        given.push_back(TRY(open_pack(even_off, name)));
    }
    std::string out = "id,version,use,validFrom,validTo,mark,official,toConfirm,basis\n";
    for (const Pack& pack : given.empty() ? reference().packs : given) {
        int marks[2] = {};
        for (const auto* list : {&pack.cells, &pack.adjustments, &pack.grey}) {
            for (const Cell& cell : *list) ++marks[static_cast<std::size_t>(cell.mark)];
        }
        for (const Band& band : pack.bands) ++marks[static_cast<std::size_t>(band.mark)];
        const bool open_end = pack.valid_to == Day{INT32_MAX};
        out += csv_cell(pack.id) + ',' + std::to_string(pack.version) + ',' + kUses[static_cast<std::size_t>(pack.use)] + ',' + to_string(pack.valid_from) + ',' +
               (open_end ? "" : to_string(pack.valid_to)) + ',' + riskmap::name_of(pack.mark()) + ',' + std::to_string(marks[0]) + ',' +
               std::to_string(marks[1]) + ',' + csv_cell(std::string(text_at(pack.basis(), job.vietnamese ? "vi" : "en"))) + '\n';
    }
    return put_out(job, out);
}

Result<void> compare(const Job& job) {
    if (job.packs.size() != 2) return usage("compare needs --pack A and --pack B");
    const Pack a = TRY(open_pack(job, job.packs[0]));
    const Pack b = TRY(open_pack(job, job.packs[1]));
    const Ground ground = TRY(prepare(job));
    warn_of_validity(a, ground.day);
    warn_of_validity(b, ground.day);
    const Assessment before(a, ground.country, ground.day);
    const Assessment after(b, ground.country, ground.day);
    std::string out = "code,name,levelA,ruleA,levelB,ruleB\n";
    int count = 0;
    for (const Change& change : changes_of(before.all(), after.all())) {
        const Place& place = ground.country.places[static_cast<std::size_t>(change.place)];
        if (place.level != ground.level) continue;
        ++count;
        const auto level = [](const Assessed& one) { return one.level == 0 ? std::string() : std::to_string(one.level); };
        out += place.code + ',' + csv_cell(name_of_place(ground, place)) + ',' + level(change.before) + ',' + csv_cell(rule_of(a, change.before)) + ',' +
               level(change.after) + ',' + csv_cell(rule_of(b, change.after)) + '\n';
    }
    const auto all = std::count_if(ground.country.places.begin(), ground.country.places.end(), [&](const Place& place) { return place.level == ground.level; });
    std::fprintf(stderr, "lachan-riskmap: %d of %d units differ\n", count, static_cast<int>(all));
    return put_out(job, out);
}

int run(int count, char** values) {
    if (count > 1 && command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        std::fputs(backtest::kBacktestHelp, stdout);
        return kOk;
    }
    const std::string command = count > 1 ? values[1] : "";
    if (command == "backtest") {
        const auto done = backtest::run_backtest(count, values);
        return done ? kOk : fail(done.error());
    }
    Result<void> (*const does)(const Job&) = command == "levels" ? levels : command == "packs" ? packs : command == "compare" ? compare : nullptr;
    if (!does) return fail(usage(command.empty() ? "say what to do: levels, packs, compare or backtest" : "unknown command " + command));
    const auto job = read_job(count, values);
    if (!job) return fail(job.error());
    const auto done = does(*job);
    return done ? kOk : fail(done.error());
}

}  // namespace
}  // namespace lachan::riskmap_files

int main(int argc, char** argv) { return lachan::command::run_program("lachan-riskmap", lachan::riskmap_files::run, argc, argv); }
