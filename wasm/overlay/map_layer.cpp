#include "map_layer.h"

#include <algorithm>
#include <cmath>

namespace lachan::overlay {

using geo::at;
using geo::Level;

namespace {

/// Below this zoom communes are a few pixels wide: their borders would be all that is seen.
constexpr double kCommuneBordersFrom = 7.4;
constexpr double kDistrictBordersFrom = 5.9;

/// A picture of more pixels takes about half as long as cutting does, which later frames have for nothing where a card draws. So many are made
/// of a detail, for the first frame and the one that brings the classes: a map may be dragged for seconds before its page rests.
constexpr std::size_t kLargePixels = 1'500'000;
constexpr int kLargePictures = 2;

/// Below it the edges of open units would cover what they enclose.
double edges_from(Level level) { return level == Level::province ? 0 : level == Level::district ? kDistrictBordersFrom : kCommuneBordersFrom + 1; }

/// CSS pixels of the borders of provinces and districts when units of `shown` are drawn, for a zoom; 0: not drawn.
float border_px(Level level, Level shown, double zoom) {
    const float closeness = std::clamp(static_cast<float>(zoom - 5) / 6, 0.0F, 1.0F);
    if (level == Level::province) return 0.9F + 1.4F * closeness;
    if (level > shown || zoom < kDistrictBordersFrom) return 0;
    return shown == Level::district ? 0.5F + 0.9F * closeness : 0.6F + 1.1F * closeness;
}

/// CSS pixels of the lines under the shapes, of which what lies in the sea and abroad is seen.
float rim_px(Level shown, double zoom) {
    constexpr float kSeenCssPixels = 1;
    return border_px(Level::province, shown, zoom) + 2 * kSeenCssPixels;
}

}  // namespace

MapLayer::MapLayer(geo::Country country, Programs& programs)
    : programs_(programs), country_(std::move(country)), details_(country_.head.zooms.size()), classes_(country_.leaves()) {}

bool MapLayer::set_classes(Level level, std::span<const std::uint8_t> classes) {
    if (classes.size() != country_.units[at(level)].size()) return false;
    for (std::uint32_t leaf = 0; leaf < classes_.size(); ++leaf) classes_[leaf] = classes[country_.above(leaf, level)];
    classes_changed_ = true;
    note_open(level, classes);
    return true;
}

void MapLayer::note_open(Level level, std::span<const std::uint8_t> classes) {
    bool is_new = open_level_ != level;
    if (is_new) was_open_.clear();
    open_level_ = level;
    was_open_.resize(classes.size());
    is_any_open_ = false;
    for (std::size_t unit = 0; unit < classes.size(); ++unit) {
        if ((classes[unit] & kOpen) == 0) continue;
        is_any_open_ = true;
        is_new = is_new || !was_open_[unit];
        was_open_[unit] = true;
    }
    if (!is_new) return;
    for (Detail& detail : details_) detail.has_edges = false;
}

void MapLayer::set_palette(Palette palette) {
    palette_ = std::move(palette);
    looks_ = Looks(palette_);
    palette_changed_ = true;
}

void MapLayer::select(Level level, std::uint32_t unit) {
    if (selected_level_ == level && selected_ == unit) return;
    selected_level_ = level;
    selected_ = unit < country_.units[at(level)].size() ? unit : geo::kNone;
    selected_changed_ = true;
}

std::uint32_t MapLayer::unit_at(geo::World place) const {
    const geo::World cells = country_.head.grid.cells(place);
    if (!locator_) locator_.emplace(country_);
    const std::uint32_t leaf = locator_->find_cell(cells.x, cells.y);
    return leaf == geo::kNone ? leaf : country_.above(leaf, level_);
}

/// Cuts the next leaves of a detail into triangles.
MapLayer::Shapes& MapLayer::add_shapes(std::size_t index) {
    constexpr std::uint32_t kLeavesAtOnce = 2048;
    Detail& detail = details_[index];
    const std::uint32_t begin = detail.leaves_made;
    detail.leaves_made = std::min(begin + kLeavesAtOnce, static_cast<std::uint32_t>(country_.leaves()));
    Shapes& part = detail.shapes.emplace_back();
    part.fill(geo::make_mesh(country_, index, {begin, detail.leaves_made}));
    return part;
}

void MapLayer::settle() {
    if (!to_settle_) return;
    if (!is_whole(details_[*to_settle_])) {
        add_shapes(*to_settle_);
    } else {
        strips_of(*to_settle_, Level::province);
        end_of_pictures();
    }
    glBindVertexArray(0);
}

void MapLayer::end_of_pictures() {
    to_settle_.reset();
    programs_.pictures.release();
}

void MapLayer::Shapes::fill(const geo::Mesh& mesh) {
    array.bind();
    corners.fill(GL_ARRAY_BUFFER, std::span(mesh.vertices));
    point_to_corners();
    triangles.fill(GL_ELEMENT_ARRAY_BUFFER, std::span(mesh.triangles));
    triangle_chunks = {static_cast<std::uint32_t>(mesh.triangles.size() / 3), 512, [&mesh](geo::Box& box, std::uint32_t triangle) {
                           for (std::uint32_t corner = 3 * triangle; corner < 3 * triangle + 3; ++corner) {
                               const geo::Vertex& vertex = mesh.vertices[mesh.triangles[corner]];
                               box.put(geo::Point{vertex.x, vertex.y});
                           }
                       }};
}

void MapLayer::Shapes::draw(const geo::Box& seen) {
    array.bind();
    triangle_chunks.each_run(seen, [](std::uint32_t first, std::uint32_t count) { draw_triangles(first, count); });
}

void MapLayer::Shapes::forget() {
    corners.forget();
    triangles.forget();
    array.forget();
}

void MapLayer::Hairs::fill(std::span<const geo::Segment> segments) {
    lines.bind();
    ends.fill(GL_ARRAY_BUFFER, segments);
    point_to_hair_ends();
    chunks = chunks_of(segments);
}

void MapLayer::Hairs::forget() {
    lines.forget();
    ends.forget();
    chunks = {};
}

void MapLayer::upload_tables() {
    if (classes_changed_) class_table_.fill_numbers(classes_, kClassColumns);
    if (palette_changed_) look_table_.fill_colours(looks_.texels(), Looks::kTile);
    classes_changed_ = palette_changed_ = false;
    class_table_.bind(GL_TEXTURE0);
    look_table_.bind(GL_TEXTURE1);
}

bool MapLayer::draw(const View& view) {
    if (!programs_.make()) return false;
    const Transform place = transform(view, country_.head.grid);
    const std::size_t detail = geo::detail_at(country_, view.zoom());
    glEnable(GL_BLEND);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_SCISSOR_TEST);
    upload_tables();
    if (!draw_picture(detail, view)) {
        draw_rims(detail, view, place);
        draw_shapes(detail, view, place);
        draw_borders(detail, view, place);
        if (to_settle_ == detail) end_of_pictures();
    }
    draw_edges(detail, view, place);
    draw_selected(view, place);
    glBindVertexArray(0);
    return true;
}

Strips& MapLayer::strips_of(std::size_t index, Level level) {
    auto& strips = details_[index].strips[at(level)];
    if (!strips) strips.emplace().fill(geo::borders_of(country_, level, index));
    return *strips;
}

/// Wide lines under the shapes, which cover all of them but what lies in the sea and abroad.
void MapLayer::draw_rims(std::size_t index, const View& view, const Transform& place) {
    if (palette_.rim == 0) return;
    programs_.lines.use(view, place);
    programs_.lines.draw(strips_of(index, Level::province), place, rim_px(level_, view.zoom()) * view.ratio, palette_.rim);
}

void MapLayer::draw_shapes(std::size_t index, const View& view, const Transform& place) {
    programs_.shapes.use();
    place_uniforms(programs_.shapes, place);
    glUniform1i(programs_.shapes.place_of("classes"), 0);
    glUniform1i(programs_.shapes.place_of("looks"), 1);
    const Hanging hanging = hang_patterns(view);
    glUniform1f(programs_.shapes.place_of("texels_per_px"), hanging.texels_per_px);
    glUniform2f(programs_.shapes.place_of("anchor"), hanging.x, hanging.y);
    for (Shapes& part : details_[index].shapes) part.draw(place.seen);
    // What is not made yet is made and drawn by parts: the card, or the processor's other core, draws one while the next is cut.
    while (!is_whole(details_[index])) {
        add_shapes(index).draw(place.seen);
        glFlush();
    }
}

/// What the three below draw, as long as there are no triangles to draw it from; false when there are, or when it must be drawn otherwise.
bool MapLayer::draw_picture(std::size_t index, const View& view) {
    Detail& detail = details_[index];
    if (is_whole(detail) || detail.large_pictures == kLargePictures || (level_ == Level::commune && view.zoom() >= kCommuneBordersFrom)) return false;
    const geo::Sight sight = sight_of(view, country_.head.grid);
    geo::BorderLines lines;
    for (const Level level : {Level::district, Level::province}) {
        geo::BorderLine& line = level == Level::province ? lines.provinces : lines.districts;
        line = {border_px(level, level_, view.zoom()) * view.ratio, static_cast<std::uint8_t>(palette_.border >> 24)};
    }
    if (palette_.rim != 0) lines.rim = rim_px(level_, view.zoom()) * view.ratio;
    const auto picture = geo::make_picture(country_, index, sight, classes_, lines);
    if (!picture) return false;
    detail.large_pictures += picture->texels.size() / 2 > kLargePixels;
    to_settle_ = index;
    programs_.pictures.draw(*picture, sight, looks_, hang_patterns(view), palette_.border);
    return true;
}

void MapLayer::draw_edges(std::size_t index, const View& view, const Transform& place) {
    if (!is_any_open_ || view.zoom() < edges_from(open_level_)) return;
    Detail& detail = details_[index];
    if (!detail.has_edges) detail.edges.fill(geo::edges_of(country_, open_level_, was_open_, index));
    detail.has_edges = true;
    programs_.edges.use(view, place);
    // Half of a border is within, and a little more that is seen beside a neighbour's whole half.
    const float border = border_px(std::min(open_level_, Level::district), Level::district, view.zoom());
    programs_.edges.draw(detail.edges, place, (border / 2 + 0.5F) * view.ratio, palette_.border);
}

void MapLayer::draw_borders(std::size_t index, const View& view, const Transform& place) {
    Detail& detail = details_[index];
    if (level_ == Level::commune && view.zoom() >= kCommuneBordersFrom) {
        programs_.hairs.use();
        place_uniforms(programs_.hairs, place);
        set_colour(programs_.hairs, palette_.border, std::clamp(static_cast<float>(view.zoom() - kCommuneBordersFrom) * 0.3F + 0.25F, 0.0F, 0.8F));
        if (!detail.communes) detail.communes.emplace().fill(geo::borders_of(country_, Level::commune, index));
        detail.communes->lines.bind();
        detail.communes->chunks.each_run(place.seen, [](std::uint32_t first, std::uint32_t count) {
            glDrawArrays(GL_LINES, static_cast<GLint>(2 * first), static_cast<GLsizei>(2 * count));
        });
    }
    programs_.lines.use(view, place);
    for (const Level level : {Level::district, Level::province}) {
        const float width_px = border_px(level, level_, view.zoom()) * view.ratio;
        if (width_px <= 0) continue;
        programs_.lines.draw(strips_of(index, level), place, width_px, palette_.border);
    }
}

void MapLayer::draw_selected(const View& view, const Transform& place) {
    if (selected_changed_) {
        selected_strips_.fill(selected_ == geo::kNone ? std::vector<geo::Segment>{}
                                                      : geo::border_of(country_, selected_level_, selected_, details_.size() - 1));
        selected_changed_ = false;
    }
    programs_.lines.use(view, place);
    programs_.lines.draw(selected_strips_, place, 4.5F * view.ratio, 0xffffffff);
    programs_.lines.draw(selected_strips_, place, 2.5F * view.ratio, palette_.border);
}

void MapLayer::forget() {
    for (Detail& detail : details_) {
        for (Shapes& part : detail.shapes) part.forget();
        detail.shapes.clear();
        detail.leaves_made = 0;
        detail.large_pictures = 0;
        detail.edges.forget();
        if (detail.communes) detail.communes->forget();
        for (auto& strips : detail.strips) {
            if (strips) strips->forget();
            strips.reset();
        }
        detail.communes.reset();
        detail.has_edges = false;
    }
    to_settle_.reset();
    selected_strips_.forget();
    for (Table* table : {&class_table_, &look_table_}) table->forget();
    classes_changed_ = palette_changed_ = selected_changed_ = true;
}

}  // namespace lachan::overlay
