#include "files.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "kernel/text.h"

namespace lachan::riskmap_files {
namespace {

using riskmap::Country;
using riskmap::Figures;
using riskmap::Measure;
using riskmap::Place;

constexpr Day kPeopleSince{18'262};  // 2020-01-01
constexpr std::int64_t kSlipLeast = 1'000;
constexpr int kSlipDays = 14;
constexpr std::int64_t kSlipTimes = 8;

Error wrong(const std::string& name, std::size_t line, const std::string& what) {
    return {Errc::malformed, "riskmap.file", name + ": line " + std::to_string(line) + ": " + what};
}

/// A name without marks, case and signs, each word between spaces.
std::string folded_words(std::string_view name) {
    std::string folded = ' ' + fold(name) + ' ';
    for (char& c : folded) {
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = ' ';
    }
    return folded;
}

/// The letters and digits alone; "Phường 01" and "Phường 1" are one, so are "Ho Chi Minh" and "Ho Chi Minh city".
std::string squeezed(std::string folded) {
    if (folded.ends_with(" CITY ")) folded.erase(folded.size() - 5);
    std::string out;
    for (const char c : folded) {
        if (c != ' ') out += c;
    }
    if (out.size() > 1 && out[0] == '0') out.erase(0, 1);
    return out;
}

/// The same without the kind that files put before a name: "TP. Hồ Chí Minh".
std::string without_kind(std::string folded) {
    for (const char* kind : {" TINH ", " THANH PHO ", " TP ", " QUAN ", " HUYEN ", " THI XA ", " TX ", " PHUONG ", " XA ", " THI TRAN ", " TT "}) {
        const std::string_view word(kind);
        if (!folded.starts_with(word) || folded.size() == word.size()) continue;
        folded.erase(0, word.size() - 1);
        break;
    }
    return squeezed(std::move(folded));
}

/// A whole number, also written "73.0"; nullopt for anything else.
std::optional<std::int64_t> whole(std::string_view text) {
    text = trim(text);
    if (text.size() > 2 && text.ends_with(".0")) text.remove_suffix(2);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Day> in_reach(const Result<Day>& day) {
    if (!day || *day < riskmap::kFirstFigureDay || riskmap::kLastFigureDay < *day) return std::nullopt;
    return *day;
}

/// YYYY-MM-DD or D/M/YYYY, from 2000 to 2099.
std::optional<Day> day_of(std::string_view text) {
    if (const auto day = Day::parse(text)) return in_reach(day);
    int d = 0, m = 0, y = 0;
    char rest = 0;
    if (std::sscanf(std::string(text).c_str(), "%2d/%2d/%4d%c", &d, &m, &y, &rest) != 3) return std::nullopt;
    char iso[16];
    std::snprintf(iso, sizeof iso, "%04d-%02d-%02d", y, m, d);
    return in_reach(Day::parse(iso));
}

/// A source of our own form, from the name of a file: "commune_day.csv" is "commune-day".
std::string source_of(const std::string& name) {
    std::string stem = name.substr(name.find_last_of('/') + 1);
    stem = stem.substr(0, stem.find('.'));
    std::string out;
    for (const char c : stem) out += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : '-';
    return out.substr(0, 40);
}

}  // namespace

Result<std::vector<CsvRow>> rows_of(const std::string& name, const std::string& text) {
    auto rows = read_csv(text);
    if (!rows) return Error{rows.error().code, rows.error().rule, name + ": " + rows.error().detail};
    if (rows->empty()) return Error{Errc::malformed, "riskmap.file", name + ": it is empty"};
    return rows;
}

Names::Names(const Units& units, const Country& country, Day day) {
    for (std::size_t i = 0; i < country.places.size(); ++i) {
        const Place& place = country.places[i];
        const Unit* unit = units.find(place.code, day);
        if (!unit) continue;
        const std::string_view own = unit->name.starts_with(unit->kind) ? unit->name.substr(unit->kind.size()) : unit->name;
        by_name_[{place.level == 1 ? -1 : place.parent, squeezed(folded_words(own))}].push_back(static_cast<int>(i));
    }
}

int Names::find(int parent, std::string_view name) const {
    const std::string folded = folded_words(name);
    for (const std::string& asked : {squeezed(folded), without_kind(folded)}) {
        const auto found = by_name_.find({parent, asked});
        if (found != by_name_.end()) return found->second.size() == 1 ? found->second.front() : -2;
    }
    return -1;
}

void Files::flag(const std::string& what) {
    ++flagged_;
    tell_(what);
}

void Files::Strays::add(const std::string& what, std::size_t line) {
    const auto [found, is_new] = places_.try_emplace(what, all_.size());
    if (is_new) all_.push_back({what, line, 0});
    ++all_[found->second].lines;
}

void Files::flag(const std::string& name, const Strays& strays) {
    for (const Stray& one : strays.all()) {
        flagged_ += one.lines;
        const std::string others = one.lines == 2 ? " and 1 more" : one.lines > 2 ? " and " + std::to_string(one.lines - 1) + " more" : "";
        tell_(name + ": line " + std::to_string(one.line) + others + ": " + one.what);
    }
}

void Files::put(int place, Measure measure, const std::string& source, Day day, std::int64_t value) {
    country_.places[static_cast<std::size_t>(place)].figures.add(measure, source, day, value);
    const int level = country_.places[static_cast<std::size_t>(place)].level;
    auto cover = std::find_if(covers_.begin(), covers_.end(),
                              [&](const Cover& one) { return one.measure == measure && one.source == source && one.level == level; });
    if (cover == covers_.end()) cover = covers_.insert(cover, Cover{measure, source, level});
    cover->first = std::min(cover->first, day);
    cover->last = std::max(cover->last, day);
}

Result<void> Files::read_counts(const std::string& name, const std::string& text, Measure measure, const std::string& ids) {
    const auto rows = TRY(rows_of(name, text));
    const std::string source = source_of(name);
    const auto& head = rows[0].cells;
    Strays strays;
    const auto take = [&](int place, const CsvRow& row, const std::string& cell, std::optional<Day> day, const std::string& whose) {
        const std::string at = name + ": line " + std::to_string(row.line) + ": ";
        if (place == -2) return strays.add("several units are called " + whose, row.line);
        if (place < 0) return strays.add("no unit " + whose, row.line);
        if (!day) return flag(at + "no such day from 2000 to 2099");
        if (cell.empty()) return;  // says nothing
        const auto number = whole(cell);
        if (!number || *number < 0 || *number > riskmap::most_of(measure)) return flag(at + "'" + cell + "' is not a number of a day, " + whose);
        put(place, measure, source, *day, *number);
    };
    const auto check_width = [&](const CsvRow& row) -> Result<void> {
        if (row.cells.size() == head.size()) return {};
        return wrong(name, row.line, std::to_string(row.cells.size()) + " cells where the first line has " + std::to_string(head.size()));
    };
    const bool by_code = head.size() == 3 && (head[0] == "code" || head[0] == "province") && (head[1] == "date" || head[1] == "day");
    if (head.size() == 5 && head[0] == "province" && head[1] == "district" && head[2] == "commune" && head[3] == "date") {
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const CsvRow& row = rows[i];
            TRY(check_width(row));
            int place = names_.find(-1, row.cells[0]);
            std::string whose = row.cells[0];
            for (std::size_t column = 1; column < 3 && place >= 0; ++column) {
                if (row.cells[column].empty()) break;
                const int parent = place;
                place = names_.find(place, row.cells[column]);
                if (place < 0 && column == 2) unsure_.insert(parent);
                whose = row.cells[column] + ", " + whose;
            }
            take(place, row, row.cells[4], day_of(row.cells[3]), whose);
        }
    } else if (by_code) {
        for (std::size_t i = 1; i < rows.size(); ++i) {
            TRY(check_width(rows[i]));
            take(country_.find(rows[i].cells[0]), rows[i], rows[i].cells[2], day_of(rows[i].cells[1]), rows[i].cells[0]);
        }
    } else if (head.size() > 1 && head[0] == "date") {
        std::vector<int> places;
        for (const std::string& column : head) places.push_back(names_.find(-1, column));
        for (std::size_t column = 1; column < head.size(); ++column) {
            if (places[column] < 0) flag(name + ": line 1: no province " + head[column]);
        }
        for (std::size_t i = 1; i < rows.size(); ++i) {
            TRY(check_width(rows[i]));
            for (std::size_t column = 1; column < head.size(); ++column) {
                if (places[column] >= 0) take(places[column], rows[i], rows[i].cells[column], day_of(rows[i].cells[0]), head[column]);
            }
        }
    } else if (head.size() > 1 && head[0] == "id") {
        std::map<std::string, std::string> codes;
        if (ids.empty()) return wrong(name, 1, "ids need a file that says which province they are (--ids: id,province_code,...)");
        for (const CsvRow& row : TRY(rows_of("--ids", ids))) {
            if (row.cells.size() > 1) codes[row.cells[0]] = row.cells[1];
        }
        for (std::size_t i = 1; i < rows.size(); ++i) {
            TRY(check_width(rows[i]));
            const std::string& id = rows[i].cells[0];
            const int place = codes.contains(id) ? country_.find(codes[id]) : -1;
            for (std::size_t column = 1; column < head.size(); ++column) {
                take(place, rows[i], rows[i].cells[column], day_of(head[column]), "id " + id + " on " + head[column]);
                if (place < 0) break;
            }
        }
    } else {
        return wrong(name, 1, "unknown columns (see lachan-riskmap --help for the forms)");
    }
    flag(name, strays);
    look_for_slips(name, measure, source);
    return {};
}

void Files::look_for_slips(const std::string& name, Measure measure, const std::string& source) {
    for (const Cover& cover : covers_) {
        if (cover.measure != measure || cover.source != source) continue;
        for (const Place& place : country_.places) {
            if (place.level != cover.level || !place.figures.has(measure)) continue;
            for (Day day = cover.first; day <= cover.last; day = day + 1) {
                const std::int64_t value = place.figures.on(measure, day).value_or(0);
                if (value < kSlipLeast) continue;
                std::int64_t around = 0;
                for (int away = 1; away <= kSlipDays; ++away) {
                    around = std::max({around, place.figures.on(measure, day + away).value_or(0), place.figures.on(measure, day + -away).value_or(0)});
                }
                if (value <= around * kSlipTimes) continue;
                flag(name + ": " + place.code + " on " + to_string(day) + ": " + std::to_string(value) + " is more than " +
                     std::to_string(kSlipTimes) + " times any day of two weeks around (" + std::to_string(around) + "); it is kept as it stands");
            }
        }
    }
}

Result<void> Files::read_figures(const std::string& name, const std::string& text) {
    const auto rows = TRY(rows_of(name, text));
    if (rows[0].cells != std::vector<std::string>{"code", "measure", "source", "date", "value"}) {
        return wrong(name, 1, "the columns are code,measure,source,date,value");
    }
    Strays strays;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto& cells = rows[i].cells;
        if (cells.size() != 5) return wrong(name, rows[i].line, "five cells");
        const std::string at = name + ": line " + std::to_string(rows[i].line) + ": ";
        const int place = country_.find(cells[0]);
        const auto measure = riskmap::measure_named(cells[1]);
        const auto day = day_of(cells[3]);
        const auto number = whole(cells[4]);
        if (!measure) return wrong(name, rows[i].line, "no measure " + cells[1]);
        if (place < 0) strays.add("no unit " + cells[0], rows[i].line);
        else if (!day) flag(at + "no such day from 2000 to 2099");
        else if (!number || *number < 0 || *number > riskmap::most_of(*measure)) flag(at + "'" + cells[4] + "' is no value of " + cells[1]);
        else put(place, *measure, cells[2], *day, *number);
    }
    flag(name, strays);
    return {};
}

Result<void> Files::read_people(const std::string& name, const std::string& text) {
    const auto rows = TRY(rows_of(name, text));
    const auto& head = rows[0].cells;
    const bool by_commune = head.size() >= 5 && head[0] == "level1_id" && head[2] == "level3_id" && head[4] == "population";
    const bool in_thousands = head.size() == 3 && head[0] == "code" && head[2] == "population_thousand";
    const bool plain = head.size() == 2 && head[0] == "code" && head[1] == "population";
    const bool by_name = head.size() == 2 && !plain;
    if (!by_commune && !in_thousands && !plain && !by_name) return wrong(name, 1, "unknown columns (see lachan-riskmap --help for the forms)");
    const std::string source = source_of(name);
    Strays strays;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto& cells = rows[i].cells;
        const std::string at = name + ": line " + std::to_string(rows[i].line) + ": ";
        if (cells.size() != head.size()) return wrong(name, rows[i].line, "as many cells as the first line");
        const std::string& code = by_commune ? cells[2] : cells[0];
        const std::string& cell = by_commune ? cells[4] : cells.back();
        const int place = by_name ? names_.find(-1, code) : country_.find(code);
        if (place < 0) {
            strays.add("no unit " + code, rows[i].line);
            continue;
        }
        if (cell.empty()) continue;  // not known
        std::optional<std::int64_t> people;
        if (in_thousands || by_name) {
            // Thousands with up to three decimals, as digits: nothing is rounded.
            const auto point = cell.find('.');
            std::string decimals = point == std::string::npos ? "" : cell.substr(point + 1);
            if (decimals.size() <= 3) {
                decimals.resize(3, '0');
                people = whole(cell.substr(0, point) + decimals);
            }
        } else {
            people = whole(cell);
        }
        if (!people || *people < 0 || *people > riskmap::most_of(Measure::population)) flag(at + "'" + cell + "' is no number of people");
        else country_.places[static_cast<std::size_t>(place)].figures.add(Measure::population, source, kPeopleSince, *people);
    }
    flag(name, strays);
    return {};
}

void Files::fill_with_zero() {
    for (const Cover& cover : covers_) {
        if (riskmap::info_of(cover.measure).kind != riskmap::Kind::count) continue;
        for (Place& place : country_.places) {
            if (place.level != cover.level || unsure_.contains(place.parent)) continue;
            for (Day day = cover.first; day <= cover.last; day = day + 1) {
                if (!place.figures.on(cover.measure, day)) place.figures.add(cover.measure, cover.source, day, 0);
            }
        }
    }
}

std::pair<Day, Day> Files::days_of(Measure measure) const {
    std::pair<Day, Day> days{Day{INT32_MAX}, Day{INT32_MIN}};
    for (const Cover& cover : covers_) {
        if (cover.measure == measure) days = {std::min(days.first, cover.first), std::max(days.second, cover.last)};
    }
    return days;
}

void Files::assume(Measure measure, std::int64_t value, Day day) {
    for (Place& place : country_.places) {
        if (!place.figures.has(measure)) place.figures.add(measure, "assumed", day, value);
    }
}

}  // namespace lachan::riskmap_files
