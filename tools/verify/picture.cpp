#include "picture.h"

#include <png.h>
#include <poppler-document.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>
#include <turbojpeg.h>

#include <array>
#include <cmath>
#include <memory>
#include <string_view>

namespace lachan::verify {
namespace {

constexpr int kMostPages = 16;
/// A code of 100 modules on 5 cm then has 4 pixels a module.
constexpr double kPageDpi = 200;

Error too_large(const char* detail) { return Error{Errc::rejected, "picture.size", detail}; }
Error malformed(const char* detail) { return Error{Errc::malformed, "picture.format", detail}; }

Result<void> check_size(std::int64_t width, std::int64_t height) {
    if (width < 1 || height < 1) return malformed("a picture without pixels");
    if (width > kMostPixels || height > kMostPixels || width * height > kMostPixels) {
        return too_large("more than 12 megapixels");
    }
    return {};
}

std::size_t area_of(int width, int height) { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }

Result<Picture> read_png(std::span<const std::uint8_t> file) {
    struct Free {
        void operator()(png_image* image) const { png_image_free(image); }
    };
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const std::unique_ptr<png_image, Free> owner(&image);
    if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) return malformed("a broken PNG");
    TRY(check_size(image.width, image.height));
    image.format = PNG_FORMAT_GRAY;
    Picture picture{static_cast<int>(image.width), static_cast<int>(image.height), {}};
    picture.grey.resize(area_of(picture.width, picture.height));
    const png_color white{255, 255, 255};
    if (png_image_finish_read(&image, &white, picture.grey.data(), picture.width, nullptr) == 0) {
        return malformed("a broken PNG");
    }
    return picture;
}

Result<Picture> read_jpeg(std::span<const std::uint8_t> file) {
    struct Free {
        void operator()(void* handle) const { tjDestroy(handle); }
    };
    const std::unique_ptr<void, Free> reader(tjInitDecompress());
    if (reader == nullptr) return Error{Errc::unavailable, "picture.format", "no JPEG reader"};
    const auto size = static_cast<unsigned long>(file.size());
    int width = 0;
    int height = 0;
    int sampling = 0;
    int colours = 0;
    if (tjDecompressHeader3(reader.get(), file.data(), size, &width, &height, &sampling, &colours) != 0) {
        return malformed("a broken JPEG");
    }
    TRY(check_size(width, height));
    Picture picture{width, height, Bytes(area_of(width, height))};
    // A warning (cut off, damaged) leaves a picture that may still show its code.
    const int status =
        tjDecompress2(reader.get(), file.data(), size, picture.grey.data(), width, 0, height, TJPF_GRAY, 0);
    if (status != 0 && tjGetErrorCode(reader.get()) == TJERR_FATAL) return malformed("a broken JPEG");
    return picture;
}

/// Rec. 601 weights, as the readers of PNG and JPEG use them.
std::uint8_t luminance(int red, int green, int blue) {
    return static_cast<std::uint8_t>((299 * red + 587 * green + 114 * blue) / 1000);
}

Result<Picture> grey_of(const poppler::image& page) {
    Picture picture{page.width(), page.height(), {}};
    picture.grey.reserve(area_of(picture.width, picture.height));
    if (page.format() != poppler::image::format_argb32 && page.format() != poppler::image::format_rgb24) {
        return malformed("a page that cannot be drawn");
    }
    const int bytes_a_pixel = page.format() == poppler::image::format_argb32 ? 4 : 3;
    for (int y = 0; y < picture.height; ++y) {
        const char* row = page.const_data() + static_cast<std::ptrdiff_t>(y) * page.bytes_per_row();
        for (int x = 0; x < picture.width; ++x) {
            const auto* at = reinterpret_cast<const unsigned char*>(row + x * bytes_a_pixel);
            // poppler keeps 32-bit pixels in the order of the machine: blue first on ours.
            picture.grey.push_back(luminance(at[2], at[1], at[0]));
        }
    }
    return picture;
}

Result<std::vector<Picture>> read_pdf(std::span<const std::uint8_t> file) {
    const auto* data = reinterpret_cast<const char*>(file.data());
    const std::unique_ptr<poppler::document> document(
        poppler::document::load_from_raw_data(data, static_cast<int>(file.size())));
    if (document == nullptr || document->is_locked()) return malformed("a broken or locked PDF");
    if (document->pages() > kMostPages) return too_large("more than 16 pages");
    poppler::page_renderer renderer;
    renderer.set_render_hint(poppler::page_renderer::antialiasing);
    renderer.set_image_format(poppler::image::format_argb32);
    std::vector<Picture> pages;
    for (int i = 0; i < document->pages(); ++i) {
        const std::unique_ptr<poppler::page> page(document->create_page(i));
        if (page == nullptr) continue;
        const poppler::rectf size = page->page_rect();
        TRY(check_size(std::llround(size.width() * kPageDpi / 72), std::llround(size.height() * kPageDpi / 72)));
        pages.push_back(TRY(grey_of(renderer.render_page(page.get(), kPageDpi, kPageDpi))));
    }
    return pages;
}

bool starts_with(std::span<const std::uint8_t> file, std::string_view magic) {
    return file.size() >= magic.size() &&
           std::string_view(reinterpret_cast<const char*>(file.data()), magic.size()) == magic;
}

}  // namespace

FileKind kind_of(std::span<const std::uint8_t> file) {
    if (starts_with(file, "\x89PNG\r\n\x1a\n")) return FileKind::png;
    if (starts_with(file, "\xff\xd8\xff")) return FileKind::jpeg;
    if (starts_with(file, "%PDF-")) return FileKind::pdf;
    const std::array others{"GIF8", "RIFF", "BM", "II*", "MM"};
    for (const char* magic : others) {
        if (starts_with(file, magic)) return FileKind::other_picture;
    }
    return FileKind::text;
}

Result<std::vector<Picture>> read_pictures(std::span<const std::uint8_t> file) {
    if (file.size() > kMostPictureBytes) return too_large("a file of more than 8 MiB");
    switch (kind_of(file)) {
        case FileKind::png: return std::vector<Picture>{TRY(read_png(file))};
        case FileKind::jpeg: return std::vector<Picture>{TRY(read_jpeg(file))};
        case FileKind::pdf: return read_pdf(file);
        case FileKind::text:
        case FileKind::other_picture: break;
    }
    return malformed("neither PNG, JPEG nor PDF");
}

}  // namespace lachan::verify
