#include "boundaries/inputs.h"

#include <cstdlib>

#include "kernel/json.h"
#include "vocab/unit.h"

namespace lachan::boundaries {
namespace {

Error bad_outlines(const std::string& what) { return Error{Errc::malformed, "geo.outline", "outlines: " + what}; }

std::uint32_t number_of(std::string_view code) {
    return static_cast<std::uint32_t>(std::strtoul(std::string(code).c_str(), nullptr, 10));
}

bool is_pair(const Json& value) {
    return value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
}

/// The arcs of a topology in degrees.
class Arcs {
public:
    static Result<Arcs> read(const Json& topology) {
        const Json& transform = at(topology, "transform");
        const Json &scale = at(transform, "scale"), &translate = at(transform, "translate");
        if (!is_pair(scale) || !is_pair(translate))
            return bad_outlines("transform: scale and translate are pairs of numbers");
        const Json& arcs = at(topology, "arcs");
        if (!arcs.is_array()) return bad_outlines("arcs: an array is expected");
        Arcs result;
        for (const Json& arc : arcs) {
            if (!arc.is_array()) return bad_outlines("arcs: an arc is an array of points");
            double x = 0, y = 0;
            std::vector<geo::LonLat> path;
            for (const Json& step : arc) {
                if (!is_pair(step)) return bad_outlines("arcs: a point is a pair of numbers");
                x += step[0].get<double>();
                y += step[1].get<double>();
                path.push_back({x * scale[0].get<double>() + translate[0].get<double>(),
                                y * scale[1].get<double>() + translate[1].get<double>()});
            }
            result.paths_.push_back(std::move(path));
        }
        return result;
    }

    Result<std::vector<geo::LonLat>> ring(const Json& refs) const {
        std::vector<geo::LonLat> ring;
        if (!refs.is_array()) return bad_outlines("a ring is an array of arcs");
        for (const Json& each : refs) {
            const auto ref = each.is_number_integer() ? each.get<std::int64_t>() : INT64_MAX;
            const auto arc = static_cast<std::size_t>(ref < 0 ? ~ref : ref);
            if (arc >= paths_.size()) return bad_outlines("a ring names an arc that is not there");
            auto path = paths_[arc];
            if (ref < 0) path.assign(paths_[arc].rbegin(), paths_[arc].rend());
            if (path.empty()) return bad_outlines("arcs: an arc is empty");
            path.pop_back();
            ring.insert(ring.end(), path.begin(), path.end());
        }
        return ring;
    }

private:
    std::vector<std::vector<geo::LonLat>> paths_;
};

Result<geo::Outline> read_outline(const Json& geometry, const Arcs& arcs) {
    geo::Outline outline;
    outline.province = number_of(text_at(geometry, "id"));
    const std::string_view type = text_at(geometry, "type");
    Json polygons = Json::array();
    if (type == "Polygon")
        polygons.push_back(at(geometry, "arcs"));
    else if (type == "MultiPolygon")
        polygons = at(geometry, "arcs");
    if (outline.province == 0 || !polygons.is_array() || polygons.empty())
        return bad_outlines("a province has an id and polygons");
    for (const Json& polygon : polygons) {
        auto& rings = outline.polygons.emplace_back();
        if (!polygon.is_array()) return bad_outlines("a polygon is an array of rings");
        for (const Json& ring : polygon) rings.push_back(TRY(arcs.ring(ring)));
    }
    return outline;
}

}  // namespace

Result<geo::UnitList> read_units(std::string_view text, Day day) {
    const Units units = TRY(Units::parse(text));
    geo::UnitList list;
    list.name = to_string(day);
    for (const Unit* province : units.children(kNation, day)) {
        auto& into = list.provinces.emplace_back();
        into.code = number_of(province->code);
        into.name = province->name;
        for (const Unit* district : units.children(province->code, day)) {
            // Since the reform communes stand right below provinces: the district level then has one unit that stands
            // for each.
            if (district->level == 3) {
                if (into.districts.empty()) into.districts.emplace_back();
                into.districts[0].communes.push_back(
                    {number_of(district->code), std::string(district->name), district->kind == "Phường"});
                continue;
            }
            auto& below = into.districts.emplace_back();
            below.code = number_of(district->code);
            below.name = district->name;
            for (const Unit* commune : units.children(district->code, day))
                below.communes.push_back(
                    {number_of(commune->code), std::string(commune->name), commune->kind == "Phường"});
        }
    }
    if (list.provinces.empty()) return Error{Errc::rejected, "geo.codes", "the list has no unit on " + list.name};
    return list;
}

Result<Outlines> read_outlines(std::string_view text) {
    const Json topology = TRY(parse_json(text, {std::size_t{1} << 26, 12, true}));
    const Arcs arcs = TRY(Arcs::read(topology));
    Outlines outlines;
    const Json& geometries = at(at(at(topology, "objects"), "provinces"), "geometries");
    if (!geometries.is_array()) return bad_outlines("objects.provinces.geometries: an array is expected");
    for (const Json& geometry : geometries) outlines.provinces.push_back(TRY(read_outline(geometry, arcs)));
    const Json& islands = at(topology, "islands");
    if (!islands.is_array()) return bad_outlines("islands: an array is expected");
    for (const Json& island : islands) {
        const Json &point = at(island, "point"), &radius = at(island, "radiusKm");
        if (!is_pair(point) || !radius.is_number()) return bad_outlines("islands: each has point and radiusKm");
        outlines.marks.push_back({number_of(text_at(island, "code")),
                                  {point[0].get<double>(), point[1].get<double>()},
                                  radius.get<double>(),
                                  static_cast<int>(int_at(island, "islets", 1))});
    }
    for (const Json& source : at(topology, "sources")) {
        if (!outlines.source.empty()) outlines.source += "; ";
        outlines.source += std::string(text_at(source, "what")) + ": " + std::string(text_at(source, "source"));
    }
    return outlines;
}

}  // namespace lachan::boundaries
