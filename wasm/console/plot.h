#pragma once

#include <imgui.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace lachan::console {

/// A chart in the window that is being made: a frame with two axes, drawn by what is called on it between its making and its end.
class Plot {
public:
    struct Axis {
        double low = 0, high = 1;
    };
    /// Takes `size` pixels at the cursor; `text_of_y` writes the marks of the upright axis.
    Plot(const char* id, ImVec2 size, Axis x, Axis y, const std::function<std::string(double)>& text_of_y);

    /// Marks below the frame, as many as have room, at whole values of x: in the middle of what begins there, or where it begins.
    enum class Mark { middle, edge };
    void marks_below(Mark mark, const std::function<std::string(double)>& text_of_x);
    /// One bar of each value, from `first` on; NaN has none.
    void bars(double first, std::span<const float> values, ImU32 colour);
    /// Between two rows of values; a gap where one is NaN.
    void band(double first, std::span<const float> low, std::span<const float> high, ImU32 colour);
    void line(double first, std::span<const float> values, ImU32 colour);
    void level(double y, ImU32 colour);
    void upright(double x, ImU32 colour);

    bool is_hovered() const { return hovered_; }
    bool is_pressed() const { return held_; }
    /// The value of x under the pointer.
    double pointed() const;

private:
    float place_x(double x) const { return static_cast<float>(frame_.x + (x - x_.low) / (x_.high - x_.low) * (end_.x - frame_.x)); }
    float place_y(double y) const { return static_cast<float>(end_.y - (y - y_.low) / (y_.high - y_.low) * (end_.y - frame_.y)); }

    ImDrawList& draw_;
    Axis x_, y_;
    ImVec2 frame_, end_;  ///< upper left and lower right corner of the frame
    bool hovered_ = false, held_ = false;
};

/// A round number of about `most` / `parts`: 1, 2 or 5 times a power of ten.
double round_step(double most, int parts);

}  // namespace lachan::console
