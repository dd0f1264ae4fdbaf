#include "http/trust_files.h"

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/head.h"
#include "kernel/crypto.h"
#include "log.h"

namespace lachan::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "/trust/";
constexpr const char* kLatest = "latest.json";
constexpr std::int64_t kLookEveryMs = 1'000;
constexpr std::uintmax_t kMostBytes = 16 * 1024 * 1024;

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_published(const std::string& name) {
    return name == kLatest || ((name.starts_with("bundle-") || name.starts_with("delta-")) && name.ends_with(".bin"));
}

/// Empty when zlib fails or nothing is won.
std::string gzipped(const std::string& text) {
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return {};
    std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib reads only
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const bool is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return is_done && packed.size() < text.size() ? packed : std::string();
}

}  // namespace

std::shared_ptr<const TrustFiles::Files> TrustFiles::current(Instant now) {
    const std::lock_guard hold(lock_);
    if (now.ms - looked_at_ms_ < kLookEveryMs && now.ms >= looked_at_ms_ && files_) return files_;
    looked_at_ms_ = now.ms;
    const std::string latest = read_file(fs::path(folder_) / kLatest);
    if (files_ && latest == latest_) return files_;
    auto files = std::make_shared<Files>();
    std::error_code ignored;
    // latest.json is written last: what it names is there already.
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
        const std::string name = entry.path().filename().string();
        if (latest.empty() || !is_published(name) || !entry.is_regular_file(ignored) ||
            entry.file_size(ignored) > kMostBytes)
            continue;
        File file;
        file.body = std::make_shared<const std::string>(name == kLatest ? latest : read_file(entry.path()));
        if (std::string packed = gzipped(*file.body); !packed.empty())
            file.gzip = std::make_shared<const std::string>(std::move(packed));
        file.etag = '"' + to_base64url(sha256(*file.body)).substr(0, 16) + '"';
        file.immutable = name != kLatest;
        files->emplace(std::string(kPrefix) + name, std::move(file));
    }
    log_event("info", "trust", {{"files", files->size()}});
    latest_ = latest;
    files_ = std::move(files);
    return files_;
}

std::optional<Reply> TrustFiles::answer(const Request& request) {
    if (!request.path.starts_with(kPrefix)) return std::nullopt;
    const auto files = current(request.now);
    const auto found = files->find(request.path);
    if (found == files->end()) return std::nullopt;
    const File& file = found->second;
    const bool is_packed = file.gzip && accepts_coding(request.header("accept-encoding"), "gzip");
    Reply reply;
    reply.type = file.immutable ? "application/octet-stream" : "application/json; charset=utf-8";
    if (is_packed) reply.headers.emplace_back("Content-Encoding", "gzip");
    if (file.gzip) reply.headers.emplace_back("Vary", "Accept-Encoding");
    const std::string etag = is_packed ? file.etag.substr(0, file.etag.size() - 1) + "z\"" : file.etag;
    reply.headers.emplace_back("ETag", etag);
    reply.headers.emplace_back("Cache-Control",
                               file.immutable ? "public, max-age=31536000, immutable" : "public, max-age=60");
    if (lists_etag(request.header("if-none-match"), etag)) reply.status = 304;
    reply.shared = is_packed ? file.gzip : file.body;
    return reply;
}

}  // namespace lachan::server
