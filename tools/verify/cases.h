#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/revocation.h"
#include "kernel/json.h"
#include "kernel/time.h"
#include "score.h"

/// One function for each form of corpus file. They fill in a Scored, or say why not.
namespace lachan::verify {

void score_dcc(World& world, const Json& row, Scored& scored);
void score_qa(World& world, const Json& row, Scored& scored);
void score_2dcode(World& world, const Json& row, Scored& scored);
void score_picture(World& world, const Json& row, Scored& scored);
void score_schema(World& world, const Json& row, Scored& scored);
void score_certlogic(World& world, const Json& row, Scored& scored);
void score_certlogic_validation(World& world, const Json& row, Scored& scored);
void score_rule_test(World& world, const Json& row, Scored& scored);
void score_health_card(World& world, const Json& row, Scored& scored);
void score_other_format(World& world, const Json& row, Scored& scored);
void score_forged(World& world, const Json& row, Scored& scored);

/// A whole float and its integer are one number in JSON, not in our library.
bool is_same_json(const Json& left, const Json& right);

/// What a core says of one text.
struct Seen {
    Json inspection;
    Json verdict;

    const Json& axis(const char* name) const { return at(at(verdict, "axes"), name); }
    bool passes(const char* name) const { return text_at(axis(name), "state") == "pass"; }
    bool has_reason(std::initializer_list<const char*> codes) const;
};

/// What a case changes of how it is judged.
struct Terms {
    Instant now;
    /// Accept a P-384 key under the algorithm of P-256.
    bool tolerates_key = false;
};

/// Inspects, proves and judges `text` with `trust`, what `revoked` says (when it is not null) and nothing else.
Result<Seen> look_at(World& world, std::string_view text, const certificate::TrustBundle& trust, const Terms& terms,
                     const certificate::RevocationSet* revoked = nullptr);

/// A list that is never stale, of these signers.
certificate::TrustBundle list_of(std::vector<certificate::Signer> signers);

/// The rows of ../shared/<name> beside the file of the cases, {} when it is not there.
const Json& side_rows(World& world, const std::string& name);
const Json& side_document(World& world, const std::string& name);

/// The bytes of a file beside that of the cases. Errc::not_found, or Errc::rejected for a path that leads out of its folder.
Result<Bytes> side_bytes(const World& world, const std::string& name);

/// Reads 2021-06-03T08:58:23Z, with or without a fraction and a zone.
std::optional<Instant> clock_of(std::string_view text);

}  // namespace lachan::verify
