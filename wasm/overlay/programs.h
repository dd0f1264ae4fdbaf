#pragma once

#include "edges.h"
#include "gl.h"
#include "pictures.h"
#include "strips.h"

namespace lachan::overlay {

/// How many classes a row of their table has; the shaders of shapes and of edges count on it.
constexpr GLsizei kClassColumns = 128;

/// The programs of a map of shapes. They do not depend on the shapes, so they can be made while those still travel.
class Programs {
public:
    PictureProgram pictures;
    Program shapes, hairs;
    StripProgram lines;
    EdgeProgram edges;

    /// False when the browser's compiler refuses one.
    bool make();
    /// After the browser has taken the context away.
    void forget();

private:
    bool is_made_ = false;
};

// What the attributes of the bound vertex array read in the bound buffer.
void point_to_corners();    ///< of shapes: geo::Vertex
void point_to_hair_ends();  ///< of hairs: geo::Segment

}  // namespace lachan::overlay
