#include "epi/places.h"

#include <algorithm>
#include <cmath>

#include "epi/elementary.h"

namespace lachan::epi {

Result<Places> Places::make(std::span<const double> x, std::span<const double> y, Distance distance) {
    if (x.empty() || x.size() > 1'000'000) return Error{Errc::malformed, "epi.places", "from 1 to 1000000 places"};
    if (x.size() != y.size()) return Error{Errc::malformed, "epi.places", "as many x as y"};
    Places places;
    places.x_.assign(x.begin(), x.end());
    places.y_.assign(y.begin(), y.end());
    places.z_.assign(x.size(), 0.0);
    if (distance == Distance::planar) return places;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!(std::fabs(y[i]) <= 90) || !(std::fabs(x[i]) <= 360)) {
            return Error{Errc::malformed, "epi.places", "row " + std::to_string(i + 1) + ": not a longitude and a latitude in degrees"};
        }
        const double along = cosine_of_degrees(y[i]);
        places.x_[i] = along * cosine_of_degrees(x[i]);
        places.y_[i] = along * sine_of_degrees(x[i]);
        places.z_[i] = sine_of_degrees(y[i]);
    }
    return places;
}

double Places::between(std::size_t a, std::size_t b) const {
    const double dx = x_[a] - x_[b];
    const double dy = y_[a] - y_[b];
    const double dz = z_[a] - z_[b];
    return std::sqrt(dx * dx + dy * dy + dz * dz);
}

std::vector<Places::Near> Places::by_distance(std::size_t centre) const {
    std::vector<Near> all(size());
    for (std::size_t i = 0; i < size(); ++i) all[i] = {between(centre, i), static_cast<std::uint32_t>(i)};
    all[centre].distance = -1;  // the centre comes first, whoever stands on the same spot
    return all;
}

std::size_t Places::sort_part(std::vector<Near>& all, std::size_t sorted, std::size_t wanted) {
    const auto is_nearer = [](const Near& a, const Near& b) { return a.distance != b.distance ? a.distance < b.distance : a.row < b.row; };
    const std::size_t end = std::min(all.size(), sorted + std::max<std::size_t>(wanted, 16));
    const auto at = [&](std::size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
    if (end < all.size()) std::nth_element(at(sorted), at(end), all.end(), is_nearer);
    std::sort(at(sorted), at(end), is_nearer);
    return end;
}

}  // namespace lachan::epi
