// Revocation sets and filters from outside: what is accepted has one writing, and any question gets an answer.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "certificate/revocation_filter.h"
#include "certificate/revocation_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan;
    using namespace lachan::certificate;
    const std::span input(data, size);
    const Bytes element = revocation_entry(input.first(std::min<std::size_t>(size, 8)));
    if (const auto filter = BloomFilter::read(input)) static_cast<void>(filter->may_contain(element));
    if (const auto filter = PartialHashes::read(input); filter && filter->is_sorted())
        static_cast<void>(filter->may_contain(element));
    if (const auto json = parse_json({reinterpret_cast<const char*>(data), size})) {
        static_cast<void>(card_list_from_json(*json, Instant{0}, Instant{1}));
        static_cast<void>(list_from_eu_batch(*json, Instant{0}, Instant{1}));
    }
    auto set = RevocationSet::parse(input);
    if (!set) return 0;
    const Bytes again = to_bytes(*set);
    if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) std::abort();
    for (const RevocationList& list : set->lists) {
        RevocationQuery query;
        query.scheme = list.scheme;
        query.kid = query.authority_key = list.key;
        query.country = list.country;
        query.uvcis = {"URN:UVCI:01:VN:1#2"};
        query.signature = element;
        query.rid = query.id = "abc";
        query.serial = {1};
        const Axis axis = revocation_of(query, &*set, Instant{1'750'000'000'000});
        if (axis.state == State::not_applicable || (axis.state != State::pass && axis.reasons.empty())) std::abort();
    }
    set->drop_expired(Instant{1'750'000'000'000});
    return 0;
}
