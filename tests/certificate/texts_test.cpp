// Every code that the core may give as a reason or a warning has its words in both languages.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace lachan::certificate {
namespace {

std::string content_of(const std::string& file) {
    std::ifstream in(std::string(LACHAN_SOURCE_ROOT) + "/" + file);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// The kebab-case literals of the files in which codes are written, and the single words that are codes too.
std::set<std::string> codes() {
    std::set<std::string> found{"base45",  "compression", "cose", "cwt",  "schema", "expired",
                                "numeric", "jws",         "json", "x509", "zip",    "chunked", "revoked",
                                "rule-failed", "rule-open", "rules-stale"};
    const std::regex literal("\"([a-z0-9]+(?:-[a-z0-9]+)+)\"");
    for (const char* file : {"base45", "inflate", "cbor", "cose", "dcc", "family", "inspect", "judge", "checks",
                             "hcert", "who", "health_card", "health_card_parts", "jws", "vds", "zip", "divoc", "linked_data", "rdf_canon", "revocation", "own"}) {
        const std::string source = content_of(std::string("shared/src/certificate/") + file + ".cpp");
        EXPECT_FALSE(source.empty()) << file;
        for (std::sregex_iterator at(source.begin(), source.end(), literal), end; at != end; ++at)
            found.insert((*at)[1]);
    }
    return found;
}

TEST(texts, every_reason_and_warning_has_words_in_both_languages) {
    const auto all = codes();
    EXPECT_GT(all.size(), 45U);
    for (const char* language : {"vi", "en"}) {
        const std::string table = content_of(std::string("web/src/text/") + language + "/verify.ts");
        ASSERT_FALSE(table.empty()) << language;
        for (const std::string& code : all) {
            const bool has_words = table.find("'reason." + code + "':") != std::string::npos ||
                                   table.find("'warning." + code + "':") != std::string::npos;
            EXPECT_TRUE(has_words) << language << " has no words for " << code;
        }
    }
}

TEST(texts, no_words_are_kept_for_codes_that_nothing_gives) {
    const auto all = codes();
    const std::string table = content_of("web/src/text/vi/verify.ts");
    const std::regex key("'(?:reason|warning)\\.([a-z0-9-]+)'");
    for (std::sregex_iterator at(table.begin(), table.end(), key), end; at != end; ++at) {
        EXPECT_TRUE(all.contains((*at)[1])) << "nothing gives " << (*at)[1];
    }
}

TEST(texts, the_document_of_rules_names_the_same_codes) {
    const auto all = codes();
    const std::string document = content_of("docs/RULES.md");
    std::set<std::string> rows;
    const std::regex row("\n\\| `([a-z0-9]+(?:-[a-z0-9]+)*)` \\|");  // a rule's id has a dot, a reason none
    for (std::sregex_iterator at(document.begin(), document.end(), row), end; at != end; ++at) rows.insert((*at)[1]);
    for (const std::string& code : all) EXPECT_TRUE(rows.contains(code)) << code << " is not in docs/RULES.md";
    for (const std::string& code : rows) EXPECT_TRUE(all.contains(code)) << code << " is in docs/RULES.md only";
}

}  // namespace
}  // namespace lachan::certificate
