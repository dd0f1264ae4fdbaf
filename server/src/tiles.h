#pragma once

#include <optional>
#include <string>

#include "kernel/result.h"

namespace lachan::server {

/// Where the page may fetch a background of its maps, when the operator names a tile server. Nothing of it is secret: every page gets it.
struct Tiles {
    std::string url;          ///< https://tiles.example.vn/{z}/{x}/{y}.png
    std::string origin;       ///< https://tiles.example.vn, as the Content-Security-Policy has it
    std::string attribution;  ///< plain text that the maps show
    int max_zoom = 19;        ///< the closest tiles there are
    bool is_on = false;       ///< shown until somebody switches it off; else it waits until somebody switches it on
};

/// What the options of lachan-server say of tiles, unchecked; "" where they say nothing.
struct TileWords {
    std::string url, attribution, max_zoom, is_on;
};

/// Null where no server is named. Errc::malformed names the option and what is wrong with it: rules tiles.url, tiles.attribution,
/// tiles.zoom, tiles.on.
Result<std::optional<Tiles>> read_tiles(const TileWords& words);

}  // namespace lachan::server
