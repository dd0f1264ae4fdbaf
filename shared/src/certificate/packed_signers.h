#pragma once

#include <span>
#include <vector>

#include "certificate/bundle.h"

/// Keys as the packed bundle carries them: points, moduli and dates without the wrapping that is the same for all.
namespace lachan::certificate {

/// Errc::malformed with rule bundle.signers: cut off, out of order, a value out of range. Gives what was written, byte
/// for byte of each key.
Result<std::vector<Signer>> read_signers(std::span<const std::uint8_t> data);

/// `signers` in the order of a TrustBundle.
Bytes write_signers(std::span<const Signer> signers);

}  // namespace lachan::certificate
