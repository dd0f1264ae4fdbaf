// What is answered from a request alone, a module of its own that a worker of the map page loads. What an operation means is in
// shared/src/core/workshop.h.
#include "core/workshop.h"
#include "answering.h"
#include "systems.h"

int answer(std::string_view operation, std::string_view request, std::string& reply) {
    static lachan::Workshop workshop(lachan::computations());
    return workshop.call(operation, request, reply);
}
