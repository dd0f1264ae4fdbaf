#pragma once

#include <string_view>
#include <vector>

#include "declaration/triage.h"
#include "kernel/field.h"
#include "kernel/sql.h"
#include "vocab/system.h"
#include "vocab/unit.h"

namespace lachan::declaration {

// How long things count and are kept; a pack of its own in docs/RULES.md.
constexpr int kStayWindowDays = 14;         ///< "in the last 14 days"
constexpr int kValidDays = 14;              ///< then an open declaration is expired
constexpr int kPositionDays = 7;            ///< a position is kept this long, then the ward alone
constexpr int kRetentionDays = 28;          ///< identifiable this long, then counts alone
constexpr int kWithdrawalHours = 24;
constexpr int kGuardianAge = 14;            ///< somebody younger is declared for by another

/// The most stays that one declaration can tell.
constexpr std::size_t kMostPlaces = 20;

/// One place of the last 14 days: a unit of Vietnam or a country.
struct Place {
    Text place;
    Date from;
    Date to;
    Text transport;
    Text note;
};

/// The population form (DOMAIN 3.1), with its four weaknesses mended (DOMAIN 3.2). Nothing has a value until somebody gives one.
struct Population {
    Answer on_behalf;
    Text relation;
    Text full_name;
    Text id_type;
    Text id_number;
    Text birth_date;
    Text sex;
    Text nationality;
    Answer has_insurance;
    Text insurance_number;

    Text province;
    Text district;
    Text ward;
    Text address;
    Text phone;
    Text email;
    Text household_id;

    Answer travelled;
    std::vector<Place> places;

    Answer sign_fever;
    Answer sign_cough;
    Answer sign_dyspnoea;
    Answer sign_pneumonia;
    Answer sign_sore_throat;
    Answer sign_fatigue;
    Answer sign_loss_of_taste_smell;  ///< since version 2
    Answer signs_none;                ///< the explicit "none of these", kept as an act of its own
    Integer temperature_dc;
    Text temperature_source;  ///< since version 2
    Integer spo2;             ///< per cent, since version 2
    Text sign_note;

    Answer contact_case;
    Answer contact_affected_country;
    Answer contact_symptomatic;

    Text liver;
    Text blood;
    Text lung;
    Text kidney;
    Text heart;
    Text hypertension;
    Text immune_deficiency;
    Text transplant;
    Text diabetes;
    Text cancer;
    Text pregnancy;

    Answer position_consent;
    Answer data_consent;
    Answer legal_accepted;
};

/// Where the phone was, given under a consent of its own and kept for kPositionDays.
struct Position {
    Text declaration;
    Integer lat_e6;
    Integer lon_e6;
    Integer accuracy_m;
};

struct Withdrawal {
    Text declaration;
    Text reason;
};

/// What an officer did about a declaration.
struct FollowUp {
    Text declaration;
    Text action;
    Text note;
};

struct Closure {
    Text declaration;
    Text outcome;
    Text note;
};

/// The server saw the holder of the declaring device prove the phone number of this declaration by a code (DEC-1).
struct Confirmation {
    Text declaration;
};

/// The field list that `version` of `kind` was filled in with; nullptr when there is none. An old version stays for good.
const FieldList* fields_of_population(int version);
const FieldList* fields_of_position(int version);
const FieldList* fields_of_withdrawal(int version);
const FieldList* fields_of_follow_up(int version);
const FieldList* fields_of_closure(int version);
const FieldList* fields_of_confirmation(int version);

/// Rules of a body beyond its shape; see docs/RULES.md.
Violations check(const CheckInput& input);

/// The personal QR that a declaration gives (DOMAIN 2.4): the national form v1.1, whose QID is the short code of the record.
/// "" for the other kinds.
std::string card(const Record& record, bool full);

/// The judgement of a body that may still be a draft, with the unit levels that the database knows: {colour, rules, pack}.
Result<Json> preview(const CheckInput& input, Database* database);

// The rest of the port, one file each: store.cpp, queries.cpp.
Result<void> accept(Context& context, const Record& record);
Result<void> apply(Context& context, std::span<const StoredRecord> records);
Result<void> observe(Context& context, std::span<const Fact> facts);
Result<int> purge(Context& context);
Result<std::vector<Draft>> phone_confirmed(Context& context, std::string_view device, std::string_view phone);
std::span<const Query> queries();

}  // namespace lachan::declaration
