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

Result<void> send_sms(const std::string& command, const std::string& number, const std::string& text) {
    const Error failed{Errc::unavailable, "phone.gateway", "the SMS gateway did not take the message"};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return failed;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    char* arguments[] = {const_cast<char*>(command.c_str()), const_cast<char*>(number.c_str()), nullptr};
    pid_t child = -1;
    const int started = posix_spawnp(&child, command.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (started != 0) {
        close(ends[1]);
        return failed;
    }
    // Shorter than any pipe's buffer: it never blocks. A gateway that has gone is seen by its status (SIGPIPE is ignored).
    const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(ends[1]);
    int status = 0;
    for (int i = 0; i < 200; ++i) {
        if (waitpid(child, &status, WNOHANG) == child) {
            return written && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Result<void>() : Result<void>(failed);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return failed;
}

}  // namespace lachan::server
