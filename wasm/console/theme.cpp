#include <imgui.h>

#include "panels.h"

namespace lachan::console {
namespace {

ImVec4 of(std::uint32_t colour, float alpha = 1) {
    ImVec4 value = ImGui::ColorConvertU32ToFloat4(colour);
    value.w = alpha;
    return value;
}

struct Ground {
    std::uint32_t window, ink, soft, line, field, header;
};
// 0xAABBGGRR: the page's own colours in the light and in the dark (tokens.css).
constexpr Ground kLight{0xffffffff, 0xff2f2910, 0xff615b46, 0xffdddfd8, 0xfff5f6ef, 0xffececdc};
constexpr Ground kDark{0xff2a2418, 0xffebebe3, 0xffbbb8a6, 0xff413c2d, 0xff322c19, 0xff413a1e};

}  // namespace

void apply_theme(const Theme& theme, float ratio) {
    ImGuiStyle style;
    const Ground& ground = theme.is_dark ? kDark : kLight;
    style.WindowPadding = {12, 10};
    style.FramePadding = {8, 6};
    style.ItemSpacing = {8, 7};
    style.CellPadding = {4, 4};
    style.TouchExtraPadding = {2, 2};
    style.ScrollbarSize = 14;
    style.GrabMinSize = 22;
    style.WindowRounding = 10;
    style.FrameRounding = 6;
    style.GrabRounding = 6;
    style.ScrollbarRounding = 7;
    style.TabRounding = 6;
    style.WindowBorderSize = 1;
    style.FrameBorderSize = 1;
    style.WindowTitleAlign = {0, 0.5F};
    style.WindowMenuButtonPosition = ImGuiDir_Right;
    style.ScaleAllSizes(ratio);

    ImVec4* colours = style.Colors;
    colours[ImGuiCol_Text] = of(ground.ink);
    colours[ImGuiCol_TextDisabled] = of(ground.soft);
    colours[ImGuiCol_WindowBg] = of(ground.window, 0.97F);
    colours[ImGuiCol_PopupBg] = of(ground.window);
    colours[ImGuiCol_Border] = of(ground.soft, 0.55F);
    colours[ImGuiCol_Separator] = of(ground.line);
    colours[ImGuiCol_FrameBg] = of(ground.field);
    colours[ImGuiCol_FrameBgHovered] = colours[ImGuiCol_FrameBgActive] = of(ground.header);
    colours[ImGuiCol_TitleBg] = colours[ImGuiCol_TitleBgActive] = colours[ImGuiCol_TitleBgCollapsed] = of(ground.header);
    colours[ImGuiCol_ScrollbarBg] = of(ground.field, 0.6F);
    colours[ImGuiCol_ScrollbarGrab] = of(ground.soft, 0.5F);
    colours[ImGuiCol_ScrollbarGrabHovered] = colours[ImGuiCol_ScrollbarGrabActive] = of(ground.soft, 0.8F);
    colours[ImGuiCol_SliderGrab] = of(theme.accent, 0.45F);  // the value is written over it
    colours[ImGuiCol_SliderGrabActive] = of(theme.accent, 0.6F);
    colours[ImGuiCol_CheckMark] = of(theme.accent);
    colours[ImGuiCol_Button] = of(ground.header);
    colours[ImGuiCol_ButtonHovered] = colours[ImGuiCol_ButtonActive] = of(theme.accent, 0.35F);
    colours[ImGuiCol_Header] = of(theme.accent, 0.25F);
    colours[ImGuiCol_HeaderHovered] = colours[ImGuiCol_HeaderActive] = of(theme.accent, 0.35F);
    colours[ImGuiCol_ResizeGrip] = of(ground.soft, 0.3F);
    colours[ImGuiCol_ResizeGripHovered] = colours[ImGuiCol_ResizeGripActive] = of(theme.accent, 0.7F);
    colours[ImGuiCol_Tab] = colours[ImGuiCol_TabUnfocused] = of(ground.field);
    colours[ImGuiCol_TabActive] = colours[ImGuiCol_TabUnfocusedActive] = of(theme.accent, 0.25F);
    colours[ImGuiCol_TabHovered] = of(theme.accent, 0.35F);
    colours[ImGuiCol_TableHeaderBg] = of(ground.field);
    colours[ImGuiCol_TableBorderLight] = colours[ImGuiCol_TableBorderStrong] = of(ground.line);
    colours[ImGuiCol_TableRowBgAlt] = of(ground.field, 0.5F);
    colours[ImGuiCol_NavHighlight] = of(theme.accent);
    ImGui::GetStyle() = style;
}

}  // namespace lachan::console
