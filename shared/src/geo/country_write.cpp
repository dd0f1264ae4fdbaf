#include "geo/country_form.h"
#include "geo/octets.h"

namespace lachan::geo {
namespace {

/// Writes the geometry ring by ring, so that an arc is told where it is first run along.
class Writer {
public:
    explicit Writer(const Country& country) : country_(country), number_(country.arcs(), kNone) {}

    void write_ring(std::uint32_t ring) {
        const std::uint32_t begin = country_.ref_begin[ring], end = country_.ref_begin[ring + 1];
        const std::size_t count = end - begin;
        put_varint(block[Blocks::rings], count);
        // Which arcs of the ring are new is known before any of them is told.
        std::vector<bool> is_known(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t arc = arc_of(country_.refs[begin + i]);
            is_known[i] = number_[arc] != kNone;
            put_varint(block[Blocks::refs], is_known[i] ? told_ - number_[arc] : 0);
            if (!is_known[i]) number_[arc] = told_++;
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (is_known[i]) continue;
            write_arc(arc_of(country_.refs[begin + i]),
                      ends_of_new(i, count, is_known[count - 1], i + 1 < count && is_known[i + 1]));
        }
    }
    void finish() {
        if (packed_ != 0) block[Blocks::details].push_back(bits_);
    }

    std::array<Bytes, Blocks::kCount> block;

private:
    static std::size_t arc_of(std::int32_t ref) { return static_cast<std::size_t>(ref < 0 ? ~ref : ref); }

    void write_arc(std::size_t arc, Ends ends) {
        const std::uint32_t first = country_.arc_begin[arc], last = country_.arc_begin[arc + 1] - 1;
        put_varint(block[Blocks::lengths], last - first - 1);
        if (ends.has_first) put_point(country_.points[first]);
        before_ = country_.points[first];
        for (std::uint32_t i = first + 1; i < last; ++i) {
            put_point(country_.points[i]);
            if (country_.head.zooms.size() > 1) put_detail(country_.details[i]);
        }
        if (ends.has_last) put_point(country_.points[last]);
        before_ = country_.points[last];
    }
    void put_point(Point p) {
        put_difference(block[Blocks::xs], std::int64_t{p.x} - before_.x);
        put_difference(block[Blocks::ys], std::int64_t{p.y} - before_.y);
        before_ = p;
    }
    void put_detail(std::uint8_t detail) {
        bits_ = static_cast<std::uint8_t>(bits_ | detail << (2 * packed_));
        if (++packed_ < 4) return;
        block[Blocks::details].push_back(bits_);
        packed_ = bits_ = 0;
    }

    const Country& country_;
    std::vector<std::uint32_t> number_;
    std::uint32_t told_ = 0;
    Point before_;
    std::uint8_t bits_ = 0, packed_ = 0;
};

void write_code(Bytes& out, std::uint32_t code, std::int64_t& before) {
    if (code == 0) {
        put_varint(out, 0);
        return;
    }
    const std::int64_t step = std::int64_t{code} - before;
    put_varint(out, ((static_cast<std::uint64_t>(step) << 1) ^ static_cast<std::uint64_t>(step >> 63)) + 1);
    before = code;
}

std::size_t children(const std::vector<Unit>& below, std::size_t begin, std::size_t parent) {
    std::size_t end = begin;
    while (end < below.size() && below[end].parent == parent) ++end;
    return end - begin;
}

Bytes write_units(const Country& country) {
    Bytes out;
    std::array<std::int64_t, 3> before{};
    const auto& [provinces, districts, communes] = country.units;
    put_varint(out, provinces.size());
    std::size_t district = 0, commune = 0;
    for (std::size_t province = 0; province < provinces.size(); ++province) {
        write_code(out, provinces[province].code, before[0]);
        const std::size_t last_district = district + children(districts, district, province);
        put_varint(out, last_district - district);
        for (; district < last_district; ++district) {
            write_code(out, districts[district].code, before[1]);
            const std::size_t last_commune = commune + children(communes, commune, district);
            put_varint(out, last_commune - commune);
            for (; commune < last_commune; ++commune) write_code(out, communes[commune].code, before[2]);
        }
    }
    return out;
}

}  // namespace

Bytes write_country(const Country& country) {
    const Head& head = country.head;
    Bytes out(kMagic.begin(), kMagic.end());
    out.push_back(kFormVersion);
    out.push_back(head.schematic ? kSchematicFlag : 0);
    put_text(out, head.unit_set);
    put_text(out, head.source);
    put_varint(out, head.seed);
    out.push_back(static_cast<std::uint8_t>(head.grid.bits));
    put_varint(out, static_cast<std::uint64_t>(head.grid.left));
    put_varint(out, static_cast<std::uint64_t>(head.grid.top));
    put_varint(out, static_cast<std::uint64_t>(head.grid.width));
    put_varint(out, static_cast<std::uint64_t>(head.grid.height));
    put_blob(out, head.zooms);

    Writer writer(country);
    writer.block[Blocks::units] = write_units(country);
    for (const auto& level : country.units) {
        for (const Unit& unit : level) {
            writer.block[Blocks::labels].push_back(unit.label_x);
            writer.block[Blocks::labels].push_back(unit.label_y);
        }
    }
    for (std::size_t leaf = 0; leaf < country.leaves(); ++leaf) {
        put_varint(writer.block[Blocks::rings], country.ring_begin[leaf + 1] - country.ring_begin[leaf]);
        for (std::uint32_t ring = country.ring_begin[leaf]; ring < country.ring_begin[leaf + 1]; ++ring)
            writer.write_ring(ring);
    }
    writer.finish();
    for (const Bytes& block : writer.block) put_varint(out, block.size());
    for (const Bytes& block : writer.block) out.insert(out.end(), block.begin(), block.end());
    return out;
}

}  // namespace lachan::geo
