#include "plot.h"

#include <algorithm>
#include <cmath>

namespace lachan::console {

double round_step(double most, int parts) {
    const double wanted = std::max(most, 1e-9) / parts;
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double times : {1.0, 2.0, 5.0})
        if (times * power >= wanted) return times * power;
    return 10 * power;
}

Plot::Plot(const char* id, ImVec2 size, Axis x, Axis y, const std::function<std::string(double)>& text_of_y)
    : draw_(*ImGui::GetWindowDrawList()), x_(x), y_(y) {
    const float line = ImGui::GetTextLineHeight();
    const float gap = std::round(line / 3);
    const double step = round_step(y.high - y.low, 3);
    float widest = 0;
    for (double at = y.low; at <= y.high + step / 1e6; at += step) widest = std::max(widest, ImGui::CalcTextSize(text_of_y(at).c_str()).x);

    const ImVec2 corner = ImGui::GetCursorScreenPos();
    frame_ = {std::round(corner.x + widest + gap), std::round(corner.y + line / 2)};
    end_ = {std::round(corner.x + size.x - gap), std::round(corner.y + size.y - line - gap)};
    end_ = {std::max(end_.x, frame_.x + 1), std::max(end_.y, frame_.y + 1)};
    ImGui::InvisibleButton(id, {std::max(size.x, 1.0F), std::max(size.y, 1.0F)});
    hovered_ = ImGui::IsItemHovered();
    held_ = ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left);

    const ImU32 grid = ImGui::GetColorU32(ImGuiCol_Separator), ink = ImGui::GetColorU32(ImGuiCol_Text);
    for (double at = y.low; at <= y.high + step / 1e6; at += step) {
        const float height = std::round(place_y(at));
        draw_.AddLine({frame_.x, height}, {end_.x, height}, grid);
        const std::string text = text_of_y(at);
        const ImVec2 extent = ImGui::CalcTextSize(text.c_str());
        draw_.AddText({std::round(frame_.x - gap - extent.x), std::round(height - extent.y / 2)}, ink, text.c_str());
    }
}

void Plot::marks_below(Mark mark, const std::function<std::string(double)>& text_of_x) {
    const float line = ImGui::GetTextLineHeight();
    const float width = ImGui::CalcTextSize(text_of_x(x_.high).c_str()).x + line;
    const int parts = std::max(1, static_cast<int>((end_.x - frame_.x) / width));
    const double step = std::max(1.0, std::ceil((x_.high - x_.low) / parts));
    const double shift = mark == Mark::middle ? 0.5 : 0;
    float free = frame_.x - line;
    for (double at = std::ceil(x_.low); at + shift <= x_.high; at += step) {
        const std::string text = text_of_x(at);
        const float extent = ImGui::CalcTextSize(text.c_str()).x;
        const float left = place_x(at + shift) - extent / 2;
        if (left < free || left + extent > end_.x + line / 2) continue;
        draw_.AddText({std::round(left), std::round(end_.y + line / 4)}, ImGui::GetColorU32(ImGuiCol_Text), text.c_str());
        free = left + extent + line / 2;
    }
}

void Plot::bars(double first, std::span<const float> values, ImU32 colour) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(values[i] > 0)) continue;
        const double at = first + static_cast<double>(i);
        const float left = place_x(at + 0.1), right = std::max(place_x(at + 0.9), left + 1);
        draw_.AddRectFilled({left, std::min(place_y(static_cast<double>(values[i])), end_.y - 1)}, {right, end_.y}, colour);
    }
}

void Plot::band(double first, std::span<const float> low, std::span<const float> high, ImU32 colour) {
    const auto height = [this](float value) { return place_y(std::min(static_cast<double>(value), y_.high)); };
    // Soft edges would show as a line between any two days.
    const ImDrawListFlags flags = draw_.Flags;
    draw_.Flags &= ~ImDrawListFlags_AntiAliasedFill;
    for (std::size_t i = 0; i + 1 < low.size(); ++i) {
        if (std::isnan(low[i] + high[i] + low[i + 1] + high[i + 1])) continue;
        const float left = place_x(first + static_cast<double>(i) + 0.5), right = place_x(first + static_cast<double>(i) + 1.5);
        draw_.AddQuadFilled({left, height(high[i])}, {right, height(high[i + 1])}, {right, height(low[i + 1])}, {left, height(low[i])}, colour);
    }
    draw_.Flags = flags;
}

void Plot::line(double first, std::span<const float> values, ImU32 colour) {
    const auto point = [&](std::size_t i) {
        return ImVec2(place_x(first + static_cast<double>(i) + 0.5), place_y(std::min(static_cast<double>(values[i]), y_.high)));
    };
    const float width = std::max(1.0F, ImGui::GetTextLineHeight() / 10);
    for (std::size_t i = 0; i + 1 < values.size(); ++i)
        if (!std::isnan(values[i] + values[i + 1])) draw_.AddLine(point(i), point(i + 1), colour, width);
}

void Plot::level(double y, ImU32 colour) {
    if (y > y_.low && y < y_.high) draw_.AddLine({frame_.x, std::round(place_y(y))}, {end_.x, std::round(place_y(y))}, colour);
}

void Plot::upright(double x, ImU32 colour) {
    if (x < x_.low || x > x_.high) return;
    const float at = std::round(place_x(x)), width = std::max(1.0F, std::round(ImGui::GetTextLineHeight() / 8));
    draw_.AddLine({at, frame_.y}, {at, end_.y}, colour, width);
}

double Plot::pointed() const {
    const double share = static_cast<double>((ImGui::GetIO().MousePos.x - frame_.x) / (end_.x - frame_.x));
    return std::clamp(x_.low + share * (x_.high - x_.low), x_.low, x_.high);
}

}  // namespace lachan::console
