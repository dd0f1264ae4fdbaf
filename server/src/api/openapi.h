#pragma once

#include "kernel/json.h"

namespace lachan::server {

/// The API as an OpenAPI 3.1 document: paths from the table of routes, schemas of bodies and arguments from the field lists of the
/// systems. Nothing in it is written twice, so nothing in it can be out of date.
Json openapi_document();

}  // namespace lachan::server
