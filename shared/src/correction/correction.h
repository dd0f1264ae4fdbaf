#pragma once

#include <span>

#include "vocab/system.h"

/// What a citizen does about a certificate that says something wrong, and what becomes of it (VAC-12). The certificate itself is made
/// elsewhere: here is who asked for it, who took it up, and which one came of it.
namespace lachan::correction {

constexpr int kAnswerDays = 3;         ///< then a request without an end is overdue
constexpr int kRetentionDays = 28;     ///< after its end a request is kept so long, then counts alone
constexpr int kOpenRetentionDays = 730;  ///< what nobody ever ended

/// Nothing has a value until somebody gives one. The unit of the record is the commune that is to look at it.
struct Request {
    Text certificate;  ///< its number
    Text code;         ///< its text, from the wallet
    Text wrong;
    Text should_be;
    Text full_name;    ///< of who asks, as they say it: the certificate may have it wrong
    Text phone;
    Text note;
    Answer data_consent;
};

/// What an official did about a request.
struct Step {
    Text request;
    Text action;
    Text reason;           ///< read by the citizen
    Text new_certificate;  ///< number of the certificate in its place
    Text new_code;         ///< its text: what the citizen gets
};

const FieldList* fields_of_request(int version);
const FieldList* fields_of_step(int version);

Violations check(const CheckInput& input);
/// A request while another of the device for that certificate is open, a step that leads nowhere. Errc::rejected | forbidden.
Result<void> accept(Context& context, const Record& record);
Result<void> apply(Context& context, std::span<const StoredRecord> records);
Result<int> purge(Context& context);
std::span<const Query> queries();

const System& system();

}  // namespace lachan::correction
