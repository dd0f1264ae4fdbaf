#include "inputs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "kernel/json.h"
#include "picture.h"

namespace lachan::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostTextBytes = 512ULL * 1024 * 1024;
/// What can be a certificate in JSON, or a line with one: longer text is not read as JSON.
constexpr std::size_t kMostJsonBytes = 1024 * 1024;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The code of a line of JSON Lines.
std::string text_of_line(std::string_view line) {
    if (!line.starts_with('{') || line.size() > kMostJsonBytes) return std::string(line);
    const Json row = Json::parse(line, nullptr, false);
    for (const char* key : {"text", "code", "PREFIX"}) {
        if (at(row, key).is_string()) return std::string(text_at(row, key));
    }
    return std::string(line);
}

/// Whether every line is a part of a SMART Health Card: shc:/1/3/...
bool is_set_of_parts(std::string_view text) {
    bool is_part = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        is_part = line.starts_with("shc:/") && line.substr(5).find('/') != std::string_view::npos;
        if (!is_part) return false;
    }
    return is_part;
}

/// SVG, as lachan-issue writes it beside a text: its lines are no codes.
bool is_drawing(std::string_view text) {
    return text.starts_with("<svg") || (text.starts_with("<?xml") && text.substr(0, 1024).find("<svg") != std::string_view::npos);
}

void take_text(const std::string& source, std::string content, const std::function<void(Input)>& take) {
    const std::string_view whole = trimmed(content);
    if (whole.empty()) return take({source, "", "an empty file"});
    if (is_drawing(whole)) return take({source, "", "a drawing (SVG), which is not read: take the text or the PNG of the code"});
    // A certificate that is itself JSON has lines too, the parts of a card belong together, and a ZIP is no text.
    const bool is_one = is_set_of_parts(whole) || whole.starts_with("PK") || (whole.starts_with('{') && whole.size() <= kMostJsonBytes && Json::accept(whole) &&
                                                    text_of_line(whole) == whole);
    if (is_one) return take({source, std::move(content), ""});
    const bool is_one_line = whole.find('\n') == std::string_view::npos;
    int number = 0;
    for (std::size_t at = 0; at < content.size();) {
        const std::size_t end = std::min(content.find('\n', at), content.size());
        const std::string_view line = trimmed(std::string_view(content).substr(at, end - at));
        at = end + 1;
        ++number;
        if (!line.empty()) take({is_one_line ? source : source + ":" + std::to_string(number), text_of_line(line), ""});
    }
}

void take_pictures(const std::string& source, const std::string& content, const std::function<void(Input)>& take) {
    const auto pages = read_pictures(bytes_of(content));
    if (!pages) return take({source, "", pages.error().detail});
    std::size_t found = 0;
    for (std::size_t page = 0; page < pages->size(); ++page) {
        for (std::string& code : codes_in((*pages)[page])) {
            if (++found > kMostCodes) return take({source, "", "more than 16 codes: the others were not judged"});
            const std::string place = pages->size() > 1 ? " page " + std::to_string(page + 1) : "";
            take({source + place + " #" + std::to_string(found), std::move(code), ""});
        }
    }
    if (found == 0) take({source, "", "no code was found in the picture"});
}

Result<void> read_file(const fs::path& file, const std::function<void(Input)>& take) {
    std::error_code failure;
    const auto size = fs::file_size(file, failure);
    if (failure) return Error{Errc::not_found, "file", "cannot read " + file.string()};
    if (size > kMostTextBytes) return Error{Errc::rejected, "file", file.string() + " has more than 512 MiB"};
    std::ifstream in(file, std::ios::binary);
    if (!in) return Error{Errc::not_found, "file", "cannot read " + file.string()};
    std::string content(std::istreambuf_iterator<char>(in), {});
    if (kind_of(bytes_of(content)) == FileKind::text) take_text(file.string(), std::move(content), take);
    else take_pictures(file.string(), content, take);
    return {};
}

Result<void> read_folder(const fs::path& folder, const std::function<void(Input)>& take) {
    std::vector<fs::path> files;
    std::error_code failure;
    for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        if (at->is_regular_file(failure)) files.push_back(at->path());
    }
    if (failure) return Error{Errc::not_found, "file", "cannot read the folder " + folder.string()};
    if (files.empty()) take({folder.string(), "", "a folder without files"});
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) TRY(read_file(file, take));
    return {};
}

}  // namespace

Result<void> read_argument(const std::string& argument, const std::function<void(Input)>& take) {
    if (argument == "-") {
        std::string content;
        std::vector<char> part(1 << 20);
        while (std::cin.read(part.data(), static_cast<std::streamsize>(part.size())) || std::cin.gcount() > 0) {
            content.append(part.data(), static_cast<std::size_t>(std::cin.gcount()));
            if (content.size() > kMostTextBytes) return Error{Errc::rejected, "file", "the standard input has more than 512 MiB"};
        }
        take_text("-", std::move(content), take);
        return {};
    }
    // A code is longer than a path may be, and asking for it is then an error, not an answer.
    std::error_code failure;
    const fs::file_status status = argument.size() < 4096 ? fs::status(argument, failure) : fs::file_status();
    if (fs::is_directory(status)) return read_folder(argument, take);
    if (fs::is_regular_file(status)) return read_file(argument, take);
    const bool looks_like_path = argument.find(':') == std::string::npos && argument.find('{') == std::string::npos &&
                                 (argument.find('/') != std::string::npos || argument.find('.') != std::string::npos);
    if (looks_like_path && fs::exists(status)) {
        return Error{Errc::not_found, "file", argument + " is neither a file nor a folder (the standard input is -)"};
    }
    if (looks_like_path) return Error{Errc::not_found, "file", "there is no file " + argument};
    take({"", argument, ""});
    return {};
}

}  // namespace lachan::verify
