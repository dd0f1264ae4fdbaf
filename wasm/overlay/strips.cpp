#include "strips.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace lachan::overlay {

constinit const std::string_view kLineFragment = R"(#version 300 es
precision mediump float;
uniform vec4 colour;
out vec4 painted;
void main() { painted = vec4(colour.rgb * colour.a, colour.a); })";

namespace {

constexpr std::string_view kLineVertex = R"(#version 300 es
precision highp float;
precision highp int;
in ivec2 from_cell;
in ivec2 to_cell;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
uniform vec2 half_px;
uniform float half_width;
void main() {
    vec2 from = (vec2(from_cell - centre) * scale + shift) * half_px;
    vec2 to = (vec2(to_cell - centre) * scale + shift) * half_px;
    vec2 along = to - from;
    float length_px = max(length(along), 1e-6);
    along /= length_px;
    // Half a width beyond each end, so that bends have no gaps.
    vec2 place = (gl_VertexID & 2) == 0 ? from - along * half_width * 0.5 : to + along * half_width * 0.5;
    place += vec2(-along.y, along.x) * ((gl_VertexID & 1) == 0 ? half_width : -half_width);
    gl_Position = vec4(place / half_px, 0.0, 1.0);
})";

/// Each stretch as the four corners of a strip that the shader makes as wide as wanted.
template <class Stretch>
struct Strip {
    std::vector<std::array<Stretch, 4>> corners;
    std::vector<std::uint32_t> triangles;
};

template <class Stretch>
Strip<Stretch> strip_of(std::span<const Stretch> stretches) {
    Strip<Stretch> strip;
    strip.corners.reserve(stretches.size());
    strip.triangles.reserve(stretches.size() * 6);
    std::uint32_t first = 0;
    for (const Stretch& stretch : stretches) {
        strip.corners.push_back({stretch, stretch, stretch, stretch});
        for (const std::uint32_t corner : {0U, 1U, 2U, 2U, 1U, 3U}) strip.triangles.push_back(first + corner);
        first += 4;
    }
    return strip;
}

const geo::Segment& line_of(const geo::Segment& segment) { return segment; }
const geo::Segment& line_of(const geo::Edge& edge) { return edge.line; }

template <class Stretch>
Chunks chunks_along(std::span<const Stretch> stretches) {
    return {static_cast<std::uint32_t>(stretches.size()), 512, [stretches](geo::Box& box, std::uint32_t i) {
                const geo::Segment& line = line_of(stretches[i]);
                box.put(geo::Point{line.ax, line.ay});
                box.put(geo::Point{line.bx, line.by});
            }};
}

}  // namespace

Chunks chunks_of(std::span<const geo::Segment> segments) { return chunks_along(segments); }

void draw_triangles(std::uint32_t first, std::uint32_t count) {
    glDrawElements(GL_TRIANGLES, static_cast<GLsizei>(3 * count), GL_UNSIGNED_INT,
                   reinterpret_cast<const void*>(std::uintptr_t{first} * 3 * sizeof(std::uint32_t)));
}

namespace {

void point_to(GLuint attribute, GLint numbers, GLenum kind, std::size_t stride, std::size_t offset) {
    glEnableVertexAttribArray(attribute);
    glVertexAttribIPointer(attribute, numbers, kind, static_cast<GLsizei>(stride), reinterpret_cast<const void*>(offset));
}

void point_to_parts(std::span<const geo::Segment>, std::size_t stride = sizeof(geo::Segment)) {
    point_to(0, 2, GL_INT, stride, offsetof(geo::Segment, ax));
    point_to(1, 2, GL_INT, stride, offsetof(geo::Segment, bx));
}

void point_to_parts(std::span<const geo::Edge>) {
    point_to_parts(std::span<const geo::Segment>(), sizeof(geo::Edge));
    point_to(2, 1, GL_UNSIGNED_INT, sizeof(geo::Edge), offsetof(geo::Edge, leaf));
    point_to(3, 1, GL_INT, sizeof(geo::Edge), offsetof(geo::Edge, walked));
}

template <class Stretch>
void fill_with(Strips& strips, std::span<const Stretch> stretches) {
    const Strip<Stretch> strip = strip_of(stretches);
    strips.lines.bind();
    strips.corners.fill(GL_ARRAY_BUFFER, std::span(strip.corners));
    point_to_parts(stretches);
    strips.triangles.fill(GL_ELEMENT_ARRAY_BUFFER, std::span(strip.triangles));
    strips.chunks = chunks_along(stretches);
}

}  // namespace

void place_uniforms(const Program& program, const Transform& place) {
    glUniform2iv(program.place_of("centre"), 1, place.centre);
    glUniform2fv(program.place_of("scale"), 1, place.scale);
    glUniform2fv(program.place_of("shift"), 1, place.shift);
}

void set_colour(const Program& program, std::uint32_t colour, float strength) {
    const auto part = [colour](int shift) { return static_cast<float>(colour >> shift & 0xff) / 255; };
    glUniform4f(program.place_of("colour"), part(0), part(8), part(16), part(24) * strength);
}

void Strips::fill(std::span<const geo::Segment> segments) { fill_with(*this, segments); }
void Strips::fill(std::span<const geo::Edge> edges) { fill_with(*this, edges); }

void Strips::forget() {
    lines.forget();
    corners.forget();
    triangles.forget();
    chunks = {};
}

bool StripProgram::make() { return program_.make(kLineVertex, kLineFragment, {"from_cell", "to_cell"}); }

void StripProgram::use(const View& view, const Transform& place) {
    program_.use();
    place_uniforms(program_, place);
    glUniform2f(program_.place_of("half_px"), static_cast<float>(view.wide) / 2, static_cast<float>(view.high) / 2);
}

void StripProgram::draw(Strips& strips, const Transform& place, float width_px, std::uint32_t colour) {
    if (width_px <= 0) return;
    glUniform1f(program_.place_of("half_width"), std::max(width_px, 1.0F) / 2);
    set_colour(program_, colour, std::min(width_px, 1.0F));
    strips.lines.bind();
    strips.chunks.each_run(place.seen, [](std::uint32_t first, std::uint32_t count) { draw_triangles(2 * first, 2 * count); });
}

}  // namespace lachan::overlay
