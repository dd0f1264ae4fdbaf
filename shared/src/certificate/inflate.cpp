#include "certificate/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace lachan::certificate {
namespace {

constexpr std::size_t kGzipTrailerBytes = 8;

/// A decoder that is given back whichever way the function ends.
class Inflater {
public:
    /// `window_bits` as zlib reads them: negative for a raw stream.
    explicit Inflater(int window_bits) : is_open_(inflateInit2(&stream_, window_bits) == Z_OK) {}
    ~Inflater() {
        if (is_open_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool is_open() const { return is_open_; }
    z_stream& stream() { return stream_; }

private:
    z_stream stream_{};
    bool is_open_;
};

Result<Bytes> inflated(std::span<const std::uint8_t> compressed, std::size_t limit, int window_bits,
                       std::size_t trailer = 0) {
    Inflater inflater(window_bits);
    if (!inflater.is_open()) return Error{Errc::unavailable, "compression", "zlib could not start"};
    z_stream& stream = inflater.stream();
    stream.next_in = const_cast<Bytef*>(compressed.data());  // zlib reads only; its interface predates const
    stream.avail_in = static_cast<uInt>(compressed.size());

    Bytes content;
    int status = Z_OK;
    while (status == Z_OK) {
        // Room for one byte beyond the limit tells "exactly full" from "too long".
        if (stream.total_out > limit) return Error{Errc::rejected, "size-limit", "the inflated content is too long"};
        const std::size_t done = content.size();
        content.resize(std::min(limit + 1, std::max<std::size_t>(done * 2, 2048)));
        stream.next_out = content.data() + done;
        stream.avail_out = static_cast<uInt>(content.size() - done);
        status = inflate(&stream, Z_NO_FLUSH);
        content.resize(stream.total_out);
        if (status == Z_OK && stream.avail_out != 0) break;  // the input ended before the stream did
    }
    if (content.size() > limit) return Error{Errc::rejected, "size-limit", "the inflated content is too long"};
    if (status != Z_STREAM_END) return Error{Errc::malformed, "compression", "not a whole stream"};
    if (stream.avail_in != 0 && stream.avail_in != trailer)
        return Error{Errc::malformed, "compression", "bytes follow the stream"};
    return content;
}

}  // namespace

Result<Bytes> inflate_zlib(std::span<const std::uint8_t> compressed, std::size_t limit) {
    return inflated(compressed, limit, MAX_WBITS);
}

Result<Bytes> inflate_raw(std::span<const std::uint8_t> compressed, std::size_t limit, Trailer trailer) {
    return inflated(compressed, limit, -MAX_WBITS, trailer == Trailer::tolerated ? kGzipTrailerBytes : 0);
}

}  // namespace lachan::certificate
