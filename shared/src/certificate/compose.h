#pragma once

#include <span>
#include <string>
#include <string_view>

#include "certificate/rules.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::certificate {

/// A business rule from what somebody fills into a template, in the form in which rules are handed out. {"template", "type"?, "country"?}
/// and what the template asks:
///     doseAge         scope (any, primary, booster), bound (atMost, atLeast), amount, unit (day, month)
///     doseCount       bound (atMost, atLeast), amount
///     product         bound (among, notAmong), codes
///     testAge         scope (any, naat, rapid), amount, unit (hour, day)
///     testType        codes
///     recoveryWindow  amount, until, unit (day, month): not before the one, not after the other
/// `type` is acceptance (asked by the verifier's country) or invalidation (by the issuer's); `country` is that country, VN by default.
/// In force from the beginning of the day of `now`, without an end, marked toConfirm; Description is for whoever puts words to it.
/// Errc::rejected with rule rules.draft, `detail` the member that is missing, wrong or not asked.
Result<Json> compose_rule(const Json& draft, std::string_view identifier, Instant now);

/// An identifier for a rule of `draft` that is in none of `taken`: VR-VN-9001. "" when all are.
std::string free_identifier(const Json& draft, std::span<const std::string> taken);

}  // namespace lachan::certificate
