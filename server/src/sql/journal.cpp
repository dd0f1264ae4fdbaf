#include "sql/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "log.h"

namespace lachan::server {
namespace {

Error refusal(std::string detail) { return {Errc::unavailable, "database.flush", std::move(detail)}; }

}  // namespace

// To hold and close a descriptor of the journal gives up no lock of SQLite: those are on the database and on its shared memory.
Result<std::unique_ptr<Journal>> Journal::open(const std::string& path) {
    if (path.empty()) return std::unique_ptr<Journal>(new Journal(-1));
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) return refusal(std::generic_category().message(errno));
    return std::unique_ptr<Journal>(new Journal(handle));
}

Journal::~Journal() {
    if (handle_ >= 0) close(handle_);
}

void Journal::start() {
    if (handle_ >= 0) sync_file_range(handle_, 0, 0, SYNC_FILE_RANGE_WRITE);
}

Result<void> Journal::flush() {
    // One at a time: of two that wait for the same pages, only one would be told that they could not be written.
    const std::lock_guard lock(mutex_);
    if (is_broken_) return refusal("the disk refused an earlier flush");
    if (handle_ < 0 || fdatasync(handle_) == 0) return {};
    const std::string why = std::generic_category().message(errno);
    is_broken_ = true;
    log_event("error", "journal", {{"rule", "database.flush"}, {"why", why}});
    return refusal(why);
}

Result<void> Journal::check() {
    const std::lock_guard lock(mutex_);
    if (is_broken_) return refusal("the disk refused an earlier flush");
    return {};
}

}  // namespace lachan::server
