#pragma once

#include <span>
#include <string_view>

#include "core/core.h"
#include "core/request.h"
#include "vocab/access.h"

namespace lachan {

using Operation = OperationOf<Core>;

std::span<const Operation> pure_operations();    ///< need no database: checks, units, codes
std::span<const Operation> device_operations();  ///< the device's own database: records, outbox, drafts, feeds

/// The actor a request names: {"user","device","grants":[{"role","unit","from"?,"until"?}]}; a citizen when absent.
Result<Actor> actor_of(const Json& request);

/// `entropy` of a request: at least 32 bytes in hex. Errc::malformed (request.entropy).
Result<Bytes> entropy_of(const Json& request);

}  // namespace lachan
