// The C ABI of the overlay: conversions and nothing else. JavaScript owns the canvas, its context, the camera and the choice to draw.

#include <emscripten/emscripten.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "geo/outline.h"
#include "heat_layer.h"
#include "labels.h"
#include "map_layer.h"
#include "marks_layer.h"
#include "rehearsal.h"

namespace {

using lachan::geo::Level;
using lachan::overlay::MapLayer;

struct Overlay {
    lachan::overlay::Programs programs;
    std::unique_ptr<MapLayer> map;
    lachan::overlay::HeatLayer heat;
    lachan::overlay::MarksLayer marks;
    std::optional<std::array<std::vector<lachan::geo::Place>, 3>> places;  ///< of the map's units; made when one is first asked for
    std::vector<lachan::overlay::Label> labels;
    lachan::overlay::View view;  ///< of the last frame
    std::string error;
    double box[4] = {};
    std::vector<double> shape;
};

// The one object behind the C functions; nothing else of the overlay is global.
Overlay overlay;

bool is_level(int level) { return level >= 0 && level < 3; }

/// Of the units of a level; none while there is no map, or no such level.
std::span<const lachan::geo::Place> places_of(int level) {
    if (!overlay.map || !is_level(level)) return {};
    if (!overlay.places) overlay.places = lachan::geo::make_places(overlay.map->country());
    return (*overlay.places)[static_cast<std::size_t>(level)];
}

}  // namespace

extern "C" {

/// Makes ready what reads and draws, in the current context: while the file of boundaries still travels.
EMSCRIPTEN_KEEPALIVE void overlay_warm() { lachan::overlay::rehearse(overlay.programs); }

/// Reads a file of boundaries (docs/BOUNDARIES.md). 1 when it is shown from now on; 0 and a text in overlay_error_* when not.
EMSCRIPTEN_KEEPALIVE int overlay_load(const std::uint8_t* data, std::uint32_t size) {
    auto country = lachan::geo::read_country({data, size});
    if (!country) {
        overlay.error = country.error().detail;
        return 0;
    }
    overlay.places.reset();
    overlay.map = std::make_unique<MapLayer>(std::move(*country), overlay.programs);
    return 1;
}

EMSCRIPTEN_KEEPALIVE const char* overlay_error_data() { return overlay.error.data(); }
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_error_size() { return static_cast<std::uint32_t>(overlay.error.size()); }

/// How many units a level has; with `codes`, their codes as numbers (0: the unit above stands here for itself) and their parents.
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_units(int level, std::uint32_t* codes, std::uint32_t* parents) {
    if (!overlay.map || !is_level(level)) return 0;
    const auto& units = overlay.map->country().units[static_cast<std::size_t>(level)];
    for (std::size_t i = 0; i < units.size() && codes; ++i) codes[i] = units[i].code;
    for (std::size_t i = 0; i < units.size() && parents; ++i) parents[i] = units[i].parent;
    return static_cast<std::uint32_t>(units.size());
}

/// A class for each unit of `level`, below 128, and 128 more where nobody has approved it. 0 when `count` is not their number.
EMSCRIPTEN_KEEPALIVE int overlay_classes(int level, const std::uint8_t* classes, std::uint32_t count) {
    return overlay.map && is_level(level) && overlay.map->set_classes(static_cast<Level>(level), {classes, count}) ? 1 : 0;
}

/// Colours of classes, 0xAABBGGRR, of borders, and of the rim of coasts; a rim of 0 is not drawn.
EMSCRIPTEN_KEEPALIVE void overlay_palette(const std::uint32_t* colours, std::uint32_t count, std::uint32_t border, std::uint32_t rim, int patterned) {
    if (overlay.map) overlay.map->set_palette({{colours, colours + count}, border, rim, patterned != 0});
}

EMSCRIPTEN_KEEPALIVE void overlay_level(int level) {
    if (overlay.map && is_level(level)) overlay.map->set_level(static_cast<Level>(level));
}

EMSCRIPTEN_KEEPALIVE void overlay_select(int level, std::uint32_t unit) {
    if (overlay.map && is_level(level)) overlay.map->select(static_cast<Level>(level), unit);
}

/// The unit of the level shown at a place of the world (0 to 1, 0 to 1); UINT32_MAX where there is none.
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_pick(double x, double y) {
    return overlay.map ? overlay.map->unit_at({x, y}) : lachan::geo::kNone;
}

/// West, north, east and south of a unit in the world; nullptr for a unit that is not there.
EMSCRIPTEN_KEEPALIVE const double* overlay_box(int level, std::uint32_t unit) {
    const auto places = places_of(level);
    if (unit >= places.size()) return nullptr;
    const auto& box = places[unit].box;
    const auto& grid = overlay.map->country().head.grid;
    const auto low = grid.world(lachan::geo::Point{box.left, box.top}), high = grid.world(lachan::geo::Point{box.right, box.bottom});
    overlay.box[0] = low.x;
    overlay.box[1] = low.y;
    overlay.box[2] = high.x;
    overlay.box[3] = high.y;
    return overlay.box;
}

/// Chooses the names of a level that fit; their number. `widths` in CSS pixels, one for each unit. They lie at overlay_labels_data: unit
/// (uint32), x and y (float, CSS pixels of the canvas), until the next call.
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_labels(int level, const float* widths, std::uint32_t count, double height_px) {
    overlay.labels.clear();
    if (const auto places = places_of(level); !places.empty())
        overlay.labels = lachan::overlay::choose_labels(places, overlay.map->country().head.grid, overlay.view, {widths, count},
                                                        static_cast<float>(height_px));
    return static_cast<std::uint32_t>(overlay.labels.size());
}
EMSCRIPTEN_KEEPALIVE const lachan::overlay::Label* overlay_labels_data() { return overlay.labels.data(); }

/// 1 when the shapes are made by us and not surveyed, which is to be said beside the map.
EMSCRIPTEN_KEEPALIVE int overlay_is_schematic() { return overlay.map && overlay.map->country().head.schematic ? 1 : 0; }

/// Zones over the map: corners of all in a row (x, y of the world), where each ends, counted in corners, and their levels, 0 to 4.
EMSCRIPTEN_KEEPALIVE void overlay_zones(const double* corners, const std::uint32_t* ends, const std::uint8_t* levels, std::uint32_t count) {
    const std::uint32_t all = count == 0 ? 0 : ends[count - 1];
    overlay.marks.set_zones({corners, std::size_t{2} * all}, {ends, count}, {levels, count});
}

/// Points over the map (x, y of the world) and their kinds, 0 to 7.
EMSCRIPTEN_KEEPALIVE void overlay_points(const double* places, const std::uint8_t* kinds, std::uint32_t count) {
    overlay.marks.set_points({places, std::size_t{2} * count}, {kinds, count});
}

/// Colours of the five levels of zones, then of the eight kinds of points.
EMSCRIPTEN_KEEPALIVE void overlay_mark_colours(const std::uint32_t* colours) {
    constexpr std::size_t kLevels = lachan::overlay::MarksLayer::kLevels, kKinds = lachan::overlay::MarksLayer::kKinds;
    overlay.marks.set_colours({colours, kLevels}, {colours + kLevels, kKinds});
}

/// Points by their number, zones by theirs with bit 30; UINT32_MAX for none.
EMSCRIPTEN_KEEPALIVE void overlay_mark_select(std::uint32_t mark) { overlay.marks.select(mark); }
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_mark_at(double x, double y) { return overlay.marks.mark_at({x, y}, overlay.view); }

/// Points that are shown as heat: x, y in 2^-32 of the world, and how much each counts (nullptr: one).
EMSCRIPTEN_KEEPALIVE void overlay_heat(const std::uint32_t* places, const float* weights, std::uint32_t count) {
    overlay.heat.set_points({places, std::size_t{2} * count}, {weights, weights ? count : 0});
}
EMSCRIPTEN_KEEPALIVE void overlay_heat_show(int is_shown) { overlay.heat.show(is_shown != 0); }

/// Where the name of a unit stands, inside of it: x, y of the world; nullptr for a unit that is not there.
EMSCRIPTEN_KEEPALIVE const double* overlay_inside(int level, std::uint32_t unit) {
    const auto places = places_of(level);
    if (unit >= places.size()) return nullptr;
    const auto place = overlay.map->country().head.grid.world(places[unit].label);
    overlay.box[0] = place.x;
    overlay.box[1] = place.y;
    return overlay.box;
}

/// Where the shapes come from, as the file says.
EMSCRIPTEN_KEEPALIVE const char* overlay_source_data() { return overlay.map ? overlay.map->country().head.source.data() : nullptr; }
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_source_size() {
    return overlay.map ? static_cast<std::uint32_t>(overlay.map->country().head.source.size()) : 0;
}

/// The whole shape of a unit (geo/outline.h); how many numbers lie at overlay_shape_data, until the next call: of each polygon the number of
/// its rings, of each ring that of its places, then their longitudes and latitudes.
EMSCRIPTEN_KEEPALIVE std::uint32_t overlay_shape(int level, std::uint32_t unit) {
    overlay.shape.clear();
    if (!overlay.map || !is_level(level)) return 0;
    const auto& country = overlay.map->country();
    const auto polygons = lachan::geo::outline_of(country, static_cast<Level>(level), unit, country.head.zooms.size());
    if (!polygons) return 0;
    for (const auto& polygon : *polygons) {
        overlay.shape.push_back(static_cast<double>(polygon.size()));
        for (const auto& ring : polygon) {
            overlay.shape.push_back(static_cast<double>(ring.size()));
            for (const auto place : ring) overlay.shape.insert(overlay.shape.end(), {place.longitude, place.latitude});
        }
    }
    return static_cast<std::uint32_t>(overlay.shape.size());
}
EMSCRIPTEN_KEEPALIVE const double* overlay_shape_data() { return overlay.shape.data(); }

/// Makes some of what later frames are drawn from, after a frame that said 2; 0 when nothing is left to be made.
EMSCRIPTEN_KEEPALIVE int overlay_settle() {
    if (!overlay.map) return 0;
    overlay.map->settle();
    return overlay.map->is_settled() ? 0 : 1;
}

/// Draws into the current context. 0 when there is nothing to draw, or the browser refuses the shaders; 2 when it was drawn with what was
/// there, and overlay_settle is to be called when nothing else is to be done; else 1.
EMSCRIPTEN_KEEPALIVE int overlay_frame(double x, double y, double world_px, double width_px, double height_px, double ratio) {
    // The canvas has as many (web/src/map/overlay.ts): a ratio such as 0.9 is not quite that in floating point.
    const auto wide = static_cast<std::int32_t>(std::lround(width_px * ratio)), high = static_cast<std::int32_t>(std::lround(height_px * ratio));
    glViewport(0, 0, wide, high);
    glClearColor(0, 0, 0, 0);
    glClear(GL_COLOR_BUFFER_BIT);
    if (!overlay.map) return 0;
    overlay.view = {{x, y}, world_px, static_cast<float>(width_px), static_cast<float>(height_px), static_cast<float>(ratio), wide, high};
    const bool is_drawn = overlay.map->draw(overlay.view) && overlay.heat.draw(overlay.view) && overlay.marks.draw(overlay.view);
    if (!is_drawn) return 0;
    return overlay.map->is_settled() ? 1 : 2;
}

EMSCRIPTEN_KEEPALIVE void overlay_context_lost() {
    overlay.programs.forget();
    if (overlay.map) overlay.map->forget();
    overlay.heat.forget();
    overlay.marks.forget();
}

}  // extern "C"
