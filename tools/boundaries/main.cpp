// lachan-boundaries: makes and reads the files of the map's boundaries (docs/BOUNDARIES.md).

#include <cstdio>
#include <string>
#include <string_view>

#include "boundaries/importing.h"
#include "boundaries/inputs.h"
#include "boundaries/reading.h"
#include "command/arguments.h"
#include "command/files.h"
#include "command/program.h"
#include "geo/country.h"

namespace lachan::boundaries {
namespace {

using command::Arguments;

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;

constexpr const char* kHelp = R"(lachan-boundaries - makes and reads the files of the map's boundaries

  lachan-boundaries schematic --outlines outlines.json --units units.txt [--day YYYY-MM-DD] [--seed N] -o FILE
      Makes cells for all units of the day (default: 2021-07-01) inside the outlines of their provinces. They are not
      surveyed, and the file says so. The same arguments give the same bytes.

  lachan-boundaries import FILE... [options] -o FILE
      Takes over surveyed shapes: GeoJSON or TopoJSON of polygons with GSO codes. Neighbours share their borders after it,
      gaps and overlaps are settled, and what could not be matched is told.
        --codes A,B,...      where the code is, the first that has one: a property, or a table TABLE.json of
                             {"key": "code"} (default: code)
        --key PROPERTY       what a table is looked up by
        --units units.txt    the list of units (default: units.txt in LACHAN_ASSETS or build/assets); a code that has
                             ended is followed to the unit that took over
        --day YYYY-MM-DD     whose units (default: 2021-07-01)
        --snap METRES        points so near become one (default: 0: as they are on the grid)
        --gap KM2            holes between shapes up to this are closed (default: 3)
        --scrap KM2          scraps up to this that lie apart from their unit, among others, are joined (default: 0.05)
        --uncoded WHAT       shapes without a code: leave them empty (default), or join them to a neighbour
        --bits N             the world is 2^N cells wide (default: 26, cells of 0.6 m)
        --mark-islands       where no shape lies in Hoàng Sa or Trường Sa, without which there is no file: islets at this
                             project's marks, told as schematic in the report and in the file's source (marks are in
                             --outlines; default: outlines.json in LACHAN_ASSETS or build/assets)
        --source TEXT        what the file says of its origin (default: the names of the files)
        --report FILE.json   everything that was found, for programs

  lachan-boundaries show FILE                    what is in it
  lachan-boundaries locate FILE LON LAT          which units hold a place; 1 when none does
  lachan-boundaries export FILE [--level province|district|commune] [--detail N] -o FILE.geojson
      Shapes as GeoJSON; detail 0 is the coarsest.

  A file may have 256 MiB; the folder of an output must be there.
  Exit status: 0 done, 1 bad input or no room for the output, 2 bad usage.
)";

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-boundaries: %s (try --help)\n", what.c_str());
    return kBadUsage;
}

int failed(const Error& error) {
    if (error.rule == "usage") return usage_error(error.detail);
    std::fprintf(stderr, "lachan-boundaries: %s: %s\n", error.rule.empty() ? name_of(error.code) : error.rule.c_str(),
                 error.detail.c_str());
    return kBadInput;
}

Error usage(std::string what) { return Error{Errc::malformed, "usage", std::move(what)}; }

Result<Day> day_of(const Arguments& arguments) {
    auto day = Day::parse(arguments.value("--day", "2021-07-01"));
    if (!day) return usage("--day needs YYYY-MM-DD");
    return day;
}

Result<void> schematic(const Arguments& arguments) {
    for (const char* name : {"--outlines", "--units", "--out"}) {
        if (!arguments.has(name)) return usage(std::string("schematic needs ") + name);
    }
    if (!arguments.operands.empty()) return usage("schematic takes no file");
    const Day day = TRY(day_of(arguments));
    const auto seed = static_cast<std::uint64_t>(TRY(arguments.number("--seed", 20210701, INT64_MAX)));
    const geo::UnitList list = TRY(read_units(TRY(command::read_file(arguments.value("--units"))), day));
    const Outlines outlines = TRY(read_outlines(TRY(command::read_file(arguments.value("--outlines")))));
    const geo::Country country =
        TRY(geo::make_schematic(list, outlines.provinces, outlines.marks, seed, outlines.source));
    TRY(save(country, arguments.value("--out")));
    std::printf("%zu provinces, %zu districts, %zu leaves, %zu arcs, %zu points: %s\n", country.units[0].size(),
                country.units[1].size(), country.leaves(), country.arcs(), country.points.size(),
                arguments.value("--out").c_str());
    return {};
}

int run(int count, char** values) {
    if (command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        return kOk;
    }
    if (count < 2) return usage_error("no command");
    std::vector<std::string> words(values, values + count);
    for (std::string& word : words) {
        if (word == "-o") word = "--out";
    }
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    const auto arguments = command::read_arguments(
        count, pointers.data(), 2, {"--mark-islands"},
        {"--outlines", "--units", "--day", "--seed", "--out", "--codes", "--key", "--snap", "--gap", "--scrap",
         "--uncoded", "--bits", "--source", "--report", "--level", "--detail"});
    if (!arguments) return usage_error(arguments.error().detail);
    const std::pair<std::string_view, Result<void> (*)(const Arguments&)> commands[]{{"schematic", schematic},
                                                                                     {"import", import_command},
                                                                                     {"show", show_command},
                                                                                     {"locate", locate_command},
                                                                                     {"export", export_command}};
    for (const auto& [name, command] : commands) {
        if (name != words[1]) continue;
        const auto done = command(*arguments);
        return done ? kOk : failed(done.error());
    }
    return usage_error("unknown command " + words[1]);
}

}  // namespace
}  // namespace lachan::boundaries

int main(int count, char** values) { return lachan::command::run_program("lachan-boundaries", lachan::boundaries::run, count, values); }
