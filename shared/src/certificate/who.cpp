#include "certificate/who.h"

#include <algorithm>
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

/// A sub-claim of the WHO, and the field in which its content has the dose or the test.
struct Form {
    std::int64_t claim;
    const char* event;
};
constexpr std::array kForms{Form{kVaccinationClaim, "vaccination"}, Form{kTestClaim, "test"}, Form{kMinimalClaim, "v"}, Form{kLinkClaim, nullptr}};

/// What of the WHO is in a message: the value of the first of its sub-claims, and how many of them there are.
struct Found {
    const Item* content = nullptr;
    const char* event = nullptr;
    int forms = 0;
};

Found content_of(const Claims& claims) {
    Found found;
    for (const Form& form : kForms) {
        const Item* content = cbor::find(claims.hcert, form.claim);
        if (content == nullptr) continue;
        // A link beside a dose says nothing of another one.
        if (form.event == nullptr && found.forms > 0) continue;
        if (found.forms++ == 0) found = {content, form.event, 1};
    }
    if (found.forms == 0 && claims.unclaimed.is(Kind::map)) found.content = &claims.unclaimed;
    return found;
}

Event event_of_content(const Json& content) { return content.contains("test") ? Event::test : Event::vaccination; }

void fail(Inspection& inspection, const char* reason) {
    inspection.structure.state = State::fail;
    add_once(inspection.structure.reasons, reason);
}

void fault(Inspection& inspection, const char* path) {
    fail(inspection, "schema");
    inspection.faults.emplace_back(path);
}

/// What every sample has: a holder with a name, and one dose or one test, where its form has it. A second one would be shown under the
/// key of the first.
void check(const Found& found, Inspection& inspection) {
    const Json& content = inspection.content;
    const char* key = found.event != nullptr ? found.event : content.contains("test") ? "test" : "vaccination";
    const bool is_minimal = std::string_view(key) == "v";
    // The list that yellow fever's certificate has now: `v` is its version there, and the dose stands under another name.
    if (is_minimal && at(content, key).is_string()) {
        inspection.structure = Axis{State::not_checked, {"version-unsupported"}};
        return;
    }
    if (text_at(content, is_minimal ? "n" : "name").empty()) fault(inspection, is_minimal ? "n" : "name");
    const auto events = std::count_if(kForms.begin(), kForms.end(), [&content](const Form& form) {
        return form.event != nullptr && content.contains(form.event);
    });
    if (found.forms > 1 || events > 1) fail(inspection, "event-count");
    if (!at(content, key).is_object()) return fault(inspection, key);
    inspection.events.push_back(event_of_content(content));
    const char* date = is_minimal ? "dt" : "date";
    if (!at(at(content, key), date).is_string()) fault(inspection, (std::string(key) + "." + date).c_str());
}

}  // namespace

void read_who_content(const Claims& claims, Inspection& inspection) {
    const Found found = content_of(claims);
    if (found.content == nullptr) {
        inspection.structure = Axis{State::fail, {"claim-missing"}};
        return;
    }
    auto content = cbor::to_json(*found.content, inspection.warnings);
    if (!content) {
        inspection.structure = Axis{State::fail, {content.error().rule}};
        return;
    }
    const bool is_health = content->contains("test") || content->contains("vaccination");
    if (found.forms == 0 && !is_health) {
        inspection.structure = Axis{State::fail, {"claim-missing"}};
        return;
    }
    inspection.family = Family::who_ddcc;
    add_once(inspection.warnings, "who-unconfirmed");
    if (cbor::find(claims.hcert, kLinkClaim) == found.content) {
        // The certificate is behind the link, and nothing is fetched here.
        inspection.structure = Axis{State::not_checked, {"health-link"}};
        return;
    }
    inspection.content = std::move(*content);
    inspection.structure = Axis{State::pass, {}};
    check(found, inspection);
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
