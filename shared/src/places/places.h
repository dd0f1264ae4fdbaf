#pragma once

#include <span>
#include <string_view>

#include "places/shape.h"
#include "vocab/system.h"

/// Zones that officials draw (lock-downs, hamlets) and places that people look for (where a patient was, where to be tested), on the map
/// and in lists. What is published holds nobody's data: the public sees all of it.
namespace lachan::places {

/// A zone, a place, or what takes one back: records of the three kinds have the same parts, under names of their own.
struct Mark {
    Text unit;   ///< district or commune
    Text type;
    Text name;
    Text shape;  ///< corners of a zone, or the one position of a place (shape.h)
    Integer level;  ///< of a zone, 1 to 4
    Date from;
    Date until;  ///< last day; none: until further notice
    Text from_time;  ///< of a visit, HH:MM
    Text until_time;
    Text reason;  ///< why a zone is drawn or something taken back; a note on a place
    Text document_number;
    Text record;  ///< the one that a withdrawal takes back, as if it had never been said
};

/// How long a visited place is shown after its last day: who was there may fall ill for so long.
constexpr std::int32_t kExposureDays = 14;

Violations check(const CheckInput& input);
/// Corrections stay in their unit; and whoever draws a zone must also read what it rests on. Errc::rejected | forbidden.
Result<void> accept(Context& context, const Record& record);
Result<void> apply(Context& context, std::span<const StoredRecord> records);
std::span<const Query> queries();

const FieldList* fields_of_zone(int version);
const FieldList* fields_of_place(int version);
const FieldList* fields_of_withdrawal(int version);

const System& system();

}  // namespace lachan::places
