#pragma once

#include <functional>

#include "geo/arrangement.h"
#include "geo/cells.h"

namespace lachan::geo {

/// A spot inside a face: the middle of the widest stretch of a line across it.
Spot spot_inside(const Arrangement& plane, std::size_t face);

/// Faces of one owner that hang together.
struct Pieces {
    std::vector<std::uint32_t> piece_of;            ///< of each face
    std::vector<std::uint32_t> owner;               ///< of each piece
    std::vector<std::int64_t> area;                 ///< twice, holes taken off
    std::vector<std::vector<std::uint32_t>> faces;  ///< of each piece
    std::uint32_t count() const { return static_cast<std::uint32_t>(owner.size()); }
};
Pieces find_pieces(const Arrangement& plane, const std::vector<std::uint32_t>& owner);

/// Twice the area of a face, its holes taken off.
std::int64_t net_area(const Arrangement& plane, std::size_t face);

/// The owner beside these faces with the longest common border, among those that `may` have them; UINT32_MAX when there
/// is none.
std::uint32_t longest_neighbour(const Arrangement& plane, const std::vector<std::uint32_t>& owner,
                                const std::vector<std::uint32_t>& faces,
                                const std::function<bool(std::uint32_t owner, std::uint32_t face)>& may);

}  // namespace lachan::geo
