#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geo/country.h"
#include "geo/locate.h"
#include "geo/mesh.h"
#include "geo/picture.h"
#include "chunks.h"
#include "gl.h"
#include "looks.h"
#include "programs.h"
#include "strips.h"
#include "view.h"

namespace lachan::overlay {

/// The communes of a country in one draw, their borders in one a level. Nothing is uploaded but what changed. Until the triangles of a detail
/// are made, a frame that shows it is drawn from a picture of its own (geo/picture.h), which is there much sooner.
class MapLayer {
public:
    /// `programs` live longer than the layer.
    MapLayer(geo::Country country, Programs& programs);
    MapLayer(const MapLayer&) = delete;
    MapLayer& operator=(const MapLayer&) = delete;

    const geo::Country& country() const { return country_; }
    /// A class for each unit of `level`, with kOpen or without; communes show that of the unit they belong to. False when the number is not
    /// that of the units.
    bool set_classes(geo::Level level, std::span<const std::uint8_t> classes);
    void set_palette(Palette palette);
    /// The level whose units are picked, selected and bordered; borders of the levels above it are drawn too, wider.
    void set_level(geo::Level level) { level_ = level; }
    void select(geo::Level level, std::uint32_t unit);
    /// The unit of the level shown under a place of the world; kNone in the sea and abroad.
    std::uint32_t unit_at(geo::World place) const;

    /// False when the browser's compiler refuses the programs.
    bool draw(const View& view);
    /// Whether what the last frames show needs no picture any more.
    bool is_settled() const { return !to_settle_; }
    /// Makes some of what is missing for that.
    void settle();
    /// After the browser has taken the context away.
    void forget();

private:
    /// Lines a pixel wide.
    struct Hairs {
        VertexArray lines;
        Buffer ends;
        Chunks chunks;  ///< of segments

        void fill(std::span<const geo::Segment> segments);
        void forget();
    };

    /// The shapes of some leaves that follow each other.
    struct Shapes {
        VertexArray array;
        Buffer corners, triangles;
        Chunks triangle_chunks;

        void fill(const geo::Mesh& mesh);
        void draw(const geo::Box& seen);
        void forget();
    };

    /// What the card holds of one detail; each part is made when a frame first shows it.
    struct Detail {
        std::vector<Shapes> shapes;
        std::uint32_t leaves_made = 0;  ///< that `shapes` hold
        int large_pictures = 0;         ///< that were drawn of it
        std::optional<Hairs> communes;
        std::array<std::optional<Strips>, 2> strips;  ///< of provinces and districts
        Strips edges;                                 ///< of the units that were open
        bool has_edges = false;
    };

    void note_open(geo::Level level, std::span<const std::uint8_t> classes);
    bool is_whole(const Detail& detail) const { return detail.leaves_made == country_.leaves(); }
    Shapes& add_shapes(std::size_t detail);
    void end_of_pictures();
    bool draw_picture(std::size_t detail, const View& view);
    void upload_tables();
    Strips& strips_of(std::size_t detail, geo::Level level);
    void draw_rims(std::size_t detail, const View& view, const Transform& place);
    void draw_shapes(std::size_t detail, const View& view, const Transform& place);
    void draw_edges(std::size_t detail, const View& view, const Transform& place);
    void draw_borders(std::size_t detail, const View& view, const Transform& place);
    void draw_selected(const View& view, const Transform& place);

    Programs& programs_;
    geo::Country country_;
    mutable std::optional<geo::Locator> locator_;  ///< made when a place is first looked up
    geo::Level level_ = geo::Level::province;
    std::vector<Detail> details_;
    std::vector<std::uint8_t> classes_;
    Palette palette_;
    Looks looks_;
    bool classes_changed_ = true;
    bool palette_changed_ = true;

    // Edges are made for what has been open since another level was shown, and drawn where the classes say so: while days follow each
    // other, classes are all that is uploaded.
    geo::Level open_level_ = geo::Level::province;
    std::vector<bool> was_open_;
    bool is_any_open_ = false;

    std::optional<std::size_t> to_settle_;  ///< the detail that was drawn from a picture
    Table class_table_, look_table_;

    geo::Level selected_level_ = geo::Level::province;
    std::uint32_t selected_ = geo::kNone;
    Strips selected_strips_;
    bool selected_changed_ = false;
};

}  // namespace lachan::overlay
