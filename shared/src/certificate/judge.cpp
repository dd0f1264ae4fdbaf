#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "certificate/base45.h"
#include "certificate/revocation_query.h"
#include "certificate/rules.h"
#include "certificate/vds.h"
#include "certificate/verdict.h"
#include "certificate/x509_reader.h"

namespace lachan::certificate {
namespace {

Axis pass() { return Axis{State::pass, {}}; }
Axis fail(std::vector<std::string> reasons) { return Axis{State::fail, std::move(reasons)}; }
Axis not_checked(std::vector<std::string> reasons = {}) { return Axis{State::not_checked, std::move(reasons)}; }

Scheme scheme_in(const Inspection& inspection) { return scheme_of(inspection.family).value_or(Scheme::hcert); }

/// The trusted signer that a check stands for. A check that went over the wire is believed no further than the bundle.
/// Where several issuers publish one key, it is that of the issuer who is named.
const Signer* signer_of(const SignatureCheck& check, const Inspection& inspection, const TrustBundle& bundle) {
    const Signer* found = nullptr;
    for (const Signer& signer : bundle.with_kid(scheme_in(inspection), check.kid)) {
        if (signer.is_authority || signer.spki != check.spki) continue;
        if (signer.issuer == inspection.issuer) return &signer;
        if (found == nullptr) found = &signer;
    }
    return found;
}

bool fits(const SignatureCheck& check) { return check.algorithm == check.key_algorithm; }

/// Whose key verified, fitting or not, and how the signature axis stands for it.
struct SignatureFinding {
    Axis axis;
    const Signer* signer = nullptr;
};

/// What the checks of one purpose came to.
struct Tally {
    int asked = 0;
    bool is_open = false;
    const SignatureCheck* valid = nullptr;
    const Signer* signer = nullptr;
};

/// The first check of `purpose` that holds under a key which `signer_for` finds, a fitting one before an unfit one.
template <class SignerFor>
Tally tally(const Inspection& inspection, std::span<const Answer> answers, Purpose purpose, SignerFor signer_for) {
    Tally tally;
    for (std::size_t i = 0; i < inspection.checks.size(); ++i) {
        const SignatureCheck& check = inspection.checks[i];
        if (check.purpose != purpose) continue;
        ++tally.asked;
        const Answer answer = i < answers.size() ? answers[i] : Answer::unsupported;
        tally.is_open |= answer == Answer::unsupported;
        const Signer* signer = answer == Answer::valid ? signer_for(check) : nullptr;
        if (signer == nullptr || (tally.valid != nullptr && !fits(check))) continue;
        tally.valid = &check;
        tally.signer = signer;
        if (fits(check)) return tally;
    }
    return tally;
}

/// `missing`: why there is nothing to ask when no check was listed.
Axis axis_of(const Tally& tally, KeyFit fit, const char* missing) {
    if (tally.valid != nullptr) {
        const bool is_right = fits(*tally.valid) || fit == KeyFit::tolerated;
        return is_right ? pass() : fail({"algorithm-key-mismatch"});
    }
    if (tally.is_open) return not_checked({"prover-unsupported"});
    return tally.asked == 0 ? not_checked({missing}) : fail({"signature-wrong"});
}

/// Why there was nothing to ask. Of a credential whose graph cannot be made the reason stands with its structure.
const char* missing_in(const Inspection& inspection) {
    if (inspection.family == Family::divoc) {
        for (const char* reason : {"context-unknown", "graph-unsupported", "graph-limit"}) {
            const auto& reasons = inspection.structure.reasons;
            if (std::find(reasons.begin(), reasons.end(), reason) != reasons.end()) return reason;
        }
    }
    return "key-unknown";
}

SignatureFinding find_signature(const Inspection& inspection, std::span<const Answer> answers,
                                const TrustBundle& bundle, KeyFit fit) {
    if (!inspection.signature_faults.empty()) return {fail(inspection.signature_faults), nullptr};
    const Tally found = tally(inspection, answers, Purpose::content, [&](const SignatureCheck& check) {
        return signer_of(check, inspection, bundle);
    });
    return {axis_of(found, fit, missing_in(inspection)), found.signer};
}

/// Kids of HCERT and of health cards have one length; a wrong one was named as a fault of the signature.
bool has_right_kid(const Inspection& inspection) {
    const auto& faults = inspection.signature_faults;
    return !inspection.kid.empty() && std::find(faults.begin(), faults.end(), "kid-length") == faults.end();
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

/// What a bundle must be for any answer about trust; nullopt when it is.
std::optional<Axis> judge_bundle(const TrustBundle& bundle, Instant now) {
    if (bundle.signers.empty()) return not_checked({"bundle-missing"});
    if (is_stale(bundle, now)) return not_checked({"bundle-stale"});
    return std::nullopt;
}

/// No key of this kid is trusted: a failure where the list knows the issuer's other keys, else a gap of the list.
Axis unknown_issuer(bool is_otherwise_known) {
    return is_otherwise_known ? fail({"issuer-unknown"}) : not_checked({"issuer-unknown"});
}

Axis judge_trust(const Inspection& inspection, const Signer* signer, const TrustBundle& bundle, Instant now) {
    const Scheme scheme = scheme_in(inspection);
    if (!has_right_kid(inspection)) return not_checked();
    if (const auto broken = judge_bundle(bundle, now)) return *broken;
    const auto keys = bundle.with_kid(scheme, inspection.kid);
    const Signer* key = signer == nullptr && keys.size() == 1 ? &keys[0] : signer;
    // A key speaks for the issuer it was published by, and for nobody else; a health card's key always has one.
    const bool has_issuer = key != nullptr && (scheme == Scheme::smart_health_card || !key->issuer.empty());
    if (has_issuer && key->issuer != inspection.issuer) return fail({"issuer-mismatch"});
    if (signer != nullptr) {
        const bool can_differ = is_country(inspection.issuer) && !signer->country.empty();
        return can_differ && inspection.issuer != signer->country ? fail({"country-mismatch"}) : pass();
    }
    // A key of that kid is known; whether it made the signature is the signature's axis.
    if (!keys.empty()) return not_checked();
    const bool has_state = scheme == Scheme::hcert || (scheme == Scheme::lachan && is_country(inspection.issuer));
    const bool is_named = has_state ? bundle.knows_country(scheme, inspection.issuer) : bundle.knows_issuer(scheme, inspection.issuer);
    return unknown_issuer(is_named && !inspection.issuer.empty());
}

/// What the families ask of dates (CERTIFICATES section 1).
struct DateRule {
    bool needs_issue = false;
    bool needs_expiry = false;
    const char* too_early = "issued-in-future";
};

DateRule date_rule_of(const Inspection& inspection) {
    switch (inspection.family) {
        case Family::hcert: return {true, true};
        case Family::smart_health_card: return {true, false, "not-yet-valid"};
        case Family::lachan: return text_at(inspection.content, "type") == "place" ? DateRule{} : DateRule{true, true};
        case Family::who_ddcc: return {};
        default: return {true, false};
    }
}

/// DSC.notBefore <= iat <= now <= exp <= DSC.notAfter, every breach named; a date that the family does not ask for and
/// that is absent holds.
Axis judge_time(const Inspection& inspection, const Signer* signer, const TrustBundle& bundle, Instant now) {
    const bool has_claims =
        !inspection.content.is_null() || inspection.issued_at.has_value() || inspection.expires_at.has_value();
    if (!has_claims) return not_checked();
    const DateRule rule = date_rule_of(inspection);
    const auto& issued = inspection.issued_at;
    const auto& expires = inspection.expires_at;
    if ((rule.needs_issue && !issued) || (rule.needs_expiry && !expires)) return fail({"time-missing"});
    // A clock behind the bundle it verifies with is wrong, so it proves nothing about any date.
    if (now < bundle.issued_at) return not_checked({"clock-doubtful"});
    std::vector<std::string> reasons;
    if (issued && now < *issued) reasons.emplace_back(rule.too_early);
    if (expires && *expires < now) reasons.emplace_back("expired");
    if (signer != nullptr) {
        const Instant first = issued ? *issued : now;
        const Instant last = expires ? *expires : now;
        if (first < signer->not_before || now < signer->not_before) reasons.emplace_back("key-not-yet-valid");
        if (signer->not_after < last || signer->not_after < now) reasons.emplace_back("key-expired");
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

/// A key that is restricted signs none of our own codes but the results of tests, and those only when it is one for tests.
Axis judge_own_usage(const Inspection& inspection, const Signer* signer) {
    if (inspection.content.is_null()) return not_checked();
    if (signer == nullptr) return not_checked({"key-unknown"});
    const bool is_result = text_at(inspection.content, "type") == "result";
    return signer->usage.is_open() || (is_result && signer->usage.test) ? pass() : fail({"key-usage-event"});
}

Axis judge_key_usage(const Inspection& inspection, const Signer* signer) {
    if (inspection.family == Family::lachan) return judge_own_usage(inspection, signer);
    if (scheme_in(inspection) != Scheme::hcert) return Axis{State::not_applicable, {}};
    if (inspection.events.empty()) return not_checked();
    if (signer == nullptr) return not_checked({"key-unknown"});
    if (signer->usage.is_open()) return pass();
    const bool fits_all = std::all_of(inspection.events.begin(), inspection.events.end(),
                                      [signer](Event event) { return may_sign(signer->usage, event); });
    return fits_all ? pass() : fail({"key-usage-event"});
}

/// The trusted authority that a chain check stands for.
const Signer* authority_of(const SignatureCheck& check, const TrustBundle& bundle) {
    for (const Signer& signer : bundle.with_kid(Scheme::icao_vds, check.kid)) {
        if (signer.is_authority && signer.spki == check.spki) return &signer;
    }
    return nullptr;
}

/// A certificate from a code as the signer it would be.
Signer signer_of(const Certificate& certificate) {
    Signer signer;
    signer.scheme = Scheme::icao_vds;
    signer.kid = certificate.authority_key_id;
    signer.country = certificate.subject_country;
    signer.algorithm = certificate.key_algorithm.value_or(Algorithm::es256);
    signer.spki = certificate.spki;
    signer.not_before = certificate.not_before;
    signer.not_after = certificate.not_after;
    return signer;
}

/// CERTIFICATES section 4: a path to an authority of that state.
Axis judge_chain(const Inspection& inspection, const Certificate& certificate, const Tally& chain,
                 const TrustBundle& bundle, Instant now) {
    if (inspection.kid.empty()) return fail({"chain-broken"});
    if (const auto broken = judge_bundle(bundle, now)) return *broken;
    const std::string_view state = alpha2_of(inspection.issuer);
    if (chain.signer == nullptr) {
        if (chain.is_open || !certificate.signed_with) return not_checked({"prover-unsupported"});
        const bool names_authority = !bundle.with_kid(Scheme::icao_vds, inspection.kid).empty();
        if (names_authority) return fail({"chain-broken"});
        return unknown_issuer(!state.empty() && bundle.knows_country(Scheme::icao_vds, state));
    }
    for (const std::string& country : {certificate.subject_country, chain.signer->country}) {
        if (country != state) return fail({"country-mismatch"});
    }
    return pass();
}

/// The certificate within its dates now, and its authority's. The seal itself names no date of issue.
Axis judge_chain_dates(const Certificate& certificate, const Signer* authority, const TrustBundle& bundle,
                       Instant now) {
    if (now < bundle.issued_at) return not_checked({"clock-doubtful"});
    std::vector<std::string> reasons;
    if (now < certificate.not_before) reasons.emplace_back("key-not-yet-valid");
    if (certificate.not_after < now || (authority != nullptr && authority->not_after < now)) {
        reasons.emplace_back("key-expired");
    }
    return reasons.empty() ? pass() : fail(std::move(reasons));
}

/// Extended key usage and document types restrict only where they are there.
Axis judge_seal_usage(const Inspection& inspection, const Certificate& certificate) {
    if (inspection.events.empty()) return not_checked();
    if (certificate.has_extended_usage && !certificate.may_sign_health_seals) return fail({"key-usage-event"});
    const auto& types = certificate.document_types;
    const char* wanted = inspection.events[0] == Event::test ? "NT" : "NV";
    const bool is_named = types.empty() || std::find(types.begin(), types.end(), wanted) != types.end();
    return is_named ? pass() : fail({"key-usage-event"});
}

/// For dates and usage, where no key verified: the key the certificate points at, when there is exactly one.
const Signer* pointed_at(const Inspection& inspection, const TrustBundle& bundle) {
    const auto candidates = bundle.with_kid(scheme_in(inspection), inspection.kid);
    return candidates.size() == 1 ? &candidates[0] : nullptr;
}

/// Rules for certificates say nothing of our own codes. What a result says and whether a quarantine is over is asked whatever was chosen:
/// the code of a positive test is a true one, and nobody may pass on it.
Axis judge_own_rules(const Json& content, Instant now) {
    const std::string_view interpretation = text_at(content, "interpretation");
    if (interpretation == "positive") return fail({"result-positive"});
    if (interpretation == "indeterminate" || interpretation == "invalid") return not_checked({"result-inconclusive"});
    const auto until = Day::parse(text_at(content, "until"));
    if (until && day_in_vietnam(now) < *until) return fail({"release-in-future"});
    return Axis{State::not_applicable, {}};
}

/// By the rules that were chosen. They are written for the content of the European certificate; of no other can they say anything.
Axis judge_rules(const Inspection& inspection, const Signer* key, const Knowledge& known, Instant now) {
    if (inspection.family == Family::lachan && !inspection.content.is_null()) return judge_own_rules(inspection.content, now);
    if (known.rules == nullptr) return not_checked({"rules-none"});
    if (inspection.content.is_null()) return not_checked();
    if (inspection.family != Family::hcert) return not_checked({"rules-inapplicable"});
    RuleContext context;
    context.now = now;
    context.country = known.policy.verifier_country;
    context.issuer = is_country(inspection.issuer) || key == nullptr ? inspection.issuer : key->country;
    context.issued_at = inspection.issued_at;
    context.expires_at = inspection.expires_at;
    context.kid = to_base64(inspection.kid);
    return axis_of(RuleEvaluator(*known.rules).evaluate(inspection.content, context), known.rules->is_stale(now));
}

/// Whether there is no list at all. One that is too old, or that perhaps names the certificate, is another matter:
/// stale data never shows green.
bool has_no_list(const Axis& revocation) {
    return revocation.state == State::not_checked && revocation.reasons == std::vector<std::string>{"list-missing"};
}

/// Whether an axis that nobody has to ask was asked and stayed open: a filter that may err, a list or rules too old, a
/// rule without an answer. That there is no list for this issuer, or that no rules were chosen, is no such doubt.
bool is_in_doubt(const Axis& axis) {
    if (axis.state != State::not_checked) return false;
    return std::any_of(axis.reasons.begin(), axis.reasons.end(),
                       [](const std::string& code) { return code != "list-missing" && code != "rules-none"; });
}

/// The only place where axes become one word. Revocation and business rules can make a certificate invalid or leave it
/// in doubt; where there is no list and no rule, they do neither.
Summary summary_of(const Inspection& inspection, const Axes& axes) {
    if (axes.structure.fails() && inspection.content.is_null()) return Summary::unreadable;
    if (axes.signature.fails()) return Summary::invalid;
    const auto& trust = axes.issuer_trust.reasons;
    if (std::find(trust.begin(), trust.end(), "issuer-unknown") != trust.end()) return Summary::not_trusted;
    const auto all = named(axes);
    if (std::any_of(all.begin(), all.end(), [](const auto& one) { return one.second->fails(); })) return Summary::invalid;
    const std::array required{&axes.structure, &axes.signature, &axes.issuer_trust,
                              &axes.time,      &axes.key_usage, &axes.revocation};
    const bool is_settled = std::all_of(required.begin(), required.end(), [&axes](const Axis* axis) {
        if (axis == &axes.revocation && has_no_list(*axis)) return true;
        return axis->passes() || axis->state == State::not_applicable;
    });
    if (is_in_doubt(axes.revocation) || is_in_doubt(axes.business_rules)) return Summary::not_checked;
    return is_settled ? Summary::valid : Summary::not_checked;
}

/// The axes that a key of the trust list answers for.
void judge_by_list(const Inspection& inspection, std::span<const Answer> answers, Instant now, const Knowledge& known,
                   Verdict& verdict) {
    const TrustBundle& bundle = *known.trust;
    const SignatureFinding signature = find_signature(inspection, answers, bundle, known.policy.fit);
    const Signer* key = signature.signer != nullptr ? signature.signer : pointed_at(inspection, bundle);
    verdict.axes.signature = has_message(inspection) ? signature.axis : not_checked();
    verdict.axes.issuer_trust = judge_trust(inspection, signature.signer, bundle, now);
    verdict.axes.time = judge_time(inspection, key, bundle, now);
    verdict.axes.key_usage = judge_key_usage(inspection, key);
    if (signature.signer != nullptr) verdict.signer = *signature.signer;
}

/// The axes of a code that brings its signer's certificate (ICAO): the key in the certificate answers for the
/// signature, an authority of the trust list for the certificate, the certificate for dates and usage.
void judge_by_chain(const Inspection& inspection, std::span<const Answer> answers, Instant now, const Knowledge& known,
                    Verdict& verdict) {
    const TrustBundle& bundle = *known.trust;
    const auto certificate = read_certificate(inspection.certificate);
    if (!certificate || !certificate->key_algorithm) {
        verdict.axes.signature = fail({"algorithm-key-mismatch"});
        return;
    }
    Signer signer = signer_of(*certificate);
    const Tally content = tally(inspection, answers, Purpose::content, [&](const SignatureCheck& check) {
        return check.spki == signer.spki ? &signer : nullptr;
    });
    const Tally chain = tally(inspection, answers, Purpose::chain, [&](const SignatureCheck& check) {
        return check.signed_bytes == certificate->signed_part ? authority_of(check, bundle) : nullptr;
    });
    verdict.axes.signature = inspection.signature_faults.empty() ? axis_of(content, known.policy.fit, "key-unknown")
                                                                 : fail(inspection.signature_faults);
    verdict.axes.issuer_trust = judge_chain(inspection, *certificate, chain, bundle, now);
    verdict.axes.time = judge_chain_dates(*certificate, chain.signer, bundle, now);
    verdict.axes.key_usage = judge_seal_usage(inspection, *certificate);
    if (verdict.axes.signature.passes() && verdict.axes.issuer_trust.passes()) verdict.signer = std::move(signer);
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

std::array<std::pair<const char*, const Axis*>, 7> named(const Axes& axes) {
    return {{{"structure", &axes.structure},
             {"signature", &axes.signature},
             {"issuerTrust", &axes.issuer_trust},
             {"time", &axes.time},
             {"keyUsage", &axes.key_usage},
             {"revocation", &axes.revocation},
             {"businessRules", &axes.business_rules}}};
}

const char* deciding_axis(const Axes& axes, Summary summary) {
    if (summary == Summary::valid) return nullptr;
    if (summary == Summary::not_trusted) return "issuerTrust";
    if (axes.signature.fails()) return "signature";
    const auto all = named(axes);
    const auto first = [&all](auto is_it) -> const char* {
        const auto found = std::find_if(all.begin(), all.end(), [&is_it](const auto& one) { return is_it(*one.second); });
        return found == all.end() ? nullptr : found->first;
    };
    const auto is_open = [](const Axis& axis) { return axis.state == State::not_checked && !axis.reasons.empty(); };
    if (const char* failed = first([](const Axis& axis) { return axis.fails(); })) return failed;
    if (const char* doubted = first(is_in_doubt)) return doubted;
    return first(is_open);
}

Verdict judge(Inspection inspection, std::span<const Answer> answers, Instant now, const Knowledge& known) {
    Verdict verdict;
    const TrustBundle& bundle = *known.trust;
    verdict.axes.structure = inspection.structure;
    if (inspection.certificate.empty())
        judge_by_list(inspection, answers, now, known, verdict);
    else
        judge_by_chain(inspection, answers, now, known, verdict);
    const Signer* key = verdict.signer ? &*verdict.signer : pointed_at(inspection, bundle);
    verdict.axes.revocation = revocation_of(query_of(inspection, key), known.revocation, now);
    verdict.axes.business_rules = judge_rules(inspection, key, known, now);
    verdict.summary = summary_of(inspection, verdict.axes);
    verdict.judged_at = now;
    verdict.bundle_number = bundle.number;
    verdict.bundle_issued_at = bundle.issued_at;
    verdict.bundle_valid_until = bundle.valid_until;
    verdict.inspection = std::move(inspection);
    return verdict;
}

}  // namespace lachan::certificate
