#pragma once

// The whole way: a real lachan-server, real connections, real sessions.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "accounts.h"
#include "material.h"
#include "service.h"

namespace lachan::bench {

/// lachan-server as a process of its own, on a free port.
class ServerProcess {
public:
    ServerProcess(const std::string& program, const std::string& assets, const std::string& url) {
        if (!std::filesystem::exists(program)) stop("no " + program + " (build it, or --no-http)");
        std::string folder = (std::filesystem::temp_directory_path() / "lachan-bench-server-XXXXXX").string();
        if (!mkdtemp(folder.data())) stop("no temporary folder");
        folder_ = folder;
        std::ofstream(folder_ + "/index.html") << "<!doctype html><title>bench</title>";
        int pipe_ends[2];
        if (pipe(pipe_ends) != 0) stop("no pipe");
        process_ = fork();
        if (process_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            dup2(pipe_ends[1], STDOUT_FILENO);
            close(pipe_ends[0]);
            execl(program.c_str(), program.c_str(), "--port", "0", "--database", url.c_str(), "--web", folder_.c_str(), "--assets",
                  assets.c_str(), "--data", folder_.c_str(), "--log-level", "warning", static_cast<char*>(nullptr));
            _exit(127);
        }
        close(pipe_ends[1]);
        std::string line;
        for (char c = 0; read(pipe_ends[0], &c, 1) == 1 && c != '\n';) line += c;
        output_ = pipe_ends[0];
        const auto colon = line.rfind(':');
        if (line.find("listening") == std::string::npos || colon == std::string::npos) stop("lachan-server did not start");
        port_ = std::atoi(line.c_str() + colon + 1);
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess() {
        kill(process_, SIGTERM);
        waitpid(process_, nullptr, 0);
        close(output_);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    int port() const { return port_; }
    /// Processor time that it has used, in seconds.
    double processor_seconds() const {
        clockid_t clock{};
        timespec used{};
        if (clock_getcpuclockid(process_, &clock) != 0 || clock_gettime(clock, &used) != 0)
            stop("no processor clock of lachan-server");
        return seconds_of(used);
    }

private:
    std::string folder_;
    pid_t process_ = -1;
    int output_ = -1;
    int port_ = 0;
};

/// One connection that stays open.
class Connection {
public:
    explicit Connection(int port) : handle_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        if (connect(handle_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) stop("cannot connect to lachan-server");
        const int on = 1;
        setsockopt(handle_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close(handle_); }

    /// Posts and returns the body of the answer; ends the program unless it is a 200.
    std::string post(const std::string& path, const std::string& token, const std::string& body) {
        const std::string head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Lachan: 1\r\n" +
                                 "Cookie: lachan_session=" + token + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
        write_all(head);
        write_all(body);
        std::string got;
        std::size_t end = std::string::npos;
        while ((end = got.find("\r\n\r\n")) == std::string::npos) more(got);
        const std::string answer_head = got.substr(0, end);
        const auto at = answer_head.find("Content-Length: ");
        if (at == std::string::npos) stop("an answer without Content-Length: " + answer_head);
        const auto length = static_cast<std::size_t>(std::atoll(answer_head.c_str() + at + 16));
        while (got.size() < end + 4 + length) more(got);
        std::string answer = got.substr(end + 4, length);
        if (answer_head.rfind("HTTP/1.1 200", 0) != 0) stop(answer_head.substr(0, answer_head.find('\r')) + ' ' + answer.substr(0, 300));
        return answer;
    }

private:
    void write_all(const std::string& text) {
        for (std::size_t sent = 0; sent < text.size();) {
            const auto count = write(handle_, text.data() + sent, text.size() - sent);
            if (count <= 0) stop("lachan-server closed the connection");
            sent += static_cast<std::size_t>(count);
        }
    }
    void more(std::string& got) {
        char buffer[65536];
        const auto count = read(handle_, buffer, sizeof buffer);
        if (count <= 0) stop("lachan-server closed the connection");
        got.append(buffer, static_cast<std::size_t>(count));
    }

    int handle_;
};

/// Posts every request over two connections; the time from the first to the last answer, and what the server computed
/// in it. Each record must be accepted. Officials send, because a citizen's device may not send 500 at once; each may
/// send 2,000, so there are as many as that needs.
inline Spent http_stage(const std::string& program, const std::string& units_file, const std::string& url,
                        const Units& units, const std::vector<Request>& requests) {
    constexpr std::size_t kPerOfficial = 2'000;
    constexpr std::size_t kConnections = 2;
    if (sodium_init() < 0) stop("no libsodium");
    std::vector<std::string> tokens;
    {
        const Instant now = server::system_now();
        auto database = must(server::open_engine(url), "database");
        must(server::prepare_database(*database, now), "database");
        std::size_t records = 0;
        for (const Request& request : requests) records += request.records;
        server::Accounts accounts(*database);
        for (std::size_t i = 0; i * kPerOfficial < records + kPerOfficial; ++i) {
            const std::string name = "bench" + std::to_string(i);
            must(accounts.add(name, server::fresh_password(), false, now), "user");
            must(accounts.grant(name, {Role::national_centre, std::string(kNation), now, Instant{now.ms + kMillisecondsPerDay}}, "bench",
                                units, now),
                 "grant");
            tokens.push_back(must(accounts.open_session(name, now), "session"));
        }
    }
    ServerProcess process(program, std::filesystem::path(units_file).parent_path().string(), url);
    std::atomic<std::size_t> next{0};
    const double computed = process.processor_seconds();
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kConnections; ++i) {
        threads.emplace_back([&] {
            Connection connection(process.port());
            for (std::size_t at = next++; at < requests.size(); at = next++) {
                const Request& request = requests[at];
                const std::string& token = tokens[at * request.records / kPerOfficial % tokens.size()];
                const std::string answer = connection.post("/v1/records", token, request.text);
                std::size_t accepted = 0;
                for (std::size_t from = 0; (from = answer.find("\"outcome\":\"accepted\",\"receipt\"", from)) != std::string::npos; ++from) ++accepted;
                if (accepted != request.records) {
                    stop(std::to_string(accepted) + " of " + std::to_string(request.records) + " accepted: " + answer.substr(0, 400));
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return {seconds, process.processor_seconds() - computed};
}

}  // namespace lachan::bench
