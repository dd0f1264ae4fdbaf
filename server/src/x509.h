#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan {

/// The extended key usage of signers of our own codes (docs/adr/0086), under the arc for whoever has a UUID.
constexpr std::string_view kOwnUsage = "2.25.303088781012868831157637954806266842034";

/// The extended key usage of vaccination sites (docs/adr/0094): they sign the doses that they gave, and nothing that a verifier reads.
constexpr std::string_view kSiteUsage = "2.25.109470586960641958988168607953581897369";

/// What a document signer's certificate (X.509 in DER) says: key, validity, country of the subject, usages among the
/// six health-certificate OIDs (CERTIFICATES 7.1; all others are no restriction), and the kid that follows from its
/// bytes. One that has `kOwnUsage` is a signer of our own codes, for the host that it names as its alternative name, if it does.
/// Its own signature is not checked here: whoever adds a certificate to a trust list answers for it.
/// Errc::malformed for bytes that are no certificate, Errc::rejected for a key that no health certificate may be signed
/// with; with rule x509.usage for that of a vaccination site.
Result<certificate::Signer> signer_from_certificate(std::span<const std::uint8_t> der);

/// A bare key (SubjectPublicKeyInfo): algorithm and key alone are filled in. Errc::malformed, Errc::rejected as above.
Result<certificate::Signer> signer_from_spki(std::span<const std::uint8_t> spki);

/// Whether the certificate says that it signs other certificates: an authority's key signs no health certificates.
bool is_authority(std::span<const std::uint8_t> der);

/// All certificates of a PEM text in DER, in their order. Errc::malformed when there is none.
Result<std::vector<Bytes>> certificates_in_pem(std::string_view text);

}  // namespace lachan
