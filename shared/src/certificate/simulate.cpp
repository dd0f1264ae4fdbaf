#include "certificate/simulate.h"

#include <algorithm>

#include "certificate/certlogic.h"
#include "certificate/explain.h"

namespace lachan::certificate {
namespace {

Error wrong_content(std::size_t index) {
    return Error{Errc::malformed, "rules.population", "contents[" + std::to_string(index) + "]"};
}

std::optional<Instant> instant_at(const Json& object, const char* key) {
    if (!at(object, key).is_number_integer()) return std::nullopt;
    return Instant{int_at(object, key)};
}

/// splitmix64: small, seeded, the same everywhere.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
    std::string hex(std::size_t count) {
        std::string text;
        while (text.size() < count) text += "0123456789ABCDEF"[next() % 16];
        return text;
    }

private:
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

struct Product {
    const char* product;
    const char* vaccine;
    const char* holder;
};
constexpr std::array kProducts{
    Product{"EU/1/20/1528", "1119349007", "ORG-100030215"},
    Product{"EU/1/20/1507", "1119349007", "ORG-100031184"},
    Product{"EU/1/21/1529", "J07BX03", "ORG-100001699"},
    Product{"EU/1/20/1525", "J07BX03", "ORG-100001417"},
    Product{"BBIBP-CorV", "J07BX03", "ORG-100020693"},
    Product{"Sputnik-V", "J07BX03", "Gamaleya-Research-Institute"},
};

/// Writes contents as text: one reader is smaller than many lists of members.
class Inventor {
public:
    Inventor(std::uint64_t seed, Instant now) : dice_(seed), now_(now) {}

    Content content() {
        const int kind = dice_.below(100);
        const std::string entry = kind < 70 ? vaccination() : kind < 88 ? test() : recovery();
        const std::string text =
            R"({"ver":"1.3.0","nam":{"fn":"Thử","fnt":"THU","gn":"Nghiệm","gnt":"NGHIEM"},"dob":")" +
            day(365 * 5 + dice_.below(365 * 80)) + entry +
            R"(,"tg":"840539006","co":"VN","is":"Synthetic","ci":"URN:UVCI:01:VN:)" + dice_.hex(32) + R"("}]})";
        return Content{parse_json(text).value_or(Json::object()), "VN", now_,
                       Instant{now_.ms + 365 * kMillisecondsPerDay}};
    }

private:
    std::string moment(int hours_ago) { return certlogic::to_text(Instant{now_.ms - hours_ago * 3'600'000LL}); }
    std::string day(int days_ago) { return moment(24 * days_ago).substr(0, 10); }

    std::string vaccination() {
        const Product& product = kProducts[static_cast<std::size_t>(dice_.below(static_cast<int>(kProducts.size())))];
        const bool is_single = product.product == std::string_view("EU/1/20/1525");
        const int course = is_single ? 1 : 2;
        // One in six is in the middle of the course, one in three has a booster.
        const int dose = dice_.below(6) == 0 ? 1 : course + (dice_.below(3) == 0 ? 1 : 0);
        return std::string(R"(","v":[{"vp":")") + product.vaccine + R"(","mp":")" + product.product + R"(","ma":")" +
               product.holder + R"(","dn":)" + std::to_string(dose) + R"(,"sd":)" +
               std::to_string(std::max(dose, course)) + R"(,"dt":")" + day(dice_.below(480)) + '"';
    }

    /// Half of them molecular, one in twenty positive.
    std::string test() {
        const bool is_molecular = dice_.below(2) == 0;
        const std::string sampled = moment(dice_.below(120));
        return std::string(R"(","t":[{"tc":"Synthetic",)") +
               (is_molecular ? R"("tt":"LP6464-4","nm":"Synthetic")" : R"("tt":"LP217198-3","ma":"1232")") +
               R"(,"sc":")" + sampled + R"(","tr":")" + (dice_.below(20) == 0 ? "260373001" : "260415000") + '"';
    }

    std::string recovery() {
        const int days = dice_.below(300);
        return R"(","r":[{"fr":")" + day(days) + R"(","df":")" + day(days - 11) + R"(","du":")" + day(days - 180) + '"';
    }

    Dice dice_;
    Instant now_;
};

RuleResult result_of(std::span<const RuleOutcome> outcomes) {
    const Axis axis = axis_of(outcomes, false);
    return axis.passes() ? RuleResult::pass : axis.fails() ? RuleResult::fail : RuleResult::open;
}

void count(Tally& tally, RuleResult result) {
    ++(result == RuleResult::pass ? tally.pass : result == RuleResult::fail ? tally.fail : tally.open);
}

bool has_same(std::span<const RuleOutcome> outcomes, const RuleOutcome& one) {
    return std::any_of(outcomes.begin(), outcomes.end(), [&one](const RuleOutcome& other) {
        return other.rule->identifier == one.rule->identifier && other.result == one.result;
    });
}

/// The rules whose outcome differs, by either side.
std::vector<std::string> differing(std::span<const RuleOutcome> before, std::span<const RuleOutcome> after) {
    std::vector<std::string> rules;
    for (const auto& [these, those] : {std::pair(before, after), std::pair(after, before)}) {
        for (const RuleOutcome& outcome : these) {
            const std::string& id = outcome.rule->identifier;
            if (!has_same(those, outcome) && std::find(rules.begin(), rules.end(), id) == rules.end())
                rules.push_back(id);
        }
    }
    return rules;
}

Json to_json(const Tally& tally) { return {{"pass", tally.pass}, {"fail", tally.fail}, {"open", tally.open}}; }

}  // namespace

Result<std::vector<Content>> contents_from_json(const Json& list) {
    if (!list.is_array() || list.size() > kContentLimit)
        return Error{Errc::malformed, "rules.population", "a list of at most 10000"};
    std::vector<Content> contents;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json& payload = at(list[i], "payload");
        if (!payload.is_object()) return wrong_content(i);
        contents.push_back({payload, std::string(text_at(list[i], "issuer")), instant_at(list[i], "issuedAt"),
                            instant_at(list[i], "expiresAt")});
    }
    return contents;
}

std::vector<Content> synthetic_contents(std::uint64_t seed, std::size_t count, Instant now) {
    Inventor inventor(seed, now);
    std::vector<Content> contents;
    contents.reserve(std::min(count, kContentLimit));
    while (contents.size() < std::min(count, kContentLimit)) contents.push_back(inventor.content());
    return contents;
}

Result<RuleSet> changed(const RuleSet& set, std::span<const RuleChange> changes, std::span<const Rule> added) {
    RuleSet other = set;
    for (const Rule& rule : added) {
        const auto has_its_name = [&rule](const Rule& one) { return one.identifier == rule.identifier; };
        if (std::any_of(other.rules.begin(), other.rules.end(), has_its_name))
            return Error{Errc::rejected, "rules.added", rule.identifier + " is there already"};
        other.rules.push_back(rule);
    }
    for (const RuleChange& change : changes) {
        const auto is_meant = [&change](const Rule& rule) { return rule.identifier == change.rule; };
        if (std::none_of(other.rules.begin(), other.rules.end(), is_meant))
            return Error{Errc::rejected, "rules.unknown", "no such rule"};
        if (change.pointer.empty() && change.value.is_null()) {
            std::erase_if(other.rules, is_meant);
            continue;
        }
        for (Rule& rule : other.rules) {
            if (is_meant(rule)) rule.logic = TRY(with_parameter(rule.logic, change.pointer, change.value));
        }
    }
    return other;
}

Result<Simulation> simulate(const RuleSet& set, std::span<const Content> contents, const RuleContext& context,
                            std::span<const RuleChange> changes, std::span<const Rule> added) {
    if (contents.size() > kContentLimit) return Error{Errc::rejected, "rules.population", "more than 10000"};
    const RuleSet other = TRY(changed(set, changes, added));
    RuleEvaluator now(set);
    RuleEvaluator then(other);
    Simulation simulation;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        RuleContext own = context;
        own.issuer = contents[i].issuer;
        own.issued_at = contents[i].issued_at;
        own.expires_at = contents[i].expires_at;
        const auto before = now.evaluate(contents[i].payload, own);
        const auto after = then.evaluate(contents[i].payload, own);
        const RuleResult first = result_of(before);
        const RuleResult second = result_of(after);
        count(simulation.before, first);
        count(simulation.after, second);
        if (const auto events = events_in(contents[i].payload); !events.empty()) {
            count(simulation.before_of[static_cast<std::size_t>(events[0])], first);
            count(simulation.after_of[static_cast<std::size_t>(events[0])], second);
        }
        if (first == second) continue;
        ++simulation.flip_count;
        if (simulation.flips.size() < kFlipLimit)
            simulation.flips.push_back({i, first, second, differing(before, after)});
    }
    return simulation;
}

Json to_json(const Simulation& simulation) {
    Json kinds = Json::object();
    for (const Event event : {Event::vaccination, Event::test, Event::recovery}) {
        const auto i = static_cast<std::size_t>(event);
        kinds[name_of(event)] = {{"before", to_json(simulation.before_of[i])},
                                 {"after", to_json(simulation.after_of[i])}};
    }
    Json flips = Json::array();
    for (const Flip& flip : simulation.flips) {
        flips.push_back({{"index", flip.index},
                         {"before", name_of(flip.before)},
                         {"after", name_of(flip.after)},
                         {"rules", flip.rules}});
    }
    return {{"before", to_json(simulation.before)},
            {"after", to_json(simulation.after)},
            {"byEvent", std::move(kinds)},
            {"flips", std::move(flips)},
            {"flipCount", simulation.flip_count}};
}

}  // namespace lachan::certificate
