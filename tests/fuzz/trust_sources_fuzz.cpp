// Lists of keys and of what was taken back, as states and networks publish them: by the first byte a list, a certificate, a key, or a
// revocation list. Never a crash; what cannot be used is named, and what is taken holds a key.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "trust/crl.h"
#include "trust/jwk.h"
#include "trust/revocation_source.h"
#include "trust/source_lists.h"
#include "x509.h"

namespace {

using namespace lachan;
using namespace lachan::trust;

constexpr Instant kNow{1'750'000'000'000};

void require(bool holds) {
    if (!holds) std::abort();
}

void require_signer(const certificate::Signer& signer) { require(!signer.spki.empty() && !(signer.not_after < signer.not_before)); }

/// The name of the source says more than the content: "x.jsonl?issuer=https://a" before the first line break.
void read_named(std::string_view text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Source source = source_named(text.substr(0, end));
    // That would be a file of this machine.
    source.said.erase("signer");
    const auto harvest = read_list(std::string(text.substr(std::min(end + 1, text.size()))), source, kNow);
    if (!harvest) return require(!harvest.error().rule.empty() && !harvest.error().detail.empty());
    for (const auto& signer : harvest->signers) require_signer(signer);
    for (const Refusal& refusal : harvest->refused) require(!refusal.where.empty() && !refusal.error.rule.empty());
}

void read_revoked(const std::string& text, const std::vector<certificate::Signer>& signers) {
    certificate::RevocationSet set;
    if (!read_revocation_list(text, signers, kNow, {}, set)) return;
    const auto again = certificate::RevocationSet::parse(certificate::to_bytes(set));
    require(again.has_value() && again->lists.size() == set.lists.size());
}

/// The key of whoever signed the list that the seeds hold.
std::vector<certificate::Signer> authorities_in(std::string_view pem) {
    std::vector<certificate::Signer> signers;
    const auto certificates = certificates_in_pem(pem);
    if (!certificates) return signers;
    for (const Bytes& der : *certificates) {
        auto signer = signer_in(der, source_named("a?scheme=icaoVds"));
        if (signer) signers.push_back(std::move(*signer));
    }
    return signers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::span<const std::uint8_t> bytes(data + 1, size - 1);
    switch (data[0] % 5) {
        case 0: read_named(text); break;
        case 1:
            if (const auto signer = signer_from_certificate(bytes)) require_signer(*signer);
            static_cast<void>(is_authority(bytes));
            break;
        case 2:
            if (const auto json = parse_json(text, kListLimits)) {
                const auto jwk = jwk_from_json(*json);
                if (jwk) require(signer_from_spki(jwk->spki).has_value());
                static_cast<void>(card_signer_from_json(*json, "https://a"));
            }
            break;
        case 3: read_revoked(std::string(text), {}); break;
        default: {
            // Certificates of authorities before a list that one of them may have signed.
            const std::size_t list = text.find("-----BEGIN X509 CRL");
            const std::size_t split = std::min(list, text.size());
            read_revoked(std::string(text.substr(split)), authorities_in(text.substr(0, split)));
        }
    }
    return 0;
}
