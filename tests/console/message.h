#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot.h"

namespace lachan::console {

/// Writes messages as the page does, and wrong ones as it never would.
class Message {
public:
    Message() { number(kMagic); }

    Message& number(std::uint32_t value) {
        for (int shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
        return *this;
    }
    Message& integer(std::int32_t value) { return number(static_cast<std::uint32_t>(value)); }
    Message& real(float value) {
        std::uint32_t word;
        std::memcpy(&word, &value, sizeof word);
        return number(word);
    }
    Message& text(std::string_view value) {
        number(static_cast<std::uint32_t>(value.size()));
        for (const char letter : value) bytes_.push_back(static_cast<std::uint8_t>(letter));
        while (bytes_.size() % 4 != 0) bytes_.push_back(0);
        return *this;
    }
    /// Begins a part; `end` fills in its size.
    Message& part(Part tag) {
        number(static_cast<std::uint32_t>(tag)).number(0);
        begin_ = bytes_.size();
        return *this;
    }
    Message& end() {
        const auto size = static_cast<std::uint32_t>(bytes_.size() - begin_);
        for (std::size_t i = 0; i < 4; ++i) bytes_[begin_ - 4 + i] = static_cast<std::uint8_t>(size >> (8 * i));
        return *this;
    }

    Message& state(std::int32_t day, std::int32_t first, std::int32_t last, std::uint32_t layer = 0, std::int32_t selected = -1) {
        return part(Part::state).integer(day).integer(first).integer(last).number(layer).integer(selected).number(0).end();
    }
    Message& layers(std::initializer_list<std::string_view> names) {
        part(Part::layers).number(static_cast<std::uint32_t>(names.size()));
        for (const auto name : names) text(name).text("");
        return end();
    }
    Message& threshold(float value, float low, float high, float step) {
        return part(Part::rules).text("pack").text("").number(1).number(1).text("limit").text("").real(20).real(value).real(low).real(high).real(step).number(0).end();
    }
    Message& words(std::size_t without = kWords) {
        part(Part::words).number(static_cast<std::uint32_t>(without < kWords ? kWords - 1 : kWords));
        for (std::size_t i = 0; i < kWords; ++i)
            if (i != without) text(name_of(static_cast<Word>(i))).text("từ");
        return end();
    }

    std::vector<std::uint8_t>& bytes() { return bytes_; }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t begin_ = 0;
};

}  // namespace lachan::console
