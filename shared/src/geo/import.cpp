#include "geo/import.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "geo/arrangement.h"
#include "geo/faces.h"
#include "geo/shapes.h"

namespace lachan::geo {
namespace {

constexpr std::array<std::uint8_t, 4> kZooms{6, 8, 10, 24};

std::string label_of(Level level, std::uint32_t code, const std::string& name) {
    return code_text(level, code) + (name.empty() ? "" : " " + name);
}

class Importer {
public:
    Importer(const UnitList& list, const std::vector<Shape>& shapes, const ImportOptions& options)
        : list_(list), shapes_(shapes), options_(options) {}

    Result<Imported> run() {
        choose_leaves();
        if (leaf_shapes_.empty())
            return Error{Errc::rejected, "geo.shapes", "no shape has the code of a unit in the list"};
        TRY(choose_grid());
        Lines lines;
        for (std::size_t i = 0; i < shapes_.size(); ++i) add(lines, i);
        const auto snap =
            static_cast<std::int32_t>(std::lround(options_.snap_metres / country_.head.grid.metres_per_cell()));
        const Arrangement plane = TRY(arrange(std::move(lines), std::clamp(snap, 0, 4096)));
        settle(plane);
        number_units();
        if (!has_islands(country_))
            return Error{Errc::rejected, "geo.islands", "the shapes lack Hoàng Sa (498) or Trường Sa (576)"};
        country_.head.unit_set = list_.name;
        country_.head.source = options_.source;
        take_shapes(country_, plane, owner_);
        find_touching();
        choose_details(country_, kZooms);
        place_labels(country_);
        report_.shapes = shapes_.size();
        return Imported{std::move(country_), std::move(report_)};
    }

private:
    /// Which unit a leaf is: a commune, or a district that stands for itself.
    struct Leaf {
        std::size_t province, district;
        std::size_t commune;  // SIZE_MAX: the district
        bool operator<(const Leaf& other) const {
            return std::tie(province, district, commune) < std::tie(other.province, other.district, other.commune);
        }
    };

    void choose_leaves() {
        std::map<std::uint32_t, Leaf> communes, districts;
        for (std::size_t p = 0; p < list_.provinces.size(); ++p) {
            const auto& province = list_.provinces[p];
            for (std::size_t d = 0; d < province.districts.size(); ++d) {
                if (province.districts[d].code != 0) districts[province.districts[d].code] = {p, d, SIZE_MAX};
                for (std::size_t c = 0; c < province.districts[d].communes.size(); ++c)
                    communes[province.districts[d].communes[c].code] = {p, d, c};
            }
        }
        // Communes first: a district with some has no shape of its own.
        std::set<std::pair<std::size_t, std::size_t>> has_communes;
        std::vector<std::pair<Leaf, std::size_t>> found;
        for (const Level level : {Level::commune, Level::district}) {
            const auto& known = level == Level::commune ? communes : districts;
            for (std::size_t i = 0; i < shapes_.size(); ++i) {
                if (shapes_[i].level != level || shapes_[i].code == 0) continue;
                const auto leaf = known.find(shapes_[i].code);
                if (leaf == known.end()) continue;
                const std::pair place{leaf->second.province, leaf->second.district};
                if (level == Level::commune)
                    has_communes.insert(place);
                else if (has_communes.contains(place))
                    continue;
                found.emplace_back(leaf->second, i);
            }
        }
        std::sort(found.begin(), found.end());
        owner_of_shape_.assign(shapes_.size(), kNone);
        for (const auto& [leaf, shape] : found) {
            if (leaves_.empty() || leaves_.back() < leaf) {
                leaves_.push_back(leaf);
                leaf_shapes_.push_back(0);
            }
            ++leaf_shapes_.back();
            owner_of_shape_[shape] = static_cast<std::uint32_t>(leaves_.size() - 1);
        }
        uncoded_begin_ = static_cast<std::uint32_t>(leaves_.size());
        for (std::size_t i = 0; i < shapes_.size(); ++i) {
            if (owner_of_shape_[i] != kNone) {
                ++report_.taken;
                continue;
            }
            owner_of_shape_[i] = uncoded_begin_ + static_cast<std::uint32_t>(uncoded_.size());
            uncoded_.push_back(i);
            report_.shapes_without_code.push_back(shapes_[i].name);
        }
    }

    Result<void> choose_grid() {
        Grid& grid = country_.head.grid;
        grid = {options_.bits, 0, 0, 0, 0};
        Box box;
        for (const Shape& shape : shapes_) {
            for (const auto& polygon : shape.feature->polygons) {
                for (const auto& ring : polygon) {
                    for (const LonLat place : ring) box.put(grid.point(place));
                }
            }
        }
        if (box.is_empty()) return Error{Errc::rejected, "geo.shapes", "no shape has a polygon"};
        if (std::int64_t{box.right} - box.left > kMostExtent || std::int64_t{box.bottom} - box.top > kMostExtent ||
            box.left < 0 || box.top < 0)
            return Error{Errc::rejected, "geo.shapes",
                         "the shapes are too far apart for a grid of " + std::to_string(options_.bits) + " bits"};
        grid.left = box.left;
        grid.top = box.top;
        grid.width = box.right - box.left;
        grid.height = box.bottom - box.top;
        return {};
    }

    void add(Lines& lines, std::size_t shape) {
        const Feature& feature = *shapes_[shape].feature;
        report_.open_rings += feature.open_rings;
        for (const auto& polygon : feature.polygons) {
            bool is_outer = true;
            for (const auto& ring : polygon) {
                Path path;
                for (const LonLat place : ring) {
                    const Point p = country_.head.grid.point(place);
                    if (path.empty() || !(path.back() == p)) path.push_back(p);
                }
                while (path.size() > 1 && path.back() == path.front()) path.pop_back();
                const std::int64_t area = path.size() < 3 ? 0 : doubled_area(path);
                if (area == 0) {
                    ++report_.empty_rings;
                } else {
                    // y runs south here, so what runs clockwise on a map has an area above 0.
                    if (is_outer) ++(area > 0 ? report_.clockwise : report_.counter_clockwise);
                    if ((area > 0) != is_outer) std::reverse(path.begin(), path.end());
                    lines.add_ring(path, owner_of_shape_[shape]);
                }
                is_outer = false;
            }
        }
    }

    std::int64_t square_metres(const Arrangement& plane, std::uint32_t face, std::int64_t doubled) const {
        Grid grid = country_.head.grid;
        grid.top += plane.from(plane.half_edges[face][0]).y;
        grid.height = 0;
        const double side = grid.metres_per_cell();
        return std::llround(0.5 * static_cast<double>(doubled) * side * side);
    }
    std::string name_of(std::uint32_t label) const {
        if (label >= uncoded_begin_) return shapes_[uncoded_[label - uncoded_begin_]].name;
        const Leaf& leaf = leaves_[label];
        const auto& district = list_.provinces[leaf.province].districts[leaf.district];
        if (leaf.commune == SIZE_MAX) return label_of(Level::district, district.code, district.name);
        return label_of(Level::commune, district.communes[leaf.commune].code, district.communes[leaf.commune].name);
    }
    bool is_unit(std::uint32_t label) const { return label < uncoded_begin_; }

    /// Says whose each face is.
    void settle(const Arrangement& plane) {
        const auto faces = static_cast<std::uint32_t>(plane.area.size());
        owner_.assign(faces, kNone);
        std::vector<std::uint32_t> shared, empty;
        std::set<std::uint32_t> crossing;
        std::vector<std::vector<std::uint32_t>> claims(faces);
        for (std::uint32_t face = 1; face < faces; ++face) {
            for (const auto& [label, times] : plane.cover[face]) {
                if (times > 0) claims[face].push_back(label);
                // Two shapes of one unit may lie on each other; one alone may not.
                if (times < 0 || (times > 1 && (!is_unit(label) || leaf_shapes_[label] == 1))) crossing.insert(label);
            }
            if (claims[face].size() == 1)
                owner_[face] = claims[face][0];
            else
                (claims[face].empty() ? empty : shared).push_back(face);
        }
        for (const std::uint32_t label : crossing) report_.crossing.push_back(name_of(label));
        for (const std::uint32_t face : shared) settle_overlap(plane, face, claims[face]);
        close_gaps(plane, empty);
        join_scraps(plane);
        settle_uncoded(plane);
    }

    /// A place that several claim goes to the one whose own ground borders it longest; a unit before a shape without a
    /// code.
    void settle_overlap(const Arrangement& plane, std::uint32_t face, const std::vector<std::uint32_t>& claims) {
        const bool any_unit =
            std::any_of(claims.begin(), claims.end(), [this](std::uint32_t label) { return is_unit(label); });
        const auto may = [&](std::uint32_t label, std::uint32_t) {
            return std::find(claims.begin(), claims.end(), label) != claims.end() && (is_unit(label) || !any_unit);
        };
        std::uint32_t heir = longest_neighbour(plane, owner_, {face}, may);
        for (const std::uint32_t label : claims) {
            if (heir == kNone && may(label, 0)) heir = label;
        }
        owner_[face] = heir;
        report_.overlaps.push_back(
            {name_of(claims[0]), name_of(claims[1]), name_of(heir), square_metres(plane, face, net_area(plane, face))});
    }

    void close_gaps(const Arrangement& plane, const std::vector<std::uint32_t>& empty) {
        std::vector<std::uint32_t> left = empty;
        // A gap beside another gap waits until that is closed.
        for (bool is_changed = true; is_changed;) {
            is_changed = false;
            std::vector<std::uint32_t> next;
            for (const std::uint32_t face : left) {
                const std::int64_t area = square_metres(plane, face, net_area(plane, face));
                if (static_cast<double>(area) > options_.gap_km2 * 1e6) continue;
                const std::uint32_t heir = longest_neighbour(
                    plane, owner_, {face}, [](std::uint32_t label, std::uint32_t) { return label != kNone; });
                if (heir == kNone) {
                    next.push_back(face);
                    continue;
                }
                owner_[face] = heir;
                report_.gaps.push_back({name_of(heir), area});
                is_changed = true;
            }
            left = std::move(next);
        }
    }

    void join_scraps(const Arrangement& plane) {
        const Pieces pieces = find_pieces(plane, owner_);
        std::map<std::uint32_t, std::uint32_t> most;
        for (std::uint32_t i = 0; i < pieces.count(); ++i) {
            if (pieces.owner[i] == kNone) continue;
            const auto [largest, is_new] = most.try_emplace(pieces.owner[i], i);
            if (!is_new && pieces.area[i] > pieces.area[largest->second]) largest->second = i;
        }
        for (std::uint32_t i = 0; i < pieces.count(); ++i) {
            const std::uint32_t owner = pieces.owner[i];
            if (owner == kNone || most[owner] == i) continue;
            const std::int64_t area = square_metres(plane, pieces.faces[i][0], pieces.area[i]);
            if (static_cast<double>(area) > options_.scrap_km2 * 1e6) continue;
            bool is_at_sea = false;
            for (const std::uint32_t face : pieces.faces[i]) {
                for (const std::uint32_t half : plane.half_edges[face])
                    is_at_sea = is_at_sea || owner_[plane.face_of[half ^ 1U]] == kNone;
            }
            if (is_at_sea) continue;
            const std::uint32_t heir = longest_neighbour(
                plane, owner_, pieces.faces[i],
                [owner](std::uint32_t label, std::uint32_t) { return label != kNone && label != owner; });
            if (heir == kNone) continue;
            for (const std::uint32_t face : pieces.faces[i]) owner_[face] = heir;
            report_.scraps.push_back({name_of(heir), area});
        }
    }

    void settle_uncoded(const Arrangement& plane) {
        for (bool is_changed = options_.joins_uncoded; is_changed;) {
            is_changed = false;
            const Pieces pieces = find_pieces(plane, owner_);
            std::vector<std::pair<std::uint32_t, std::uint32_t>> joins;
            for (std::uint32_t i = 0; i < pieces.count(); ++i) {
                if (pieces.owner[i] == kNone || is_unit(pieces.owner[i])) continue;
                const std::uint32_t heir = longest_neighbour(
                    plane, owner_, pieces.faces[i],
                    [this](std::uint32_t label, std::uint32_t) { return label != kNone && is_unit(label); });
                if (heir != kNone) joins.emplace_back(i, heir);
            }
            for (const auto& [piece, heir] : joins) {
                for (const std::uint32_t face : pieces.faces[piece]) owner_[face] = heir;
                is_changed = true;
            }
        }
        for (std::uint32_t& owner : owner_) {
            if (owner != kNone && !is_unit(owner)) owner = kNone;
        }
    }

    /// Leaves that own something become the units of the country.
    void number_units() {
        std::vector<bool> owns(leaves_.size());
        for (const std::uint32_t owner : owner_) {
            if (owner != kNone) owns[owner] = true;
        }
        std::vector<std::uint32_t> number(leaves_.size(), kNone);
        const Leaf* before = nullptr;
        auto& [provinces, districts, communes] = country_.units;
        std::set<std::pair<std::size_t, std::size_t>> whole_districts;
        std::set<Leaf> present;
        for (std::size_t i = 0; i < leaves_.size(); ++i) {
            const Leaf& leaf = leaves_[i];
            if (!owns[i]) {
                report_.lost.push_back(name_of(static_cast<std::uint32_t>(i)));
                continue;
            }
            const auto& province = list_.provinces[leaf.province];
            const auto& district = province.districts[leaf.district];
            if (before == nullptr || before->province != leaf.province) provinces.push_back({province.code, kNone});
            if (before == nullptr || before->province != leaf.province || before->district != leaf.district)
                districts.push_back({district.code, static_cast<std::uint32_t>(provinces.size() - 1)});
            number[i] = static_cast<std::uint32_t>(communes.size());
            communes.push_back({leaf.commune == SIZE_MAX ? 0 : district.communes[leaf.commune].code,
                                static_cast<std::uint32_t>(districts.size() - 1)});
            present.insert(leaf);
            if (leaf.commune == SIZE_MAX) whole_districts.insert({leaf.province, leaf.district});
            before = &leaf;
        }
        for (std::uint32_t& owner : owner_) {
            if (owner != kNone) owner = number[owner];
        }
        report_missing(present, whole_districts);
    }
    void report_missing(const std::set<Leaf>& present,
                        const std::set<std::pair<std::size_t, std::size_t>>& whole_districts) {
        for (std::size_t p = 0; p < list_.provinces.size(); ++p) {
            for (std::size_t d = 0; d < list_.provinces[p].districts.size(); ++d) {
                const auto& district = list_.provinces[p].districts[d];
                const bool is_whole = whole_districts.contains({p, d});
                if (district.communes.empty() && !is_whole)
                    report_.codes_without_shape.push_back(label_of(Level::district, district.code, district.name));
                for (std::size_t c = 0; c < district.communes.size(); ++c) {
                    if (!present.contains({p, d, c}))
                        report_.codes_without_shape.push_back(
                            label_of(Level::commune, district.communes[c].code, district.communes[c].name));
                }
            }
        }
    }

    void find_touching() {
        for (std::uint32_t leaf = 0; leaf < country_.leaves(); ++leaf) {
            bool touches = false;
            for (std::uint32_t ring = country_.ring_begin[leaf]; ring < country_.ring_begin[leaf + 1]; ++ring) {
                Path path = country_.ring(ring, 0);
                std::sort(path.begin(), path.end());
                touches = touches || std::adjacent_find(path.begin(), path.end()) != path.end();
            }
            if (!touches) continue;
            const Unit& unit = country_.units[2][leaf];
            report_.touching.push_back(unit.code != 0
                                           ? code_text(Level::commune, unit.code)
                                           : code_text(Level::district, country_.units[1][unit.parent].code));
        }
    }

    const UnitList& list_;
    const std::vector<Shape>& shapes_;
    const ImportOptions& options_;
    Country country_;
    ImportReport report_;
    std::vector<Leaf> leaves_;
    std::vector<std::size_t> leaf_shapes_;       // of each leaf, how many shapes
    std::vector<std::uint32_t> owner_of_shape_;  // a leaf, or uncoded_begin_ + index into uncoded_
    std::vector<std::size_t> uncoded_;
    std::uint32_t uncoded_begin_ = 0;
    std::vector<std::uint32_t> owner_;  // of each face
};

}  // namespace

Result<Imported> import_shapes(const UnitList& list, const std::vector<Shape>& shapes, const ImportOptions& options) {
    return Importer(list, shapes, options).run();
}

}  // namespace lachan::geo
