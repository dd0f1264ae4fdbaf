#include "riskmap/pack.h"

#include <algorithm>
#include <span>

namespace lachan::riskmap {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMostLimit = 1'000'000'000;
constexpr std::size_t kMostCells = 200;
constexpr std::size_t kMostInputs = 32;
constexpr std::string_view kUnits[] = {"nation", "province", "district", "commune"};
constexpr std::string_view kColours[] = {"green", "yellow", "orange", "red", "darkRed"};  // the first four unless a pack says others

using Words = std::span<const std::string_view>;

/// What is wrong with a pack: the first thing alone, with the path of its field.
class Fault {
public:
    void tell(std::string field, std::string_view what) {
        if (text.empty()) (((text = std::move(field)) += ": ") += what);
    }
    std::string text;
};

/// An object of a pack and the path to it. What does not fit is told to the fault, and something harmless is read instead: reading goes on
/// and the pack is thrown away in the end.
class Reader {
public:
    Reader(const Json& object, std::string path, Fault& fault) : object_(object), path_(std::move(path)), fault_(fault) {}

    bool has(const char* name) const { return !get(name).is_null(); }
    const Json& get(const char* name) const { return at(object_, name); }
    void wrong(std::string_view name, std::string_view what) const {
        std::string field = path_;
        if (!field.empty() && !name.empty()) field += '.';
        fault_.tell(field.append(name), what);
    }
    Fault& fault() const { return fault_; }

    std::int64_t number(const char* name, std::int64_t least, std::int64_t most) const {
        const Json& value = get(name);
        const std::int64_t number = value.is_number_integer() ? value.get<std::int64_t>() : least - 1;
        if (least <= number && number <= most) return number;
        wrong(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return least;
    }
    std::int64_t number_or(const char* name, std::int64_t least, std::int64_t most, std::int64_t other) const {
        return has(name) ? number(name, least, most) : other;
    }
    std::string text(const char* name) const {
        const std::string_view value = text_at(object_, name);
        if (value.empty() || value.size() > 40) wrong(name, "a text of 1 to 40 bytes");
        return std::string(value);
    }
    /// The place of a word in a list; 0 when it is absent and may be.
    std::size_t word(const char* name, Words words, bool is_needed) const {
        if (!is_needed && !has(name)) return 0;
        return place_of(name, text_at(object_, name), words);
    }
    std::size_t place_of(std::string_view name, std::string_view word, Words words) const {
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (words[i] == word) return i;
        }
        std::string all = "one of";
        for (const std::string_view one : words) (all += ' ') += one;
        wrong(name, all);
        return 0;
    }
    Mark mark() const { return static_cast<Mark>(word("mark", kMarks, true)); }
    Day day(const char* name, Day other) const {
        if (!has(name)) return other;
        const auto read = Day::parse(text_at(object_, name));
        if (!read) wrong(name, "a day, YYYY-MM-DD");
        return read.value_or(other);
    }
    Measure measure(const char* name) const {
        const auto found = measure_named(text_at(object_, name));
        if (!found) wrong(name, "no such measure");
        else if (!is_for_rules(*found)) wrong(name, "a measure that no rule speaks of");
        return found.value_or(Measure::cases);
    }
    /// The elements of a list of objects, each with its path.
    template <class Each>
    void each(const char* name, std::size_t most, const Each& read) const {
        const Json& list = get(name);
        if (list.is_null()) return;
        if (!list.is_array() || list.size() > most) return wrong(name, "a list of at most " + std::to_string(most));
        for (std::size_t i = 0; i < list.size(); ++i) read(list[i], below(name, i));
    }
    std::string below(const char* name, std::size_t i) const {
        std::string path = path_;
        if (!path.empty()) path += '.';
        return (((path += name) += '[') += std::to_string(i)) += ']';
    }
    /// {vi, en}.
    void words(const Json& value, std::string path) const {
        if (text_at(value, "vi").empty() || text_at(value, "en").empty()) fault_.tell(std::move(path), "{vi, en}");
    }
    void nothing_but(Words names) const {
        if (!object_.is_object()) return wrong("", "an object");
        for (auto member = object_.begin(); member != object_.end(); ++member) {
            if (std::find(names.begin(), names.end(), member.key()) == names.end()) wrong(member.key(), "unknown field");
        }
    }

private:
    static constexpr std::string_view kMarks[] = {"official", "toConfirm"};

    const Json& object_;
    std::string path_;
    Fault& fault_;
};

void read_bands(const Reader& top, Pack& pack) {
    static constexpr std::string_view kFields[] = {"level", "from", "below", "mark"};
    top.each("bands", 8, [&](const Json& json, std::string path) {
        const Reader one(json, std::move(path), top.fault());
        one.nothing_but(kFields);
        Band band;
        band.level = static_cast<int>(one.number("level", 1, pack.top()));
        band.from = one.number("from", 0, kMostLimit);
        if (one.has("below")) band.below = one.number("below", band.from + 1, kMostLimit);
        band.mark = one.mark();
        const std::int64_t expected = pack.bands.empty() ? 0 : pack.bands.back().below.value_or(-1);
        if (band.from != expected) one.wrong("from", "bands begin at 0 and meet");
        if (!pack.bands.empty() && band.level <= pack.bands.back().level) one.wrong("level", "a higher rate gives a higher level");
        pack.bands.push_back(band);
    });
    if (!pack.bands.empty() && pack.bands.back().below) top.wrong("bands", "the last band is open");
}

Input read_input(const Reader& one, int top) {
    static constexpr std::string_view kFields[] = {"sum", "latest", "units", "over", "days", "per", "missing"};
    static constexpr std::string_view kMissing[] = {"open", "stricter", "optional", "notGreen"};
    one.nothing_but(kFields);
    Input input;
    input.missing = static_cast<Input::Missing>(one.word("missing", kMissing, false));
    const bool sums = one.has("sum"), reads = one.has("latest"), counts = one.has("units");
    if (sums + reads + counts != 1) one.wrong("sum", "one of sum, latest, units");
    input.per = one.number_or("per", 1, 1'000'000, 1);
    if (counts) {
        input.level = static_cast<int>(one.number("units", 1, top));
        input.from = one.has("per") ? Input::From::share_below : Input::From::number_below;
        return input;
    }
    const char* kind = sums ? "sum" : "latest";
    input.measure = one.measure(kind);
    input.days = static_cast<int>(one.number("days", 1, 60));
    if (sums != (info_of(input.measure).kind == Kind::count)) one.wrong(kind, "counts are summed, everything else is read");
    input.from = reads ? Input::From::latest : one.has("per") ? Input::From::rate : Input::From::sum;
    if (one.has("over")) {
        input.from = Input::From::ratio;
        input.over = one.measure("over");
        if (!sums || info_of(input.over).kind != Kind::count) one.wrong("over", "a sum over a count");
    }
    if (reads == one.has("per") && (reads || one.has("over"))) one.wrong("per", "a ratio needs it, a last value has none");
    return input;
}

void read_inputs(const Reader& top, Pack& pack) {
    if (!pack.bands.empty()) {
        Input rate;
        rate.name = "rate";
        rate.from = Input::From::rate;
        rate.measure = top.measure("measure");
        if (info_of(rate.measure).kind != Kind::count) top.wrong("measure", "a count");
        rate.days = pack.window_days;
        rate.per = pack.per;
        pack.inputs.push_back(std::move(rate));
    }
    const Json& all = top.get("inputs");
    if (all.is_null()) return;
    if (!all.is_object() || all.size() >= kMostInputs) return top.wrong("inputs", "an object of fewer than 32");
    for (auto member = all.begin(); member != all.end(); ++member) {
        const Reader one(member.value(), "inputs." + member.key(), top.fault());
        if (member.key() == "band" || (member.key() == "rate" && !pack.bands.empty())) one.wrong("", "the name is taken");
        pack.inputs.push_back(read_input(one, pack.top()));
        pack.inputs.back().name = member.key();
    }
}

std::uint8_t input_named(const Pack& pack, const Reader& reader, std::string_view field, std::string_view name) {
    for (std::size_t i = 0; i < pack.inputs.size(); ++i) {
        if (pack.inputs[i].name == name) return static_cast<std::uint8_t>(i);
    }
    reader.wrong(field, "no such input");
    return 0;
}

void read_comparison(const Pack& pack, const Reader& one, const Json& json, Cell& cell) {
    static constexpr std::string_view kSigns[] = {"<", "<=", ">", ">=", "="};
    const bool is_three = json.is_array() && json.size() == 3 && json[0].is_string() && json[1].is_string() && json[2].is_number_integer();
    if (!is_three) return one.wrong("", "[input, sign, whole number]");
    const auto& name = json[0].get_ref<const std::string&>();
    const auto& sign = json[1].get_ref<const std::string&>();
    const auto limit = json[2].get<std::int64_t>();
    if (limit < 0 || limit > kMostLimit) one.wrong("", "the limit is out of range");
    if (name == "band") {
        for (const Band& band : pack.bands) {
            if (band.level != limit || sign != "=") continue;
            if (band.from > 0 || !band.below) cell.when.push_back({0, Relation::at_least, band.from});
            if (band.below) cell.when.push_back({0, Relation::below, *band.below});
            // A cell is not surer than its bands.
            cell.mark = std::max(cell.mark, band.mark);
            return;
        }
        return one.wrong("", "[\"band\", \"=\", the level of one]");
    }
    const auto relation = static_cast<Relation>(one.place_of("", sign, kSigns));
    cell.when.push_back({input_named(pack, one, "", name), relation, limit});
}

enum class List { cells, adjustments, grey };

Cell read_cell(const Reader& one, const Pack& pack, List list) {
    static constexpr std::string_view kFields[] = {"id", "mark", "at", "from", "to", "when", "level", "raise", "floor"};
    Cell cell;
    one.nothing_but(kFields);
    cell.id = one.text("id");
    cell.mark = one.mark();
    cell.from = one.day("from", cell.from);
    cell.to = one.day("to", cell.to);
    if (cell.to < cell.from) one.wrong("to", "it lies before from");
    if (one.has("at")) {
        unsigned units = 0;
        one.each("at", 4, [&](const Json& unit, const std::string&) {
            units |= 1U << one.place_of("at", unit.is_string() ? std::string_view(unit.get_ref<const std::string&>()) : "", kUnits);
        });
        if (units == 0) one.wrong("at", "a list of kinds of unit");
        cell.at = static_cast<std::uint8_t>(units);
    }
    if ((list == List::cells) != one.has("level")) one.wrong("level", "a cell gives one, nothing else does");
    if ((list == List::adjustments) != (one.has("raise") != one.has("floor"))) one.wrong("raise", "an adjustment has raise or floor, nothing else has");
    cell.level = static_cast<int>(one.number_or("level", 1, pack.top(), 1));
    if (one.has("raise")) {
        cell.does = Cell::Does::raise;
        cell.level = static_cast<int>(one.number("raise", 1, pack.top()));
    }
    if (one.has("floor")) {
        cell.does = Cell::Does::keep;
        cell.input = input_named(pack, one, "floor", one.text("floor"));
    }
    one.each("when", 8, [&](const Json& json, std::string path) { read_comparison(pack, Reader(json, std::move(path), one.fault()), json, cell); });
    if (cell.when.empty()) one.wrong("when", "at least one comparison");
    return cell;
}

void read_cells(const Reader& top, const char* name, List list, const Pack& pack, std::vector<Cell>& cells) {
    top.each(name, list == List::cells ? kMostCells : kMostInputs, [&](const Json& json, std::string path) {
        const Reader one(json, std::move(path), top.fault());
        Cell cell = read_cell(one, pack, list);
        for (const Cell& other : cells) {
            if (other.id == cell.id) one.wrong("id", "used twice");
        }
        cells.push_back(std::move(cell));
    });
}

/// A pack of bands alone says with them all that it says.
void make_cells_of_bands(Pack& pack) {
    for (const Band& band : pack.bands) {
        Cell cell;
        cell.id = "band." + std::to_string(band.level);
        cell.level = band.level;
        cell.mark = band.mark;
        cell.when.push_back({0, Relation::at_least, band.from});
        if (band.below) cell.when.push_back({0, Relation::below, *band.below});
        pack.cells.push_back(std::move(cell));
    }
}

void read_levels(const Reader& top, Pack& pack) {
    static constexpr std::string_view kFields[] = {"colour", "vi", "en"};
    if (!top.has("levels")) return;
    pack.levels = 0;
    top.each("levels", 4, [&](const Json& level, std::string path) {
        top.words(level, path);
        const Reader one(level, std::move(path), top.fault());
        one.nothing_but(kFields);
        one.word("colour", kColours, true);
        ++pack.levels;
    });
    if (pack.levels >= 2) return;
    top.wrong("levels", "a list of at least two");
    pack.levels = 2;
}

}  // namespace

const char* name_of(Mark mark) { return mark == Mark::official ? "official" : "toConfirm"; }

const char* sign_of(Relation relation) {
    static constexpr const char* kSigns[] = {"<", "≤", ">", "≥", "="};
    return kSigns[static_cast<std::size_t>(relation)];
}

int compare_wide_products(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
    const Wide left = static_cast<Wide>(a) * b;
    const Wide right = static_cast<Wide>(c) * d;
    return left < right ? -1 : left > right ? 1 : 0;
}

std::string product(std::int64_t a, std::int64_t b) {
    Wide value = static_cast<Wide>(a) * b;
    const bool negative = value < 0;
    std::string digits;
    do {
        const auto digit = static_cast<int>(value % 10);
        digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative) digits += '-';
    std::reverse(digits.begin(), digits.end());
    return digits;
}

const Json& Pack::words_of(int level) const {
    static const Json kNone;
    const Json& all = at(json, "levels");
    return all.is_array() ? all[static_cast<std::size_t>(level - 1)] : kNone;
}

std::string_view Pack::colour(int level) const {
    const Json& words = words_of(level);
    return words.is_null() ? kColours[level - 1] : text_at(words, "colour");
}

Mark Pack::mark() const {
    Mark worst = Mark::official;
    for (const Band& band : bands) worst = std::max(worst, band.mark);
    for (const auto* list : {&cells, &adjustments, &grey}) {
        for (const Cell& cell : *list) worst = std::max(worst, cell.mark);
    }
    return worst;
}

int Pack::reach() const {
    int days = 0;
    for (const Input& input : inputs) days = std::max(days, input.days - 1);
    return days + hold_days;
}

const Band* Pack::band_of(std::int64_t cases, std::int64_t people) const {
    if (people <= 0 || cases < 0) return nullptr;
    for (const Band& band : bands) {
        if (!band.below || compare_products(cases, per, *band.below, people) < 0) return &band;
    }
    return nullptr;
}

Result<void> read_pack(const Json& json, Pack& pack) {
    static constexpr std::string_view kUses[] = {"map", "choice", "off"};
    static constexpr std::string_view kFields[] = {"id", "version", "use", "validFrom", "validTo", "basis", "leftOut", "levels", "measure",
                                                   "windowDays", "per", "holdDays", "bands", "inputs", "cells", "adjust", "grey"};
    Fault fault;
    const Reader top(json, "", fault);
    top.nothing_but(kFields);
    pack = Pack();
    pack.id = top.text("id");
    pack.version = static_cast<int>(top.number("version", 1, 1'000'000));
    pack.use = static_cast<Pack::Use>(top.word("use", kUses, false));
    if (!top.has("validFrom")) top.wrong("validFrom", "a day, YYYY-MM-DD");
    pack.valid_from = top.day("validFrom", pack.valid_from);
    pack.valid_to = top.day("validTo", pack.valid_to);
    if (pack.valid_to < pack.valid_from) top.wrong("validTo", "it lies before validFrom");
    pack.json = json;
    if (top.has("basis")) top.words(pack.basis(), "basis");
    top.each("leftOut", 20, [&](const Json& one, std::string path) { top.words(one, std::move(path)); });
    read_levels(top, pack);
    pack.window_days = static_cast<int>(top.number_or("windowDays", 1, 60, 7));
    pack.per = top.number_or("per", 1, 1'000'000, 100'000);
    pack.hold_days = static_cast<int>(top.number_or("holdDays", 0, 60, 0));
    read_bands(top, pack);
    read_inputs(top, pack);
    read_cells(top, "cells", List::cells, pack, pack.cells);
    if (pack.cells.empty()) make_cells_of_bands(pack);
    if (pack.cells.empty()) top.wrong("cells", "a pack has bands or cells");
    read_cells(top, "adjust", List::adjustments, pack, pack.adjustments);
    read_cells(top, "grey", List::grey, pack, pack.grey);
    if (!fault.text.empty()) return Error{Errc::malformed, "riskmap.pack", std::move(fault.text)};
    return {};
}

Result<Pack> read_pack(std::string_view text) {
    const Json json = TRY(parse_json(text));
    Pack pack;
    TRY(read_pack(json, pack));
    return pack;
}

}  // namespace lachan::riskmap
