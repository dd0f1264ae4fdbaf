// The C ABI of the console: conversions and nothing else. JavaScript owns the canvas, its context, the font's picture and the choice to draw.

#include <GLES3/gl3.h>
#include <backends/imgui_impl_opengl3.h>
#include <emscripten/emscripten.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <memory>

#include "font.h"
#include "input.h"
#include "panels.h"
#include "snapshot.h"

namespace {

using namespace lachan::console;

/// Frames after the last input or message: ImGui measures a window in its first, and knows what is under the pointer one later.
constexpr int kSettling = 3;

struct Box {
    float left, top, right, bottom;  ///< device pixels of the canvas
};

struct Console {
    Shown shown;
    Panels panels;
    Input input;
    std::vector<Event> events;
    std::vector<Box> boxes;
    std::string error;
    float ratio = 1;
    int frames = kSettling;
    bool has_theme = false;
    bool has_renderer = false;
};

// The one object behind the C functions; there is none before console_open and after console_close.
std::unique_ptr<Console> console;

void wake() { console->frames = kSettling; }

/// The renderer anew with the next frame, with other things of the card. Its own DestroyDeviceObjects would keep the sizes of buffers that
/// are gone, and write beyond those that follow.
void drop_renderer() {
    if (console->has_renderer) ImGui_ImplOpenGL3_Shutdown();
    console->has_renderer = false;
}

bool is_held() {
    const ImGuiIO& io = ImGui::GetIO();
    return std::any_of(std::begin(io.KeysDown), std::end(io.KeysDown), [](bool down) { return down; });
}

/// Where windows are: the page lets everything else through to the map.
void learn_boxes() {
    console->boxes.clear();
    for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) {
        const bool is_child = (window->Flags & ImGuiWindowFlags_ChildWindow) != 0;
        if (!window->Active || window->Hidden || is_child || window->IsFallbackWindow) continue;
        console->boxes.push_back({window->Pos.x, window->Pos.y, window->Pos.x + window->Size.x, window->Pos.y + window->Size.y});
    }
}

}  // namespace

extern "C" {

/// Begins in the current WebGL2 context.
EMSCRIPTEN_KEEPALIVE void console_open() {
    console = std::make_unique<Console>();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = key;
    io.Fonts->Flags |= ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoPowerOfTwoHeight;
}

/// Ends; the things of the context go too, while it is current.
EMSCRIPTEN_KEEPALIVE void console_close() {
    drop_renderer();
    ImGui::DestroyContext();
    console.reset();
}

/// Takes a message of the page (snapshot.h). 0, and nothing is changed, when it is not right: console_error_* says what.
EMSCRIPTEN_KEEPALIVE int console_show(const std::uint8_t* message, std::uint32_t size) {
    if (!console) console = std::make_unique<Console>();  // a test reads messages without a screen
    const auto taken = read_snapshot({message, size}, console->shown);
    console->error = taken ? "" : taken.error().rule + ": " + taken.error().detail;
    if (!taken) return 0;
    console->has_theme = false;
    wake();
    return 1;
}
EMSCRIPTEN_KEEPALIVE const char* console_error_data() { return console->error.data(); }
EMSCRIPTEN_KEEPALIVE std::uint32_t console_error_size() { return static_cast<std::uint32_t>(console->error.size()); }

/// The font as the page has drawn it (font.h). 0 when its cells are not right.
EMSCRIPTEN_KEEPALIVE int console_font(const std::uint8_t* coverage, std::uint32_t width, std::uint32_t height, const Glyph* glyphs,
                                      std::uint32_t count, double line_height) {
    if (!load_font({coverage, std::size_t{width} * height}, width, height, {glyphs, count}, static_cast<float>(line_height))) return 0;
    drop_renderer();
    wake();
    return 1;
}

/// Device pixels of the canvas.
EMSCRIPTEN_KEEPALIVE void console_move(double x, double y) {
    console->input.move(static_cast<float>(x), static_cast<float>(y));
    wake();
}
EMSCRIPTEN_KEEPALIVE void console_leave() {
    console->input.leave();
    wake();
}
EMSCRIPTEN_KEEPALIVE void console_button(int button, int down) {
    console->input.button(button, down != 0);
    wake();
}
EMSCRIPTEN_KEEPALIVE void console_wheel(double x, double y) {
    console->input.wheel(static_cast<float>(x), static_cast<float>(y));
    wake();
}
/// `key` is an ImGuiKey, `modifiers` ImGuiKeyModFlags.
EMSCRIPTEN_KEEPALIVE void console_key(int key, int down, int modifiers) {
    console->input.key(key, down != 0, modifiers);
    wake();
}
EMSCRIPTEN_KEEPALIVE void console_release_all() {
    console->input.release_all();
    wake();
}
EMSCRIPTEN_KEEPALIVE void console_next_window() {
    console->panels.focus_next();
    wake();
}

/// Draws into the current context; how many further frames are wanted, 0 to rest until something happens.
EMSCRIPTEN_KEEPALIVE int console_frame(double width, double height, double ratio, double seconds) {
    ImGuiIO& io = ImGui::GetIO();
    const ImVec2 size{static_cast<float>(width), static_cast<float>(height)};
    if (io.DisplaySize.x != size.x || io.DisplaySize.y != size.y) {
        console->panels.arrange();
        wake();
    }
    io.DisplaySize = size;
    io.DeltaTime = std::clamp(static_cast<float>(seconds), 0.001F, 0.1F);
    if (!console->has_theme || console->ratio != static_cast<float>(ratio)) {
        console->ratio = static_cast<float>(ratio);
        apply_theme(console->shown.theme, console->ratio);
        console->has_theme = true;
    }
    console->input.apply();
    if (!console->has_renderer) console->has_renderer = ImGui_ImplOpenGL3_Init();
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    console->panels.draw(console->shown, console->events);
    ImGui::Render();
    glViewport(0, 0, static_cast<GLsizei>(width), static_cast<GLsizei>(height));
    glDisable(GL_SCISSOR_TEST);
    glClearColor(0, 0, 0, 0);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    learn_boxes();
    console->frames -= 1;
    if (console->input.is_waiting() || is_held()) console->frames = std::max(console->frames, 1);
    return console->frames = std::max(console->frames, 0);
}

/// Boxes of the windows of the last frame, four floats each.
EMSCRIPTEN_KEEPALIVE std::uint32_t console_boxes() { return static_cast<std::uint32_t>(console->boxes.size()); }
EMSCRIPTEN_KEEPALIVE const Box* console_boxes_data() { return console->boxes.data(); }
/// An ImGuiMouseCursor.
EMSCRIPTEN_KEEPALIVE int console_cursor() { return ImGui::GetMouseCursor(); }

/// What was asked for since console_events_clear.
EMSCRIPTEN_KEEPALIVE std::uint32_t console_events() { return static_cast<std::uint32_t>(console->events.size()); }
EMSCRIPTEN_KEEPALIVE const Event* console_events_data() { return console->events.data(); }
EMSCRIPTEN_KEEPALIVE void console_events_clear() { console->events.clear(); }

/// What the context held is gone; it is uploaded again at the first frame after its return.
EMSCRIPTEN_KEEPALIVE void console_context_lost() { drop_renderer(); }

}  // extern "C"
