#include "sql_browser.h"

#include <array>

using Cell = lachan::BrowserDatabase::Cell;
using Frame = lachan::BrowserDatabase::Frame;

// Imported from JavaScript. Each answers with SQLite's extended result code; prepare with a handle or the code made negative.
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
    kOk = 0, kRow = 100, kDone = 101,
    kBusy = 5, kIoError = 10, kFull = 13,
    kConstraintPrimaryKey = 1555, kConstraintUnique = 2067
};

Error error_of(int code) {
    std::array<char, 400> text{};
    const int size = lachan_sql_error(text.data(), static_cast<int>(text.size()));
    std::string detail(text.data(), static_cast<std::size_t>(size));
    if (code == kConstraintPrimaryKey || code == kConstraintUnique) return {Errc::conflict, "database.unique", detail};
    // OPFS tells a full quota as an exception of a write, which SQLite can only call an input/output error.
    if ((code & 0xff) == kFull || lachan_sql_storage_full() != 0) return {Errc::unavailable, "storage.full", detail};
    if ((code & 0xff) == kIoError) return {Errc::unavailable, "storage.io", detail};
    return {Errc::unavailable, "database.error", detail};
}

std::vector<Cell> cells_of(std::span<const SqlValue> values) {
    std::vector<Cell> cells;
    cells.reserve(values.size());
    for (const SqlValue& value : values) {
        if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            cells.push_back({1, 0, *integer});
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            cells.push_back({2, static_cast<std::int32_t>(text->size()),
                             static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(text->data()))});
        } else {
            cells.push_back({0, 0, 0});
        }
    }
    return cells;
}

class FrameRow final : public Row {
public:
    explicit FrameRow(const Frame& frame) : frame_(frame) {}
    bool is_null(int column) const override { return cell(column).type == 0; }
    std::int64_t integer(int column) const override { return cell(column).type == 1 ? cell(column).value : 0; }
    std::string_view text(int column) const override {
        if (cell(column).type != 2) return {};
        return {frame_.texts + cell(column).value, static_cast<std::size_t>(cell(column).size)};
    }

private:
    const Cell& cell(int column) const {
        static constexpr Cell kNull{};
        return column < frame_.columns ? frame_.cells[column] : kNull;
    }
    const Frame& frame_;
};

}  // namespace

/// A prepared statement for the length of one call. A statement that is still being read (its callback asks with the same
/// text) gets a second one that is thrown away afterwards.
class BrowserDatabase::Use {
public:
    static Result<Use> of(BrowserDatabase& database, std::string_view sql) {
        auto& kept = database.statements_[std::string(sql)];
        if (!kept) kept = std::make_unique<Statement>();
        if (kept->handle >= 0 && !kept->busy) return Use(kept.get(), kept->handle);
        const int handle = lachan_sql_prepare(sql.data(), sql.size());
        if (handle < 0) return error_of(-handle);
        if (kept->busy) return Use(nullptr, handle);
        kept->handle = handle;
        return Use(kept.get(), handle);
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

BrowserDatabase::~BrowserDatabase() {
    for (auto& [sql, statement] : statements_) {
        if (statement->handle >= 0) lachan_sql_finalize(statement->handle);
    }
}

Result<void> BrowserDatabase::write(std::string_view sql, std::span<const SqlValue> values) {
    const Use statement = TRY(Use::of(*this, sql));
    const std::vector<Cell> cells = cells_of(values);
    const int code = lachan_sql_write(statement.handle(), cells.data(), static_cast<int>(cells.size()));
    if (code != kDone && code != kRow) return error_of(code);
    return {};
}

Result<void> BrowserDatabase::read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) {
    const Use statement = TRY(Use::of(*this, sql));
    const std::vector<Cell> cells = cells_of(values);
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
        if (on_row(FrameRow(frame)) == Next::stop) return {};
        code = lachan_sql_next(statement.handle(), &frame);
    }
    if (code != kDone) return error_of(code);
    return {};
}

Result<void> BrowserDatabase::script(std::string_view sql) {
    const int code = lachan_sql_script(sql.data(), sql.size());
    if (code != kOk) return error_of(code);
    return {};
}

Result<void> BrowserDatabase::begin() { return write("BEGIN IMMEDIATE", {}); }

Result<void> BrowserDatabase::commit() {
    auto done = write("COMMIT", {});
    // A commit that failed (full quota) may leave the transaction open: nothing of it may stay.
    if (!done) rollback();
    return done;
}

// After some errors SQLite has rolled back by itself; then this one finds no transaction, and that is as good.
void BrowserDatabase::rollback() { (void)write("ROLLBACK", {}); }

}  // namespace lachan
