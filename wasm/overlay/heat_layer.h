#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geo/heat.h"
#include "gl.h"
#include "view.h"

namespace lachan::overlay {

/// Where many points lie close together. The points are summed in cells once; a frame spreads the cells in view into a small texture,
/// and only when the view has left the part that was spread before (docs/adr/0074).
class HeatLayer {
public:
    void set_points(std::span<const std::uint32_t> places, std::span<const float> weights);
    void show(bool is_shown) { is_shown_ = is_shown; }
    bool draw(const View& view);
    void forget();

private:
    void spread(const View& view, int level, double cell_px);

    geo::HeatPyramid pyramid_;
    bool is_shown_ = false;
    int level_ = -1;          ///< of what is spread; -1: nothing
    double world_px_ = 0;     ///< for which it was spread
    geo::CellWindow window_;  ///< what is spread
    std::vector<float> field_;
    std::vector<std::uint32_t> colours_;

    Program program_;
    bool has_program_ = false, is_changed_ = true;
    VertexArray corners_;
    GLuint texture_ = 0;
};

}  // namespace lachan::overlay
