#include "certificate/who.h"

#include <array>
#include <span>

#include "certificate/checks.h"

namespace lachan::certificate {
namespace {

using cbor::Item;
using cbor::Kind;

constexpr std::int64_t kVaccinationClaim = 3;
constexpr std::int64_t kTestClaim = 4;
constexpr std::int64_t kLinkClaim = 5;
constexpr std::int64_t kMinimalClaim = -6;

struct Field {
    const char* key;
    const char* name;
};

// The minimal list (-6) is written in letters, the full ones (3, 4 and the form without claims) in words.
constexpr std::array kMinimalHolder{Field{"n", "name"}, Field{"dob", "birthDate"}, Field{"s", "sex"},
                                    Field{"nid", "document"}, Field{"ntl", "nationality"}};
constexpr std::array kMinimalDose{
    Field{"tg", "disease"},    Field{"vp", "vaccine"},     Field{"mp", "product"}, Field{"ma", "manufacturer"},
    Field{"dn", "doseLabel"},  Field{"dt", "date"},        Field{"bo", "lot"},     Field{"cn", "centre"},
    Field{"vls", "validFrom"}, Field{"vle", "validUntil"}, Field{"is", "issuer"},
};
constexpr std::array kFullHolder{Field{"name", "name"}, Field{"birthDate", "birthDate"}, Field{"sex", "sex"},
                                 Field{"identifier", "document"}};
constexpr std::array kFullDose{
    Field{"disease", "disease"}, Field{"vaccine", "vaccine"},
    Field{"brand", "product"},   Field{"manufacturer", "manufacturer"},
    Field{"dose", "dose"},       Field{"totalDoses", "doses"},
    Field{"date", "date"},       Field{"lot", "lot"},
    Field{"centre", "centre"},   Field{"country", "country"},
    Field{"maholder", "authorisationHolder"}, Field{"validFrom", "validFrom"},
    Field{"nextDose", "nextDate"},
};
constexpr std::array kFullTest{
    Field{"pathogen", "disease"}, Field{"type", "testType"},
    Field{"brand", "testName"},   Field{"manufacturer", "manufacturer"},
    Field{"date", "sampledAt"},   Field{"result", "result"},
    Field{"centre", "centre"},    Field{"country", "country"},
    Field{"origin", "origin"},
};

/// What a Coding (its code, else its words), an Identifier or a Reference of FHIR comes down to; anything else as it is.
const Json& plain(const Json& value) {
    for (const char* key : {"code", "value", "display"}) {
        if (value.is_object() && value.contains(key)) return at(value, key);
    }
    return value;
}

/// Text, number, or what a composed value comes down to.
void copy(const Json& from, std::span<const Field> fields, Json& to) {
    for (const Field& field : fields) {
        const Json& value = plain(at(from, field.key));
        if (value.is_string() || value.is_number_integer()) to[field.name] = value;
    }
}

/// The value of the first sub-claim that is the WHO's, or nullptr.
const Item* content_of(const Claims& claims) {
    for (const std::int64_t key : {kVaccinationClaim, kTestClaim, kMinimalClaim, kLinkClaim}) {
        if (const Item* found = cbor::find(claims.hcert, key)) return found;
    }
    return claims.unclaimed.is(Kind::map) ? &claims.unclaimed : nullptr;
}

Event event_of_content(const Json& content) { return content.contains("test") ? Event::test : Event::vaccination; }

void fault(Inspection& inspection, const char* path) {
    inspection.structure = Axis{State::fail, {"schema"}};
    inspection.faults.emplace_back(path);
}

/// What every sample has: a holder with a name, and one dose or one test.
void check(Inspection& inspection) {
    const Json& content = inspection.content;
    const bool is_minimal = content.contains("v");
    if (text_at(content, is_minimal ? "n" : "name").empty()) fault(inspection, is_minimal ? "n" : "name");
    const bool has_test = content.contains("test");
    const char* key = is_minimal ? "v" : has_test ? "test" : "vaccination";
    if (!at(content, key).is_object()) return fault(inspection, key);
    inspection.events.push_back(event_of_content(content));
    const char* date = is_minimal ? "dt" : "date";
    if (!at(at(content, key), date).is_string()) fault(inspection, (std::string(key) + "." + date).c_str());
}

}  // namespace

void read_who_content(const Claims& claims, Inspection& inspection) {
    const Item* found = content_of(claims);
    const bool is_bare = found == &claims.unclaimed;
    if (found == nullptr) {
        inspection.structure = Axis{State::fail, {"claim-missing"}};
        return;
    }
    auto content = cbor::to_json(*found, inspection.warnings);
    if (!content) {
        inspection.structure = Axis{State::fail, {content.error().rule}};
        return;
    }
    const bool is_health = content->contains("test") || content->contains("vaccination");
    if (is_bare && !is_health) {
        inspection.structure = Axis{State::fail, {"claim-missing"}};
        return;
    }
    inspection.family = Family::who_ddcc;
    add_once(inspection.warnings, "who-unconfirmed");
    if (cbor::find(claims.hcert, kLinkClaim) == found) {
        // The certificate is behind the link, and nothing is fetched here.
        inspection.structure = Axis{State::not_checked, {"health-link"}};
        return;
    }
    inspection.content = std::move(*content);
    inspection.structure = Axis{State::pass, {}};
    check(inspection);
}

std::string_view who_number_of(const Json& content) {
    // Of its metadata in the core data set, a field of its own in samples.
    const Json& number = plain(at(at(content, "certificate"), "hcid"));
    return number.is_string() ? std::string_view(number.get_ref<const std::string&>()) : text_at(content, "identifier");
}

Json who_holder_of(const Json& content) {
    Json holder = Json::object();
    if (content.contains("v"))
        copy(content, kMinimalHolder, holder);
    else
        copy(content, kFullHolder, holder);
    // In samples that field is the number of the certificate, not one of the person.
    if (holder.contains("document") && holder["document"] == who_number_of(content)) holder.erase("document");
    return holder;
}

Json who_events_of(const Json& content) {
    Json event = Json::object();
    event["kind"] = name_of(event_of_content(content));
    if (content.contains("v")) {
        copy(at(content, "v"), kMinimalDose, event);
    } else if (content.contains("test")) {
        copy(at(content, "test"), kFullTest, event);
    } else {
        copy(at(content, "vaccination"), kFullDose, event);
    }
    const std::string_view number = who_number_of(content);
    if (!number.empty()) event["identifier"] = number;
    const Json& issuer = plain(at(at(content, "certificate"), "issuer"));
    if (issuer.is_string()) event["issuer"] = issuer;
    return Json::array({std::move(event)});
}

}  // namespace lachan::certificate
