#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "geo/country.h"

namespace lachan::geo {

// What a renderer uploads as it is. Places are whole cells of the country's grid, from its corner; a shader that takes
// them as integers may subtract the centre of the view before it makes floats of them, and loses nothing at any zoom.

/// A corner of a leaf's shape: 12 bytes. Leaves share no vertex, so that `leaf` can choose the colour.
struct Vertex {
    std::int32_t x = 0, y = 0;
    std::uint32_t leaf = 0;
    bool operator==(const Vertex&) const = default;
};

/// A straight stretch of a border: 16 bytes.
struct Segment {
    std::int32_t ax = 0, ay = 0, bx = 0, by = 0;
    bool operator==(const Segment&) const = default;
};

/// A stretch of the border of one unit, run so that the unit lies on its left (with y drawn upwards): 24 bytes.
struct Edge {
    Segment line;
    std::uint32_t leaf = 0;   ///< of the unit, along this stretch
    std::int32_t walked = 0;  ///< cells from the beginning of its arc, below 0 when it is run backwards: dashes of both sides are side by side
    bool operator==(const Edge&) const = default;
};

struct Range {
    std::uint32_t begin = 0, end = 0;
    bool operator==(const Range&) const = default;
};

struct Mesh {
    std::vector<Vertex> vertices;          ///< in order of leaf
    std::vector<std::uint32_t> triangles;  ///< three vertices each, all turning the same way; in order of leaf
    std::vector<Range> leaves;             ///< of each leaf, its part of `triangles`, in numbers
};

/// The shapes of a country at one of its details.
Mesh make_mesh(const Country& country, std::size_t detail);

/// Those of the leaves from `leaves.begin` to before `leaves.end`, by themselves: its vertices are counted from 0.
Mesh make_mesh(const Country& country, std::size_t detail, Range leaves);

/// The borders of a level: a border of provinces is there once, among those of provinces.
std::vector<Segment> borders_of(const Country& country, Level level, std::size_t detail);

/// Where a unit is, and where its name goes.
struct Place {
    Box box;
    Point label;
};

/// Of all units, by level. Districts and provinces cover their leaves.
std::array<std::vector<Place>, 3> make_places(const Country& country);

/// The border of one unit, for what is chosen or pointed at: all of it and nothing that lies within.
std::vector<Segment> border_of(const Country& country, Level level, std::uint32_t unit, std::size_t detail);

/// The borders of those units of a level that `is_wanted` names: where two of them meet, each has its own side.
std::vector<Edge> edges_of(const Country& country, Level level, const std::vector<bool>& is_wanted, std::size_t detail);

/// The coarsest detail that will do at a zoom of 256-pixel tiles.
std::size_t detail_at(const Country& country, double zoom);

}  // namespace lachan::geo
