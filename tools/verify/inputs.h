#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/result.h"

namespace lachan::verify {

/// One code to judge, or why there is none.
struct Input {
    /// The file and line it is from, "" for a text of the command line.
    std::string source;
    std::string text;
    /// Why nothing could be read: "" when there is a text.
    std::string trouble;
};

/// What an argument of the command line stands for: a file, the files of a folder, "-" for the standard input, else the text itself.
/// A picture gives one input for each of its codes; a text file one for each line (a line of JSON: its "text", "code" or
/// "PREFIX"), or one when it is a single JSON document or no text at all. `take` is called in order, and may keep what it gets.
/// Errc::not_found or Errc::rejected when a file cannot be read at all.
Result<void> read_argument(const std::string& argument, const std::function<void(Input)>& take);

}  // namespace lachan::verify
