#include "boundaries/islets.h"

#include <cmath>

namespace lachan::boundaries {
namespace {

constexpr double kKmPerDegree = 111.2;

/// Offsets in kilometres from the mark, and how large the islets there are.
struct Ground {
    geo::LonLat place;
    double km_per_longitude;

    geo::LonLat at(double east, double north) const { return {place.longitude + east / km_per_longitude, place.latitude + north / kKmPerDegree}; }
};

/// An octagon around a place.
std::vector<geo::LonLat> islet(const Ground& ground, double east, double north, double radius) {
    constexpr double kDiagonal = 0.70711;
    constexpr double kCorners[8][2] = {{1, 0}, {kDiagonal, kDiagonal}, {0, 1}, {-kDiagonal, kDiagonal}, {-1, 0}, {-kDiagonal, -kDiagonal}, {0, -1}, {kDiagonal, -kDiagonal}};
    std::vector<geo::LonLat> ring;
    for (const auto& [x, y] : kCorners) ring.push_back(ground.at(east + x * radius, north + y * radius));
    return ring;
}

}  // namespace

geo::Feature islets_at(const geo::Mark& mark) {
    // Turned by the golden angle from one to the next, they lie evenly over a disc (Vogel 1979) and never touch.
    constexpr double kCosine = -0.7373688780783197, kSine = 0.6754902942615238;
    const Ground ground{mark.place, kKmPerDegree * std::cos(mark.place.latitude * 0.017453292519943295)};
    geo::Feature feature;
    if (mark.islets <= 1) {
        feature.polygons.push_back({islet(ground, 0, 0, mark.radius_km)});
        return feature;
    }
    const double size = mark.radius_km / std::sqrt(4.0 * mark.islets);
    double x = 1, y = 0;
    for (int i = 0; i < mark.islets; ++i) {
        const double far = mark.radius_km * std::sqrt((i + 0.5) / mark.islets);
        feature.polygons.push_back({islet(ground, x * far, y * far, size)});
        const double turned = x * kCosine - y * kSine;
        y = x * kSine + y * kCosine;
        x = turned;
    }
    return feature;
}

}  // namespace lachan::boundaries
