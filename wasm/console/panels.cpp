#include "panels.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "plot.h"
#include "words.h"

namespace lachan::console {
namespace {

using Kind = Event::Kind;

constexpr float kGap = 0.6F;  ///< around windows, in heights of a line

float em() { return ImGui::GetFontSize(); }
std::string title(const Shown& shown, Word word, const char* id) { return std::string(shown.word(word)) + "###" + id; }
ImU32 with_alpha(std::uint32_t colour, std::uint32_t alpha) { return (colour & 0x00ffffff) | alpha << 24; }
ImU32 amber(const Shown& shown) { return shown.theme.is_dark ? 0xff92caef : 0xff04426b; }

void wrapped(const char* text) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
}

void soft(const char* text) {
    ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
    wrapped(text);
    ImGui::PopStyleColor();
}

void heading(const char* text, const Shown& shown) {
    ImGui::PushStyleColor(ImGuiCol_Text, shown.theme.accent);
    ImGui::TextUnformatted(text);
    ImGui::PopStyleColor();
}

/// A button with a figure of two bars or a triangle to the right.
bool play_button(const char* id, bool is_playing, const char* tip) {
    const float side = ImGui::GetFrameHeight();
    const bool pressed = ImGui::Button(id, {side * 1.4F, side});
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    const ImVec2 middle{std::round((low.x + high.x) / 2), std::round((low.y + high.y) / 2)};
    const float half = std::round(side / 5);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImU32 ink = ImGui::GetColorU32(ImGuiCol_Text);
    if (is_playing) {
        draw.AddRectFilled({middle.x - half, middle.y - half}, {middle.x - half / 3, middle.y + half}, ink);
        draw.AddRectFilled({middle.x + half / 3, middle.y - half}, {middle.x + half, middle.y + half}, ink);
    } else {
        draw.AddTriangleFilled({middle.x - half * 0.7F, middle.y - half}, {middle.x + half, middle.y}, {middle.x - half * 0.7F, middle.y + half}, ink);
    }
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", tip);
    return pressed;
}

bool step_button(const char* id, ImGuiDir direction, const char* tip) {
    const bool pressed = ImGui::ArrowButton(id, direction);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", tip);
    return pressed;
}

float greatest(const std::vector<float>& values) {
    float most = 0;
    for (const float value : values)
        if (value > most) most = value;
    return most;
}

}  // namespace

void Panels::place(int window, float x, float y, float width, float height, bool collapsed) {
    if (arranges_) {
        ImGui::SetNextWindowPos({std::round(x), std::round(y)}, ImGuiCond_Always);
        ImGui::SetNextWindowSize({std::round(width), std::round(height)}, ImGuiCond_Always);
        ImGui::SetNextWindowCollapsed(collapsed, ImGuiCond_Always);
    }
    ImGui::SetNextWindowSizeConstraints({12 * em(), 2 * em()}, {1e5F, 1e5F});
    if (wants_focus_ == window) {
        ImGui::SetNextWindowFocus();
        if (!arranges_) ImGui::SetNextWindowCollapsed(false, ImGuiCond_Always);  // asked for by key: to be seen
        wants_focus_ = -1;
    }
}

void Panels::draw(Shown& shown, std::vector<Event>& events) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const float gap = kGap * em(), side = std::min(16 * em(), screen.x * 0.36F), below = std::min(13.5F * em(), screen.y * 0.4F);
    const bool is_narrow = screen.x < 50 * em();
    const float rest = screen.y - below - 3 * gap;
    const auto begins = [&](int number, Word word, const char* id) {
        // The keyboard begins in the first window, not in the one that came last.
        const bool is_open = ImGui::Begin(title(shown, word, id).c_str(), nullptr, ImGuiWindowFlags_NoFocusOnAppearing);
        if (ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows)) focused_ = number;
        return is_open;
    };

    place(0, gap, gap, side, rest);
    if (begins(0, Word::layers_title, "layers") && ImGui::BeginTabBar("what")) {
        if (ImGui::BeginTabItem(title(shown, Word::layers_tab, "layersTab").c_str())) {
            layers(shown, events);
            ImGui::EndTabItem();
        }
        if (ImGui::BeginTabItem(title(shown, Word::rules_title, "rulesTab").c_str())) {
            rules(shown, events);
            ImGui::EndTabItem();
        }
        ImGui::EndTabBar();
    }
    ImGui::End();
    // On a tablet the middle stays free for the map: the list opens when it is asked for.
    const float wide = std::min(26 * em(), screen.x * 0.42F);
    place(1, screen.x - wide - gap, gap, wide, rest, is_narrow);
    if (begins(1, Word::ranking_title, "ranking")) {
        ranking(shown, ImGui::GetContentRegionAvail().y * 0.58F, events);
        histogram(shown);
    }
    ImGui::End();
    place(2, gap, screen.y - below - gap, screen.x - 2 * gap, below);
    if (begins(2, Word::time_title, "time")) time(shown, events);
    ImGui::End();
    arranges_ = false;
}

void Panels::layers(Shown& shown, std::vector<Event>& events) {
    for (std::size_t i = 0; i < shown.layers.size(); ++i) {
        const Layer& layer = shown.layers[i];
        const std::string label = layer.name + "##layer" + std::to_string(i);
        if (ImGui::RadioButton(label.c_str(), i == shown.state.layer) && i != shown.state.layer)
            events.push_back({Kind::set_layer, static_cast<std::int32_t>(i)});
        if (!layer.hint.empty() && ImGui::IsItemHovered()) {
            ImGui::BeginTooltip();
            ImGui::PushTextWrapPos(24 * em());
            ImGui::TextUnformatted(layer.hint.c_str());
            ImGui::PopTextWrapPos();
            ImGui::EndTooltip();
        }
    }
}

void Panels::rules(Shown& shown, std::vector<Event>& events) {
    Rules& rules = shown.rules;
    if (rules.pack.empty()) {
        soft(shown.word(Word::rules_none));
        return;
    }
    wrapped(rules.pack.c_str());
    bool is_moved = false;
    for (std::size_t i = 0; i < rules.thresholds.size(); ++i) {
        Threshold& one = rules.thresholds[i];
        ImGui::PushID(static_cast<int>(i));
        ImGui::Spacing();
        wrapped((one.name + (one.is_confirmed ? "" : " *")).c_str());
        auto value = static_cast<float>(one.value);
        const std::string said = number_text(shown, one.value, one.step < 1 ? 1 : 0) + (one.unit.empty() ? "" : " " + one.unit);
        ImGui::SetNextItemWidth(-1);
        const auto flags = ImGuiSliderFlags_NoInput | ImGuiSliderFlags_AlwaysClamp;
        if (ImGui::SliderFloat("##value", &value, static_cast<float>(one.low), static_cast<float>(one.high), said.c_str(), flags)) {
            const double stepped = one.low + std::round((static_cast<double>(value) - one.low) / one.step) * one.step;
            const double next = std::clamp(stepped, one.low, one.high);
            if (next != one.value) events.push_back({Kind::set_threshold, static_cast<std::int32_t>(i), next});
            one.value = next;
        }
        is_moved = is_moved || one.value != one.official;
        ImGui::PopID();
    }
    ImGui::Spacing();
    if (!rules.effect.empty()) wrapped(rules.effect.c_str());
    if (is_moved && ImGui::Button(shown.word(Word::rules_reset))) events.push_back({Kind::reset_thresholds});
    if (!rules.is_confirmed) {
        ImGui::PushStyleColor(ImGuiCol_Text, amber(shown));
        wrapped(shown.word(Word::rules_confirm));
        ImGui::PopStyleColor();
    }
}

void Panels::time(Shown& shown, std::vector<Event>& events) {
    State& state = shown.state;
    const auto go_to = [&](std::int32_t day) {
        if (day == state.day || day < state.first || day > state.last) return;
        state.day = day;
        events.push_back({Kind::set_day, 0, static_cast<double>(day)});
    };
    if (step_button("back", ImGuiDir_Left, shown.word(Word::time_back))) go_to(state.day - 1);
    ImGui::SameLine();
    const char* tip = shown.word(state.is_playing ? Word::time_pause : Word::time_play);
    if (play_button("##play", state.is_playing, tip)) events.push_back({Kind::play, 0, state.is_playing ? 0.0 : 1.0});
    ImGui::SameLine();
    if (step_button("forward", ImGuiDir_Right, shown.word(Word::time_forward))) go_to(state.day + 1);
    ImGui::SameLine();
    ImGui::SetNextItemWidth(-1);
    int day = std::clamp(state.day, state.first, state.last);
    if (ImGui::SliderInt("##day", &day, state.first, state.last, day_text(day).c_str(), ImGuiSliderFlags_NoInput | ImGuiSliderFlags_AlwaysClamp))
        go_to(day);

    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float half = (room.x - ImGui::GetStyle().ItemSpacing.x) / 2;
    if (ImGui::BeginChild("curve", {half, 0}, false, ImGuiWindowFlags_NoScrollbar)) curve(shown, half, room.y, events);
    ImGui::EndChild();
    ImGui::SameLine();
    if (ImGui::BeginChild("rt", {half, 0}, false, ImGuiWindowFlags_NoScrollbar)) reproduction(shown, half, room.y, events);
    ImGui::EndChild();
}

namespace {

/// Both charts of days: their axis, the day that is shown, and a press that goes to another.
void end_of_days(Plot& plot, const Shown& shown, std::vector<Event>& events) {
    plot.marks_below(Plot::Mark::middle, [](double day) { return short_day_text(static_cast<std::int32_t>(day)); });
    plot.upright(shown.state.day + 0.5, ImGui::GetColorU32(ImGuiCol_Text));
    if (!plot.is_pressed()) return;
    const auto day = std::clamp(static_cast<std::int32_t>(std::floor(plot.pointed())), shown.state.first, shown.state.last);
    if (day != shown.state.day) events.push_back({Kind::set_day, 0, static_cast<double>(day)});
}

/// The place in the series under the pointer; its size when there is none.
std::size_t pointed_day(const Plot& plot, const Series& series) {
    const double place = std::floor(plot.pointed()) - series.first;
    return plot.is_hovered() && place >= 0 && place < static_cast<double>(series.cases.size()) ? static_cast<std::size_t>(place) : series.cases.size();
}

}  // namespace

void Panels::curve(const Shown& shown, float width, float height, std::vector<Event>& events) {
    const Series& series = shown.series;
    heading(filled(shown.word(Word::curve_title), {{"name", series.title}}).c_str(), shown);
    if (series.cases.empty()) return soft(shown.word(Word::curve_none));
    const double most = std::max(1.0, static_cast<double>(greatest(series.cases)));
    const Plot::Axis x{static_cast<double>(series.first), static_cast<double>(series.first) + static_cast<double>(series.cases.size())};
    Plot plot("plot", {width, height - ImGui::GetTextLineHeightWithSpacing()}, x, {0, most * 1.05},
              [&](double value) { return number_text(shown, value); });
    plot.bars(series.first, series.cases, shown.theme.bar);
    end_of_days(plot, shown, events);
    const std::size_t at = pointed_day(plot, series);
    if (at < series.cases.size())
        ImGui::SetTooltip("%s", filled(shown.word(Word::tip_cases), {{"day", day_text(series.first + static_cast<std::int32_t>(at))},
                                                                     {"n", number_text(shown, static_cast<double>(series.cases[at]))}}).c_str());
}

void Panels::reproduction(const Shown& shown, float width, float height, std::vector<Event>& events) {
    const Series& series = shown.series;
    heading(filled(shown.word(Word::rt_title), {{"name", series.title}}).c_str(), shown);
    const bool is_known = std::any_of(series.rt.begin(), series.rt.end(), [](float value) { return !std::isnan(value); });
    if (!is_known) return soft(shown.word(Word::rt_none));
    // The first days of an outbreak have wide intervals: they are cut at the edge rather than making everything else flat.
    const double most = std::clamp(static_cast<double>(greatest(series.rt)) * 1.2, 2.0, 6.0);
    const Plot::Axis x{static_cast<double>(series.first), static_cast<double>(series.first) + static_cast<double>(series.cases.size())};
    Plot plot("plot", {width, height - ImGui::GetTextLineHeightWithSpacing()}, x, {0, most},
              [&](double value) { return number_text(shown, value, value == std::floor(value) ? 0 : 1); });
    plot.band(series.first, series.rt_low, series.rt_high, with_alpha(shown.theme.band, 0x66));
    plot.line(series.first, series.rt, amber(shown));
    plot.level(1, ImGui::GetColorU32(ImGuiCol_Text));
    end_of_days(plot, shown, events);
    const std::size_t at = pointed_day(plot, series);
    if (at < series.rt.size() && !std::isnan(series.rt[at])) {
        const auto said = [&](const std::vector<float>& values) { return number_text(shown, static_cast<double>(values[at]), 2); };
        ImGui::SetTooltip("%s", filled(shown.word(Word::tip_rt), {{"day", day_text(series.first + static_cast<std::int32_t>(at))},
                                                                  {"rt", said(series.rt)}, {"low", said(series.rt_low)}, {"high", said(series.rt_high)}}).c_str());
    }
}

/// The order of the table; what is not known comes last either way.
void Panels::sort(const Shown& shown, bool anew) {
    if (!anew && sorted_count_ == shown.units.size()) return;
    sorted_count_ = shown.units.size();
    order_.resize(sorted_count_);
    for (std::size_t i = 0; i < sorted_count_; ++i) order_[i] = static_cast<std::int32_t>(i);
    if (sorted_by_ == 0) {
        if (is_descending_) std::reverse(order_.begin(), order_.end());
        return;  // the page sends names in the order of its language
    }
    const auto value = [&](std::int32_t i) {
        const UnitRow& row = shown.units[static_cast<std::size_t>(i)];
        return sorted_by_ == 1 ? row.cases : sorted_by_ == 2 ? row.rate : row.trend;
    };
    std::stable_sort(order_.begin(), order_.end(), [&](std::int32_t a, std::int32_t b) {
        const float left = value(a), right = value(b);
        if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
        return is_descending_ ? left > right : left < right;
    });
}

void Panels::ranking(const Shown& shown, float height, std::vector<Event>& events) {
    if (shown.units.empty()) return soft(shown.word(Word::ranking_none));
    const auto flags = ImGuiTableFlags_Sortable | ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH |
                       ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_NoSavedSettings;
    if (!ImGui::BeginTable("units", 4, flags, {0, height})) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn(shown.word(Word::ranking_unit), ImGuiTableColumnFlags_WidthStretch);
    const auto number = ImGuiTableColumnFlags_PreferSortDescending;
    ImGui::TableSetupColumn(shown.word(Word::ranking_cases), number);
    ImGui::TableSetupColumn(shown.word(Word::ranking_rate), number | ImGuiTableColumnFlags_DefaultSort);
    ImGui::TableSetupColumn(shown.word(Word::ranking_trend), number);
    ImGui::TableHeadersRow();
    if (ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs(); specs && specs->SpecsCount > 0) {
        sorted_by_ = specs->Specs[0].ColumnIndex;
        is_descending_ = specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
        specs->SpecsDirty = false;
    }
    sort(shown, true);
    const auto right = [](const std::string& text) {
        const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
        if (room > 0) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room);
        ImGui::TextUnformatted(text.c_str());
    };
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(order_.size()));
    while (clipper.Step()) {
        for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
            const std::int32_t at = order_[static_cast<std::size_t>(line)];
            const UnitRow& row = shown.units[static_cast<std::size_t>(at)];
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            ImGui::PushID(at);
            const ImVec2 corner = ImGui::GetCursorScreenPos();
            const float chip = std::round(em() * 0.7F), drop = std::round((em() - chip) / 2);
            ImGui::GetWindowDrawList()->AddRectFilled({corner.x, corner.y + drop}, {corner.x + chip, corner.y + drop + chip}, row.colour);
            ImGui::GetWindowDrawList()->AddRect({corner.x, corner.y + drop}, {corner.x + chip, corner.y + drop + chip}, ImGui::GetColorU32(ImGuiCol_TextDisabled));
            ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::round(em()));
            if (ImGui::Selectable(row.name.c_str(), at == shown.state.selected, ImGuiSelectableFlags_SpanAllColumns))
                events.push_back({Kind::select, at});
            ImGui::PopID();
            ImGui::TableNextColumn();
            right(number_text(shown, static_cast<double>(row.cases)));
            ImGui::TableNextColumn();
            right(number_text(shown, static_cast<double>(row.rate), row.rate < 100 ? 1 : 0));
            ImGui::TableNextColumn();
            const std::string sign = row.trend > 0 ? "+" : "";
            right(std::isnan(row.trend) ? "–" : sign + number_text(shown, static_cast<double>(row.trend)) + " %");
        }
    }
    ImGui::EndTable();
}

void Panels::histogram(const Shown& shown) {
    heading(shown.word(Word::histogram_title), shown);
    float most = 0;
    int known = 0;
    for (const UnitRow& row : shown.units) {
        if (std::isnan(row.rate)) continue;
        most = std::max(most, row.rate);
        ++known;
    }
    if (known == 0) return soft(shown.word(Word::histogram_none));
    const double width = std::max(1.0, round_step(static_cast<double>(most), 12));
    std::vector<float> counts(static_cast<std::size_t>(std::floor(static_cast<double>(most) / width)) + 1);
    for (const UnitRow& row : shown.units)
        if (!std::isnan(row.rate)) counts[static_cast<std::size_t>(std::floor(static_cast<double>(row.rate) / width))] += 1;
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const double high = std::max(1.0, static_cast<double>(greatest(counts)) * 1.05);
    Plot plot("rates", {room.x, room.y - ImGui::GetTextLineHeightWithSpacing()}, {0, static_cast<double>(counts.size())}, {0, high},
              [&](double value) { return number_text(shown, value); });
    plot.bars(0, counts, shown.theme.bar);
    plot.marks_below(Plot::Mark::edge, [&](double place) { return number_text(shown, place * width); });
    for (const Threshold& one : shown.rules.thresholds) plot.upright(one.value / width, amber(shown));
    soft(shown.word(Word::histogram_axis));
    const auto at = static_cast<std::size_t>(std::floor(plot.pointed()));
    if (plot.is_hovered() && at < counts.size())
        ImGui::SetTooltip("%s", filled(shown.word(Word::tip_units), {{"n", number_text(shown, static_cast<double>(counts[at]))},
                                                                     {"from", number_text(shown, static_cast<double>(at) * width)},
                                                                     {"to", number_text(shown, static_cast<double>(at + 1) * width)}}).c_str());
}

}  // namespace lachan::console
