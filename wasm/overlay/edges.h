#pragma once

#include "gl.h"
#include "strips.h"
#include "view.h"

namespace lachan::overlay {

/// Bit of a class: nobody has approved what is shown of the unit. Its edge is a row of dashes then.
constexpr std::uint8_t kOpen = 0x80;

/// The program that draws the edges of open units: dark dashes on white, over that half of their border which is within them. What two
/// units share is whole on the side of the one that is not open; dark and white tell it to every eye.
class EdgeProgram {
public:
    bool make();
    void use(const View& view, const Transform& place);
    /// After `use`, with the table of classes at texture unit 0. `width_px` in device pixels, of what is within the unit.
    void draw(Strips& edges, const Transform& place, float width_px, std::uint32_t colour);
    void forget() { program_.forget(); }

private:
    Program program_;
};

}  // namespace lachan::overlay
