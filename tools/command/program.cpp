#include "program.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace lachan::command {
namespace {

// A handler of the language takes no arguments, and may not ask for memory.
char out_of_memory[128];
int out_of_memory_status = 1;

[[noreturn]] void say_out_of_memory() {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, out_of_memory, std::strlen(out_of_memory));
    std::_Exit(out_of_memory_status);
}

}  // namespace

int run_program(const char* name, int (*run)(int, char**), int count, char** values, int failed) {
    std::snprintf(out_of_memory, sizeof out_of_memory, "%s: not enough memory for this input\n", name);
    out_of_memory_status = failed;
    std::set_new_handler(say_out_of_memory);
    const int status = run(count, values);
    const bool had_failed = std::ferror(stdout) != 0;
    errno = 0;
    if (std::fflush(stdout) == 0 && !had_failed) return status;
    const char* const why = errno != 0 ? std::strerror(errno) : "not all of it was taken";
    std::fprintf(stderr, "%s: cannot write to the standard output: %s\n", name, why);
    return status == 0 ? failed : status;
}

}  // namespace lachan::command
