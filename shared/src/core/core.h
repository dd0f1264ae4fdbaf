#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "certificate/knowledge.h"
#include "certificate/packed.h"
#include "kernel/sql.h"
#include "vocab/unit.h"

namespace lachan {

/// The core as the page and the vector runner see it: named operations, JSON in and out. It has no clock, no randomness and no
/// files: requests carry `now` (ms UTC) and `entropy` (hex). The same table serves wasm and the native runner, which is how the
/// two builds are compared byte for byte.
class Core {
public:
    /// `database` may be null: operations that need one then answer Errc::unavailable.
    explicit Core(std::unique_ptr<Database> database) : database_(std::move(database)) {}

    /// Runs an operation. 0: `reply` is the answer; 1: `reply` is {"error":{"code","detail","rule"}}.
    int call(std::string_view operation, std::string_view request, std::string& reply);

    Result<Database*> database();
    const Units& units() const { return units_; }
    void set_units(Units units) { units_ = std::move(units); }
    /// What certificates are judged with; number 0 while there is none.
    const certificate::VerifierBundle& trust() const { return trust_; }
    /// `packed` are the bytes it was read from, the base of the next delta; empty for a list that was not packed.
    void set_trust(certificate::VerifierBundle trust, Bytes packed);
    const Bytes& packed_trust() const { return packed_trust_; }
    certificate::Knowledge knowledge() const;
    /// A bundle that waits for its signatures to be proven.
    std::optional<Bytes> offered_trust;

private:
    std::unique_ptr<Database> database_;
    Units units_;
    certificate::VerifierBundle trust_;
    Bytes packed_trust_;
};

}  // namespace lachan
