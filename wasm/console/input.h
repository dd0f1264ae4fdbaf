#pragma once

#include <cstdint>
#include <deque>

namespace lachan::console {

/// What fingers, mouse and keys did since the last frame. A press and its release are shown to ImGui in two frames, however quick they
/// were: it looks at what is down, not at what happened.
class Input {
public:
    void move(float x, float y) { queue_.push_back({Kind::move, x, y, 0, false}); }
    void leave() { queue_.push_back({Kind::leave, 0, 0, 0, false}); }
    void button(int button, bool down) { queue_.push_back({Kind::button, 0, 0, button, down}); }
    void wheel(float x, float y) { queue_.push_back({Kind::wheel, x, y, 0, false}); }
    /// `key` is an ImGuiKey; `modifiers` are ImGuiKeyModFlags.
    void key(int key, bool down, int modifiers) { queue_.push_back({Kind::key, static_cast<float>(modifiers), 0, key, down}); }
    /// Nothing is held any more: the page has lost the focus, and with it the releases.
    void release_all() { queue_.push_back({Kind::release, 0, 0, 0, false}); }

    /// Puts into ImGui's state what belongs into one frame; the rest waits for the next.
    void apply();
    bool is_waiting() const { return !queue_.empty(); }

private:
    enum class Kind : std::uint8_t { move, leave, button, wheel, key, release };
    struct Event {
        Kind kind;
        float x, y;
        int code;
        bool down;
    };
    std::deque<Event> queue_;
};

}  // namespace lachan::console
