#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/sql.h"

namespace lachan {

/// SQLite of the browser, reached through functions that the worker imports into this module (wasm/core/sqlite_port.js
/// calls web/src/core/sqlite-port.ts). Two WebAssembly memories lie side by side: values and rows are copied, one call
/// for each row. Prepared statements belong to the port: whoever takes it away from this object finalizes them
/// (forgetAll).
class BrowserDatabase final : public Database {
public:
    /// One value that crosses: the stride is asserted here and read by sqlite-port.ts.
    struct Cell {
        std::int32_t type;   ///< 0 null, 1 integer, 2 text
        std::int32_t size;   ///< bytes of a text
        std::int64_t value;  ///< the integer, or where the text begins in the core's memory
    };
    static_assert(sizeof(Cell) == 16);

    /// Room for one row. When `columns` or `text_bytes` come back larger than the room, nothing was copied: grow and
    /// ask again.
    struct Frame {
        Cell* cells;
        char* texts;
        std::int32_t cell_room;
        std::int32_t text_room;
        std::int32_t columns;
        std::int32_t text_bytes;
    };
    static_assert(sizeof(Frame) == 4 * sizeof(std::int32_t) + 2 * sizeof(void*));

    BrowserDatabase() = default;
    BrowserDatabase(const BrowserDatabase&) = delete;
    BrowserDatabase& operator=(const BrowserDatabase&) = delete;

    using Database::read;
    using Database::write;
    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override;
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override;
    Result<void> script(std::string_view sql) override;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() override;

private:
    struct Statement {
        std::string sql;
        int handle = -1;
        bool busy = false;
    };
    struct Buffer {
        std::vector<Cell> cells;
        std::vector<char> texts;
        Frame frame() {
            return Frame{cells.data(),
                         texts.data(),
                         static_cast<std::int32_t>(cells.size()),
                         static_cast<std::int32_t>(texts.size()),
                         0,
                         0};
        }
    };
    class Use;

    Error remember(Error error);
    Error last_error(int code, const char* rule);
    Result<std::vector<Cell>> cells_of(std::span<const SqlValue> values);

    std::list<Statement> statements_;  ///< the one used last comes first
    std::unordered_map<std::string_view, std::list<Statement>::iterator> by_sql_;
    std::vector<std::unique_ptr<Buffer>> buffers_;  ///< one for each depth of reading inside a callback of reading
    std::size_t depth_ = 0;
    std::optional<Error>
        failed_;  ///< the first error of the open transaction: nothing after it may look as if it had worked
    bool in_transaction_ = false;
};

}  // namespace lachan
