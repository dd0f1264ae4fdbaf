// The map's geometry in wasm, for geo.test.mjs: a file is read, its buffers are made, and hashed.

#include <optional>
#include <string>

#include "geo/digest.h"

namespace {

std::optional<lachan::geo::Country> country;
std::optional<lachan::geo::Mesh> mesh;
std::vector<lachan::geo::Segment> borders;
std::optional<lachan::geo::Locator> locator;
std::array<std::vector<lachan::geo::Place>, 3> places;
std::string reply;

}  // namespace

extern "C" {

void lachan_memory();

/// Reads a file; 0, or 1 with the error as reply.
int geo_read(const std::uint8_t* data, std::size_t size) {
    lachan_memory();
    auto read = lachan::geo::read_country({data, size});
    if (!read) {
        reply = read.error().rule + ": " + read.error().detail;
        return 1;
    }
    locator.reset();
    country = std::move(*read);
    return 0;
}
int geo_details() { return static_cast<int>(country->head.zooms.size()); }
/// Makes the buffers of a detail; how many triangles it has.
int geo_mesh(int detail) {
    lachan_memory();
    mesh = lachan::geo::make_mesh(*country, static_cast<std::size_t>(detail));
    borders.clear();
    for (const auto level : lachan::geo::kLevels) {
        const auto more = lachan::geo::borders_of(*country, level, static_cast<std::size_t>(detail));
        borders.insert(borders.end(), more.begin(), more.end());
    }
    return static_cast<int>(mesh->triangles.size() / 3);
}
int geo_mesh_bytes() {
    return static_cast<int>(mesh->vertices.size() * sizeof(lachan::geo::Vertex) + mesh->triangles.size() * 4 +
                            borders.size() * sizeof(lachan::geo::Segment));
}
/// Boxes, label points, and the index that places are looked up in.
void geo_places() {
    lachan_memory();
    places = lachan::geo::make_places(*country);
    locator.emplace(*country);
}
/// How many of count * count places spread over the country lie in a unit.
int geo_find(int count) {
    int found = 0;
    const auto& grid = country->head.grid;
    for (int i = 0; i < count; ++i) {
        for (int j = 0; j < count; ++j)
            found += locator->find_cell((i + 0.37) * grid.width / count, (j + 0.61) * grid.height / count) !=
                     lachan::geo::kNone;
    }
    return found;
}
void geo_digest() {
    lachan_memory();
    reply = lachan::geo::digest_of(*country);
}
const char* geo_reply() { return reply.data(); }
std::size_t geo_reply_size() { return reply.size(); }

}  // extern "C"
