#include "boundaries/importing.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <set>

#include "boundaries/inputs.h"
#include "boundaries/islets.h"
#include "command/files.h"
#include "kernel/json.h"
#include "vocab/unit.h"

namespace lachan::boundaries {
namespace {

using command::Arguments;

constexpr std::size_t kMostTableBytes = std::size_t{1} << 26;

Error usage(std::string what) { return Error{Errc::malformed, "usage", std::move(what)}; }

/// One way to a code: a property that holds it, or a table from a property to codes.
struct CodeSource {
    std::string property;
    Json table;  ///< null without one
};

std::vector<std::string> parts(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

Result<std::vector<CodeSource>> read_sources(const Arguments& arguments) {
    std::vector<CodeSource> sources;
    for (const std::string& each : parts(arguments.value("--codes", "code"))) {
        if (!each.ends_with(".json")) {
            sources.push_back({each, nullptr});
            continue;
        }
        if (!arguments.has("--key")) return usage("a table of codes needs --key, the property that it is looked up by");
        Json table = TRY(parse_json(TRY(command::read_file(each)), {kMostTableBytes, 8, true}));
        if (!table.is_object())
            return Error{Errc::malformed, "geo.codes", each + ": a table is an object from keys to codes"};
        sources.push_back({arguments.value("--key"), std::move(table)});
    }
    return sources;
}

std::string code_of(const geo::Feature& feature, const std::vector<CodeSource>& sources) {
    for (const CodeSource& source : sources) {
        const auto property = feature.properties.find(source.property);
        if (property == feature.properties.end()) continue;
        if (source.table.is_null()) return property->second;
        if (const std::string_view code = text_at(source.table, property->second.c_str()); !code.empty())
            return std::string(code);
    }
    return "";
}

/// What to call a shape that has no code: what it says of itself.
std::string name_of(const geo::Feature& feature, const std::string& file, std::size_t index) {
    std::string name = std::filesystem::path(file).filename().string() + " " + std::to_string(index);
    for (const auto& [key, value] : feature.properties) {
        if (value.size() > 40 || name.size() > 160) continue;
        name += " " + key + "=" + value;
    }
    return name;
}

/// Hoàng Sa and Trường Sa (rule geo.islands).
bool is_always_shown(std::string_view district) { return district == "498" || district == "576"; }

/// Finds the unit of each code on the day, also through mergers.
class Namer {
public:
    Namer(const Units& units, Day day) : units_(units), day_(day) {}

    geo::Shape shape(const geo::Feature& feature, std::string code, std::string name) {
        geo::Shape shape{&feature, geo::Level::commune, 0, std::move(name)};
        const Unit* unit = units_.find(code, day_);
        if (unit == nullptr && !code.empty()) {
            const auto heirs = units_.successors_at(code, day_);
            if (heirs.size() == 1) {
                unit = heirs[0];
                changed.push_back(code + " -> " + std::string(unit->code) + " " + std::string(unit->name));
            } else if (heirs.size() > 1) {
                std::string all;
                for (const Unit* heir : heirs) all += (all.empty() ? "" : ", ") + std::string(heir->code);
                split.push_back(code + " -> " + all);
            }
        }
        if (unit == nullptr || unit->level < 2) return shape;
        districts.insert(std::string(unit->level == 2 ? unit->code : unit->parent));
        shape.level = unit->level == 2 ? geo::Level::district : geo::Level::commune;
        shape.code = static_cast<std::uint32_t>(std::strtoul(std::string(unit->code).c_str(), nullptr, 10));
        shape.name = std::string(unit->code) + " " + std::string(unit->name);
        return shape;
    }

    std::vector<std::string> changed, split;
    std::set<std::string, std::less<>> districts;  ///< in which a shape lies

private:
    const Units& units_;
    Day day_;
};

Result<double> decimal(const Arguments& arguments, const char* name, double otherwise, double most) {
    if (!arguments.has(name)) return otherwise;
    const std::string text = arguments.value(name);
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != 0 || !(value >= 0 && value <= most))
        return usage(std::string(name) + " needs a number from 0 to " + std::to_string(static_cast<long long>(most)));
    return value;
}

Result<geo::ImportOptions> read_options(const Arguments& arguments) {
    geo::ImportOptions options;
    options.bits = static_cast<int>(TRY(arguments.number("--bits", 26, 30, 16)));
    options.snap_metres = TRY(decimal(arguments, "--snap", options.snap_metres, 1000));
    options.gap_km2 = TRY(decimal(arguments, "--gap", options.gap_km2, 10000));
    options.scrap_km2 = TRY(decimal(arguments, "--scrap", options.scrap_km2, 10000));
    const std::string uncoded = arguments.value("--uncoded", "leave");
    if (uncoded != "leave" && uncoded != "join") return usage("--uncoded is leave or join");
    options.joins_uncoded = uncoded == "join";
    options.source = arguments.value("--source");
    return options;
}

/// Hoàng Sa and Trường Sa at this project's marks, where no shape lies in them: no map goes without, and few files of communes have them.
struct Marked {
    std::deque<geo::Feature> features;  // shapes point at them
    std::vector<geo::Shape> shapes;
    std::vector<std::string> names;
};

Result<Marked> mark_islands(const Arguments& arguments, Namer& namer) {
    Marked marked;
    if (!arguments.has("--mark-islands")) return marked;
    const Outlines outlines = TRY(read_outlines(TRY(command::read_asset(arguments, "--outlines", "outlines.json"))));
    for (const geo::Mark& mark : outlines.marks) {
        const std::string code = std::to_string(mark.district);
        if (!is_always_shown(code) || namer.districts.contains(code)) continue;
        marked.features.push_back(islets_at(mark));
        marked.shapes.push_back(namer.shape(marked.features.back(), code, "mark " + code));
        marked.names.push_back(marked.shapes.back().name);
    }
    return marked;
}

/// What is to be done about islands that are missing, in words of this program.
Error advised(const Error& error) {
    if (error.rule != "geo.islands") return error;
    return Error{error.code, error.rule,
                 error.detail + "; name a file that has them beside the others, or add --mark-islands for this project's own marks (schematic, not surveyed)"};
}

}  // namespace

Result<void> save(const geo::Country& country, const std::string& file) {
    const Bytes bytes = geo::write_country(country);
    // What the reader refuses is never left behind.
    if (const auto again = geo::read_country(bytes); !again) return again.error();
    return command::write_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<void> import_command(const Arguments& arguments) {
    if (arguments.operands.empty() || !arguments.has("--out")) return usage("import needs files and --out");
    TRY(command::check_place(arguments.value("--out")));
    geo::ImportOptions options = TRY(read_options(arguments));
    const std::vector<CodeSource> sources = TRY(read_sources(arguments));
    const auto day = Day::parse(arguments.value("--day", "2021-07-01"));
    if (!day) return usage("--day needs YYYY-MM-DD");
    const std::string unit_text = TRY(command::read_asset(arguments, "--units", "units.txt"));
    const Units units = TRY(Units::parse(unit_text));
    const geo::UnitList list = TRY(read_units(unit_text, *day));

    std::vector<std::vector<geo::Feature>> files;
    for (const std::string& file : arguments.operands) {
        auto features = geo::read_features(TRY(command::read_file(file)));
        if (!features)
            return Error{features.error().code, features.error().rule, file + ": " + features.error().detail};
        files.push_back(std::move(*features));
        if (!arguments.has("--source"))
            options.source += (options.source.empty() ? "" : ", ") + std::filesystem::path(file).filename().string();
    }
    Namer namer(units, *day);
    std::vector<geo::Shape> shapes;
    for (std::size_t file = 0; file < files.size(); ++file) {
        for (std::size_t i = 0; i < files[file].size(); ++i) {
            const geo::Feature& feature = files[file][i];
            shapes.push_back(
                namer.shape(feature, code_of(feature, sources), name_of(feature, arguments.operands[file], i)));
        }
    }
    const Marked marked = TRY(mark_islands(arguments, namer));
    shapes.insert(shapes.end(), marked.shapes.begin(), marked.shapes.end());
    for (const std::string& name : marked.names) options.source += "; schematic mark, not surveyed: " + name;
    auto taken = geo::import_shapes(list, shapes, options);
    if (!taken) return advised(taken.error());
    geo::Imported imported = std::move(*taken);
    imported.report.schematic = marked.names;
    imported.report.changed = std::move(namer.changed);
    imported.report.split = std::move(namer.split);
    // The report first: where the file stands, so does what is to be known of it.
    if (arguments.has("--report"))
        TRY(command::write_file(arguments.value("--report"), geo::report_json(imported.report)));
    TRY(save(imported.country, arguments.value("--out")));
    std::fputs(geo::report_text(imported.report).c_str(), stdout);
    std::printf("%zu provinces, %zu districts, %zu leaves, %zu arcs, %zu points: %s\n",
                imported.country.units[0].size(), imported.country.units[1].size(), imported.country.leaves(),
                imported.country.arcs(), imported.country.points.size(), arguments.value("--out").c_str());
    return {};
}

}  // namespace lachan::boundaries
