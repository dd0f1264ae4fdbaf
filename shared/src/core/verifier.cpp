#include "core/verifier.h"

#include <algorithm>
#include <cstdint>

#include "certificate/embedded.gen.h"

namespace lachan {
namespace {

using certificate::RuleSet;

/// Sections of a bundle that hold a set of rules each: "rules/vn-entry".
constexpr std::string_view kRules = "rules/";

/// Of two sets of one name the one with the greater number counts.
void add_newer(std::vector<RuleSet>& sets, RuleSet set) {
    const auto known = std::find_if(sets.begin(), sets.end(), [&set](const RuleSet& one) { return one.id == set.id; });
    if (known == sets.end()) sets.push_back(std::move(set));
    else if (known->number < set.number) *known = std::move(set);
}

/// The set in a section of a bundle. One that cannot be read is out of date for good, so that whoever chose it is told and nothing passes
/// by an older one: for the sake of its keys and revocations the bundle is taken all the same.
RuleSet set_in(const certificate::Section& section) {
    const std::string name = section.name.substr(kRules.size());
    auto set = RuleSet::parse({reinterpret_cast<const char*>(section.content.data()), section.content.size()});
    if (!set) {
        RuleSet unreadable;
        unreadable.id = name;
        unreadable.number = INT64_MAX;
        unreadable.valid_until = Instant{0};
        return unreadable;
    }
    if (set->id.empty()) set->id = name;
    return std::move(*set);
}

const VerifierOperation* find(std::string_view name) {
    return find_operation<Verifier>({verify_operations(), rules_operations(), trust_operations()}, name);
}

Result<std::string> run(Verifier& verifier, std::string_view name, std::string_view text) {
    const VerifierOperation* operation = find(name);
    if (operation == nullptr) return unknown_operation();
    return operation->answer(verifier, TRY(read_request(text)));
}

}  // namespace

bool Verifier::answers(std::string_view operation) { return find(operation) != nullptr; }

int Verifier::call(std::string_view operation, std::string_view request, std::string& reply) {
    return write_reply(run(*this, operation, request), reply);
}

void Verifier::set_trust(certificate::VerifierBundle trust, Bytes packed) {
    trust_ = std::move(trust);
    packed_trust_ = std::move(packed);
    rule_sets_.clear();
    for (const certificate::Section& section : trust_.sections) {
        if (section.name.starts_with(kRules)) add_newer(rule_sets_, set_in(section));
    }
    are_own_rules_read_ = false;
}

Result<const std::vector<RuleSet>*> Verifier::rule_sets() {
    if (are_own_rules_read_) return &rule_sets_;
    for (const auto& [path, text] : embedded_in_certificate()) add_newer(rule_sets_, TRY(RuleSet::parse(text)));
    are_own_rules_read_ = true;
    return &rule_sets_;
}

certificate::Knowledge Verifier::knowledge() const {
    return {&trust_.trust, trust_.revocation ? &*trust_.revocation : nullptr};
}

Result<const RuleSet*> Verifier::pack(std::string_view id) {
    const std::vector<RuleSet>& sets = *TRY(rule_sets());
    const auto found = std::find_if(sets.begin(), sets.end(), [id](const RuleSet& one) { return id.empty() || one.id == id; });
    if (found == sets.end()) return Error{Errc::not_found, "rules.pack", "no such pack"};
    return &*found;
}

}  // namespace lachan
