#include "riskmap/counts.h"

#include <algorithm>
#include <map>

namespace lachan::riskmap {
namespace {

constexpr std::string_view kLevels[] = {"province", "district", "commune"};

/// Values of several units over the same days, -1 where nothing is said.
class Grid {
public:
    Grid(std::vector<std::string> codes, Day first, std::int32_t days, bool more_is_worse)
        : codes_(std::move(codes)), first_(first), days_(static_cast<std::size_t>(days)), more_is_worse_(more_is_worse),
          values_(codes_.size() * days_, -1) {}

    /// Rows come unit by unit as a rule: looking one up per row would cost more than reading it.
    void add(std::string_view code, std::int64_t day, std::int64_t value) {
        if (last_ >= codes_.size() || codes_[last_] != code) {
            last_ = static_cast<std::size_t>(std::lower_bound(codes_.begin(), codes_.end(), code) - codes_.begin());
            if (last_ == codes_.size() || codes_[last_] != code) return;
        }
        auto& known = values_[last_ * days_ + static_cast<std::size_t>(day - first_.days)];
        if (known < 0 || (value > known) == more_is_worse_) known = static_cast<std::int32_t>(value);
    }

    void write(Json& units) const {
        for (std::size_t i = 0; i < codes_.size(); ++i) {
            const std::span<const std::int32_t> days(values_.data() + i * days_, days_);
            Json reported = Json::array();
            Json counted = Json::array();
            for (std::size_t day = 0; day < days_; ++day) {
                if (days[day] < 0) continue;
                if (day == 0 || days[day - 1] < 0) reported.push_back(Json::array_t{day, day});
                else reported.back()[1] = day;
                if (days[day] == 0) continue;
                counted.push_back(day);
                counted.push_back(days[day]);
            }
            if (reported.empty()) continue;
            Json one = Json::object();
            one["unit"] = codes_[i];
            one["reported"] = std::move(reported);
            one["counts"] = std::move(counted);
            units.push_back(std::move(one));
        }
    }

private:
    std::vector<std::string> codes_;  ///< in order
    Day first_;
    std::size_t days_;
    bool more_is_worse_;
    std::vector<std::int32_t> values_;
    std::size_t last_ = 0;
};

/// Codes by the province whose key begins their rows.
std::map<std::string, std::vector<std::string>> by_province(const Units& units, std::vector<std::string> codes) {
    std::map<std::string, std::vector<std::string>> out;
    for (std::string& code : codes) out[province_key(units, code)].push_back(std::move(code));
    return out;
}

}  // namespace

int level_of_word(std::string_view word) {
    const auto found = std::find(std::begin(kLevels), std::end(kLevels), word);
    return found == std::end(kLevels) ? 0 : static_cast<int>(found - std::begin(kLevels)) + 1;
}

std::vector<std::string_view> level_words() { return {std::begin(kLevels), std::end(kLevels)}; }

std::vector<std::string> codes_below(const Units& units, std::string_view top, int level, Day first, Day last) {
    std::vector<std::string> codes;
    for (const Day day : {first, last}) {
        std::vector<std::string> layer;
        if (top == kNation || units.find(top, day)) layer.emplace_back(top);
        while (!layer.empty()) {
            std::vector<std::string> next;
            for (const std::string& code : layer) {
                if (level_of_code(code) == level) codes.push_back(code);
                if (level_of_code(code) >= level) continue;
                for (const Unit* child : units.children(code, day)) next.emplace_back(child->code);
            }
            layer = std::move(next);
        }
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return codes;
}

Keyed keyed(std::string_view province, std::span<const std::string> codes, Measure measure, Day from, Day until) {
    // In few sizes, so that the database keeps few statements ready; a code that is no code has no rows.
    std::size_t size = 1;
    while (size < codes.size()) size *= 2;
    Keyed out{asked(5, size), {province, info_of(measure).name, std::int64_t{from.days}, std::int64_t{until.days}}};
    for (std::size_t i = 0; i < size; ++i) out.values.emplace_back(i < codes.size() ? std::string_view(codes[i]) : std::string_view());
    return out;
}

Result<Json> counts(Context& context, const Json& arguments, Sight) {
    const std::string_view named = text_at(arguments, "unit");
    const std::string_view top = named.empty() ? kNation : named;
    const int level = level_of_word(text_at(arguments, "level"));
    const auto measure = measure_named(text_at(arguments, "measure"));
    if (level == 0 || !measure) return Error{Errc::malformed, "field.choice", "level or measure"};
    const Day from = TRY(Day::parse(text_at(arguments, "from")));
    const Day until = TRY(Day::parse(text_at(arguments, "until")));
    if (level_of_code(top) > level) return Error{Errc::rejected, "riskmap.depth", "the unit lies below that level"};
    if (level > 1) TRY(require(context.actor, Verb::read, Area::tracing, top, context.units, context.now, Sight::counts));
    const std::int32_t most = level == 1 ? kProvinceCountDays : kCountDays;
    if (until < from || until - from >= most) return Error{Errc::rejected, "riskmap.range", "at most " + std::to_string(most) + " days"};

    const auto codes = codes_below(context.units, top, level, from, until);
    if (codes.empty() && !context.units.find(top, from) && !context.units.find(top, until)) {
        return Error{Errc::not_found, "riskmap.unit", "no such unit on those days"};
    }
    Json units = Json::array();
    std::int64_t data_time = 0;
    for (auto& [province, of_province] : by_province(context.units, codes)) {
        const Keyed key = keyed(province, of_province, *measure, from, until);
        Grid grid(of_province, from, until - from + 1, info_of(*measure).more_is_worse);
        TRY(context.database.read(key.with + "SELECT c.unit, c.day, c.value, c.made_at FROM asked JOIN riskmap_count c "
                                             "ON c.province = ?1 AND c.unit = asked.code AND c.measure = ?2 AND c.day BETWEEN ?3 AND ?4",
                                  key.values, [&](const Row& row) {
                                      grid.add(row.text(0), row.integer(1), row.integer(2));
                                      data_time = std::max(data_time, row.integer(3));
                                      return Next::row;
                                  }));
        grid.write(units);
    }
    Json out = Json::object();
    for (const char* given : {"level", "measure", "from", "until"}) out[given] = arguments[given];
    out["dataTime"] = data_time == 0 ? Json(nullptr) : Json(data_time);
    out["units"] = std::move(units);
    return out;
}

}  // namespace lachan::riskmap
