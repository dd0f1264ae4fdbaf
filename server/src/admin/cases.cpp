#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <set>

#include "admin/admin.h"
#include "kernel/text.h"

namespace lachan::admin {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} << 20;

}  // namespace

Result<std::string> read_whole(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    std::vector<char> part(1 << 20);
    // read() and not an iterator: a folder can be opened, and is an error of the first read only.
    while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > kMostBytes) return Error{Errc::malformed, "import.size", path + " is larger than 256 MiB"};
    }
    if (!file.eof()) return Error{Errc::not_found, "import.file", "cannot read " + path};
    return text;
}

Result<std::vector<CsvRow>> read_rows(const std::string& path) {
    auto rows = read_csv(TRY(read_whole(path)));
    if (!rows) return Error{rows.error().code, rows.error().rule, path + ": " + rows.error().detail};
    if (rows->size() < 2) return Error{Errc::malformed, "import.empty", path + " has no rows"};
    return rows;
}

namespace {

/// What a file held: a series for each province code, and what could not be used.
struct Table {
    std::map<std::string, std::map<std::int32_t, std::int64_t>> series;  ///< code of a unit -> days since 1970 -> cases
    std::set<std::pair<std::string, std::int32_t>> unread;  ///< unit and day that the file names without a number that can be used
    std::vector<Skipped> skipped;
    std::string measure = "cases";
    std::string source;
};

/// YYYY-MM-DD, or d/m/yyyy as the national portal writes it.
std::optional<Day> read_day(std::string_view text) {
    if (const auto day = Day::parse(text)) return *day;
    int parts[3] = {};
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (int i = 0; i < 3; ++i) {
        const auto [stop, failure] = std::from_chars(at, end, parts[i]);
        if (failure != std::errc() || (i < 2 && (stop == end || *stop != '/')) || (i == 2 && stop != end)) return std::nullopt;
        at = stop + 1;
    }
    char text_form[16];
    std::snprintf(text_form, sizeof text_form, "%04d-%02d-%02d", std::clamp(parts[2], 0, 9'999), std::clamp(parts[1], 0, 99),
                  std::clamp(parts[0], 0, 99));
    const auto day = Day::parse(text_form);
    return day ? std::optional<Day>(*day) : std::nullopt;
}

std::optional<std::int64_t> read_count(std::string_view text) {
    // Written by a program that had gaps in its column: "12.0" is twelve.
    if (text.size() > 2 && text.substr(text.size() - 2) == ".0") text.remove_suffix(2);
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failure != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// A name in the form in which names of provinces are compared: "Tỉnh Thừa Thiên Huế", "Thừa Thiên - Huế" -> "THUATHIENHUE".
std::string plain(std::string_view name) {
    std::string folded = fold(name);
    for (const std::string_view word : {"THANH PHO ", "TINH ", "TP. ", "TP ", "TP."}) {
        if (folded.substr(0, word.size()) == word) {
            folded.erase(0, word.size());
            break;
        }
    }
    if (folded.size() > 5 && folded.substr(folded.size() - 5) == " CITY") folded.resize(folded.size() - 5);
    std::erase_if(folded, [](char c) { return c < 'A' || c > 'Z'; });
    return folded;
}

class Provinces {
public:
    /// The provinces of all `days`: a series of 2021 names those of 2021, whatever became of them.
    Provinces(const Units& units, std::initializer_list<Day> days) {
        for (const Day day : days) {
            for (const Unit* unit : units.children(kNation, day)) {
                by_name_[plain(unit->name)] = std::string(unit->code);
                codes_.insert(std::string(unit->code));
            }
        }
    }
    /// The code of a province by its code or its name in any spelling; "" when there is none.
    std::string find(const std::string& text) const {
        if (codes_.count(text) > 0) return text;
        const auto found = by_name_.find(plain(text));
        return found == by_name_.end() ? std::string() : found->second;
    }

private:
    std::map<std::string, std::string> by_name_;
    std::set<std::string> codes_;
};

/// A name below a province as files write it: marks do not count, numbers do. "05" and "5" are one.
std::string plain_below(std::string_view name) {
    std::string folded = fold(name);
    std::erase_if(folded, [](char c) { return (c < 'A' || c > 'Z') && (c < '0' || c > '9'); });
    if (folded.size() > 1 && folded[0] == '0') folded.erase(0, 1);
    return folded;
}

/// "Phường 5" of a file whose list has "Phường 05". With its marks, so that "Phương Liễu" is no "Phường".
std::string_view without_kind(std::string_view name) {
    for (const std::string_view kind : {"Thành phố ", "TP. ", "Quận ", "Huyện ", "Thị xã ", "TX. ", "Phường ", "Thị trấn ", "Xã "}) {
        if (name.size() > kind.size() && name.substr(0, kind.size()) == kind) return name.substr(kind.size());
    }
    return name;
}

/// The name without the kind that the list gives the unit: "Phường 05" is "05"; "Phương Liễu" keeps all of it.
std::string_view bare_name(const Unit& unit) {
    std::string_view name = unit.name;
    if (name.size() > unit.kind.size() + 1 && name.substr(0, unit.kind.size()) == unit.kind) name.remove_prefix(unit.kind.size() + 1);
    return name;
}

/// Units below a unit by code, or by name, with its kind or without. A name that two of them have names neither: then the kind says which.
class Below {
public:
    Below(const Units& units, Day day) : units_(units), day_(day) {}

    std::string find(const std::string& parent, std::string_view name) {
        if (const Unit* unit = units_.find(name, day_); unit && unit->parent == parent) return std::string(unit->code);
        auto [known, is_new] = by_parent_.try_emplace(parent);
        if (is_new) {
            for (const Unit* unit : units_.children(parent, day_)) {
                for (const std::string& form : {plain_below(unit->name), plain_below(bare_name(*unit))}) {
                    const auto [at, is_first] = known->second.emplace(form, unit->code);
                    if (!is_first && at->second != unit->code) at->second.clear();
                }
            }
        }
        for (const std::string_view form : {name, without_kind(name)}) {
            const auto found = known->second.find(plain_below(form));
            if (found != known->second.end()) return found->second;
        }
        return {};
    }

private:
    const Units& units_;
    Day day_;
    std::map<std::string, std::map<std::string, std::string>> by_parent_;
};

int column(const Cells& header, std::string_view name) {
    const auto found = std::find(header.begin(), header.end(), name);
    return found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

/// province,[district,commune,]date,cases: a row a day; the deepest unit that is named counts.
Table read_long(const std::vector<CsvRow>& lines, const Provinces& provinces, Below below) {
    Table table;
    const Cells& header = lines[0].cells;
    const int province = column(header, "province"), date = column(header, "date"), cases = column(header, "cases");
    const int district = column(header, "district"), commune = column(header, "commune");
    std::map<std::string, int> unknown;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const Cells& row = lines[i].cells;
        const std::string where = "line " + std::to_string(lines[i].line);
        if (row.size() != header.size()) {
            table.skipped.push_back({where, "has " + std::to_string(row.size()) + " cells instead of " + std::to_string(header.size())});
            continue;
        }
        const auto cell = [&](int place) { return place < 0 ? std::string() : row[static_cast<std::size_t>(place)]; };
        std::string code = provinces.find(cell(province));
        std::string name = cell(province);
        for (const int deeper : {district, commune}) {
            if (cell(deeper).empty()) {
                // A commune is found in its district alone: its row is not the province's.
                if (deeper == district && !cell(commune).empty()) {
                    name = cell(commune) + ", " + name;
                    code.clear();
                }
                break;
            }
            if (code.empty()) break;
            code = below.find(code, cell(deeper));
            name = cell(deeper) + ", " + name;
        }
        const auto day = read_day(cell(date));
        const auto count = read_count(cell(cases));
        if (code.empty()) ++unknown[name];
        else if (!day) table.skipped.push_back({where, "no day: " + cell(date)});
        else if (!count) {
            table.unread.emplace(code, day->days);
            table.skipped.push_back({where, "no count"});
        } else if (!table.series[code].emplace(day->days, *count).second) table.skipped.push_back({where, "the day comes twice"});
    }
    for (const auto& [name, count] : unknown) table.skipped.push_back({name, std::string(name.find(", ") == std::string::npos ? "no such province (" : "no such unit (") + std::to_string(count) + " rows)"});
    return table;
}

/// date,<province>,<province>...: a row a day, a column a province.
Table read_wide_names(const std::vector<CsvRow>& lines, const Provinces& provinces) {
    Table table;
    const Cells& header = lines[0].cells;
    std::vector<std::string> codes(header.size());
    for (std::size_t i = 1; i < header.size(); ++i) {
        codes[i] = provinces.find(header[i]);
        if (codes[i].empty()) table.skipped.push_back({header[i], "no such province"});
    }
    for (std::size_t line = 1; line < lines.size(); ++line) {
        const Cells& row = lines[line].cells;
        const auto day = read_day(row[0]);
        if (!day || row.size() != header.size()) {
            table.skipped.push_back({"line " + std::to_string(lines[line].line), day ? "another number of cells" : "no day: " + row[0]});
            continue;
        }
        for (std::size_t i = 1; i < row.size(); ++i) {
            if (codes[i].empty() || row[i].empty()) continue;
            const auto count = read_count(row[i]);
            if (count) table.series[codes[i]].emplace(day->days, *count);
            else table.skipped.push_back({header[i] + ' ' + row[0], "no count"});
        }
    }
    return table;
}

/// id,<day>,<day>...: a row a province by the id of its source; province_ids.csv beside the file says which one is meant.
Result<Table> read_wide_ids(const std::vector<CsvRow>& lines, const std::string& file, const Provinces& provinces) {
    const auto key = (std::filesystem::path(file).parent_path() / "province_ids.csv").string();
    const auto ids = TRY(read_rows(key));
    const int id_column = column(ids[0].cells, "id"), code_column = column(ids[0].cells, "province_code");
    if (id_column < 0 || code_column < 0) return Error{Errc::malformed, "import.ids", key + " has no id and province_code"};
    std::map<std::string, std::string> codes;
    for (std::size_t i = 1; i < ids.size(); ++i) {
        const auto most = static_cast<std::size_t>(std::max(id_column, code_column));
        const Cells& row = ids[i].cells;
        if (row.size() > most) codes[row[static_cast<std::size_t>(id_column)]] = row[static_cast<std::size_t>(code_column)];
    }
    Table table;
    if (std::filesystem::path(file).filename().string().find("death") != std::string::npos) table.measure = "deaths";
    const Cells& header = lines[0].cells;
    for (std::size_t line = 1; line < lines.size(); ++line) {
        const Cells& row = lines[line].cells;
        const std::string code = provinces.find(codes[row[0]]);
        if (code.empty()) {
            table.skipped.push_back({"id " + row[0], "no province in province_ids.csv"});
            continue;
        }
        for (std::size_t i = 1; i < row.size() && i < header.size(); ++i) {
            const auto day = read_day(header[i]);
            const auto count = read_count(row[i]);
            if (day && count) table.series[code].emplace(day->days, *count);
            else if (!row[i].empty()) table.skipped.push_back({code + ' ' + header[i], day ? "no count: " + row[i] : "no day"});
        }
    }
    return table;
}

/// level3_id,population or code,population, told from the first day that counts can have (riskmap.days). A district whose communes are
/// all told has their sum.
Result<Table> read_people(const std::vector<CsvRow>& lines, const Units& units, Day day) {
    constexpr Day kFirst{18'262};  // 2020-01-01
    Table table;
    table.measure = "population";
    const Cells& header = lines[0].cells;
    const int commune = std::max(column(header, "level3_id"), column(header, "code")), people = column(header, "population");
    if (commune < 0 || people < 0) return Error{Errc::malformed, "import.format", "people need the columns code (or level3_id) and population"};
    std::map<std::string, std::pair<std::int64_t, std::size_t>> districts;  // people, and of how many communes
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const Cells& row = lines[i].cells;
        const std::string where = "line " + std::to_string(lines[i].line);
        if (row.size() != header.size()) {
            table.skipped.push_back({where, "has " + std::to_string(row.size()) + " cells instead of " + std::to_string(header.size())});
            continue;
        }
        const std::string& code = row[static_cast<std::size_t>(commune)];
        const auto count = read_count(row[static_cast<std::size_t>(people)]);
        const Unit* unit = units.find(code, day);
        if (!unit) table.skipped.push_back({where, "no such unit: " + code});
        else if (!count) table.skipped.push_back({where, "no number of people"});
        else if (!table.series[code].emplace(kFirst.days, *count).second) table.skipped.push_back({where, "the unit comes twice"});
        else if (unit->level == 3) {
            auto& [sum, communes] = districts[std::string(unit->parent)];
            sum += *count;
            ++communes;
        }
    }
    for (const auto& [district, of] : districts) {
        if (of.second == units.children(district, day).size()) table.series[district].emplace(kFirst.days, of.first);
    }
    return table;
}

/// code,measure,[source,]date,value, as lachan-riskmap reads it: a table for each measure and source. What a measure is and how much of it
/// there can be is known to the record.
Result<std::vector<Table>> read_figures(const std::vector<CsvRow>& lines, const std::string& source, const Units& units, std::vector<Skipped>& skipped) {
    const Cells& header = lines[0].cells;
    const int unit = column(header, "code"), measure = column(header, "measure"), date = column(header, "date"), value = column(header, "value");
    const int told_by = column(header, "source");
    if (unit < 0 || measure < 0 || date < 0 || value < 0) {
        return Error{Errc::malformed, "import.format", "figures need the columns code, measure, date and value"};
    }
    std::map<std::pair<std::string, std::string>, Table> tables;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const Cells& row = lines[i].cells;
        const std::string where = "line " + std::to_string(lines[i].line);
        if (row.size() != header.size()) {
            skipped.push_back({where, "has " + std::to_string(row.size()) + " cells instead of " + std::to_string(header.size())});
            continue;
        }
        const auto cell = [&](int place) { return place < 0 ? std::string() : row[static_cast<std::size_t>(place)]; };
        const std::string code = cell(unit), teller = cell(told_by).empty() ? source : cell(told_by);
        const auto day = read_day(cell(date));
        const auto count = read_count(cell(value));
        if (!day) skipped.push_back({where, "no day: " + cell(date)});
        else if (code != kNation && !units.find(code, *day)) skipped.push_back({where, "no such unit: " + code});
        else if (!count) skipped.push_back({where, "no number: " + cell(value)});
        else {
            Table& table = tables[{cell(measure), teller}];
            table.measure = cell(measure);
            table.source = teller;
            if (!table.series[code].emplace(day->days, *count).second) skipped.push_back({where, "the day comes twice"});
        }
    }
    std::vector<Table> out;
    for (auto& [key, table] : tables) out.push_back(std::move(table));
    return out;
}

/// For a file that lists every case: a unit of it had none on a day that the file covers and does not name. Days that it names and that
/// could not be read stay unknown.
void fill_gaps(Table& table) {
    std::optional<std::int32_t> first, last;
    for (const auto& [unit, days] : table.series) {
        if (days.empty()) continue;
        first = std::min(first.value_or(days.begin()->first), days.begin()->first);
        last = std::max(last.value_or(days.rbegin()->first), days.rbegin()->first);
    }
    for (auto& [unit, days] : table.series) {
        for (std::int32_t day = first.value_or(0); first && day <= *last; ++day) {
            if (table.unread.count({unit, day}) == 0) days.emplace(day, 0);
        }
    }
}

/// A single day that towers over all others of its province is a sum or a late entry, not a day's count.
void drop_outliers(Table& table) {
    constexpr std::int64_t kLeast = 10'000;
    constexpr std::int64_t kTimes = 8;
    for (auto& [province, days] : table.series) {
        std::vector<std::int64_t> sorted;
        for (const auto& [day, count] : days) sorted.push_back(count);
        std::sort(sorted.begin(), sorted.end());
        const std::int64_t second = sorted.size() > 1 ? sorted[sorted.size() - 2] : 0;
        for (auto it = days.begin(); it != days.end();) {
            if (it->second >= kLeast && it->second > kTimes * second) {
                table.skipped.push_back({province + ' ' + to_string(Day{it->first}),
                                         std::to_string(it->second) + " is no count of one day (next highest " + std::to_string(second) + ")"});
                table.unread.emplace(province, it->first);
                it = days.erase(it);
            } else {
                ++it;
            }
        }
    }
}

Result<std::string> detect(const Cells& header) {
    const bool has_codes = column(header, "level3_id") >= 0 || column(header, "code") >= 0;
    if (has_codes && column(header, "population") >= 0) return std::string("people");
    if (has_codes && column(header, "measure") >= 0) return std::string("figures");
    if (column(header, "province") >= 0 && column(header, "date") >= 0 && column(header, "cases") >= 0) return std::string("long");
    if (header[0] == "date" && header.size() > 2) return std::string("wide-names");
    if (header[0] == "id" && header.size() > 2 && read_day(header[1])) return std::string("wide-ids");
    return Error{Errc::malformed, "import.format", "the header is of no known format (long, wide-names, wide-ids, people, figures)"};
}

/// A source's short name from the file: letters, digits and hyphens, as the record wants it.
std::string source_of(const std::string& file) {
    const std::filesystem::path path(std::filesystem::absolute(file));
    std::string text = path.parent_path().filename().string() + '-' + path.stem().string();
    std::string out;
    for (const char c : text) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (good) out += c;
        else if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
        else if (!out.empty() && out.back() != '-') out += '-';
    }
    return out.substr(0, 40);
}

/// The values of a record, cut where a series is longer than one may be.
constexpr int kMostDays = 800;

struct Part {
    Day from;
    std::string values;
    int told = 0;
};

std::vector<Part> parts_of(const std::map<std::int32_t, std::int64_t>& days) {
    std::vector<Part> parts;
    std::int32_t next = 0;
    for (const auto& [day, count] : days) {
        if (parts.empty() || day >= parts.back().from.days + kMostDays) {
            parts.push_back({Day{day}, {}, 0});
            next = day;
        }
        for (; next < day; ++next) parts.back().values += ',';
        parts.back().values += std::to_string(count);
        ++parts.back().told;
    }
    return parts;
}

/// All that a file tells, a table for each measure and source of it.
Result<std::vector<Table>> read_tables(const Desk& desk, const std::vector<CsvRow>& lines, const std::string& file, const std::string& source,
                                       const std::string& format, Gaps gaps, std::vector<Skipped>& skipped) {
    if (format == "figures") {
        if (gaps == Gaps::are_zero) return Error{Errc::malformed, "import.format", "--complete is for files of cases, not of figures"};
        return read_figures(lines, source, desk.units, skipped);
    }
    const Day listed = TRY(Day::parse("2021-06-30"));  // the units that the files of 2021 name
    const Provinces provinces(desk.units, {listed, day_in_vietnam(desk.now)});
    Table table;
    if (format == "long") table = read_long(lines, provinces, Below(desk.units, listed));
    else if (format == "people") table = TRY(read_people(lines, desk.units, listed));
    else if (format == "wide-names") table = read_wide_names(lines, provinces);
    else if (format == "wide-ids") table = TRY(read_wide_ids(lines, file, provinces));
    else return Error{Errc::malformed, "import.format", "no format '" + format + "' (auto, long, wide-names, wide-ids, people, figures)"};
    table.source = source;
    if (table.measure != "population") drop_outliers(table);
    if (gaps == Gaps::are_zero) fill_gaps(table);
    std::erase_if(table.series, [](const auto& one) { return one.second.empty(); });
    skipped = std::move(table.skipped);
    return std::vector<Table>{std::move(table)};
}

}  // namespace

Result<Import> import_cases(Desk& desk, const std::string& file, std::string source, std::string format, Gaps gaps) {
    const auto lines = TRY(read_rows(file));
    if (format.empty() || format == "auto") format = TRY(detect(lines[0].cells));
    if (source.empty()) source = source_of(file);
    Import import;
    const auto tables = TRY(read_tables(desk, lines, file, source, format, gaps, import.skipped));
    // The counts of the nation's own importer: a device of this server, under the national centre's right to write.
    Actor actor{"lachan-admin", "", {Grant{Role::national_centre, std::string(kNation), Instant{0}}}};
    Recorder recorder(desk, TRY(FileKey::open(desk.data, "system-device")), std::move(actor));
    std::vector<std::pair<std::string, int>> sent;  // what it is, and how many values
    const auto settle = [&]() -> Result<void> {
        const auto answers = TRY(recorder.flush());
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& [what, values] = sent[i];
            if (answers[i].outcome == Outcome::rejected) {
                import.skipped.push_back({what, "refused: " + answers[i].rule});
                continue;
            }
            ++import.records;
            import.values += values;
        }
        sent.clear();
        progress("import: " + std::to_string(import.records) + " series");
        return {};
    };
    const Day today = day_in_vietnam(desk.now);
    for (const Table& table : tables) {
        for (const auto& [code, days] : table.series) {
            // Whoever took the unit over answers for its numbers; they stay under its own code.
            const auto heirs = desk.units.successors_at(code, today);
            const std::string unit(heirs.size() == 1 ? heirs.front()->code : std::string_view(code));
            for (const Part& part : parts_of(days)) {
                Json body{{"unit", code}, {"source", table.source}, {"measure", table.measure}, {"from", to_string(part.from)}, {"values", part.values}};
                TRY(recorder.add("riskmap", "case_series", unit, std::move(body), desk.now));
                sent.emplace_back(format == "figures" ? code + ' ' + table.measure : code, part.told);
            }
            if (recorder.waiting() >= 20) TRY(settle());
        }
    }
    if (recorder.waiting() > 0) TRY(settle());
    return import;
}

Result<void> import_command(Desk& desk) {
    const Gaps gaps = desk.arguments.has("complete") ? Gaps::are_zero : Gaps::are_unknown;
    const auto done = TRY(import_cases(desk, desk.arguments.words[0], desk.arguments.get("source"), desk.arguments.get("format"), gaps));
    progress("import: done", true);
    std::printf("%d series recorded, %d values used, %zu skipped\n", done.records, done.values, done.skipped.size());
    constexpr std::size_t kShown = 40;
    for (std::size_t i = 0; i < std::min(done.skipped.size(), kShown); ++i) {
        std::printf("  skipped %s: %s\n", done.skipped[i].place.c_str(), done.skipped[i].reason.c_str());
    }
    if (done.skipped.size() > kShown) std::printf("  ... and %zu more\n", done.skipped.size() - kShown);
    if (done.records == 0) return Error{Errc::rejected, "import.nothing", "nothing in the file could be used"};
    return {};
}

}  // namespace lachan::admin
