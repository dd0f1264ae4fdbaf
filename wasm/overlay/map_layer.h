#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geo/country.h"
#include "geo/locate.h"
#include "geo/mesh.h"
#include "chunks.h"
#include "gl.h"
#include "view.h"

namespace lachan::overlay {

/// How classes look: at most 256 of them, 0xAABBGGRR. Classes 0 to 4 may carry a pattern, the second carrier beside the colour.
struct Palette {
    std::vector<std::uint32_t> colours;
    std::uint32_t border = 0xff2f2910;
    bool is_patterned = true;
};

/// The communes of a country in one draw, their borders in one a level. Nothing is uploaded but what changed.
class MapLayer {
public:
    explicit MapLayer(geo::Country country);
    MapLayer(const MapLayer&) = delete;
    MapLayer& operator=(const MapLayer&) = delete;

    const geo::Country& country() const { return country_; }
    /// A class for each unit of `level`; communes show that of the unit they belong to. False when the number is not that of the units.
    bool set_classes(geo::Level level, std::span<const std::uint8_t> classes);
    void set_palette(Palette palette);
    /// The level whose units are picked, selected and bordered; borders of the levels above it are drawn too, wider.
    void set_level(geo::Level level) { level_ = level; }
    void select(geo::Level level, std::uint32_t unit);
    /// The unit of the level shown under a place of the world; kNone in the sea and abroad.
    std::uint32_t unit_at(geo::World place) const;

    /// False when the browser's compiler refuses the programs.
    bool draw(const View& view);
    /// After the browser has taken the context away.
    void forget();

private:
    /// Lines of any width. Not as instances: a browser without a graphics card draws each instance as a draw of its own.
    struct Strips {
        VertexArray lines;
        Buffer corners, triangles;
        Chunks chunks;  ///< of segments

        void fill(std::span<const geo::Segment> segments);
        void forget();
    };

    /// What the card holds of one detail; made when a zoom first asks for it.
    struct Detail {
        VertexArray shapes, hairs;
        Buffer corners, triangles, hair_ends;
        Chunks triangle_chunks, hair_chunks;
        std::array<Strips, 2> strips;  ///< of provinces and districts; borders of communes are a pixel wide
        bool is_loaded = false;
    };

    Detail& loaded(std::size_t detail);
    bool make_programs();
    void upload_tables();
    void draw_shapes(Detail& detail, const View& view, const Transform& place);
    void draw_strips(Strips& strips, const Transform& place, float width_px, std::uint32_t colour);
    void draw_borders(Detail& detail, const View& view, const Transform& place);

    geo::Country country_;
    geo::Locator locator_;
    geo::Level level_ = geo::Level::province;
    std::vector<Detail> details_;
    std::vector<std::uint8_t> classes_;
    Palette palette_;
    bool classes_changed_ = true;
    bool palette_changed_ = true;

    Program shape_program_, line_program_, hair_program_;
    bool has_programs_ = false;
    Table class_table_, colour_table_, pattern_table_;
    bool has_patterns_ = false;

    geo::Level selected_level_ = geo::Level::province;
    std::uint32_t selected_ = geo::kNone;
    Strips selected_strips_;
    bool selected_changed_ = false;
};

}  // namespace lachan::overlay
