#pragma once

#include <optional>

#include "arguments.h"
#include "certificate/packed.h"

/// The commands that make, show and compare trust bundles. Each gives the exit status.
namespace lachan::trust {

int build(const Arguments& arguments);
int show(const Arguments& arguments);
int diff(const Arguments& arguments);
int delta(const Arguments& arguments);
int apply(const Arguments& arguments);
int keygen(const Arguments& arguments);
int revoke(const Arguments& arguments);

/// A list in JSON, or a packed bundle proven under the keys of the file `pin`, "" for none.
Result<certificate::VerifierBundle> open_list(const std::string& file, const std::string& pin);

}  // namespace lachan::trust
