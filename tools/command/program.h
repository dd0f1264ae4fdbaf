#pragma once

namespace lachan::command {

/// What `main` is of every program here: `run`, then whether what it printed has arrived. A full disk or a closed pipe is said on stderr and
/// ends with `failed` where `run` ended well; so does a lack of memory, wherever it occurs, which would else be an abort without a word.
int run_program(const char* name, int (*run)(int, char**), int count, char** values, int failed = 1);

}  // namespace lachan::command
