#pragma once

#include <cstdint>

#include "geo/picture.h"
#include "gl.h"
#include "looks.h"

namespace lachan::overlay {

/// The program that puts pictures on the screen.
class PictureProgram {
public:
    bool make();
    void draw(const geo::Picture& picture, const geo::Sight& sight, const Looks& looks, const Hanging& hanging, std::uint32_t border);
    /// Gives back what the card holds of the last picture: up to 16 MiB.
    void release();
    void forget();

private:
    Program program_;
    Table colours_;
    VertexArray array_;
    Buffer corners_;
};

}  // namespace lachan::overlay
