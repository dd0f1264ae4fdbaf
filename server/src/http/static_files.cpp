#include "http/static_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "http/head.h"
#include "kernel/crypto.h"
#include "kernel/text.h"

namespace lachan::server {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string type_of(const std::string& extension) {
    static const std::map<std::string, std::string> types = {
        {".html", "text/html; charset=utf-8"},    {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
        {".json", "application/json; charset=utf-8"}, {".webmanifest", "application/manifest+json"},
        {".geojson", "application/geo+json"},     {".txt", "text/plain; charset=utf-8"},
        {".csv", "text/csv; charset=utf-8"},      {".svg", "image/svg+xml"},
        {".png", "image/png"},                    {".jpg", "image/jpeg"},
        {".webp", "image/webp"},                  {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},                 {".wasm", "application/wasm"},
        {".map", "application/json"},             {".cwt", "application/cwt"},
        {".bin", "application/octet-stream"}};
    const auto found = types.find(extension);
    return found == types.end() ? "application/octet-stream" : found->second;
}

/// Whether the name holds the hash of its content, as the build writes it below /static/: name-XXXXXXXX.js. Such a file never changes.
bool is_hashed(const std::string& name) {
    const std::string stem = fs::path(name).stem().string();
    if (!name.starts_with("/static/") || stem.size() < 10 || stem[stem.size() - 9] != '-') return false;
    return std::all_of(stem.end() - 8, stem.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> security_headers(const std::optional<Tiles>& tiles) {
    const std::string pictures = tiles ? ' ' + tiles->origin : "";
    return {
        // 'wasm-unsafe-eval' compiles WebAssembly and nothing else; styles set on elements by the map need no inline sheet.
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; "
         "img-src 'self' data: blob:" + pictures + "; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
         "media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Permissions-Policy",
         "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), serial=(), hid=(), "
         "display-capture=(), browsing-topics=()"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"X-Frame-Options", "DENY"}};
}

Result<StaticFiles> StaticFiles::load(const std::string& web, const std::string& assets) {
    StaticFiles all;
    all.add_folder(assets, "/assets/");
    // The page's own build comes second and wins: it holds the assets it was built with.
    all.add_folder(web, "/");
    if (all.files_.find("/index.html") == all.files_.end()) {
        return Error{Errc::not_found, "web.index", "no index.html in " + web};
    }
    all.pages_.insert("/");
    if (const auto pages = all.files_.find("/pages.txt"); pages != all.files_.end()) {
        std::istringstream lines(*pages->second.plain.body);
        for (std::string line; std::getline(lines, line);) {
            const std::string_view page = trim(line);
            if (!page.empty() && page.front() == '/') all.pages_.emplace(page);
        }
    }
    return all;
}

void StaticFiles::add_folder(const std::string& folder, const std::string& prefix) {
    std::error_code ignored;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
        if (entry.is_regular_file(ignored)) paths.push_back(entry.path());
    }
    // A folder lists its files in any order; sorted, a plain file comes before its packed twins, which it would take away below.
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
        const std::string extension = path.extension().string();
        const bool packed = extension == ".br" || extension == ".gz";
        const std::string name = prefix + path.lexically_relative(folder).generic_string();
        Variant variant;
        variant.body = std::make_shared<const std::string>(read_file(path));
        variant.etag = '"' + to_base64url(sha256(*variant.body)).substr(0, 16) + '"';
        if (packed) {
            File& file = files_[name.substr(0, name.size() - 3)];
            (extension == ".br" ? file.brotli : file.gzip) = std::move(variant);
            continue;
        }
        File& file = files_[name];
        // A packed twin of another folder's file must not outlive it.
        if (file.plain.body) file.brotli = file.gzip = std::nullopt;
        file.type = type_of(extension);
        file.immutable = is_hashed(name);
        file.plain = std::move(variant);
    }
    // A packed file without its plain twin answers nobody.
    std::erase_if(files_, [](const auto& file) { return !file.second.plain.body; });
}

Reply StaticFiles::answer_with(const File& file, const Request& request) const {
    Reply reply;
    reply.type = file.type;
    const std::string_view codings = request.header("accept-encoding");
    const Variant* chosen = &file.plain;
    if (file.brotli && accepts_coding(codings, "br")) {
        chosen = &*file.brotli;
        reply.headers.emplace_back("Content-Encoding", "br");
    } else if (file.gzip && accepts_coding(codings, "gzip")) {
        chosen = &*file.gzip;
        reply.headers.emplace_back("Content-Encoding", "gzip");
    }
    if (file.brotli || file.gzip) reply.headers.emplace_back("Vary", "Accept-Encoding");
    reply.headers.emplace_back("ETag", chosen->etag);
    // Everything else is asked for again each time, and answered with 304 while it is the same.
    reply.headers.emplace_back("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    // With a 304 the body stays here, but its length is told (RFC 9110 8.6).
    if (lists_etag(request.header("if-none-match"), chosen->etag)) reply.status = 304;
    reply.shared = chosen->body;
    return reply;
}

std::optional<Reply> StaticFiles::answer(const Request& request) const {
    if (const auto found = files_.find(request.path); found != files_.end()) return answer_with(found->second, request);
    std::string_view page = request.path;
    while (page.size() > 1 && page.back() == '/') page.remove_suffix(1);
    if (pages_.count(page) > 0) return answer_with(files_.find("/index.html")->second, request);
    // Whoever follows an old link gets the page, which says that there is nothing here; programs get the plain error.
    const bool wants_page = request.header("accept").find("text/html") != std::string_view::npos;
    if (wants_page && page.find('.') == std::string_view::npos && page.substr(0, 4) != "/v1/") {
        const File& index = files_.find("/index.html")->second;
        Reply reply;
        reply.status = 404;
        reply.type = index.type;
        reply.headers.emplace_back("Cache-Control", "no-store");
        reply.shared = index.plain.body;
        return reply;
    }
    return std::nullopt;
}

}  // namespace lachan::server
