#include "programs.h"

#include <array>

#include "geo/mesh.h"

namespace lachan::overlay {
namespace {

// The class of a leaf is looked up per corner, not per pixel; corners are not shared, so the triangle has one class.
constexpr std::string_view kShapeVertex = R"(#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
in ivec3 corner;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
uniform usampler2D classes;
flat out uint kind;
void main() {
    kind = texelFetch(classes, ivec2(corner.z % 128, corner.z / 128), 0).r;
    gl_Position = vec4(vec2(corner.xy - centre) * scale + shift, 0.0, 1.0);
})";

constexpr std::string_view kShapeFragment = R"(#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
flat in uint kind;
uniform sampler2D colours;
uniform usampler2D patterns;
uniform bool patterned;
uniform float texels_per_px;
uniform vec2 anchor;
out vec4 painted;
void main() {
    vec4 colour = texelFetch(colours, ivec2(int(kind), 0), 0);
    if (patterned && kind < 5u) {
        ivec2 tile = ivec2(gl_FragCoord.xy * texels_per_px + anchor) & 15;
        float ink = float(texelFetch(patterns, ivec2(tile.x, tile.y + int(kind) * 16), 0).r) / 255.0;
        float light = dot(colour.rgb, vec3(0.299, 0.587, 0.114));
        colour.rgb = mix(colour.rgb, light < 0.5 ? vec3(1.0) : vec3(0.063, 0.16, 0.184), ink);
    }
    painted = vec4(colour.rgb * colour.a, colour.a);
})";

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

constexpr std::string_view kHairVertex = R"(#version 300 es
precision highp float;
precision highp int;
in ivec2 cell;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
void main() { gl_Position = vec4(vec2(cell - centre) * scale + shift, 0.0, 1.0); })";

constexpr std::string_view kLineFragment = R"(#version 300 es
precision mediump float;
uniform vec4 colour;
out vec4 painted;
void main() { painted = vec4(colour.rgb * colour.a, colour.a); })";

void point_to(GLuint attribute, GLint numbers, GLsizei stride, std::uintptr_t offset) {
    glEnableVertexAttribArray(attribute);
    glVertexAttribIPointer(attribute, numbers, GL_INT, stride, reinterpret_cast<const void*>(offset));
}

}  // namespace

void point_to_corners() { point_to(0, 3, sizeof(geo::Vertex), 0); }

void point_to_strip_ends() {
    for (const GLuint attribute : {0U, 1U}) point_to(attribute, 2, sizeof(geo::Segment), std::uintptr_t{attribute} * sizeof(geo::Segment) / 2);
}

void point_to_hair_ends() { point_to(0, 2, sizeof(geo::Segment) / 2, 0); }

bool Programs::make() {
    if (!is_made_)
        is_made_ = shapes.make(kShapeVertex, kShapeFragment, {"corner"}) && lines.make(kLineVertex, kLineFragment, {"from_cell", "to_cell"}) &&
                   hairs.make(kHairVertex, kLineFragment, {"cell"});
    return is_made_;
}

void Programs::warm() {
    if (!make()) return;
    glEnable(GL_BLEND);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    // Tables of the kinds that a map has: what reads them is compiled with them.
    Table classes, colours, patterns;
    const std::uint8_t none = 0;
    const std::uint32_t clear = 0;
    classes.fill_numbers({&none, 1}, 1);
    colours.fill_colours({&clear, 1});
    patterns.fill_numbers({&none, 1}, 1);
    classes.bind(GL_TEXTURE0);
    colours.bind(GL_TEXTURE1);
    patterns.bind(GL_TEXTURE2);
    const std::array<geo::Segment, 3> points{};  // three times the same place: it covers no pixel
    const std::array<std::uint32_t, 3> triangle{0, 1, 2};
    Buffer buffer, elements;
    const auto draw = [&](const Program& program, void (*point_to)(), auto&& how) {
        VertexArray array;
        program.use();
        array.bind();
        buffer.fill(GL_ARRAY_BUFFER, std::span<const geo::Segment>(points));
        elements.fill(GL_ELEMENT_ARRAY_BUFFER, std::span<const std::uint32_t>(triangle));
        point_to();
        how();
        glBindVertexArray(0);
    };
    draw(shapes, point_to_corners, [this] {
        glUniform1i(shapes.place_of("colours"), 1);
        glUniform1i(shapes.place_of("patterns"), 2);
        glDrawElements(GL_TRIANGLES, 3, GL_UNSIGNED_INT, nullptr);
    });
    draw(lines, point_to_strip_ends, [] { glDrawElements(GL_TRIANGLES, 3, GL_UNSIGNED_INT, nullptr); });
    draw(hairs, point_to_hair_ends, [] { glDrawArrays(GL_LINES, 0, 2); });
}

void Programs::forget() {
    for (Program* program : {&shapes, &lines, &hairs}) program->forget();
    is_made_ = false;
}

}  // namespace lachan::overlay
