#include "picture.h"

#include <zlib.h>

#include <string>
#include <variant>

#include "qr/draw.h"
#include "qr/scan.h"

namespace lachan::trust {
namespace {

constexpr int kQuietZone = 4;

void append_number(Bytes& out, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(number >> shift & 0xff));
}

/// PNG specification, section 5.3: length, type, data, and a CRC over type and data.
void append_chunk(Bytes& out, std::string_view type, const Bytes& data) {
    append_number(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t begin = out.size();
    out.insert(out.end(), type.begin(), type.end());
    out.insert(out.end(), data.begin(), data.end());
    append_number(out, static_cast<std::uint32_t>(crc32(0, out.data() + begin, static_cast<uInt>(out.size() - begin))));
}

Bytes deflated(const Bytes& data) {
    uLongf size = compressBound(static_cast<uLong>(data.size()));
    Bytes compressed(size);
    if (compress2(compressed.data(), &size, data.data(), static_cast<uLong>(data.size()), 9) != Z_OK) return {};
    compressed.resize(size);
    return compressed;
}

/// Our own codes are printed small (DOMAIN 2.4): less is spent on spots.
qr::Correction correction_for(std::string_view text) {
    const auto scanned = qr::scan(text);
    const bool is_own = scanned && (std::holds_alternative<qr::Credential>(*scanned) || std::holds_alternative<qr::LocationCode>(*scanned));
    return is_own ? qr::Correction::medium : qr::Correction::quartile;
}

}  // namespace

Bytes qr_picture(std::string_view text, int scale) {
    const auto modules = qr::draw(text, correction_for(text));
    if (!modules) return {};
    const int side = (modules->size + 2 * kQuietZone) * scale;
    const auto is_dark = [&modules](int row, int column) {
        const bool is_inside = row >= 0 && column >= 0 && row < modules->size && column < modules->size;
        return is_inside && modules->dark(row, column);
    };
    // One filter byte a row, then eight pixels a byte; 1 is white.
    Bytes rows;
    for (int y = 0; y < side; ++y) {
        rows.push_back(0);
        for (int x = 0; x < side; x += 8) {
            int byte = 0;
            for (int bit = 0; bit < 8; ++bit) {
                byte = byte << 1 | (is_dark(y / scale - kQuietZone, (x + bit) / scale - kQuietZone) ? 0 : 1);
            }
            rows.push_back(static_cast<std::uint8_t>(byte));
        }
    }
    Bytes header;
    append_number(header, static_cast<std::uint32_t>(side));
    append_number(header, static_cast<std::uint32_t>(side));
    header.insert(header.end(), {1, 0, 0, 0, 0});  // one bit of grey
    Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    append_chunk(png, "IHDR", header);
    append_chunk(png, "IDAT", deflated(rows));
    append_chunk(png, "IEND", {});
    return png;
}

std::string qr_drawing(std::string_view text) {
    const auto modules = qr::draw(text, correction_for(text));
    if (!modules) return {};
    const std::string side = std::to_string(modules->size + 2 * kQuietZone);
    std::string path;
    for (int row = 0; row < modules->size; ++row) {
        for (int column = 0; column < modules->size; ++column) {
            if (!modules->dark(row, column)) continue;
            path += "M" + std::to_string(column + kQuietZone) + " " + std::to_string(row + kQuietZone) + "h1v1h-1z";
        }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
           "\" shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"" + path + "\"/></svg>\n";
}

}  // namespace lachan::trust
