// What is read of a request's head, as functions of text.

#include "http/head.h"

#include <gtest/gtest.h>

namespace lachan::server {
namespace {

using Pairs = std::map<std::string, std::string>;

TEST(head, a_target_is_a_path_and_arguments) {
    struct Row {
        const char *target, *path;
        Pairs query;
    };
    const Row rows[] = {
        {"/", "/", {}},
        {"/?", "/", {}},
        {"/a%20b/%C4%90?x=1&y=a+b%2B&z", "/a b/Đ", {{"x", "1"}, {"y", "a b+"}, {"z", ""}}},
        {"/a+b", "/a+b", {}},
        {"/?a==b?&&c=", "/", {{"a", "=b?"}, {"", ""}, {"c", ""}}},
        {"//x", "//x", {}},
    };
    for (const Row& row : rows) {
        const auto read = read_target(row.target);
        ASSERT_TRUE(read) << row.target;
        EXPECT_EQ(read->path, row.path) << row.target;
        EXPECT_EQ(read->query, row.query) << row.target;
    }
    for (const char* bad : {"", "a", "*", "http://x/", "?a=1", "/%", "/%4", "/%4g", "/%ff", "/%00", "/%0a", "/?a=%0D", "/?%zz", "/?a=1&a=2", "/?a=1&%61=2"}) {
        const auto read = read_target(bad);
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().code, Errc::malformed) << bad;
        EXPECT_EQ(read.error().rule, "http.url") << bad;
    }
}

TEST(head, a_header_that_comes_twice_is_one_list) {
    Pairs headers;
    add_header(headers, "X-A", "1");
    add_header(headers, "x-a", "2");
    add_header(headers, "Cookie", "a=1");
    add_header(headers, "COOKIE", "b=2");
    EXPECT_EQ(headers, (Pairs{{"x-a", "1, 2"}, {"cookie", "a=1; b=2"}}));
}

TEST(head, a_cookie_is_found_by_its_whole_name) {
    EXPECT_EQ(cookie_in("a=1; lachan_session=abc=;b=2", "lachan_session"), "abc=");
    EXPECT_EQ(cookie_in(" lachan_session = x", "lachan_session"), "") << "a blank belongs to the name";
    EXPECT_EQ(cookie_in("x_lachan_session=1; lachan_session2=2", "lachan_session"), "");
    EXPECT_EQ(cookie_in("lachan_session; lachan_session=", "lachan_session"), "");
    EXPECT_EQ(cookie_in("", "lachan_session"), "");
    EXPECT_EQ(cookie_in("a=1;a=2", "a"), "1");
}

TEST(head, only_the_last_entry_of_a_proxy_list_counts) {
    EXPECT_EQ(last_forwarded("1.1.1.1, 2.2.2.2 ,\t3.3.3.3 "), "3.3.3.3");
    EXPECT_EQ(last_forwarded("1.1.1.1"), "1.1.1.1");
    EXPECT_EQ(last_forwarded("1.1.1.1,"), "");
}

TEST(head, one_household_is_one_network) {
    EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("2001:db8:1:2::9"), network_of("2001:db8:1:2:ffff::"));
    EXPECT_NE(network_of("2001:db8:1:2::9"), network_of("2001:db8:1:3::9"));
    EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
    for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "300.1.1.1", "::g", "1.2.3.4:80", "[::1]", "example.org"}) EXPECT_FALSE(network_of(bad)) << bad;
}

TEST(head, a_coding_is_taken_unless_it_is_refused) {
    for (const char* good : {"br", "gzip, br", "GZIP;q=1, BR", "br;q=0.001", "br ; q=0.5", "br;q=1.000"}) EXPECT_TRUE(accepts_coding(good, "br")) << good;
    for (const char* bad : {"", "gzip", "xbr", "br;q=0", "br; q=0.0", "br;Q=0.000", "brotli", ";br"}) EXPECT_FALSE(accepts_coding(bad, "br")) << bad;
}

TEST(head, tags_are_compared_weakly) {
    for (const char* good : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", " \"a\" "}) EXPECT_TRUE(lists_etag(good, "\"a\"")) << good;
    for (const char* bad : {"", "\"b\"", "a", "\"ab\"", "W/W/\"a\""}) EXPECT_FALSE(lists_etag(bad, "\"a\"")) << bad;
}

TEST(head, a_device_asks_in_one_form) {
    const std::string device(43, 'a');
    const auto question = device_question_in("Device " + device + ".1625097600000.AQI");
    ASSERT_TRUE(question);
    EXPECT_EQ(question->device, device);
    EXPECT_EQ(question->ms, "1625097600000");
    EXPECT_EQ(question->signature, (Bytes{1, 2}));
    const std::string many(16, '1');
    for (const std::string& bad : std::vector<std::string>{"device " + device + ".1.AQI", "Device " + device + ".1", "Device " + device + ".1.", "Device " + device + ".-1.AQI",
                                                           "Device " + device + "." + many + ".AQI", "Device " + device + "..AQI", "Device " + device + ".1.A*",
                                                           "Device a.1.AQI", "Device ", ""})
        EXPECT_FALSE(device_question_in(bad)) << bad;
}

TEST(head, a_path_fits_its_template_alone) {
    Pairs parts;
    EXPECT_TRUE(fits_template("/v1/query/{name}", "/v1/query/a.b", parts));
    EXPECT_EQ(parts, (Pairs{{"name", "a.b"}}));
    for (const char* bad : {"/v1/query", "/v1/query/", "/v1/query/a/b", "/v1/query/a/", "/v1/queries/a", "v1/query/a", ""})
        EXPECT_FALSE(fits_template("/v1/query/{name}", bad, parts)) << bad;
}

TEST(head, json_is_told_from_what_looks_like_it) {
    for (const char* good : {"application/json", "application/json; charset=utf-8", "Application/JSON", "application/json ;x"}) EXPECT_TRUE(is_json_type(good)) << good;
    for (const char* bad : {"", "text/plain", "application/jsonp", "application/json+x", "text/plain, application/json", "application/json, text/plain"})
        EXPECT_FALSE(is_json_type(bad)) << bad;
}

}  // namespace
}  // namespace lachan::server
