#include "publish.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "certificate/delta.h"
#include "demo.h"
#include "prove.h"
#include "sources.h"

namespace lachan::trust {
namespace {

namespace fs = std::filesystem;
using certificate::BundleHead;
using certificate::Section;

/// The numbers of the bundles in a folder, newest first.
std::vector<std::int64_t> numbers_in(const fs::path& folder) {
    std::vector<std::int64_t> numbers;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("bundle-") || !name.ends_with(".bin")) continue;
        std::int64_t number = 0;
        const char* end = name.data() + name.size() - 4;
        const auto read = std::from_chars(name.data() + 7, end, number);
        if (read.ec == std::errc() && read.ptr == end) numbers.push_back(number);
    }
    std::sort(numbers.rbegin(), numbers.rend());
    return numbers;
}

/// Deltas to `number` from older bundles; a delta that saves nothing is not written.
Result<Published> write_deltas(const fs::path& folder, const Bytes& bundle, std::int64_t number) {
    Published published{number, bundle.size(), {}};
    for (const std::int64_t older : numbers_in(folder)) {
        if (older >= number || published.deltas.size() == kDeltasKept) continue;
        const Bytes base = octets_of(TRY(read_file(bundle_file(folder, older))));
        const Bytes delta = certificate::make_delta(base, bundle);
        if (delta.size() >= bundle.size()) continue;
        const std::string name = "delta-" + std::to_string(older) + "-" + std::to_string(number) + ".bin";
        TRY(write_file(folder / name, text_of(delta)));
        published.deltas.emplace_back(older, delta.size());
    }
    return published;
}

}  // namespace

fs::path bundle_file(const fs::path& folder, std::int64_t number) {
    return folder / ("bundle-" + std::to_string(number) + ".bin");
}

std::int64_t latest_number(const fs::path& folder) {
    const auto text = read_file(folder / "latest.json");
    const auto json = text ? parse_json(*text) : Result<Json>(text.error());
    return json ? int_at(*json, "number") : 0;
}

Result<certificate::VerifierBundle> open_bundle(const Bytes& data, const std::vector<Bytes>& pins,
                                                const certificate::VerifierBundle* current) {
    const auto inspection = TRY(certificate::inspect_bundle(data, pins));
    return certificate::accept_bundle(data, Prover().prove(inspection.checks), pins, current);
}

Result<Published> publish(const fs::path& folder, BundleHead head, const std::vector<Section>& sections,
                          const ListSigner& signer) {
    head.previous = latest_number(folder);
    head.keys = signer.chain;
    if (head.number <= head.previous)
        return Error{Errc::rejected, "bundle.rollback",
                     "number " + std::to_string(head.number) + " is not newer than " + std::to_string(head.previous) +
                         " in " + folder.string()};
    const Bytes signature = TRY(signer.key.sign(certificate::bytes_to_sign(head, sections)));
    const Bytes bundle = certificate::seal_bundle(head, sections, signature);
    // What a verifier would refuse is not published.
    TRY(open_bundle(bundle, {signer.chain[0].spki}));
    TRY(command::make_folder(folder));
    TRY(write_file(bundle_file(folder, head.number), text_of(bundle)));
    Published published = TRY(write_deltas(folder, bundle, head.number));
    Json deltas = Json::array();
    for (const auto& [from, bytes] : published.deltas) deltas.push_back(from);
    const Json latest{{"number", head.number},         {"hash", to_base64url(sha256(bundle))}, {"bytes", bundle.size()},
                      {"issuedAt", head.issued_at.ms}, {"validUntil", head.valid_until.ms},    {"deltas", deltas}};
    TRY(write_file(folder / "latest.json", canonical(latest) + "\n"));
    return published;
}

}  // namespace lachan::trust
