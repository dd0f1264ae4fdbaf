#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "command/arguments.h"
#include "kernel/result.h"

namespace lachan::command {

/// No file that the programs read has more; it is as much as the reader of shapes takes.
constexpr std::size_t kLargestFile = std::size_t{256} << 20;

/// The whole of a file. Errc::not_found; Errc::rejected when it has more than `most` bytes (a device may have no end).
Result<std::string> read_file(const std::string& file, std::size_t most = kLargestFile);

/// The whole of the standard input, with the same limit.
Result<std::string> read_standard_input(std::size_t most = kLargestFile);

/// A file of the build's data: the one that `option` names, or `name` in the folder LACHAN_ASSETS, or in build/assets. Its error says how
/// to name it.
Result<std::string> read_asset(const Arguments&, std::string_view option, const std::string& name);

/// Where read_asset looks without an option.
std::string asset_folder();

/// Writes `content` beside its place first and then moves it there, so that no reader sees half a file; a device or pipe takes it as it
/// is. The folder must be there: a slip in a path makes none. Errc::unavailable.
Result<void> write_file(const std::string& file, std::string_view content);

/// Whether a file could be written here, as far as its folder tells: asked before work that takes long. Errc::unavailable.
Result<void> check_place(const std::filesystem::path& file);

/// Makes a folder that files are to go into, where it is not there; the one above it must be. Errc::unavailable.
Result<void> make_folder(const std::filesystem::path& folder);

/// Makes a file that its owner alone may read, from its first byte on, in a folder that is there. Errc::conflict with rule key.file when
/// it is there already: a secret is never replaced. Errc::unavailable; then nothing is left.
Result<void> write_new_secret(const std::string& file, std::string_view content);

}  // namespace lachan::command
