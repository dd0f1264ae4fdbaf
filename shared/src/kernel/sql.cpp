#include "kernel/sql.h"

#include <set>
#include <utility>

namespace lachan {

Result<Transaction> Transaction::begin(Database& database) {
    TRY(database.begin());
    return Transaction(database);
}

Result<void> migrate(Database& database, std::span<const Migration> migrations, Instant now) {
    TRY(database.script("CREATE TABLE IF NOT EXISTS kernel_migration ("
                        "system TEXT NOT NULL, number INTEGER NOT NULL, applied_at INTEGER NOT NULL, "
                        "PRIMARY KEY (system, number))"));
    std::set<std::pair<std::string, std::int64_t>> applied;
    TRY(database.read("SELECT system, number FROM kernel_migration", {}, [&](const Row& row) {
        applied.emplace(row.text(0), row.integer(1));
        return Next::row;
    }));
    for (const Migration& migration : migrations) {
        if (applied.erase({std::string(migration.system), migration.number}) > 0) continue;
        Transaction transaction = TRY(Transaction::begin(database));
        TRY(database.script(migration.sql));
        TRY(database.write("INSERT INTO kernel_migration (system, number, applied_at) VALUES (?1, ?2, ?3)",
                           {migration.system, std::int64_t{migration.number}, now.ms}));
        TRY(transaction.commit());
    }
    if (!applied.empty()) {
        return Error{Errc::conflict, "database.newer", "made by a newer program: " + applied.begin()->first};
    }
    return {};
}

}  // namespace lachan
