// The C ABI of the map's models, a module of its own that a worker of the map page loads: conversions only. What an operation means is
// in shared/src/epi/session.h.
#include <string>

#include "epi/session.h"

namespace {

lachan::epi::Session session;
std::string reply;  // copied out by the caller before the next call

}  // namespace

extern "C" {

void lachan_memory();  // keeps Module.coreMemory() in the build, see memory.js

/// Runs an operation: 0 answer, 1 error as JSON {"error","rule","detail"}; either way the text is at analysis_reply_data.
int analysis_call(const char* operation, std::size_t operation_size, const char* request, std::size_t request_size) {
    lachan_memory();
    auto text = session.call({operation, operation_size}, {request, request_size});
    if (text) {
        reply = std::move(*text);
        return 0;
    }
    const lachan::Error& error = text.error();
    reply = lachan::canonical(lachan::Json{{"error", name_of(error.code)}, {"rule", error.rule}, {"detail", error.detail}});
    return 1;
}

const char* analysis_reply_data() { return reply.data(); }
std::size_t analysis_reply_size() { return reply.size(); }

/// Room for `count` numbers that the next call reads.
double* analysis_numbers(std::size_t count) {
    session.numbers.assign(count, 0.0);
    return session.numbers.data();
}
/// The numbers that the last call left.
const double* analysis_numbers_data() { return session.numbers.data(); }
std::size_t analysis_numbers_size() { return session.numbers.size(); }

}  // extern "C"
