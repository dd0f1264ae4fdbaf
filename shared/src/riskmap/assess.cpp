#include "riskmap/assess.h"

#include <algorithm>

namespace lachan::riskmap {
namespace {

__extension__ using Wide = __int128;

using Missing = Input::Missing;
using From = Input::From;

/// How a cell stands: it holds, it does not, or that hangs on inputs that are not known.
enum class Stand : std::uint8_t { no, yes, open, stricter, not_green };

Stand stand_of(const Pack& pack, const Cell& cell, std::span<const Value> values, std::uint32_t& missing) {
    std::uint32_t asked = 0;
    bool by_kind[4] = {};
    for (const Comparison& one : cell.when) {
        switch (holds(pack, one, values[one.input])) {
            case Truth::no: return Stand::no;
            case Truth::yes: break;
            case Truth::unknown:
                asked |= 1U << one.input;
                by_kind[static_cast<std::size_t>(pack.inputs[one.input].missing)] = true;
        }
    }
    missing |= asked;
    if (asked == 0) return Stand::yes;
    if (by_kind[static_cast<std::size_t>(Missing::optional)]) return Stand::no;
    if (by_kind[static_cast<std::size_t>(Missing::open)]) return Stand::open;
    return by_kind[static_cast<std::size_t>(Missing::not_green)] ? Stand::not_green : Stand::stricter;
}

/// The best cell of one kind of standing.
struct Best {
    int level = 0;
    int least = 0;
    int cell = -1;

    void see(int its_level, int its_cell) {
        if (its_level > level) {
            level = its_level;
            cell = its_cell;
        }
        least = least == 0 ? its_level : std::min(least, its_level);
    }
};

void settle(Assessed& out, int level) {
    out.state = Assessed::State::computed;
    out.level = out.low = out.high = static_cast<std::uint8_t>(level);
}

void leave_open(Assessed& out, int low, int high) {
    out.state = Assessed::State::open;
    out.level = 0;
    out.low = static_cast<std::uint8_t>(low);
    out.high = static_cast<std::uint8_t>(high);
}

void choose_cell(const Pack& pack, int unit_level, Day day, std::span<const Value> values, Assessed& out) {
    Best yes, open, stricter, not_green;
    for (std::size_t i = 0; i < pack.cells.size(); ++i) {
        const Cell& cell = pack.cells[i];
        if (!cell.speaks(unit_level, day)) continue;
        const int at = static_cast<int>(i);
        switch (stand_of(pack, cell, values, out.missing)) {
            case Stand::no: break;
            case Stand::yes: yes.see(cell.level, at); break;
            case Stand::open: open.see(cell.level, at); break;
            case Stand::stricter: stricter.see(cell.level, at); break;
            case Stand::not_green: not_green.see(cell.level, at); break;
        }
    }
    Best settled = yes.level >= stricter.level ? yes : stricter;
    if (settled.level == 0 && open.level == 0) return leave_open(out, 1, pack.top());
    if (settled.level == 0 && open.least == open.level) settled = open;
    out.is_stricter = settled.cell == stricter.cell && stricter.level > std::max(yes.level, stricter.least);
    if (settled.level <= 1 && settled.level > 0 && not_green.level > 1) {
        settled = not_green;
        out.is_stricter = true;
    }
    if (settled.level == 0 || open.level > settled.level) {
        return leave_open(out, settled.level > 0 ? settled.level : open.least, open.level);
    }
    out.cell = static_cast<std::int16_t>(settled.cell);
    out.mark = pack.cells[static_cast<std::size_t>(settled.cell)].mark;
    settle(out, settled.level);
}

void adjust(const Pack& pack, const Cell& cell, std::uint32_t bit, std::span<const Value> values, Assessed& out) {
    Stand stand = stand_of(pack, cell, values, out.missing);
    if (stand == Stand::no) {
        // One that hangs on an optional input does not hold, and is told all the same.
        for (const Comparison& one : cell.when) {
            if (holds(pack, one, values[one.input]) == Truth::no) return;
        }
        out.open_adjustments |= bit;
        return;
    }
    const Value& floor = values[cell.input];
    if (cell.does == Cell::Does::keep && !floor.known()) {
        out.missing |= 1U << cell.input;
        out.open_adjustments |= bit;
        return;
    }
    const auto moved = [&](int level) {
        const int to = cell.does == Cell::Does::keep ? std::max<int>(level, static_cast<int>(floor.low)) : level + cell.level;
        return std::min(to, pack.top());
    };
    const int low = moved(out.low);
    const int high = moved(out.high);
    if (low == out.low && high == out.high) return;
    const bool computed = out.state == Assessed::State::computed;
    if (stand == Stand::not_green) stand = computed && out.level > 1 ? Stand::no : Stand::stricter;
    if (stand == Stand::no) {
        out.open_adjustments |= bit;
        return;
    }
    if (stand == Stand::open || (stand == Stand::stricter && !computed)) {
        out.open_adjustments |= bit;
        return leave_open(out, out.low, high);
    }
    out.applied |= bit;
    out.mark = std::max(out.mark, cell.mark);
    if (stand == Stand::stricter) out.is_stricter = true;
    if (computed) settle(out, high);
    else leave_open(out, low, high);
}

Amount own_amount(const Input& input, const Figures& figures, Day day) {
    Amount amount;
    if (figures.empty()) return amount;
    if (input.from == From::latest) {
        if (const auto last = figures.latest(input.measure, day, input.days)) amount.value = last->value;
    } else if (input.from <= From::ratio) {
        amount.value = figures.sum(input.measure, day, input.days).value_or(-1);
        if (input.from == From::ratio) amount.base = figures.sum(input.over, day, input.days).value_or(-1);
    }
    return amount;
}

Value value_of(const Input& input, const Amount& amount, std::int64_t people) {
    Value value;
    value.low = value.high = amount.value;
    if (input.from == From::rate) {
        value.lacks_people = people <= 0;
        value.base = people;
    } else if (input.from == From::ratio) {
        value.base = amount.base;  // no test, no share of tests
    } else if (input.from == From::latest && info_of(input.measure).kind == Kind::share) {
        value.base = 100;
    }
    if (value.base <= 0) value.low = value.high = -1;
    return value;
}

}  // namespace

Truth holds(const Pack& pack, const Comparison& comparison, const Value& value) {
    if (!value.known()) return Truth::unknown;
    const auto side = [&](std::int64_t number) {
        const int order = compare_products(number, pack.inputs[comparison.input].per, comparison.limit, value.base);
        switch (comparison.relation) {
            case Relation::below: return order < 0;
            case Relation::at_most: return order <= 0;
            case Relation::above: return order > 0;
            case Relation::at_least: return order >= 0;
            case Relation::equal: break;
        }
        return order == 0;
    };
    const bool low = side(value.low);
    if (value.low == value.high) return low ? Truth::yes : Truth::no;
    // Between two ends that agree an equality can still go either way; an order cannot.
    if (comparison.relation == Relation::equal) return Truth::unknown;
    return side(value.high) != low ? Truth::unknown : low ? Truth::yes : Truth::no;
}

Assessed assess(const Pack& pack, int unit_level, Day day, std::span<const Value> values) {
    Assessed out;
    for (std::size_t i = 0; i < pack.grey.size(); ++i) {
        const Cell& cell = pack.grey[i];
        if (!cell.speaks(unit_level, day)) continue;
        std::uint32_t missing = 0;
        if (stand_of(pack, cell, values, missing) == Stand::no) continue;
        leave_open(out, 1, pack.top());
        out.state = Assessed::State::grey;
        out.missing = missing;
        out.cell = static_cast<std::int16_t>(i);
        out.mark = cell.mark;
        return out;
    }
    choose_cell(pack, unit_level, day, values, out);
    for (std::size_t i = 0; i < pack.adjustments.size(); ++i) {
        if (pack.adjustments[i].speaks(unit_level, day)) adjust(pack, pack.adjustments[i], 1U << i, values, out);
    }
    // Nobody lives there, or nobody knows how many: there is no rate, and the map has no colour for that.
    for (std::size_t i = 0; i < values.size() && out.state == Assessed::State::open; ++i) {
        if (values[i].lacks_people && (out.missing >> i & 1) != 0) out.state = Assessed::State::grey;
    }
    return out;
}

int level_of_code(std::string_view code) { return code == kNation ? 0 : code.size() <= 2 ? 1 : code.size() == 3 ? 2 : 3; }

namespace {

/// A code of at most five signs as a number of its length and signs, with room for a place.
std::int64_t key_of(std::string_view code) {
    std::int64_t key = static_cast<std::int64_t>(code.size());
    for (const char c : code) key = key * 256 + static_cast<unsigned char>(c);
    return key << 20;
}

}  // namespace

Country::Country(const Units& units, std::string_view top, Day day) {
    if (top != kNation && !units.find(top, day)) return;
    const auto add = [this](std::string_view code, int parent) {
        Place place;
        place.code = code;
        place.level = level_of_code(code);
        place.parent = parent;
        places.push_back(std::move(place));
    };
    constexpr std::size_t kUnitsOfNation = 12'000;  // 11,368 in 2021
    if (top == kNation) places.reserve(kUnitsOfNation);
    add(top, -1);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].level == 3) continue;
        const std::string code = places[i].code;
        for (const Unit* child : units.children(code, day)) {
            places[i].children.push_back(static_cast<int>(places.size()));
            add(child->code, static_cast<int>(i));
        }
    }
    by_code_.reserve(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) by_code_.push_back(key_of(places[i].code) | static_cast<std::int64_t>(i));
    std::sort(by_code_.begin(), by_code_.end());
}

int Country::find(std::string_view code) const {
    if (code.size() > 5) return -1;
    const auto found = std::lower_bound(by_code_.begin(), by_code_.end(), key_of(code));
    if (found == by_code_.end()) return -1;
    const auto place = static_cast<int>(*found & 0xfffff);
    return places[static_cast<std::size_t>(place)].code == code ? place : -1;
}

Assessment::Assessment(const Pack& pack, const Country& country, Day day) : pack_(pack), own_(Numbers(country, day)) { run_all(); }

Assessment::Assessment(const Pack& pack, Numbers& numbers) : pack_(pack), shared_(&numbers) { run_all(); }

void Assessment::run_all() {
    Numbers& all = shared_ ? *shared_ : *own_;
    for (const Input& input : pack_.inputs) amounts_.push_back(all.of(input));
    results_.resize(all.country().places.size());
    for (std::size_t i = results_.size(); i-- > 0;) run(i);
}

std::vector<Value> own_values(const Pack& pack, const Figures& figures, std::optional<std::int64_t> people, Day day) {
    std::vector<Value> values;
    for (const Input& input : pack.inputs) values.push_back(value_of(input, own_amount(input, figures, day), people.value_or(-1)));
    return values;
}

Numbers::Numbers(const Country& country, Day day) : country_(country), day_(day), people_(country.places.size(), -1) {
    for (std::size_t place = people_.size(); place-- > 0;) read_people(place);
}

void Numbers::read_people(std::size_t at) {
    const Place& place = country_.places[at];
    people_[at] = place.people ? *place.people : sum_below(place, [&](std::size_t child) { return people_[child]; });
}

void Numbers::read(Column& column, std::size_t at) const {
    const Place& place = country_.places[at];
    Amount& amount = column.amounts[at];
    amount = own_amount(column.input, place.figures, day_);
    if (column.input.from == From::latest) return;
    if (amount.value < 0) amount.value = sum_below(place, [&](std::size_t child) { return column.amounts[child].value; });
    if (column.input.from != From::ratio || amount.base >= 0) return;
    amount.base = sum_below(place, [&](std::size_t child) { return column.amounts[child].base; });
}

const Amount* Numbers::of(const Input& input) {
    if (input.from > From::latest) return nullptr;
    // A rate is a sum, with people beneath it.
    const From from = input.from == From::rate ? From::sum : input.from;
    for (const Column& column : columns_) {
        const Input& other = column.input;
        const bool is_same = other.from == from && other.measure == input.measure && other.days == input.days && (from != From::ratio || other.over == input.over);
        if (is_same) return column.amounts.data();
    }
    Column& column = columns_.emplace_back();
    column.input.from = from;
    column.input.measure = input.measure;
    column.input.over = input.over;
    column.input.days = input.days;
    column.amounts.resize(people_.size());
    for (std::size_t place = people_.size(); place-- > 0;) read(column, place);
    return column.amounts.data();
}

void Numbers::refresh(std::size_t place) {
    read_people(place);
    for (Column& column : columns_) read(column, place);
}

void Assessment::fill(std::size_t at, std::vector<Value>& values) const {
    const Place& place = numbers().country().places[at];
    const std::int64_t people = numbers().people(at);
    values.clear();
    for (std::size_t i = 0; i < pack_.inputs.size(); ++i) {
        const Input& input = pack_.inputs[i];
        values.push_back(value_of(input, amounts_[i] ? amounts_[i][at] : Amount{}, people));
        if (input.from < From::share_below || place.children.empty()) continue;
        Value& value = values.back();
        value.low = value.high = 0;
        for (const int child : place.children) {
            value.low += results_[static_cast<std::size_t>(child)].low >= input.level;
            value.high += results_[static_cast<std::size_t>(child)].high >= input.level;
        }
        if (input.from == From::share_below) value.base = static_cast<std::int64_t>(place.children.size());
    }
}

void Assessment::run(std::size_t at) {
    fill(at, scratch_);
    results_[at] = assess(pack_, numbers().country().places[at].level, numbers().day(), scratch_);
}

std::vector<Value> Assessment::values(int place) const {
    std::vector<Value> out;
    fill(static_cast<std::size_t>(place), out);
    return out;
}

int Assessment::refresh(int place) {
    int count = 0;
    Numbers& all = shared_ ? *shared_ : *own_;
    for (int at = place; at >= 0; at = all.country().places[static_cast<std::size_t>(at)].parent) {
        all.refresh(static_cast<std::size_t>(at));
        run(static_cast<std::size_t>(at));
        ++count;
    }
    return count;
}

namespace {

bool counts_cases(const Input& input) { return input.measure == Measure::cases && (input.from == From::sum || input.from == From::rate); }
bool counts_below(const Input& input) { return input.from == From::share_below || input.from == From::number_below; }

/// The numbers around which a comparison changes its mind, as distances from where the number stands.
std::vector<std::int64_t> steps_of(const Pack& pack, std::span<const Value> values) {
    std::vector<std::int64_t> steps;
    for (const auto* list : {&pack.cells, &pack.adjustments}) {
        for (const Cell& cell : *list) {
            for (const Comparison& one : cell.when) {
                const Input& input = pack.inputs[one.input];
                const Value& value = values[one.input];
                if (!counts_cases(input) || !value.known()) continue;
                const Wide target = static_cast<Wide>(one.limit) * value.base;
                const auto floor = static_cast<std::int64_t>(target / input.per);
                for (const std::int64_t at : {floor - 1, floor, floor + 1}) steps.push_back(at - value.low);
            }
        }
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

}  // namespace

Turns turns_of(const Pack& pack, int unit_level, Day day, std::span<const Value> values, std::int64_t units_below) {
    Turns out;
    const Assessed now = assess(pack, unit_level, day, values);
    if (now.state != Assessed::State::computed) return out;
    std::vector<Value> changed(values.begin(), values.end());
    std::int64_t fewest = INT64_MAX;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (counts_cases(pack.inputs[i]) && values[i].known()) fewest = std::min(fewest, values[i].low);
    }
    const auto level_with = [&](std::int64_t by) {
        for (std::size_t i = 0; i < changed.size(); ++i) {
            if (!counts_cases(pack.inputs[i]) || !values[i].known()) continue;
            changed[i].low = changed[i].high = values[i].low + by;
        }
        return static_cast<int>(assess(pack, unit_level, day, changed).level);
    };
    const auto steps = steps_of(pack, values);
    for (auto step = steps.begin(); step != steps.end() && !out.more; ++step) {
        if (*step <= 0) continue;
        if (const int level = level_with(*step); level != now.level) out.more = Turn{*step, level, 0};
    }
    for (auto step = steps.rbegin(); step != steps.rend() && !out.fewer; ++step) {
        if (*step >= 0 || *step < -fewest) continue;
        if (const int level = level_with(*step); level != now.level) out.fewer = Turn{-*step, level, 0};
    }
    for (int at = 2; at <= pack.top(); ++at) {
        for (std::int64_t by = 1; by <= units_below && (!out.below || by < out.below->by); ++by) {
            changed.assign(values.begin(), values.end());
            bool counts = false;
            for (std::size_t i = 0; i < changed.size(); ++i) {
                if (!counts_below(pack.inputs[i]) || pack.inputs[i].level > at || !values[i].known()) continue;
                changed[i].low = std::min(values[i].low + by, units_below);
                changed[i].high = std::min(values[i].high + by, units_below);
                counts = true;
            }
            if (!counts) break;
            const int level = assess(pack, unit_level, day, changed).level;
            if (level != now.level) out.below = Turn{by, level, at};
        }
    }
    return out;
}

}  // namespace lachan::riskmap
