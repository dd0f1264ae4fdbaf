#include "kernel/receipt.h"

#include <algorithm>

namespace lachan {
namespace {

Sha256 leaf_of(const ReceiptBody& body) {
    const std::string text = canonical({{"hash", body.hash}, {"id", body.id}, {"outcome", body.outcome},
                                        {"receivedAt", body.received_at.ms}});
    Bytes data{0x00};
    data.insert(data.end(), text.begin(), text.end());
    return sha256(data);
}

Sha256 node_of(const Sha256& left, const Sha256& right) {
    Bytes data{0x01};
    data.insert(data.end(), left.begin(), left.end());
    data.insert(data.end(), right.begin(), right.end());
    return sha256(data);
}

Result<Sha256> digest_from(std::string_view text) {
    const Bytes bytes = TRY(from_base64url(text));
    if (bytes.size() != 32) return Error{Errc::malformed, "receipt.shape", "not a SHA-256"};
    Sha256 digest{};
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

Json to_json(const TreeHead& head) {
    return {{"key", head.key}, {"root", head.root}, {"signedAt", head.signed_at.ms}, {"size", head.size}};
}

}  // namespace

std::string bytes_to_sign(const TreeHead& head) { return canonical(to_json(head)); }

ReceiptTree::ReceiptTree(std::vector<ReceiptBody> bodies) : bodies_(std::move(bodies)) {
    std::vector<Sha256> level;
    level.reserve(bodies_.size());
    for (const ReceiptBody& body : bodies_) level.push_back(leaf_of(body));
    levels_.push_back(std::move(level));
    while (levels_.back().size() > 1) {
        const std::vector<Sha256>& below = levels_.back();
        std::vector<Sha256> above;
        for (std::size_t i = 0; i + 1 < below.size(); i += 2) above.push_back(node_of(below[i], below[i + 1]));
        if (below.size() % 2 == 1) above.push_back(below.back());
        levels_.push_back(std::move(above));
    }
}

std::string ReceiptTree::root() const {
    return levels_.back().empty() ? to_base64url(sha256(std::string_view())) : to_base64url(levels_.back().front());
}

Json ReceiptTree::receipt(std::size_t index, const TreeHead& head, std::string_view signature) const {
    Json path = Json::array();
    std::size_t at = index;
    for (std::size_t level = 0; level + 1 < levels_.size(); ++level, at /= 2) {
        const std::size_t sibling = at ^ 1;
        if (sibling < levels_[level].size()) path.push_back(to_base64url(levels_[level][sibling]));
    }
    const ReceiptBody& body = bodies_[index];
    return {{"body", {{"hash", body.hash}, {"id", body.id}, {"outcome", body.outcome}, {"receivedAt", body.received_at.ms}}},
            {"head", to_json(head)},
            {"index", index},
            {"path", std::move(path)},
            {"signature", signature}};
}

Result<ReadReceipt> read_receipt(const Json& receipt) {
    const Error malformed{Errc::malformed, "receipt.shape", "not a receipt"};
    const Json& body = at(receipt, "body");
    const Json& head = at(receipt, "head");
    const Json& path = at(receipt, "path");
    if (!body.is_object() || !head.is_object() || !path.is_array() || path.size() > 64) return malformed;

    ReadReceipt read;
    read.body = {std::string(text_at(body, "id")), std::string(text_at(body, "hash")), std::string(text_at(body, "outcome")),
                 Instant{int_at(body, "receivedAt")}};
    read.head = {std::string(text_at(head, "root")), int_at(head, "size"), Instant{int_at(head, "signedAt")},
                 std::string(text_at(head, "key"))};
    read.signature = std::string(text_at(receipt, "signature"));
    std::int64_t index = int_at(receipt, "index", -1);
    std::int64_t size = read.head.size;
    if (index < 0 || index >= size || size > 1'000'000) return malformed;

    Sha256 digest = leaf_of(read.body);
    std::size_t used = 0;
    for (; size > 1; index /= 2, size = (size + 1) / 2) {
        const bool alone = index == size - 1 && index % 2 == 0;
        if (alone) continue;
        if (used == path.size() || !path[used].is_string()) return malformed;
        const Sha256 sibling = TRY(digest_from(path[used++].get_ref<const std::string&>()));
        digest = index % 2 == 0 ? node_of(digest, sibling) : node_of(sibling, digest);
    }
    if (used != path.size() || to_base64url(digest) != read.head.root) {
        return Error{Errc::rejected, "receipt.path", "the record is not in the tree that was signed"};
    }
    return read;
}

}  // namespace lachan
