#pragma once

#include <string>
#include <string_view>

namespace lachan::server {

/// The small proof of work that is asked of a device which has sent a lot in a short time: a nonce with which the SHA-256 of
/// `prefix + nonce` begins with `bits` zero bits. It names the first record of the batch, so that it serves once.
std::string work_prefix(std::string_view device, std::string_view first_record);
bool is_work_done(std::string_view prefix, std::string_view nonce, int bits);

}  // namespace lachan::server
