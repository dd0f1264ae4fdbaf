#include <algorithm>
#include <charconv>

#include "riskmap/migrations.gen.h"
#include "riskmap/publish.h"
#include "vocab/person.h"

namespace lachan::riskmap {
namespace {

constexpr std::size_t kMostDays = 800;
constexpr std::int64_t kMostCases = 10'000'000;  // a day; more than that is a slip of the keyboard
constexpr std::int64_t kLongestValues = 7'200;   // 800 entries of eight digits and a comma
constexpr Day kFirstCase{18'231};                // 2019-12-01: nobody counted before

/// Whether the body speaks of a unit that the envelope's unit answers for: itself, or one that it took over whole. Numbers of 2021
/// lie under the codes of 2021, and are recorded by whoever is there today; so the unit must have been there on `from`.
void check_unit(const CheckInput& input, Violations& out) {
    const std::string_view unit = text_at(input.body, "unit");
    if (unit.empty()) return;
    const Day today = day_in_vietnam(input.now);
    const auto from = Day::parse(text_at(input.body, "from"));
    const bool known = unit == kNation || input.units.find(unit, from ? *from : today);
    const bool answers = input.unit.empty() || unit == input.unit || answering_for(input.units, unit, today) == input.unit;
    if (!known || !answers) out.push_back({"unit", "riskmap.unit"});
}

bool is_source(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

void check_series(const CheckInput& input, Violations& out) {
    check_unit(input, out);
    const std::string_view source = text_at(input.body, "source");
    if (!source.empty() && !is_source(source)) out.push_back({"source", "riskmap.source"});
    const auto from = Day::parse(text_at(input.body, "from"));
    if (from && *from < kFirstCase) out.push_back({"from", "riskmap.days", {{"first", to_string(kFirstCase)}}});
    if (!at(input.body, "values").is_string()) return;
    const auto values = parse_values(text_at(input.body, "values"));
    if (!values) {
        out.push_back({"values", values.error().rule, {{"days", kMostDays}, {"max", kMostCases}}});
        return;
    }
    if (const auto measure = measure_named(text_at(input.body, "measure"))) {
        const bool least_is_one = info_of(*measure).kind == Kind::level;
        for (const auto& value : *values) {
            if (!value || (*value <= most_of(*measure) && (*value > 0 || !least_is_one))) continue;
            out.push_back({"values", "riskmap.values", {{"days", kMostDays}, {"max", most_of(*measure)}}});
            break;
        }
    }
    if (!from) return;
    const Day last = *from + static_cast<std::int32_t>(values->size() - 1);
    const Day today = day_in_vietnam(input.now);
    if (today < last) out.push_back({"values", "riskmap.days", {{"last", to_string(today)}, {"found", to_string(last)}}});
}

void check_declared(const CheckInput& input, Violations& out) {
    check_unit(input, out);
    const auto from = Day::parse(text_at(input.body, "from"));
    const auto until = Day::parse(text_at(input.body, "until"));
    if (from && *from < kFirstCase) out.push_back({"from", "riskmap.days", {{"first", to_string(kFirstCase)}}});
    // Announced ahead at most by a season: a slip in the year would colour a place for good.
    const Day horizon = day_in_vietnam(input.now) + 366;
    if (from && horizon < *from) out.push_back({"from", "riskmap.days", {{"last", to_string(horizon)}}});
    if (until && horizon + 366 < *until) out.push_back({"until", "riskmap.days", {{"last", to_string(horizon + 366)}}});
    if (from && until && *until < *from) out.push_back({"until", "riskmap.until"});
    check_public_texts(text_at(input.body, "documentNumber"), text_at(input.body, "reason"), "", out);
}

class RiskMap final : public System {
public:
    std::string_view name() const override { return "riskmap"; }
    std::span<const RecordKind> kinds() const override {
        static const RecordKind kKinds[] = {{"case_series", Area::risk_map, 2, true, 2, series_fields},
                                            {"declared_level", Area::risk_map, 2, true, 1, declared_fields},
                                            {"proposal", Area::risk_map, 2, true, 1, proposal_fields},
                                            {"publication", Area::risk_map, 2, true, 2, publication_fields}};
        return kKinds;
    }
    std::span<const Migration> migrations() const override { return migrations_of_riskmap(); }
    Violations check(const CheckInput& input) const override { return riskmap::check(input); }
    Result<void> accept(Context& context, const Record& record) const override {
        if (record.kind == "proposal") TRY(accept_proposal(context, record));
        if (record.kind == "publication") TRY(accept_publication(context, record));
        if (record.supersedes.empty()) return {};
        const RecordId old = TRY(RecordId::parse(record.supersedes));
        const RecordId own = TRY(RecordId::parse(record.id));
        if (old.shard() != own.shard()) return Error{Errc::rejected, "riskmap.unit", "a correction stays in its province"};
        return {};
    }
    bool may_pull(const Actor& actor, const Record& record, Area area, const Units& units, Instant now) const override {
        if (record.kind == "case_series") return sees_counts(actor, record.unit, units, now);
        // What is proposed is not public yet: for who may approve it. The rest was announced.
        return record.kind != "proposal" || sight_of(actor, Verb::write, area, record.unit, units, now) != Sight::none;
    }
    Result<void> apply(Context& context, std::span<const StoredRecord> records) const override {
        return riskmap::apply(context, records);
    }
    Result<void> observe(Context& context, std::span<const Fact> facts) const override {
        return riskmap::observe(context, facts);
    }
    std::span<const Query> queries() const override { return riskmap::queries(); }
    Result<Json> preview(const CheckInput& input, Database*) const override { return riskmap::preview(input); }
    std::span<const int> timetable() const override { return calculation_minutes(); }
    Result<std::vector<Draft>> timely(Context& context, std::string_view province, Instant due) const override {
        std::vector<Draft> drafts;
        auto body = propose(context, province, std::nullopt);
        // A province of which nothing is known has nothing to be calculated.
        if (!body && body.error().code == Errc::not_found) return drafts;
        if (!body) return body.error();
        (*body)["dueAt"] = due.ms;
        drafts.push_back({"proposal", std::string(province), std::move(*body)});
        return drafts;
    }
};

}  // namespace

const FieldList* series_fields(int version) {
    static const auto with = [](std::vector<std::string_view> names) {
        return FieldList{{
            field<&CaseSeries::unit>("unit").unit().required(),
            field<&CaseSeries::source>("source").required().within(1, 40).rule("riskmap.source"),
            field<&CaseSeries::measure>("measure").choices(std::move(names)).required(),
            field<&CaseSeries::from>("from").required(),
            field<&CaseSeries::values>("values").required().within(1, kLongestValues).rule("riskmap.values"),
        }};
    };
    if (version == 1) {
        static const FieldList kFirst = with({"cases", "deaths"});
        return &kFirst;
    }
    if (version != 2) return nullptr;
    static const FieldList kSecond = [] {
        std::vector<std::string_view> names;
        for (const MeasureInfo& one : measures()) names.push_back(one.name);
        return with(std::move(names));
    }();
    return &kSecond;
}

const FieldList* declared_fields(int version) {
    if (version != 1) return nullptr;
    static const FieldList kFields{{
        field<&DeclaredLevel::unit>("unit").unit().required(),
        field<&DeclaredLevel::level>("level").required().within(1, 4).rule("riskmap.level"),
        field<&DeclaredLevel::from>("from").required(),
        field<&DeclaredLevel::until>("until"),
        field<&DeclaredLevel::document_number>("documentNumber").required().within(1, 100),
        field<&DeclaredLevel::reason>("reason").required().within(1, 1'000).control("textarea"),
    }};
    return &kFields;
}

Result<std::vector<std::optional<std::int64_t>>> parse_values(std::string_view text) {
    const Error wrong{Errc::malformed, "riskmap.values", "numbers of days, separated by commas"};
    std::vector<std::optional<std::int64_t>> values;
    bool any = false;
    while (true) {
        const auto end = std::min(text.find(','), text.size());
        const std::string_view entry = text.substr(0, end);
        std::optional<std::int64_t> value;
        if (!entry.empty()) {
            std::int64_t number = 0;
            const auto [stop, error] = std::from_chars(entry.data(), entry.data() + entry.size(), number);
            const bool whole = error == std::errc() && stop == entry.data() + entry.size();
            if (!whole || entry[0] == '-' || number >= kMostCases) return wrong;
            if (entry.size() > 1 && entry[0] == '0') return wrong;
            value = number;
            any = true;
        }
        values.push_back(value);
        if (values.size() > kMostDays) return wrong;
        if (end == text.size()) break;
        text.remove_prefix(end + 1);
    }
    // A series that ends or begins with nothing is longer than what it says.
    if (!any || !values.front() || !values.back()) return wrong;
    return values;
}

void check_public_texts(std::string_view document_number, std::string_view reason, const std::string& path, Violations& out) {
    if (holds_number_of_person(document_number)) out.push_back({path + "documentNumber", "riskmap.personal"});
    if (holds_number_of_person(reason)) out.push_back({path + "reason", "riskmap.personal"});
}

Violations check(const CheckInput& input) {
    Violations out;
    if (input.kind == "case_series") check_series(input, out);
    if (input.kind == "declared_level") check_declared(input, out);
    if (input.kind == "proposal") check_proposal(input, out);
    if (input.kind == "publication") check_publication(input, out);
    return out;
}

std::string answering_for(const Units& units, std::string_view unit, Day today) {
    if (unit == kNation) return std::string(unit);
    const auto heirs = units.successors_at(unit, today);
    return heirs.size() == 1 ? std::string(heirs.front()->code) : std::string();
}

bool is_replaced(std::span<const Declaration> declarations, const Declaration& one) {
    return std::any_of(declarations.begin(), declarations.end(), [&](const Declaration& other) { return other.supersedes == one.record; });
}

const Declaration* in_force(std::span<const Declaration> declarations, Day day) {
    const Declaration* latest = nullptr;
    for (const Declaration& one : declarations) {
        if (day < one.first || (one.last && *one.last < day)) continue;
        if (is_replaced(declarations, one)) continue;
        const bool later = !latest || latest->made_at < one.made_at ||
                           (latest->made_at == one.made_at && latest->record < one.record);
        if (later) latest = &one;
    }
    return latest;
}

bool sees_counts(const Actor& actor, std::string_view unit, const Units& units, Instant now) {
    return level_of_code(unit) <= 1 || sight_of(actor, Verb::read, Area::tracing, unit, units, now) >= Sight::counts;
}

std::string province_key(const Units& units, std::string_view unit) {
    return unit == kNation ? std::string(kNation) : units.province_of(unit);
}

const System& system() {
    static const RiskMap kSystem;
    return kSystem;
}

}  // namespace lachan::riskmap
