#include "sources.h"

#include <algorithm>

#include "certificate/base45.h"
#include "demo.h"
#include "source_lists.h"
#include "x509.h"

namespace lachan::trust {
namespace {

using certificate::Signer;

constexpr std::size_t kHcertKidBytes = 8;

Error malformed(std::string detail) { return Error{Errc::malformed, "source.shape", std::move(detail)}; }

/// JSON lines, each an object whose "der_b64" is a certificate.
Result<Harvest> read_lines(const std::string& text, const Source& source) {
    Harvest harvest;
    int line_number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        at = end + 1;
        ++line_number;
        if (line.empty()) continue;
        const auto row = parse_json(line);
        const auto der = certificate::from_base64(row ? text_at(*row, "der_b64") : "");
        const std::string where = source.path + ":" + std::to_string(line_number);
        if (!row || !der || der->empty()) return Error{Errc::malformed, "jsonl", where + ": no certificate in der_b64"};
        harvest.add(where, signer_in(*der, source));
    }
    return harvest;
}

/// A bare public key, as DIVOC states publish theirs: whose it is must be said beside it.
Result<Signer> signer_in_public_key(std::string_view pem, const Source& source) {
    Signer signer = TRY(signer_from_spki(TRY(spki_in_pem(pem))));
    const auto scheme = certificate::scheme_named(source.said.contains("scheme") ? source.value("scheme") : "divoc");
    if (!scheme) return malformed("scheme is unknown");
    signer.scheme = *scheme;
    signer.kid = octets_of(source.value("kid"));
    if (signer.kid.empty()) return malformed("a public key in PEM needs ?kid=... (its verificationMethod)");
    signer.country = source.value("country");
    signer.issuer = source.value("issuer");
    signer.not_before = kNoStart;
    signer.not_after = kNoEnd;
    return signer;
}

Result<Harvest> read_pem(const std::string& text, const Source& source) {
    Harvest harvest;
    if (text.find("-----BEGIN PUBLIC KEY") != std::string::npos) {
        harvest.add(source.path, TRY(signer_in_public_key(text, source)));
        return harvest;
    }
    const auto certificates = TRY(certificates_in_pem(text));
    for (std::size_t i = 0; i < certificates.size(); ++i)
        harvest.add(source.path + "[" + std::to_string(i) + "]", signer_in(certificates[i], source));
    return harvest;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_compact_token(std::string_view text) {
    return std::count(text.begin(), text.end(), '.') == 2 && text.starts_with("ey") &&
           text.find_first_of(" {\n") == std::string_view::npos;
}

/// One entry that a list may not hold must not cost the others.
Result<Signer> checked(Signer signer) {
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const bool is_state =
        signer.country.size() == 2 && std::all_of(signer.country.begin(), signer.country.end(), is_capital);
    if (!is_state && !signer.country.empty())
        return Error{Errc::rejected, "source.country", "no state of two capital letters"};
    if (signer.scheme == certificate::Scheme::hcert && signer.kid.size() != kHcertKidBytes)
        return Error{Errc::rejected, "source.kid", "a kid of another length than 8 bytes"};
    return signer;
}

}  // namespace

std::string Source::value(const std::string& name) const {
    const auto found = said.find(name);
    return found == said.end() ? std::string() : found->second;
}

void Harvest::add(std::string where, Result<Signer> signer) {
    if (signer) signer = checked(std::move(*signer));
    if (signer) {
        signers.push_back(std::move(*signer));
    } else {
        refused.push_back({std::move(where), std::move(signer.error())});
    }
}

Source source_named(std::string_view operand) {
    Source source;
    const std::size_t mark = operand.find('?');
    source.path = operand.substr(0, mark);
    while (mark != std::string_view::npos && !operand.empty()) {
        operand.remove_prefix(std::min(operand.find_first_of("?&"), operand.size() - 1) + 1);
        const std::string_view pair = operand.substr(0, operand.find('&'));
        const std::size_t sign = pair.find('=');
        if (sign != std::string_view::npos) source.said[std::string(pair.substr(0, sign))] = pair.substr(sign + 1);
        if (operand.find('&') == std::string_view::npos) break;
    }
    return source;
}

Result<Bytes> lenient_base64(std::string_view text) {
    std::string clean;
    for (const char c : text) {
        if (c == '-') {
            clean += '+';
        } else if (c == '_') {
            clean += '/';
        } else if (c != '\n' && c != '\r' && c != ' ' && c != '=') {
            clean += c;
        }
    }
    while (clean.size() % 4 != 0) clean += '=';
    return certificate::from_base64(clean);
}

Result<Bytes> spki_in_pem(std::string_view pem) {
    const std::size_t begin = pem.find("-----BEGIN PUBLIC KEY-----");
    const std::size_t end = pem.find("-----END PUBLIC KEY-----");
    if (begin == std::string_view::npos || end == std::string_view::npos) return malformed("no public key in PEM");
    const std::size_t first = pem.find('\n', begin);
    if (first > end) return malformed("no public key in PEM");
    return lenient_base64(pem.substr(first, end - first));
}

Result<Harvest> read_source(const Source& source, Instant now) { return read_list(TRY(read_file(source.path)), source, now); }

Result<Harvest> read_list(const std::string& content, const Source& source, Instant now) {
    if (source.path.ends_with(".jsonl")) return read_lines(content, source);
    if (content.find("-----BEGIN") != std::string::npos && content.find('{') == std::string::npos)
        return read_pem(content, source);
    const std::string_view text = trimmed(content);
    if (is_compact_token(text)) return read_token(text, source);
    if (text.starts_with('{') || text.starts_with('[')) {
        const auto json = parse_json(text, kListLimits);
        if (!json) return malformed(source.path + ": " + json.error().rule);
        return read_json_source(*json, source, now);
    }
    const std::size_t line = text.find('\n');
    if (line != std::string_view::npos && trimmed(text.substr(line)).starts_with('{'))
        return read_signed_lines(text, source);
    const Bytes bytes = octets_of(content);
    // A map of CBOR begins with its kind in the top bits; a certificate is a sequence of DER.
    if (!bytes.empty() && bytes[0] >> 5 == 5) return read_cbor_source(bytes, source);
    Harvest harvest;
    auto signer = signer_in(bytes, source);
    if (!signer && signer.error().code == Errc::malformed)
        return Error{Errc::malformed, signer.error().rule, source.path + ": " + signer.error().detail};
    harvest.add(source.path, std::move(signer));
    return harvest;
}

}  // namespace lachan::trust
