// Trust bundles under /trust/: what never changes is kept for ever, a new list appears without a restart, no other
// file.

#include "server_process.h"

namespace lachan::testing {
namespace {

class TrustFolder : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-trust-XXXXXX").string();
        folder = mkdtemp(pattern.data());
        write("bundle-7.bin", std::string(5000, 'x'));
        write("list-key.pem", "-----BEGIN PRIVATE KEY-----");
        write("latest.json", R"({"number":7})");
        server = std::make_unique<ServerProcess>(std::vector<std::string>{"--trust", folder});
        wire = std::make_unique<Wire>(server->port());
    }
    void TearDown() override {
        wire.reset();
        server.reset();
        std::filesystem::remove_all(folder);
    }
    void write(const std::string& name, const std::string& content) const {
        std::ofstream(folder + "/" + name, std::ios::binary) << content;
    }
    Answer get(const std::string& path, const Headers& headers = {}) const {
        wire->say(request_text("GET", path, headers, ""));
        return wire->hear();
    }

    std::string folder;
    std::unique_ptr<ServerProcess> server;
    std::unique_ptr<Wire> wire;
};

TEST_F(TrustFolder, a_bundle_is_kept_for_ever_and_the_head_for_a_minute) {
    const Answer latest = get("/trust/latest.json");
    EXPECT_EQ(latest.status, 200);
    EXPECT_EQ(latest.body, R"({"number":7})");
    EXPECT_EQ(latest.headers.at("cache-control"), "public, max-age=60");
    const Answer bundle = get("/trust/bundle-7.bin");
    EXPECT_EQ(bundle.status, 200);
    EXPECT_EQ(bundle.body, std::string(5000, 'x'));
    EXPECT_NE(bundle.headers.at("cache-control").find("immutable"), std::string::npos);
    EXPECT_EQ(bundle.headers.at("content-type"), "application/octet-stream");
    EXPECT_EQ(get("/trust/bundle-7.bin", {{"If-None-Match", bundle.headers.at("etag")}}).status, 304);
    const Answer packed = get("/trust/bundle-7.bin", {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
    EXPECT_LT(packed.body.size(), 200U);
    EXPECT_NE(packed.headers.at("etag"), bundle.headers.at("etag"));
    EXPECT_EQ(get("/trust/bundle-7.bin", {{"Accept-Encoding", "gzip;q=0"}}).body.size(), 5000U);
}

TEST_F(TrustFolder, nothing_else_of_the_folder_is_served) {
    for (const char* path :
         {"/trust/list-key.pem", "/trust/", "/trust/../options", "/trust/%2e%2e/latest.json", "/trust/bundle-8.bin"})
        EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(TrustFolder, a_new_list_appears_without_a_restart) {
    EXPECT_EQ(get("/trust/bundle-8.bin").status, 404);
    write("bundle-8.bin", "newer");
    write("delta-7-8.bin", "delta");
    write("latest.json", R"({"number":8})");
    Answer latest;
    for (int i = 0; i < 50 && latest.body != R"({"number":8})"; ++i) {
        poll(nullptr, 0, 100);
        latest = get("/trust/latest.json");
    }
    EXPECT_EQ(latest.body, R"({"number":8})");
    EXPECT_EQ(get("/trust/bundle-8.bin").body, "newer");
    EXPECT_EQ(get("/trust/delta-7-8.bin").body, "delta");
    EXPECT_EQ(get("/trust/bundle-7.bin").status, 200) << "deltas need the one before";
}

}  // namespace
}  // namespace lachan::testing
