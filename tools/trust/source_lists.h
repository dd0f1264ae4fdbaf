#pragma once

#include "sources.h"

/// The shapes of published lists, each told by its content (CERTIFICATES 11: outsiders must be able to bring a list).
namespace lachan::trust {

/// A JSON document: the EU gateway's array, the list inside the German one, the Dutch key file, a DID document, a JSON
/// Web Key Set, a SMART Health Card directory, or a list of our own. Errc::malformed with rule source.shape.
Result<Harvest> read_json_source(const Json& json, const Source& source, Instant now);

/// "signature, new line, {certificates}" as the German agency publishes it: ECDSA over what follows the line.
Result<Harvest> read_signed_lines(std::string_view text, const Source& source);

/// A compact JWS whose payload holds `dsc_trust_list`, as the Swedish agency publishes it.
Result<Harvest> read_token(std::string_view text, const Source& source);

/// CBOR {"c": [{"i": kid, "c": certificate}]} as the Austrian agency publishes it.
Result<Harvest> read_cbor_source(std::span<const std::uint8_t> data, const Source& source);

/// The signer in a certificate in DER, under the scheme that `source` names. Where the list states them, `country`
/// stands and `kid` must be that of the certificate; "" and empty when it does not.
Result<certificate::Signer> signer_in(std::span<const std::uint8_t> der, const Source& source,
                                      std::string_view country = "", std::span<const std::uint8_t> kid = {});

}  // namespace lachan::trust
