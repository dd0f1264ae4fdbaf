#include <algorithm>

#include "geo/country_form.h"
#include "geo/octets.h"
#include "kernel/text.h"

namespace lachan::geo {
namespace {

Error malformed(std::string detail) { return Error{Errc::malformed, "geo.form", std::move(detail)}; }

bool is_line(const std::string& text) {
    return is_utf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

Result<Head> read_head(Octets& in) {
    Head head;
    const auto magic = in.take(kMagic.size());
    if (!std::equal(magic.begin(), magic.end(), kMagic.begin(), kMagic.end()))
        return malformed("not a file of boundaries");
    const std::uint8_t version = in.byte();
    if (version != kFormVersion) return Error{Errc::malformed, "geo.version", "version " + std::to_string(version)};
    const std::uint8_t flags = in.byte();
    if (flags > kSchematicFlag) return malformed("head: unknown flags");
    head.schematic = flags == kSchematicFlag;
    head.unit_set = in.text(kMostUnitSetBytes);
    head.source = in.text(kMostSourceBytes);
    head.seed = in.varint(INT64_MAX);
    head.grid.bits = in.byte();
    head.grid.left = static_cast<std::int64_t>(in.varint(UINT64_C(1) << kMostBits));
    head.grid.top = static_cast<std::int64_t>(in.varint(UINT64_C(1) << kMostBits));
    head.grid.width = static_cast<std::int32_t>(in.varint(kMostExtent));
    head.grid.height = static_cast<std::int32_t>(in.varint(kMostExtent));
    const auto zooms = in.blob(kMostDetails);
    head.zooms.assign(zooms.begin(), zooms.end());
    if (!in.ok()) return malformed("head: cut off or out of range");
    if (!is_line(head.unit_set) || !is_line(head.source)) return malformed("head: a text is no line of text");
    const Grid& grid = head.grid;
    if (grid.bits < kLeastBits || grid.bits > kMostBits || grid.left + grid.width > std::int64_t{1} << grid.bits ||
        grid.top + grid.height > std::int64_t{1} << grid.bits)
        return malformed("head: the grid leaves the world");
    if (head.zooms.empty() || head.zooms.back() != kLastZoom) return malformed("head: no full detail");
    for (std::size_t i = 1; i < head.zooms.size(); ++i) {
        if (head.zooms[i - 1] >= head.zooms[i]) return malformed("head: details out of order");
    }
    return head;
}

/// Codes of one level, each at most once.
class Codes {
public:
    explicit Codes(Level level) : most_(kMostCode[at(level)]), seen_(kMostCode[at(level)] + 1) {}

    /// The next code, 0 for a stand-in; false when there is none such.
    bool read(Octets& in, std::uint32_t& code) {
        const std::uint64_t value = in.varint(2 * static_cast<std::uint64_t>(most_) + 2);
        code = 0;
        if (!in.ok()) return false;
        if (value == 0) return true;
        const auto step = static_cast<std::int64_t>((value - 1) >> 1) ^ -static_cast<std::int64_t>((value - 1) & 1);
        before_ += step;
        if (before_ < 1 || before_ > most_ || seen_[static_cast<std::size_t>(before_)]) return false;
        seen_[static_cast<std::size_t>(before_)] = true;
        code = static_cast<std::uint32_t>(before_);
        return true;
    }

private:
    std::int64_t most_;
    std::int64_t before_ = 0;
    std::vector<bool> seen_;
};

[[gnu::noinline]] bool read_units(Octets in, std::array<std::vector<Unit>, 3>& units) {
    std::array<Codes, 3> codes{Codes(Level::province), Codes(Level::district), Codes(Level::commune)};
    auto& [provinces, districts, communes] = units;
    const std::uint32_t most = 1U << 20;
    const std::uint32_t province_count = in.count(most);
    for (std::uint32_t province = 0; province < province_count; ++province) {
        Unit unit;
        if (!codes[0].read(in, unit.code) || unit.code == 0) return false;
        provinces.push_back(unit);
        const std::uint32_t district_count = in.count(most);
        if (district_count == 0) return false;
        for (std::uint32_t i = 0; i < district_count; ++i) {
            Unit district{0, province};
            // A unit stands for itself only where it has nothing below.
            if (!codes[1].read(in, district.code) || (district.code == 0 && district_count > 1)) return false;
            const auto parent = static_cast<std::uint32_t>(districts.size());
            districts.push_back(district);
            const std::uint32_t commune_count = in.count(most);
            if (commune_count == 0) return false;
            for (std::uint32_t j = 0; j < commune_count; ++j) {
                Unit commune{0, parent};
                if (!codes[2].read(in, commune.code) || (commune.code == 0 && commune_count > 1)) return false;
                communes.push_back(commune);
            }
        }
    }
    return in.is_spent() && !communes.empty();
}

[[gnu::noinline]] bool read_labels(Octets in, std::array<std::vector<Unit>, 3>& units) {
    for (auto& level : units) {
        for (Unit& unit : level) {
            unit.label_x = in.byte();
            unit.label_y = in.byte();
        }
    }
    return in.is_spent();
}

/// Reads the rings of all leaves, and each arc where a ring first runs along it.
class Geometry {
public:
    Geometry(Country& country, const std::array<Octets, Blocks::kCount>& blocks)
        : country_(country),
          rings_(blocks[Blocks::rings]),
          refs_(blocks[Blocks::refs]),
          lengths_(blocks[Blocks::lengths]),
          details_(blocks[Blocks::details]),
          xs_(blocks[Blocks::xs]),
          ys_(blocks[Blocks::ys]) {}

    /// What is wrong, or nullptr.
    const char* read() {
        if (!make_room()) return "lengths: more points than the file holds";
        country_.arc_begin.push_back(0);
        country_.ref_begin.push_back(0);
        country_.ring_begin.push_back(0);
        for (std::uint32_t leaf = 0; leaf < country_.leaves(); ++leaf) {
            const std::size_t count = rings_.count(UINT32_MAX);
            if (count == 0 || count > rings_.left()) return "rings: a unit without a shape, or with too many";
            for (std::size_t i = 0; i < count; ++i) {
                if (const char* wrong = read_ring(leaf)) return wrong;
                const auto area = static_cast<std::int64_t>(ring_area_);
                if (area == 0 || (i == 0 && area < 0)) return "rings: a ring without area, or a hole in nothing";
            }
            country_.ring_begin.push_back(static_cast<std::uint32_t>(country_.ref_begin.size() - 1));
        }
        const bool is_all = rings_.is_spent() && refs_.is_spent() && lengths_.is_spent() && details_.is_spent() &&
                            xs_.is_spent() && ys_.is_spent() && left_over_bits() == 0;
        return is_all ? nullptr : "something follows the last ring";
    }

private:
    static std::size_t arc_of(std::int32_t ref) { return static_cast<std::size_t>(ref < 0 ? ~ref : ref); }
    Point first_of(std::int32_t ref) const {
        const std::size_t arc = arc_of(ref);
        return country_.points[ref < 0 ? country_.arc_begin[arc + 1] - 1 : country_.arc_begin[arc]];
    }
    Point last_of(std::int32_t ref) const { return first_of(~ref); }

    /// All points of all arcs are there from the beginning, for a file that says no more of them than it has bytes for.
    [[gnu::noinline]] bool make_room() {
        Octets lengths = lengths_;
        std::size_t arcs = 0, inner = 0;
        for (; lengths.left() > 0; ++arcs) {
            inner += lengths.count(UINT32_MAX);
            if (inner > xs_.left()) return false;
        }
        country_.points.resize(inner + 2 * arcs);
        country_.details.resize(inner + 2 * arcs);
        country_.refs.reserve(refs_.left());
        country_.sides.reserve(arcs);
        country_.arc_begin.reserve(arcs + 1);
        areas_.reserve(arcs);
        return true;
    }

    // These two are not put into what calls them: a browser compiles a function for speed while it is at work, and a small one is compiled
    // before the work is done.
    [[gnu::noinline]] const char* read_ring(std::uint32_t leaf) {
        const std::size_t count = rings_.count(UINT32_MAX);
        if (count == 0 || count > refs_.left()) return "rings: a ring without arcs, or with too many";
        const std::size_t begin = country_.refs.size();
        const std::size_t told = country_.arcs();
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t back = refs_.count(INT32_MAX);
            if (!refs_.ok()) return "refs: cut off";
            if (back == 0) {
                country_.refs.push_back(static_cast<std::int32_t>(country_.arcs()));
                country_.sides.push_back({leaf, kNone});
                continue;
            }
            if (back > country_.arcs()) return "refs: an arc before the first";
            const std::size_t arc = country_.arcs() - back;
            auto& [left, right] = country_.sides[arc];
            if (left == leaf || right != kNone) return "refs: an arc between more than two units";
            right = leaf;
            country_.refs.push_back(~static_cast<std::int32_t>(arc));
        }
        const auto is_known = [&](std::size_t i) { return country_.refs[begin + i] < 0; };
        Point end;
        ring_area_ = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::int32_t ref = country_.refs[begin + i];
            if (is_known(i)) {
                ring_area_ -= areas_[arc_of(ref)];
                if (i > 0 && first_of(ref) != end) return "rings: two arcs do not meet";
                end = last_of(ref);
                continue;
            }
            const Ends ends = ends_of_new(i, count, is_known(count - 1), i + 1 < count && is_known(i + 1));
            Point first = end;
            if (ends.has_first) {
                if (!read_point(first)) return "a point off the grid";
            } else if (i == 0) {
                first = last_of(country_.refs[begin + count - 1]);
            }
            if (const char* wrong = read_arc(first,
                                             i + 1 < count && !ends.has_last ? first_of(country_.refs[begin + i + 1])
                                                                             : ring_start(begin, i, first),
                                             ends))
                return wrong;
            ring_area_ += areas_.back();
            end = before_;
        }
        if (end != ring_start_known(begin)) return "rings: a ring is not closed";
        country_.ref_begin.push_back(static_cast<std::uint32_t>(country_.refs.size()));
        return country_.arcs() < told ? "refs: too many arcs" : nullptr;
    }
    /// Where the ring began, asked while its arc `index` is read, which starts at `first`.
    Point ring_start(std::size_t begin, std::size_t index, Point first) const {
        return index == 0 ? first : first_of(country_.refs[begin]);
    }
    Point ring_start_known(std::size_t begin) const { return first_of(country_.refs[begin]); }

    const char* read_arc(Point first, Point last, Ends ends) {
        const std::size_t inner = lengths_.count(UINT32_MAX);
        if (!lengths_.ok() || inner > xs_.left()) return "lengths: more points than the file holds";
        const std::size_t begin = country_.arc_begin.back(), end = begin + inner + 2;
        if (end > country_.points.size()) return "lengths: more points than the file holds";
        country_.points[begin] = before_ = first;
        if (const char* wrong = read_inner(begin + 1, inner)) return wrong;
        const Point previous = before_;
        if (!ends.has_last) {
            before_ = last;
        } else if (!read_point(before_)) {
            return "a point off the grid";
        }
        if (before_ == previous) return "a point twice";
        country_.points[end - 1] = before_;
        areas_.push_back(area_ + across(previous, before_));
        country_.arc_begin.push_back(static_cast<std::uint32_t>(end));
        return nullptr;
    }
    /// The points between the ends of an arc: nearly all that a file holds. What the loop changes are locals, since a browser that has
    /// only just loaded this module reads and writes what belongs to an object in memory each time.
    [[gnu::noinline]] const char* read_inner(std::size_t begin, std::size_t count) {
        Octets xs = xs_, ys = ys_, bits = details_;
        const std::int64_t width = country_.head.grid.width, height = country_.head.grid.height;
        const std::size_t most_details = country_.head.zooms.size();
        Point* points = country_.points.data() + begin;
        std::uint8_t* details = country_.details.data() + begin;
        unsigned packed = packed_, four = bits_;
        Point from = before_;
        std::uint64_t area = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t x = from.x + xs.difference(), y = from.y + ys.difference();
            if (x < 0 || y < 0 || x > width || y > height) return "a point off the grid";
            const Point to{static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)};
            if (to == from) return xs.ok() && ys.ok() ? "a point twice" : "a point off the grid";
            area += across(from, to);
            points[i] = from = to;
            if (most_details == 1) continue;
            if (packed == 0) {
                four = bits.byte();
                packed = 4;
            }
            details[i] = four & 3U;
            if (details[i] >= most_details) return "details: out of range";
            four >>= 2;
            --packed;
        }
        if (!xs.ok() || !ys.ok()) return "a point off the grid";
        if (!bits.ok()) return "details: out of range";
        xs_ = xs;
        ys_ = ys;
        details_ = bits;
        packed_ = packed;
        bits_ = four;
        before_ = from;
        area_ = area;
        return nullptr;
    }
    bool read_point(Point& p) {
        const std::int64_t x = before_.x + xs_.difference(), y = before_.y + ys_.difference();
        const Grid& grid = country_.head.grid;
        if (!xs_.ok() || !ys_.ok() || x < 0 || y < 0 || x > grid.width || y > grid.height) return false;
        p = {static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)};
        before_ = p;
        return true;
    }
    unsigned left_over_bits() const { return bits_; }
    /// Twice what a stretch covers as seen from the corner of the grid: the sum round a ring is twice its area. Sums may leave 64 bits on
    /// their way (geo::plus).
    static std::uint64_t across(Point from, Point to) {
        return static_cast<std::uint64_t>(std::int64_t{from.x} * to.y - std::int64_t{from.y} * to.x);
    }

    Country& country_;
    Octets rings_, refs_, lengths_, details_, xs_, ys_;
    Point before_;
    std::uint64_t area_ = 0;  ///< along the points of an arc that were read
    std::uint64_t ring_area_ = 0;
    std::vector<std::uint64_t> areas_;  ///< along each arc, from its first end to its last
    unsigned bits_ = 0, packed_ = 0;  ///< details that were taken from the block and not given to a point; how many
};

}  // namespace

Result<Country> read_country(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > kMostFileBytes) return malformed("larger than " + std::to_string(kMostFileBytes) + " bytes");
    Octets in(bytes);
    Country country;
    country.head = TRY(read_head(in));
    std::array<std::size_t, Blocks::kCount> sizes{};
    for (std::size_t& size : sizes) size = static_cast<std::size_t>(in.varint(kMostFileBytes));
    std::array<Octets, Blocks::kCount> blocks;
    for (std::size_t i = 0; i < Blocks::kCount; ++i) {
        blocks[i] = Octets(in.take(sizes[i]));
        if (!in.ok()) return malformed(std::string("block ") + kBlockNames[i] + ": cut off");
    }
    if (!in.is_spent()) return malformed("bytes follow the last block");
    if (!read_units(blocks[Blocks::units], country.units)) return malformed("units: codes or counts are wrong");
    if (!read_labels(blocks[Blocks::labels], country.units)) return malformed("labels: not one for each unit");
    if (const char* wrong = Geometry(country, blocks).read()) return malformed(wrong);
    if (!has_islands(country))
        return Error{Errc::malformed, "geo.islands", "Hoàng Sa (498) or Trường Sa (576) is missing"};
    return country;
}

}  // namespace lachan::geo
