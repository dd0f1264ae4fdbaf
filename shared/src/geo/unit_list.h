#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lachan::geo {

/// The units of one day, as they nest: what a map must have shapes for.
struct UnitList {
    struct Commune {
        std::uint32_t code = 0;
        std::string name;
        bool is_urban = false;  ///< a ward, which is smaller than the communes around it
    };
    struct District {
        std::uint32_t code = 0;
        std::string name;
        std::vector<Commune> communes;  ///< none: the district is a leaf of the map itself
    };
    struct Province {
        std::uint32_t code = 0;
        std::string name;
        std::vector<District> districts;
    };

    std::string name;  ///< of the set: "2021-07-01"
    std::vector<Province> provinces;
};

}  // namespace lachan::geo
