#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/sql.h"
#include "vocab/system.h"
#include "vocab/unit.h"

namespace lachan {

/// The core as the page and the vector runner see it: named operations, JSON in and out. It has no clock, no randomness and no
/// files: requests carry `now` (ms UTC) and `entropy` (hex). The same table serves wasm and the native runner, which is how the
/// two builds are compared byte for byte. Certificates are judged beside it, by a Verifier (verifier.h).
class Core {
public:
    /// `database` may be null: operations that need one then answer Errc::unavailable. `computations` are answered as operations too: the
    /// page has them in a module of their own (workshop.h), a native program in this one.
    explicit Core(std::unique_ptr<Database> database, std::span<const Computation> computations = {})
        : database_(std::move(database)), computations_(computations) {}

    /// Runs an operation. 0: `reply` is the answer; 1: `reply` is {"error":{"code","detail","rule"}}.
    int call(std::string_view operation, std::string_view request, std::string& reply);

    std::span<const Computation> computations() const { return computations_; }
    Result<Database*> database();
    const Units& units() const { return units_; }
    void set_units(Units units) { units_ = std::move(units); }

private:
    std::unique_ptr<Database> database_;
    std::span<const Computation> computations_;
    Units units_;
};

}  // namespace lachan
