#include "programs.h"

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
    kind = texelFetch(classes, ivec2(corner.z % 128, corner.z / 128), 0).r & 127u;  // but for the bit of what is open
    gl_Position = vec4(vec2(corner.xy - centre) * scale + shift, 0.0, 1.0);
})";

constexpr std::string_view kShapeFragment = R"(#version 300 es
precision highp float;
precision highp int;
flat in uint kind;
uniform sampler2D looks;
uniform float texels_per_px;
uniform vec2 anchor;
out vec4 painted;
void main() {
    ivec2 tile = ivec2(gl_FragCoord.xy * texels_per_px + anchor) & 15;
    int number = int(kind);
    painted = texelFetch(looks, number < 5 ? ivec2(tile.x, tile.y + number * 16) : ivec2(number & 15, 80 + number / 16), 0);
})";

constexpr std::string_view kHairVertex = R"(#version 300 es
precision highp float;
precision highp int;
in ivec2 cell;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
void main() { gl_Position = vec4(vec2(cell - centre) * scale + shift, 0.0, 1.0); })";

void point_to(GLuint attribute, GLint numbers, GLsizei stride, std::uintptr_t offset) {
    glEnableVertexAttribArray(attribute);
    glVertexAttribIPointer(attribute, numbers, GL_INT, stride, reinterpret_cast<const void*>(offset));
}

}  // namespace

void point_to_corners() { point_to(0, 3, sizeof(geo::Vertex), 0); }

void point_to_hair_ends() { point_to(0, 2, sizeof(geo::Segment) / 2, 0); }

bool Programs::make() {
    if (!is_made_)
        is_made_ = pictures.make() && shapes.make(kShapeVertex, kShapeFragment, {"corner"}) && lines.make() && edges.make() &&
                   hairs.make(kHairVertex, kLineFragment, {"cell"});
    return is_made_;
}

void Programs::forget() {
    pictures.forget();
    shapes.forget();
    lines.forget();
    edges.forget();
    hairs.forget();
    is_made_ = false;
}

}  // namespace lachan::overlay
