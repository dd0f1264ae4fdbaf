#include "declaration/declaration.h"

// The field lists. A list that was published is never edited: a change is a new version built from the old one.
namespace lachan {

using declaration::Place;

template <>
const FieldList& fields_of<Place>() {
    static const FieldList list{{
        field<&Place::place>("place").required().within(2, 5).rule("declaration.place").control("place"),
        field<&Place::from>("from").required().control("date"),
        field<&Place::to>("to").required().control("date"),
        field<&Place::transport>("transport").choices({"airplane", "train", "car", "waterway", "personal"}),
        field<&Place::note>("note").within(0, 200),
    }};
    return list;
}

namespace declaration {
namespace {

FieldSpec section(std::string_view name, FieldSpec spec) { return spec.section(name); }

/// A risk question: no answer is pre-set, and none may be left open (DEC-5).
FieldSpec question(FieldSpec spec) { return spec.required(); }

FieldSpec condition(FieldSpec spec) { return spec.choices({"yes", "no", "unknown"}); }

FieldSpec reference(FieldSpec spec) { return spec.required().within(36, 36).rule("declaration.reference").control("hidden"); }

std::vector<FieldSpec> person_fields() {
    return {
        field<&Population::on_behalf>("onBehalf").required(),
        field<&Population::relation>("relation")
            .required()
            .choices({"parent", "child", "spouse", "sibling", "grandparent", "other"})
            .when("onBehalf", true),
        field<&Population::full_name>("fullName").required().within(2, 100).rule("person.name").control("name"),
        field<&Population::id_type>("idType").required().choices({"cccd", "cmnd", "passport", "none"}),
        field<&Population::id_number>("idNumber").within(5, 20).control("identity"),
        field<&Population::birth_date>("birthDate").required().within(4, 10).rule("person.birth_date").control("birth"),
        field<&Population::sex>("sex").required().choices({"male", "female", "other"}),
        field<&Population::nationality>("nationality").required().country(),
        field<&Population::has_insurance>("hasInsurance"),
        field<&Population::insurance_number>("insuranceNumber")
            .required()
            .within(10, 15)
            .rule("person.insurance_number")
            .control("insurance")
            .when("hasInsurance", true),
    };
}

std::vector<FieldSpec> contact_fields() {
    return {
        field<&Population::province>("province").required().unit().control("province"),
        // Both are required by rules.cpp where the day has such units at all: since the reform of 2025 there may be no districts,
        // and five island districts (Côn Đảo, Lý Sơn, ...) have no wards.
        field<&Population::district>("district").unit().control("district"),
        field<&Population::ward>("ward").unit().control("ward"),
        field<&Population::address>("address").required().within(2, 200),
        field<&Population::phone>("phone").required().within(8, 20).rule("person.phone").control("phone"),
        field<&Population::email>("email").within(5, 254).rule("person.email").control("email"),
        field<&Population::household_id>("householdId").within(36, 36).rule("declaration.household").control("hidden"),
    };
}

std::vector<FieldSpec> travel_fields() {
    return {
        question(field<&Population::travelled>("travelled")),
        field<&Population::places>("places").required().within(1, kMostPlaces).rule("declaration.places").when("travelled", true),
    };
}

std::vector<FieldSpec> sign_fields(int version) {
    std::vector<FieldSpec> list{
        question(field<&Population::sign_fever>("signFever")),
        question(field<&Population::sign_cough>("signCough")),
        question(field<&Population::sign_dyspnoea>("signDyspnoea")),
        question(field<&Population::sign_pneumonia>("signPneumonia")),
        question(field<&Population::sign_sore_throat>("signSoreThroat")),
        question(field<&Population::sign_fatigue>("signFatigue")),
    };
    if (version >= 2) list.push_back(question(field<&Population::sign_loss_of_taste_smell>("signLossOfTasteSmell")));
    list.push_back(field<&Population::signs_none>("signsNone"));
    list.push_back(field<&Population::temperature_dc>("temperatureDc")
                       .within(340, 430)
                       .rule("declaration.temperature")
                       .control("temperature"));
    if (version >= 2) {
        list.push_back(field<&Population::temperature_source>("temperatureSource")
                           .choices({"axillary", "oral", "rectal", "nonContact"}));
        list.push_back(field<&Population::spo2>("spo2").within(50, 100).rule("declaration.spo2").control("percent"));
    }
    list.push_back(field<&Population::sign_note>("signNote").within(0, 500).control("textarea"));
    return list;
}

std::vector<FieldSpec> exposure_fields() {
    return {
        question(field<&Population::contact_case>("contactCase")),
        question(field<&Population::contact_affected_country>("contactAffectedCountry")),
        question(field<&Population::contact_symptomatic>("contactSymptomatic")),
    };
}

std::vector<FieldSpec> condition_fields() {
    return {
        condition(field<&Population::liver>("liver")),
        condition(field<&Population::blood>("blood")),
        condition(field<&Population::lung>("lung")),
        condition(field<&Population::kidney>("kidney")),
        condition(field<&Population::heart>("heart")),
        condition(field<&Population::hypertension>("hypertension")),
        condition(field<&Population::immune_deficiency>("immuneDeficiency")),
        condition(field<&Population::transplant>("transplant")),
        condition(field<&Population::diabetes>("diabetes")),
        condition(field<&Population::cancer>("cancer")),
        condition(field<&Population::pregnancy>("pregnancy")),
    };
}

std::vector<FieldSpec> consent_fields() {
    return {
        field<&Population::position_consent>("positionConsent").control("consent"),
        field<&Population::data_consent>("dataConsent").required().control("consent"),
        field<&Population::legal_accepted>("legalAccepted").required().control("consent"),
    };
}

FieldList population(int version) {
    std::vector<FieldSpec> list;
    const auto add = [&](std::string_view name, std::vector<FieldSpec> fields) {
        for (FieldSpec& spec : fields) list.push_back(section(name, std::move(spec)));
    };
    add("person", person_fields());
    add("contact", contact_fields());
    add("travel", travel_fields());
    add("signs", sign_fields(version));
    add("contacts", exposure_fields());
    add("conditions", condition_fields());
    add("consent", consent_fields());
    return FieldList(std::move(list));
}

}  // namespace

const FieldList* fields_of_population(int version) {
    static const FieldList first = population(1);
    static const FieldList second = population(2);
    switch (version) {
        case 1: return &first;
        case 2: return &second;
        default: return nullptr;
    }
}

const FieldList* fields_of_position(int version) {
    // The box around the mainland and the islands; declaration.position draws it closer.
    static const FieldList list{{
        reference(field<&Position::declaration>("declaration")),
        field<&Position::lat_e6>("latE6").required().within(6'000'000, 23'500'000).rule("declaration.position"),
        field<&Position::lon_e6>("lonE6").required().within(102'000'000, 118'000'000).rule("declaration.position"),
        field<&Position::accuracy_m>("accuracyM").required().within(0, 100'000).rule("declaration.accuracy"),
    }};
    return version == 1 ? &list : nullptr;
}

const FieldList* fields_of_withdrawal(int version) {
    static const FieldList list{{
        reference(field<&Withdrawal::declaration>("declaration")),
        field<&Withdrawal::reason>("reason").within(0, 500).control("textarea"),
    }};
    return version == 1 ? &list : nullptr;
}

const FieldList* fields_of_follow_up(int version) {
    static const FieldList list{{
        reference(field<&FollowUp::declaration>("declaration")),
        field<&FollowUp::action>("action").required().choices({"call", "visit", "test", "refer", "noAnswer"}),
        field<&FollowUp::note>("note").within(0, 1000).control("textarea"),
    }};
    return version == 1 ? &list : nullptr;
}

const FieldList* fields_of_closure(int version) {
    static const FieldList list{{
        reference(field<&Closure::declaration>("declaration")),
        field<&Closure::outcome>("outcome").required().choices({"recovered", "referred", "noRisk", "lostToFollowUp", "other"}),
        field<&Closure::note>("note").within(0, 1000).control("textarea"),
    }};
    return version == 1 ? &list : nullptr;
}

const FieldList* fields_of_confirmation(int version) {
    static const FieldList list{{reference(field<&Confirmation::declaration>("declaration"))}};
    return version == 1 ? &list : nullptr;
}

}  // namespace declaration
}  // namespace lachan
