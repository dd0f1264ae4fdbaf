#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/request.h"
#include "vocab/system.h"
#include "vocab/unit.h"

namespace lachan {

const Computation* find_computation(std::span<const Computation> computations, std::string_view name);

/// What is answered from a request alone, without a core: a module that the page's map loads when somebody asks. Operations are those of the
/// computations, by the same names and with the same bytes as in a core that has them, and units.load.
class Workshop {
public:
    explicit Workshop(std::span<const Computation> computations) : computations_(computations) {}
    int call(std::string_view operation, std::string_view request, std::string& reply);

private:
    std::span<const Computation> computations_;
    Units units_;
};

}  // namespace lachan
