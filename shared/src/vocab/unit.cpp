#include "vocab/unit.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <utility>

#include "kernel/text.h"

namespace lachan {
namespace {

constexpr std::string_view kRule = "unit.list";
constexpr std::size_t kFields = 8;
constexpr std::array<const char*, kFields> kFieldNames = {"code", "level",     "parent",  "name",
                                                          "kind", "validFrom", "validTo", "successors"};
constexpr std::array<std::size_t, 4> kCodeLength = {0, 2, 3, 5};
// A chain of successors longer than this is a loop in the data, not history.
constexpr int kLongestChain = 16;

Error bad(std::size_t line, std::size_t field, const std::string& what) {
    return Error{Errc::malformed, std::string(kRule),
                 "line " + std::to_string(line) + ": field " + kFieldNames[field] + ": " + what};
}

bool digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool lives(const Unit& unit, Day at) { return unit.valid_from <= at && at <= unit.valid_to; }

Result<Day> open_day(std::string_view text, Day open) { return text.empty() ? Result<Day>(open) : Day::parse(text); }

Result<Unit> read_line(std::string_view line, std::size_t number) {
    std::array<std::string_view, kFields> field;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto end = line.find('|', begin);
        const bool last = i + 1 == kFields;
        if ((end == std::string_view::npos) != last) {
            return bad(number, i, last ? "something follows the last field" : "the line ends here");
        }
        field[i] = line.substr(begin, last ? std::string_view::npos : end - begin);
        begin = end + 1;
    }
    Unit unit;
    unit.code = field[0];
    unit.parent = field[2];
    unit.name = field[3];
    unit.kind = field[4];
    if (field[1].size() != 1 || field[1][0] < '1' || field[1][0] > '3') return bad(number, 1, "not 1, 2 or 3");
    unit.level = field[1][0] - '0';
    if (!digits(unit.code) || unit.code.size() != kCodeLength[static_cast<std::size_t>(unit.level)]) {
        return bad(number, 0, "not the number of digits of its level");
    }
    if (unit.parent.empty() != (unit.level == 1)) return bad(number, 2, "all but provinces have one");
    if (unit.kind.empty()) return bad(number, 4, "empty");
    const bool named = unit.name.size() > unit.kind.size() + 1 && unit.name.substr(0, unit.kind.size()) == unit.kind &&
                       unit.name[unit.kind.size()] == ' ';
    if (!named) return bad(number, 3, "not the kind, a blank and a name");
    const auto from = open_day(field[5], Units::kAlways);
    if (!from) return bad(number, 5, "not a day YYYY-MM-DD");
    const auto to = open_day(field[6], Units::kForever);
    if (!to || *to < *from) return bad(number, 6, "not a day YYYY-MM-DD from validFrom on");
    unit.valid_from = *from;
    unit.valid_to = *to;
    for (auto rest = field[7]; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        unit.successors.push_back(rest.substr(0, comma));
        if (!digits(unit.successors.back())) return bad(number, 7, "not codes with commas between");
        if (comma + 1 == rest.size()) return bad(number, 7, "ends with a comma");
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (!unit.successors.empty() && unit.valid_to == Units::kForever) return bad(number, 7, "the unit has no end");
    return unit;
}

std::vector<std::string_view> words_of(std::string_view folded) {
    std::vector<std::string_view> words;
    while (!folded.empty()) {
        const auto blank = std::min(folded.find(' '), folded.size());
        if (blank > 0) words.push_back(folded.substr(0, blank));
        folded.remove_prefix(std::min(blank + 1, folded.size()));
    }
    return words;
}

bool begins(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

/// Whether a word of `text` begins with `start`. Numbers are words that must be met whole: "QUAN 1" is not "QUAN 10".
bool has_word(std::string_view text, std::string_view start) {
    const bool number = digits(start);
    for (std::size_t at = 0; at < text.size();) {
        const auto blank = std::min(text.find(' ', at), text.size());
        const auto word = text.substr(at, blank - at);
        if (number ? word == start : begins(word, start)) return true;
        at = blank + 1;
    }
    return false;
}

/// The trigrams of a query, for comparing it with thousands of names: Dice's coefficient in thousandths, integers only,
/// so that every platform ranks alike.
class Trigrams {
public:
    explicit Trigrams(std::string_view query) {
        each(query.substr(0, kMost), [&](std::uint32_t gram) {
            if (find(gram) < 0 && count_ < kMost) {
                next_[count_] = heads_[slot(gram)];
                grams_[count_] = gram;
                heads_[slot(gram)] = static_cast<std::uint8_t>(++count_);
            }
        });
    }

    int similarity(std::string_view name) const {
        std::uint64_t met = 0;
        int total = 0;
        int shared = 0;
        each(name, [&](std::uint32_t gram) {
            ++total;
            const int index = find(gram);
            if (index < 0) return;
            const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(index);
            if ((met & bit) == 0) ++shared;
            met |= bit;
        });
        const int sum = total + static_cast<int>(count_);
        return sum == 0 ? 0 : 2000 * shared / sum;
    }

private:
    static constexpr std::size_t kMost = 62;

    static std::size_t slot(std::uint32_t gram) { return (gram * 2654435761U) >> 24U; }

    int find(std::uint32_t gram) const {
        for (std::uint8_t at = heads_[slot(gram)]; at != 0; at = next_[at - 1U]) {
            if (grams_[at - 1U] == gram) return at - 1;
        }
        return -1;
    }

    /// Calls `visit` for each three bytes of `text` with two blanks before and one behind it.
    template <class Visit>
    static void each(std::string_view text, Visit visit) {
        if (text.empty()) return;
        std::uint32_t gram = 0x2020;
        const auto push = [&](char c) {
            gram = ((gram << 8U) | static_cast<unsigned char>(c)) & 0xFFFFFFU;
            visit(gram);
        };
        for (const char c : text) push(c);
        push(' ');
    }

    std::array<std::uint8_t, 256> heads_{};
    std::array<std::uint8_t, 64> next_{};
    std::array<std::uint32_t, 64> grams_{};
    std::size_t count_ = 0;
};

}  // namespace

struct Units::List {
    std::string text;
    std::vector<Unit> units;                ///< in order of code, periods of one code oldest first
    std::vector<std::uint32_t> by_parent;   ///< places in `units`, in order of parent
    std::vector<std::uint32_t> with_heirs;  ///< places of units that name successors
    /// Where the codes of each two leading digits begin in `units`: a search among hundreds of units, not among all.
    std::array<std::uint32_t, 101> begins{};
    /// By level, the different periods in which units of it live: a handful, however many units there are.
    std::array<std::vector<std::pair<Day, Day>>, 4> periods;

    /// Folded names, made at the first search: most uses of the list never search.
    struct Index {
        std::string folded;
        std::vector<std::uint32_t> ends;  ///< where the name of each unit ends in `folded`
        std::vector<std::uint8_t> bare;   ///< bytes of the kind and its blank at the start of the name
    };
    mutable std::once_flag indexed;
    mutable Index index;

    void note_beginnings() {
        std::size_t lead = 0;
        for (std::size_t i = 0; i < units.size(); ++i) {
            while (lead <= lead_of(units[i].code)) begins[lead++] = static_cast<std::uint32_t>(i);
        }
        while (lead < begins.size()) begins[lead++] = static_cast<std::uint32_t>(units.size());
    }

    /// `code` has two digits at least.
    static std::size_t lead_of(std::string_view code) { return static_cast<std::size_t>((code[0] - '0') * 10 + (code[1] - '0')); }

    std::pair<std::size_t, std::size_t> rows(std::string_view code) const {
        if (code.size() < 2 || !digits(code.substr(0, 2))) return {0, 0};
        const std::size_t lead = lead_of(code);
        const auto at = [this](std::uint32_t place) { return units.begin() + static_cast<std::ptrdiff_t>(place); };
        const auto first =
            std::lower_bound(at(begins[lead]), at(begins[lead + 1]), code,
                             [](const Unit& unit, std::string_view wanted) { return unit.code < wanted; });
        auto last = first;
        while (last != units.end() && last->code == code) ++last;
        return {static_cast<std::size_t>(first - units.begin()), static_cast<std::size_t>(last - units.begin())};
    }

    const Unit* find(std::string_view code, Day at) const {
        const auto [first, last] = rows(code);
        for (std::size_t i = first; i < last; ++i) {
            if (lives(units[i], at)) return &units[i];
        }
        return nullptr;
    }

    /// The last period of `code` that was over on the day `at`.
    const Unit* ended(std::string_view code, Day at) const {
        const auto [first, last] = rows(code);
        const Unit* latest = nullptr;
        for (std::size_t i = first; i < last; ++i) {
            if (units[i].valid_to < at) latest = &units[i];
        }
        return latest;
    }

    void heirs(std::string_view code, Day at, int left, std::vector<const Unit*>& out) const {
        if (const Unit* unit = find(code, at)) {
            if (std::find(out.begin(), out.end(), unit) == out.end()) out.push_back(unit);
            return;
        }
        const Unit* over = ended(code, at);
        if (!over || left == 0) return;
        for (const auto successor : over->successors) heirs(successor, at, left - 1, out);
    }

    std::vector<const Unit*> heirs(std::string_view code, Day at) const {
        std::vector<const Unit*> out;
        heirs(code, at, kLongestChain, out);
        return out;
    }

    /// The unit above on the day `at`: the parent, or its one successor. Two successors do not say which, so nullptr.
    const Unit* above(const Unit& unit, Day at) const {
        if (unit.level == 1) return nullptr;
        if (const Unit* parent = find(unit.parent, at)) return parent;
        const auto heir = heirs(unit.parent, at);
        return heir.size() == 1 && heir.front()->level < unit.level ? heir.front() : nullptr;
    }

    const Index& search_index() const {
        std::call_once(indexed, [this] {
            index.folded.reserve(units.size() * 16);
            index.ends.reserve(units.size());
            index.bare.reserve(units.size());
            for (const Unit& unit : units) {
                const std::string name = fold(unit.name);
                index.folded += name;
                index.ends.push_back(static_cast<std::uint32_t>(index.folded.size()));
                // What stands behind the kind may fold to nothing.
                index.bare.push_back(static_cast<std::uint8_t>(std::min({fold(unit.kind).size() + 1, name.size(), std::size_t{UINT8_MAX}})));
            }
        });
        return index;
    }

    std::string_view folded_name(std::size_t row) const {
        const std::uint32_t begin = row == 0 ? 0 : index.ends[row - 1];
        return std::string_view(index.folded).substr(begin, index.ends[row] - begin);
    }

    std::size_t row_of(const Unit& unit) const { return static_cast<std::size_t>(&unit - units.data()); }

    /// Whether each word begins a word of the name or of a name above, and one at least of the name itself.
    bool fits(std::size_t row, const std::vector<std::string_view>& words, Day at) const {
        const auto own = folded_name(row);
        if (std::none_of(words.begin(), words.end(), [&](auto word) { return has_word(own, word); })) return false;
        return std::all_of(words.begin(), words.end(), [&](auto word) {
            for (const Unit* unit = &units[row]; unit; unit = above(*unit, at)) {
                if (has_word(folded_name(row_of(*unit)), word)) return true;
            }
            return false;
        });
    }
};

Units::Units() : list_(std::make_unique<const List>()) {}
Units::Units(std::unique_ptr<const List> list) : list_(std::move(list)) {}
Units::Units(Units&&) noexcept = default;
Units& Units::operator=(Units&&) noexcept = default;
Units::~Units() = default;

Result<Units> Units::parse(std::string_view text) {
    if (!is_utf8(text)) return Error{Errc::malformed, std::string(kRule), "not UTF-8"};
    auto list = std::make_unique<List>();
    list->text = text;
    auto& units = list->units;
    units.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
    std::size_t number = 0;
    for (auto rest = std::string_view(list->text); !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        auto unit = TRY(read_line(line, ++number));
        if (!units.empty()) {
            const Unit& before = units.back();
            if (unit.code < before.code) return bad(number, 0, "not in order of code");
            if (unit.code == before.code && !(before.valid_to < unit.valid_from)) {
                return bad(number, 0, "there already on the same day");
            }
        }
        units.push_back(std::move(unit));
    }
    list->note_beginnings();
    for (std::size_t i = 0; i < units.size(); ++i) {
        const Unit& unit = units[i];
        if (unit.level > 1) {
            const auto [first, last] = list->rows(unit.parent);
            if (first == last) return bad(i + 1, 2, "not in the list");
            if (units[first].level >= unit.level) return bad(i + 1, 2, "not above its unit");
        }
        for (const auto successor : unit.successors) {
            const auto [first, last] = list->rows(successor);
            if (first == last) return bad(i + 1, 7, "not in the list");
            if (units[last - 1].valid_to <= unit.valid_to) return bad(i + 1, 7, "ends no later than its predecessor");
        }
        if (!unit.successors.empty()) list->with_heirs.push_back(static_cast<std::uint32_t>(i));
        list->by_parent.push_back(static_cast<std::uint32_t>(i));
        auto& spans = list->periods[static_cast<std::size_t>(unit.level)];
        const std::pair<Day, Day> span{unit.valid_from, unit.valid_to};
        if (std::find(spans.begin(), spans.end(), span) == spans.end()) spans.push_back(span);
    }
    std::stable_sort(list->by_parent.begin(), list->by_parent.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return units[a].parent < units[b].parent; });
    return Units(std::unique_ptr<const List>(std::move(list)));
}

const Unit* Units::find(std::string_view code, Day at) const { return list_->find(code, at); }

bool Units::covers(std::string_view ancestor, std::string_view code, Day at) const {
    if (ancestor == kNation) return code == kNation || !list_->heirs(code, at).empty();
    if (!list_->find(ancestor, at)) return false;
    const auto below = [&](const Unit* unit) {
        for (; unit; unit = list_->above(*unit, at)) {
            if (unit->code == ancestor) return true;
        }
        return false;
    };
    if (const Unit* unit = list_->find(code, at)) return below(unit);
    const auto answering = list_->heirs(code, at);
    return !answering.empty() && std::all_of(answering.begin(), answering.end(), below);
}

std::string Units::path(std::string_view code, Day at) const {
    if (code == kNation) return std::string(kNation);
    std::string path;
    int level = 0;
    for (const Unit* unit = list_->find(code, at); unit; unit = list_->above(*unit, at)) {
        path = path.empty() ? std::string(unit->code) : std::string(unit->code) + '/' + path;
        level = unit->level;
    }
    return level == 1 ? path : std::string();
}

std::vector<const Unit*> Units::above(std::string_view code, Day at) const {
    std::vector<const Unit*> out;
    const Unit* unit = list_->find(code, at);
    while (unit && (unit = list_->above(*unit, at))) out.push_back(unit);
    return out;
}

std::string Units::province_of(std::string_view code) const {
    if (code == kNation) return std::string(kNation);
    for (;;) {
        const auto [first, last] = list_->rows(code);
        if (first == last) return {};
        // The oldest period: a later one may lie in another province, what was kept before has not moved.
        const Unit& unit = list_->units[first];
        if (unit.level == 1) return std::string(unit.code);
        code = unit.parent;
    }
}

std::vector<const Unit*> Units::children(std::string_view code, Day at) const {
    std::vector<std::string_view> parents = {code == kNation ? std::string_view() : code};
    if (code != kNation) {
        if (!list_->find(code, at)) return {};
        for (const auto row : list_->with_heirs) {
            const Unit& over = list_->units[row];
            if (list_->find(over.code, at)) continue;
            const auto heir = list_->heirs(over.code, at);
            const bool merged_here = heir.size() == 1 && heir.front()->code == code;
            const bool known = std::find(parents.begin(), parents.end(), over.code) != parents.end();
            if (merged_here && !known) parents.push_back(over.code);
        }
    }
    std::vector<const Unit*> out;
    const auto& order = list_->by_parent;
    for (const auto parent : parents) {
        const auto parent_of = [&](std::uint32_t row) { return list_->units[row].parent; };
        auto at_row =
            std::lower_bound(order.begin(), order.end(), parent,
                             [&](std::uint32_t row, std::string_view wanted) { return parent_of(row) < wanted; });
        for (; at_row != order.end() && parent_of(*at_row) == parent; ++at_row) {
            if (lives(list_->units[*at_row], at)) out.push_back(&list_->units[*at_row]);
        }
    }
    std::sort(out.begin(), out.end(), [](const Unit* a, const Unit* b) { return a->code < b->code; });
    return out;
}

std::vector<int> Units::levels(Day at) const {
    std::vector<int> out;
    for (int level = 1; level <= 3; ++level) {
        const auto& spans = list_->periods[static_cast<std::size_t>(level)];
        const bool any = std::any_of(spans.begin(), spans.end(), [&](const auto& span) { return span.first <= at && at <= span.second; });
        if (any) out.push_back(level);
    }
    return out;
}

Day Units::steady_until(Day at) const {
    Day last = kForever;
    for (const auto& spans : list_->periods) {
        for (const auto& [first, end] : spans) {
            if (at < first) last = std::min(last, Day{first.days - 1});
            else if (at <= end) last = std::min(last, end);
        }
    }
    return last;
}

std::vector<Units::Hit> Units::search(std::string_view query, Day at, std::size_t limit) const {
    constexpr int kExact = 1000;
    constexpr int kStart = 900;
    constexpr int kWords = 700;
    constexpr int kAlike = 400;  // thousandths of Dice's coefficient below which names only look alike by chance
    const std::string folded = fold(query);
    const auto words = words_of(folded);
    if (words.empty() || limit == 0) return {};
    const auto& index = list_->search_index();
    std::vector<Hit> hits;
    const auto better = [](const Hit& a, const Hit& b) {
        if (a.score != b.score) return a.score > b.score;
        if (a.unit->level != b.unit->level) return a.unit->level < b.unit->level;
        return a.unit->code < b.unit->code;
    };
    for (std::size_t row = 0; row < list_->units.size(); ++row) {
        const Unit& unit = list_->units[row];
        if (!lives(unit, at)) continue;
        const auto name = list_->folded_name(row);
        const auto bare = name.substr(index.bare[row]);
        int score = 0;
        if (bare == folded || name == folded) {
            score = kExact;
        } else if (begins(bare, folded) || begins(name, folded)) {
            score = kStart;
        } else if (list_->fits(row, words, at)) {
            score = kWords;
        }
        if (score > 0) hits.push_back({&unit, score});
    }
    if (hits.size() < limit) {
        const Trigrams grams(folded);
        std::vector<Hit> alike;
        for (std::size_t row = 0; row < list_->units.size(); ++row) {
            const Unit& unit = list_->units[row];
            if (!lives(unit, at)) continue;
            const auto name = list_->folded_name(row);
            const int score = std::max(grams.similarity(name.substr(index.bare[row])), grams.similarity(name));
            if (score >= kAlike) alike.push_back({&unit, std::min(score * 6 / 10, 599)});
        }
        for (const Hit& hit : alike) {
            const bool known =
                std::any_of(hits.begin(), hits.end(), [&](const Hit& other) { return other.unit == hit.unit; });
            if (!known) hits.push_back(hit);
        }
    }
    const auto kept = std::min(limit, hits.size());
    std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept), hits.end(), better);
    hits.resize(kept);
    return hits;
}

std::vector<const Unit*> Units::successors_at(std::string_view code, Day at) const { return list_->heirs(code, at); }

std::size_t Units::size() const { return list_->units.size(); }

}  // namespace lachan
