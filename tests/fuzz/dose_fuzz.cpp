// Doses as their sites sign them: records, their payloads behind a sound header, and the rows that become some. No crash; a record that is
// read is, to the last character, what would be written; and a dose that may be signed makes a record that is read.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "certificate/issue_dose.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

constexpr Instant kNow{1'750'000'000'000};
const DoseSite kSite{"79-0123", "VN"};
const Sha256 kKid{};

void require(bool holds) {
    if (!holds) std::abort();
}

std::string signed_by_nobody(const std::string& input) { return input + "." + to_base64url(Bytes(64, 1)); }

void read(std::string_view text) {
    const auto record = read_dose_record(text);
    if (!record) {
        require(record.error().rule == "issue.record");
        return;
    }
    Sha256 kid{};
    std::copy(record->kid.begin(), record->kid.end(), kid.begin());
    const std::string again = dose_signing_input(record->dose, record->form, record->signed_on, kid);
    require(again == record->signed_text && again + "." + to_base64url(record->signature) == text);
    require(dose_hash(record->dose).size() == 64);
    static_cast<void>(check_dose(record->dose, record->form, kSite, record->signed_on, kNow));
}

void sign(std::string_view text) {
    const auto row = parse_json(text);
    if (!row || !row->is_object()) return;
    for (const DoseForm form : {DoseForm::certificate, DoseForm::ddcc, DoseForm::seal, DoseForm::card}) {
        const Json dose = normal_dose(*row, form);
        require(normal_dose(dose, form) == dose);
        const Day today = day_in_vietnam(kNow);
        if (!check_dose(dose, form, kSite, today, kNow)) continue;
        const std::string record = signed_by_nobody(dose_signing_input(dose, form, today, kKid));
        require(record.size() > kLongestDoseRecord || read_dose_record(record).has_value());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    // The first byte says how deep the input enters.
    switch (data[0] % 3) {
        case 0: read(text); break;
        case 1: {
            const std::string header = dose_signing_input(Json::object(), DoseForm::certificate, Day{}, kKid);
            read(signed_by_nobody(header.substr(0, header.find('.') + 1) + to_base64url(bytes_of(text))));
            break;
        }
        default: sign(text); break;
    }
    return 0;
}
