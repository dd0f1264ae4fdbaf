#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernel/json.h"
#include "kernel/record.h"

namespace lachan {

/// Proof that a server took a record: what it says of the record, and the way from there to a tree head that the server signed.
/// One signature serves a whole batch (RFC 6962: leaf = SHA-256(0x00 || body), node = SHA-256(0x01 || left || right)).
/// Wire form: {"body":{"hash","id","outcome","receivedAt"},"index","path":[..],"head":{"key","root","signedAt","size"},"signature"}.
struct ReceiptBody {
    std::string id;
    std::string hash;
    std::string outcome;  ///< "accepted" | "duplicate"
    Instant received_at;
};

struct TreeHead {
    std::string root;  ///< base64url
    std::int64_t size = 0;
    Instant signed_at;
    std::string key;   ///< id of the server's receipt key
};

/// What the server signs (ES256): the canonical form of the head.
std::string bytes_to_sign(const TreeHead& head);

/// The tree over a batch of receipt bodies.
class ReceiptTree {
public:
    explicit ReceiptTree(std::vector<ReceiptBody> bodies);
    std::string root() const;
    std::size_t size() const { return bodies_.size(); }
    /// The receipt of body `index` under a signed head.
    Json receipt(std::size_t index, const TreeHead& head, std::string_view signature) const;

private:
    std::vector<ReceiptBody> bodies_;
    std::vector<std::vector<Sha256>> levels_;  ///< levels_[0] = leaves; an odd last node moves up unchanged
};

/// A receipt that was read and whose path leads to the root of its head. The shell still has to prove `signature` over
/// `bytes_to_sign(head)` by the key named in the head.
struct ReadReceipt {
    ReceiptBody body;
    TreeHead head;
    std::string signature;
};

/// Errc::malformed (receipt.shape) or Errc::rejected (receipt.path) when the body is not in the tree of the head.
Result<ReadReceipt> read_receipt(const Json& receipt);

}  // namespace lachan
