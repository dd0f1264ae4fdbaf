#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "certificate/inspection.h"
#include "kernel/json.h"
#include "kernel/time.h"

namespace lachan::certificate {

/// What the shell found out about one signature check. `unsupported`: its cryptography cannot do that algorithm or key.
enum class Answer { valid, invalid, unsupported };

/// The one word a verifier acts on. It follows from the axes in one place, `summary_of`.
enum class Summary {
    valid,
    invalid,
    /// Signed by someone our list does not know: neither forged nor valid.
    not_trusted,
    /// Something that must be asked could not be.
    not_checked,
    /// No certificate could be made out in the text.
    unreadable
};

const char* name_of(Answer answer);
std::optional<Answer> answer_named(std::string_view name);
const char* name_of(Summary summary);

/// The seven axes of CERTIFICATES section 8. None is inferred from another.
struct Axes {
    Axis structure;
    Axis signature;
    Axis issuer_trust;
    Axis time;
    Axis key_usage;
    Axis revocation;
    Axis business_rules;

    bool operator==(const Axes&) const = default;
};

/// The axes with their names on the wire, in the order in which a verifier reads them.
std::array<std::pair<const char*, const Axis*>, 7> named(const Axes& axes);

/// The name of the axis that decided `summary`: the first that failed, the signature before all; else the first that stayed open and can
/// not stand beside a valid one; else the first that stayed open. nullptr for a valid one.
const char* deciding_axis(const Axes& axes, Summary summary);

/// A judgement with all it was made from, so that it can be replayed.
struct Verdict {
    Summary summary = Summary::unreadable;
    Axes axes;
    Instant judged_at;
    /// The bundle the keys came from.
    std::int64_t bundle_number = 0;
    Instant bundle_issued_at;
    Instant bundle_valid_until;
    /// The key that verified the signature.
    std::optional<Signer> signer;
    Inspection inspection;
};

/// Judges an inspection with the answers to its checks, in their order; an answer that is absent counts as unsupported.
/// `known` is what the inspection was made with: a check whose key its trust list does not hold counts for nothing.
/// Pure and total.
Verdict judge(Inspection inspection, std::span<const Answer> answers, Instant now, const Knowledge& known);

/// The wire form. Person and event appear under `content` with `proven`, which is true only when the signature holds.
Json to_json(const Verdict& verdict);
/// The same as its canonical text.
std::string to_text(const Verdict& verdict);

/// Reads the list of answers. Errc::malformed with rule answers.field; their number must be `count`.
Result<std::vector<Answer>> answers_from_json(const Json& list, std::size_t count);

}  // namespace lachan::certificate
