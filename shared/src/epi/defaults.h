#pragma once

#include <cstddef>
#include <string>

#include "epi/alarms.h"

namespace lachan::epi {

// What the map asks its models with, and from where their figures mean something else. Each is a row of docs/RULES.md, "Defaults of the
// models of the map", with its source and how sure it is; none is a law. An operation asked without them keeps its own defaults.

/// Days of a window: of a rate, a trend, an Rt, a scan.
inline constexpr std::size_t kMapWindow = 7;
/// Mean and standard deviation of the days from one case to the next (Ganyani et al. 2020, Singapore).
inline constexpr double kMapSerialMean = 5.2;
inline constexpr double kMapSerialSd = 1.7;
/// Days after which hardly anybody infects: more than 99.9 % of that interval.
inline constexpr std::size_t kMapReach = 14;
/// An Rt whose standard deviation is above this share of its mean is told as "too few cases" (Cori et al. 2013: 11 cases in a window).
inline constexpr double kMapFew = 0.3;
/// Days of a forecast.
inline constexpr std::size_t kMapForecastDays = 7;
/// A p or a false discovery rate below it is told as clear.
inline constexpr double kMapClearBelow = 0.05;
/// Fewer units are no map to look for clusters and hot spots in; so many of the nearest are a unit's neighbours.
inline constexpr std::size_t kMapLeastPlaces = 8;
inline constexpr std::size_t kMapNearestUnits = 6;
/// A scan: the largest share of all people in a cluster, the fewest cases that are scanned at all, replicates, clusters told.
inline constexpr double kMapScanShare = 0.25;
inline constexpr std::size_t kMapScanLeastCases = 2;
inline constexpr std::size_t kMapScanReplicates = 999;
inline constexpr std::size_t kMapScanMost = 10;
/// Days that a scan in space and time looks at; its clusters are no longer than a window.
inline constexpr std::size_t kMapSpaceTimeDays = 28;
/// A share that an office tells now and then is good for so many days.
inline constexpr std::size_t kMapToldDays = 30;
/// So long the number of checkpoints alive of a day is shown, and so long before that day a register may have told how many there are.
inline constexpr std::size_t kMapAliveDays = 7;
inline constexpr std::size_t kMapRegisteredDays = 30;
/// Days whose cases a report of a unit sums.
inline constexpr std::size_t kMapReportDays = 7;
/// Days whose cases are in the heat of communes.
inline constexpr std::size_t kMapHeatDays = 14;
/// The method of daily alarms.
inline constexpr Ears kMapEars = Ears::c2;
/// Years that weeks are compared with: at most, and at least for Farrington's method and for that of Noufaily, which tells trend from season.
inline constexpr std::size_t kMapMostYears = 5;
inline constexpr std::size_t kMapFarringtonYears = 1;
inline constexpr std::size_t kMapFlexibleYears = 3;
/// Edges of the classes of colour, each the least of its class; shares in percent. Of cases of a window per 100,000 people; of declarations
/// with symptoms of a province in a window.
inline constexpr double kMapCasesEdges[] = {0, 5, 20, 50, 150, 500};
inline constexpr double kMapSymptomsEdges[] = {0, 1, 10, 50, 200, 1000};
inline constexpr double kMapRtEdges[] = {0, 0.8, 0.95, 1.05, 1.5};
inline constexpr double kMapPositivityEdges[] = {0, 2, 5, 20};
inline constexpr double kMapCoverageEdges[] = {0, 50, 70, 80, 90};
inline constexpr double kMapBedsEdges[] = {0, 10, 15, 50, 80};
/// Reports of citizens of a window per 100,000 people.
inline constexpr double kMapFeedbackEdges[] = {0, 10, 50, 150, 500};
/// Checkpoints with a scan on a day among all that are registered, percent.
inline constexpr double kMapAliveEdges[] = {0, 5, 10, 25, 50};

/// All of them, and those of the alarms' own options that the map tells, as one line of JSON: numbers, a word for the method of EARS,
/// lists of edges.
std::string map_defaults();

}  // namespace lachan::epi
