#include "certificate/content.h"

#include <algorithm>

#include "certificate/divoc.h"
#include "certificate/health_card.h"
#include "certificate/own_content.h"
#include "certificate/vds.h"
#include "certificate/who.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

/// SNOMED CT Detected, Positive, Present (EU value set, DDCC, health cards, our own codes); LOINC answers Positive, Detected, Present (health
/// cards); the words of ICAO's seals, where abnormal is no more a pass than positive. In capitals, as they are compared.
constexpr std::string_view kPositive[]{"260373001", "10828004", "52101004", "LA6576-8", "LA11882-0", "LA9633-4", "POSITIVE", "ABNORMAL"};

}  // namespace

bool says_positive(const Json& events) {
    return std::any_of(events.begin(), events.end(), [](const Json& event) {
        if (text_at(event, "kind") != name_of(Event::test)) return false;
        std::string result(trim(text_at(event, "result")));
        for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        return std::find(std::begin(kPositive), std::end(kPositive), result) != std::end(kPositive);
    });
}

Json holder_in(const Inspection& inspection) {
    switch (inspection.family) {
        case Family::smart_health_card: return card_holder_of(inspection.content);
        case Family::icao_vds: return vds_holder_of(inspection.content);
        case Family::divoc: return divoc_holder_of(inspection.content);
        case Family::who_ddcc: return who_holder_of(inspection.content);
        case Family::lachan: return own_holder_of(inspection.content);
        case Family::hcert:
        case Family::nl_domestic:
        case Family::unknown: break;
    }
    return holder_of(inspection.content);
}

Json events_in(const Inspection& inspection) {
    switch (inspection.family) {
        case Family::smart_health_card: return card_events_of(inspection.content);
        case Family::icao_vds: return vds_events_of(inspection.content);
        case Family::divoc: return divoc_events_of(inspection.content);
        case Family::who_ddcc: return who_events_of(inspection.content);
        case Family::lachan: return own_events_of(inspection.content, inspection.issuer);
        case Family::hcert:
        case Family::nl_domestic:
        case Family::unknown: break;
    }
    Json events = Json::array();
    for (const Event event : inspection.events) events.push_back(event_of(inspection.content, event));
    return events;
}

}  // namespace lachan::certificate
