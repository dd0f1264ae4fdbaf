#include "pictures.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lachan::overlay {
namespace {

constexpr std::string_view kPictureVertex = R"(#version 300 es
precision highp float;
precision highp int;
in ivec2 pixel;
uniform ivec2 corner;
uniform vec2 size;
void main() { gl_Position = vec4(2.0 * vec2(pixel + corner) / size - 1.0, 0.0, 1.0); })";

constexpr std::string_view kPictureFragment = R"(#version 300 es
precision highp float;
precision highp int;
uniform sampler2D colours;
uniform ivec2 corner;
out vec4 painted;
void main() { painted = texelFetch(colours, ivec2(gl_FragCoord.xy) - corner, 0); })";

using Corner = std::array<std::int32_t, 2>;

/// Two triangles over [left, right) and [bottom, top).
void add_box(std::vector<Corner>& corners, std::int32_t left, std::int32_t bottom, std::int32_t right, std::int32_t top) {
    corners.insert(corners.end(), {{left, bottom}, {right, bottom}, {left, top}, {left, top}, {right, bottom}, {right, top}});
}

/// Boxes over all that is seen of a picture, which has its rows from below: a country is a small part of its frame, and a browser without a
/// graphics card is slow with each pixel, seen or not.
[[gnu::noinline]] std::vector<Corner> boxes_of(const geo::Picture& picture) {
    constexpr std::int32_t kRows = 8, kRun = geo::Picture::kRun;
    std::vector<Corner> corners;
    const std::int32_t across = picture.runs_across();
    const auto is_seen = [&](std::int32_t run, std::int32_t top, std::int32_t end) {
        for (std::int32_t row = top; row < end; ++row) {
            if (picture.runs[static_cast<std::size_t>(row * across + run)] != 0) return true;
        }
        return false;
    };
    for (std::int32_t top = 0; top < picture.height; top += kRows) {
        const std::int32_t end = std::min(top + kRows, picture.height);
        for (std::int32_t run = 0; run < across; ++run) {
            const std::int32_t left = run;
            while (run < across && is_seen(run, top, end)) ++run;
            if (run > left) add_box(corners, left * kRun, picture.height - end, std::min(run * kRun, picture.width), picture.height - top);
        }
    }
    return corners;
}

/// A premultiplied colour under `ink` (of 255) of another.
std::uint32_t covered(std::uint32_t below, std::uint32_t by, std::uint32_t ink) {
    std::uint32_t colour = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const std::uint32_t part = shift == 24 ? 255U : by >> shift & 0xffU;
        colour |= ((below >> shift & 0xffU) * (255U - ink) + part * ink + 127U) / 255U << shift;
    }
    return colour;
}

/// Colours the pixels of a picture, premultiplied, its rows from below as those of the screen are.
class Colouring {
public:
    Colouring(const geo::Picture& picture, const geo::Sight& sight, const Looks& looks, const Hanging& hanging, std::uint32_t border)
        : picture_(picture), looks_(looks), hanging_(hanging), border_(border), bottom_(sight.height - picture.top - picture.height) {
        for (std::int32_t column = 0; column < picture.width; ++column) tile_x_.push_back(tile(picture.left + column, hanging.x));
    }

    std::vector<std::uint32_t> colours() const {
        std::vector<std::uint32_t> colours(picture_.texels.size() / 2);
        for (std::int32_t row = 0; row < picture_.height; ++row) {
            const std::int32_t from_below = picture_.height - 1 - row;
            colour_row(row, tile(bottom_ + from_below, hanging_.y), colours.data() + at(0, from_below));
        }
        return colours;
    }

private:
    int tile(std::int32_t pixel, float anchor) const {
        return static_cast<int>((static_cast<float>(pixel) + 0.5F) * hanging_.texels_per_px + anchor) & (Looks::kTile - 1);
    }
    std::size_t at(std::int32_t column, std::int32_t row) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(picture_.width) + static_cast<std::size_t>(column);
    }

    [[gnu::noinline]] void colour_row(std::int32_t row, int tile_y, std::uint32_t* colours) const {
        const std::uint8_t* texels = picture_.texels.data() + 2 * at(0, row);
        const std::uint8_t* runs = picture_.runs.data() + row * picture_.runs_across();
        for (std::int32_t begin = 0; begin < picture_.width; begin += geo::Picture::kRun) {
            if (runs[begin / geo::Picture::kRun] == 0) continue;
            const std::int32_t end = std::min(begin + geo::Picture::kRun, picture_.width);
            for (std::int32_t column = begin; column < end; ++column) {
                const std::uint8_t kind = texels[2 * column], ink = texels[2 * column + 1];
                const std::uint32_t colour =
                    kind == geo::kNoKind ? 0 : looks_.at(kind - geo::kFirstKind, tile_x_[static_cast<std::size_t>(column)], tile_y);
                colours[column] = ink == 0 ? colour : covered(colour, border_, ink);
            }
        }
    }

    const geo::Picture& picture_;
    const Looks& looks_;
    const Hanging& hanging_;
    std::uint32_t border_;
    std::int32_t bottom_;
    std::vector<int> tile_x_;
};

}  // namespace

bool PictureProgram::make() { return program_.make(kPictureVertex, kPictureFragment, {"pixel"}); }

void PictureProgram::draw(const geo::Picture& picture, const geo::Sight& sight, const Looks& looks, const Hanging& hanging, std::uint32_t border) {
    static_assert(geo::kRimKind - geo::kFirstKind == Looks::kRim);
    const std::vector<Corner> boxes = boxes_of(picture);
    if (boxes.empty()) return;
    const std::vector<std::uint32_t> colours = Colouring(picture, sight, looks, hanging, border).colours();
    glActiveTexture(GL_TEXTURE2);
    colours_.fill_colours(colours, picture.width);
    array_.bind();
    corners_.fill(GL_ARRAY_BUFFER, std::span(boxes), GL_STREAM_DRAW);
    glEnableVertexAttribArray(0);
    glVertexAttribIPointer(0, 2, GL_INT, sizeof(Corner), nullptr);
    program_.use();
    glUniform1i(program_.place_of("colours"), 2);
    glUniform2i(program_.place_of("corner"), picture.left, sight.height - picture.top - picture.height);
    glUniform2f(program_.place_of("size"), static_cast<float>(sight.width), static_cast<float>(sight.height));
    glDrawArrays(GL_TRIANGLES, 0, static_cast<GLsizei>(boxes.size()));
}

void PictureProgram::release() {
    colours_ = {};
    array_ = {};  // which would keep the corners
    corners_ = {};
}

void PictureProgram::forget() {
    program_.forget();
    colours_.forget();
    array_.forget();
    corners_.forget();
}

}  // namespace lachan::overlay
