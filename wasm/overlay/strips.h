#pragma once

#include <span>

#include "chunks.h"
#include "geo/mesh.h"
#include "gl.h"
#include "view.h"

namespace lachan::overlay {

/// Lines of any width. Not as instances: a browser without a graphics card draws each instance as a draw of its own.
struct Strips {
    VertexArray lines;
    Buffer corners, triangles;
    Chunks chunks;  ///< of segments

    void fill(std::span<const geo::Segment> segments);
    void fill(std::span<const geo::Edge> edges);
    void forget();
};

Chunks chunks_of(std::span<const geo::Segment> segments);
void draw_triangles(std::uint32_t first, std::uint32_t count);
void place_uniforms(const Program& program, const Transform& place);
void set_colour(const Program& program, std::uint32_t colour, float strength);

/// Paints the colour it is told, for lines and whatever has one colour.
extern const std::string_view kLineFragment;

/// The program that draws strips.
class StripProgram {
public:
    bool make();
    void use(const View& view, const Transform& place);
    /// After `use`. `width_px` in device pixels; what is thinner than a pixel is drawn a pixel wide and paler; 0 draws nothing.
    void draw(Strips& strips, const Transform& place, float width_px, std::uint32_t colour);
    void forget() { program_.forget(); }

private:
    Program program_;
};

}  // namespace lachan::overlay
