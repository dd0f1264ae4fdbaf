#include "heat_layer.h"

#include <algorithm>
#include <cmath>

#include "strips.h"

namespace lachan::overlay {
namespace {

constexpr double kSigmaPx = 13;  ///< CSS pixels to which a point spreads
constexpr double kWantedCellPx = 4.5;

constexpr std::string_view kVertex = R"(#version 300 es
precision highp float;
precision highp int;
uniform ivec2 centre;
uniform vec2 scale;
uniform vec2 shift;
uniform ivec4 window;
out vec2 at;
void main() {
    ivec2 corner = ivec2(gl_VertexID & 1, gl_VertexID >> 1);
    at = vec2(corner);
    gl_Position = vec4(vec2(window.xy + corner * window.zw - centre) * scale + shift, 0.0, 1.0);
})";

constexpr std::string_view kFragment = R"(#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D field;
out vec4 painted;
void main() { painted = texture(field, at); })";

/// Colours with their alpha multiplied in, so that the card may mix neighbours. From clear through violet and orange to yellow: lighter is more, also without colours.
std::vector<std::uint32_t> make_ramp() {
    struct Stop {
        float at, red, green, blue, alpha;
    };
    constexpr Stop kStops[] = {{0, 60, 15, 110, 0},         {0.08F, 60, 15, 110, 0.10F}, {0.25F, 107, 23, 110, 0.62F}, {0.5F, 188, 55, 84, 0.78F},
                               {0.75F, 243, 120, 25, 0.86F}, {1, 252, 230, 130, 0.92F}};
    std::vector<std::uint32_t> ramp;
    for (int i = 0; i < 256; ++i) {
        const float heat = static_cast<float>(i) / 255;
        std::size_t next = 1;
        while (next + 1 < std::size(kStops) && kStops[next].at < heat) ++next;
        const Stop &a = kStops[next - 1], &b = kStops[next];
        const float part = (heat - a.at) / (b.at - a.at);
        const auto mixed = [part](float from, float to) { return from + (to - from) * part; };
        const float alpha = mixed(a.alpha, b.alpha);
        const auto octet = [](float value) { return static_cast<std::uint32_t>(std::lround(value)); };
        ramp.push_back(octet(alpha * 255) << 24 | octet(mixed(a.blue, b.blue) * alpha) << 16 | octet(mixed(a.green, b.green) * alpha) << 8 |
                       octet(mixed(a.red, b.red) * alpha));
    }
    return ramp;
}

}  // namespace

void HeatLayer::set_points(std::span<const std::uint32_t> places, std::span<const float> weights) {
    pyramid_ = geo::HeatPyramid(places, weights);
    level_ = -1;
}

void HeatLayer::spread(const View& view, int level, double cell_px) {
    const double cells = std::exp2(level);
    const auto reach = [&](float size_px) { return static_cast<double>(size_px) / 2 / cell_px; };
    const double margin = 24 + 3 * kSigmaPx / cell_px;  // of cells: small moves show what is spread already
    const auto first = [](double cell) { return static_cast<std::int64_t>(std::floor(cell)); };
    const double x = view.middle.x * cells, y = view.middle.y * cells;
    const std::int64_t left = first(x - reach(view.width_px) - margin), right = first(x + reach(view.width_px) + margin);
    const std::int64_t top = first(y - reach(view.height_px) - margin), bottom = first(y + reach(view.height_px) + margin);
    constexpr std::int64_t kMostSide = 2'048;
    window_ = {left, top, static_cast<std::int32_t>(std::min(right - left, kMostSide)), static_cast<std::int32_t>(std::min(bottom - top, kMostSide))};
    pyramid_.sums(level, window_, field_);
    const auto sigma = static_cast<float>(kSigmaPx / cell_px);
    geo::blur(field_, window_.width, window_.height, sigma);
    // A place is as hot as what lies around it within one spread, against the hottest such square of the country at this zoom: the same
    // place keeps its shade while the map is moved.
    const double side = 2.5 * static_cast<double>(sigma);
    const double wanted = std::clamp(level - std::log2(side), double{geo::HeatPyramid::kCoarsest}, double{geo::HeatPyramid::kFinest});
    const int coarser = static_cast<int>(wanted), finer = std::min(coarser + 1, geo::HeatPyramid::kFinest);
    const double part = wanted - coarser;
    const double peak = (1 - part) * static_cast<double>(pyramid_.peak(coarser)) + part * static_cast<double>(pyramid_.peak(finer));
    const auto strength = static_cast<float>(side * side / std::max(peak, 1e-9));
    static const std::vector<std::uint32_t> kRamp = make_ramp();
    colours_.resize(field_.size());
    for (std::size_t i = 0; i < field_.size(); ++i)
        colours_[i] = kRamp[static_cast<std::size_t>(255 * std::sqrt(std::min(field_[i] * strength, 1.0F)) + 0.5F)];  // by the root: few are seen beside many
    level_ = level;
    world_px_ = view.world_px;
    is_changed_ = true;
}

bool HeatLayer::draw(const View& view) {
    if (!is_shown_ || pyramid_.is_empty()) return true;
    if (!has_program_) has_program_ = program_.make(kVertex, kFragment, {});
    if (!has_program_) return false;
    const int level = std::clamp(static_cast<int>(std::lround(std::log2(view.world_px / kWantedCellPx))), geo::HeatPyramid::kCoarsest, geo::HeatPyramid::kFinest);
    const geo::Grid grid{level, 0, 0, 0, 0};
    const Transform place = transform(view, grid);
    const double cell_px = view.world_px / std::exp2(level);
    const auto holds = [&](std::int64_t from, std::int32_t size, std::int32_t low, std::int32_t high) { return from <= low && from + size > high; };
    const bool is_spread = level_ == level && world_px_ == view.world_px && holds(window_.left, window_.width, place.seen.left, place.seen.right) &&
                           holds(window_.top, window_.height, place.seen.top, place.seen.bottom);
    if (!is_spread) spread(view, level, cell_px);

    glActiveTexture(GL_TEXTURE0);
    if (texture_ == 0) {
        glGenTextures(1, &texture_);
        glBindTexture(GL_TEXTURE_2D, texture_);
        for (const int filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER}) glTexParameteri(GL_TEXTURE_2D, static_cast<GLenum>(filter), GL_LINEAR);
        for (const int wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T}) glTexParameteri(GL_TEXTURE_2D, static_cast<GLenum>(wrap), GL_CLAMP_TO_EDGE);
        is_changed_ = true;
    }
    glBindTexture(GL_TEXTURE_2D, texture_);
    if (is_changed_) {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, window_.width, window_.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, colours_.data());
        is_changed_ = false;
    }
    glEnable(GL_BLEND);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    program_.use();
    place_uniforms(program_, place);
    glUniform4i(program_.place_of("window"), static_cast<GLint>(window_.left), static_cast<GLint>(window_.top), window_.width, window_.height);
    glUniform1i(program_.place_of("field"), 0);
    corners_.bind();
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glBindVertexArray(0);
    return true;
}

void HeatLayer::forget() {
    program_.forget();
    corners_.forget();
    texture_ = 0;
    has_program_ = false;
    is_changed_ = true;
}

}  // namespace lachan::overlay
