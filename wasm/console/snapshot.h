#pragma once

#include <cstdint>
#include <span>

#include "kernel/result.h"
#include "shown.h"

namespace lachan::console {

/// The parts of a message of the page, each a tag, its size in bytes and its content; a message holds any of them, each once.
enum class Part : std::uint32_t { state = 1, words, theme, layers, rules, series, units };

constexpr std::uint32_t kMagic = 0x3143434c;  ///< "LCC1" as bytes
constexpr std::size_t kMostBytes = 4 << 20;

/// Takes the parts of a message into `shown`: all of them or, when any is wrong, none. Numbers are little-endian words of 32 bits, texts
/// their length and UTF-8 filled up to such a word. The writer is web/src/riskmap/console/snapshot.ts.
/// Errc::malformed with rule console.snapshot; the detail names the field.
Result<void> read_snapshot(std::span<const std::uint8_t> message, Shown& shown);

}  // namespace lachan::console
