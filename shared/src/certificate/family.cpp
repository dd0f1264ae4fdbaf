#include "certificate/family.h"

#include <algorithm>

#include "certificate/base45.h"
#include "certificate/own_place.h"
#include "certificate/own_wire.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kContextLength = 4;
constexpr std::string_view kArchiveStart{"PK\x03\x04"};
constexpr std::string_view kArchiveUrl = "data:application/zip;base64,";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || is_upper(c); }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// A percent sign is also a Base45 digit, so this is only for text whose prefix is itself encoded.
std::string percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool may_be_escape = text[at] == '%' && at + 2 < text.size();
        const int high = may_be_escape ? hex_value(text[at + 1]) : -1;
        const int low = may_be_escape ? hex_value(text[at + 2]) : -1;
        if (high < 0 || low < 0) {
            decoded.push_back(text[at]);
            continue;
        }
        decoded.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    }
    return decoded;
}

/// Whether `text` opens as HCERT contexts do: two capitals, a version character, a colon.
bool has_context_form(std::string_view text) {
    return text.size() >= 4 && is_upper(text[0]) && is_upper(text[1]) && is_alphanumeric(text[2]) && text[3] == ':';
}

bool starts_with_lowered_context(std::string_view text) {
    return text.size() >= 4 && (text[0] == 'h' || text[0] == 'H') && (text[1] == 'c' || text[1] == 'C') &&
           text[2] == '1' && text[3] == ':';
}

/// A later version of our own: LC, a digit, a colon.
bool is_later_own(std::string_view text) {
    return text.size() >= kOwnPrefix.size() && text.starts_with("LC") && text[2] >= '2' && text[2] <= '9' && text[3] == ':';
}

}  // namespace

const char* name_of(Family family) {
    switch (family) {
        case Family::unknown: return "unknown";
        case Family::hcert: return "hcert";
        case Family::smart_health_card: return "smartHealthCard";
        case Family::icao_vds: return "icaoVds";
        case Family::divoc: return "divoc";
        case Family::who_ddcc: return "whoDdcc";
        case Family::nl_domestic: return "nlDomestic";
        case Family::lachan: return "lachan";
    }
    return "unknown";
}

std::optional<Scheme> scheme_of(Family family) {
    switch (family) {
        case Family::hcert:
        case Family::who_ddcc: return Scheme::hcert;
        case Family::smart_health_card: return Scheme::smart_health_card;
        case Family::icao_vds: return Scheme::icao_vds;
        case Family::divoc: return Scheme::divoc;
        case Family::lachan: return Scheme::lachan;
        case Family::unknown:
        case Family::nl_domestic: break;
    }
    return std::nullopt;
}

Detection detect(std::string_view text, std::span<const std::string> contexts) {
    const std::string_view code = trim(text);
    Detection found;
    if (code.starts_with("HC1%3A") || code.starts_with("HC1%3a")) {
        found = detect(percent_decoded(code), contexts);
        found.was_percent_encoded = true;
    } else if (code.starts_with("shc:/")) {
        found.family = Family::smart_health_card;
        found.body = std::string(code);
    } else if (text.starts_with(kArchiveStart)) {
        found.family = Family::divoc;
        found.body = std::string(text);
    } else if (code.starts_with(kArchiveUrl)) {
        found.family = Family::divoc;
        const auto archive = from_base64(code.substr(kArchiveUrl.size()));
        if (archive) found.body.assign(archive->begin(), archive->end());
    } else if (code.starts_with("{")) {
        found.family = Family::icao_vds;
        found.body = std::string(code);
    } else if (code.starts_with("NL2:")) {
        found.family = Family::nl_domestic;
    } else if (code.starts_with(kOwnPrefix)) {
        found.family = Family::lachan;
        found.body = std::string(code.substr(kOwnPrefix.size()));
    } else if (is_later_own(code)) {
        found.family = Family::lachan;
        found.reason = "prefix-version";
    } else if (is_place_code(code)) {
        found.family = Family::lachan;
        found.body = std::string(code);
    } else if (has_context_form(code)) {
        found.family = Family::hcert;
        const bool is_read = std::find(contexts.begin(), contexts.end(), code.substr(0, 3)) != contexts.end();
        if (is_read)
            found.body = std::string(code.substr(kContextLength));
        else
            found.reason = code.starts_with("HC") ? "prefix-version" : "prefix-context";
    } else if (starts_with_lowered_context(code)) {
        found.family = Family::hcert;
        found.reason = "prefix-context";
    } else {
        found.reason = "prefix-missing";
    }
    return found;
}

}  // namespace lachan::certificate
