// A background of the maps, when the operator names a tile server: what is taken, what the page learns, and what the browser may then fetch.

#include "tiles.h"

#include "options.h"
#include "server/server_process.h"

namespace lachan {
namespace {

using server::read_options;
using server::read_tiles;
using server::TileWords;
using testing::ServerProcess;

const std::string kUrl = "https://tiles.example.vn/{z}/{x}/{y}.png";

TEST(tiles, none_are_none) {
    const auto none = read_tiles({});
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->has_value());
}

TEST(tiles, only_the_origin_is_what_the_browser_is_told) {
    const std::pair<const char*, const char*> rows[] = {
        {"https://tiles.example.vn/{z}/{x}/{y}.png", "https://tiles.example.vn"},
        {"http://127.0.0.1:8081/a/{z}/{x}/{y}", "http://127.0.0.1:8081"},
        {"https://tiles.example.vn:443/wmts?layer=base&z={z}&row={y}&col={x}&key=a%20b", "https://tiles.example.vn:443"},
        {"https://tiles.example.vn?z={z}&y={y}&x={x}", "https://tiles.example.vn"},
        {"https://tiles.example.vn/@2x/{z}/{x}/{y}.png", "https://tiles.example.vn"}};
    for (const auto& [url, origin] : rows) {
        const auto tiles = read_tiles({url, "Made for a test", "", ""});
        ASSERT_TRUE(tiles) << url << ": " << tiles.error().detail;
        EXPECT_EQ((*tiles)->origin, origin);
        EXPECT_EQ((*tiles)->url, url);
    }
}

TEST(tiles, what_is_left_out_has_a_default) {
    const auto tiles = read_tiles({kUrl, " © Cục Đo đạc ", "", ""});
    ASSERT_TRUE(tiles);
    EXPECT_EQ((*tiles)->attribution, "© Cục Đo đạc");
    EXPECT_EQ((*tiles)->max_zoom, 19);
    EXPECT_FALSE((*tiles)->is_on);
    EXPECT_TRUE((*read_tiles({kUrl, "a", "12", "1"}))->is_on);
    EXPECT_EQ((*read_tiles({kUrl, "a", "12", "0"}))->max_zoom, 12);
    const auto off = read_tiles({"", "", "", "0"});
    ASSERT_TRUE(off) << "off and no server is nothing at all";
    EXPECT_FALSE(*off);
}

TEST(tiles, a_bad_value_is_told_by_option_and_reason) {
    struct Row {
        const char* name;
        TileWords words;
        const char* rule;
        const char* says;
    };
    const auto url = [](const char* text) { return TileWords{text, "a", "", ""}; };
    const Row rows[] = {
        {"another scheme", url("ftp://a.vn/{z}/{x}/{y}"), "tiles.url", "https://"},
        {"a script", url("javascript:alert(1)//{z}{x}{y}"), "tiles.url", "character"},
        {"no scheme", url("//a.vn/{z}/{x}/{y}"), "tiles.url", "https://"},
        {"a path of ours", url("/tiles/{z}/{x}/{y}"), "tiles.url", "https://"},
        {"capitals", url("HTTPS://a.vn/{z}/{x}/{y}"), "tiles.url", "https://"},
        {"no host", url("https:///{z}/{x}/{y}"), "tiles.url", "host"},
        {"a host of a dot", url("https://.vn/{z}/{x}/{y}"), "tiles.url", "host"},
        {"every host", url("https://*.a.vn/{z}/{x}/{y}"), "tiles.url", "host"},
        {"an IPv6 address", url("https://[::1]/{z}/{x}/{y}"), "tiles.url", "character"},
        {"a port of words", url("https://a.vn:http/{z}/{x}/{y}"), "tiles.url", "port"},
        {"port 0", url("https://a.vn:0/{z}/{x}/{y}"), "tiles.url", "port"},
        {"a port too high", url("https://a.vn:65536/{z}/{x}/{y}"), "tiles.url", "port"},
        {"no port after the colon", url("https://a.vn:/{z}/{x}/{y}"), "tiles.url", "port"},
        {"a user", url("https://me@a.vn/{z}/{x}/{y}"), "tiles.url", "password"},
        {"a user with a password", url("https://me:secret@a.vn/{z}/{x}/{y}"), "tiles.url", "password"},
        {"hosts in turn", url("https://{s}.a.vn/{z}/{x}/{y}"), "tiles.url", "{s}"},
        {"no {y}", url("https://a.vn/{z}/{x}.png"), "tiles.url", "{y}"},
        {"{z} twice", url("https://a.vn/{z}/{z}/{x}/{y}"), "tiles.url", "{z}"},
        {"another placeholder", url("https://a.vn/{z}/{x}/{y}{r}.png"), "tiles.url", "no others"},
        {"an open brace", url("https://a.vn/{/{z}/{x}/{y}"), "tiles.url", "no others"},
        {"another directive", url("https://a.vn; script-src *;/{z}/{x}/{y}"), "tiles.url", "character"},
        {"another origin", url("https://a.vn,https://b.vn/{z}/{x}/{y}"), "tiles.url", "character"},
        {"a quote", url("https://a.vn/'{z}/{x}/{y}"), "tiles.url", "character"},
        {"a line's end", url("https://a.vn/{z}/{x}/{y}\r\nX: y"), "tiles.url", "character"},
        {"a fragment", url("https://a.vn/#{z}/{x}/{y}"), "tiles.url", "character"},
        {"letters of others", url("https://bản.vn/{z}/{x}/{y}"), "tiles.url", "character"},
        {"no attribution", {kUrl, "", "", ""}, "tiles.attribution", "--tiles-attribution"},
        {"an attribution of spaces", {kUrl, "  ", "", ""}, "tiles.attribution", "--tiles-attribution"},
        {"two lines", {kUrl, "a\nb", "", ""}, "tiles.attribution", "one line"},
        {"no UTF-8", {kUrl, "a\xff", "", ""}, "tiles.attribution", "UTF-8"},
        {"too long", {kUrl, std::string(201, 'a'), "", ""}, "tiles.attribution", "200"},
        {"zoom 0", {kUrl, "a", "0", ""}, "tiles.zoom", "1 to 22"},
        {"zoom 23", {kUrl, "a", "23", ""}, "tiles.zoom", "1 to 22"},
        {"no number", {kUrl, "a", "7x", ""}, "tiles.zoom", "1 to 22"},
        {"perhaps on", {kUrl, "a", "", "yes"}, "tiles.on", "0 or 1"},
        {"no server", {"", "a", "", ""}, "tiles.url", "need --tiles"}};
    for (const Row& row : rows) {
        const auto tiles = read_tiles(row.words);
        ASSERT_FALSE(tiles) << row.name;
        EXPECT_EQ(tiles.error().code, Errc::malformed) << row.name;
        EXPECT_EQ(tiles.error().rule, row.rule) << row.name;
        EXPECT_NE(tiles.error().detail.find(row.says), std::string::npos) << row.name << ": " << tiles.error().detail;
    }
    EXPECT_EQ(read_tiles({kUrl + std::string(500, 'a'), "a", "", ""}).error().rule, "tiles.url");
}

TEST(tiles, the_command_line_goes_before_the_environment) {
    setenv("LACHAN_TILES", "https://one.vn/{z}/{x}/{y}", 1);
    setenv("LACHAN_TILES_ATTRIBUTION", "one", 1);
    setenv("LACHAN_TILES_MAX_ZOOM", "9", 1);
    const auto one = read_options({});
    const auto two = read_options({"--tiles", "https://two.vn/{z}/{x}/{y}", "--tiles-attribution=two", "--tiles-on"});
    setenv("LACHAN_TILES_MAX_ZOOM", "ten", 1);
    const auto wrong = read_options({});
    for (const char* name : {"LACHAN_TILES", "LACHAN_TILES_ATTRIBUTION", "LACHAN_TILES_MAX_ZOOM"}) unsetenv(name);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->tiles->origin, "https://one.vn");
    EXPECT_EQ(one->tiles->max_zoom, 9);
    EXPECT_FALSE(one->tiles->is_on);
    EXPECT_EQ(two->tiles->origin, "https://two.vn");
    EXPECT_EQ(two->tiles->attribution, "two");
    EXPECT_TRUE(two->tiles->is_on);
    EXPECT_FALSE(wrong);
    EXPECT_FALSE(read_options({})->tiles);
}

std::string pictures_of(const testing::Answer& answer) {
    const std::string& policy = answer.headers.at("content-security-policy");
    const std::size_t from = policy.find("img-src");
    return policy.substr(from, policy.find(';', from) - from);
}

TEST(tiles, the_page_learns_of_them_and_may_show_pictures_of_their_origin_alone) {
    ServerProcess server({"--tiles", kUrl, "--tiles-attribution", "© <b>Bản đồ</b>", "--tiles-max-zoom", "17"});
    EXPECT_EQ(canonical(server.get("/v1/map").json()["tiles"]),
              R"({"attribution":"© <b>Bản đồ</b>","maxZoom":17,"on":false,"url":"https://tiles.example.vn/{z}/{x}/{y}.png"})");
    for (const char* path : {"/", "/v1/map", "/static/main-A1b2C3d4.js"}) {
        const testing::Answer answer = server.get(path);
        EXPECT_EQ(pictures_of(answer), "img-src 'self' data: blob: https://tiles.example.vn") << path;
        EXPECT_NE(answer.headers.at("content-security-policy").find("; connect-src 'self';"), std::string::npos) << "pictures, and nothing else";
    }
}

TEST(tiles, without_them_nothing_foreign_is_shown) {
    ServerProcess server;
    EXPECT_EQ(canonical(server.get("/v1/map").json()), R"({"tiles":null})");
    EXPECT_EQ(pictures_of(server.get("/")), "img-src 'self' data: blob:");
}

}  // namespace
}  // namespace lachan
