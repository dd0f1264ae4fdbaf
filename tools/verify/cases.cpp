// What all forms of cases need: looking at a text, and the files beside the cases.

#include "cases.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "certificate/base45.h"
#include "certificate/certlogic.h"
#include "certificate/revocation_write.h"

namespace lachan::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostSideBytes = 64 * 1024 * 1024;

Result<std::string> content_of(const fs::path& file) {
    std::error_code failure;
    if (!fs::is_regular_file(file, failure)) return Error{Errc::not_found, "file", file.filename().string() + " is not there"};
    if (fs::file_size(file, failure) > kMostSideBytes || failure) {
        return Error{Errc::rejected, "file", file.filename().string() + " is too large"};
    }
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// ../shared/<name> from the folder of the cases.
fs::path shared_file(const World& world, const std::string& name) {
    return world.file.parent_path() / ".." / "shared" / name;
}

}  // namespace

bool Seen::has_reason(std::initializer_list<const char*> codes) const {
    for (const auto& axis : at(verdict, "axes")) {
        for (const Json& reason : at(axis, "reasons")) {
            const bool is_one = std::any_of(codes.begin(), codes.end(), [&reason](const char* code) { return reason == code; });
            if (is_one) return true;
        }
    }
    return false;
}

Result<Seen> look_at(World& world, std::string_view text, const certificate::TrustBundle& trust, const Terms& terms,
                     const certificate::RevocationSet* revoked) {
    Json load{{"text", to_json(trust).dump()}};
    if (revoked != nullptr) load["revocation"] = certificate::to_base64(certificate::to_bytes(*revoked));
    TRY(world.engine.call("trust.load", load));
    Seen seen;
    seen.inspection = TRY(world.engine.call("certificate.inspect", {{"text", text}}));
    const Json answers = TRY(world.engine.prove(seen.inspection));
    Json request{{"inspection", seen.inspection}, {"answers", answers}, {"now", terms.now.ms}};
    if (terms.tolerates_key) request["policy"] = {{"fit", "tolerated"}};
    seen.verdict = TRY(world.engine.call("certificate.judge", request));
    return seen;
}

certificate::TrustBundle list_of(std::vector<certificate::Signer> signers) {
    certificate::TrustBundle list;
    list.valid_until = Instant{4'000'000'000'000};
    list.signers = std::move(signers);
    return list;
}

const Json& side_rows(World& world, const std::string& name) {
    const auto [entry, is_new] = world.side_files.try_emplace(name, Json::array());
    if (!is_new) return entry->second;
    std::ifstream in(shared_file(world, name));
    for (std::string line; std::getline(in, line);) {
        Json row = Json::parse(line, nullptr, false);
        if (row.is_object()) entry->second.push_back(std::move(row));
    }
    return entry->second;
}

const Json& side_document(World& world, const std::string& name) {
    const auto [entry, is_new] = world.side_files.try_emplace(name, nullptr);
    if (!is_new) return entry->second;
    const auto text = content_of(shared_file(world, name));
    if (text) entry->second = Json::parse(*text, nullptr, false);
    return entry->second;
}

Result<Bytes> side_bytes(const World& world, const std::string& name) {
    const fs::path relative(name);
    const bool leads_out = relative.is_absolute() || std::find(relative.begin(), relative.end(), "..") != relative.end();
    if (name.empty() || leads_out) return Error{Errc::rejected, "file", "no file beside the cases"};
    const std::string content = TRY(content_of(world.file.parent_path() / relative));
    return Bytes(content.begin(), content.end());
}

std::optional<Instant> clock_of(std::string_view text) {
    // Upstream writes minutes without seconds and zones without a colon too; CertLogic's reader knows the usual forms.
    if (const auto instant = certificate::certlogic::instant_of(text)) return instant;
    if (text.size() == 16) return certificate::certlogic::instant_of(std::string(text) + ":00Z");
    return std::nullopt;
}

}  // namespace lachan::verify
