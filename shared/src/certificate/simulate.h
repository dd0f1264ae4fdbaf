#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "certificate/rules.h"

namespace lachan::certificate {

/// A certificate's content as a rule sees it: nothing is verified here.
struct Content {
    Json payload;
    std::string issuer;
    std::optional<Instant> issued_at;
    std::optional<Instant> expires_at;
};

/// Reads {"payload","issuer"?,"issuedAt"?,"expiresAt"?} each. Errc::malformed with rule rules.population.
Result<std::vector<Content>> contents_from_json(const Json& list);

/// Invented people with vaccinations, tests and recoveries up to `now`, the same for the same seed. Shares, products
/// and dates are made up: good for seeing what a change touches, no estimate of a population.
std::vector<Content> synthetic_contents(std::uint64_t seed, std::size_t count, Instant now);

/// A parameter of a rule with another value, or the rule left out (`pointer` "" and `value` null).
struct RuleChange {
    std::string rule;
    std::string pointer;
    Json value;
};

/// `set` with the rules that are added, and then the changes, which may be of those too. Errc::rejected with rule rules.added (an
/// identifier that is there already), rules.unknown, rules.parameter or rules.value.
Result<RuleSet> changed(const RuleSet& set, std::span<const RuleChange> changes, std::span<const Rule> added = {});

/// How many come out how; open is also whoever no rule speaks about.
struct Tally {
    int pass = 0;
    int fail = 0;
    int open = 0;
};

/// One content that comes out otherwise, and the rules that make it so.
struct Flip {
    std::size_t index = 0;
    RuleResult before = RuleResult::open;
    RuleResult after = RuleResult::open;
    std::vector<std::string> rules;
};

struct Simulation {
    Tally before;
    Tally after;
    /// By the first kind of event: vaccination, test, recovery.
    std::array<Tally, 3> before_of{};
    std::array<Tally, 3> after_of{};
    /// The first kFlipLimit of `flip_count`.
    std::vector<Flip> flips;
    int flip_count = 0;
};

constexpr std::size_t kContentLimit = 10'000;
constexpr std::size_t kFlipLimit = 200;

/// Counts before and after the changes and additions. `context` gives instant and verifier; issuer and dates come with each content.
/// Pure. Errc::rejected with rule rules.population for more than kContentLimit contents, else as `changed`.
Result<Simulation> simulate(const RuleSet& set, std::span<const Content> contents, const RuleContext& context,
                            std::span<const RuleChange> changes, std::span<const Rule> added = {});

Json to_json(const Simulation& simulation);

}  // namespace lachan::certificate
