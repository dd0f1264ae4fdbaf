// Files of boundaries from outside: no crash, no memory beyond the limits; what is taken is written again the same, and
// can be drawn and asked.

#include <cstdint>
#include <cstdlib>

#include "geo/dissolve.h"
#include "geo/locate.h"
#include "geo/mesh.h"
#include "geo/picture.h"

namespace {

using namespace lachan;
using namespace lachan::geo;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span input(data, size);
    const auto country = read_country(input);
    if (!country) {
        require(country.error().code == Errc::malformed);
        return 0;
    }
    const Bytes again = write_country(*country);
    require(again.size() == size && std::equal(again.begin(), again.end(), data));
    for (std::size_t detail = 0; detail < country->head.zooms.size(); ++detail) {
        const Mesh mesh = make_mesh(*country, detail);
        for (const std::uint32_t corner : mesh.triangles) require(corner < mesh.vertices.size());
        require(mesh.triangles.size() <= 3 * mesh.vertices.size() && mesh.leaves.size() == country->leaves());
    }
    const std::vector<std::uint8_t> classes(country->leaves(), 5);
    const Grid& grid = country->head.grid;
    const double width = grid.width + 1.0, height = grid.height + 1.0;
    for (const double closer : {1.0, 50.0}) {
        const Sight sight{0.3 * width, 0.3 * height, closer * 64 / width, closer * 48 / height, 64, 48};
        const auto picture = make_picture(*country, 0, sight, classes, {{2}, {0.5F}, 3});
        require(picture && picture->left >= 0 && picture->left + picture->width <= 64);
        for (std::size_t i = 0; i < picture->texels.size(); i += 2) {
            const std::uint8_t kind = picture->texels[i];
            require(kind == kNoKind || kind == kFirstKind + 5 || kind == kRimKind);
        }
    }
    const auto places = make_places(*country);
    const Locator locator(*country);
    for (const auto& level : places) {
        for (const Place& place : level) {
            const std::uint32_t leaf = locator.find_cell(place.label.x, place.label.y);
            require(leaf == kNone || leaf < country->leaves());
        }
    }
    static_cast<void>(dissolve(*country, Level::district, 0));
    return 0;
}
