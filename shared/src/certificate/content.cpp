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

struct Said {
    std::string_view result;  // in capitals, as it is compared
    Finding finding;
};

/// SNOMED CT and LOINC answers of the value sets of the EU, of the WHO's DDCC and of health cards (RULES.md), the WHO's own in ICD-11, the words
/// of ICAO's seals, where abnormal is no more a pass than positive, and HL7's interpretations.
constexpr Said kSaid[]{
    {"260415000", Finding::none},                // Not detected
    {"260385009", Finding::none},                // Negative
    {"131194007", Finding::none},                // Non-reactive
    {"2667000", Finding::none},                  // Absent
    {"LA6577-6", Finding::none},                 // Negative
    {"LA11883-8", Finding::none},                // Not detected
    {"LA15256-3", Finding::none},                // Nonreactive
    {"LA9634-2", Finding::none},                 // Absent
    {"RA01.1", Finding::none},                   // COVID-19, virus not identified
    {"NEGATIVE", Finding::none},
    {"NOT DETECTED", Finding::none},
    {"NORMAL", Finding::none},
    {"NEG", Finding::none},
    {"ND", Finding::none},
    {"NR", Finding::none},
    {"N", Finding::none},
    {"260373001", Finding::positive},            // Detected
    {"10828004", Finding::positive},             // Positive
    {"52101004", Finding::positive},             // Present
    {"11214006", Finding::positive},             // Reactive
    {"260408008", Finding::positive},            // Weakly positive
    {"720735008", Finding::positive},            // Presumptive positive
    {"840533007", Finding::positive},            // SARS-CoV-2, as what was found
    {"407479009", Finding::positive},            // Influenza A virus
    {"407480007", Finding::positive},            // Influenza B virus
    {"LA6576-8", Finding::positive},             // Positive
    {"LA18996-1", Finding::positive},            // Strong positive
    {"LA11882-0", Finding::positive},            // Detected
    {"LA15255-5", Finding::positive},            // Reactive
    {"LA9633-4", Finding::positive},             // Present
    {"RA01.0", Finding::positive},               // COVID-19, virus identified
    {"POSITIVE", Finding::positive},
    {"DETECTED", Finding::positive},
    {"ABNORMAL", Finding::positive},
    {"POS", Finding::positive},
    {"DET", Finding::positive},
    {"RR", Finding::positive},
    {"WR", Finding::positive},
    {"A", Finding::positive},
    {"419984006", Finding::inconclusive},        // Inconclusive
    {"42425007", Finding::inconclusive},         // Equivocal
    {"82334004", Finding::inconclusive},         // Indeterminate
    {"415684004", Finding::inconclusive},        // Suspected
    {"125154007", Finding::inconclusive},        // Specimen unsatisfactory for evaluation
    {"455371000124106", Finding::inconclusive},  // Invalid result
    {"LA11885-3", Finding::inconclusive},        // Equivocal
    {"LA9663-1", Finding::inconclusive},         // Inconclusive
    {"LA4259-3", Finding::inconclusive},         // Borderline
    {"LA13548-5", Finding::inconclusive},        // Specimen unsatisfactory for evaluation
    {"LA11884-6", Finding::inconclusive},        // Indeterminate
    {"LA15841-2", Finding::inconclusive},        // Invalid
    {"IND", Finding::inconclusive},
    {"E", Finding::inconclusive},
};

}  // namespace

std::optional<Finding> known_finding(std::string_view result) {
    std::string capitals(trim(result));
    for (char& c : capitals) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto* said = std::find_if(std::begin(kSaid), std::end(kSaid), [&](const Said& one) { return one.result == capitals; });
    return said == std::end(kSaid) ? std::nullopt : std::optional(said->finding);
}

Finding finding_in(const Json& events) {
    Finding worst = Finding::none;
    for (const Json& event : events) {
        if (text_at(event, "kind") != name_of(Event::test)) continue;
        worst = std::max(worst, known_finding(text_at(event, "result")).value_or(Finding::inconclusive));
    }
    return worst;
}

const char* name_of(Finding finding) {
    switch (finding) {
        case Finding::none: return "none";
        case Finding::inconclusive: return "inconclusive";
        case Finding::positive: return "positive";
    }
    return "none";
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
