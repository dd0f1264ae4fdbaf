#include "riskmap/explain.h"

#include <algorithm>

namespace lachan::riskmap {
namespace {

using From = Input::From;

Words& operator<<(Words& words, Measure measure) { return words.say(info_of(measure).vi, info_of(measure).en); }

std::string_view unit_of_limit(const Input& input) {
    const bool percent = (input.from == From::latest && info_of(input.measure).kind == Kind::share) ||
                         ((input.from == From::ratio || input.from == From::share_below) && input.per == 100);
    return percent ? " %" : "";
}

/// "38 × 100000 = 3800000 ≥ 20 × 120000 people = 2400000"; of numbers that are not settled both ends.
void say_arithmetic(Words& text, const Pack& pack, const Comparison& comparison, const Value& value) {
    const Input& input = pack.inputs[comparison.input];
    if (!value.known()) {
        text.say(value.lacks_people ? "không có số dân" : "không có số liệu", value.lacks_people ? "the number of people is not known" : "there is no figure");
        return;
    }
    const auto times = [&](std::int64_t number, std::int64_t factor, bool is_limit) {
        text.say(number);
        if (factor != 1) text.say(" × ").say(factor);
        if (is_limit && input.from == From::rate) text.say(" ") << Measure::population;
        if (is_limit && input.from == From::ratio) text.say(" ") << input.over;
        if (is_limit && input.from == From::share_below) text.say(" đơn vị", " units");
        if (factor != 1) text.say(" = ").say(product(number, factor));
    };
    times(value.low, input.per, false);
    if (value.high != value.low) {
        text.say(" … ");
        times(value.high, input.per, false);
    }
    const Truth truth = holds(pack, comparison, value);
    if (truth == Truth::no) text.say(" không", " not");
    if (truth == Truth::unknown) text.say(" có thể", " perhaps");
    text.say(" ").say(sign_of(comparison.relation)).say(" ");
    times(comparison.limit, value.base, true);
}

bool applied(const Assessed& assessed, std::size_t i) { return (assessed.applied >> i & 1) != 0; }

/// The cell or reason for grey that decided; nullptr when none did.
const Cell* decider(const Pack& pack, const Assessed& assessed) {
    if (assessed.cell < 0) return nullptr;
    const auto& list = assessed.state == Assessed::State::computed ? pack.cells : pack.grey;
    const auto at = static_cast<std::size_t>(assessed.cell);
    return at < list.size() ? &list[at] : nullptr;
}

/// What each source says over the longest window of each count that the pack asks for.
struct Said {
    Measure measure;
    int days;
    std::vector<Figures::OfSource> sources;
    std::int64_t difference() const {
        std::int64_t least = INT64_MAX, most = 0;
        for (const auto& one : sources) {
            least = std::min(least, one.sum);
            most = std::max(most, one.sum);
        }
        return sources.empty() ? 0 : most - least;
    }
};
std::vector<Said> said_of(const Pack& pack, const Why& why) {
    std::vector<Said> out;
    const auto see = [&](Measure measure, int days) {
        for (Said& one : out) {
            if (one.measure == measure) {
                one.days = std::max(one.days, days);
                return;
            }
        }
        out.push_back({measure, days, {}});
    };
    for (const Input& input : pack.inputs) {
        if (input.from > From::ratio) continue;
        see(input.measure, input.days);
        if (input.from == From::ratio) see(input.over, input.days);
    }
    for (Said& one : out) one.sources = why.figures->by_source(one.measure, why.day, one.days);
    return out;
}

void say_turn(Words& text, const Pack& pack, const Turn& turn, bool more) {
    text.say(more || turn.at_level > 0 ? "thêm " : "bớt ", "").grouped(turn.by);
    if (turn.at_level > 0) text.say(" đơn vị trực thuộc lên mức ", " more units below at level ").say(turn.at_level);
    else text.say(" ca", more ? " cases more" : " cases fewer");
    text.say(" → ").level(pack, turn.level);
}

void write_words(JsonWriter& out, const Words& words) {
    out.open_object();
    out.key("en");
    out.text(words.en);
    out.key("vi");
    out.text(words.vi);
    out.close_object();
}

void write_level(JsonWriter& out, const char* key, int level) {
    out.key(key);
    if (level == 0) out.null();
    else out.number(level);
}

void write_turn(JsonWriter& out, const char* key, const std::optional<Turn>& turn) {
    out.key(key);
    if (!turn) return out.null();
    out.open_object();
    out.key("by");
    out.number(turn->by);
    out.key("level");
    out.number(turn->level);
    if (turn->at_level > 0) {
        out.key("unitsAtLevel");
        out.number(turn->at_level);
    }
    out.close_object();
}

void write_cell(JsonWriter& out, const Pack& pack, const Cell& cell, const Why& why) {
    out.open_object();
    out.key("comparisons");
    out.open_array();
    for (const Comparison& one : cell.when) {
        const Value& value = why.values[one.input];
        const Truth truth = holds(pack, one, value);
        out.open_object();
        out.key("arithmetic");
        Words sum;
        say_arithmetic(sum, pack, one, value);
        write_words(out, sum);
        out.key("holds");
        if (truth == Truth::unknown) out.null();
        else out.boolean(truth == Truth::yes);
        out.key("input");
        out.text(pack.inputs[one.input].name);
        out.close_object();
    }
    out.close_array();
    out.key("id");
    out.text(cell.id);
    out.key("mark");
    out.text(name_of(cell.mark));
    out.key("text");
    write_words(out, Words().rule(pack, cell));
    out.close_object();
}

const char* name_of(Assessed::State state) {
    return state == Assessed::State::computed ? "computed" : state == Assessed::State::grey ? "grey" : "open";
}

}  // namespace

Words& Words::say(std::string_view in_vietnamese, std::string_view in_english) {
    vi += in_vietnamese;
    en += in_english;
    return *this;
}

Words& Words::grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    std::string english = digits;
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, '.');
        english.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return say(digits, english);
}

Words& Words::input(const Input& input) {
    if (input.from >= From::share_below) {
        const bool share = input.from == From::share_below;
        say(share ? "tỷ lệ" : "số", share ? "share" : "number").say(" đơn vị trực thuộc từ mức ", " of units below at level ").say(input.level);
        return say(" trở lên", " or above");
    }
    *this << input.measure;
    if (input.from == From::latest) return *this;
    say(" trong ", " in ").say(input.days).say(" ngày", " days");
    if (input.from == From::sum) return *this;
    say(" trên ", " per ").grouped(input.per).say(" ");
    return *this << (input.from == From::rate ? Measure::population : input.over);
}

Words& Words::rule(const Pack& pack, const Cell& cell) {
    bool first = true;
    for (const Comparison& one : cell.when) {
        const Input& of = pack.inputs[one.input];
        if (!first) say(", và ", ", and ");
        first = false;
        input(of);
        if (of.from == From::latest && info_of(of.measure).kind == Kind::flag) {
            say(one.limit == 1 ? ": có" : ": không", one.limit == 1 ? ": yes" : ": no");
            continue;
        }
        say(" ").say(sign_of(one.relation)).say(" ").grouped(one.limit).say(unit_of_limit(of));
    }
    return *this;
}

Words& Words::level(const Pack& pack, int level) {
    if (level < 1 || level > pack.top()) return say("chưa tính được", "not computable");
    const Json& one = pack.words_of(level);
    return one.is_null() ? say("mức ", "level ").say(level) : say(text_at(one, "vi"), text_at(one, "en"));
}

std::string rule_of(const Pack& pack, const Assessed& assessed) {
    std::string rule;
    if (const Cell* cell = decider(pack, assessed)) rule = cell->id;
    for (std::size_t i = 0; i < pack.adjustments.size(); ++i) {
        if (applied(assessed, i)) (rule += '+') += pack.adjustments[i].id;
    }
    return rule;
}

void write_missing(JsonWriter& out, const Pack& pack, const Assessed& assessed) {
    out.key("missing");
    out.open_array();
    for (std::size_t i = 0; i < pack.inputs.size(); ++i) {
        if ((assessed.missing >> i & 1) != 0) out.text(pack.inputs[i].name);
    }
    out.close_array();
}

Words reason_of(const Pack& pack, const Why& why) {
    Words text;
    const char* between = "";
    const auto tell = [&](const Cell& cell) {
        for (const Comparison& one : cell.when) {
            text.say(between);
            say_arithmetic(text, pack, one, why.values[one.input]);
            between = "; ";
        }
    };
    if (const Cell* cell = decider(pack, why.assessed)) tell(*cell);
    for (std::size_t i = 0; i < pack.adjustments.size(); ++i) {
        if (!applied(why.assessed, i)) continue;
        text.say(between).say("điều chỉnh ", "adjusted by ").say(pack.adjustments[i].id);
        between = "; ";
        tell(pack.adjustments[i]);
    }
    for (std::size_t i = 0; i < pack.inputs.size(); ++i) {
        if ((why.assessed.missing >> i & 1) == 0) continue;
        text.say(between).say("thiếu ", "missing ").input(pack.inputs[i]);
        between = "; ";
    }
    if (text.en.empty()) text.say("không có quy tắc cho loại đơn vị này", "no rule for this kind of unit");
    return text;
}

Words text_of(const Pack& pack, const Why& why) {
    const Assessed& assessed = why.assessed;
    Words text;
    if (!why.name.empty()) text.say(why.name).say(" (");
    text.say(why.unit).say(why.name.empty() ? ", " : "), ").say(to_string(why.day)).say(": ").level(pack, assessed.level);
    if (assessed.state != Assessed::State::computed) {
        text.say("\nMức nằm trong khoảng ", "\nThe level lies from ").say(assessed.low).say(" đến ", " to ").say(assessed.high);
    }
    if (why.declared > 0) {
        text.say("\nCơ quan chức năng công bố: ", "\nAnnounced by the authority: ").level(pack, why.declared);
        if (why.declared != assessed.level) text.say("\nKhác với mức tính được", "\nIt differs from the computed level");
    }
    text.say("\nBộ quy tắc ", "\nRules ").say(pack.id).say(" v").say(pack.version).say(": ").say(text_at(pack.basis(), "vi"), text_at(pack.basis(), "en"));
    const auto rule = [&](const Cell& cell) {
        text.say(" ").say(cell.id).say(": ").rule(pack, cell);
        if (cell.does == Cell::Does::raise) text.say(" → tăng ", " → up by ").say(cell.level);
        if (cell.does == Cell::Does::keep) text.say(" → không thấp hơn trước", " → not below the level before");
        if (cell.mark == Mark::to_confirm) text.say(" [cần xác nhận]", " [to be confirmed]");
        for (const Comparison& one : cell.when) {
            text.say("\n  ");
            say_arithmetic(text, pack, one, why.values[one.input]);
        }
    };
    if (const Cell* cell = decider(pack, assessed)) {
        text.say("\nÔ quyết định", "\nDeciding cell");
        rule(*cell);
    }
    for (std::size_t i = 0; i < pack.adjustments.size(); ++i) {
        const bool open = (assessed.open_adjustments >> i & 1) != 0;
        if (!open && !applied(assessed, i)) continue;
        text.say(open ? "\nChưa điều chỉnh (thiếu số liệu)," : "\nĐiều chỉnh", open ? "\nNot adjusted (a figure is missing)," : "\nAdjusted by");
        rule(pack.adjustments[i]);
    }
    if (assessed.is_stricter) text.say("\nThiếu số liệu: lấy mức chặt hơn", "\nA figure is missing: the stricter branch was taken");
    for (std::size_t i = 0; i < pack.inputs.size(); ++i) {
        if ((assessed.missing >> i & 1) != 0) text.say("\nThiếu: ", "\nMissing: ").input(pack.inputs[i]);
    }
    for (const Said& said : said_of(pack, why)) {
        if (said.sources.empty()) continue;
        (text.say("\nNguồn, ", "\nSources, ") << said.measure).say(" trong ", " in ").say(said.days).say(" ngày:", " days:");
        for (const auto& one : said.sources) {
            text.say(" ").say(one.source).say(" ").say(one.sum);
            if (one.days < said.days) text.say(" (").say(one.days).say(" ngày)", " days)");
            text.say(";");
        }
        text.say(" chênh lệch ", " difference ").say(said.difference());
    }
    const Turns turns = turns_of(pack, why.unit_level, why.day, why.values, why.units_below);
    for (const auto* turn : {&turns.more, &turns.fewer, &turns.below}) {
        if (!*turn) continue;
        text.say("\nĐổi mức khi ", "\nAnother level with ");
        say_turn(text, pack, **turn, turn == &turns.more);
    }
    return text.say("\n");
}

void write_why(JsonWriter& out, const Pack& pack, const Why& why) {
    const Assessed& assessed = why.assessed;
    out.open_object();
    out.key("adjusted");
    out.open_array();
    for (std::size_t i = 0; i < pack.adjustments.size(); ++i) {
        if (applied(assessed, i)) write_cell(out, pack, pack.adjustments[i], why);
    }
    out.close_array();
    out.key("atLeast");
    out.number(assessed.low);
    out.key("atMost");
    out.number(assessed.high);
    out.key("colour");
    if (assessed.level == 0) out.null();
    else out.text(pack.colour(assessed.level));
    write_level(out, "computedLevel", assessed.level);
    out.key("day");
    out.text(to_string(why.day));
    write_level(out, "declaredLevel", why.declared);
    out.key("inputs");
    out.open_array();
    for (std::size_t i = 0; i < pack.inputs.size(); ++i) {
        const Value& value = why.values[i];
        if (!value.known()) continue;
        out.open_object();
        out.key("base");
        out.number(value.base);
        out.key("high");
        out.number(value.high);
        out.key("low");
        out.number(value.low);
        out.key("name");
        out.text(pack.inputs[i].name);
        out.key("per");
        out.number(pack.inputs[i].per);
        out.key("text");
        write_words(out, Words().input(pack.inputs[i]));
        out.close_object();
    }
    out.close_array();
    out.key("mark");
    if (assessed.cell < 0) out.null();
    else out.text(riskmap::name_of(assessed.mark));
    write_missing(out, pack, assessed);
    out.key("notAdjusted");
    out.open_array();
    for (std::size_t i = 0; i < pack.adjustments.size(); ++i) {
        if ((assessed.open_adjustments >> i & 1) != 0) out.text(pack.adjustments[i].id);
    }
    out.close_array();
    out.key("pack");
    out.text(pack.id);
    out.key("people");
    if (why.people < 0) out.null();
    else out.number(why.people);
    out.key("rule");
    if (const Cell* cell = decider(pack, assessed)) write_cell(out, pack, *cell, why);
    else out.null();
    out.key("sources");
    out.open_array();
    for (const Said& said : said_of(pack, why)) {
        if (said.sources.empty()) continue;
        out.open_object();
        out.key("days");
        out.number(said.days);
        out.key("difference");
        out.number(said.difference());
        out.key("measure");
        out.text(info_of(said.measure).name);
        out.key("sums");
        out.open_object();
        for (const auto& one : said.sources) {
            out.key(one.source);
            out.number(one.sum);
        }
        out.close_object();
        out.close_object();
    }
    out.close_array();
    out.key("state");
    out.text(name_of(assessed.state));
    out.key("stricter");
    out.boolean(assessed.is_stricter);
    out.key("text");
    write_words(out, text_of(pack, why));
    out.key("turns");
    const Turns turns = turns_of(pack, why.unit_level, why.day, why.values, why.units_below);
    out.open_object();
    write_turn(out, "below", turns.below);
    write_turn(out, "fewer", turns.fewer);
    write_turn(out, "more", turns.more);
    out.close_object();
    out.key("unit");
    out.text(why.unit);
    out.key("version");
    out.number(pack.version);
    out.close_object();
}

}  // namespace lachan::riskmap
