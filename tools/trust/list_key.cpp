#include "list_key.h"

#include <sys/stat.h>

#include <algorithm>

#include "certificate/base45.h"
#include "demo.h"
#include "sources.h"

namespace lachan::trust {
namespace {

namespace fs = std::filesystem;
using certificate::Algorithm;
using certificate::ListKey;

/// SubjectPublicKeyInfo of Ed25519, the shortest.
constexpr std::size_t kLeastKeyBytes = 44;
constexpr int kFoldersUp = 4;

Error failed(const char* rule, const std::string& detail) { return Error{Errc::rejected, rule, detail}; }

/// A folder with an index page or a published list may be served, and so may those below it.
Result<void> check_place(const fs::path& file) {
    fs::path folder = fs::absolute(file).parent_path();
    for (int i = 0; i < kFoldersUp && folder != folder.root_path(); ++i, folder = folder.parent_path()) {
        if (fs::exists(folder / "index.html") || fs::exists(folder / "latest.json"))
            return failed("key.place", folder.string() + " is published: a key must not lie there");
    }
    return {};
}

fs::path beside(const fs::path& file, const char* ending) { return file.string() + ending; }

Json to_json(const std::vector<ListKey>& chain) {
    Json list = Json::array();
    for (const ListKey& key : chain) {
        list.push_back({{"algorithm", name_of(key.algorithm)},
                        {"spki", certificate::to_base64(key.spki)},
                        {"introduction", certificate::to_base64(key.introduction)}});
    }
    return {{"keys", list}};
}

Result<std::vector<ListKey>> chain_from_json(const Json& json) {
    std::vector<ListKey> chain;
    for (const Json& entry : at(json, "keys")) {
        const auto algorithm = certificate::algorithm_named(text_at(entry, "algorithm"));
        auto spki = certificate::from_base64(text_at(entry, "spki"));
        auto introduction = certificate::from_base64(text_at(entry, "introduction"));
        if (!algorithm || !spki || !introduction) return Error{Errc::malformed, "key.chain", "not a chain of keys"};
        chain.push_back({*algorithm, std::move(*spki), std::move(*introduction)});
    }
    if (chain.empty()) return Error{Errc::malformed, "key.chain", "an empty chain of keys"};
    return chain;
}

}  // namespace

Result<ListSigner> make_list_key(const fs::path& file, const std::optional<fs::path>& before) {
    TRY(check_place(file));
    SigningKey key = TRY(SigningKey::generate(Algorithm::es256));
    std::vector<ListKey> chain;
    ListKey fresh{Algorithm::es256, key.spki(), {}};
    if (before) {
        const ListSigner old = TRY(read_list_key(*before));
        fresh.introduction = TRY(old.key.sign(certificate::introduction_of(fresh.spki)));
        chain = old.chain;
    }
    chain.push_back(std::move(fresh));
    TRY(command::write_new_secret(file, TRY(key.to_pem())));
    TRY(write_file(beside(file, ".chain"), to_json(chain).dump(1) + "\n"));
    TRY(write_file(beside(file, ".pub"), certificate::to_base64(chain[0].spki) + "\n"));
    return ListSigner{std::move(key), std::move(chain)};
}

Result<ListSigner> read_list_key(const fs::path& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) return Error{Errc::not_found, "key.file", "cannot read " + file.string()};
    if ((status.st_mode & 077) != 0) return failed("key.mode", file.string() + " may be read by others (chmod 600)");
    SigningKey key = TRY(SigningKey::from_pem(TRY(read_file(file))));
    const auto json = parse_json(TRY(read_file(beside(file, ".chain"))));
    std::vector<ListKey> chain = TRY(chain_from_json(json ? *json : Json()));
    if (chain.back().spki != key.spki()) return failed("key.chain", "the chain does not lead to this key");
    return ListSigner{std::move(key), std::move(chain)};
}

Result<std::vector<Bytes>> read_pins(const fs::path& file) {
    const std::string text = TRY(read_file(file));
    std::vector<Bytes> pins;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) pins.push_back(TRY(lenient_base64(std::string_view(text).substr(at, end - at))));
        at = end + 1;
        // Many a text is base64 by chance; a public key begins as DER does, and is longer than any of its kind here.
        const bool is_key = pins.empty() || (pins.back().size() >= kLeastKeyBytes && pins.back()[0] == 0x30);
        if (!is_key) return Error{Errc::malformed, "key.pin", "a line of " + file.string() + " is no public key"};
    }
    if (pins.empty()) return Error{Errc::malformed, "key.pin", "no key in " + file.string()};
    return pins;
}

}  // namespace lachan::trust
