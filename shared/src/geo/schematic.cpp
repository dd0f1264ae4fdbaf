#include "geo/schematic.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "geo/arrangement.h"
#include "geo/cells.h"
#include "geo/faces.h"
#include "geo/shapes.h"

namespace lachan::geo {
namespace {

constexpr int kBits = 22;  // 9.6 m at the equator: finer than any outline here
constexpr double kSamplesPerCommune = 48;
constexpr double kUrbanShare = 0.3;  // of the ground of a rural commune
constexpr std::array<std::uint8_t, 3> kZooms{6, 8, 24};
constexpr double kOvershoot = 1.5;  // cells by which a wall goes through an outline, so that it surely meets it

Error rejected(std::string detail) { return Error{Errc::rejected, "geo.outline", std::move(detail)}; }

Spot spot_of(Point p) { return {static_cast<double>(p.x), static_cast<double>(p.y)}; }
Point point_of(Spot s) {
    return {static_cast<std::int32_t>(std::floor(s.x + 0.5)), static_cast<std::int32_t>(std::floor(s.y + 0.5))};
}

bool holds(const std::vector<Path>& rings, Point p) {
    bool inside = false;
    for (const Path& ring : rings) inside ^= is_inside(ring, p);
    return inside;
}

/// One polygon of an outline, or an islet. Only districts of `only` (all when empty) lie on it.
struct Ground {
    std::size_t province = 0;
    std::vector<Path> rings;  ///< as outer rings and holes run
    Box box;
    std::size_t only = SIZE_MAX;  ///< the one district of the province that lies on it
};

/// A district as it is divided: sites of its communes.
struct DistrictCells {
    std::vector<Site> communes;
    std::uint32_t first_leaf = 0;
};

struct Sample {
    Spot spot;
    std::size_t ground = 0;
    std::int32_t column = 0, row = 0;
    std::size_t district = SIZE_MAX;
};

class Maker {
public:
    Maker(const UnitList& list, std::uint64_t seed) : list_(list), dice_(seed) {}

    Result<void> lay_grounds(const std::vector<Outline>& outlines, const std::vector<Mark>& marks) {
        TRY(choose_grid(outlines, marks));
        for (std::size_t province = 0; province < list_.provinces.size(); ++province) {
            const auto outline = std::find_if(outlines.begin(), outlines.end(), [&](const Outline& each) {
                return each.province == list_.provinces[province].code;
            });
            if (outline == outlines.end())
                return rejected("province " + code_text(Level::province, list_.provinces[province].code) +
                                " has no outline");
            for (const auto& polygon : outline->polygons) lay(province, polygon);
        }
        for (const Mark& mark : marks) TRY(place(mark));
        return {};
    }

    Result<Country> make(std::string source, std::uint64_t seed) {
        number_units();
        districts_.resize(country_.units[1].size());
        std::uint32_t leaf = 0;
        for (std::size_t i = 0; i < districts_.size(); ++i) {
            districts_[i].first_leaf = leaf;
            while (leaf < country_.leaves() && country_.units[2][leaf].parent == i) ++leaf;
        }
        std::uint32_t first = 0;
        for (std::size_t province = 0; province < list_.provinces.size(); ++province) {
            TRY(divide_province(province, first));
            first += static_cast<std::uint32_t>(list_.provinces[province].districts.size());
        }
        for (std::uint32_t i = 0; i < grounds_.size(); ++i) {
            for (const Path& ring : grounds_[i].rings) lines_.add_ring(ring, i);
        }
        const Arrangement plane = TRY(arrange(std::move(lines_), 0));
        std::vector<std::uint32_t> owner = name_faces(plane);
        join_scraps(plane, owner);
        TRY(check_all_there(owner));
        country_.head.schematic = true;
        country_.head.unit_set = list_.name;
        country_.head.source = std::move(source);
        country_.head.seed = seed;
        take_shapes(country_, plane, owner);
        choose_details(country_, kZooms);
        place_labels(country_);
        return std::move(country_);
    }

private:
    Result<void> choose_grid(const std::vector<Outline>& outlines, const std::vector<Mark>& marks) {
        Grid& grid = country_.head.grid;
        grid = {kBits, 0, 0, 0, 0};
        Box box;
        for (const Outline& outline : outlines) {
            for (const auto& polygon : outline.polygons) {
                for (const auto& ring : polygon) {
                    for (const LonLat place : ring) box.put(grid.point(place));
                }
            }
        }
        for (const Mark& mark : marks) {
            const Point p = grid.point(mark.place);
            const std::int32_t reach = cells_of(mark) * 2 + 8;
            box.put(Box{p.x - reach, p.y - reach, p.x + reach, p.y + reach});
        }
        if (box.is_empty() || box.left < 0 || box.top < 0 || box.right > 1 << kBits || box.bottom > 1 << kBits)
            return rejected("the outlines are empty or leave the world");
        grid.left = box.left;
        grid.top = box.top;
        grid.width = box.right - box.left;
        grid.height = box.bottom - box.top;
        return {};
    }

    std::int32_t cells_of(const Mark& mark) const {
        Grid grid = country_.head.grid;
        grid.left = grid.top = 0;
        const Point p = grid.point(mark.place);
        grid.top = p.y;
        return static_cast<std::int32_t>(mark.radius_km * 1000 / grid.metres_per_cell());
    }

    void lay(std::size_t province, const std::vector<std::vector<LonLat>>& polygon) {
        Ground ground;
        ground.province = province;
        for (const auto& ring : polygon) {
            Path path;
            for (const LonLat place : ring) {
                const Point p = country_.head.grid.point(place);
                if (path.empty() || !(path.back() == p)) path.push_back(p);
            }
            while (path.size() > 1 && path.back() == path.front()) path.pop_back();
            const std::int64_t area = path.size() < 3 ? 0 : doubled_area(path);
            if (area == 0) continue;
            if ((area < 0) == ground.rings.empty()) std::reverse(path.begin(), path.end());
            ground.rings.push_back(std::move(path));
        }
        add(std::move(ground));
    }
    void add(Ground ground) {
        if (ground.rings.empty()) return;
        for (const Point p : ground.rings[0]) ground.box.put(p);
        grounds_.push_back(std::move(ground));
    }

    /// A mark on a polygon that holds nothing else makes that its district's; one in the sea gets islets.
    Result<void> place(const Mark& mark) {
        std::size_t province = SIZE_MAX, district = SIZE_MAX;
        for (std::size_t i = 0; i < list_.provinces.size(); ++i) {
            for (std::size_t j = 0; j < list_.provinces[i].districts.size(); ++j) {
                if (list_.provinces[i].districts[j].code != mark.district) continue;
                province = i;
                district = j;
            }
        }
        if (province == SIZE_MAX)
            return rejected("no district " + code_text(Level::district, mark.district) + " in the list");
        const Point at_mark = country_.head.grid.point(mark.place);
        for (Ground& ground : grounds_) {
            if (!ground.box.contains(at_mark) || !holds(ground.rings, at_mark)) continue;
            if (ground.province != province)
                return rejected("district " + code_text(Level::district, mark.district) +
                                " is marked in another province");
            ground.only = district;
            return {};
        }
        const double reach = std::max(6, cells_of(mark));
        const double size = mark.islets == 1 ? reach : reach / std::sqrt(4.0 * mark.islets);
        std::vector<Spot> centres;
        for (int tries = 0; static_cast<int>(centres.size()) < mark.islets && tries < 10000; ++tries) {
            Spot centre = spot_of(at_mark);
            if (mark.islets > 1) {
                const double x = 2 * dice_.part() - 1, y = 2 * dice_.part() - 1;
                if (x * x + y * y > 1) continue;
                centre.x += x * reach;
                centre.y += y * reach;
            }
            const bool is_free = std::all_of(centres.begin(), centres.end(), [&](Spot other) {
                return std::hypot(other.x - centre.x, other.y - centre.y) > 2.4 * size;
            });
            if (is_free) centres.push_back(centre);
        }
        for (const Spot centre : centres) add(islet(province, district, centre, size));
        return {};
    }

    /// A round shape of uneven coast.
    Ground islet(std::size_t province, std::size_t district, Spot centre, double size) {
        // Points of the unit circle, a sixteenth apart.
        constexpr double kCosine[16] = {1,  0.92388,  0.70711,  0.38268,  0, -0.38268, -0.70711, -0.92388,
                                        -1, -0.92388, -0.70711, -0.38268, 0, 0.38268,  0.70711,  0.92388};
        Ground ground;
        ground.province = province;
        ground.only = district;
        Path path;
        for (std::size_t i = 0; i < 16; ++i) {
            const double far = size * (0.75 + 0.25 * dice_.part());
            path.push_back(point_of({centre.x + far * kCosine[i], centre.y + far * kCosine[(i + 12) % 16]}));
        }
        ground.rings.push_back(std::move(path));
        return ground;
    }

    void number_units() {
        for (const auto& province : list_.provinces) {
            const auto province_index = static_cast<std::uint32_t>(country_.units[0].size());
            country_.units[0].push_back({province.code, kNone});
            for (const auto& district : province.districts) {
                const auto district_index = static_cast<std::uint32_t>(country_.units[1].size());
                country_.units[1].push_back({district.code, province_index});
                for (const auto& commune : district.communes)
                    country_.units[2].push_back({commune.code, district_index});
                if (district.communes.empty()) country_.units[2].push_back({0, district_index});
            }
        }
    }

    static double share(const UnitList::District& district) {
        double sum = 0;
        for (const auto& commune : district.communes) sum += commune.is_urban ? kUrbanShare : 1;
        return std::max(sum, 1.0);
    }

    /// Spots all over the grounds of a province, `pitch` apart and a little off.
    std::vector<Sample> strew(std::size_t province, double pitch) {
        std::vector<Sample> samples;
        for (std::size_t i = 0; i < grounds_.size(); ++i) {
            const Ground& ground = grounds_[i];
            if (ground.province != province) continue;
            const auto columns = static_cast<std::int32_t>((ground.box.right - ground.box.left) / pitch) + 1;
            const auto rows = static_cast<std::int32_t>((ground.box.bottom - ground.box.top) / pitch) + 1;
            for (std::int32_t row = 0; row < rows; ++row) {
                for (std::int32_t column = 0; column < columns; ++column) {
                    const Spot spot{ground.box.left + (column + 0.2 + 0.6 * dice_.part()) * pitch,
                                    ground.box.top + (row + 0.2 + 0.6 * dice_.part()) * pitch};
                    if (holds(ground.rings, point_of(spot))) samples.push_back({spot, i, column, row, ground.only});
                }
            }
        }
        return samples;
    }

    Result<void> divide_province(std::size_t index, std::uint32_t first_district) {
        const auto& province = list_.provinces[index];
        double area = 0;
        for (const Ground& ground : grounds_) {
            if (ground.province != index || ground.only != SIZE_MAX) continue;
            for (const Path& ring : ground.rings) area += 0.5 * static_cast<double>(doubled_area(ring));
        }
        std::vector<std::size_t> free;  // districts that lie where they find room
        std::vector<double> shares;
        double all = 0;
        for (std::size_t i = 0; i < province.districts.size(); ++i) {
            const bool is_marked = std::any_of(grounds_.begin(), grounds_.end(),
                                               [&](const Ground& g) { return g.province == index && g.only == i; });
            if (is_marked) continue;
            free.push_back(i);
            shares.push_back(share(province.districts[i]));
            all += shares.back();
        }
        if (free.empty() || area <= 0)
            return rejected("province " + code_text(Level::province, province.code) + " has no room for its districts");
        const double pitch = std::sqrt(area / (kSamplesPerCommune * all));
        std::vector<Sample> samples = strew(index, pitch);
        std::vector<Spot> spots;
        Box box;
        for (const Sample& sample : samples) {
            if (sample.district == SIZE_MAX) spots.push_back(sample.spot);
            box.put(point_of(sample.spot));
        }
        if (spots.size() < free.size())
            return rejected("province " + code_text(Level::province, province.code) + ": its outline is too small");
        const std::vector<Site> sites = divide(spots, pitch * pitch, shares, dice_);
        for (Sample& sample : samples) {
            if (sample.district == SIZE_MAX) sample.district = free[nearest(sites, sample.spot)];
        }
        leave_out_scattered(samples);

        free_sites_.push_back(sites);
        free_districts_.push_back(free);
        const double margin = 64 * pitch;
        const std::vector<Spot> frame{{box.left - margin, box.top - margin},
                                      {box.right + margin, box.top - margin},
                                      {box.right + margin, box.bottom + margin},
                                      {box.left - margin, box.bottom + margin}};
        std::vector<std::vector<Spot>> outlines(province.districts.size(), frame);
        for (std::size_t i = 0; i < sites.size(); ++i) {
            std::vector<Wall> walls;
            outlines[free[i]] = cell_of(sites, i, frame, walls);
            for (const Wall& wall : walls) build(wall, index, SIZE_MAX);
        }
        for (std::size_t i = 0; i < province.districts.size(); ++i) {
            TRY(divide_district(index, i, first_district + static_cast<std::uint32_t>(i), samples, pitch * pitch,
                                outlines[i]));
        }
        return {};
    }

    Result<void> divide_district(std::size_t province, std::size_t district, std::uint32_t number,
                                 const std::vector<Sample>& samples, double ground, const std::vector<Spot>& outline) {
        const auto& communes = list_.provinces[province].districts[district].communes;
        std::vector<double> shares;
        for (const auto& commune : communes) shares.push_back(commune.is_urban ? kUrbanShare : 1);
        if (shares.empty()) shares.push_back(1);
        std::vector<Spot> spots;
        for (const Sample& sample : samples) {
            if (sample.district == district) spots.push_back(sample.spot);
        }
        const bool is_marked = std::any_of(grounds_.begin(), grounds_.end(), [&](const Ground& g) {
            return g.province == province && g.only == district;
        });
        if (is_marked) spots = strew_marked(province, district, shares.size(), ground);
        if (spots.size() < shares.size())
            return rejected("district " +
                            code_text(Level::district, list_.provinces[province].districts[district].code) +
                            " found no room for its communes");
        DistrictCells& cells = districts_[number];
        cells.communes = divide(spots, ground, shares, dice_);
        std::vector<Wall> walls;
        for (std::size_t i = 0; i < cells.communes.size(); ++i) cell_of(cells.communes, i, outline, walls);
        for (const Wall& wall : walls) build(wall, province, is_marked ? district : SIZE_MAX);
        return {};
    }
    std::vector<Spot> strew_marked(std::size_t province, std::size_t district, std::size_t count, double& ground) {
        double area = 0;
        for (const Ground& each : grounds_) {
            if (each.province == province && each.only == district)
                area += 0.5 * static_cast<double>(doubled_area(each.rings[0]));
        }
        const double pitch = std::sqrt(area / (kSamplesPerCommune * static_cast<double>(count)));
        ground = pitch * pitch;
        std::vector<Spot> spots;
        for (const Sample& sample : strew(province, pitch)) {
            if (sample.district == district) spots.push_back(sample.spot);
        }
        return spots;
    }

    /// Samples that do not hang together with the most of their district on the same ground count for none: no commune
    /// is put there, and join_scraps gives such places to a neighbour.
    void leave_out_scattered(std::vector<Sample>& samples) const {
        std::map<std::array<std::int64_t, 3>, std::size_t> at_place;
        for (std::size_t i = 0; i < samples.size(); ++i)
            at_place[{static_cast<std::int64_t>(samples[i].ground), samples[i].column, samples[i].row}] = i;
        const auto neighbours = [&](std::size_t i) {
            std::vector<std::size_t> found;
            for (const auto& [dx, dy] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
                const auto other = at_place.find(
                    {static_cast<std::int64_t>(samples[i].ground), samples[i].column + dx, samples[i].row + dy});
                if (other != at_place.end()) found.push_back(other->second);
            }
            return found;
        };
        std::vector<std::size_t> piece(samples.size(), SIZE_MAX);
        std::vector<std::vector<std::size_t>> pieces;
        for (std::size_t start = 0; start < samples.size(); ++start) {
            if (piece[start] != SIZE_MAX) continue;
            std::vector<std::size_t> members{start};
            piece[start] = pieces.size();
            for (std::size_t i = 0; i < members.size(); ++i) {
                for (const std::size_t other : neighbours(members[i])) {
                    if (piece[other] != SIZE_MAX || samples[other].district != samples[start].district) continue;
                    piece[other] = pieces.size();
                    members.push_back(other);
                }
            }
            pieces.push_back(std::move(members));
        }
        std::map<std::pair<std::size_t, std::size_t>, std::size_t> most;  // of ground and district, the largest piece
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const Sample& sample = samples[pieces[i][0]];
            const auto [largest, is_new] = most.try_emplace({sample.ground, sample.district}, i);
            if (!is_new && pieces[i].size() > pieces[largest->second].size()) largest->second = i;
        }
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const Sample& sample = samples[pieces[i][0]];
            if (most.at({sample.ground, sample.district}) == i) continue;
            for (const std::size_t member : pieces[i]) samples[member].district = SIZE_MAX;
        }
    }

    /// A wall stands on the grounds of its province only, or of one district there.
    void build(const Wall& wall, std::size_t province, std::size_t only) {
        for (const Ground& ground : grounds_) {
            if (ground.province != province || ground.only != only) continue;
            std::vector<double> crossings{0, 1};
            const double dx = wall.b.x - wall.a.x, dy = wall.b.y - wall.a.y, length = std::sqrt(dx * dx + dy * dy);
            if (length == 0) continue;
            for (const Path& ring : ground.rings) {
                for (std::size_t i = 0; i < ring.size(); ++i) {
                    const Spot a = spot_of(ring[i]), b = spot_of(ring[(i + 1) % ring.size()]);
                    const double ex = b.x - a.x, ey = b.y - a.y, cross = dx * ey - dy * ex;
                    if (cross == 0) continue;
                    const double on_wall = ((a.x - wall.a.x) * ey - (a.y - wall.a.y) * ex) / cross;
                    const double on_side = ((a.x - wall.a.x) * dy - (a.y - wall.a.y) * dx) / cross;
                    if (on_wall > 0 && on_wall < 1 && on_side >= 0 && on_side <= 1) crossings.push_back(on_wall);
                }
            }
            std::sort(crossings.begin(), crossings.end());
            const auto spot = [&](double part) { return Spot{wall.a.x + part * dx, wall.a.y + part * dy}; };
            for (std::size_t i = 1; i < crossings.size(); ++i) {
                const double from = crossings[i - 1], to = crossings[i];
                if (!holds(ground.rings, point_of(spot(0.5 * (from + to))))) continue;
                const double more = kOvershoot / length;
                lines_.add(point_of(spot(i > 1 ? from - more : from)),
                           point_of(spot(i + 1 < crossings.size() ? to + more : to)), kCut);
            }
        }
    }

    std::vector<std::uint32_t> name_faces(const Arrangement& plane) const {
        std::vector<std::uint32_t> first_district(list_.provinces.size() + 1);
        for (std::size_t i = 0; i < list_.provinces.size(); ++i)
            first_district[i + 1] = first_district[i] + static_cast<std::uint32_t>(list_.provinces[i].districts.size());
        std::vector<std::uint32_t> owner(plane.area.size(), kNone);
        for (std::size_t face = 1; face < owner.size(); ++face) {
            if (plane.cover[face].empty()) continue;
            const Ground& ground = grounds_[plane.cover[face][0].first];
            const Spot inside = spot_inside(plane, face);
            const std::size_t district =
                ground.only != SIZE_MAX
                    ? ground.only
                    : free_districts_[ground.province][nearest(free_sites_[ground.province], inside)];
            const DistrictCells& cells = districts_[first_district[ground.province] + district];
            owner[face] = cells.first_leaf + static_cast<std::uint32_t>(nearest(cells.communes, inside));
        }
        return owner;
    }

    /// A scrap that a coast cut off from its commune goes to the neighbour in the same province with the longest
    /// border.
    void join_scraps(const Arrangement& plane, std::vector<std::uint32_t>& owner) const {
        const auto ground_at = [&](std::size_t face) {
            return plane.cover[face].empty() ? kNone : plane.cover[face][0].first;
        };
        for (int round = 0; round < 8; ++round) {
            const Pieces pieces = find_pieces(plane, owner);
            std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>
                most;  // of leaf and ground, the largest piece
            for (std::uint32_t i = 0; i < pieces.count(); ++i) {
                if (pieces.owner[i] == kNone) continue;
                const auto [largest, is_new] = most.try_emplace({pieces.owner[i], ground_at(pieces.faces[i][0])}, i);
                if (!is_new && pieces.area[i] > pieces.area[largest->second]) largest->second = i;
            }
            bool is_changed = false;
            for (std::uint32_t i = 0; i < pieces.count(); ++i) {
                if (pieces.owner[i] == kNone) continue;
                const std::uint32_t ground = ground_at(pieces.faces[i][0]);
                if (most.at({pieces.owner[i], ground}) == i) continue;
                const std::uint32_t heir =
                    longest_neighbour(plane, owner, pieces.faces[i], [&](std::uint32_t leaf, std::uint32_t face) {
                        return leaf != kNone && leaf != pieces.owner[i] && ground_at(face) == ground;
                    });
                if (heir == kNone) continue;
                for (const std::uint32_t face : pieces.faces[i]) owner[face] = heir;
                is_changed = true;
            }
            if (!is_changed) return;
        }
    }

    Result<void> check_all_there(const std::vector<std::uint32_t>& owner) const {
        std::vector<bool> is_there(country_.leaves());
        for (const std::uint32_t leaf : owner) {
            if (leaf != kNone) is_there[leaf] = true;
        }
        for (std::size_t leaf = 0; leaf < is_there.size(); ++leaf) {
            if (!is_there[leaf])
                return rejected("commune " + code_text(Level::commune, country_.units[2][leaf].code) +
                                " found no room");
        }
        return {};
    }

    const UnitList& list_;
    Dice dice_;
    Country country_;
    std::vector<Ground> grounds_;
    std::vector<DistrictCells> districts_;
    std::vector<std::vector<Site>> free_sites_;             // by province
    std::vector<std::vector<std::size_t>> free_districts_;  // by province, of each site
    Lines lines_;
};

}  // namespace

Result<Country> make_schematic(const UnitList& list, const std::vector<Outline>& outlines,
                               const std::vector<Mark>& marks, std::uint64_t seed, std::string source) {
    Maker maker(list, seed);
    TRY(maker.lay_grounds(outlines, marks));
    return maker.make(std::move(source), seed);
}

}  // namespace lachan::geo
