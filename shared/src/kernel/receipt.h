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
    /// Writes the receipt of body `index` in canonical form at the end of `text`; `head` is what was signed, as
    /// `bytes_to_sign` writes it.
    void add_receipt(std::string& text, std::size_t index, std::string_view head, std::string_view signature) const;
    std::string receipt(std::size_t index, std::string_view head, std::string_view signature) const;

private:
    std::vector<std::string> bodies_;  ///< canonical form
    /// base64url; levels_[0] = leaves; an odd last node moves up unchanged
    std::vector<std::vector<std::string>> levels_;
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
