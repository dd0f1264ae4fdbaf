#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/inspection.h"
#include "certificate/knowledge.h"
#include "certificate/packed.h"
#include "certificate/rules.h"
#include "core/request.h"

namespace lachan {

/// Who judges certificates: named operations, JSON in and out, as the core (core.h), which it does not need. It has no clock and proves
/// no signature itself. The page has it in a module of its own, which is not opened anew with the database.
class Verifier {
public:
    /// Whether an operation is its own: certificate.*, certlogic.*, rules.*, trust.*.
    static bool answers(std::string_view operation);

    /// Runs an operation. 0: `reply` is the answer; 1: `reply` is {"error":{"code","detail","rule"}}.
    int call(std::string_view operation, std::string_view request, std::string& reply);

    /// What certificates are judged with; number 0 while there is none.
    const certificate::VerifierBundle& trust() const { return trust_; }
    /// `packed` are the bytes it was read from, the base of the next delta; empty for a list that was not packed.
    void set_trust(certificate::VerifierBundle trust, Bytes packed);
    const Bytes& packed_trust() const { return packed_trust_; }
    certificate::Knowledge knowledge() const;
    /// The sets of business rules that the bundle in use brings and that the program carries; of one name that with the greater number.
    /// Valid until the bundle changes.
    Result<const std::vector<certificate::RuleSet>*> rule_sets();
    /// The set of rules named `id`, the first for "". Errc::not_found with rule rules.pack.
    Result<const certificate::RuleSet*> pack(std::string_view id);

    /// A bundle that waits for its signatures to be proven.
    std::optional<Bytes> offered_trust;
    /// Certificates that wait for the answers to their signature checks, by ticket, the oldest first.
    std::map<std::int64_t, certificate::Inspection> open_inspections;

private:
    certificate::VerifierBundle trust_;
    Bytes packed_trust_;
    std::vector<certificate::RuleSet> rule_sets_;
    bool are_own_rules_read_ = false;
};

using VerifierOperation = OperationOf<Verifier>;

std::span<const VerifierOperation> verify_operations();  ///< certificates, with the inspection kept between two calls
std::span<const VerifierOperation> rules_operations();   ///< business rules of certificates
std::span<const VerifierOperation> trust_operations();   ///< the bundle that certificates are judged with

}  // namespace lachan
