#include "input.h"

#include <imgui.h>

#include <cfloat>

namespace lachan::console {

void Input::apply() {
    ImGuiIO& io = ImGui::GetIO();
    bool pressed = false;
    while (!queue_.empty()) {
        const Event event = queue_.front();
        // What comes after a press belongs into the next frame: a press happens where the pointer was.
        if (pressed) return;
        queue_.pop_front();
        switch (event.kind) {
            case Kind::move: io.MousePos = {event.x, event.y}; break;
            case Kind::leave: io.MousePos = {-FLT_MAX, -FLT_MAX}; break;
            case Kind::button:
                if (event.code >= 0 && event.code < 3) io.MouseDown[event.code] = event.down;
                pressed = true;
                break;
            case Kind::wheel:
                io.MouseWheelH += event.x;
                io.MouseWheel += event.y;
                break;
            case Kind::key: {
                const int modifiers = static_cast<int>(event.x);
                io.KeyCtrl = (modifiers & ImGuiKeyModFlags_Ctrl) != 0;
                io.KeyShift = (modifiers & ImGuiKeyModFlags_Shift) != 0;
                io.KeyAlt = (modifiers & ImGuiKeyModFlags_Alt) != 0;
                io.KeySuper = (modifiers & ImGuiKeyModFlags_Super) != 0;
                if (event.code >= 0 && event.code < ImGuiKey_COUNT) io.KeysDown[event.code] = event.down;
                pressed = true;
                break;
            }
            case Kind::release:
                for (bool& down : io.MouseDown) down = false;
                for (bool& down : io.KeysDown) down = false;
                io.KeyCtrl = io.KeyShift = io.KeyAlt = io.KeySuper = false;
                break;
        }
    }
}

}  // namespace lachan::console
