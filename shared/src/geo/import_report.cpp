#include <algorithm>

#include "geo/import.h"
#include "kernel/json.h"

namespace lachan::geo {
namespace {

constexpr std::size_t kShown = 12;

Json gaps_json(const std::vector<ImportReport::Gap>& gaps) {
    Json list = Json::array();
    for (const auto& gap : gaps) list.push_back({{"heir", gap.heir}, {"squareMetres", gap.area}});
    return list;
}

std::string total(const std::vector<ImportReport::Gap>& gaps) {
    std::int64_t area = 0;
    for (const auto& gap : gaps) area += gap.area;
    return std::to_string(gaps.size()) + ", " + std::to_string(area) + " m² in all";
}

void put_list(std::string& text, const char* what, const std::vector<std::string>& list) {
    text += std::string(what) + ": " + std::to_string(list.size()) + "\n";
    for (std::size_t i = 0; i < std::min(list.size(), kShown); ++i) text += "    " + list[i] + "\n";
    if (list.size() > kShown)
        text += "    ... and " + std::to_string(list.size() - kShown) + " more (--report has all)\n";
}

}  // namespace

std::string report_json(const ImportReport& report) {
    Json overlaps = Json::array();
    for (const auto& each : report.overlaps)
        overlaps.push_back(
            {{"first", each.first}, {"second", each.second}, {"heir", each.heir}, {"squareMetres", each.area}});
    return canonical(Json{{"shapes", report.shapes},
                          {"taken", report.taken},
                          {"schematic", report.schematic},
                          {"codesWithoutShape", report.codes_without_shape},
                          {"shapesWithoutCode", report.shapes_without_code},
                          {"changed", report.changed},
                          {"split", report.split},
                          {"lost", report.lost},
                          {"overlaps", overlaps},
                          {"gaps", gaps_json(report.gaps)},
                          {"scraps", gaps_json(report.scraps)},
                          {"clockwise", report.clockwise},
                          {"counterClockwise", report.counter_clockwise},
                          {"openRings", report.open_rings},
                          {"emptyRings", report.empty_rings},
                          {"crossing", report.crossing},
                          {"touching", report.touching}}) +
           "\n";
}

std::string report_text(const ImportReport& report) {
    std::string text = "shapes: " + std::to_string(report.shapes) + ", " + std::to_string(report.taken) +
                       " of them units of the list\n";
    if (!report.schematic.empty()) put_list(text, "schematic, at marks of this project, not surveyed", report.schematic);
    put_list(text, "codes without a shape", report.codes_without_shape);
    put_list(text, "shapes without a code", report.shapes_without_code);
    put_list(text, "taken over from units that have changed", report.changed);
    put_list(text, "shapes of units that were split, left out", report.split);
    put_list(text, "units of which nothing was left", report.lost);
    std::int64_t area = 0;
    std::vector<std::string> lines;
    std::vector<ImportReport::Overlap> overlaps = report.overlaps;
    std::stable_sort(overlaps.begin(), overlaps.end(), [](const auto& l, const auto& r) { return l.area > r.area; });
    for (const auto& each : overlaps) {
        area += each.area;
        lines.push_back(each.first + " and " + each.second + ": " + std::to_string(each.area) + " m², to " + each.heir);
    }
    put_list(text, ("overlaps, " + std::to_string(area) + " m² in all").c_str(), lines);
    text += "gaps closed: " + total(report.gaps) + "\nscraps joined: " + total(report.scraps) + "\n";
    text += "outer rings: " + std::to_string(report.clockwise) + " clockwise, " +
            std::to_string(report.counter_clockwise) +
            " counter-clockwise; open: " + std::to_string(report.open_rings) +
            ", without area: " + std::to_string(report.empty_rings) + "\n";
    put_list(text, "shapes that cross themselves", report.crossing);
    put_list(text, "units with a ring that touches itself", report.touching);
    return text;
}

}  // namespace lachan::geo
