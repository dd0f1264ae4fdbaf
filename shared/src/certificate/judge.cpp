#include <algorithm>
#include <array>
#include <utility>

#include "certificate/verdict.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kKidBytes = 8;

Axis pass() { return Axis{State::pass, {}}; }
Axis fail(std::vector<std::string> reasons) { return Axis{State::fail, std::move(reasons)}; }
Axis not_checked(std::vector<std::string> reasons = {}) { return Axis{State::not_checked, std::move(reasons)}; }

/// The trusted signer that a check stands for. A check that went over the wire is believed no further than the bundle.
const Signer* signer_of(const SignatureCheck& check, const TrustBundle& bundle) {
    for (const Signer& signer : bundle.with_kid(check.kid)) {
        if (signer.spki == check.spki) return &signer;
    }
    return nullptr;
}

bool fits(const SignatureCheck& check) { return check.algorithm == check.key_algorithm; }

struct SignatureFinding {
    Axis axis;
    /// Whose key verified, fitting or not.
    const Signer* signer = nullptr;
};

SignatureFinding find_signature(const Inspection& inspection, std::span<const Answer> answers,
                                const TrustBundle& bundle, KeyFit fit) {
    if (!inspection.signature_faults.empty()) return {fail(inspection.signature_faults), nullptr};
    bool is_open = false;
    const Signer* unfit = nullptr;
    for (std::size_t i = 0; i < inspection.checks.size(); ++i) {
        const SignatureCheck& check = inspection.checks[i];
        const Answer answer = i < answers.size() ? answers[i] : Answer::unsupported;
        if (answer == Answer::unsupported) is_open = true;
        if (answer != Answer::valid) continue;
        const Signer* signer = signer_of(check, bundle);
        if (signer == nullptr) continue;
        if (fits(check) || fit == KeyFit::tolerated) return {pass(), signer};
        unfit = signer;
    }
    if (unfit != nullptr) return {fail({"algorithm-key-mismatch"}), unfit};
    if (is_open) return {not_checked({"prover-unsupported"}), nullptr};
    if (inspection.checks.empty()) return {not_checked({"key-unknown"}), nullptr};
    return {fail({"signature-wrong"}), nullptr};
}

bool is_stale(const TrustBundle& bundle, Instant now) { return bundle.valid_until < now; }

/// Whether anything was decoded that could have an issuer.
bool has_message(const Inspection& inspection) {
    return !inspection.kid.empty() || inspection.algorithm.has_value() || !inspection.signature_faults.empty();
}

/// Some issuers name themselves in words; those are not compared with the country of the key.
bool is_country(std::string_view text) {
    return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Axis judge_trust(const Inspection& inspection, const Signer* signer, const TrustBundle& bundle, Instant now) {
    if (inspection.kid.size() != kKidBytes) return not_checked();
    if (bundle.signers.empty()) return not_checked({"bundle-missing"});
    if (is_stale(bundle, now)) return not_checked({"bundle-stale"});
    if (signer != nullptr) {
        const bool can_differ = is_country(inspection.issuer) && !signer->country.empty();
        return can_differ && inspection.issuer != signer->country ? fail({"country-mismatch"}) : pass();
    }
    // A key of that kid is known; whether it made the signature is the signature's axis.
    if (!bundle.with_kid(inspection.kid).empty()) return not_checked();
    const bool knows_country = bundle.knows_country(inspection.issuer);
    return knows_country ? fail({"issuer-unknown"}) : not_checked({"issuer-unknown"});
}

/// DSC.notBefore <= iat <= now <= exp <= DSC.notAfter, every breach named.
Axis judge_time(const Inspection& inspection, const Signer* signer, const TrustBundle& bundle, Instant now) {
    const bool has_claims =
        !inspection.content.is_null() || inspection.issued_at.has_value() || inspection.expires_at.has_value();
    if (!has_claims) return not_checked();
    if (!inspection.issued_at || !inspection.expires_at) return fail({"time-missing"});
    const Instant issued = *inspection.issued_at;
    const Instant expires = *inspection.expires_at;
    // A clock behind the bundle it verifies with is wrong, so it proves nothing about any date.
    if (now < bundle.issued_at) return not_checked({"clock-doubtful"});
    std::vector<std::string> reasons;
    if (now < issued) reasons.emplace_back("issued-in-future");
    if (expires < now) reasons.emplace_back("expired");
    if (signer != nullptr) {
        if (issued < signer->not_before || now < signer->not_before) reasons.emplace_back("key-not-yet-valid");
        if (signer->not_after < expires || signer->not_after < now) reasons.emplace_back("key-expired");
    }
    if (!reasons.empty()) return fail(std::move(reasons));
    return signer == nullptr ? not_checked({"key-unknown"}) : pass();
}

bool may_sign(const KeyUsage& usage, Event event) {
    switch (event) {
        case Event::vaccination: return usage.vaccination;
        case Event::test: return usage.test;
        case Event::recovery: return usage.recovery;
    }
    return false;
}

Axis judge_key_usage(const Inspection& inspection, const Signer* signer) {
    if (inspection.events.empty()) return not_checked();
    if (signer == nullptr) return not_checked({"key-unknown"});
    if (signer->usage.is_open()) return pass();
    const bool fits_all = std::all_of(inspection.events.begin(), inspection.events.end(),
                                      [signer](Event event) { return may_sign(signer->usage, event); });
    return fits_all ? pass() : fail({"key-usage-event"});
}

/// For dates and usage, where no key verified: the key the certificate points at, when there is exactly one.
const Signer* pointed_at(const Inspection& inspection, const TrustBundle& bundle) {
    const auto candidates = bundle.with_kid(inspection.kid);
    return candidates.size() == 1 ? &candidates[0] : nullptr;
}

/// The only place where axes become one word. Revocation and business rules are shown beside it while they have no
/// lists: they can make a certificate invalid, but their absence does not.
Summary summary_of(const Inspection& inspection, const Axes& axes) {
    if (axes.structure.fails() && inspection.content.is_null()) return Summary::unreadable;
    if (axes.signature.fails()) return Summary::invalid;
    const auto& trust = axes.issuer_trust.reasons;
    if (std::find(trust.begin(), trust.end(), "issuer-unknown") != trust.end()) return Summary::not_trusted;
    const std::array all{&axes.structure, &axes.signature,  &axes.issuer_trust,  &axes.time,
                         &axes.key_usage, &axes.revocation, &axes.business_rules};
    if (std::any_of(all.begin(), all.end(), [](const Axis* axis) { return axis->fails(); })) return Summary::invalid;
    const std::array required{&axes.structure, &axes.signature, &axes.issuer_trust, &axes.time, &axes.key_usage};
    const bool is_settled = std::all_of(required.begin(), required.end(), [](const Axis* axis) {
        return axis->passes() || axis->state == State::not_applicable;
    });
    return is_settled ? Summary::valid : Summary::not_checked;
}

}  // namespace

const char* name_of(Answer answer) {
    switch (answer) {
        case Answer::valid: return "valid";
        case Answer::invalid: return "invalid";
        case Answer::unsupported: return "unsupported";
    }
    return "unsupported";
}

std::optional<Answer> answer_named(std::string_view name) {
    using enum Answer;
    for (const Answer answer : {valid, invalid, unsupported}) {
        if (name == name_of(answer)) return answer;
    }
    return std::nullopt;
}

const char* name_of(Summary summary) {
    switch (summary) {
        case Summary::valid: return "valid";
        case Summary::invalid: return "invalid";
        case Summary::not_trusted: return "notTrusted";
        case Summary::not_checked: return "notChecked";
        case Summary::unreadable: return "unreadable";
    }
    return "unreadable";
}

Verdict judge(const Inspection& inspection, std::span<const Answer> answers, Instant now, const TrustBundle& bundle,
              KeyFit fit) {
    Verdict verdict;
    const SignatureFinding signature = find_signature(inspection, answers, bundle, fit);
    const Signer* key = signature.signer != nullptr ? signature.signer : pointed_at(inspection, bundle);
    verdict.axes.structure = inspection.structure;
    verdict.axes.signature = has_message(inspection) ? signature.axis : not_checked();
    verdict.axes.issuer_trust = judge_trust(inspection, signature.signer, bundle, now);
    verdict.axes.time = judge_time(inspection, key, bundle, now);
    verdict.axes.key_usage = judge_key_usage(inspection, key);
    verdict.axes.revocation = not_checked({"list-missing"});
    verdict.axes.business_rules = not_checked({"rules-none"});
    verdict.summary = summary_of(inspection, verdict.axes);
    verdict.judged_at = now;
    verdict.bundle_number = bundle.number;
    verdict.bundle_issued_at = bundle.issued_at;
    verdict.bundle_valid_until = bundle.valid_until;
    if (signature.signer != nullptr) verdict.signer = *signature.signer;
    verdict.inspection = inspection;
    return verdict;
}

}  // namespace lachan::certificate
