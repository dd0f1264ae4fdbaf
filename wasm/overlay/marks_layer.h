#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/mercator.h"
#include "geo/plane.h"
#include "gl.h"
#include "strips.h"
#include "view.h"

namespace lachan::overlay {

/// Zones of levels 0 to 4 and points of up to eight kinds over the map: one draw fills all zones, each level that has any is outlined in two,
/// all points are one more. A level has a pattern beside its
/// colour, a kind a shape.
class MarksLayer {
public:
    static constexpr std::size_t kLevels = 5, kKinds = 8;
    /// Marks are named by one number: points by their place in the list, zones by theirs and this bit.
    static constexpr std::uint32_t kZone = 0x4000'0000;

    /// Corners of all zones in a row, x and y in the world; `ends` counts corners up to the end of each.
    void set_zones(std::span<const double> corners, std::span<const std::uint32_t> ends, std::span<const std::uint8_t> levels);
    void set_points(std::span<const double> places, std::span<const std::uint8_t> kinds);
    /// 0xAABBGGRR.
    void set_colours(std::span<const std::uint32_t> levels, std::span<const std::uint32_t> kinds);
    void select(std::uint32_t mark);
    /// The point whose sign is there, else the smallest zone; geo::kNone.
    std::uint32_t mark_at(geo::World place, const View& view) const;

    bool draw(const View& view);
    void forget();

private:
    struct Zone {
        geo::Path ring;
        geo::Box box;
        std::uint8_t level = 0;
    };
    struct Sign {
        geo::Point place;
        std::int32_t kind = 0;
    };
    bool make_programs();
    void upload();
    void upload_selected();

    std::vector<Zone> zones_;
    std::vector<Sign> signs_;
    std::vector<std::uint32_t> colours_ = std::vector<std::uint32_t>(kLevels + kKinds, 0xff000000);
    std::uint32_t selected_ = 0xffff'ffff;
    bool is_changed_ = true, selected_changed_ = true, has_programs_ = false;

    Program fill_program_, sign_program_;
    StripProgram line_program_;
    Table colour_table_;
    VertexArray fills_, sign_quads_;
    Buffer fill_corners_, fill_triangles_, sign_corners_, sign_triangles_;
    GLsizei fill_indices_ = 0, sign_indices_ = 0;
    std::array<Strips, kLevels> outlines_;
    Strips selected_outline_;
};

}  // namespace lachan::overlay
