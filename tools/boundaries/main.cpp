// lachan-boundaries: makes and reads the files of the map's boundaries (docs/BOUNDARIES.md).

#include <cstdio>
#include <string>
#include <string_view>

#include "boundaries/inputs.h"
#include "command/arguments.h"
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

  lachan-boundaries show FILE
      What is in it.

  Exit status: 0 done, 1 bad input, 2 bad usage.
)";

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-boundaries: %s (try --help)\n", what.c_str());
    return kBadUsage;
}

int failed(const Error& error) {
    if (error.rule == "usage") return usage_error(error.detail);
    std::fprintf(stderr, "lachan-boundaries: %s: %s\n", error.rule.empty() ? name_of(error.code) : error.rule.c_str(), error.detail.c_str());
    return kBadInput;
}

Error usage(std::string what) { return Error{Errc::malformed, "usage", std::move(what)}; }

Result<geo::Country> open(const std::string& file) {
    const std::string bytes = TRY(command::read_file(file));
    return geo::read_country(bytes_of(bytes));
}

Result<void> save(const geo::Country& country, const std::string& file) {
    const Bytes bytes = geo::write_country(country);
    // What the reader refuses is never left behind.
    if (const auto again = geo::read_country(bytes); !again) return again.error();
    return command::write_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

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
    const geo::Country country = TRY(geo::make_schematic(list, outlines.provinces, outlines.marks, seed, outlines.source));
    TRY(save(country, arguments.value("--out")));
    std::printf("%zu provinces, %zu districts, %zu leaves, %zu arcs, %zu points: %s\n", country.units[0].size(), country.units[1].size(),
                country.leaves(), country.arcs(), country.points.size(), arguments.value("--out").c_str());
    return {};
}

Result<void> show(const Arguments& arguments) {
    if (arguments.operands.size() != 1) return usage("show needs one file");
    const geo::Country country = TRY(open(arguments.operands[0]));
    const geo::Grid& grid = country.head.grid;
    const geo::LonLat corner = geo::unproject(grid.world(geo::Point{0, grid.height})), other = geo::unproject(grid.world(geo::Point{grid.width, 0}));
    std::printf("unit set    %s\nkind        %s\n", country.head.unit_set.c_str(), country.head.schematic ? "schematic: cells of our own, not surveyed" : "imported");
    if (country.head.schematic) std::printf("seed        %llu\n", static_cast<unsigned long long>(country.head.seed));
    std::printf("source      %s\n", country.head.source.c_str());
    std::printf("bounds      %.4f %.4f %.4f %.4f (west, south, east, north)\n", corner.longitude, corner.latitude, other.longitude, other.latitude);
    std::printf("grid        2^%d cells around the world, %.2f m each here\n", grid.bits, grid.metres_per_cell());
    for (const geo::Level level : geo::kLevels) {
        std::size_t named = 0;
        for (const geo::Unit& unit : country.units[geo::at(level)]) named += unit.code != 0;
        std::printf("%-11s %zu, and %zu that stand for the unit above\n", geo::name_of(level), named, country.units[geo::at(level)].size() - named);
    }
    std::printf("rings       %zu of %zu arcs, %zu points\n", country.ref_begin.size() - 1, country.arcs(), country.points.size());
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        std::size_t points = 0;
        for (const std::uint8_t each : country.details) points += each <= detail;
        std::printf("detail %zu    to zoom %d: %zu points\n", detail, country.head.zooms[detail], points);
    }
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
    const auto arguments = command::read_arguments(count, pointers.data(), 2, {}, {"--outlines", "--units", "--day", "--seed", "--out"});
    if (!arguments) return usage_error(arguments.error().detail);
    const std::pair<std::string_view, Result<void> (*)(const Arguments&)> commands[]{{"schematic", schematic}, {"show", show}};
    for (const auto& [name, command] : commands) {
        if (name != words[1]) continue;
        const auto done = command(*arguments);
        return done ? kOk : failed(done.error());
    }
    return usage_error("unknown command " + words[1]);
}

}  // namespace
}  // namespace lachan::boundaries

int main(int count, char** values) { return lachan::boundaries::run(count, values); }
