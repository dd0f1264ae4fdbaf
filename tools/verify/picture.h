#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::verify {

// CERTIFICATES section 9: what a phone makes, and no more.
constexpr std::size_t kMostPictureBytes = 8 * 1024 * 1024;
constexpr std::int64_t kMostPixels = 12'000'000;
constexpr std::size_t kMostCodes = 16;

/// Luminance, row by row, one byte a pixel: 0 is black.
struct Picture {
    int width = 0;
    int height = 0;
    Bytes grey;
};

enum class FileKind { text, png, jpeg, pdf, other_picture };

/// Told by the first bytes, never by the name.
FileKind kind_of(std::span<const std::uint8_t> file);

/// The pictures of a file: one of a PNG or JPEG, the pages of a PDF. Transparency is white.
/// Errc::rejected with rule picture.size beyond the limits, Errc::malformed with rule picture.format for what cannot be read.
Result<std::vector<Picture>> read_pictures(std::span<const std::uint8_t> file);

/// The contents of all QR codes in a picture, each once, as the bytes the code holds; one more than kMostCodes says that there are
/// more. The library is asked first; when it sees nothing the picture is prepared in other ways, the cheap ones first: another
/// threshold, stretched contrast, inverted, smoothed, another size, parts.
std::vector<std::string> codes_in(const Picture& picture);

}  // namespace lachan::verify
