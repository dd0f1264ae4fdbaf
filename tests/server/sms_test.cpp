// Codes by SMS through a gateway program that is slow, broken or curious.

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "server/server_process.h"

namespace lachan {
namespace {

using testing::Answer;
using testing::Device;
using testing::ServerProcess;
using testing::Wire;

class Sms : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-sms-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    void TearDown() override {
        unsetenv("LACHAN_SMS_COMMAND");
        std::filesystem::remove_all(folder_);
    }
    /// A server whose gateway runs these lines.
    void start(const std::string& lines, std::vector<std::string> options) {
        const std::string gateway = folder_ + "/gateway";
        std::ofstream(gateway) << "#!/bin/sh\ncd '" << folder_ << "'\n" << lines << '\n';
        chmod(gateway.c_str(), 0755);
        setenv("LACHAN_SMS_COMMAND", gateway.c_str(), 1);
        server_ = std::make_unique<ServerProcess>(std::move(options));
    }
    static Json asked(const Device& device, int number) {
        return {{"phone", "09000000" + std::to_string(10 + number)}, {"device", device.id()}};
    }
    std::string file(const std::string& name) const {
        std::ifstream in(folder_ + '/' + name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::string folder_;
    std::unique_ptr<ServerProcess> server_;
};

TEST_F(Sms, the_gateway_gets_number_and_text_and_nothing_else_of_ours) {
    start("echo \"$1\" >number; cat >text; ls -l /proc/$$/fd >handles", {});
    const Device device;
    const Answer answer = server_->post("/v1/phone/challenge", asked(device, 1));
    ASSERT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(answer.body.find("demoCode"), std::string::npos);
    EXPECT_EQ(file("number"), "+84900000011\n");
    EXPECT_NE(file("text").find("ma xac nhan cua ban la "), std::string::npos);
    EXPECT_NE(file("handles").find("/dev/null"), std::string::npos);
    EXPECT_EQ(file("handles").find("socket:"), std::string::npos) << file("handles");
    EXPECT_EQ(file("handles").find("test.db"), std::string::npos);
}

TEST_F(Sms, a_gateway_that_hangs_holds_up_no_declaration_and_who_comes_too_late_is_told) {
    ASSERT_EQ(mkfifo((folder_ + "/gate").c_str(), 0600), 0);
    const int gate = open((folder_ + "/gate").c_str(), O_RDWR);
    start("cat >/dev/null; read -r go <gate", {"--sms-threads", "1", "--sms-seconds", "30"});
    constexpr int kAsked = 12;
    const Device device;
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < kAsked; ++i) {
        wires.push_back(std::make_unique<Wire>(server_->port()));
        wires.back()->say(testing::request_text("POST", "/v1/phone/challenge", {{"Content-Type", "application/json"}},
                                                canonical(asked(device, i))));
    }
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(server_->post("/v1/records", device.batch({device.record()})).status, 200);
    }
    EXPECT_EQ(server_->get("/readyz").status, 200);
    for (int i = 0; i < kAsked; ++i) ASSERT_EQ(write(gate, "go\n", 3), 3);
    int sent = 0, busy = 0;
    for (const auto& wire : wires) {
        const Answer answer = wire->hear();
        if (answer.status == 202) {
            ++sent;
            continue;
        }
        ++busy;
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(answer.rule(), "phone.busy");
        EXPECT_EQ(answer.headers.count("retry-after"), 1U);
    }
    close(gate);
    EXPECT_EQ(sent + busy, kAsked);
    EXPECT_GE(sent, 4) << "four may wait";
    EXPECT_LE(sent, 5) << "and one is at it";
}

TEST_F(Sms, a_message_that_was_not_sent_is_said_so_and_costs_nothing) {
    start("exit 1", {});
    const Device device;
    for (int i = 0; i < 5; ++i) {
        const Answer answer = server_->post("/v1/phone/challenge", asked(device, 1));
        EXPECT_EQ(answer.status, 503) << answer.body;
        EXPECT_EQ(answer.rule(), "phone.unsent");
    }
}

TEST_F(Sms, a_gateway_that_takes_too_long_is_ended_with_all_it_started) {
    start("echo $$ >pid; sleep 600 & echo $! >child; wait", {"--sms-seconds", "1"});
    const Device device;
    EXPECT_EQ(server_->post("/v1/phone/challenge", asked(device, 1)).rule(), "phone.unsent");
    const auto is_gone = [](const std::string& number) {
        // Ended, or ended and not yet buried by whoever inherited it; the kernel may take a moment to end it.
        for (int tries = 0; tries < 200; ++tries) {
            std::ifstream stat("/proc/" + number + "/stat");
            std::string pid, name, state;
            if (!(stat >> pid >> name >> state) || state == "Z" || state == "X") return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    };
    for (const char* name : {"pid", "child"}) {
        std::string number = file(name);
        ASSERT_FALSE(number.empty()) << name;
        number.pop_back();
        EXPECT_TRUE(is_gone(number)) << name;
    }
}

}  // namespace
}  // namespace lachan
