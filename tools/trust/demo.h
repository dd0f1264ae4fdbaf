#pragma once

#include <filesystem>

#include "certificate/bundle.h"
#include "command/files.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::trust {

/// Writes `folder`/trust.json and `folder`/demo-certificates: invented people's certificates as texts and pictures,
/// valid and otherwise, with an index that says what a verifier must answer. Each is read back and judged before it is
/// written. The private keys live for this call only. Errc::conflict when a certificate got another verdict than it is
/// shown for.
Result<certificate::TrustBundle> make_demo(const std::filesystem::path& folder, Instant now);

/// Whether `folder` holds a demonstration that is good for at least another day after `now`.
bool has_fresh_demo(const std::filesystem::path& folder, Instant now);

using command::read_file;
using command::write_file;

}  // namespace lachan::trust
