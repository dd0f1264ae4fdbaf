#pragma once

// A real lachan-server on a free port, and a client that says exactly what a test wants to say.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "accounts.h"
#include "kernel/record.h"
#include "native_random.h"
#include "receipt_key.h"
#include "service.h"
#include "support/print_json.h"
#include "systems.h"

namespace lachan::testing {

struct Answer {
    int status = 0;  ///< 0: the connection ended without an answer
    std::map<std::string, std::string> headers;
    std::string body;
    Json json() const {
        auto parsed = parse_json(body, {8 << 20, 32});
        return parsed ? std::move(*parsed) : Json();
    }
    /// A copy, so that a loop over it does not outlive it.
    Json list(const char* key) const { return at(json(), key); }
    std::string rule() const { return std::string(text_at(at(json(), "error"), "rule")); }
};

/// One connection. Reads one answer after each request.
class Wire {
public:
    /// `from`: the last part of the address 127.0.0.x that it comes from.
    explicit Wire(int port, std::uint32_t from = 1) : handle_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl((127U << 24) + from);
        if (bind(handle_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) return;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int yes = 1;
        setsockopt(handle_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        connected_ = connect(handle_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Wire() { close(handle_); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    bool connected() const { return connected_; }
    void say(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = send(handle_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// False when nothing came and the other side has not hung up either within the time.
    bool closed_within(int ms) {
        pollfd one{handle_, POLLIN, 0};
        char c = 0;
        while (poll(&one, 1, ms) > 0) {
            if (recv(handle_, &c, 1, 0) <= 0) return true;
        }
        return false;
    }
    Answer hear(bool head_only = false, int ms = 30'000) {
        Answer answer;
        std::size_t end = std::string::npos;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!more(ms)) return answer;
        }
        std::istringstream head(buffer_.substr(0, end));
        buffer_.erase(0, end + 4);
        std::string line;
        std::getline(head, line);
        answer.status = line.size() > 12 ? std::stoi(line.substr(9, 3)) : 0;
        while (std::getline(head, line)) {
            if (!line.empty() && line.back() == '\r') line.pop_back();
            const std::size_t colon = line.find(": ");
            std::string name = line.substr(0, colon);
            for (char& c : name) c = static_cast<char>(std::tolower(c));
            answer.headers[name] += line.substr(colon + 2);
        }
        const bool empty = head_only || answer.status == 304 || answer.status == 204;
        const std::size_t size = empty ? 0 : std::stoul("0" + answer.headers["content-length"]);
        while (buffer_.size() < size) {
            if (!more(ms)) return Answer{};
        }
        answer.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return answer;
    }

private:
    bool more(int ms) {
        pollfd one{handle_, POLLIN, 0};
        if (poll(&one, 1, ms) <= 0) return false;
        char part[65'536];
        const ssize_t count = recv(handle_, part, sizeof part, 0);
        if (count <= 0) return false;
        buffer_.append(part, static_cast<std::size_t>(count));
        return true;
    }
    int handle_;
    bool connected_ = false;
    std::string buffer_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

inline std::string request_text(const std::string& method, const std::string& target, const Headers& headers, const std::string& body) {
    std::string text = method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    if (!body.empty() || method == "POST") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

class ServerProcess {
public:
    static constexpr int kDoubles = 20;

    explicit ServerProcess(std::vector<std::string> more = {}, std::string database = "") : more_(std::move(more)) {
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-server-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        database_ = database.empty() ? "sqlite:" + folder_ + "/test.db" : std::move(database);
        std::filesystem::create_directories(folder_ + "/web/assets");
        std::filesystem::create_directories(folder_ + "/web/static");
        std::filesystem::create_directories(folder_ + "/assets");
        write("web/index.html", "<!doctype html><title>page</title>");
        write("web/index.html.br", "brotli bytes");
        write("web/index.html.gz", "gzip bytes");
        write("web/pages.txt", "/khai-bao\n/ban-do\n");
        write("web/static/main-A1b2C3d4.js", "export {};");
        write("web/static/pack-08434356.json", "{}");
        write("assets/data.json", "{}");
        write("assets/day-20210801.json", "{}");
        // In both folders, the packed twin first: a folder lists its files in any order.
        for (int i = 0; i < kDoubles; ++i) {
            const std::string name = "assets/both-" + std::to_string(i) + ".json";
            write("web/" + name + ".br", "packed");
            write("web/" + name, "{}");
            write(name, "{}");
        }
        std::filesystem::copy_file(std::string(LACHAN_SOURCE_ROOT) + "/tests/declaration/units.txt", folder_ + "/assets/units.txt");
        start();
    }
    ~ServerProcess() {
        stop();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void start() {
        int ends[2];
        ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
        std::vector<std::string> words = {LACHAN_BINARY_ROOT "/lachan-server", "--port", "0", "--database", database_,
                                          "--web", folder_ + "/web", "--assets", folder_ + "/assets", "--data", folder_ + "/keys"};
        words.insert(words.end(), more_.begin(), more_.end());
        const std::string log = folder_ + "/log";
        process_ = fork();
        if (process_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            std::vector<char*> arguments;
            for (std::string& word : words) arguments.push_back(word.data());
            arguments.push_back(nullptr);
            const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            dup2(ends[1], STDOUT_FILENO);
            dup2(file, STDERR_FILENO);
            execv(arguments[0], arguments.data());
            _exit(127);
        }
        close(ends[1]);
        std::string line;
        for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
        close(ends[0]);
        const std::size_t colon = line.rfind(':');
        ASSERT_NE(colon, std::string::npos) << "did not start: " << log_text();
        port_ = std::stoi(line.substr(colon + 1));
    }
    /// Asks it to stop; its exit status.
    int stop(int signal_number = SIGTERM) {
        if (process_ <= 0) return -1;
        kill(process_, signal_number);
        return wait();
    }
    void signal_only(int signal_number) const { kill(process_, signal_number); }
    int wait() {
        int status = 0;
        waitpid(process_, &status, 0);
        process_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    int port() const { return port_; }
    const std::string& database() const { return database_; }
    const std::string& folder() const { return folder_; }
    std::string log_text() const {
        std::ifstream file(folder_ + "/log");
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    std::unique_ptr<server::Engine> open() const {
        auto engine = server::open_engine(database_);
        EXPECT_TRUE(engine.has_value());
        return std::move(*engine);
    }

    Answer ask(const std::string& method, const std::string& target, const Headers& headers = {}, const std::string& body = "") const {
        Wire wire(port_);
        wire.say(request_text(method, target, headers, body));
        return wire.hear(method == "HEAD");
    }
    Answer get(const std::string& target, const Headers& headers = {}) const { return ask("GET", target, headers); }
    Answer post(const std::string& target, const std::string& body, Headers headers = {}) const {
        headers.emplace_back("Content-Type", "application/json");
        return ask("POST", target, headers, body);
    }
    Answer post(const std::string& target, const Json& body, const Headers& headers = {}) const {
        return post(target, canonical(body), headers);
    }

private:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ + '/' + name, std::ios::binary) << text;
    }
    std::vector<std::string> more_;
    std::string folder_, database_;
    pid_t process_ = -1;
    int port_ = 0;
};

/// A citizen's telephone: a key, and records signed by it.
class Device {
public:
    Device() : key_(std::move(server::FileKey::generate().value())) {}
    const std::string& id() const { return key_.id(); }
    const server::FileKey& key() const { return key_; }
    Json self() const { return {{"id", key_.id()}, {"publicKey", key_.public_key()}}; }

    Record record(Json changes = Json::object(), std::int64_t skew_ms = 0) const {
        Json body{{"onBehalf", false},     {"fullName", "Nguyễn Văn Thử"}, {"idType", "cccd"},       {"idNumber", "001099000000"},
                  {"birthDate", "1999"},   {"sex", "male"},                {"nationality", "VNM"},   {"province", "79"},
                  {"district", "760"},     {"ward", "26734"},              {"address", "12 đường Ví Dụ"}, {"phone", "0900000001"},
                  {"travelled", false},    {"signFever", false},           {"signCough", false},     {"signDyspnoea", false},
                  {"signPneumonia", false}, {"signSoreThroat", false},     {"signFatigue", false},   {"signLossOfTasteSmell", false},
                  {"contactCase", false},  {"contactAffectedCountry", false}, {"contactSymptomatic", false},
                  {"dataConsent", true},   {"legalAccepted", true}};
        body.update(changes);
        server::SystemRandom random;
        Record made;
        made.system = "declaration";
        made.kind = "population";
        made.version = 2;
        made.unit = body["ward"];
        made.made_at = Instant{server::system_now().ms + skew_ms};
        made.id = RecordId::make(made.made_at, 79, random).text();
        made.device = key_.id();
        made.salt = server::random_text(16);
        made.body = std::move(body);
        return made;
    }
    Json signed_record(const Record& record) const {
        const StoredRecord sealed = seal(record);
        return {{"record", write_envelope(sealed.record)}, {"signature", key_.sign(sealed.bytes).value()}};
    }
    Json batch(const std::vector<Record>& records) const {
        Json list = Json::array();
        for (const Record& record : records) list.push_back(signed_record(record));
        return {{"device", self()}, {"records", std::move(list)}};
    }

private:
    server::FileKey key_;
};

/// An official in the server's database. The session cookie and headers of a signed-in page.
inline std::string add_official(const ServerProcess& server, const std::string& name, Role role, const std::string& unit) {
    if (sodium_init() < 0) return {};
    const auto database = server.open();
    server::Accounts accounts(*database);
    const std::string password = server::fresh_password();
    EXPECT_TRUE(accounts.add(name, password, false, server::system_now()).has_value());
    std::ifstream file(server.folder() + "/assets/units.txt");
    std::ostringstream text;
    text << file.rdbuf();
    auto units = Units::parse(text.str());
    if (!units) return {};
    const auto granted = accounts.grant(name, Grant{role, unit, Instant{0}}, "test", *units, server::system_now());
    EXPECT_TRUE(granted.has_value()) << granted.error().detail;
    return password;
}

inline std::string cookie_of(const Answer& answer) {
    const auto found = answer.headers.find("set-cookie");
    return found == answer.headers.end() ? "" : found->second.substr(0, found->second.find(';'));
}

inline Headers signed_in(const std::string& cookie) { return {{"Cookie", cookie}, {"X-Lachan", "1"}}; }

}  // namespace lachan::testing
