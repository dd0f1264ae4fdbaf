#pragma once

#include <cstdint>
#include <vector>

#include "shown.h"

namespace lachan::console {

/// What somebody asked for in the console; the page does it, and says so in its next message.
struct Event {
    enum class Kind : std::uint32_t { set_day = 1, set_layer, play, select, set_threshold, reset_thresholds };
    Kind kind;
    std::int32_t index = 0;  ///< of a layer, a unit or a threshold
    double value = 0;        ///< a day, a limit, or 1 to play and 0 to pause
};
static_assert(sizeof(Event) == 16);

/// The windows of the console. What a slider says is shown at once, since a finger is on it; everything else once the page says so.
class Panels {
public:
    void draw(Shown& shown, std::vector<Event>& events);
    /// The next window gets the keyboard: Ctrl+Tab is the browser's.
    void focus_next() { wants_focus_ = (focused_ + 1) % 3; }
    /// Their places follow the size of the screen again, wherever they were dragged to.
    void arrange() { arranges_ = true; }

private:
    void place(int window, float x, float y, float width, float height, bool collapsed = false);
    void layers(Shown& shown, std::vector<Event>& events);
    void rules(Shown& shown, std::vector<Event>& events);
    void time(Shown& shown, std::vector<Event>& events);
    void curve(const Shown& shown, float width, float height, std::vector<Event>& events);
    void reproduction(const Shown& shown, float width, float height, std::vector<Event>& events);
    void ranking(const Shown& shown, float height, std::vector<Event>& events);
    void histogram(const Shown& shown);
    void sort(const Shown& shown, bool anew);

    std::vector<std::int32_t> order_;  ///< places of units as the table shows them
    int sorted_by_ = 2;
    bool is_descending_ = true;
    std::size_t sorted_count_ = 0;
    int focused_ = 0, wants_focus_ = 0;
    bool arranges_ = true;
};

/// Colours and sizes after the theme, for `ratio` device pixels to a CSS pixel.
void apply_theme(const Theme& theme, float ratio);

}  // namespace lachan::console
