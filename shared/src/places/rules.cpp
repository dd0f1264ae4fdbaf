#include "places/migrations.gen.h"
#include "places/places.h"
#include "vocab/person.h"

namespace lachan::places {
namespace {

constexpr Day kFirstCase{18'231};  // 2019-12-01
constexpr std::int64_t kLeastMetres2 = 100;
constexpr std::int64_t kMostMetres2 = 3'500'000'000;  // the largest district has 2,680 km²
constexpr std::int64_t kMostHamletMetres2 = 50'000'000;

/// One call each: there are many of them, and the core is weighed.
void say(Violations& out, const char* field, const char* rule, Json params = nullptr) {
    out.push_back({field, rule, std::move(params)});
}

Json limit(const char* name, Json value) {
    Json params;
    params[name] = std::move(value);
    return params;
}

/// Every kind is about one district or commune, and is the record of that one.
void check_unit(const CheckInput& input, Violations& out) {
    const std::string_view unit = text_at(input.body, "unit");
    if (unit.empty()) return;
    const Unit* found = input.units.find(unit, day_in_vietnam(input.now));
    if (!found || found->level < 2 || (!input.unit.empty() && unit != input.unit)) say(out, "unit", "places.unit");
}

void check_shape_of(const CheckInput& input, bool is_zone, Violations& out) {
    const char* const field = is_zone ? "shape" : "position";
    if (!at(input.body, field).is_string()) return;
    const auto corners = parse_corners(text_at(input.body, field));
    if (!corners || (corners->size() > 1) != is_zone) return say(out, field, "places.corners", limit("max", kMostCorners));
    for (const Corner& corner : *corners) {
        if (!is_near_country(corner)) return say(out, field, "places.inside");
    }
    if (!is_zone) return;
    if (!is_simple(*corners)) return say(out, field, "places.crossing");
    const auto area = static_cast<std::int64_t>(square_metres(*corners));
    const std::int64_t most = text_at(input.body, "type") == "hamlet" ? kMostHamletMetres2 : kMostMetres2;
    if (area >= kLeastMetres2 && area <= most) return;
    Json params = limit("found", area);
    params["min"] = kLeastMetres2;
    params["max"] = most;
    say(out, field, "places.area", std::move(params));
}

bool is_time(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || text.substr(0, 2) >= "24" || text[3] >= '6') return false;
    for (const std::size_t at : {0U, 1U, 3U, 4U}) {
        if (text[at] < '0' || text[at] > '9') return false;
    }
    return true;
}

void check_days(const CheckInput& input, Violations& out) {
    const auto from = Day::parse(text_at(input.body, "from")), until = Day::parse(text_at(input.body, "until"));
    const bool is_visit = text_at(input.body, "type") == "exposure";
    const Day today = day_in_vietnam(input.now);
    // A visit has been; the rest is announced ahead at most by a year.
    const Day horizon = is_visit ? today : today + 366;
    if (from && *from < kFirstCase) say(out, "from", "places.days", limit("first", to_string(kFirstCase)));
    if (from && horizon < *from) say(out, "from", "places.days", limit("last", to_string(horizon)));
    if (until && (is_visit ? today : horizon + 366) < *until) say(out, "until", "places.days");
    if (is_visit && from && at(input.body, "until").is_null()) say(out, "until", "field.required");
    const std::string_view first = text_at(input.body, "fromTime"), last = text_at(input.body, "untilTime");
    if (!first.empty() && !is_time(first)) say(out, "fromTime", "places.time");
    if (!last.empty() && !is_time(last)) say(out, "untilTime", "places.time");
    if (!from || !until) return;
    if (*until < *from) say(out, "until", "places.until");
    else if (*from == *until && is_time(last) && is_time(first) && last < first) say(out, "untilTime", "places.until");
}

void check_texts(const CheckInput& input, Violations& out) {
    for (const char* field : {"name", "reason", "note"}) {
        if (holds_number_of_person(text_at(input.body, field))) say(out, field, "places.personal");
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
    static const FieldList kFields{{field<&Mark::unit>("unit").unit().required(), field<&Mark::record>("record").required().within(36, 36),
                                    field<&Mark::reason>("reason").required().within(1, 500).control("textarea")}};
    return version == 1 ? &kFields : nullptr;
}

Violations check(const CheckInput& input) {
    Violations out;
    check_unit(input, out);
    check_texts(input, out);
    if (input.kind == "withdrawal") {
        if (at(input.body, "record").is_string() && !RecordId::parse(text_at(input.body, "record"))) say(out, "record", "record.id");
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
