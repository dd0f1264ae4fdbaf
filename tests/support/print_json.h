#pragma once

#include <ostream>

#include "kernel/json.h"

// GoogleTest would print a JSON value as a container of itself, without end.
NLOHMANN_JSON_NAMESPACE_BEGIN
inline void PrintTo(const json& value, std::ostream* out) { *out << value.dump(); }
NLOHMANN_JSON_NAMESPACE_END
