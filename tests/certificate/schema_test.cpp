// The strict schema of each version: what changed between versions, the published examples, the published labels.

#include "certificate/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "certificate/corpus.h"
#include "certificate/issue.h"

namespace lachan::certificate {
namespace {

Json vaccinated(const std::string& version) {
    return {{"ver", version},
            {"nam", {{"fn", "Thử"}, {"fnt", "THU"}, {"gn", "Nghiệm"}, {"gnt", "NGHIEM"}}},
            {"dob", "1990-01-01"},
            {"v",
             {{{"tg", "840539006"},
               {"vp", "J07BX03"},
               {"mp", "EU/1/21/1529"},
               {"ma", "ORG-100001699"},
               {"dn", 2},
               {"sd", 2},
               {"dt", "2021-09-01"},
               {"co", "VN"},
               {"is", "Bộ Y tế"},
               {"ci", "URN:UVCI:01:VN:0123456789ABCDEF"}}}}};
}

Json tested(const std::string& version) {
    Json payload = vaccinated(version);
    payload.erase("v");
    payload["t"] = {{{"tg", "840539006"},
                     {"tt", "LP6464-4"},
                     {"nm", "x"},
                     {"sc", "2021-09-01T08:00:00+07:00"},
                     {"tr", "260415000"},
                     {"tc", "Trạm"},
                     {"co", "VN"},
                     {"is", "Bộ Y tế"},
                     {"ci", "URN:UVCI:01:VN:0123456789ABCDEF"}}};
    return payload;
}

std::string faults_of(const Json& payload) {
    std::string text;
    for (const SchemaFault& fault : strict_schema_faults(payload)) text += fault.path + ":" + fault.rule + " ";
    return text;
}

const char* const kVersions[] = {"1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1",
                                 "1.3.0", "1.3.1", "1.3.2", "1.3.3", "1.4.0"};

TEST(schema, a_sound_content_is_sound_in_every_version) {
    for (const char* version : kVersions) {
        EXPECT_EQ(faults_of(vaccinated(version)), "") << version;
        EXPECT_EQ(faults_of(tested(version)), "") << version;
    }
}

struct Row {
    const char* why;
    const char* version;
    const char* pointer;
    Json value;
    const char* faults;
};

TEST(schema, each_version_has_its_own) {
    const std::string letters51(51, 'A');
    const std::string letters81(81, 'A');
    std::string accents;
    for (int i = 0; i < 50; ++i) accents += "ễ";
    const Row rows[] = {
        {"a whole birth date at first", "1.0.1", "/dob", "1990-01", "dob:pattern "},
        {"a partial one since 1.1.0", "1.1.0", "/dob", "1990-01", ""},
        {"an anchor was missing", "1.0.0", "/dob", "1990-01-01T00:00:00", "dob:format "},
        {"and came", "1.1.0", "/dob", "1990-01-01T00:00:00", "dob:pattern "},
        {"an empty one since 1.3.0", "1.2.1", "/dob", "", "dob:pattern "},
        {"an empty one since 1.3.0", "1.3.0", "/dob", "", ""},
        {"another century", "1.3.3", "/dob", "1815-08-24", "dob:pattern "},
        {"no such month", "1.3.3", "/dob", "1963-00", "dob:format "},
        {"fifty characters", "1.2.1", "/nam/fnt", letters51, "nam.fnt:length "},
        {"eighty since 1.3.0", "1.3.0", "/nam/fnt", letters51, ""},
        {"but no more", "1.3.0", "/nam/fnt", letters81, "nam.fnt:length "},
        {"characters, not bytes", "1.0.0", "/nam/fn", accents, ""},
        {"small letters", "1.0.0", "/nam/gnt", "Nghiem", "nam.gnt:pattern "},
        {"ten doses", "1.2.1", "/v/0/dn", 10, "v.0.dn:range "},
        {"as many as one likes since 1.3.0", "1.3.0", "/v/0/dn", 10, ""},
        {"but one at least", "1.3.0", "/v/0/sd", 0, "v.0.sd:range "},
        {"a whole float is an integer", "1.3.0", "/v/0/sd", 2.0, ""},
        {"half a dose", "1.3.0", "/v/0/sd", 1.5, "v.0.sd:type "},
        {"a number as text", "1.3.0", "/v/0/dn", "2", "v.0.dn:type "},
        {"a country in small letters", "1.0.0", "/v/0/co", "vn", "v.0.co:pattern "},
        {"an empty code", "1.0.0", "/v/0/mp", "", "v.0.mp:empty "},
        {"null", "1.0.0", "/v/0/mp", nullptr, "v.0.mp:type "},
        {"no such day", "1.0.0", "/v/0/dt", "2021-02-29", "v.0.dt:format "},
        {"an empty list", "1.0.0", "/v", Json::array(), "v:count :event-count "},
        {"null for no list", "1.0.0", "/t", nullptr, "t:type "},
        {"name is text", "1.0.0", "/nam", "x", "nam:type "},
        {"another major version", "2.0.0", "/dob", "1990-01-01", "ver:version "},
        {"two parts", "1.3", "/dob", "1990-01-01", "ver:version "},
    };
    for (const Row& row : rows) {
        Json payload = vaccinated(row.version);
        payload[Json::json_pointer(row.pointer)] = row.value;
        EXPECT_EQ(faults_of(payload), row.faults) << row.why << ", " << row.version;
    }
}

TEST(schema, what_may_be_absent_changes) {
    Json no_centre = tested("1.2.1");
    no_centre["t"][0].erase("tc");
    EXPECT_EQ(faults_of(no_centre), "t.0.tc:required ");
    no_centre["ver"] = "1.3.0";
    EXPECT_EQ(faults_of(no_centre), "");

    Json only_given = vaccinated("1.3.1");
    only_given["nam"].erase("fnt");
    EXPECT_EQ(faults_of(only_given), "nam.fnt:required ");
    only_given["ver"] = "1.3.2";
    EXPECT_EQ(faults_of(only_given), "");

    Json result_time = tested("1.1.0");
    result_time["t"][0]["dr"] = "2021-09-01T10:00";
    EXPECT_EQ(faults_of(result_time), "t.0.dr:format ");
    result_time["ver"] = "1.2.0";
    EXPECT_EQ(faults_of(result_time), "") << "no longer a field";

    Json two = vaccinated("1.3.0");
    two["v"].push_back(two["v"][0]);
    EXPECT_EQ(faults_of(two), "v:count ");
    two["ver"] = "1.0.0";
    EXPECT_EQ(faults_of(two), ":entry-count ") << "the first schemas let it pass, issuing does not";
    EXPECT_FALSE(breaks_schema(strict_schema_faults(two)));
    two["t"] = tested("1.0.0")["t"];
    EXPECT_EQ(faults_of(two), ":event-count :entry-count ");
    EXPECT_TRUE(breaks_schema(strict_schema_faults(two)));
}

TEST(schema, formats_and_empty_codes_alone_do_not_break_it) {
    EXPECT_FALSE(breaks_schema(std::vector<SchemaFault>{}));
    EXPECT_FALSE(breaks_schema(std::vector<SchemaFault>{{"v.0.dt", "format"}, {"v.0.mp", "empty"}}));
    EXPECT_TRUE(breaks_schema(std::vector<SchemaFault>{{"v.0.dt", "format"}, {"v.0.dn", "range"}}));
    for (const char* text : {"2021-09-01T08:00:00", "2021-09-01T08:00:00+7", "2021-09-01", "x"}) {
        Json payload = tested("1.3.0");
        payload["t"][0]["sc"] = text;
        EXPECT_EQ(faults_of(payload), "t.0.sc:format ") << text;
    }
}

TEST(schema, what_deviates_is_not_issued) {
    Draft draft;
    draft.payload = vaccinated("1.3.0");
    draft.issuer = "VN";
    draft.kid = Bytes(8, 1);
    ASSERT_TRUE(prepare_checked(draft));
    EXPECT_EQ(prepare_checked(draft)->signed_bytes, prepare(draft).signed_bytes);
    draft.payload["v"][0]["dt"] = "2021-02-29";
    const auto refused = prepare_checked(draft);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, "certificate.schema");
    EXPECT_EQ(refused.error().detail, "v.0.dt: format");
}

// --- published corpora
// ----------------------------------------------------------------------------------------------------

TEST(schema, agrees_with_the_published_examples) {
    const auto rows = corpus_rows("open/schema_examples.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    for (const Json& row : rows) {
        const bool is_sound = text_at(row, "file").find("invalid") == std::string_view::npos;
        EXPECT_EQ(!breaks_schema(strict_schema_faults(row["doc"])), is_sound)
            << text_at(row, "file") << " " << faults_of(row["doc"]);
    }
    std::printf("schema examples: %zu rows\n", rows.size());
}

/// Labels that the schema of the certificate's own version contradicts, whoever reads it. A code outside the value sets
/// (PL 7 to 9) is named by the schema and not held against it; BG/2 has null for two lists.
bool is_known_wrong(const std::string& id) {
    static const char* const kIds[] = {"BG/2",       "PL/1.0.0/7", "PL/1.0.0/8", "PL/1.0.0/9", "PL/1.2.1/7",
                                       "PL/1.2.1/8", "PL/1.2.1/9", "PL/1.3.0/7", "PL/1.3.0/8", "PL/1.3.0/9"};
    return std::find(std::begin(kIds), std::end(kIds), id) != std::end(kIds);
}

TEST(schema, agrees_with_the_published_labels) {
    const auto rows = corpus_rows("open/dcc.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    std::map<std::string, std::pair<int, int>> tally;  // right and all, by group
    for (const Json& row : rows) {
        const Json& label = at(at(row, "EXPECTEDRESULTS"), "EXPECTEDSCHEMAVALIDATION");
        if (!label.is_boolean() || !at(row, "JSON").is_object()) continue;
        const std::string id(text_at(row, "id"));
        const bool is_right = !breaks_schema(strict_schema_faults(row["JSON"])) == label.get<bool>();
        // The labels of NL/* contradict the very version that their context names: 1.0.0 is said to be kept by a birth
        // date of a year alone, by a country without letters, by a dose 0, and broken by a birth date after the clock.
        const std::string group = id.starts_with("NL/") ? "NL" : is_known_wrong(id) ? "known wrong" : "scored";
        tally[group].first += is_right ? 1 : 0;
        ++tally[group].second;
        if (group == "scored") {
            EXPECT_TRUE(is_right) << id << " " << faults_of(row["JSON"]);
        }
    }
    for (const auto& [group, one] : tally)
        std::printf("schema labels, %s: %d of %d agree\n", group.c_str(), one.first, one.second);
    EXPECT_GE(tally["scored"].first * 100, tally["scored"].second * 99);
    EXPECT_GT(tally["scored"].second, 100);
}

}  // namespace
}  // namespace lachan::certificate
