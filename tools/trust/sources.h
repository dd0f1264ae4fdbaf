#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/revocation.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// Lists of keys as states and networks publish them, read natively. Each shape is told by its content; what a file
/// cannot say of itself stands behind a question mark: FILE?issuer=https://example.org&country=VN
namespace lachan::trust {

struct Source {
    std::string path;
    std::map<std::string, std::string> said;

    std::string value(const std::string& name) const;
};

/// An entry that was left out: where it stands and why.
struct Refusal {
    std::string where;
    Error error;
};

struct Harvest {
    std::vector<certificate::Signer> signers;
    /// Lists that came along with the keys: those of a SMART Health Card directory.
    std::vector<certificate::RevocationList> revocation;
    std::vector<Refusal> refused;
    /// What the person who builds should know: that a signature of a list was or was not checked.
    std::vector<std::string> remarks;

    /// Takes a signer, or names why there is none.
    void add(std::string where, Result<certificate::Signer> signer);
};

/// A key whose source gives it no dates is in force whenever the list is.
constexpr Instant kNoStart{0};
constexpr Instant kNoEnd{253'402'300'799'000};  // the last second of 9999 (RFC 5280 4.1.2.5)

Source source_named(std::string_view operand);

/// Reads a source. Errc::malformed with rule source.shape when nothing that is known can be made out, source.signature
/// when a list carries a signature that does not hold under `signer=FILE`. `now` dates the lists that carry no date.
Result<Harvest> read_source(const Source& source, Instant now);

/// The same for what the file holds.
Result<Harvest> read_list(const std::string& content, const Source& source, Instant now);

inline std::string_view text_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes octets_of(std::string_view text) { return {text.begin(), text.end()}; }

/// base64 as lists carry it: line breaks dropped, padding completed, the URL alphabet too.
Result<Bytes> lenient_base64(std::string_view text);

/// The key of a PEM text (SubjectPublicKeyInfo).
Result<Bytes> spki_in_pem(std::string_view pem);

/// Lists that come from outside are large, and nest.
constexpr JsonLimits kListLimits{32 * 1024 * 1024, 32};

}  // namespace lachan::trust
