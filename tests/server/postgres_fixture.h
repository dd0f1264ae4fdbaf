#pragma once

// A PostgreSQL server of our own for one test program: Debian's binaries, a fresh folder, a free port on loopback, gone afterwards.

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sql/engine.h"

namespace lachan::testing {

/// A port on loopback that nobody listens on at the moment.
inline int free_port() {
    const int handle = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int port = 0;
    if (bind(handle, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
        getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
        port = ntohs(address.sin_port);
    }
    close(handle);
    return port;
}

class PostgresServer {
public:
    /// The one server of this test program; `url()` is empty and `reason()` says why when it could not be started.
    static PostgresServer& shared() {
        static PostgresServer server;
        return server;
    }

    const std::string& url() const { return url_; }
    const std::string& reason() const { return reason_; }

    /// The address of a new, empty database.
    std::string fresh_database() {
        auto admin = server::open_engine(url_);
        if (!admin) return {};
        const std::string name = "test_" + std::to_string(++databases_);
        if (!(*admin)->script("CREATE DATABASE " + name)) return {};
        return url_.substr(0, url_.rfind('/') + 1) + name;
    }

    /// Stops it at once, as a crash would, or starts it again on the same folder and port.
    void kill_now() {
        // SIGQUIT is PostgreSQL's immediate stop: no check-point, recovery from the log at the next start.
        if (process_ > 0) kill(process_, SIGQUIT);
        if (process_ > 0) waitpid(process_, nullptr, 0);
        process_ = -1;
    }
    bool start_again() {
        process_ = launch({bin_ + "/postgres", "-D", folder_ + "/data", "-h", "127.0.0.1", "-p", std::to_string(port_), "-k",
                           folder_, "-c", "max_connections=60", "-c", "shared_buffers=64MB"});
        for (int i = 0; i < 300; ++i) {
            if (server::open_engine(url_)) return true;
            if (waitpid(process_, nullptr, WNOHANG) == process_) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }

    ~PostgresServer() {
        kill_now();
        std::error_code ignored;
        if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
    }

private:
    PostgresServer() {
        bin_ = find_binaries();
        if (bin_.empty()) {
            reason_ = "no PostgreSQL server installed (package postgresql)";
            return;
        }
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-postgres-XXXXXX").string();
        if (!mkdtemp(pattern.data())) {
            reason_ = "no temporary folder";
            return;
        }
        folder_ = pattern;
        if (geteuid() == 0) {
            const passwd* user = getpwnam("postgres");
            if (!user) {
                reason_ = "root may not run PostgreSQL and there is no user postgres";
                return;
            }
            user_ = user->pw_uid;
            group_ = user->pw_gid;
            if (chown(folder_.c_str(), user_, group_) != 0) {
                reason_ = "the folder could not be given to postgres";
                return;
            }
        }
        const pid_t init = launch({bin_ + "/initdb", "-D", folder_ + "/data", "-U", "lachan", "--auth=trust", "--no-sync",
                                   "--encoding=UTF8", "--locale=C.UTF-8"});
        int status = 0;
        if (waitpid(init, &status, 0) != init || status != 0) {
            reason_ = "initdb failed";
            return;
        }
        port_ = free_port();
        url_ = "postgresql://lachan@127.0.0.1:" + std::to_string(port_) + "/postgres";
        if (start_again()) return;
        url_.clear();
        reason_ = "the server did not come up";
    }

    static std::string find_binaries() {
        std::string best;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
            const std::string bin = entry.path().string() + "/bin";
            if (std::filesystem::exists(bin + "/postgres") && bin > best) best = bin;
        }
        return best;
    }

    /// Starts a program as the user of the server, quietly; it ends with us.
    pid_t launch(const std::vector<std::string>& words) const {
        std::vector<char*> arguments;
        for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        const std::string log = folder_ + "/log";
        const pid_t child = fork();
        if (child != 0) return child;
        if (user_ != 0 && (setgroups(0, nullptr) != 0 || setgid(group_) != 0 || setuid(user_) != 0)) _exit(126);
        prctl(PR_SET_PDEATHSIG, SIGQUIT);
        if (chdir("/") != 0 || !freopen("/dev/null", "r", stdin) || !freopen(log.c_str(), "a", stdout)) _exit(125);
        dup2(STDOUT_FILENO, STDERR_FILENO);
        execv(arguments[0], arguments.data());
        _exit(127);
    }

    std::string bin_, folder_, url_, reason_;
    uid_t user_ = 0;
    gid_t group_ = 0;
    int port_ = 0;
    int databases_ = 0;
    pid_t process_ = -1;
};

}  // namespace lachan::testing
