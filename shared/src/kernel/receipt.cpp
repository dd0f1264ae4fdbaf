#include "kernel/receipt.h"

#include <algorithm>
#include <array>

namespace lachan {
namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// Canonical form of a body. Ids, digests and outcomes have nothing to escape and are written as they are: a batch has
/// 500.
std::string text_of(const ReceiptBody& body) {
    if (!is_plain(body.hash) || !is_plain(body.id) || !is_plain(body.outcome)) {
        return canonical(
            {{"hash", body.hash}, {"id", body.id}, {"outcome", body.outcome}, {"receivedAt", body.received_at.ms}});
    }
    std::string text = "{\"hash\":\"" + body.hash;
    text += "\",\"id\":\"" + body.id;
    text += "\",\"outcome\":\"" + body.outcome;
    text += "\",\"receivedAt\":" + std::to_string(body.received_at.ms) + '}';
    return text;
}

Sha256 leaf_of(std::string_view body) {
    std::string data;
    data.reserve(body.size() + 1);
    data += '\0';
    data += body;
    return sha256(data);
}

Sha256 node_of(const Sha256& left, const Sha256& right) {
    std::array<std::uint8_t, 65> data{0x01};
    std::copy(right.begin(), right.end(), std::copy(left.begin(), left.end(), data.begin() + 1));
    return sha256(data);
}

std::vector<std::string> names_of(const std::vector<Sha256>& level) {
    std::vector<std::string> names;
    names.reserve(level.size());
    for (const Sha256& node : level) names.push_back(to_base64url(node));
    return names;
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

ReceiptTree::ReceiptTree(std::vector<ReceiptBody> bodies) {
    std::vector<Sha256> level;
    level.reserve(bodies.size());
    bodies_.reserve(bodies.size());
    for (const ReceiptBody& body : bodies) {
        bodies_.push_back(text_of(body));
        level.push_back(leaf_of(bodies_.back()));
    }
    levels_.push_back(names_of(level));
    while (level.size() > 1) {
        std::vector<Sha256> above;
        above.reserve(level.size() / 2 + 1);
        for (std::size_t i = 0; i + 1 < level.size(); i += 2) above.push_back(node_of(level[i], level[i + 1]));
        if (level.size() % 2 == 1) above.push_back(level.back());
        level = std::move(above);
        levels_.push_back(names_of(level));
    }
}

std::string ReceiptTree::root() const {
    return levels_.back().empty() ? to_base64url(sha256(std::string_view())) : levels_.back().front();
}

void ReceiptTree::add_receipt(std::string& text, std::size_t index, std::string_view head,
                              std::string_view signature) const {
    text += "{\"body\":";
    text += bodies_[index];
    text += ",\"head\":";
    text += head;
    text += ",\"index\":" + std::to_string(index) + ",\"path\":[";
    std::size_t at = index;
    for (std::size_t level = 0; level + 1 < levels_.size(); ++level, at /= 2) {
        const std::size_t sibling = at ^ 1;
        if (sibling >= levels_[level].size()) continue;
        if (text.back() != '[') text += ',';
        text += '"';
        text += levels_[level][sibling];
        text += '"';
    }
    text += "],\"signature\":\"";
    text += signature;
    text += "\"}";
}

std::string ReceiptTree::receipt(std::size_t index, std::string_view head, std::string_view signature) const {
    std::string text;
    add_receipt(text, index, head, signature);
    return text;
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

    Sha256 digest = leaf_of(text_of(read.body));
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
