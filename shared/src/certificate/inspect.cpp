#include <algorithm>

#include "certificate/checks.h"
#include "certificate/content.h"
#include "certificate/health_card.h"
#include "certificate/look_alikes.h"
#include "certificate/own_place.h"
#include "certificate/own_wire.h"
#include "certificate/readers.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr JsonLimits kDocumentLimits{256 * 1024, 32};
/// A ZIP archive as a data URL takes four characters for three bytes.
constexpr std::size_t kArchiveTextLimit = kTextLimit * 4 / 3 + 64;

constexpr std::size_t kCardTextLimit = kMostParts * (kTextLimit + 1);

bool is_newer_place(std::string_view body) { return is_place_code(body) && read_place(body).is_newer; }

std::size_t limit_of(const Detection& found) {
    switch (found.family) {
        case Family::smart_health_card: return kCardTextLimit;
        case Family::divoc: return kArchiveTextLimit;
        // How long the codes of a later version are is for that version to say.
        case Family::lachan: return found.reason.empty() && !is_newer_place(found.body) ? kOwnTextLimit : kTextLimit;
        default: return kTextLimit;
    }
}

/// JSON is ICAO's or a credential's; the keys it opens with tell, before anything else in it is believed.
Inspection inspect_document(std::string_view text, const Knowledge& known, Inspection inspection) {
    const auto document = parse_json(text, kDocumentLimits);
    if (!document) return stopped(std::move(inspection), State::fail, "json");
    if (!document->contains("@context")) return inspect_vds(*document, known, std::move(inspection));
    inspection.family = Family::divoc;
    return inspect_divoc(*document, known, std::move(inspection));
}

/// Of the person: a name that is not the one that it seems to be, signed as it is. That changes nothing, and has to be seen.
void note_name(Inspection& inspection) {
    if (inspection.content.is_null()) return;
    const Json holder = holder_in(inspection);
    for (const char* field : {"name", "familyName", "givenName"}) {
        if (mixes_alphabets(text_at(holder, field))) add_once(inspection.warnings, "name-alphabets");
    }
}

/// By the family that was found.
Inspection inspect_body(const Detection& found, const Knowledge& known, Inspection inspection) {
    switch (found.family) {
        case Family::hcert: return inspect_hcert(found.body, known, std::move(inspection));
        case Family::smart_health_card: return inspect_health_card(found.body, known, std::move(inspection));
        case Family::icao_vds: return inspect_document(found.body, known, std::move(inspection));
        case Family::divoc: return inspect_divoc_archive(found.body, known, std::move(inspection));
        case Family::lachan: return inspect_own(found.body, known, std::move(inspection));
        case Family::who_ddcc:
        case Family::nl_domestic:
        case Family::unknown: break;
    }
    return stopped(std::move(inspection), State::not_checked, "family-unsupported");
}

}  // namespace

const char* name_of(State state) {
    switch (state) {
        case State::pass: return "pass";
        case State::fail: return "fail";
        case State::not_checked: return "notChecked";
        case State::not_applicable: return "notApplicable";
    }
    return "notChecked";
}

const char* name_of(Purpose purpose) { return purpose == Purpose::chain ? "chain" : "content"; }

Inspection inspect(std::string_view text, const Knowledge& known) {
    Inspection inspection;
    // Before anything is copied: no code of any family is longer than the longest set.
    if (text.size() > 2 * kCardTextLimit) {
        return stopped(std::move(inspection), State::fail, "size-limit");
    }
    const Detection found = detect(text, known.policy.contexts);
    if (trim(text).size() > limit_of(found)) return stopped(std::move(inspection), State::fail, "size-limit");
    inspection.family = found.family;
    if (found.was_percent_encoded) inspection.warnings.emplace_back("percent-encoded");
    if (!found.reason.empty()) {
        // A version that is not ours yet is a certificate all the same; the rest is not one that can be read here.
        const State state = found.reason == "prefix-version" ? State::not_checked : State::fail;
        return stopped(std::move(inspection), state, found.reason);
    }
    inspection = inspect_body(found, known, std::move(inspection));
    note_name(inspection);
    return inspection;
}

}  // namespace lachan::certificate
