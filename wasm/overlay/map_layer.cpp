#include "map_layer.h"

#include <algorithm>
#include <cmath>

namespace lachan::overlay {

using geo::at;
using geo::Level;

namespace {

constexpr GLsizei kClassColumns = 128;

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

constexpr int kTile = 16;              ///< texels of a pattern each way
constexpr double kTileCssPixels = 8;
constexpr std::size_t kPatterns = 5;  ///< of classes 0 to 4

/// Patterns as the legend of the page has them: few lines for "none", nothing, dots, lines, crossed lines. How much ink, of 255.
std::vector<std::uint8_t> draw_patterns() {
    std::vector<std::uint8_t> tiles(kPatterns * kTile * kTile);
    for (int y = 0; y < kTile; ++y) {
        for (int x = 0; x < kTile; ++x) {
            const double px = (x + 0.5) / 2, py = (y + 0.5) / 2;
            const auto to_line = [](double along) { return std::abs(std::fmod(along + 8, 8) - 4) / std::sqrt(2.0); };  // 0 on the line
            const double rising = to_line(px - py + 4), falling = to_line(px + py + 4);
            const double to_dot = std::min(std::hypot(px - 2, py - 2), std::hypot(px - 6, py - 6));
            const auto ink = [](double distance, double half_width, double strength) {
                return static_cast<std::uint8_t>(255 * strength * std::clamp(half_width - distance + 0.5, 0.0, 1.0));
            };
            const std::uint8_t of_class[kPatterns] = {ink(rising, 0.1, 0.35), 0, ink(to_dot, 0.8, 0.38), ink(rising, 0.5, 0.5),
                                                      ink(std::min(rising, falling), 0.5, 0.5)};
            for (std::size_t kind = 0; kind < kPatterns; ++kind)
                tiles[(kind * kTile + static_cast<std::size_t>(y)) * kTile + static_cast<std::size_t>(x)] = of_class[kind];
        }
    }
    return tiles;
}

/// Below this zoom communes are a few pixels wide: their borders would be all that is seen.
constexpr double kCommuneBordersFrom = 7.4;
constexpr double kDistrictBordersFrom = 5.9;

/// CSS pixels of the borders of provinces and districts when units of `shown` are drawn, for a zoom; 0: not drawn.
float border_px(Level level, Level shown, double zoom) {
    const float closeness = std::clamp(static_cast<float>(zoom - 5) / 6, 0.0F, 1.0F);
    if (level == Level::province) return 0.9F + 1.4F * closeness;
    if (level > shown || zoom < kDistrictBordersFrom) return 0;
    return shown == Level::district ? 0.5F + 0.9F * closeness : 0.6F + 1.1F * closeness;
}

/// Each segment as the four corners of a strip that the shader makes as wide as wanted.
struct Strip {
    std::vector<std::array<geo::Segment, 4>> corners;
    std::vector<std::uint32_t> triangles;
};

Strip strip_of(std::span<const geo::Segment> segments) {
    Strip strip;
    strip.corners.reserve(segments.size());
    strip.triangles.reserve(segments.size() * 6);
    std::uint32_t first = 0;
    for (const geo::Segment& segment : segments) {
        strip.corners.push_back({segment, segment, segment, segment});
        for (const std::uint32_t corner : {0U, 1U, 2U, 2U, 1U, 3U}) strip.triangles.push_back(first + corner);
        first += 4;
    }
    return strip;
}

Chunks chunks_of(std::span<const geo::Segment> segments) {
    return {static_cast<std::uint32_t>(segments.size()), 512, [segments](geo::Box& box, std::uint32_t i) {
                box.put(geo::Point{segments[i].ax, segments[i].ay});
                box.put(geo::Point{segments[i].bx, segments[i].by});
            }};
}

void draw_triangles(std::uint32_t first, std::uint32_t count) {
    glDrawElements(GL_TRIANGLES, static_cast<GLsizei>(3 * count), GL_UNSIGNED_INT,
                   reinterpret_cast<const void*>(std::uintptr_t{first} * 3 * sizeof(std::uint32_t)));
}

void point_to_ends() {
    for (const GLuint attribute : {0U, 1U}) {
        glEnableVertexAttribArray(attribute);
        glVertexAttribIPointer(attribute, 2, GL_INT, sizeof(geo::Segment), reinterpret_cast<const void*>(std::uintptr_t{attribute} * 8));
    }
}

void place_uniforms(const Program& program, const Transform& place) {
    glUniform2iv(program.place_of("centre"), 1, place.centre);
    glUniform2fv(program.place_of("scale"), 1, place.scale);
    glUniform2fv(program.place_of("shift"), 1, place.shift);
}

void set_colour(const Program& program, std::uint32_t colour, float strength) {
    const auto part = [colour](int shift) { return static_cast<float>(colour >> shift & 0xff) / 255; };
    glUniform4f(program.place_of("colour"), part(0), part(8), part(16), part(24) * strength);
}

}  // namespace

MapLayer::MapLayer(geo::Country country)
    : country_(std::move(country)), locator_(country_), details_(country_.head.zooms.size()), classes_(country_.leaves()) {}

bool MapLayer::set_classes(Level level, std::span<const std::uint8_t> classes) {
    if (classes.size() != country_.units[at(level)].size()) return false;
    for (std::uint32_t leaf = 0; leaf < classes_.size(); ++leaf) classes_[leaf] = classes[country_.above(leaf, level)];
    classes_changed_ = true;
    return true;
}

void MapLayer::set_palette(Palette palette) {
    palette_ = std::move(palette);
    palette_.colours.resize(256);  // a class without a colour is not seen
    palette_changed_ = true;
}

void MapLayer::select(Level level, std::uint32_t unit) {
    if (selected_level_ == level && selected_ == unit) return;
    selected_level_ = level;
    selected_ = unit < country_.units[at(level)].size() ? unit : geo::kNone;
    selected_changed_ = true;
}

std::uint32_t MapLayer::unit_at(geo::World place) const {
    const geo::World cells = country_.head.grid.cells(place);
    const std::uint32_t leaf = locator_.find_cell(cells.x, cells.y);
    return leaf == geo::kNone ? leaf : country_.above(leaf, level_);
}

bool MapLayer::make_programs() {
    if (!has_programs_)
        has_programs_ = shape_program_.make(kShapeVertex, kShapeFragment, {"corner"}) && line_program_.make(kLineVertex, kLineFragment, {"from_cell", "to_cell"}) &&
                        hair_program_.make(kHairVertex, kLineFragment, {"cell"});
    return has_programs_;
}

MapLayer::Detail& MapLayer::loaded(std::size_t index) {
    Detail& detail = details_[index];
    if (detail.is_loaded) return detail;
    const geo::Mesh mesh = geo::make_mesh(country_, index);
    detail.shapes.bind();
    detail.corners.fill(GL_ARRAY_BUFFER, std::span(mesh.vertices));
    glEnableVertexAttribArray(0);
    glVertexAttribIPointer(0, 3, GL_INT, sizeof(geo::Vertex), nullptr);
    detail.triangles.fill(GL_ELEMENT_ARRAY_BUFFER, std::span(mesh.triangles));
    detail.triangle_chunks = {static_cast<std::uint32_t>(mesh.triangles.size() / 3), 512, [&mesh](geo::Box& box, std::uint32_t triangle) {
                                  for (std::uint32_t corner = 3 * triangle; corner < 3 * triangle + 3; ++corner) {
                                      const geo::Vertex& vertex = mesh.vertices[mesh.triangles[corner]];
                                      box.put(geo::Point{vertex.x, vertex.y});
                                  }
                              }};
    const auto part = [&mesh](geo::Range range) { return std::span(mesh.borders).subspan(range.begin, range.end - range.begin); };
    const auto communes = part(mesh.levels[at(Level::commune)]);
    detail.hairs.bind();
    detail.hair_ends.fill(GL_ARRAY_BUFFER, communes);
    glEnableVertexAttribArray(0);
    glVertexAttribIPointer(0, 2, GL_INT, sizeof(geo::Segment) / 2, nullptr);
    detail.hair_chunks = chunks_of(communes);
    for (const Level level : {Level::province, Level::district}) detail.strips[at(level)].fill(part(mesh.levels[at(level)]));
    detail.is_loaded = true;
    return detail;
}

void MapLayer::Strips::fill(std::span<const geo::Segment> segments) {
    const Strip strip = strip_of(segments);
    lines.bind();
    corners.fill(GL_ARRAY_BUFFER, std::span(strip.corners));
    point_to_ends();
    triangles.fill(GL_ELEMENT_ARRAY_BUFFER, std::span(strip.triangles));
    chunks = chunks_of(segments);
}

void MapLayer::Strips::forget() {
    lines.forget();
    corners.forget();
    triangles.forget();
    chunks = {};
}

void MapLayer::upload_tables() {
    if (classes_changed_) class_table_.fill_numbers(classes_, kClassColumns);
    if (palette_changed_) colour_table_.fill_colours(palette_.colours);
    classes_changed_ = palette_changed_ = false;
    if (!has_patterns_) pattern_table_.fill_numbers(draw_patterns(), kTile);
    has_patterns_ = true;
    class_table_.bind(GL_TEXTURE0);
    colour_table_.bind(GL_TEXTURE1);
    pattern_table_.bind(GL_TEXTURE2);
}

bool MapLayer::draw(const View& view) {
    if (!make_programs()) return false;
    const Transform place = transform(view, country_.head.grid);
    Detail& detail = loaded(geo::detail_at(country_, view.zoom()));
    glEnable(GL_BLEND);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_SCISSOR_TEST);
    upload_tables();
    draw_shapes(detail, view, place);
    draw_borders(detail, view, place);
    glBindVertexArray(0);
    return true;
}

void MapLayer::draw_shapes(Detail& detail, const View& view, const Transform& place) {
    shape_program_.use();
    place_uniforms(shape_program_, place);
    glUniform1i(shape_program_.place_of("classes"), 0);
    glUniform1i(shape_program_.place_of("colours"), 1);
    glUniform1i(shape_program_.place_of("patterned"), palette_.is_patterned ? 1 : 0);
    glUniform1i(shape_program_.place_of("patterns"), 2);
    const double texels = kTile / kTileCssPixels;
    glUniform1f(shape_program_.place_of("texels_per_px"), static_cast<float>(texels / view.ratio));
    // The patterns move with the map: they hang on its corner. Above 0, since the shader cuts off fractions.
    const auto anchored = [texels](double offset_px) { return static_cast<float>(std::fmod(offset_px * texels, kTile) + kTile); };
    glUniform2f(shape_program_.place_of("anchor"), anchored(view.middle.x * view.world_px - view.width_px / 2),
                anchored(-view.middle.y * view.world_px - view.height_px / 2));
    detail.shapes.bind();
    detail.triangle_chunks.each_run(place.seen, [](std::uint32_t first, std::uint32_t count) { draw_triangles(first, count); });
}

void MapLayer::draw_strips(Strips& strips, const Transform& place, float width_px, std::uint32_t colour) {
    if (width_px <= 0) return;
    // What is thinner than a pixel is drawn a pixel wide and paler.
    glUniform1f(line_program_.place_of("half_width"), std::max(width_px, 1.0F) / 2);
    set_colour(line_program_, colour, std::min(width_px, 1.0F));
    strips.lines.bind();
    strips.chunks.each_run(place.seen, [](std::uint32_t first, std::uint32_t count) { draw_triangles(2 * first, 2 * count); });
}

void MapLayer::draw_borders(Detail& detail, const View& view, const Transform& place) {
    if (level_ == Level::commune && view.zoom() >= kCommuneBordersFrom) {
        hair_program_.use();
        place_uniforms(hair_program_, place);
        set_colour(hair_program_, palette_.border, std::clamp(static_cast<float>(view.zoom() - kCommuneBordersFrom) * 0.3F + 0.25F, 0.0F, 0.8F));
        detail.hairs.bind();
        detail.hair_chunks.each_run(place.seen, [](std::uint32_t first, std::uint32_t count) {
            glDrawArrays(GL_LINES, static_cast<GLint>(2 * first), static_cast<GLsizei>(2 * count));
        });
    }
    line_program_.use();
    place_uniforms(line_program_, place);
    glUniform2f(line_program_.place_of("half_px"), view.width_px / 2 * view.ratio, view.height_px / 2 * view.ratio);
    for (const Level level : {Level::district, Level::province})
        draw_strips(detail.strips[at(level)], place, border_px(level, level_, view.zoom()) * view.ratio, palette_.border);
    if (selected_changed_) {
        selected_strips_.fill(selected_ == geo::kNone ? std::vector<geo::Segment>{}
                                                      : geo::border_of(country_, selected_level_, selected_, details_.size() - 1));
        selected_changed_ = false;
    }
    draw_strips(selected_strips_, place, 4.5F * view.ratio, 0xffffffff);
    draw_strips(selected_strips_, place, 2.5F * view.ratio, palette_.border);
}

void MapLayer::forget() {
    for (Detail& detail : details_) {
        for (Buffer* buffer : {&detail.corners, &detail.triangles, &detail.hair_ends}) buffer->forget();
        for (VertexArray* array : {&detail.shapes, &detail.hairs}) array->forget();
        for (Strips& strips : detail.strips) strips.forget();
        detail.is_loaded = false;
    }
    selected_strips_.forget();
    for (Program* program : {&shape_program_, &line_program_, &hair_program_}) program->forget();
    for (Table* table : {&class_table_, &colour_table_, &pattern_table_}) table->forget();
    has_programs_ = has_patterns_ = false;
    classes_changed_ = palette_changed_ = selected_changed_ = true;
}

}  // namespace lachan::overlay
