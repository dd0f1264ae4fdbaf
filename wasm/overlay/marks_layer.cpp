#include "marks_layer.h"

#include <algorithm>
#include <cmath>

#include "geo/country.h"
#include "geo/triangulate.h"

namespace lachan::overlay {
namespace {

/// The whole world; marks do not depend on a file of boundaries.
const geo::Grid kGrid{26, 0, 0, 0, 0};
constexpr double kPressRadius = 16;  // CSS pixels

geo::Point cell_of(double x, double y) {
    const geo::World cells = kGrid.cells({x, y});
    const auto limited = [](double cell) { return static_cast<std::int32_t>(std::lround(std::clamp(cell, 0.0, double{geo::kMostExtent}))); };
    return {limited(cells.x), limited(cells.y)};
}

constexpr std::string_view kFillVertex = R"(#version 300 es
precision highp float;
precision highp int;
in ivec3 corner;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
flat out int level;
void main() {
    level = corner.z;
    gl_Position = vec4(vec2(corner.xy - centre) * scale + shift, 0.0, 1.0);
})";

// Level 1 plain, then dots, stripes, and stripes both ways: as the patterns of the map below, but in the colour of the zone itself.
constexpr std::string_view kFillFragment = R"(#version 300 es
precision highp float;
precision highp int;
flat in int level;
uniform sampler2D colours;
uniform float css_per_px;
uniform vec2 anchor;
out vec4 painted;
void main() {
    vec4 colour = texelFetch(colours, ivec2(level, 0), 0);
    vec2 at = gl_FragCoord.xy * css_per_px + anchor;
    float ink = 0.0;
    if (level == 2) ink = 1.0 - smoothstep(1.2, 1.9, length(mod(at, 9.0) - 4.5));
    if (level >= 3) ink = 1.0 - smoothstep(0.7, 1.3, abs(mod(at.x + at.y, 12.0) - 6.0) * 0.7071);
    if (level == 4) ink = max(ink, 1.0 - smoothstep(0.7, 1.3, abs(mod(at.x - at.y, 12.0) - 6.0) * 0.7071));
    float alpha = mix(0.36, 0.9, ink) * colour.a;
    painted = vec4(colour.rgb * alpha, alpha);
})";

constexpr std::string_view kSignVertex = R"(#version 300 es
precision highp float;
precision highp int;
in ivec3 sign;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
uniform vec2 half_css;
uniform int selected;
flat out int kind;
out vec2 at;
void main() {
    kind = sign.z;
    float radius = gl_VertexID / 4 == selected ? 15.0 : 11.0;
    at = vec2((gl_VertexID & 1) == 0 ? -1.0 : 1.0, (gl_VertexID & 2) == 0 ? -1.0 : 1.0) * radius;
    vec2 place = vec2(sign.xy - centre) * scale + shift;
    at *= 11.0 / radius;
    gl_Position = vec4(place + at * (radius / 11.0) / half_css, 0.0, 1.0);
})";

// How far outside of its shape a pixel lies, in CSS pixels; the shape is told apart without its colour.
constexpr std::string_view kSignFragment = R"(#version 300 es
precision highp float;
precision highp int;
flat in int kind;
in vec2 at;
uniform sampler2D colours;
out vec4 painted;
float box(vec2 p, vec2 half_size) { vec2 d = abs(p) - half_size; return max(d.x, d.y); }
float shape(vec2 p) {
    if (kind == 0) return (abs(p.x) + abs(p.y) - 7.6) * 0.7071;
    if (kind == 1) return max(abs(p.x) * 0.866 + p.y * 0.5 - 3.4, -p.y - 4.6);
    if (kind == 2) return min(box(p, vec2(2.3, 6.4)), box(p, vec2(6.4, 2.3)));
    if (kind == 3) return box(p, vec2(5.4));
    if (kind == 4) return max(length(p) - 6.4, 2.4 - length(p));
    if (kind == 5) return max(abs(p.x) * 0.866 - p.y * 0.5 - 3.4, p.y - 4.6);
    if (kind == 6) return length(p) - 6.0;
    return max(abs(p.x) * 0.866 + abs(p.y) * 0.5, abs(p.y)) - 6.0;
}
void main() {
    vec3 colour = texelFetch(colours, ivec2(5 + kind, 0), 0).rgb;
    float off = shape(at);
    float edge = max(fwidth(off), 0.05);
    float seen = 1.0 - smoothstep(2.6 - edge, 2.6 + edge, off);
    float halo = smoothstep(0.2 - edge, 0.2 + edge, off) * (1.0 - smoothstep(1.8 - edge, 1.8 + edge, off));
    vec3 ink = off > 1.8 ? vec3(0.06, 0.16, 0.18) : colour;
    painted = vec4(mix(ink, vec3(1.0), halo), 1.0) * seen;
})";

constexpr std::array<std::uint32_t, 6> kQuad{0, 1, 2, 2, 1, 3};

std::vector<geo::Segment> outline_of(const geo::Path& ring) {
    std::vector<geo::Segment> segments;
    for (std::size_t at = 0, last = ring.size() - 1; at < ring.size(); last = at++)
        segments.push_back({ring[last].x, ring[last].y, ring[at].x, ring[at].y});
    return segments;
}

}  // namespace

void MarksLayer::set_zones(std::span<const double> corners, std::span<const std::uint32_t> ends, std::span<const std::uint8_t> levels) {
    zones_.clear();
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        Zone zone;
        zone.level = std::min<std::uint8_t>(i < levels.size() ? levels[i] : 0, kLevels - 1);
        for (std::uint32_t corner = begin; corner < ends[i] && 2 * corner + 1 < corners.size(); ++corner) {
            zone.ring.push_back(cell_of(corners[2 * corner], corners[2 * corner + 1]));
            zone.box.put(zone.ring.back());
        }
        // As the triangles want it: an outer ring has a doubled area above 0.
        if (geo::doubled_area(zone.ring) < 0) std::reverse(zone.ring.begin(), zone.ring.end());
        begin = std::max(begin, ends[i]);
        zones_.push_back(std::move(zone));
    }
    select(geo::kNone);
    is_changed_ = true;
}

void MarksLayer::set_points(std::span<const double> places, std::span<const std::uint8_t> kinds) {
    signs_.clear();
    for (std::size_t i = 0; i < kinds.size() && 2 * i + 1 < places.size(); ++i)
        signs_.push_back({cell_of(places[2 * i], places[2 * i + 1]), std::min<std::int32_t>(kinds[i], kKinds - 1)});
    select(geo::kNone);
    is_changed_ = true;
}

void MarksLayer::set_colours(std::span<const std::uint32_t> levels, std::span<const std::uint32_t> kinds) {
    std::copy_n(levels.begin(), std::min(levels.size(), kLevels), colours_.begin());
    std::copy_n(kinds.begin(), std::min(kinds.size(), kKinds), colours_.begin() + kLevels);
    is_changed_ = true;
}

void MarksLayer::select(std::uint32_t mark) {
    if (mark == selected_) return;
    selected_ = mark;
    selected_changed_ = true;
}

std::uint32_t MarksLayer::mark_at(geo::World place, const View& view) const {
    const geo::World pressed = kGrid.cells(place);
    const double cells_for_px = std::exp2(kGrid.bits) / view.world_px;
    std::uint32_t found = geo::kNone;
    double nearest = kPressRadius * cells_for_px;
    for (std::size_t i = 0; i < signs_.size(); ++i) {
        const double off = std::hypot(signs_[i].place.x - pressed.x, signs_[i].place.y - pressed.y);
        if (off <= nearest) {
            nearest = off;
            found = static_cast<std::uint32_t>(i);
        }
    }
    if (found != geo::kNone) return found;
    const geo::Point cell = cell_of(place.x, place.y);
    std::int64_t smallest = INT64_MAX;
    for (std::size_t i = 0; i < zones_.size(); ++i) {
        const Zone& zone = zones_[i];
        if (zone.ring.size() < 3 || !zone.box.contains(cell) || !geo::is_inside(zone.ring, cell)) continue;
        const std::int64_t area = geo::doubled_area(zone.ring);
        if (area >= smallest) continue;
        smallest = area;
        found = static_cast<std::uint32_t>(i) | kZone;
    }
    return found;
}

bool MarksLayer::make_programs() {
    if (!has_programs_)
        has_programs_ = fill_program_.make(kFillVertex, kFillFragment, {"corner"}) && sign_program_.make(kSignVertex, kSignFragment, {"sign"}) && line_program_.make();
    return has_programs_;
}

void MarksLayer::upload_selected() {
    if (!selected_changed_) return;
    selected_changed_ = false;
    const std::uint32_t zone = selected_ & ~kZone;
    const bool is_zone = selected_ != geo::kNone && (selected_ & kZone) != 0 && zone < zones_.size();
    selected_outline_.fill(is_zone ? outline_of(zones_[zone].ring) : std::vector<geo::Segment>{});
}

void MarksLayer::upload() {
    if (!is_changed_) return;
    is_changed_ = false;
    colour_table_.fill_colours(colours_, static_cast<GLsizei>(colours_.size()));
    std::vector<std::array<std::int32_t, 3>> corners;
    std::vector<std::uint32_t> triangles;
    std::array<std::vector<geo::Segment>, kLevels> outlines;
    geo::Triangulator triangulator;
    for (const Zone& zone : zones_) {
        if (zone.ring.size() < 3) continue;
        const auto base = static_cast<std::uint32_t>(corners.size());
        const std::uint32_t ends[] = {static_cast<std::uint32_t>(zone.ring.size())};
        triangulator.cut(zone.ring, ends, base, triangles);
        for (const geo::Point corner : zone.ring) corners.push_back({corner.x, corner.y, zone.level});
        const auto outline = outline_of(zone.ring);
        outlines[zone.level].insert(outlines[zone.level].end(), outline.begin(), outline.end());
    }
    fills_.bind();
    fill_corners_.fill(GL_ARRAY_BUFFER, std::span<const std::array<std::int32_t, 3>>(corners));
    glEnableVertexAttribArray(0);
    glVertexAttribIPointer(0, 3, GL_INT, 3 * sizeof(std::int32_t), nullptr);
    fill_triangles_.fill(GL_ELEMENT_ARRAY_BUFFER, std::span<const std::uint32_t>(triangles));
    fill_indices_ = static_cast<GLsizei>(triangles.size());
    for (std::size_t level = 0; level < kLevels; ++level) outlines_[level].fill(outlines[level]);

    corners.clear();
    triangles.clear();
    for (const Sign& sign : signs_) {
        for (const std::uint32_t corner : kQuad) triangles.push_back(static_cast<std::uint32_t>(corners.size()) + corner);
        corners.insert(corners.end(), 4, {sign.place.x, sign.place.y, sign.kind});
    }
    sign_quads_.bind();
    sign_corners_.fill(GL_ARRAY_BUFFER, std::span<const std::array<std::int32_t, 3>>(corners));
    glEnableVertexAttribArray(0);
    glVertexAttribIPointer(0, 3, GL_INT, 3 * sizeof(std::int32_t), nullptr);
    sign_triangles_.fill(GL_ELEMENT_ARRAY_BUFFER, std::span<const std::uint32_t>(triangles));
    sign_indices_ = static_cast<GLsizei>(triangles.size());
    glBindVertexArray(0);
}

bool MarksLayer::draw(const View& view) {
    if (zones_.empty() && signs_.empty()) return true;
    if (!make_programs()) return false;
    upload();
    upload_selected();
    const Transform place = transform(view, kGrid);
    glEnable(GL_BLEND);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    colour_table_.bind(GL_TEXTURE0);
    if (fill_indices_ > 0) {
        fill_program_.use();
        place_uniforms(fill_program_, place);
        glUniform1i(fill_program_.place_of("colours"), 0);
        glUniform1f(fill_program_.place_of("css_per_px"), 1 / view.ratio);
        const auto anchored = [](double offset_px) { return static_cast<float>(std::fmod(offset_px, 36)); };
        glUniform2f(fill_program_.place_of("anchor"), anchored(view.middle.x * view.world_px - static_cast<double>(view.width_px) / 2),
                    anchored(-view.middle.y * view.world_px - static_cast<double>(view.height_px) / 2));
        fills_.bind();
        glDrawElements(GL_TRIANGLES, fill_indices_, GL_UNSIGNED_INT, nullptr);
        line_program_.use(view, place);
        for (std::size_t level = 0; level < kLevels; ++level) {
            line_program_.draw(outlines_[level], place, 4.0F * view.ratio, 0xd9ffffff);
            line_program_.draw(outlines_[level], place, 2.0F * view.ratio, colours_[level]);
        }
        line_program_.draw(selected_outline_, place, 4.5F * view.ratio, 0xff2f2910);
    }
    if (sign_indices_ > 0) {
        sign_program_.use();
        place_uniforms(sign_program_, place);
        glUniform1i(sign_program_.place_of("colours"), 0);
        glUniform2f(sign_program_.place_of("half_css"), view.width_px / 2, view.height_px / 2);
        glUniform1i(sign_program_.place_of("selected"), selected_ < kZone ? static_cast<GLint>(selected_) : -1);
        sign_quads_.bind();
        glDrawElements(GL_TRIANGLES, sign_indices_, GL_UNSIGNED_INT, nullptr);
    }
    glBindVertexArray(0);
    return true;
}

void MarksLayer::forget() {
    for (Program* program : {&fill_program_, &sign_program_}) program->forget();
    line_program_.forget();
    colour_table_.forget();
    for (VertexArray* array : {&fills_, &sign_quads_}) array->forget();
    for (Buffer* buffer : {&fill_corners_, &fill_triangles_, &sign_corners_, &sign_triangles_}) buffer->forget();
    for (Strips& strips : outlines_) strips.forget();
    selected_outline_.forget();
    has_programs_ = false;
    is_changed_ = selected_changed_ = true;
}

}  // namespace lachan::overlay
