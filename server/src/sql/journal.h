#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "kernel/result.h"

namespace lachan::server {

/// Flushes the write-ahead journal of SQLite apart from the commits that wrote it: whoever waits for the disk holds no lock of the
/// database, and the next batch goes on meanwhile (docs/adr/0032). No receipt and no place in a feed may be given out for what was
/// committed relaxed before `flush` has returned.
///
/// Errc::unavailable (database.flush) when the disk refuses. That stays: the system forgets the pages that it could not write, and a
/// second flush would succeed without them.
class Journal {
public:
    /// `path` as SQLite names it, once the file is there; "" when there is none and nothing to flush (":memory:"). One descriptor for
    /// the whole time: Linux tells each descriptor once of a page that could not be written, and one opened later never.
    /// Errc::unavailable when the file cannot be opened.
    static Result<std::unique_ptr<Journal>> open(const std::string& path);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    /// Lets the disk begin with what was committed, and waits for nothing: `flush` afterwards has less to wait for. Tells no error,
    /// and takes none away from `flush`. Any thread.
    void start();
    /// What was committed before this call, by whatever connection or process, is on the disk when it returns. Any thread.
    Result<void> flush();
    /// The error of a flush that failed, without a new one.
    Result<void> check();

private:
    explicit Journal(int handle) : handle_(handle) {}

    std::mutex mutex_;
    int handle_;  ///< -1 when there is nothing to flush
    bool is_broken_ = false;
};

}  // namespace lachan::server
