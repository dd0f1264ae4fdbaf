#include "sql_browser.h"

#include <algorithm>
#include <array>
#include <charconv>

using Cell = lachan::BrowserDatabase::Cell;
using Frame = lachan::BrowserDatabase::Frame;

// Imported from JavaScript. Each answers with SQLite's extended result code; prepare with a handle or the code made
// negative.
extern "C" {
int lachan_sql_prepare(const char* sql, std::size_t size);
int lachan_sql_write(int statement, const Cell* values, int count);
int lachan_sql_read(int statement, const Cell* values, int count, Frame* frame);
int lachan_sql_next(int statement, Frame* frame);
int lachan_sql_refill(int statement, Frame* frame);
void lachan_sql_reset(int statement);
void lachan_sql_finalize(int statement);
int lachan_sql_script(const char* sql, std::size_t size);
int lachan_sql_error(char* text, int room);
int lachan_sql_storage_full();
}

namespace lachan {
namespace {

// Result codes of SQLite that are told apart here; its header is not part of this build.
enum Code {
    kOk = 0,
    kRow = 100,
    kDone = 101,
    kIoError = 10,
    kFull = 13,
    kConstraint = 19,
    kConstraintPrimaryKey = 1555,
    kConstraintUnique = 2067,
    kConstraintRowId = 2579
};

constexpr std::size_t kStatements = 200;

class FrameRow final : public Row {
public:
    explicit FrameRow(const Frame& frame) : frame_(frame) {}
    bool is_null(int column) const override { return cell(column).type == 0; }

    // As sqlite3_column_int64 and sqlite3_column_text do: a number asked for as text is written out, and the other way
    // round.
    std::int64_t integer(int column) const override {
        if (cell(column).type == 1) return cell(column).value;
        const std::string_view digits = text(column);
        std::int64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    std::string_view text(int column) const override {
        if (cell(column).type == 2)
            return {frame_.texts + cell(column).value, static_cast<std::size_t>(cell(column).size)};
        if (cell(column).type == 0) return {};
        written_.push_back(std::to_string(cell(column).value));
        return written_.back();
    }

private:
    const Cell& cell(int column) const {
        static constexpr Cell kNull{};
        return column < frame_.columns ? frame_.cells[column] : kNull;
    }
    const Frame& frame_;
    mutable std::list<std::string> written_;
};

}  // namespace

/// A prepared statement for the length of one call. A statement that is still being read (its callback asks with the
/// same text) gets a second one that is thrown away afterwards.
class BrowserDatabase::Use {
public:
    static Result<Use> of(BrowserDatabase& database, std::string_view sql) {
        auto& list = database.statements_;
        const auto found = database.by_sql_.find(sql);
        if (found != database.by_sql_.end() && !found->second->busy) {
            list.splice(list.begin(), list, found->second);
            return Use(&list.front(), list.front().handle);
        }
        const int handle = lachan_sql_prepare(sql.data(), sql.size());
        if (handle < 0) return database.last_error(-handle, "database.statement");
        if (found != database.by_sql_.end()) return Use(nullptr, handle);
        if (list.size() >= kStatements && !list.back().busy) {
            lachan_sql_finalize(list.back().handle);
            database.by_sql_.erase(list.back().sql);
            list.pop_back();
        }
        list.push_front(Statement{std::string(sql), handle, false});
        database.by_sql_.emplace(list.front().sql, list.begin());
        return Use(&list.front(), handle);
    }
    Use(Use&& other) noexcept : kept_(std::exchange(other.kept_, nullptr)), handle_(std::exchange(other.handle_, -1)) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
        if (handle_ < 0) return;
        if (kept_) {
            kept_->busy = false;
            lachan_sql_reset(handle_);
        } else {
            lachan_sql_finalize(handle_);
        }
    }
    int handle() const { return handle_; }

private:
    Use(Statement* kept, int handle) : kept_(kept), handle_(handle) {
        if (kept_) kept_->busy = true;
    }
    Statement* kept_;
    int handle_;
};

Error BrowserDatabase::remember(Error error) {
    if (in_transaction_ && !failed_) failed_ = error;
    return error;
}

Error BrowserDatabase::last_error(int code, const char* rule) {
    std::array<char, 400> text{};
    const int size = lachan_sql_error(text.data(), static_cast<int>(text.size()));
    Error error{Errc::unavailable, rule, std::string(text.data(), static_cast<std::size_t>(size))};
    switch (code) {
        case kConstraintPrimaryKey:
        case kConstraintUnique:
        case kConstraintRowId: error.code = Errc::conflict; break;
        default:
            if ((code & 0xff) == kConstraint) error.code = Errc::rejected;
            // OPFS tells a full quota as an exception of a write, which SQLite can only call an input/output error.
            else if ((code & 0xff) == kFull || lachan_sql_storage_full() != 0)
                error.rule = "storage.full";
            else if ((code & 0xff) == kIoError)
                error.rule = "storage.io";
    }
    return remember(std::move(error));
}

Result<std::vector<Cell>> BrowserDatabase::cells_of(std::span<const SqlValue> values) {
    std::vector<Cell> cells;
    cells.reserve(values.size());
    for (const SqlValue& value : values) {
        if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            cells.push_back({1, 0, *integer});
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            if (text->find('\0') != std::string_view::npos) {
                return remember(Error{Errc::malformed, "database.text", "text holds a null character"});
            }
            cells.push_back({2, static_cast<std::int32_t>(text->size()),
                             static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(text->data()))});
        } else {
            cells.push_back({0, 0, 0});
        }
    }
    return cells;
}

Result<void> BrowserDatabase::write(std::string_view sql, std::span<const SqlValue> values) {
    if (failed_) return *failed_;
    const Use statement = TRY(Use::of(*this, sql));
    const std::vector<Cell> cells = TRY(cells_of(values));
    const int code = lachan_sql_write(statement.handle(), cells.data(), static_cast<int>(cells.size()));
    if (code != kDone && code != kRow) return last_error(code, "database.step");
    return {};
}

Result<void> BrowserDatabase::read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) {
    if (failed_) return *failed_;
    const Use statement = TRY(Use::of(*this, sql));
    const std::vector<Cell> cells = TRY(cells_of(values));
    if (buffers_.size() <= depth_) {
        buffers_.push_back(std::make_unique<Buffer>(Buffer{std::vector<Cell>(24), std::vector<char>(4096)}));
    }
    Buffer& buffer = *buffers_[depth_++];
    struct Leave {
        std::size_t& depth;
        ~Leave() { --depth; }
    } leave{depth_};

    Frame frame = buffer.frame();
    int code = lachan_sql_read(statement.handle(), cells.data(), static_cast<int>(cells.size()), &frame);
    while (code == kRow) {
        if (frame.columns > frame.cell_room || frame.text_bytes > frame.text_room) {
            buffer.cells.resize(std::max(buffer.cells.size(), static_cast<std::size_t>(frame.columns)));
            buffer.texts.resize(std::max(buffer.texts.size(), 2 * static_cast<std::size_t>(frame.text_bytes)));
            frame = buffer.frame();
            code = lachan_sql_refill(statement.handle(), &frame);
            continue;
        }
        // SQLite has made all changes of a RETURNING statement before its first row, so stopping early loses none.
        if (on_row(FrameRow(frame)) == Next::stop) return {};
        code = lachan_sql_next(statement.handle(), &frame);
    }
    if (code != kDone) return last_error(code, "database.step");
    return {};
}

Result<void> BrowserDatabase::script(std::string_view sql) {
    if (failed_) return *failed_;
    const int code = lachan_sql_script(sql.data(), sql.size());
    if (code != kOk) return last_error(code, "database.script");
    return {};
}

Result<void> BrowserDatabase::begin() {
    if (in_transaction_) return Error{Errc::conflict, "database.nested", "a transaction is open"};
    TRY(write("BEGIN IMMEDIATE", {}));
    in_transaction_ = true;
    return {};
}

Result<void> BrowserDatabase::commit() {
    Result<void> done = failed_ ? Result<void>(*failed_) : write("COMMIT", {});
    if (!done) rollback();
    in_transaction_ = false;
    return done;
}

void BrowserDatabase::rollback() {
    failed_.reset();
    in_transaction_ = false;
    // After some errors SQLite has rolled back by itself; then this one finds no transaction, and that is as good.
    static constexpr std::string_view kRollback = "ROLLBACK";
    (void)lachan_sql_script(kRollback.data(), kRollback.size());
}

}  // namespace lachan
