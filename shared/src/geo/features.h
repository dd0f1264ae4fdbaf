#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "geo/mercator.h"
#include "kernel/result.h"

namespace lachan::geo {

/// A shape as a file of others tells it.
struct Feature {
    std::map<std::string, std::string, std::less<>> properties;  ///< texts and whole numbers, as texts
    std::vector<std::vector<std::vector<LonLat>>>
        polygons;                ///< of rings, the outer one first; the first point is not repeated
    std::size_t open_rings = 0;  ///< rings that did not end where they began
};

/// Reads GeoJSON (RFC 7946) or TopoJSON, told by its "type"; of TopoJSON all objects. Geometries other than polygons
/// are refused. Errors: those of parse_json; Errc::malformed with rule geo.features, the detail names the feature and
/// what is wrong.
Result<std::vector<Feature>> read_features(std::string_view text);

}  // namespace lachan::geo
