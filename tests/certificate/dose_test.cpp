// Doses as their sites sign them: one form for each, and what the centre recognises them by.

#include <gtest/gtest.h>

#include "certificate/issue_dose.h"

namespace lachan::certificate {
namespace {

constexpr Instant kNow{1'772'330'400'000};  // 2026-03-01T02:00:00Z
const DoseSite kSite{"79-0123", "VN"};
const Sha256 kKid{1, 2, 3};

Json dose() {
    return {{"kind", "vaccination"}, {"familyName", "Nguyễn"},       {"givenName", "Thị Thử"},       {"birthDate", "1988-02-29"}, {"nationality", "VNM"},
            {"disease", "840539006"}, {"country", "VN"},             {"issuer", "Bộ Y tế"},          {"vaccine", "J07BX03"},      {"product", "EU/1/21/1529"},
            {"manufacturer", "ORG-100001699"}, {"dose", 2},          {"doses", 2},                   {"date", "2026-02-20"},      {"lot", "FK0112"},
            {"site", "79-0123"}};
}

Day today() { return day_in_vietnam(kNow); }

std::string record_of(const Json& signed_dose, DoseForm form = DoseForm::certificate) {
    return dose_signing_input(signed_dose, form, today(), kKid) + "." + to_base64url(Bytes(64, 7));
}

TEST(dose, a_record_is_read_as_it_was_written) {
    const std::string text = record_of(dose());
    const auto record = read_dose_record(text);
    ASSERT_TRUE(record) << record.error().detail;
    EXPECT_EQ(record->dose, dose());
    EXPECT_EQ(record->form, DoseForm::certificate);
    EXPECT_EQ(record->signed_on, today());
    EXPECT_EQ(record->kid, Bytes(kKid.begin(), kKid.end()));
    EXPECT_EQ(record->signature, Bytes(64, 7));
    EXPECT_TRUE(text.starts_with(record->signed_text + "."));
}

TEST(dose, no_other_text_is_the_same_record) {
    const std::string text = record_of(dose());
    for (const std::string& other : {text + " ", " " + text, text + "=", text + ".x", text.substr(1), text.substr(0, text.size() - 1), std::string(), std::string("..")}) {
        const auto record = read_dose_record(other);
        ASSERT_FALSE(record) << other;
        EXPECT_EQ(record.error().rule, "issue.record");
    }
    EXPECT_FALSE(read_dose_record(text + std::string(kLongestDoseRecord, 'A')));
    Json other = dose();
    other["givenName"] = "Thi\u0323 Thu\u031b\u0309";  // with its marks apart
    EXPECT_FALSE(read_dose_record(record_of(other)));
    EXPECT_TRUE(read_dose_record(record_of(normal_dose(other, DoseForm::certificate))));
    other = dose();
    other["nothing"] = nullptr;
    EXPECT_FALSE(read_dose_record(record_of(other)));
    other = dose();
    other.erase("kind");
    EXPECT_FALSE(read_dose_record(record_of(other))) << "a dose says that it is one";
}

TEST(dose, is_normal_in_one_way) {
    Json row = dose();
    row["familyName"] = "  Nguye\u0302\u0303n ";
    row["dose"] = "2";
    row["record"] = "";
    row["doses"] = 2;
    row.erase("kind");
    EXPECT_EQ(normal_dose(row, DoseForm::certificate), dose());
    EXPECT_FALSE(normal_dose(row, DoseForm::card).contains("kind")) << "a card has none";
}

TEST(dose, is_known_again_by_the_number_of_its_site_or_by_all_that_it_says) {
    const auto with = [](const char* column, const char* value) {
        Json other = dose();
        other[column] = value;
        return other;
    };
    EXPECT_EQ(dose_hash(with("replaces", "URN:UVCI:01:VN:1")), dose_hash(dose()));
    EXPECT_NE(dose_hash(with("lot", "FK0113")), dose_hash(dose()));
    Json numbered = with("record", "T-1");
    EXPECT_NE(dose_hash(numbered), dose_hash(dose()));
    Json corrected = numbered;
    corrected["lot"] = "FK0113";
    EXPECT_EQ(dose_hash(corrected), dose_hash(numbered));
    corrected["site"] = "79-0124";
    EXPECT_NE(dose_hash(corrected), dose_hash(numbered)) << "another site's number";
}

TEST(dose, is_checked_for_its_site_and_day_and_by_its_form) {
    const struct {
        const char* column;
        Json value;
        const char* said;  ///< nullptr where it may be signed
    } cases[]{{"record", "T-1", nullptr},
              {"site", "79-0124", "site (issue.site)"},
              {"site", nullptr, "site (issue.site)"},
              {"lot", nullptr, "lot (issue.field)"},
              {"lot", std::string(81, 'A'), "lot (issue.field)"},
              {"nationality", "VN", "nationality (issue.field)"},
              {"nationality", "XYZ", "nationality (issue.field)"},
              {"country", "LA", "country (issue.dose)"},
              {"date", "2026-03-02", "date (issue.dose)"},
              {"date", "2026-03-01", nullptr},
              {"dose", 0, "dose (issue.field)"},
              {"dose", true, "dose (issue.field)"},
              {"vaccine", "J07BX99", "vaccine (issue.code)"},
              {"kind", "recovery", "kind (issue.event)"},
              {"validFrom", "2026-03-01", "validFrom (issue.field)"},
              {"replaces", "URN:UVCI:01:VN:ABC", nullptr},
              {"replaces", "ABC", "replaces (issue.replaces)"}};
    for (const auto& one : cases) {
        Json other = dose();
        if (one.value.is_null()) other.erase(one.column);
        else other[one.column] = one.value;
        const auto checked = check_dose(other, DoseForm::certificate, kSite, today(), kNow);
        ASSERT_EQ(static_cast<bool>(checked), one.said == nullptr) << one.column << (checked ? "" : checked.error().detail);
        if (one.said == nullptr) continue;
        EXPECT_EQ(checked.error().detail.find(one.said), 0U) << checked.error().detail;
    }
    EXPECT_FALSE(check_dose(dose(), DoseForm::certificate, kSite, Day{today().days - 10}, kNow)) << "signed before it was given";
    EXPECT_TRUE(check_dose(dose(), DoseForm::certificate, kSite, today(), Instant{kNow.ms + 300 * kMillisecondsPerDay})) << "certified later";
}

}  // namespace
}  // namespace lachan::certificate
