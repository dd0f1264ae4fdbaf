#pragma once

#include "riskmap/riskmap.h"

namespace lachan::riskmap {

/// A level that is to be public instead of the calculated one. The proposing officer says it, so that another one approves it.
struct Override {
    Text unit;
    Integer level;
    Text reason;
    Text document_number;
};

/// Levels of a province and of all units below it on a day: calculated, and proposed for publication.
struct Proposal {
    Text unit;
    Date day;
    Text pack;
    Integer pack_version;
    Integer data_time;  ///< ms UTC: when the latest of its figures was told, at the latest when it was calculated
    Integer due_at;     ///< ms UTC: the hour for which the server made it; unanswered: an official asked
    Text codes;         ///< the province first, blanks between
    Text levels;        ///< one sign for each code: 1 to 4, '-' not computable, '.' grey
    Text computed;      ///< the same without what authorities announced
    std::vector<Override> overrides;
};

/// The approval of a proposal, by an officer who did not prepare it.
struct Publication {
    Text unit;
    Date day;
    Text proposal;
    std::vector<Override> overrides;  ///< version 1 alone, and refused: nobody would approve them
};

const FieldList* proposal_fields(int version);
const FieldList* publication_fields(int version);

/// Minutes after midnight at UTC+7 at which levels are calculated (MAP-4).
std::span<const int> calculation_minutes();

/// The proposal for a province as the figures are now, for `day` or, without it, the last day that the province told cases of. Errc::not_found
/// with rule riskmap.unit, riskmap.no_pack, or riskmap.nothing when no figure is known: nothing dated can be proposed.
Result<Json> propose(Context& context, std::string_view province, std::optional<Day> day);

void check_proposal(const CheckInput& input, Violations& out);
void check_publication(const CheckInput& input, Violations& out);

/// Whether a proposal is what the figures give now, and whether a publication is approved by somebody else, who may. On the server: a
/// device has neither all figures nor all proposals. Rules: riskmap.stale, riskmap.due, riskmap.approval, riskmap.two_persons, riskmap.clock.
Result<void> accept_proposal(Context& context, const Record& record);
Result<void> accept_publication(Context& context, const Record& record);

Result<void> apply_proposal(Context& context, const StoredRecord& stored);
Result<void> apply_publication(Context& context, const StoredRecord& stored);

struct ProposalArguments {
    Text unit;
    Date day;
};

struct PublishedArguments {
    Text unit;
    Date day;
    Text depth;
};

/// riskmap.proposal: what `propose` says, for who may record it.
Result<Json> proposal(Context& context, const Json& arguments, Sight sight);
/// riskmap.proposals: the latest proposals of a province, each with the units whose level, overrides included, differs from the one published,
/// its publications with who prepared and who approved each, and whether the asking officer may approve; for who may record one.
Result<Json> proposals(Context& context, const Json& arguments, Sight sight);
/// riskmap.published: the levels that are public on a day: of a province, of a unit in one, or of all provinces; with `depth` of units down to
/// that level. Which publications there were of a province, and from when to when each was in force. Errc::rejected with rule riskmap.depth
/// for a level above the unit.
Result<Json> published(Context& context, const Json& arguments, Sight sight);

}  // namespace lachan::riskmap
