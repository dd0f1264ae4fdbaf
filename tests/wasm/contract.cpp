// The contract of kernel/sql.h on the SQLite of the browser: run.mjs drives it under Node, over the very port of the
// page.

#include <array>
#include <memory>
#include <string>

#include "kernel/sql_contract.h"
#include "sql_browser.h"

namespace {

std::unique_ptr<lachan::BrowserDatabase> database;
std::string reply;

}  // namespace

extern "C" {

void lachan_memory();

int contract_count() { return static_cast<int>(std::size(lachan::contract::kCases)); }

/// Runs a case; the reply is its name, and a line for each thing that did not hold. How many did not.
int contract_run(int index) {
    lachan_memory();
    if (!database) database = std::make_unique<lachan::BrowserDatabase>();
    const auto& one = lachan::contract::kCases[static_cast<std::size_t>(index)];
    reply = one.name;
    const auto failures = lachan::contract::run(one, *database);
    for (const std::string& failure : failures) reply += "\n    " + failure;
    return static_cast<int>(failures.size());
}

const char* contract_reply() { return reply.data(); }
std::size_t contract_reply_size() { return reply.size(); }

}  // extern "C"
