#include "work.h"

#include <bit>

#include "kernel/crypto.h"

namespace lachan::server {

std::string work_prefix(std::string_view device, std::string_view first_record) {
    return "lachan-work:" + std::string(device) + ':' + std::string(first_record) + ':';
}

bool is_work_done(std::string_view prefix, std::string_view nonce, int bits) {
    if (nonce.empty() || nonce.size() > 32) return false;
    const Sha256 hash = sha256(std::string(prefix) + std::string(nonce));
    int zeros = 0;
    for (const std::uint8_t byte : hash) {
        zeros += std::countl_zero(byte);
        if (byte != 0) break;
    }
    return zeros >= bits;
}

}  // namespace lachan::server
