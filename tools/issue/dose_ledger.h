#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"

/// What became of doses: DIR/doses.jsonl, for its owner alone, one line for each certificate that was made of one, {"form","certificate",
/// "at"}, where it took the place of another {"replaces"}, and either {"dose","site","kid","signedOn"} or {"unsigned"} with the reason. "dose"
/// is the hash of certificate/issue_dose.h; no name stands there.
namespace lachan::trust {

/// What is asked of an entry; "" where it says nothing of it.
struct CertifiedDose {
    std::string form;
    std::string certificate;
    std::string at;
    std::string dose;
    std::string site;
    std::string replaces;
};

class DoseLedger {
public:
    DoseLedger() = default;
    DoseLedger(const DoseLedger&) = delete;
    DoseLedger& operator=(const DoseLedger&) = delete;
    DoseLedger(DoseLedger&& other) noexcept { *this = std::move(other); }
    DoseLedger& operator=(DoseLedger&& other) noexcept;
    ~DoseLedger();

    /// Opens it, or makes it, and holds it until this object goes: a second run waits, and sees what the first one made. A last line that is
    /// not whole is cut off. Errc::malformed with rule issue.ledger names any other line that cannot be read.
    static Result<DoseLedger> open(const std::string& folder);
    /// The same where there is one; none is made.
    static Result<std::optional<DoseLedger>> open_if_there(const std::string& folder);

    /// The last entry of a dose in one form; nullptr when no certificate was made of it.
    const CertifiedDose* of_dose(std::string_view form, std::string_view dose) const;
    /// The entry of a certificate by its number, an empty one when it was not made here from a dose.
    const CertifiedDose& of_certificate(std::string_view identifier) const;

    /// The number of the certificate that took the place of another one; "" when none did.
    std::string_view successor_of(std::string_view identifier) const;
    /// The last of those that took the place of one another from this one on; itself when none did.
    std::string_view newest_of(std::string_view identifier) const;

    /// Whether a dose was certified here that its site signed.
    bool has_signed_dose() const { return has_signed_dose_; }

    /// Adds entries behind the others, all or none. Errc::unavailable.
    Result<void> add(const std::vector<Json>& entries);
    /// Takes out what was added last: nothing was made of it.
    void undo();

private:
    Result<void> hold_and_read();
    Result<void> read();
    /// Cuts off an entry that a run which was cut off did not finish: no code leaves before its entry is whole, so it is nobody's.
    Result<void> mend_end(const std::string& rest);
    void remember(const Json& entry);

    int file_ = -1;
    std::int64_t size_ = 0;
    bool has_signed_dose_ = false;
    /// Its entries stay where they are, and the maps name them: a country's doses are read by every run.
    std::deque<CertifiedDose> entries_;
    std::map<std::pair<std::string_view, std::string_view>, const CertifiedDose*> by_dose_;
    std::map<std::string_view, const CertifiedDose*> by_certificate_;
    std::map<std::string_view, std::string_view> successors_;
};

}  // namespace lachan::trust
