#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/inspection.h"
#include "certificate/knowledge.h"
#include "certificate/packed.h"
#include "certificate/rules.h"
#include "kernel/sql.h"
#include "vocab/system.h"
#include "vocab/unit.h"

namespace lachan {

/// The core as the page and the vector runner see it: named operations, JSON in and out. It has no clock, no randomness and no
/// files: requests carry `now` (ms UTC) and `entropy` (hex). The same table serves wasm and the native runner, which is how the
/// two builds are compared byte for byte.
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
    /// What certificates are judged with; number 0 while there is none.
    const certificate::VerifierBundle& trust() const { return trust_; }
    /// `packed` are the bytes it was read from, the base of the next delta; empty for a list that was not packed.
    void set_trust(certificate::VerifierBundle trust, Bytes packed);
    const Bytes& packed_trust() const { return packed_trust_; }
    certificate::Knowledge knowledge() const;
    /// The sets of business rules that the bundle in use brings and that the program carries; of one name that with the greater number.
    /// Valid until the bundle changes.
    Result<const std::vector<certificate::RuleSet>*> rule_sets();
    /// A bundle that waits for its signatures to be proven.
    std::optional<Bytes> offered_trust;

    /// Certificates that wait for the answers to their signature checks, by ticket, the oldest first.
    std::map<std::int64_t, certificate::Inspection> open_inspections;

private:
    std::unique_ptr<Database> database_;
    std::span<const Computation> computations_;
    Units units_;
    certificate::VerifierBundle trust_;
    Bytes packed_trust_;
    std::vector<certificate::RuleSet> rule_sets_;
    bool are_own_rules_read_ = false;
};

}  // namespace lachan
