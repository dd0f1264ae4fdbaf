#include "epi/places.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>

#include "epi/elementary.h"

namespace lachan::epi {

Result<Places> Places::make(std::span<const double> x, std::span<const double> y, Distance distance) {
    if (x.empty() || x.size() > 1'000'000) return Error{Errc::malformed, "epi.places", "from 1 to 1000000 places"};
    if (x.size() != y.size()) return Error{Errc::malformed, "epi.places", "as many x as y"};
    Places places;
    places.x_.assign(x.begin(), x.end());
    places.y_.assign(y.begin(), y.end());
    places.z_.assign(x.size(), 0.0);
    for (std::size_t i = 0; i < x.size() && distance == Distance::great_circle; ++i) {
        if (!(std::fabs(y[i]) <= 90) || !(std::fabs(x[i]) <= 360)) {
            return Error{Errc::malformed, "epi.places", "row " + std::to_string(i + 1) + ": not a longitude and a latitude in degrees"};
        }
        const double along = cosine_of_degrees(y[i]);
        places.x_[i] = along * cosine_of_degrees(x[i]);
        places.y_[i] = along * sine_of_degrees(x[i]);
        places.z_[i] = sine_of_degrees(y[i]);
    }
    const auto spread = [](const std::vector<double>& axis) {
        const auto [least, most] = std::minmax_element(axis.begin(), axis.end());
        return *most - *least;
    };
    const std::vector<double>* widest = &places.x_;
    for (const std::vector<double>* axis : {&places.y_, &places.z_}) {
        if (spread(*axis) > spread(*widest)) widest = axis;
    }
    for (std::uint32_t i = 0; i < x.size(); ++i) places.along_.push_back({(*widest)[i], i});
    std::sort(places.along_.begin(), places.along_.end(),
              [](const Along& a, const Along& b) { return a.at != b.at ? a.at < b.at : a.row < b.row; });
    places.rank_.resize(x.size());
    for (std::uint32_t i = 0; i < x.size(); ++i) places.rank_[places.along_[i].row] = i;
    return places;
}

double Places::between(std::size_t a, std::size_t b) const {
    const double dx = x_[a] - x_[b];
    const double dy = y_[a] - y_[b];
    const double dz = z_[a] - z_[b];
    return std::sqrt(dx * dx + dy * dy + dz * dz);
}

double Places::first_limit(double reach) const { return std::max(reach, (along_.back().at - along_.front().at) / 256); }

void Places::find_within(std::size_t centre, double limit, std::vector<Near>& near) const {
    near.clear();
    const auto add = [&](std::uint32_t row) {
        const double distance = between(centre, row);
        if (distance <= limit) near.push_back({distance, row});
    };
    const std::size_t middle = rank_[centre];
    const double at = along_[middle].at;
    // A little beyond the strip, for what rounding may have taken from a distance.
    const double width = limit * (1 + 1e-12);
    add(static_cast<std::uint32_t>(centre));
    for (std::size_t i = middle; i > 0 && at - along_[i - 1].at <= width; --i) add(along_[i - 1].row);
    for (std::size_t i = middle + 1; i < along_.size() && along_[i].at - at <= width; ++i) add(along_[i].row);
    std::sort(near.begin(), near.end(), [](const Near& a, const Near& b) { return a.distance != b.distance ? a.distance < b.distance : a.row < b.row; });
}

}  // namespace lachan::epi
