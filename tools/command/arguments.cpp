#include "arguments.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "certificate/certlogic.h"

namespace lachan::command {
namespace {

namespace fs = std::filesystem;

bool is_in(Names names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

Error usage(const std::string& what) { return Error{Errc::malformed, "usage", what}; }

}  // namespace

std::string Arguments::value(std::string_view name, std::string otherwise) const {
    const auto found = options.find(name);
    return found == options.end() ? std::move(otherwise) : found->second;
}

Result<std::int64_t> Arguments::number(std::string_view name, std::int64_t otherwise, std::int64_t most) const {
    if (!has(name)) return otherwise;
    const std::string text = value(name);
    char* end = nullptr;
    const long long number = std::strtoll(text.c_str(), &end, 10);
    if (text.empty() || *end != 0 || number < 1 || number > most) return usage(std::string(name) + " needs a positive number");
    return static_cast<std::int64_t>(number);
}

Result<Instant> Arguments::instant(std::string_view name) const {
    if (!has(name)) {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Instant{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
    }
    const std::string text = value(name);
    if (const auto day = Day::parse(text)) return start_in_vietnam(*day);
    const bool is_number = text.size() > 8 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (is_number && text.size() < 18) return Instant{std::strtoll(text.c_str(), nullptr, 10)};
    if (const auto instant = certificate::certlogic::instant_of(text)) return *instant;
    return usage(std::string(name) + " needs a day, an instant or milliseconds");
}

Result<Arguments> read_arguments(int count, char** values, int first, Names flags, Names valued) {
    Arguments arguments;
    bool are_options_over = false;
    for (int i = first; i < count; ++i) {
        const std::string word = values[i];
        if (are_options_over || !word.starts_with("--")) {
            arguments.operands.push_back(word);
        } else if (word == "--") {
            are_options_over = true;
        } else if (is_in(flags, word)) {
            arguments.options[word] = "1";
        } else if (is_in(valued, word)) {
            if (i + 1 == count) return usage(word + " needs a value");
            arguments.options[word] = values[++i];
        } else {
            return usage("unknown option " + word);
        }
    }
    return arguments;
}

bool asks_for_help(int count, char** values) {
    return std::any_of(values + 1, values + count, [](const char* word) {
        return std::string_view(word) == "--help" || std::string_view(word) == "-h";
    });
}

Result<std::string> read_file(const std::string& file) {
    std::error_code failure;
    std::ifstream in(file, std::ios::binary);
    if (!in || fs::is_directory(file, failure)) return Error{Errc::not_found, "file", "cannot read " + file};
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<void> write_file(const std::string& file, std::string_view content) {
    const std::string beside = file + ".new";
    const Error failed{Errc::unavailable, "file", "cannot write " + file};
    std::error_code failure;
    if (fs::path(file).has_parent_path()) fs::create_directories(fs::path(file).parent_path(), failure);
    {
        std::ofstream out(beside, std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) return failed;
    }
    fs::rename(beside, file, failure);
    return failure ? Result<void>(failed) : Result<void>();
}

Result<void> write_new_secret(const std::string& file, std::string_view content) {
    std::error_code ignored;
    if (fs::path(file).has_parent_path()) fs::create_directories(fs::path(file).parent_path(), ignored);
    const int handle = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) return Error{Errc::conflict, "key.file", "cannot make " + file + " (is it there already?)"};
    const bool is_written = ::write(handle, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(handle) == 0;
    ::close(handle);
    if (is_written) return {};
    fs::remove(file, ignored);
    return Error{Errc::unavailable, "key.file", "cannot write " + file};
}

}  // namespace lachan::command
