// Names that look like others: a table of words, and what is noted of one that was signed.

#include <gtest/gtest.h>

#include "certificate/forge_families.h"
#include "certificate/look_alikes.h"

namespace lachan::certificate {
namespace {

TEST(look_alikes, a_word_of_two_alphabets_is_seen_and_no_name_of_one_is) {
    const std::pair<const char*, bool> rows[]{
        {"", false},
        {"Nguyễn Thị Minh Đào", false},
        {"NGUYEN<<THI<MINH<DAO", false},
        {"O’Brien-Łukasiewicz ß", false},
        {"Nguye\xcc\x82\xcc\x83n", false},  // with marks of their own
        {"Нгуен Тхи", false},
        {"Παπαδόπουλος", false},
        {"Nguyen Нгуен", false},  // each word in one alphabet
        {"Nguyen-Нгуен", false},
        {"グエン Nguyen", false},
        {"Nguy\xd0\xb5n", true},                      // a Cyrillic e
        {"\xce\x91nh", true},                         // a Greek alpha
        {"Minh\xef\xbd\x81", true},                   // a wide a
        {"\xf0\x9d\x90\x80nh", true},                 // a mathematical A
        {"Đ\xd0\xb0o", true},                         // a Cyrillic a behind a letter with a stroke
        {"Ng\xe2\x80\x8buyen", true},                 // a space of no width
        {"\xe2\x80\xae" "neyugN", true},              // turned round
        {"Trần Thị Nguy\xd0\xb5n", true},
        {"M\xc9\x99mm\xc9\x99" "dov Əliyev", false},  // Azerbaijani
        {"K\xc9\x94" "fi \xc6\x81" "ala \xc9\x93" "ala", false},  // Akan, Hausa
        {"Hoàn\xc9\xa1", true},                      // a phonetic g
        {"\xe2\x85\xbfinh", true},                   // a Roman thousand for an m
        {"Min\xcd\x8fh", true},                      // a joiner that shows nothing
        {"Minh\xef\xb8\x80", true},                  // a selector of a variation
    };
    for (const auto& [name, is_mixed] : rows) EXPECT_EQ(mixes_alphabets(name), is_mixed) << name;
}

TEST(look_alikes, what_is_signed_is_valid_and_noted_and_what_is_not_signed_is_neither) {
    const Issuer issuer = issuer_with(Algorithm::es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    Json payload = vaccination();
    payload["nam"]["fn"] = "Nguy\xd0\xb5n";
    const Verdict verdict = verdict_on(code_for(issuer, draft_for(issuer, payload)), bundle);
    EXPECT_EQ(verdict.summary, Summary::valid);
    EXPECT_EQ(verdict.inspection.warnings, std::vector<std::string>{"name-alphabets"});
    EXPECT_TRUE(verdict_on(code_for(issuer), bundle).inspection.warnings.empty());
    Json both = vaccination();
    both["nam"]["gn"] = "Th\xd1\x96";
    both["nam"]["fn"] = "Nguy\xd0\xb5n";
    EXPECT_EQ(verdict_on(code_for(issuer, draft_for(issuer, both)), bundle).inspection.warnings.size(), 1U) << "said once";
}

}  // namespace
}  // namespace lachan::certificate
