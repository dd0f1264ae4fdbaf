#include "dose_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

namespace lachan::trust {
namespace {

constexpr const char* kFile = "doses.jsonl";
constexpr JsonLimits kEntryLimits{4 * 1024, 2};
constexpr int kHow = O_RDWR | O_APPEND | O_CLOEXEC;
const CertifiedDose kNone;

std::string file_in(const std::string& folder) { return (std::filesystem::path(folder) / kFile).string(); }

Error unavailable(const char* detail) { return Error{Errc::unavailable, "issue.ledger", std::string(kFile) + ": " + detail}; }

Error malformed(const std::string& detail) { return Error{Errc::malformed, "issue.ledger", std::string(kFile) + ": " + detail}; }

}  // namespace

DoseLedger& DoseLedger::operator=(DoseLedger&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    std::swap(has_signed_dose_, other.has_signed_dose_);
    entries_.swap(other.entries_);
    by_dose_.swap(other.by_dose_);
    by_certificate_.swap(other.by_certificate_);
    successors_.swap(other.successors_);
    return *this;
}

DoseLedger::~DoseLedger() {
    if (file_ >= 0) ::close(file_);
}

Result<DoseLedger> DoseLedger::open(const std::string& folder) {
    DoseLedger ledger;
    ledger.file_ = ::open(file_in(folder).c_str(), kHow | O_CREAT, S_IRUSR | S_IWUSR);
    TRY(ledger.hold_and_read());
    return ledger;
}

Result<std::optional<DoseLedger>> DoseLedger::open_if_there(const std::string& folder) {
    DoseLedger ledger;
    ledger.file_ = ::open(file_in(folder).c_str(), kHow);
    if (ledger.file_ < 0 && errno == ENOENT) return std::optional<DoseLedger>();
    TRY(ledger.hold_and_read());
    return std::optional(std::move(ledger));
}

Result<void> DoseLedger::hold_and_read() {
    if (file_ < 0 || ::flock(file_, LOCK_EX) != 0) return unavailable("cannot be opened");
    return read();
}

Result<void> DoseLedger::read() {
    std::array<char, 64 * 1024> part{};
    std::string rest;
    std::size_t number = 0;
    for (ssize_t count = 0; (count = ::read(file_, part.data(), part.size())) != 0;) {
        if (count < 0) return unavailable("cannot be read");
        size_ += count;
        rest.append(part.data(), static_cast<std::size_t>(count));
        std::size_t at = 0;
        for (std::size_t end = 0; (end = rest.find('\n', at)) != std::string::npos; at = end + 1) {
            ++number;
            const auto entry = parse_json(std::string_view(rest).substr(at, end - at), kEntryLimits);
            if (!entry || !entry->is_object()) return malformed("line " + std::to_string(number) + " is no entry");
            remember(*entry);
        }
        rest.erase(0, at);
    }
    return rest.empty() ? Result<void>() : mend_end(rest);
}

Result<void> DoseLedger::mend_end(const std::string& rest) {
    // A whole entry is without its end of line only where somebody saved the file by hand: its certificate may be out.
    const auto entry = parse_json(rest, kEntryLimits);
    if (entry && entry->is_object()) {
        if (::write(file_, "\n", 1) != 1) return unavailable("cannot be written");
        size_ += 1;
        remember(*entry);
        return {};
    }
    size_ -= static_cast<std::int64_t>(rest.size());
    if (::ftruncate(file_, size_) != 0) return unavailable("cannot be written");
    return {};
}

void DoseLedger::remember(const Json& entry) {
    has_signed_dose_ = has_signed_dose_ || entry.contains("site");
    const auto text = [&entry](const char* member) { return std::string(text_at(entry, member)); };
    const CertifiedDose& kept =
        entries_.emplace_back(CertifiedDose{text("form"), text("certificate"), text("at"), text("dose"), text("site"), text("replaces")});
    if (!kept.dose.empty()) by_dose_[{kept.form, kept.dose}] = &kept;
    if (!kept.certificate.empty()) by_certificate_[kept.certificate] = &kept;
    if (!kept.replaces.empty()) successors_[kept.replaces] = kept.certificate;
}

const CertifiedDose* DoseLedger::of_dose(std::string_view form, std::string_view dose) const {
    const auto found = by_dose_.find(std::pair(form, dose));
    return found == by_dose_.end() ? nullptr : found->second;
}

const CertifiedDose& DoseLedger::of_certificate(std::string_view identifier) const {
    const auto found = by_certificate_.find(identifier);
    return found == by_certificate_.end() ? kNone : *found->second;
}

std::string_view DoseLedger::successor_of(std::string_view identifier) const {
    const auto found = successors_.find(identifier);
    return found == successors_.end() ? std::string_view() : found->second;
}

std::string_view DoseLedger::newest_of(std::string_view identifier) const {
    // No further than there are certificates: nothing stops a file that was written by hand from going round.
    for (std::size_t steps = 0; steps < successors_.size() && !successor_of(identifier).empty(); ++steps) identifier = successor_of(identifier);
    return identifier;
}

Result<void> DoseLedger::add(const std::vector<Json>& entries) {
    std::string lines;
    for (const Json& entry : entries) lines += canonical(entry) + "\n";
    for (std::size_t written = 0; written < lines.size();) {
        const ssize_t count = ::write(file_, lines.data() + written, lines.size() - written);
        if (count <= 0) {
            undo();
            return unavailable("cannot be written");
        }
        written += static_cast<std::size_t>(count);
    }
    if (::fsync(file_) == 0) return {};
    undo();
    return unavailable("cannot be written");
}

void DoseLedger::undo() { static_cast<void>(::ftruncate(file_, size_) == 0); }

}  // namespace lachan::trust
