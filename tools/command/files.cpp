#include "files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace lachan::command {
namespace {

namespace fs = std::filesystem;

struct Closing {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using Stream = std::unique_ptr<std::FILE, Closing>;

Error unreadable(const std::string& file) { return Error{Errc::not_found, "file", "cannot read " + file + ": " + std::strerror(errno)}; }
Error unwritable(const std::string& file, const std::string& why, const char* rule = "file") {
    return Error{Errc::unavailable, rule, "cannot write " + file + ": " + why};
}

Result<std::string> read_all(std::FILE* from, const std::string& name, std::size_t most) {
    constexpr std::size_t kPart = std::size_t{1} << 16;
    std::string content;
    for (;;) {
        const std::size_t before = content.size();
        content.resize(before + kPart);
        errno = 0;
        content.resize(before + std::fread(content.data() + before, 1, kPart, from));
        if (std::ferror(from) != 0) return unreadable(name);
        if (content.size() > most) return Error{Errc::rejected, "file", name + " has more than " + std::to_string(most >> 20) + " MiB, the most that is read"};
        if (content.size() < before + kPart) return content;
    }
}

Result<void> check_folder_of(const fs::path& file, const char* rule = "file") {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
    std::error_code failure;
    if (fs::is_directory(folder, failure)) return {};
    return unwritable(file.string(), "there is no folder " + folder.string() + " (make it first)", rule);
}

Result<void> write_to(const std::string& place, const std::string& named, std::string_view content) {
    errno = 0;
    Stream out(std::fopen(place.c_str(), "wb"));
    if (!out) return unwritable(named, std::strerror(errno));
    const bool is_taken = std::fwrite(content.data(), 1, content.size(), out.get()) == content.size() && std::fflush(out.get()) == 0;
    const int why = errno;
    if (is_taken && std::fclose(out.release()) == 0) return {};
    return unwritable(named, std::strerror(is_taken ? errno : why));
}

}  // namespace

Result<std::string> read_file(const std::string& file, std::size_t most) {
    errno = 0;
    const Stream in(std::fopen(file.c_str(), "rb"));
    if (!in) return unreadable(file);
    return read_all(in.get(), file, most);
}

Result<std::string> read_standard_input(std::size_t most) { return read_all(stdin, "the standard input", most); }

std::string asset_folder() {
    const char* named = std::getenv("LACHAN_ASSETS");
    return named != nullptr ? named : "build/assets";
}

Result<std::string> read_asset(const Arguments& arguments, std::string_view option, const std::string& name) {
    if (arguments.has(option)) return read_file(arguments.value(option));
    auto content = read_file(asset_folder() + "/" + name);
    if (content) return content;
    return Error{content.error().code, content.error().rule,
                 content.error().detail + "; name it with " + std::string(option) + " FILE, or its folder with LACHAN_ASSETS"};
}

Result<void> check_place(const fs::path& file) { return check_folder_of(file); }

Result<void> write_file(const std::string& file, std::string_view content) {
    std::error_code failure;
    const fs::file_status status = fs::status(file, failure);
    if (fs::is_directory(status)) return unwritable(file, "it is a folder");
    // Nothing is moved over a device or a pipe, and nothing made beside it.
    if (fs::exists(status) && !fs::is_regular_file(status)) return write_to(file, file, content);
    TRY(check_folder_of(file));
    // Where a link leads, so that it stays one.
    const std::string place = fs::exists(status) ? fs::canonical(file, failure).string() : file;
    const std::string beside = place + ".new";
    if (const auto written = write_to(beside, file, content); !written) {
        fs::remove(beside, failure);
        return written.error();
    }
    fs::rename(beside, place, failure);
    if (!failure) return {};
    const std::string why = failure.message();
    fs::remove(beside, failure);
    return unwritable(file, why);
}

Result<void> make_folder(const fs::path& folder) {
    std::error_code failure;
    if (folder.empty() || fs::is_directory(folder, failure)) return {};
    if (fs::exists(folder, failure)) return unwritable(folder.string(), "it is no folder");
    const fs::path plain = folder.has_filename() ? folder : folder.parent_path();
    TRY(check_folder_of(plain));
    if (fs::create_directory(plain, failure)) return {};
    return unwritable(folder.string(), failure.message());
}

Result<void> write_new_secret(const std::string& file, std::string_view content) {
    TRY(check_folder_of(file, "key.file"));
    const int handle = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) return Error{Errc::conflict, "key.file", "cannot make " + file + " (is it there already?)"};
    const bool is_written = ::write(handle, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(handle) == 0;
    ::close(handle);
    if (is_written) return {};
    std::error_code ignored;
    fs::remove(file, ignored);
    return Error{Errc::unavailable, "key.file", "cannot write " + file};
}

}  // namespace lachan::command
