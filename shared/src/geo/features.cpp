#include "geo/features.h"

#include <cmath>

#include "kernel/json.h"

namespace lachan::geo {
namespace {

using Ring = std::vector<LonLat>;

constexpr JsonLimits kLimits{std::size_t{1} << 28, 24, true};

Error bad(const std::string& where, const std::string& what) {
    return Error{Errc::malformed, "geo.features", where + ": " + what};
}

Result<double> number(const Json& value, const std::string& where) {
    if (!value.is_number()) return bad(where, "a coordinate is no number");
    return value.get<double>();
}

Result<LonLat> position(const Json& value, const std::string& where) {
    if (!value.is_array() || value.size() < 2) return bad(where, "a position is not [longitude, latitude]");
    const LonLat place{TRY(number(value[0], where)), TRY(number(value[1], where))};
    if (!(std::fabs(place.longitude) <= 180) || !(std::fabs(place.latitude) <= 90))
        return bad(where, "a position is not in degrees");
    return place;
}

bool is_same(LonLat l, LonLat r) { return l.longitude == r.longitude && l.latitude == r.latitude; }

void put_ring(Feature& feature, Ring ring) {
    if (ring.size() > 1 && is_same(ring.front(), ring.back()))
        ring.pop_back();
    else
        ++feature.open_rings;
    feature.polygons.back().push_back(std::move(ring));
}

void read_properties(Feature& feature, const Json& object) {
    const Json& properties = at(object, "properties");
    if (properties.is_object()) {
        for (const auto& [name, value] : properties.items()) {
            if (value.is_string())
                feature.properties[name] = value.get_ref<const std::string&>();
            else if (value.is_number_integer())
                feature.properties[name] = std::to_string(value.get<std::int64_t>());
        }
    }
    const Json& id = at(object, "id");
    if (id.is_string())
        feature.properties.try_emplace("id", id.get_ref<const std::string&>());
    else if (id.is_number_integer())
        feature.properties.try_emplace("id", std::to_string(id.get<std::int64_t>()));
}

/// The polygons of a geometry, whose rings `read_ring` takes; `member` is where its type keeps them.
template <class ReadRing>
Result<void> read_polygons(Feature& feature, const Json& geometry, const char* member, const std::string& where,
                           ReadRing read_ring) {
    const std::string_view type = text_at(geometry, "type");
    const Json& content = at(geometry, member);
    if (type != "Polygon" && type != "MultiPolygon")
        return bad(where, "the geometry is no Polygon and no MultiPolygon");
    if (!content.is_array()) return bad(where, std::string(member) + " is no array");
    const auto polygon = [&](const Json& rings) -> Result<void> {
        if (!rings.is_array()) return bad(where, "a polygon is no array of rings");
        feature.polygons.emplace_back();
        for (const Json& ring : rings) put_ring(feature, TRY(read_ring(ring)));
        return {};
    };
    if (type == "Polygon") return polygon(content);
    for (const Json& each : content) TRY(polygon(each));
    return {};
}

Result<std::vector<Feature>> read_geojson(const Json& root) {
    const Json one = Json::array({root});
    const bool is_collection = text_at(root, "type") == "FeatureCollection";
    const Json& list = is_collection ? at(root, "features") : one;
    if (!list.is_array()) return bad("features", "an array is expected");
    std::vector<Feature> features;
    for (const Json& each : list) {
        const std::string where = "feature " + std::to_string(features.size());
        if (text_at(each, "type") != "Feature") return bad(where, "its type is not Feature");
        Feature& feature = features.emplace_back();
        read_properties(feature, each);
        if (at(each, "geometry").is_null()) continue;
        TRY(read_polygons(feature, at(each, "geometry"), "coordinates", where,
                          [&](const Json& positions) -> Result<Ring> {
                              if (!positions.is_array()) return bad(where, "a ring is no array of positions");
                              Ring ring;
                              for (const Json& value : positions) ring.push_back(TRY(position(value, where)));
                              return ring;
                          }));
    }
    return features;
}

class Topology {
public:
    explicit Topology(const Json& root) : root_(root) {}

    Result<std::vector<Feature>> read() {
        TRY(read_transform());
        const Json& arcs = at(root_, "arcs");
        if (!arcs.is_array()) return bad("arcs", "an array is expected");
        for (const Json& arc : arcs) TRY(read_arc(arc));
        const Json& objects = at(root_, "objects");
        if (!objects.is_object()) return bad("objects", "an object is expected");
        for (const auto& [name, object] : objects.items()) {
            if (text_at(object, "type") != "GeometryCollection") {
                TRY(read_feature(object));
                continue;
            }
            const Json& geometries = at(object, "geometries");
            if (!geometries.is_array()) return bad("objects", name + ".geometries is no array");
            for (const Json& geometry : geometries) TRY(read_feature(geometry));
        }
        return std::move(features_);
    }

private:
    Result<void> read_transform() {
        const Json& transform = at(root_, "transform");
        if (transform.is_null()) return {};
        is_quantised_ = true;
        for (const auto& [member, into] : {std::pair{"scale", &scale_}, {"translate", &translate_}}) {
            const Json& pair = at(transform, member);
            if (!pair.is_array() || pair.size() != 2) return bad("transform", std::string(member) + " is no pair");
            *into = {TRY(number(pair[0], "transform")), TRY(number(pair[1], "transform"))};
        }
        return {};
    }
    Result<void> read_arc(const Json& steps) {
        const std::string where = "arc " + std::to_string(arcs_.size());
        if (!steps.is_array() || steps.empty()) return bad(where, "is no array of positions");
        Ring& arc = arcs_.emplace_back();
        double x = 0, y = 0;
        for (const Json& step : steps) {
            if (!is_quantised_) {
                arc.push_back(TRY(position(step, where)));
                continue;
            }
            if (!step.is_array() || step.size() < 2) return bad(where, "a step is no pair");
            x += TRY(number(step[0], where));
            y += TRY(number(step[1], where));
            const LonLat place{x * scale_.longitude + translate_.longitude, y * scale_.latitude + translate_.latitude};
            if (!(std::fabs(place.longitude) <= 180) || !(std::fabs(place.latitude) <= 90))
                return bad(where, "a position is not in degrees");
            arc.push_back(place);
        }
        return {};
    }
    Result<void> read_feature(const Json& geometry) {
        const std::string where = "geometry " + std::to_string(features_.size());
        Feature& feature = features_.emplace_back();
        read_properties(feature, geometry);
        if (at(geometry, "type").is_null()) return {};
        return read_polygons(feature, geometry, "arcs", where,
                             [&](const Json& refs) { return read_ring(refs, where); });
    }
    Result<Ring> read_ring(const Json& refs, const std::string& where) {
        if (!refs.is_array()) return bad(where, "a ring is no array of arcs");
        Ring ring;
        for (const Json& each : refs) {
            const std::int64_t ref = each.is_number_integer() ? each.get<std::int64_t>() : INT64_MAX;
            const auto index = static_cast<std::uint64_t>(ref < 0 ? ~ref : ref);
            if (index >= arcs_.size()) return bad(where, "names an arc that is not there");
            // Many short references to one long arc would be a small file of endless rings.
            const Ring& arc = arcs_[static_cast<std::size_t>(index)];
            if ((points_ += arc.size()) > kMostPoints)
                return bad(where, "the rings have more than " + std::to_string(kMostPoints) + " points");
            if (!ring.empty()) ring.pop_back();
            if (ref >= 0)
                ring.insert(ring.end(), arc.begin(), arc.end());
            else
                ring.insert(ring.end(), arc.rbegin(), arc.rend());
        }
        return ring;
    }

    static constexpr std::size_t kMostPoints = 1 << 25;

    const Json& root_;
    bool is_quantised_ = false;
    LonLat scale_, translate_;
    std::vector<Ring> arcs_;
    std::vector<Feature> features_;
    std::size_t points_ = 0;
};

}  // namespace

Result<std::vector<Feature>> read_features(std::string_view text) {
    const Json root = TRY(parse_json(text, kLimits));
    const std::string_view type = text_at(root, "type");
    if (type == "Topology") return Topology(root).read();
    if (type == "FeatureCollection" || type == "Feature") return read_geojson(root);
    return bad("type", "neither FeatureCollection nor Topology");
}

}  // namespace lachan::geo
