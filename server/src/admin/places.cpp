// Places from a CSV file: all rows are judged first, and told with line and field; then all are recorded, or none, and none twice.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "admin/admin.h"
#include "geo/country.h"
#include "geo/locate.h"
#include "systems.h"

namespace lachan::admin {
namespace {

constexpr std::array kFields = {"type", "unit", "name", "longitude", "latitude", "from", "fromTime", "until", "untilTime", "note"};
enum : std::size_t { kUnit = 1, kLongitude = 3, kLatitude = 4, kNeeded = 6 };  ///< places in kFields; the first ones a file must have

struct Row {
    std::size_t line = 0;
    std::string unit;
    Json body;
    geo::LonLat place;
};

std::optional<double> read_degrees(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (text.empty() || failure != std::errc() || end != text.data() + text.size() || std::abs(value) > 180) return std::nullopt;
    return value;
}

/// The header's place of each field; -1 for one that the file does not have.
Result<std::array<int, kFields.size()>> columns_of(const Cells& header) {
    std::array<int, kFields.size()> columns;
    columns.fill(-1);
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto found = std::find(kFields.begin(), kFields.end(), header[i]);
        if (found == kFields.end()) return Error{Errc::malformed, "import.format", "line 1: no field is called '" + header[i] + "'"};
        columns[static_cast<std::size_t>(found - kFields.begin())] = static_cast<int>(i);
    }
    for (std::size_t i = 0; i < kNeeded; ++i) {
        if (columns[i] < 0) return Error{Errc::malformed, "import.format", std::string("line 1: there is no column ") + kFields[i]};
    }
    return columns;
}

/// What makes two places the same one, for a row of the file as for a mark of the map.
std::string identity_of(std::string_view unit, const Json& place) {
    std::string text(unit);
    for (const char* field : {"type", "name", "position", "from", "fromTime"}) text.append(1, '\n').append(text_at(place, field));
    return text;
}

/// Tells each row that is an earlier one again, or a place that is on the map: on its first day, by the question that the map asks.
Result<void> find_twins(Desk& desk, const std::vector<Row>& rows, const std::function<void(std::size_t, std::string_view, std::string_view)>& tell) {
    std::map<std::string, std::size_t> lines;
    std::set<std::pair<std::string, std::string>> asked;  // unit and day
    for (const Row& row : rows) {
        const auto [found, is_new] = lines.emplace(identity_of(row.unit, row.body), row.line);
        if (!is_new) tell(row.line, "row", "is the place of line " + std::to_string(found->second) + " again");
        asked.emplace(row.unit, text_at(row.body, "from"));
    }
    Context context{*desk.database, desk.units, desk.now, Side::server, {}, {}};
    for (const auto& [unit, day] : asked) {
        Json question{{"unit", unit}, {"day", day}};
        for (bool more = true; more;) {
            const Json answer = TRY(ask(context, "places.marks", question));
            for (const Json& there : at(answer, "marks")) {
                const auto found = lines.find(identity_of(text_at(there, "unit"), there));
                if (found != lines.end()) tell(found->second, "row", "is on the map already");
            }
            more = at(answer, "more") == true;
            if (more) question["after"] = text_at(answer, "after");
        }
    }
    return {};
}

/// Says which places lie outside of their unit. Schematic shapes say nothing about that.
Result<void> warn_of_boundaries(const std::string& file, const std::vector<Row>& rows) {
    const std::string bytes = TRY(read_whole(file));
    const geo::Country country = TRY(geo::read_country({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
    if (country.head.schematic) {
        std::printf("%s has schematic shapes: not asked whether places lie inside their unit\n", file.c_str());
        return {};
    }
    const geo::Locator locator(country);
    for (const Row& row : rows) {
        const std::uint32_t leaf = locator.find(row.place);
        const geo::Level level = row.unit.size() == 5 ? geo::Level::commune : geo::Level::district;
        const auto& units = country.units[geo::at(level)];
        const bool is_inside = leaf != geo::kNone && units[country.above(leaf, level)].code == static_cast<std::uint32_t>(std::stoul(row.unit));
        if (!is_inside) std::printf("line %zu: warning: the place lies outside of unit %s\n", row.line, row.unit.c_str());
    }
    return {};
}

}  // namespace

Result<void> import_places(Desk& desk) {
    const auto lines = TRY(read_rows(desk.arguments.words[0]));
    const auto columns = TRY(columns_of(lines[0].cells));
    std::vector<Row> rows;
    std::size_t wrong = 0;
    const auto tell = [&](std::size_t line, std::string_view field, std::string_view rule) {
        if (++wrong <= 40) std::printf("line %zu, %.*s: %.*s\n", line, static_cast<int>(field.size()), field.data(), static_cast<int>(rule.size()), rule.data());
    };
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const Cells& cells = lines[i].cells;
        if (cells.size() != lines[0].cells.size()) {
            tell(lines[i].line, "row", "has " + std::to_string(cells.size()) + " cells instead of " + std::to_string(lines[0].cells.size()));
            continue;
        }
        const auto cell = [&](std::size_t field) { return columns[field] < 0 ? std::string() : cells[static_cast<std::size_t>(columns[field])]; };
        Row row{lines[i].line, cell(kUnit), Json::object(), {}};
        for (std::size_t field = 0; field < kFields.size(); ++field) {
            if (field != kLongitude && field != kLatitude && !cell(field).empty()) row.body[kFields[field]] = cell(field);
        }
        const auto longitude = read_degrees(cell(kLongitude)), latitude = read_degrees(cell(kLatitude));
        if (!longitude) tell(row.line, "longitude", "is no number of degrees: '" + cell(kLongitude) + "'");
        if (!latitude) tell(row.line, "latitude", "is no number of degrees: '" + cell(kLatitude) + "'");
        if (!longitude || !latitude) continue;
        row.place = {*longitude, *latitude};
        row.body["position"] = std::to_string(std::llround(*longitude * 1e6)) + ',' + std::to_string(std::llround(*latitude * 1e6));
        const Violations violations = TRY(check("places", {"risk_place", 1, row.body, row.unit, desk.units, desk.now, true}));
        for (const Violation& violation : violations) tell(row.line, violation.field == "position" ? "longitude, latitude" : violation.field, violation.rule);
        if (violations.empty()) rows.push_back(std::move(row));
    }
    const auto nothing = [&wrong] { return Error{Errc::rejected, "import.nothing", std::to_string(wrong) + " errors; nothing was recorded"}; };
    if (wrong > 0) return nothing();
    TRY(find_twins(desk, rows, tell));
    if (wrong > 0) return nothing();
    if (desk.arguments.has("boundaries")) TRY(warn_of_boundaries(desk.arguments.get("boundaries"), rows));

    // A device of this server, with what the provinces' centres may do.
    Actor actor{"lachan-admin", "", {}};
    for (const Unit* province : desk.units.children(kNation, day_in_vietnam(desk.now)))
        actor.grants.push_back({Role::provincial_cdc, std::string(province->code), Instant{0}});
    Recorder recorder(desk, TRY(FileKey::open(desk.data, "system-device")), std::move(actor));
    for (Row& row : rows) TRY(recorder.add("places", "risk_place", row.unit, std::move(row.body), desk.now));
    const auto answers = TRY(recorder.flush(Recorder::Keep::all_or_none));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].outcome == Outcome::rejected) tell(rows[i].line, "row", "refused: " + answers[i].rule);
    }
    if (wrong > 0) return nothing();
    std::printf("%zu places recorded\n", rows.size());
    return {};
}

}  // namespace lachan::admin
