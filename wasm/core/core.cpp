// The C ABI of the core: four functions, JSON in and out. Conversions only; what an operation means is in
// shared/src/core.
#include "core/core.h"

#include <memory>
#include <string>

#include "sql_browser.h"

namespace {

std::unique_ptr<lachan::Core> core;
std::string reply;  // copied out by the caller before the next call

}  // namespace

extern "C" {

int lachan_sql_present();
void lachan_memory();  // keeps Module.coreMemory() in the build, see memory.js

/// Makes the core anew: with a database when the shell has set Module.sqlitePort, for pure operations only when not.
int core_open() {
    lachan_memory();
    std::unique_ptr<lachan::Database> database;
    if (lachan_sql_present() != 0) database = std::make_unique<lachan::BrowserDatabase>();
    core = std::make_unique<lachan::Core>(std::move(database));
    return 0;
}

/// Runs an operation: 0 answer, 1 error; either way the text is at core_reply_data. 2 when core_open was not called.
int core_call(const char* operation, std::size_t operation_size, const char* request, std::size_t request_size) {
    reply.clear();
    if (!core) return 2;
    return core->call({operation, operation_size}, {request, request_size}, reply);
}

const char* core_reply_data() { return reply.data(); }
std::size_t core_reply_size() { return reply.size(); }

}  // extern "C"
