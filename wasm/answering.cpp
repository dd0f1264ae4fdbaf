// The C ABI of modules that answer operations and have no database: conversions only.
#include "answering.h"

namespace {

std::string reply;  // copied out by the caller before the next call

}  // namespace

extern "C" {

void lachan_memory();  // keeps Module.coreMemory() in the build, see memory.js

/// As core_call of the core: 0 answer, 1 error; either way the text is at core_reply_data.
int core_call(const char* operation, std::size_t operation_size, const char* request, std::size_t request_size) {
    lachan_memory();
    return answer({operation, operation_size}, {request, request_size}, reply);
}

const char* core_reply_data() { return reply.data(); }
std::size_t core_reply_size() { return reply.size(); }

}  // extern "C"
