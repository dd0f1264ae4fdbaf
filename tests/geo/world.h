#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "geo/import.h"
#include "geo/locate.h"

namespace lachan::geo {

/// Two provinces with two districts each, and the islands, which are districts: 498 has no communes, 576 has two.
inline UnitList small_list() {
    UnitList list;
    list.name = "2021-07-01";
    list.provinces = {
        {48,
         "Đà Nẵng",
         {{490, "Liên Chiểu", {{20194, "A", true}, {20195, "B", false}, {20197, "C", false}}}, {498, "Hoàng Sa", {}}}},
        {56,
         "Khánh Hòa",
         {{568, "Nha Trang", {{22327, "D", true}, {22330, "E", false}}},
          {576, "Trường Sa", {{22736, "F", false}, {22737, "G", false}}}}}};
    return list;
}

/// GeoJSON piece by piece.
class Sketch {
public:
    /// A shape with a code and rings; each ring is closed by this.
    Sketch& shape(const std::string& code, const std::vector<std::vector<LonLat>>& rings) {
        text_ += text_.empty() ? "" : ",";
        text_ += "{\"type\":\"Feature\",\"properties\":{\"code\":\"" + code +
                 "\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[";
        for (std::size_t i = 0; i < rings.size(); ++i) text_ += (i > 0 ? "," : "") + ring_text(rings[i]);
        text_ += "]}}";
        return *this;
    }
    Sketch& box(const std::string& code, double west, double south, double east, double north) {
        return shape(code, {box_ring(west, south, east, north)});
    }
    /// The islands, without which nothing is taken.
    Sketch& islands() { return box("498", 112, 16.5, 112.1, 16.6).box("576", 111.9, 8.6, 112, 8.7); }
    std::string text() const { return "{\"type\":\"FeatureCollection\",\"features\":[" + text_ + "]}"; }

    static std::vector<LonLat> box_ring(double west, double south, double east, double north) {
        return {{west, south}, {east, south}, {east, north}, {west, north}};
    }

private:
    static std::string ring_text(std::vector<LonLat> ring) {
        ring.push_back(ring[0]);
        std::string text = "[";
        for (const LonLat place : ring) {
            char pair[64];
            std::snprintf(pair, sizeof pair, "%s[%.9f,%.9f]", text == "[" ? "" : ",", place.longitude, place.latitude);
            text += pair;
        }
        return text + "]";
    }
    std::string text_;
};

/// Takes over a file whose codes are its property `code`.
inline Result<Imported> take(const std::string& text, const UnitList& list, const ImportOptions& options = {}) {
    const auto features = read_features(text);
    if (!features) return features.error();
    std::vector<Shape> shapes;
    for (const Feature& feature : *features) {
        const auto code = feature.properties.find("code");
        const std::string digits = code == feature.properties.end() ? "" : code->second;
        const bool is_known = digits.size() == 3 || digits.size() == 5;
        shapes.push_back({&feature, digits.size() == 3 ? Level::district : Level::commune,
                          is_known ? static_cast<std::uint32_t>(std::stoul(digits)) : 0, "shape " + digits});
    }
    return import_shapes(list, shapes, options);
}

/// Three communes and two side by side, two islands.
inline Sketch small_sketch() {
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.1, 16.1)
        .box("20195", 108.1, 16.0, 108.2, 16.1)
        .box("20197", 108.0, 16.1, 108.2, 16.2);
    sketch.box("22327", 108.2, 16.0, 108.3, 16.2).box("22330", 108.0, 15.9, 108.3, 16.0);
    return sketch.islands();
}

inline Country small_country() { return std::move(take(small_sketch().text(), small_list()).value().country); }

/// The leaf of a commune, or of a district that stands for itself.
inline std::uint32_t leaf_of(const Country& country, std::uint32_t code) {
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
        const Unit& unit = country.units[2][leaf];
        if (unit.code == code || (unit.code == 0 && country.units[1][unit.parent].code == code)) return leaf;
    }
    return kNone;
}

inline std::int64_t doubled_area_of(const Country& country, std::uint32_t leaf, std::size_t detail = kMostDetails) {
    std::int64_t area = 0;
    for (std::uint32_t ring = country.ring_begin[leaf]; ring < country.ring_begin[leaf + 1]; ++ring)
        area += doubled_area(country.ring(ring, detail));
    return area;
}

}  // namespace lachan::geo
