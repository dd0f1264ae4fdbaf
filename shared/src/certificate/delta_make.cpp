// Finding what a new bundle shares with the old one: at each place the longest run that the old one has too.

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "certificate/delta.h"
#include "certificate/delta_form.h"
#include "certificate/octets.h"

namespace lachan::certificate {
namespace {

/// A shorter run is not worth a copy. Kids have 8 bytes and hashes 16, so that a moved signer is found.
constexpr std::size_t kWindow = 12;
constexpr std::size_t kMostCandidates = 32;

using Places = std::vector<std::pair<std::uint64_t, std::size_t>>;

std::uint64_t window_at(std::span<const std::uint8_t> data, std::size_t at) {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, data.data() + at, sizeof low);
    std::memcpy(&high, data.data() + at + sizeof low, sizeof high);
    return (low ^ (static_cast<std::uint64_t>(high) << 32 | high)) * 0x9e3779b97f4a7c15ULL;
}

Places places_of(std::span<const std::uint8_t> base) {
    Places places;
    for (std::size_t at = 0; at + kWindow <= base.size(); ++at) places.emplace_back(window_at(base, at), at);
    std::sort(places.begin(), places.end());
    return places;
}

std::size_t shared_run(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
    const std::size_t most = std::min(left.size(), right.size());
    std::size_t run = 0;
    while (run < most && left[run] == right[run]) ++run;
    return run;
}

struct Run {
    std::size_t source = 0;
    std::size_t length = 0;
};

/// The longest run of the base that stands at `at` of the target; going on where the last copy ended wins a tie.
Run longest_run(std::span<const std::uint8_t> base, const Places& places, std::span<const std::uint8_t> rest,
                std::size_t expected) {
    Run best;
    const auto consider = [&](std::size_t source) {
        const std::size_t length = shared_run(base.subspan(source), rest);
        if (length > best.length) best = {source, length};
    };
    if (expected < base.size()) consider(expected);
    if (rest.size() < kWindow) return best;
    const std::uint64_t wanted = window_at(rest, 0);
    auto found = std::lower_bound(places.begin(), places.end(), std::pair(wanted, std::size_t{0}));
    for (std::size_t i = 0; i < kMostCandidates && found != places.end() && found->first == wanted; ++i, ++found)
        consider(found->second);
    return best;
}

}  // namespace

Bytes make_delta(std::span<const std::uint8_t> base, std::span<const std::uint8_t> target) {
    Bytes out(kDeltaMagic.begin(), kDeltaMagic.end());
    put_number(out, kDeltaVersion, 1);
    put_bytes(out, sha256(base));
    put_bytes(out, sha256(target));
    put_varint(out, target.size());
    const Places places = places_of(base);
    std::size_t pending = 0;  // where what must be inserted begins
    std::size_t source = 0;
    const auto insert_until = [&](std::size_t end) {
        if (end == pending) return;
        put_varint(out, static_cast<std::uint64_t>(end - pending) << 1);
        put_bytes(out, target.subspan(pending, end - pending));
    };
    for (std::size_t at = 0; at < target.size();) {
        // Beside an insert the old bundle most likely goes on at the same distance.
        const Run run = longest_run(base, places, target.subspan(at), source + (at - pending));
        if (run.length < kWindow) {
            ++at;
            continue;
        }
        insert_until(at);
        put_varint(out, static_cast<std::uint64_t>(run.length) << 1 | 1);
        const auto distance = static_cast<std::int64_t>(run.source) - static_cast<std::int64_t>(source);
        put_varint(out, static_cast<std::uint64_t>(distance) << 1 ^ static_cast<std::uint64_t>(distance >> 63));
        source = run.source + run.length;
        at += run.length;
        pending = at;
    }
    insert_until(target.size());
    return out;
}

}  // namespace lachan::certificate
