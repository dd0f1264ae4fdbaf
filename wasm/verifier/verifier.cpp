// The verifier, a module of its own that a worker of the page loads with the first certificate. What an operation means is in
// shared/src/core/verifier.h.
#include "core/verifier.h"
#include "answering.h"

int answer(std::string_view operation, std::string_view request, std::string& reply) {
    static lachan::Verifier verifier;
    return verifier.call(operation, request, reply);
}
