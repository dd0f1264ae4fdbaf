#include "edges.h"

#include <algorithm>

namespace lachan::overlay {
namespace {

// A dash and the gap after it, as on the map of provinces.
constexpr float kDashCssPixels = 4;
constexpr float kGapCssPixels = 3;

constexpr std::string_view kEdgeVertex = R"(#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
in ivec2 from_cell;
in ivec2 to_cell;
in uint leaf;
in int walked;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
uniform vec2 half_px;
uniform float px_per_cell;
uniform float width;
uniform usampler2D classes;
out float along_px;
void main() {
    bool is_open = texelFetch(classes, ivec2(int(leaf % 128u), int(leaf / 128u)), 0).r >= 128u;
    vec2 from = (vec2(from_cell - centre) * scale + shift) * half_px;
    vec2 to = (vec2(to_cell - centre) * scale + shift) * half_px;
    vec2 along = to - from;
    float length_px = max(length(along), 1e-6);
    along /= length_px;
    bool is_begin = (gl_VertexID & 2) == 0;
    // A little beyond each end, so that bends have no gaps.
    float beyond = is_begin ? -0.25 * width : length_px + 0.25 * width;
    vec2 inward = vec2(along.y, -along.x);  // rows of cells go down, those of the screen up
    vec2 place = from + along * beyond + inward * ((gl_VertexID & 1) == 0 ? 0.0 : width);
    along_px = float(walked) * px_per_cell + beyond;
    gl_Position = is_open ? vec4(place / half_px, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);  // all corners in one place: nothing
})";

constexpr std::string_view kEdgeFragment = R"(#version 300 es
precision highp float;
in float along_px;
uniform vec4 colour;
uniform float dash;
uniform float period;
out vec4 painted;
void main() { painted = mod(abs(along_px), period) < dash ? vec4(colour.rgb, 1.0) : vec4(1.0); })";

}  // namespace

bool EdgeProgram::make() { return program_.make(kEdgeVertex, kEdgeFragment, {"from_cell", "to_cell", "leaf", "walked"}); }

void EdgeProgram::use(const View& view, const Transform& place) {
    program_.use();
    place_uniforms(program_, place);
    const float half_px = static_cast<float>(view.wide) / 2;
    glUniform2f(program_.place_of("half_px"), half_px, static_cast<float>(view.high) / 2);
    glUniform1f(program_.place_of("px_per_cell"), place.scale[0] * half_px);
    glUniform1f(program_.place_of("dash"), kDashCssPixels * view.ratio);
    glUniform1f(program_.place_of("period"), (kDashCssPixels + kGapCssPixels) * view.ratio);
    glUniform1i(program_.place_of("classes"), 0);
}

void EdgeProgram::draw(Strips& edges, const Transform& place, float width_px, std::uint32_t colour) {
    glUniform1f(program_.place_of("width"), std::max(width_px, 1.0F));
    set_colour(program_, colour, 1);
    edges.lines.bind();
    edges.chunks.each_run(place.seen, [](std::uint32_t first, std::uint32_t count) { draw_triangles(2 * first, 2 * count); });
}

}  // namespace lachan::overlay
