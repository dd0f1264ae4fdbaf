// Finds the QR codes of a picture. The library finds and reads squares; what is done to the picture before is here.

#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <array>

#include "picture.h"

namespace lachan::verify {
namespace {

std::size_t area_of(int width, int height) { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }

ZXing::ImageView view_of(const Picture& picture) {
    return {picture.grey.data(), picture.width, picture.height, ZXing::ImageFormat::Lum};
}

using Codes = std::vector<std::string>;

void read(const Picture& picture, ZXing::Binarizer threshold, Codes& codes) {
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode);
    hints.setBinarizer(threshold);
    hints.setMaxNumberOfSymbols(static_cast<std::uint8_t>(kMostCodes + 1));
    for (const ZXing::Result& result : ZXing::ReadBarcodes(view_of(picture), hints)) {
        if (!result.isValid()) continue;
        const auto& bytes = result.bytes();
        std::string code(bytes.begin(), bytes.end());
        if (codes.size() <= kMostCodes && std::find(codes.begin(), codes.end(), code) == codes.end()) {
            codes.push_back(std::move(code));
        }
    }
}

/// Both ways of telling dark from light; the local one copes with shadows, the global one with blur.
void read(const Picture& picture, Codes& codes) {
    read(picture, ZXing::Binarizer::LocalAverage, codes);
    if (codes.empty()) read(picture, ZXing::Binarizer::GlobalHistogram, codes);
}

Picture inverted(Picture picture) {
    for (auto& pixel : picture.grey) pixel = static_cast<std::uint8_t>(255 - pixel);
    return picture;
}

/// The darkest and the lightest hundredth become black and white.
Picture stretched(Picture picture) {
    std::array<std::size_t, 256> histogram{};
    for (const std::uint8_t pixel : picture.grey) ++histogram[pixel];
    const std::size_t tail = picture.grey.size() / 100;
    int low = 0;
    int high = 255;
    for (std::size_t seen = histogram[0]; low < 255 && seen <= tail; seen += histogram[static_cast<std::size_t>(low)]) ++low;
    for (std::size_t seen = histogram[255]; high > 0 && seen <= tail; seen += histogram[static_cast<std::size_t>(high)]) --high;
    if (high <= low) return picture;
    for (auto& pixel : picture.grey) {
        pixel = static_cast<std::uint8_t>(std::clamp((pixel - low) * 255 / (high - low), 0, 255));
    }
    return picture;
}

/// The mean of each pixel and its eight neighbours: against noise and the lattice of a screen.
Picture smoothed(const Picture& picture) {
    Picture smooth = picture;
    for (int y = 1; y + 1 < picture.height; ++y) {
        for (int x = 1; x + 1 < picture.width; ++x) {
            int sum = 0;
            for (int dy = -1; dy <= 1; ++dy) {
                for (int dx = -1; dx <= 1; ++dx) sum += picture.grey[area_of(picture.width, y + dy) + static_cast<std::size_t>(x + dx)];
            }
            smooth.grey[area_of(picture.width, y) + static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(sum / 9);
        }
    }
    return smooth;
}

/// `numerator` / `denominator` times the size, between the four nearest pixels; smaller sizes take means over what they cover.
Picture scaled(const Picture& picture, int numerator, int denominator) {
    Picture to{std::max(1, picture.width * numerator / denominator), std::max(1, picture.height * numerator / denominator), {}};
    to.grey.resize(area_of(to.width, to.height));
    const int most_steps = std::max(1, denominator / numerator);
    for (int y = 0; y < to.height; ++y) {
        for (int x = 0; x < to.width; ++x) {
            int sum = 0;
            // Samples at a 2 x 2 (or larger) lattice within what the pixel covers.
            const int steps = 2 * most_steps;
            for (int sy = 0; sy < steps; ++sy) {
                for (int sx = 0; sx < steps; ++sx) {
                    const int from_x = (x * steps + sx) * denominator / (numerator * steps);
                    const int from_y = (y * steps + sy) * denominator / (numerator * steps);
                    sum += picture.grey[area_of(picture.width, std::min(from_y, picture.height - 1)) +
                                        static_cast<std::size_t>(std::min(from_x, picture.width - 1))];
                }
            }
            to.grey[area_of(to.width, y) + static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(sum / (steps * steps));
        }
    }
    return to;
}

/// White all round: codes that touch the edge have no quiet zone.
Picture framed(const Picture& picture) {
    const int frame = std::max(16, std::min(picture.width, picture.height) / 12);
    Picture to{picture.width + 2 * frame, picture.height + 2 * frame, {}};
    to.grey.assign(area_of(to.width, to.height), 255);
    for (int y = 0; y < picture.height; ++y) {
        const auto row = picture.grey.begin() + static_cast<std::ptrdiff_t>(area_of(picture.width, y));
        std::copy(row, row + picture.width, to.grey.begin() + static_cast<std::ptrdiff_t>(area_of(to.width, y + frame)) + frame);
    }
    return to;
}

Picture part_of(const Picture& picture, int left, int top, int width, int height) {
    Picture part{width, height, {}};
    part.grey.reserve(area_of(width, height));
    for (int y = top; y < top + height; ++y) {
        const auto row = picture.grey.begin() + static_cast<std::ptrdiff_t>(area_of(picture.width, y)) + left;
        part.grey.insert(part.grey.end(), row, row + width);
    }
    return part;
}

bool may_grow(const Picture& picture, int factor) {
    return static_cast<std::int64_t>(picture.width) * picture.height * factor * factor <= kMostPixels;
}

/// Half the picture at a time, in nine places that overlap: a small code on a large, busy page.
void read_parts(const Picture& picture, Codes& codes) {
    const int width = picture.width / 2;
    const int height = picture.height / 2;
    if (width < 100 || height < 100) return;
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) {
            const Picture part = part_of(picture, column * width / 2, row * height / 2, width, height);
            read(stretched(part), codes);
            if (codes.empty() && may_grow(part, 2)) read(scaled(part, 2, 1), codes);
        }
    }
}

}  // namespace

std::vector<std::string> codes_in(const Picture& picture) {
    Codes codes;
    read(picture, codes);
    if (codes.empty()) read(framed(picture), codes);
    if (codes.empty()) read(stretched(picture), codes);
    if (codes.empty()) read(inverted(picture), codes);
    if (codes.empty() && picture.width >= 300) read(scaled(picture, 1, 2), codes);
    if (codes.empty()) read(smoothed(picture), codes);
    if (codes.empty() && may_grow(picture, 2)) read(scaled(picture, 2, 1), codes);
    if (codes.empty() && may_grow(picture, 2)) read(smoothed(scaled(picture, 2, 1)), codes);
    if (codes.empty() && may_grow(picture, 3)) read(scaled(picture, 3, 1), codes);
    if (codes.empty() && picture.width >= 300) read(smoothed(scaled(picture, 2, 3)), codes);
    if (codes.empty()) read_parts(picture, codes);
    return codes;
}

}  // namespace lachan::verify
