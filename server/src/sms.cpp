#include "sms.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

extern char** environ;

namespace lachan::server {
namespace {

/// Starts the gateway with `input` as its input; -1 when it cannot be run.
pid_t start(const std::string& command, const std::string& number, int input) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    // Not every library marks its sockets: a client's connection must not stay open in a gateway that hangs.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);  // ignored here, which a child would inherit
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawnattr_setpgroup(&attributes, 0);  // so that what it has started ends with it
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    char* arguments[] = {const_cast<char*>(command.c_str()), const_cast<char*>(number.c_str()), nullptr};
    pid_t child = -1;
    if (posix_spawnp(&child, command.c_str(), &actions, &attributes, arguments, environ) != 0) child = -1;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

}  // namespace

Result<void> send_sms(const std::string& command, const std::string& number, const std::string& text, std::chrono::seconds most) {
    const Error failed{Errc::unavailable, "phone.unsent", "the SMS gateway did not take the message"};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failed;
    const pid_t child = start(command, number, ends[0]);
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return failed;
    }
    // Shorter than any pipe's buffer: it never blocks. A gateway that has gone is seen by its status (SIGPIPE is ignored).
    const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(ends[1]);
    int status = 0;
    for (const auto end = std::chrono::steady_clock::now() + most; std::chrono::steady_clock::now() < end;) {
        if (waitpid(child, &status, WNOHANG) == child) {
            return written && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Result<void>() : Result<void>(failed);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    kill(-child, SIGKILL);
    waitpid(child, nullptr, 0);
    return failed;
}

}  // namespace lachan::server
