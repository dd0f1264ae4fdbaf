#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/dcc.h"
#include "certificate/family.h"
#include "certificate/knowledge.h"
#include "kernel/json.h"
#include "kernel/json_writer.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// How one axis of a verdict stands. An axis that could not be asked is never drawn as one that passed or failed.
enum class State { pass, fail, not_checked, not_applicable };

/// The stable word for `state` on the wire.
const char* name_of(State state);

struct Axis {
    State state = State::not_checked;
    /// Stable kebab-case codes; docs and texts are keyed by them.
    std::vector<std::string> reasons;

    bool passes() const { return state == State::pass; }
    bool fails() const { return state == State::fail; }
    bool operator==(const Axis&) const = default;
};

/// What a signature speaks for: the content a person shows, or the certificate of the key that signed the content.
enum class Purpose { content, chain };

/// The stable word for `purpose` on the wire.
const char* name_of(Purpose purpose);

/// A signature that the shell should verify: WebCrypto in the page, OpenSSL natively. The hash is that of `algorithm`,
/// the key may be of another curve (CERTIFICATES 7.2). ECDSA signatures are raw r and s; RSA-PSS salts have 32 bytes.
struct SignatureCheck {
    Purpose purpose = Purpose::content;
    Algorithm algorithm = Algorithm::es256;
    /// The algorithm that fits the key: it names the curve for an import.
    Algorithm key_algorithm = Algorithm::es256;
    Bytes kid;
    /// SubjectPublicKeyInfo in DER.
    Bytes spki;
    Bytes signed_bytes;
    Bytes signature;

    bool operator==(const SignatureCheck&) const = default;
};

/// A certificate taken apart. Nothing in it is proven; `judge` says what is, once the checks are answered.
struct Inspection {
    Family family = Family::unknown;
    /// Of the content; "" when it names none.
    std::string version;
    Axis structure;
    /// Deviations that are tolerated on reading and never written.
    std::vector<std::string> warnings;
    /// Names of the fields that broke the schema, never their values.
    std::vector<std::string> faults;
    /// Names of the fields that no signature of this code speaks for (DIVOC): they are not in `content`.
    std::vector<std::string> unsigned_fields;
    /// As the header names it, "" when it has none that is known.
    std::optional<Algorithm> algorithm;
    Bytes kid;
    /// Why the signature cannot be checked with any key, in the codes of the signature axis.
    std::vector<std::string> signature_faults;
    std::string issuer;
    std::optional<Instant> issued_at;
    std::optional<Instant> expires_at;
    std::vector<Event> events;
    /// The payload as JSON; null when it could not be decoded.
    Json content;
    /// X.509 in DER of the signer, where the code carries it (ICAO). By itself it proves nothing.
    Bytes certificate;
    /// One for every trusted key that shares the kid and could have made such a signature. Any one that holds is
    /// enough.
    std::vector<SignatureCheck> checks;

    bool operator==(const Inspection&) const = default;
};

/// The most characters a code can hold (version 40, alphanumeric), with a little room for white space around it.
constexpr std::size_t kTextLimit = 4300;

/// Takes the text of a code apart and lists the signatures to check against the keys that are known. Total: every text
/// gets an inspection, however broken. Bytes that are no text (a ZIP archive) come as they are or as a data URL of
/// base64; a set of several codes comes with white space between its texts. Steps: CERTIFICATES sections 2 to 6.
Inspection inspect(std::string_view text, const Knowledge& known);

/// The wire form. An inspection that went through it gives the same verdict.
Json to_json(const Inspection& inspection);
/// Its `checks` alone.
void write_checks(JsonWriter& out, const Inspection& inspection);
/// Errc::malformed with rule inspection.field.
Result<Inspection> inspection_from_json(const Json& value);

}  // namespace lachan::certificate
