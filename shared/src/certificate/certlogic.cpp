#include "certificate/certlogic.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace lachan::certificate::certlogic {
namespace {

constexpr std::string_view kValueSets = "external.valueSets.";
constexpr std::size_t kIssueLimit = 100;
/// Years of four digits, before and after adding: what `to_text` can write.
constexpr std::int64_t kLastYear = 9999;
/// More than this of any unit leaves those years, and less cannot overflow.
constexpr std::int64_t kAmountLimit = 100'000'000;

// --- dates
// ----------------------------------------------------------------------------------------------------------------

struct Civil {
    std::int64_t year, month, day;
};

constexpr std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
    using namespace std::chrono;
    const auto first = sys_days{year_month_day{std::chrono::year{static_cast<int>(year)},
                                               std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{1}}};
    return static_cast<std::int64_t>(first.time_since_epoch().count()) + day - 1;
}

constexpr std::int64_t kFirstMs = days_of(0, 1, 1) * kMillisecondsPerDay;
constexpr std::int64_t kEndMs = days_of(kLastYear + 1, 1, 1) * kMillisecondsPerDay;

/// Days and milliseconds of the day; the day is rounded down, so that instants before 1970 fall into the right one.
std::pair<std::int64_t, std::int64_t> split(std::int64_t ms) {
    std::int64_t days = ms / kMillisecondsPerDay;
    if (ms % kMillisecondsPerDay < 0) --days;
    return {days, ms - days * kMillisecondsPerDay};
}

Civil civil_of(std::int64_t days) {
    using namespace std::chrono;
    const year_month_day date{sys_days{std::chrono::days{days}}};
    return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
    using namespace std::chrono;
    const year_month_day_last last{std::chrono::year{static_cast<int>(year)},
                                   month_day_last{std::chrono::month{static_cast<unsigned>(month)}}};
    return static_cast<unsigned>(last.day());
}

/// Reads a date from the left; what is left over is in `text`.
class DateReader {
public:
    explicit DateReader(std::string_view text) : text_(text) {}

    bool at_end() const { return text_.empty(); }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    /// Exactly `count` digits as a number within the bounds, or -1.
    std::int64_t number(std::size_t count, std::int64_t least, std::int64_t most) {
        if (digits() < count) return -1;
        std::int64_t value = 0;
        for (const char c : text_.substr(0, count)) value = value * 10 + (c - '0');
        text_.remove_prefix(count);
        return value < least || value > most ? -1 : value;
    }
    std::size_t digits() const {
        return static_cast<std::size_t>(
            std::find_if(text_.begin(), text_.end(), [](char c) { return c < '0' || c > '9'; }) - text_.begin());
    }

    /// YYYY, YYYY-MM or YYYY-MM-DD in days since 1970; a partial date is its last day, and a whole one may go on.
    std::optional<std::int64_t> date() {
        const std::int64_t year = number(4, 0, kLastYear);
        if (year < 0) return std::nullopt;
        if (at_end()) return days_of(year, 12, 31);
        if (!take('-')) return std::nullopt;
        const std::int64_t month = number(2, 1, 12);
        if (month < 0) return std::nullopt;
        if (at_end()) return days_of(year, month, days_in_month(year, month));
        if (!take('-')) return std::nullopt;
        const std::int64_t day = number(2, 1, days_in_month(year, month));
        if (day < 0) return std::nullopt;
        return days_of(year, month, day);
    }

    /// hh:mm:ss with an optional fraction, in milliseconds; further decimals are dropped. 24:00:00 is midnight to come.
    std::optional<std::int64_t> time_of_day() {
        const std::int64_t hour = number(2, 0, 24);
        if (hour < 0 || !take(':')) return std::nullopt;
        const std::int64_t minute = number(2, 0, 59);
        if (minute < 0 || !take(':')) return std::nullopt;
        const std::int64_t second = number(2, 0, 59);
        if (second < 0) return std::nullopt;
        std::int64_t fraction = 0;
        if (take('.')) {
            const std::size_t count = digits();
            if (count == 0) return std::nullopt;
            for (std::size_t i = 0; i < count; ++i) {
                const std::int64_t digit = number(1, 0, 9);
                if (i < 3) fraction = fraction * 10 + digit;
            }
            for (std::size_t i = count; i < 3; ++i) fraction *= 10;
        }
        const std::int64_t ms = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
        if (ms > kMillisecondsPerDay) return std::nullopt;
        return ms;
    }

    /// Z, or a sign and h, hh, hmm, hhmm, h:mm or hh:mm, or nothing; in milliseconds ahead of UTC.
    std::optional<std::int64_t> zone() {
        if (at_end() || take('Z')) return 0;
        const bool is_ahead = take('+');
        if (!is_ahead && !take('-')) return std::nullopt;
        const std::size_t count = digits();
        if (count == 0 || count > 4) return std::nullopt;
        const std::int64_t hours = number(count <= 2 ? count : count - 2, 0, 23);
        const bool has_colon = count <= 2 && take(':');
        const std::int64_t minutes = has_colon || count > 2 ? number(2, 0, 59) : 0;
        if (hours < 0 || minutes < 0) return std::nullopt;
        const std::int64_t ms = (hours * 60 + minutes) * 60'000;
        return is_ahead ? ms : -ms;
    }

private:
    std::string_view text_;
};

std::optional<std::int64_t> date_only(std::string_view text) {
    DateReader reader(text);
    const auto days = reader.date();
    if (!days || !reader.at_end()) return std::nullopt;
    return *days * kMillisecondsPerDay;
}

enum class Unit { year, month, day, hour };

std::optional<Unit> unit_named(std::string_view name) {
    if (name == "year") return Unit::year;
    if (name == "month") return Unit::month;
    if (name == "day") return Unit::day;
    if (name == "hour") return Unit::hour;
    return std::nullopt;
}

/// As the setters of ECMAScript's Date do it: a day that the month does not have runs into the next one.
std::optional<std::int64_t> plus(std::int64_t ms, std::int64_t amount, Unit unit) {
    if (amount > kAmountLimit || amount < -kAmountLimit) return std::nullopt;
    if (unit == Unit::hour) {
        ms += amount * 3'600'000;
    } else if (unit == Unit::day) {
        ms += amount * kMillisecondsPerDay;
    } else {
        const auto [days, time] = split(ms);
        const Civil date = civil_of(days);
        const std::int64_t months = date.year * 12 + date.month - 1 + (unit == Unit::year ? amount * 12 : amount);
        if (months < 0 || months / 12 > kLastYear) return std::nullopt;
        ms = days_of(months / 12, months % 12 + 1, date.day) * kMillisecondsPerDay + time;
    }
    if (ms < kFirstMs || ms >= kEndMs) return std::nullopt;
    return ms;
}

// --- values
// ---------------------------------------------------------------------------------------------------------------

/// JSON has no date-times. Inside an evaluation they are carried by the library's binary type, which no text and no
/// certificate can give rise to: the milliseconds are its subtype.
Json date_time(std::int64_t ms) { return Json::binary({}, static_cast<std::uint64_t>(ms)); }

std::optional<std::int64_t> date_time_in(const Json& value) {
    if (!value.is_binary() || !value.get_binary().has_subtype()) return std::nullopt;
    return static_cast<std::int64_t>(value.get_binary().subtype());
}

/// Equality without conversion. Only texts, numbers, booleans and null are ever equal, as in JavaScript.
bool is_same(const Json& left, const Json& right) {
    if (left.is_string() && right.is_string())
        return *left.get_ptr<const std::string*>() == *right.get_ptr<const std::string*>();
    if (left.is_number() && right.is_number()) return left == right;
    if (left.is_boolean() && right.is_boolean()) return left.get<bool>() == right.get<bool>();
    return left.is_null() && right.is_null();
}

/// Date-times as their texts, all the way down.
void write_dates(Json& value) {
    if (const auto ms = date_time_in(value)) {
        value = to_text(Instant{*ms});
    } else if (value.is_structured()) {
        for (Json& item : value) write_dates(item);
    }
}

// --- operations
// -----------------------------------------------------------------------------------------------------------

enum class Op {
    and_,
    after,
    before,
    date_of_birth,
    equal,
    extract,
    greater,
    greater_equal,
    if_,
    in,
    less,
    less_equal,
    not_,
    not_after,
    not_before,
    plus,
    plus_time,
    reduce
};

struct Operator {
    std::string_view name;
    Op op;
    std::size_t least;
    std::size_t most;
};

constexpr std::size_t kAny = SIZE_MAX;

/// In byte order of the names.
constexpr std::array kOperators{
    Operator{"!", Op::not_, 1, 1},
    Operator{"+", Op::plus, 2, 2},
    Operator{"<", Op::less, 2, 3},
    Operator{"<=", Op::less_equal, 2, 3},
    Operator{"===", Op::equal, 2, 2},
    Operator{">", Op::greater, 2, 3},
    Operator{">=", Op::greater_equal, 2, 3},
    Operator{"after", Op::after, 2, 3},
    Operator{"and", Op::and_, 2, kAny},
    Operator{"before", Op::before, 2, 3},
    Operator{"dccDateOfBirth", Op::date_of_birth, 1, 1},
    Operator{"extractFromUVCI", Op::extract, 2, 2},
    Operator{"if", Op::if_, 3, 3},
    Operator{"in", Op::in, 2, 2},
    Operator{"not-after", Op::not_after, 2, 3},
    Operator{"not-before", Op::not_before, 2, 3},
    Operator{"plusTime", Op::plus_time, 3, 3},
    Operator{"reduce", Op::reduce, 3, 3},
};

const Operator* operator_named(std::string_view name) {
    const auto found = std::lower_bound(kOperators.begin(), kOperators.end(), name,
                                        [](const Operator& row, std::string_view key) { return row.name < key; });
    return found != kOperators.end() && found->name == name ? &*found : nullptr;
}

/// The one member of an expression object: its operator and what stands behind it.
const std::pair<const std::string, Json>& member_of(const Json& expression) {
    return *expression.get_ptr<const Json::object_t*>()->begin();
}

const Json kNull;

const Json& child(const Json& value, std::string_view fragment) {
    if (const auto* members = value.get_ptr<const Json::object_t*>()) {
        const auto found = members->find(fragment);
        return found == members->end() ? kNull : found->second;
    }
    const auto* items = value.get_ptr<const Json::array_t*>();
    if (items == nullptr || fragment.empty() || fragment.size() > 9) return kNull;
    std::size_t index = 0;
    for (const char c : fragment) {
        if (c < '0' || c > '9') return kNull;
        index = index * 10 + static_cast<std::size_t>(c - '0');
    }
    return index < items->size() ? (*items)[index] : kNull;
}

/// "a.0.b" from `value` on: keys of objects, indices of arrays, null for whatever is not there.
const Json& drill(const Json* value, std::string_view path) {
    for (bool is_last = false; !is_last;) {
        const std::size_t dot = path.find('.');
        is_last = dot == std::string_view::npos;
        const std::string_view fragment = path.substr(0, dot);
        path.remove_prefix(is_last ? path.size() : dot + 1);
        value = &child(*value, fragment);
        if (value->is_null()) break;
    }
    return *value;
}

/// A value under evaluation. What lies in the data or in the expression is pointed at, and only there; what was made is
/// held.
struct Value {
    const Json* there = nullptr;
    Json made;

    const Json& get() const { return there != nullptr ? *there : made; }
};

/// Where `var` looks: the data, or in the lambda of a reduction its two variables and the data around it.
struct Scope {
    const Json* data = nullptr;
    const Scope* around = nullptr;
    const Value* accumulator = nullptr;
    const Value* current = nullptr;
};

/// The first failure ends the evaluation and stays in `rule`. Plain bools and one member keep a node as cheap as its
/// work.
class Evaluator {
public:
    Evaluator(const Json& data, Trace* trace) : root_{&data}, trace_(trace) {}

    const char* rule = nullptr;
    int steps = 0;

    bool run(const Json& expression, Value& out) { return evaluate(expression, root_, out); }

private:
    bool stop(const char* why) {
        rule = why;
        return false;
    }

    bool step(std::size_t count = 1) {
        if (count > static_cast<std::size_t>(kStepLimit - steps)) return stop("certlogic.steps");
        steps += static_cast<int>(count);
        return true;
    }

    /// Pays for a copy before it is made: a lambda could double its accumulator again and again.
    bool pay(const Json& value) {
        if (const auto* text = value.get_ptr<const std::string*>()) return step(1 + text->size() / 64);
        if (!step()) return false;
        return !value.is_structured() ||
               std::all_of(value.begin(), value.end(), [this](const Json& item) { return pay(item); });
    }

    static bool point(Value& out, const Json& value) {
        out.there = &value;
        return true;
    }
    static bool make(Value& out, Json value) {
        out.there = nullptr;
        out.made = std::move(value);
        return true;
    }
    /// Hands on a value that another one owns.
    bool copy(Value& out, const Json& value) { return pay(value) && make(out, value); }

    bool evaluate(const Json& expression, const Scope& scope, Value& out) {
        if (depth_ >= kDepthLimit) return stop("certlogic.depth");
        ++depth_;
        const bool is_done = step() && evaluate_node(expression, scope, out);
        --depth_;
        return is_done;
    }

    bool evaluate_node(const Json& expression, const Scope& scope, Value& out) {
        if (expression.is_string() || expression.is_boolean()) return point(out, expression);
        if (expression.is_number()) return integer_of(expression) ? point(out, expression) : stop("certlogic.form");
        if (expression.is_array()) return list(expression, scope, out);
        if (!expression.is_object() || expression.size() != 1) return stop("certlogic.form");
        const auto& [name, operands] = member_of(expression);
        if (name == "var") {
            const auto* path = operands.get_ptr<const std::string*>();
            return path != nullptr ? look_up(*path, scope, out) : stop("certlogic.form");
        }
        if (!operands.is_array()) return stop("certlogic.form");
        const Operator* found = operator_named(name);
        if (found == nullptr) return stop("certlogic.operator");
        if (operands.size() < found->least || operands.size() > found->most) return stop("certlogic.operands");
        return operate(found->op, operands, scope, out);
    }

    bool list(const Json& expression, const Scope& scope, Value& out) {
        Json items = Json::array();
        for (const Json& item : expression) {
            Value value;
            if (!evaluate(item, scope, value)) return false;
            if (value.there != nullptr && !pay(*value.there)) return false;
            items.push_back(value.there != nullptr ? *value.there : std::move(value.made));
        }
        return make(out, std::move(items));
    }

    bool operate(Op op, const Json& operands, const Scope& scope, Value& out) {
        switch (op) {
            case Op::if_: return choose(operands, scope, out);
            case Op::and_: return all(operands, scope, out);
            case Op::not_: return negate(operands, scope, out);
            case Op::equal: return equal(operands, scope, out);
            case Op::in: return is_in(operands, scope, out);
            case Op::plus: return sum(operands, scope, out);
            case Op::plus_time: return shift(operands, scope, out);
            case Op::date_of_birth: return date_of_birth(operands, scope, out);
            case Op::reduce: return reduce(operands, scope, out);
            case Op::extract: return extract(operands, scope, out);
            default: return compare(op, operands, scope, out);
        }
    }

    // --- data access

    bool look_up(std::string_view path, const Scope& scope, Value& out) {
        if (scope.around != nullptr) return look_up_in_lambda(path, scope, out);
        point(out, path.empty() ? *scope.data : drill(scope.data, path));
        if (out.get().is_null()) note_missing(path);
        return true;
    }

    bool look_up_in_lambda(std::string_view path, const Scope& scope, Value& out) {
        if (path.empty()) {
            const Json& accumulator = scope.accumulator->get();
            const Json& current = scope.current->get();
            return pay(accumulator) && pay(current) && make(out, {{"accumulator", accumulator}, {"current", current}});
        }
        const std::size_t dot = path.find('.');
        const std::string_view name = path.substr(0, dot);
        const std::string_view rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
        // The extension that the specification allows: the data around the lambda.
        if (name == "data") return look_up(rest, *scope.around, out);
        const Value* variable = name == "accumulator" ? scope.accumulator : name == "current" ? scope.current : nullptr;
        if (variable == nullptr) return point(out, kNull);
        const Json& found = dot == std::string_view::npos ? variable->get() : drill(&variable->get(), rest);
        return variable->there != nullptr || found.is_null() ? point(out, found.is_null() ? kNull : found)
                                                             : copy(out, found);
    }

    void note_missing(std::string_view path) {
        if (trace_ == nullptr || !path.starts_with(kValueSets)) return;
        const std::string name(path.substr(kValueSets.size()));
        auto& missing = trace_->missing_value_sets;
        if (std::find(missing.begin(), missing.end(), name) == missing.end()) missing.push_back(name);
    }

    // --- logic

    bool truth(const Json& expression, const Scope& scope, Value& value, bool& is_true) {
        if (!evaluate(expression, scope, value)) return false;
        const auto found = truth_of(value.get());
        if (!found) return stop("certlogic.truth");
        is_true = *found;
        return true;
    }

    bool choose(const Json& operands, const Scope& scope, Value& out) {
        bool is_true = false;
        return truth(operands[0], scope, out, is_true) && evaluate(operands[is_true ? 1 : 2], scope, out);
    }

    bool all(const Json& operands, const Scope& scope, Value& out) {
        bool is_true = true;
        for (const Json& operand : operands) {
            if (!truth(operand, scope, out, is_true)) return false;
            if (!is_true) break;
        }
        return true;
    }

    bool negate(const Json& operands, const Scope& scope, Value& out) {
        bool is_true = false;
        return truth(operands[0], scope, out, is_true) && make(out, !is_true);
    }

    bool equal(const Json& operands, const Scope& scope, Value& out) {
        Value left, right;
        return evaluate(operands[0], scope, left) && evaluate(operands[1], scope, right) &&
               make(out, is_same(left.get(), right.get()));
    }

    bool is_in(const Json& operands, const Scope& scope, Value& out) {
        Value left, right;
        if (!evaluate(operands[0], scope, left) || !evaluate(operands[1], scope, right)) return false;
        if (right.get().is_null()) return make(out, false);
        const auto* items = right.get().get_ptr<const Json::array_t*>();
        if (items == nullptr) return stop("certlogic.type");
        if (!step(items->size() / 8)) return false;
        return make(out, std::any_of(items->begin(), items->end(),
                                     [&left](const Json& item) { return is_same(left.get(), item); }));
    }

    // --- numbers and dates

    bool sum(const Json& operands, const Scope& scope, Value& out) {
        Value left, right;
        if (!evaluate(operands[0], scope, left) || !evaluate(operands[1], scope, right)) return false;
        const auto a = integer_of(left.get());
        const auto b = integer_of(right.get());
        if (!a || !b) return stop("certlogic.type");
        std::int64_t total = 0;
        if (__builtin_add_overflow(*a, *b, &total)) return stop("certlogic.range");
        return make(out, total);
    }

    static bool holds(Op op, std::int64_t left, std::int64_t right) {
        switch (op) {
            case Op::less:
            case Op::before: return left < right;
            case Op::less_equal:
            case Op::not_after: return left <= right;
            case Op::greater:
            case Op::after: return left > right;
            default: return left >= right;
        }
    }

    bool compare(Op op, const Json& operands, const Scope& scope, Value& out) {
        const bool is_of_dates = op == Op::after || op == Op::before || op == Op::not_after || op == Op::not_before;
        std::int64_t last = 0;
        bool is_true = true;
        for (std::size_t i = 0; i < operands.size(); ++i) {
            Value value;
            if (!evaluate(operands[i], scope, value)) return false;
            const auto number = is_of_dates ? date_time_in(value.get()) : integer_of(value.get());
            if (!number) return stop("certlogic.type");
            if (i > 0 && !holds(op, last, *number)) is_true = false;
            last = *number;
        }
        return make(out, is_true);
    }

    bool shift(const Json& operands, const Scope& scope, Value& out) {
        const auto amount = integer_of(operands[1]);
        const auto* name = operands[2].get_ptr<const std::string*>();
        const auto unit = name != nullptr ? unit_named(*name) : std::nullopt;
        if (!amount || !unit) return stop("certlogic.operands");
        Value text;
        if (!evaluate(operands[0], scope, text)) return false;
        const auto* date = text.get().get_ptr<const std::string*>();
        if (date == nullptr) return stop("certlogic.type");
        const auto instant = instant_of(*date);
        if (!instant) return stop("certlogic.date");
        const auto shifted = plus(instant->ms, *amount, *unit);
        return shifted ? make(out, date_time(*shifted)) : stop("certlogic.range");
    }

    bool date_of_birth(const Json& operands, const Scope& scope, Value& out) {
        Value text;
        if (!evaluate(operands[0], scope, text)) return false;
        const auto* date = text.get().get_ptr<const std::string*>();
        if (date == nullptr) return stop("certlogic.type");
        const auto ms = date_only(*date);
        return ms ? make(out, date_time(*ms)) : stop("certlogic.date");
    }

    // --- lists and identifiers

    bool reduce(const Json& operands, const Scope& scope, Value& out) {
        Value list_value, accumulator;
        if (!evaluate(operands[0], scope, list_value) || !evaluate(operands[2], scope, accumulator)) return false;
        if (!list_value.get().is_null()) {
            const auto* items = list_value.get().get_ptr<const Json::array_t*>();
            if (items == nullptr) return stop("certlogic.type");
            for (const Json& item : *items) {
                Value current;
                // An item of a list made here must not outlive it.
                if (list_value.there != nullptr)
                    point(current, item);
                else if (!copy(current, item))
                    return false;
                const Scope lambda{nullptr, &scope, &accumulator, &current};
                Value next;
                if (!evaluate(operands[1], lambda, next)) return false;
                accumulator = std::move(next);
            }
        }
        out = std::move(accumulator);
        return true;
    }

    bool extract(const Json& operands, const Scope& scope, Value& out) {
        const auto index = integer_of(operands[1]);
        if (!index) return stop("certlogic.operands");
        Value value;
        if (!evaluate(operands[0], scope, value)) return false;
        if (value.get().is_null()) return point(out, kNull);
        const auto* identifier = value.get().get_ptr<const std::string*>();
        if (identifier == nullptr) return stop("certlogic.type");
        if (!step(identifier->size() / 16)) return false;
        std::string_view rest = *identifier;
        constexpr std::string_view kPrefix = "URN:UVCI:";
        if (rest.starts_with(kPrefix)) rest.remove_prefix(kPrefix.size());
        for (std::int64_t left = *index; left >= 0; --left) {
            const std::size_t end = rest.find_first_of("/#:");
            if (left == 0) return make(out, std::string(rest.substr(0, end)));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
        return point(out, kNull);
    }

    Scope root_;
    Trace* trace_;
    int depth_ = 0;
};

// --- looking at expressions
// -----------------------------------------------------------------------------------------------

/// Whether a path is empty, or fragments with a dot between them.
bool is_path(std::string_view path) {
    return path.empty() || (path.front() != '.' && path.back() != '.' && path.find("..") == std::string_view::npos);
}

std::string operand_count(const Operator& found) {
    if (found.most == kAny) return "at least " + std::to_string(found.least);
    if (found.most != found.least) return std::to_string(found.least) + " or " + std::to_string(found.most);
    return std::to_string(found.least);
}

class Validator {
public:
    std::vector<Issue> issues;

    void look_at(const Json& expression, int depth) {
        if (depth >= kDepthLimit) return tell(expression, "nested too deeply");
        if (expression.is_array()) {
            for (const Json& item : expression) look_at(item, depth + 1);
        } else if (expression.is_object()) {
            look_at_object(expression, depth);
        } else if (expression.is_number()) {
            if (!integer_of(expression)) tell(expression, canonical(expression) + " is a non-integer number");
        } else if (!expression.is_string() && !expression.is_boolean()) {
            tell(expression, "invalid CertLogic expression");
        }
    }

private:
    void tell(const Json& expression, std::string message) {
        if (issues.size() < kIssueLimit) issues.push_back({expression, std::move(message)});
    }

    void look_at_object(const Json& expression, int depth) {
        if (expression.size() != 1) {
            return tell(expression,
                        "expression object must have exactly one key, but it has " + std::to_string(expression.size()));
        }
        const auto& [name, operands] = member_of(expression);
        if (name == "var") {
            const auto* path = operands.get_ptr<const std::string*>();
            if (path == nullptr) return tell(expression, R"(not of the form { "var": "<path>" })");
            if (!is_path(*path)) tell(expression, "data access path doesn't have a valid format: " + *path);
            return;
        }
        if (!operands.is_array())
            return tell(expression, R"(operation not of the form { "<operator>": [ <values...> ] })");
        const Operator* found = operator_named(name);
        if (found == nullptr) return tell(expression, "unrecognised operator: \"" + name + "\"");
        if (operands.size() < found->least || operands.size() > found->most) {
            tell(expression, "\"" + name + "\" takes " + operand_count(*found) + " operands, but it has " +
                                 std::to_string(operands.size()));
        }
        const bool has_literals = found->op == Op::plus_time || found->op == Op::extract;
        if (!has_literals) {
            for (const Json& operand : operands) look_at(operand, depth + 1);
            return;
        }
        if (operands.empty()) return;
        look_at(operands[0], depth + 1);
        if (operands.size() > 1 && !integer_of(operands[1])) {
            tell(expression, "the second operand of \"" + name + "\" must be an integer");
        }
        if (found->op == Op::plus_time && operands.size() > 2) {
            const auto* unit = operands[2].get_ptr<const std::string*>();
            if (unit == nullptr || !unit_named(*unit)) tell(expression, "a time unit is year, month, day or hour");
        }
    }
};

void collect(const Json& expression, bool is_in_lambda, int depth, std::vector<std::string>& paths) {
    if (depth >= kDepthLimit) return;
    if (expression.is_array()) {
        for (const Json& item : expression) collect(item, is_in_lambda, depth + 1, paths);
    }
    if (!expression.is_object() || expression.size() != 1) return;
    const auto& [name, operands] = member_of(expression);
    if (name == "var") {
        if (operands.is_string() && !is_in_lambda) paths.push_back(operands.get<std::string>());
        return;
    }
    if (!operands.is_array()) return;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        collect(operands[i], is_in_lambda || (name == "reduce" && i == 1), depth + 1, paths);
    }
}

}  // namespace

const Json& value_at(const Json& value, std::string_view path) { return path.empty() ? value : drill(&value, path); }

std::optional<std::int64_t> integer_of(const Json& value) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return std::nullopt;
    const double number = value.get<double>();
    constexpr double kExact = 9007199254740992.0;
    if (!(number >= -kExact && number <= kExact) || number != static_cast<double>(static_cast<std::int64_t>(number)))
        return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<bool> truth_of(const Json& value) {
    if (value.is_null()) return false;
    if (value.is_boolean()) return value.get<bool>();
    if (const auto* text = value.get_ptr<const std::string*>()) return !text->empty();
    if (value.is_structured()) return !value.empty();
    if (const auto number = integer_of(value)) return *number != 0;
    return std::nullopt;
}

Result<Json> evaluate(const Json& expression, const Json& data, Trace* trace) {
    Evaluator evaluator(data, trace);
    Value value;
    const bool is_done = evaluator.run(expression, value);
    if (trace != nullptr) trace->steps = evaluator.steps;
    if (!is_done) return Error{Errc::rejected, evaluator.rule, "the expression has no value"};
    Json result = value.there != nullptr ? *value.there : std::move(value.made);
    if (value.there == nullptr) write_dates(result);
    return result;
}

std::vector<Issue> validate(const Json& expression) {
    Validator validator;
    validator.look_at(expression, 0);
    return std::move(validator.issues);
}

std::vector<std::string> accesses(const Json& expression) {
    std::vector<std::string> paths;
    collect(expression, false, 0, paths);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

std::optional<Instant> instant_of(std::string_view text) {
    DateReader reader(text);
    const auto days = reader.date();
    if (!days) return std::nullopt;
    if (reader.at_end()) return Instant{*days * kMillisecondsPerDay};
    if (text.size() < 11 || !reader.take('T')) return std::nullopt;
    const auto time = reader.time_of_day();
    const auto zone = time ? reader.zone() : std::nullopt;
    if (!zone || !reader.at_end()) return std::nullopt;
    return Instant{*days * kMillisecondsPerDay + *time - *zone};
}

std::string to_text(Instant instant) {
    const auto [days, time] = split(std::clamp(instant.ms, kFirstMs, kEndMs - 1));
    const Civil date = civil_of(days);
    char text[64];
    const auto part = [time = time](std::int64_t unit, std::int64_t count) {
        return static_cast<int>(time / unit % count);
    };
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year),
                  static_cast<int>(date.month), static_cast<int>(date.day), part(3'600'000, 24), part(60'000, 60),
                  part(1000, 60), part(1, 1000));
    return text;
}

}  // namespace lachan::certificate::certlogic
