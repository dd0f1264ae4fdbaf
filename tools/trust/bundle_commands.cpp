#include "bundle_commands.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "certificate/base45.h"
#include "certificate/delta.h"
#include "certificate/packed_form.h"
#include "certificate/packed_signers.h"
#include "certificate/revocation_write.h"
#include "certificate/rules.h"
#include "demo.h"
#include "publish.h"
#include "revocation_source.h"
#include "sources.h"

namespace lachan::trust {
namespace {

using certificate::Section;
using certificate::Signer;
using certificate::TrustBundle;
using certificate::VerifierBundle;

constexpr std::int64_t kDefaultDays = 30;
constexpr const char* kOctets = "application/octet-stream";

std::string day(Instant instant) { return to_string(day_in_vietnam(instant)); }

bool is_same(const Signer& left, const Signer& right) {
    return left.scheme == right.scheme && left.kid == right.kid && left.spki == right.spki &&
           left.issuer == right.issuer;
}

/// Everything that the sources hold, each key once; what was left out is named on the error stream.
struct Gathered {
    std::vector<Signer> signers;
    certificate::RevocationSet revocation;
    int left_out = 0;
};

Result<Gathered> gather(const Arguments& arguments, Instant now) {
    Gathered all;
    for (const std::string& operand : arguments.operands) {
        Harvest harvest = TRY(read_source(source_named(operand), now));
        for (const Refusal& refusal : harvest.refused)
            std::fprintf(stderr, "left out: %s: %s (%s)\n", refusal.where.c_str(), refusal.error.detail.c_str(),
                         refusal.error.rule.c_str());
        for (const std::string& remark : harvest.remarks) std::fprintf(stderr, "note: %s\n", remark.c_str());
        all.left_out += static_cast<int>(harvest.refused.size());
        for (Signer& signer : harvest.signers) {
            const bool is_known = std::any_of(all.signers.begin(), all.signers.end(),
                                              [&signer](const Signer& other) { return is_same(signer, other); });
            if (!is_known) all.signers.push_back(std::move(signer));
        }
        for (auto& list : harvest.revocation) certificate::merge_list(all.revocation, std::move(list));
    }
    return all;
}

Result<RevocationStyle> style_option(const Arguments& arguments) {
    RevocationStyle style;
    const std::string form = arguments.value("--form", "exact");
    if (form == "bloom")
        style.form = certificate::RevocationForm::bloom;
    else if (form == "partial")
        style.form = certificate::RevocationForm::partial;
    else if (form != "exact")
        return Error{Errc::malformed, "usage", "--form is exact, bloom or partial"};
    style.rate = std::strtod(arguments.value("--rate", "1e-6").c_str(), nullptr);
    if (!(style.rate > 0 && style.rate < 0.5)) return Error{Errc::malformed, "usage", "--rate is a share below 0.5"};
    return style;
}

/// NAME=FILE or NAME=MEDIA=FILE: bytes that travel with the keys.
Result<Section> section_named(const std::string& text) {
    const std::size_t first = text.find('=');
    const std::size_t last = text.rfind('=');
    if (first == std::string::npos || first == 0)
        return Error{Errc::malformed, "usage", "--section is NAME=FILE or NAME=MEDIA=FILE"};
    const std::string media = first == last ? "application/json" : text.substr(first + 1, last - first - 1);
    const std::string name = text.substr(0, first);
    if (name == certificate::kSignersSection || name == certificate::kRevocationSection)
        return Error{Errc::malformed, "usage", "the section " + name + " is made from the sources"};
    Bytes content = octets_of(TRY(read_file(text.substr(last + 1))));
    // Verifiers could not apply it, and would call every certificate unchecked by it.
    if (name.starts_with("rules/")) TRY(certificate::RuleSet::parse(text_of(content)));
    // Whoever wrote the content gave it no other version: its hash is one.
    const std::string version = to_base64url(sha256(content)).substr(0, 12);
    return Section{name, media, version, std::move(content)};
}

Result<std::vector<Section>> sections_of(const Arguments& arguments, Gathered& gathered, const TrustBundle& bundle,
                                         Instant now) {
    std::vector<Section> sections{
        {certificate::kSignersSection, kOctets, "1", certificate::write_signers(bundle.signers)}};
    const RevocationStyle style = TRY(style_option(arguments));
    for (const std::string& file : arguments.values("--revocation"))
        TRY(read_revocations(file, bundle.signers, now, style, gathered.revocation));
    if (!gathered.revocation.lists.empty() || !gathered.revocation.withdrawn_keys.empty())
        sections.push_back({certificate::kRevocationSection, kOctets, "1", certificate::to_bytes(gathered.revocation)});
    for (const std::string& text : arguments.values("--section")) sections.push_back(TRY(section_named(text)));
    return sections;
}

Result<TrustBundle> bundle_of(const Arguments& arguments, Gathered& gathered, Instant now) {
    TrustBundle bundle;
    bundle.number = TRY(number_option(arguments, "--number", now.ms / 60'000));
    bundle.issued_at = Instant{now.ms / 1000 * 1000};
    bundle.valid_until =
        Instant{bundle.issued_at.ms + TRY(number_option(arguments, "--days", kDefaultDays)) * kMillisecondsPerDay};
    bundle.signers = std::move(gathered.signers);
    // Written and read again: sorted, and checked by the rules of the reading side.
    return TrustBundle::parse(certificate::to_json(bundle).dump());
}

Result<std::string> write_bundle(const Arguments& arguments, const TrustBundle& bundle, Gathered& gathered,
                                 Instant now) {
    const std::string out = arguments.value("--out");
    if (!arguments.has("--key")) {
        TRY(write_file(out, certificate::to_json(bundle).dump(1) + "\n"));
        return out;
    }
    const ListSigner signer = TRY(read_list_key(arguments.value("--key")));
    const certificate::BundleHead head{bundle.number, 0, bundle.issued_at, bundle.valid_until, {}};
    const auto sections = TRY(sections_of(arguments, gathered, bundle, now));
    const Published published = TRY(publish(out, head, sections, signer));
    for (const Section& section : sections)
        std::printf("  %-12s %8zu bytes\n", section.name.c_str(), section.content.size());
    for (const auto& [from, bytes] : published.deltas)
        std::printf("  delta from %lld: %zu bytes\n", static_cast<long long>(from), bytes);
    return bundle_file(out, bundle.number).string() + " (" + std::to_string(published.bytes) + " bytes)";
}

void print_signers(const TrustBundle& bundle) {
    for (const Signer& signer : bundle.signers) {
        const std::string usage = std::string(signer.usage.test ? "t" : "") + (signer.usage.vaccination ? "v" : "") +
                                  (signer.usage.recovery ? "r" : "");
        std::printf("%s  %2s  %s  %s to %s  %s  %s%s\n", certificate::to_base64(signer.kid).c_str(),
                    signer.country.c_str(), name_of(signer.algorithm), day(signer.not_before).c_str(),
                    day(signer.not_after).c_str(), usage.empty() ? "all" : usage.c_str(), name_of(signer.scheme),
                    signer.is_authority ? " authority" : "");
    }
}

void print_revocation(const certificate::RevocationSet& set) {
    for (const auto& list : set.lists) {
        std::size_t bytes = 0;
        for (const auto& batch : list.batches) bytes += batch.data.size();
        std::printf("revocation  %2s  %s  %s  as of %s, fresh until %s, %zu batches, %zu bytes\n", list.country.c_str(),
                    name_of(list.scheme), list.key.empty() ? "all keys" : certificate::to_base64(list.key).c_str(),
                    day(list.as_of).c_str(), day(list.fresh_until).c_str(), list.batches.size(), bytes);
    }
    if (!set.withdrawn_keys.empty()) std::printf("%zu keys withdrawn\n", set.withdrawn_keys.size() / 17);
}

std::set<std::string> lines_of(const VerifierBundle& bundle) {
    std::set<std::string> lines;
    for (const Signer& signer : bundle.trust.signers) {
        const Sha256 hash = sha256(signer.spki);
        lines.insert(std::string("signer  ") + name_of(signer.scheme) + "  " + certificate::to_base64(signer.kid) +
                     "  " + signer.country + "  " + name_of(signer.algorithm) + "  until " + day(signer.not_after) +
                     "  key " + to_hex(std::span(hash).first(4)));
    }
    if (bundle.revocation) {
        const Sha256 hash = sha256(certificate::to_bytes(*bundle.revocation));
        lines.insert("revocation  " + to_hex(std::span(hash).first(4)));
    }
    for (const Section& section : bundle.sections) lines.insert("section  " + section.name + "  " + section.version);
    return lines;
}

Result<RevocationRequest> request_of(const Arguments& arguments) {
    RevocationRequest request;
    const auto scheme = certificate::scheme_named(arguments.value("--scheme", "hcert"));
    const auto by = revoked_by_named(arguments.value("--by", "uvci"));
    if (!scheme || !by) return Error{Errc::malformed, "usage", "--scheme or --by is unknown"};
    request.scheme = *scheme;
    request.by = *by;
    request.country = arguments.value("--country");
    request.key = TRY(lenient_base64(arguments.value("--kid")));
    const bool is_state = request.country.size() == 2;
    if (!is_state && (request.key.empty() || !request.country.empty()))
        return Error{Errc::malformed, "usage", "revoke needs --country of two letters or --kid"};
    if (arguments.has("--expires")) {
        const auto last = Day::parse(arguments.value("--expires"));
        if (!last) return Error{Errc::malformed, "usage", "--expires needs a day as YYYY-MM-DD"};
        request.expires = start_in_vietnam(*last + 1);
    }
    request.fresh_hours = TRY(number_option(arguments, "--fresh-hours", 24, 24 * 365));
    request.values = arguments.operands;
    if (!arguments.has("--in")) return request;
    const std::string text = TRY(read_file(arguments.value("--in")));
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) request.values.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return request;
}

}  // namespace

Result<VerifierBundle> open_list(const std::string& file, const std::string& pin) {
    const std::string content = TRY(read_file(file));
    const auto in_file = [](const std::string& name, const Error& error) { return Error{error.code, error.rule, name + ": " + error.detail}; };
    if (content.starts_with("{")) {
        auto trust = TrustBundle::parse(content);
        if (!trust) return in_file(file, trust.error());
        VerifierBundle bundle;
        bundle.trust = std::move(*trust);
        return bundle;
    }
    const bool is_packed = std::equal(certificate::kBundleMagic.begin(), certificate::kBundleMagic.end(), content.begin(),
                                      content.begin() + static_cast<std::ptrdiff_t>(std::min(content.size(), certificate::kBundleMagic.size())));
    if (!is_packed) return Error{Errc::malformed, "bundle.form", file + ": neither a list in JSON nor a packed bundle"};
    if (pin.empty()) return Error{Errc::malformed, "usage", file + ": a packed bundle needs --pin FILE"};
    const auto pins = read_pins(pin);
    if (!pins) return Error{pins.error().code, "key.pin", "--pin " + pin + ": no key to pin (" + pins.error().detail + ")"};
    auto bundle = open_bundle(octets_of(content), *pins);
    if (bundle) return bundle;
    // Which of the two files is the wrong one, nobody knows: both are named.
    const Error failed = in_file(file, bundle.error());
    return failed.rule == "bundle.key" ? Error{failed.code, failed.rule, failed.detail + " (pinned: " + pin + ")"} : failed;
}

int build(const Arguments& arguments) {
    if (!arguments.has("--out") || arguments.operands.empty()) return usage_error("build needs --out and a source");
    const auto now = now_option(arguments);
    if (!now) return usage_error(now.error().detail);
    auto gathered = gather(arguments, *now);
    if (!gathered) return input_error(gathered.error());
    const auto bundle = bundle_of(arguments, *gathered, *now);
    if (!bundle)
        return bundle.error().rule == "usage" ? usage_error(bundle.error().detail) : input_error(bundle.error());
    const auto written = write_bundle(arguments, *bundle, *gathered, *now);
    if (!written)
        return written.error().rule == "usage" ? usage_error(written.error().detail) : input_error(written.error());
    std::printf("%zu signers written to %s, %d left out\n", bundle->signers.size(), written->c_str(),
                gathered->left_out);
    return kOk;
}

int show(const Arguments& arguments) {
    if (arguments.operands.size() != 1) return usage_error("show needs one file");
    const auto bundle = open_list(arguments.operands[0], arguments.value("--pin"));
    if (!bundle) return input_error(bundle.error());
    const TrustBundle& trust = bundle->trust;
    std::printf("number %lld, made %s, stale after %s, %zu signers\n", static_cast<long long>(trust.number),
                day(trust.issued_at).c_str(), day(trust.valid_until).c_str(), trust.signers.size());
    print_signers(trust);
    if (bundle->revocation) print_revocation(*bundle->revocation);
    for (const Section& section : bundle->sections)
        std::printf("section %s  %s  version %s  %zu bytes\n", section.name.c_str(), section.media.c_str(),
                    section.version.c_str(), section.content.size());
    return kOk;
}

int diff(const Arguments& arguments) {
    if (arguments.operands.size() != 2) return usage_error("diff needs an old and a new file");
    const auto before = open_list(arguments.operands[0], arguments.value("--pin"));
    const auto after = open_list(arguments.operands[1], arguments.value("--pin"));
    if (!before) return input_error(before.error());
    if (!after) return input_error(after.error());
    const auto old_lines = lines_of(*before);
    const auto new_lines = lines_of(*after);
    for (const std::string& line : old_lines) {
        if (!new_lines.contains(line)) std::printf("- %s\n", line.c_str());
    }
    for (const std::string& line : new_lines) {
        if (!old_lines.contains(line)) std::printf("+ %s\n", line.c_str());
    }
    return kOk;
}

int delta(const Arguments& arguments) {
    if (arguments.operands.size() != 2 || !arguments.has("--out")) return usage_error("delta needs OLD, NEW and --out");
    const auto before = read_file(arguments.operands[0]);
    const auto after = read_file(arguments.operands[1]);
    if (!before) return input_error(before.error());
    if (!after) return input_error(after.error());
    const Bytes made = certificate::make_delta(bytes_of(*before), bytes_of(*after));
    const auto written = write_file(arguments.value("--out"), text_of(made));
    if (!written) return input_error(written.error());
    std::printf("%zu bytes for %zu\n", made.size(), after->size());
    return kOk;
}

int apply(const Arguments& arguments) {
    if (arguments.operands.size() != 2 || !arguments.has("--out"))
        return usage_error("apply needs OLD, DELTA and --out");
    const auto before = read_file(arguments.operands[0]);
    const auto change = read_file(arguments.operands[1]);
    if (!before) return input_error(before.error());
    if (!change) return input_error(change.error());
    const auto made = certificate::apply_delta(bytes_of(*before), bytes_of(*change));
    if (!made) return input_error(made.error());
    const auto written = write_file(arguments.value("--out"), text_of(*made));
    return written ? kOk : input_error(written.error());
}

int keygen(const Arguments& arguments) {
    if (!arguments.has("--out") || !arguments.operands.empty())
        return usage_error("keygen needs --out and nothing else");
    std::optional<std::filesystem::path> before;
    if (arguments.has("--after")) before = arguments.value("--after");
    const auto made = make_list_key(arguments.value("--out"), before);
    if (!made) return input_error(made.error());
    std::printf("%s: key %zu of its chain; verifiers pin %s.pub\n", arguments.value("--out").c_str(),
                made->chain.size(), arguments.value("--out").c_str());
    return kOk;
}

int revoke(const Arguments& arguments) {
    if (!arguments.has("--source")) return usage_error("revoke needs --source");
    const std::string file = arguments.value("--source");
    if (arguments.has("--withdraw-key")) {
        const auto scheme = certificate::scheme_named(arguments.value("--scheme", "hcert"));
        const auto kid = lenient_base64(arguments.value("--withdraw-key"));
        if (!scheme || !kid || kid->empty())
            return usage_error("--withdraw-key needs a kid in base64, --scheme a scheme");
        const auto done = add_withdrawn_key(file, *scheme, *kid);
        return done ? kOk : input_error(done.error());
    }
    const auto request = request_of(arguments);
    if (!request)
        return request.error().rule == "usage" ? usage_error(request.error().detail) : input_error(request.error());
    if (request->values.empty() && !arguments.has("--empty"))
        return usage_error("revoke needs what to revoke, or --empty");
    const auto added = add_revocations(file, *request);
    if (!added) return input_error(added.error());
    std::printf("%zu added to %s\n", *added, file.c_str());
    return kOk;
}

}  // namespace lachan::trust
