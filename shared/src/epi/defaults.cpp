#include "epi/defaults.h"

#include <span>

#include "epi/operation_list.h"

namespace lachan::epi {
namespace {

void append_list(std::string& text, const char* name, std::span<const double> values) {
    text += std::string("\"") + name + "\":[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text += ',';
        append_number(text, values[i]);
    }
    text += ']';
}

const char* word_of(Ears method) {
    switch (method) {
        case Ears::c1: return "C1";
        case Ears::c2: return "C2";
        case Ears::c3: return "C3";
    }
    return "";
}

}  // namespace

std::string map_defaults() {
    const FlexibleOptions weekly;  // what both methods of Farrington share is the same in both
    std::string text = "{";
    const auto number = [&text](const char* name, double value) {
        append_field(text, name, value);
        text += ',';
    };
    const auto whole = [&number](const char* name, std::size_t value) { number(name, static_cast<double>(value)); };
    whole("windowDays", kMapWindow);
    number("serialMean", kMapSerialMean);
    number("serialSd", kMapSerialSd);
    whole("reachDays", kMapReach);
    number("fewRatio", kMapFew);
    whole("forecastDays", kMapForecastDays);
    number("clearBelow", kMapClearBelow);
    whole("leastPlaces", kMapLeastPlaces);
    whole("nearestUnits", kMapNearestUnits);
    number("scanShare", kMapScanShare);
    whole("scanLeastCases", kMapScanLeastCases);
    whole("scanReplicates", kMapScanReplicates);
    whole("scanMost", kMapScanMost);
    whole("spaceTimeDays", kMapSpaceTimeDays);
    whole("toldDays", kMapToldDays);
    whole("aliveDays", kMapAliveDays);
    whole("registeredDays", kMapRegisteredDays);
    whole("reportDays", kMapReportDays);
    whole("heatDays", kMapHeatDays);
    text += std::string("\"earsMethod\":\"") + word_of(kMapEars) + "\",";
    whole("earsSpan", ears_span(kMapEars, EarsOptions{}));
    number("earsAlpha", EarsOptions{}.alpha);
    whole("yearWeeks", weekly.period);
    whole("halfWindowWeeks", weekly.half_window);
    whole("mostYears", kMapMostYears);
    whole("farringtonYears", kMapFarringtonYears);
    whole("flexibleYears", kMapFlexibleYears);
    whole("leftOutWeeks", weekly.left_out);
    number("leastCases", weekly.least_cases);
    whole("leastSpanWeeks", weekly.least_span);
    const auto edges = [&text](const char* name, std::span<const double> values) {
        append_list(text, name, values);
        text += ',';
    };
    edges("casesEdges", kMapCasesEdges);
    edges("symptomsEdges", kMapSymptomsEdges);
    edges("rtEdges", kMapRtEdges);
    edges("positivityEdges", kMapPositivityEdges);
    edges("coverageEdges", kMapCoverageEdges);
    edges("bedsEdges", kMapBedsEdges);
    edges("feedbackEdges", kMapFeedbackEdges);
    edges("aliveEdges", kMapAliveEdges);
    text.back() = '}';
    return text + '\n';
}

}  // namespace lachan::epi
