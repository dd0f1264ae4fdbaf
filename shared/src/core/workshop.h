#pragma once

#include <span>
#include <string>
#include <string_view>

#include "kernel/json.h"
#include "vocab/system.h"
#include "vocab/unit.h"

namespace lachan {

/// Pictures never pass here and a batch is at most 500 records: 8 MiB is room enough, and a bound all the same. The unit list and the
/// figures of a country are the long texts.
inline constexpr JsonLimits kRequestLimits{8 * 1024 * 1024, 24};

const Computation* find_computation(std::span<const Computation> computations, std::string_view name);

/// 0: `reply` is the answer; 1: `reply` is {"error":{"code","detail","rule"}}.
int write_reply(Result<std::string> answer, std::string& reply);

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
