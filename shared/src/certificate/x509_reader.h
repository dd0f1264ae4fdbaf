#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// What a certificate (X.509, RFC 5280) says, nothing believed: its signature is for a prover.
struct Certificate {
    /// The bytes that its issuer signed.
    Bytes signed_part;
    /// How they were signed; nullopt for a method that is not ours.
    std::optional<Algorithm> signed_with;
    /// As in the certificate: ECDSA in DER.
    Bytes signature;
    /// Big endian, as encoded.
    Bytes serial;
    /// The serial number as lists of revocations have it: DER writes a zero before a first bit that is set, lists do not.
    Bytes serial_number() const;
    /// DER of the names, and the alpha-2 country in each, "" when there is none.
    Bytes issuer;
    Bytes subject;
    std::string issuer_country;
    std::string subject_country;
    Instant not_before;
    Instant not_after;
    /// SubjectPublicKeyInfo in DER and the algorithm that fits the key (PS256 for any RSA key).
    Bytes spki;
    std::optional<Algorithm> key_algorithm;
    Bytes subject_key_id;
    Bytes authority_key_id;
    bool is_authority = false;
    /// Whether it has extended key usages, and whether that of health seals (2.23.136.1.1.14.2) is among them.
    bool has_extended_usage = false;
    bool may_sign_health_seals = false;
    /// The document types it names (2.23.136.1.1.6.2), e.g. NV and NT; none means all.
    std::vector<std::string> document_types;
};

/// Reads one certificate that fills `der`. Errc::malformed with rule x509.
Result<Certificate> read_certificate(std::span<const std::uint8_t> der);

/// r and s at the full width of `key`'s curve from the DER of RFC 3279. Errc::malformed when they do not fit it.
Result<Bytes> raw_ecdsa_signature(std::span<const std::uint8_t> der, Algorithm key);

/// The certificate of a national signing authority (CSCA) as a signer of ICAO seals' signers. Errc::malformed,
/// Errc::rejected with rule x509.authority when it is none or lacks its subject key identifier, x509.key for its key.
Result<Signer> authority_from_certificate(std::span<const std::uint8_t> der);

}  // namespace lachan::certificate
