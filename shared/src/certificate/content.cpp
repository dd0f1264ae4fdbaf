#include "certificate/content.h"

#include "certificate/divoc.h"
#include "certificate/health_card.h"
#include "certificate/own_content.h"
#include "certificate/vds.h"
#include "certificate/who.h"

namespace lachan::certificate {

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
