#include <algorithm>

#include "declaration/declaration.h"
#include "kernel/id.h"
#include "vocab/country.h"
#include "vocab/person.h"

// What is allowed in a body, beyond its shape. Every rule id is a row of docs/RULES.md.
namespace lachan::declaration {
namespace {

constexpr std::int64_t kAlertDc = 380;
constexpr std::int64_t kHottestDc = 430;

/// Collects what is wrong; the checks below read like the form, section by section.
struct Findings {
    Violations list;

    void error(std::string field, const char* rule, Json params = nullptr) {
        list.push_back({std::move(field), rule, std::move(params), false});
    }
    void warning(std::string field, const char* rule) { list.push_back({std::move(field), rule, nullptr, true}); }
    void add(Violations more) {
        for (Violation& violation : more) list.push_back(std::move(violation));
    }
};

std::string_view view(const Text& text) { return text ? std::string_view(*text) : std::string_view{}; }

void check_identity(const Population& p, Day today, TypedBy by, Findings& out) {
    const std::string_view type = view(p.id_type);
    if (type.empty()) return;
    if (type == "none") {
        if (p.id_number) out.error("idNumber", "field.not_applicable");
        return;
    }
    if (!p.id_number) {
        out.error("idNumber", "field.required");
        return;
    }
    if (type == "cccd") {
        out.add(check_cccd({*p.id_number, view(p.sex), view(p.birth_date)}, today, by, "idNumber"));
    } else if (type == "cmnd") {
        out.add(check_cmnd(*p.id_number, "idNumber"));
    } else {
        out.add(check_passport(*p.id_number, view(p.nationality), "idNumber"));
    }
}

void check_person(const Population& p, Day today, TypedBy by, Findings& out) {
    if (p.full_name) out.add(check_name(*p.full_name, "fullName"));
    check_identity(p, today, by, out);
    if (p.birth_date) out.add(check_birth(*p.birth_date, today, "birthDate"));
    if (p.nationality && !is_country(*p.nationality)) out.error("nationality", "person.country");
    if (p.insurance_number) out.add(check_insurance(*p.insurance_number, "insuranceNumber"));

    // With the year alone somebody may be 13 or 14: only who is surely younger needs a guardian.
    const auto birth = parse_birth(view(p.birth_date));
    const bool child = birth && check_birth(*p.birth_date, today, "").empty() && age_on(*birth, today).oldest < kGuardianAge;
    if (child && p.on_behalf == Answer(false)) out.error("onBehalf", "declaration.guardian", {{"age", kGuardianAge}});
}

/// The chain province, district, ward as it was on the day, and the unit of the record at its end.
void check_home(const Population& p, const Units& units, Day today, std::string_view unit, Findings& out) {
    if (p.province) {
        const Unit* province = units.find(*p.province, today);
        if (!province || province->level != 1) out.error("province", "declaration.province");
    }
    const auto levels = units.levels(today);
    if (!p.district && std::find(levels.begin(), levels.end(), 2) != levels.end()) out.error("district", "field.required");
    if (p.district) {
        const Unit* district = units.find(*p.district, today);
        const bool inside = district && district->level == 2 && p.province && units.covers(*p.province, *p.district, today);
        if (!inside) out.error("district", "declaration.district");
    }
    if (p.ward) {
        const Unit* ward = units.find(*p.ward, today);
        const Text& above = p.district ? p.district : p.province;
        const bool inside = ward && ward->level == 3 && above && units.covers(*above, *p.ward, today);
        if (!inside) out.error("ward", "declaration.ward");
        if (!unit.empty() && unit != *p.ward) out.error("ward", "declaration.unit");
    } else if (!p.district || !units.children(*p.district, today).empty()) {
        out.error("ward", "field.required");
    } else if (!unit.empty() && unit != *p.district) {
        out.error("district", "declaration.unit");
    }
    if (p.phone) out.add(check_phone(*p.phone, "phone"));
    if (p.email) out.add(check_email(*p.email, "email"));
    if (p.household_id && !RecordId::parse(*p.household_id)) out.error("householdId", "declaration.household");
}

/// What decides whether two stays are far from each other: the province, or the country.
std::string far_key(const Place& stay, const Units& units) {
    const std::string_view place = view(stay.place);
    return is_country(place) ? std::string(place) : units.province_of(place);
}

void check_stay(const Place& stay, const std::string& path, const Units& units, Day today, Findings& out) {
    if (stay.place) {
        const bool known = is_country(*stay.place) || (*stay.place != kNation && units.find(*stay.place, stay.from.value_or(today)));
        if (!known) out.error(path + "place", "declaration.place");
    }
    if (stay.from && stay.to && *stay.to < *stay.from) out.error(path + "to", "declaration.place_period");
    const Day first = today + -kStayWindowDays;
    // A stay may have begun before the window; what counts is that it reaches into it.
    if (stay.to && *stay.to < first) out.error(path + "to", "declaration.place_window", {{"days", kStayWindowDays}});
    if (stay.from && today < *stay.from) out.error(path + "from", "declaration.place_future");
    if (stay.to && today < *stay.to) out.error(path + "to", "declaration.place_future");
    if (stay.from && *stay.from < first + -366) out.error(path + "from", "declaration.place_window", {{"days", kStayWindowDays}});
}

void check_travel(const Population& p, const Units& units, Day today, Findings& out) {
    // A list over its bound has its message from the shape; comparing each stay with each other would take for ever.
    if (p.places.size() > kMostPlaces) return;
    for (std::size_t i = 0; i < p.places.size(); ++i) {
        check_stay(p.places[i], "places[" + std::to_string(i) + "].", units, today, out);
    }
    for (std::size_t i = 0; i < p.places.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const Place& a = p.places[i];
            const Place& b = p.places[j];
            if (!a.place || !b.place || !a.from || !a.to || !b.from || !b.to) continue;
            const std::string here = far_key(a, units);
            const std::string there = far_key(b, units);
            if (here.empty() || there.empty() || here == there) continue;
            // The day of travelling belongs to both places; one more would mean being in two at once.
            const int shared = std::min(a.to->days, b.to->days) - std::max(a.from->days, b.from->days) + 1;
            if (shared <= 1) continue;
            out.error("places[" + std::to_string(i) + "].from", "declaration.place_overlap", {{"other", j}});
            break;
        }
    }
}

void check_signs(const Population& p, int version, Findings& out) {
    if (p.signs_none == Answer(true) && is_symptomatic(p)) out.error("signsNone", "declaration.signs_none");
    if (version >= 2 && p.temperature_dc.has_value() != p.temperature_source.has_value()) {
        const char* rule = p.temperature_dc ? "declaration.temperature_source" : "field.not_applicable";
        out.error("temperatureSource", rule);
    }
    const bool hot = p.temperature_dc && *p.temperature_dc >= kAlertDc && *p.temperature_dc <= kHottestDc;
    if (hot && p.sign_fever == Answer(false)) out.warning("signFever", "declaration.fever");
}

void check_consents(const Population& p, Findings& out) {
    if (p.data_consent == Answer(false)) out.error("dataConsent", "declaration.data_consent");
    if (p.legal_accepted == Answer(false)) out.error("legalAccepted", "declaration.legal_accepted");
}

Violations check_population(const CheckInput& input) {
    const FieldList* list = fields_of_population(input.version);
    if (!list) return {};
    const bool is_matched = input.values && input.values->list == list;
    const auto p = is_matched ? read_record<Population>(*input.values) : read_record<Population>(*list, input.body);
    const Day today = day_in_vietnam(input.now);
    Findings out;
    check_person(p, today, input.by_official ? TypedBy::officer : TypedBy::citizen, out);
    check_home(p, input.units, today, input.unit, out);
    check_travel(p, input.units, today, out);
    check_signs(p, input.version, out);
    if (view(p.pregnancy) == "yes" && view(p.sex) == "male") out.error("pregnancy", "declaration.pregnancy");
    check_consents(p, out);
    return std::move(out.list);
}

/// The other kinds all name a declaration; its id must be one, in the province of their own unit.
void check_reference(const CheckInput& input, Findings& out) {
    const auto id = RecordId::parse(text_at(input.body, "declaration"));
    if (!id) {
        out.error("declaration", "declaration.reference");
        return;
    }
    if (input.unit.empty()) return;
    const std::string path = input.unit == kNation ? std::string(kNation) : input.units.path(input.unit, day_in_vietnam(input.now));
    if (path.substr(0, 2) != province_of_shard(id->shard())) out.error("declaration", "declaration.reference_unit");
}

/// The mainland, and to the east of it only the islands of Hoàng Sa and Trường Sa with the sea around them (DOMAIN 2.3).
void check_position(const Json& body, Findings& out) {
    const auto lat = int_at(body, "latE6");
    const auto lon = int_at(body, "lonE6");
    const bool mainland = lat >= 8'000'000 && lon <= 110'500'000;
    const bool islands = lon > 109'000'000 && lat <= 17'500'000;
    if (!mainland && !islands) out.error("latE6", "declaration.position");
}

}  // namespace

Violations check(const CheckInput& input) {
    if (input.kind == "population") return check_population(input);
    Findings out;
    check_reference(input, out);
    if (input.kind == "position") check_position(input.body, out);
    return std::move(out.list);
}

}  // namespace lachan::declaration
