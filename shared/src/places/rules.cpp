#include <algorithm>

#include "places/migrations.gen.h"
#include "places/places.h"

namespace lachan::places {
namespace {

constexpr Day kFirstCase{18'231};  // 2019-12-01
constexpr double kLeastMetres2 = 100;
constexpr double kMostMetres2 = 3.5e9;        // the largest district has 2,680 km²
constexpr double kMostHamletMetres2 = 5.0e7;

/// Every kind is about one district or commune, and is the record of that one.
void check_unit(const CheckInput& input, Violations& out) {
    const std::string_view unit = text_at(input.body, "unit");
    if (unit.empty()) return;
    const Unit* found = input.units.find(unit, day_in_vietnam(input.now));
    if (!found || found->level < 2 || (!input.unit.empty() && unit != input.unit)) out.push_back({"unit", "places.unit"});
}

void check_shape_of(const CheckInput& input, bool is_zone, Violations& out) {
    const char* const field = is_zone ? "shape" : "position";
    if (!at(input.body, field).is_string()) return;
    const auto corners = parse_corners(text_at(input.body, field));
    if (!corners || (corners->size() > 1) != is_zone) {
        out.push_back({field, "places.corners", {{"max", kMostCorners}}});
        return;
    }
    if (!std::all_of(corners->begin(), corners->end(), is_near_country)) {
        out.push_back({field, "places.inside"});
        return;
    }
    if (!is_zone) return;
    if (!is_simple(*corners)) {
        out.push_back({field, "places.crossing"});
        return;
    }
    const double area = square_metres(*corners);
    const double most = text_at(input.body, "type") == "hamlet" ? kMostHamletMetres2 : kMostMetres2;
    if (area < kLeastMetres2 || area > most)
        out.push_back({field, "places.area", {{"found", static_cast<std::int64_t>(area)}, {"min", static_cast<std::int64_t>(kLeastMetres2)}, {"max", static_cast<std::int64_t>(most)}}});
}

bool is_time(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 5 && text[2] == ':' && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[3]) && is_digit(text[4]) &&
           text.substr(0, 2) < "24" && text[3] < '6';
}

void check_days(const CheckInput& input, Violations& out) {
    const auto from = Day::parse(text_at(input.body, "from")), until = Day::parse(text_at(input.body, "until"));
    const bool is_visit = text_at(input.body, "type") == "exposure";
    const Day today = day_in_vietnam(input.now);
    if (from && *from < kFirstCase) out.push_back({"from", "places.days", {{"first", to_string(kFirstCase)}}});
    // A visit has been; the rest is announced ahead at most by a year.
    const Day horizon = is_visit ? today : today + 366;
    if (from && horizon < *from) out.push_back({"from", "places.days", {{"last", to_string(horizon)}}});
    if (until && (is_visit ? today : horizon + 366) < *until) out.push_back({"until", "places.days"});
    if (is_visit && from && at(input.body, "until").is_null()) out.push_back({"until", "field.required"});
    const std::string_view first = text_at(input.body, "fromTime"), last = text_at(input.body, "untilTime");
    for (const char* field : {"fromTime", "untilTime"}) {
        if (at(input.body, field).is_string() && !is_time(text_at(input.body, field))) out.push_back({field, "places.time"});
    }
    if (from && until && *until < *from) out.push_back({"until", "places.until"});
    else if (from && until && *from == *until && is_time(first) && is_time(last) && last < first) out.push_back({"untilTime", "places.until"});
}

/// Nine digits in a row, whatever stands between them in small groups, are a telephone or a person's number.
bool holds_number_of_person(std::string_view text) {
    int digits = 0, gap = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (++digits == 9) return true;
            gap = 0;
        } else if (digits > 0 && (c == ' ' || c == '.' || c == '-') && ++gap == 1) {
            continue;
        } else {
            digits = 0;
        }
    }
    return false;
}

void check_texts(const CheckInput& input, Violations& out) {
    for (const char* field : {"name", "reason", "note"}) {
        if (holds_number_of_person(text_at(input.body, field))) out.push_back({field, "places.personal"});
    }
}

class Places final : public System {
public:
    std::string_view name() const override { return "places"; }
    std::span<const RecordKind> kinds() const override {
        // Both follow from tracing, which communes and districts do; the column of the risk map lets only provinces write.
        static const RecordKind kKinds[] = {{"risk_zone", Area::tracing, 0, true, 1, fields_of_zone},
                                            {"risk_place", Area::tracing, 1, true, 1, fields_of_place},
                                            {"withdrawal", Area::tracing, 0, true, 1, fields_of_withdrawal}};
        return kKinds;
    }
    std::span<const Migration> migrations() const override { return migrations_of_places(); }
    Violations check(const CheckInput& input) const override { return places::check(input); }
    Result<void> accept(Context& context, const Record& record) const override { return places::accept(context, record); }
    Result<void> apply(Context& context, std::span<const StoredRecord> records) const override { return places::apply(context, records); }
    Result<void> observe(Context&, std::span<const Fact>) const override { return {}; }
    std::span<const Query> queries() const override { return places::queries(); }
};

/// What both kinds have, in the order of the form.
FieldList fields_with(std::vector<std::string_view> types, bool is_zone) {
    std::vector<FieldSpec> list{field<&Mark::unit>("unit").unit().required(), field<&Mark::type>("type").choices(std::move(types)).required(),
                                field<&Mark::name>("name").required().within(1, 120)};
    if (is_zone) list.push_back(field<&Mark::level>("level").required().within(1, 4).rule("places.level"));
    list.push_back(field<&Mark::shape>(is_zone ? "shape" : "position").required().within(3, 5'000).rule("places.corners"));
    list.push_back(field<&Mark::from>("from").required());
    if (!is_zone) list.push_back(field<&Mark::from_time>("fromTime").within(5, 5).rule("places.time").when("type", "exposure"));
    list.push_back(field<&Mark::until>("until"));
    if (!is_zone) list.push_back(field<&Mark::until_time>("untilTime").within(5, 5).rule("places.time").when("type", "exposure"));
    if (is_zone) list.push_back(field<&Mark::document_number>("documentNumber").required().within(1, 100));
    list.push_back(field<&Mark::reason>(is_zone ? "reason" : "note").within(1, 500).control("textarea"));
    list.back().is_required = is_zone;
    return FieldList{std::move(list)};
}

}  // namespace

const FieldList* fields_of_zone(int version) {
    static const FieldList kFields = fields_with({"lockdown", "hamlet", "cluster", "buffer"}, true);
    return version == 1 ? &kFields : nullptr;
}

const FieldList* fields_of_place(int version) {
    static const FieldList kFields =
        fields_with({"exposure", "test", "vaccination", "quarantine", "hospital", "checkpoint", "landmark"}, false);
    return version == 1 ? &kFields : nullptr;
}

const FieldList* fields_of_withdrawal(int version) {
    static const FieldList kFields{{field<&Withdrawal::unit>("unit").unit().required(), field<&Withdrawal::record>("record").required().within(36, 36),
                                    field<&Withdrawal::reason>("reason").required().within(1, 500).control("textarea")}};
    return version == 1 ? &kFields : nullptr;
}

Violations check(const CheckInput& input) {
    Violations out;
    check_unit(input, out);
    check_texts(input, out);
    if (input.kind == "withdrawal") {
        if (at(input.body, "record").is_string() && !RecordId::parse(text_at(input.body, "record"))) out.push_back({"record", "record.id"});
        return out;
    }
    check_shape_of(input, input.kind == "risk_zone", out);
    check_days(input, out);
    return out;
}

const System& system() {
    static const Places instance;
    return instance;
}

}  // namespace lachan::places
