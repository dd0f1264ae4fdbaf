#include "riskmap/publish.h"

#include <algorithm>
#include <set>

#include "riskmap/counts.h"
#include "riskmap/drill.h"
#include "riskmap/workshop.h"

namespace lachan {

template <>
const FieldList& fields_of<riskmap::Override>() {
    using riskmap::Override;
    static const FieldList kFields{{
        field<&Override::unit>("unit").unit().required(),
        field<&Override::level>("level").required().within(1, 4).rule("riskmap.level"),
        field<&Override::reason>("reason").required().within(1, 1'000).control("textarea"),
        field<&Override::document_number>("documentNumber").required().within(1, 100),
    }};
    return kFields;
}

}  // namespace lachan

namespace lachan::riskmap {
namespace {

constexpr int kMinutes[] = {8 * 60, 13 * 60, 20 * 60};
constexpr std::int64_t kVietnamMs = 7 * 3'600'000;
constexpr std::int64_t kMostSkewMs = 5 * 60'000;  ///< between the clocks of an officer and of the server: time to sign and send, not to wait
constexpr std::size_t kMostUnits = 4'000;
constexpr std::int64_t kMostOverrides = 500;
constexpr int kShownProposals = 20;
constexpr std::int64_t kShownPublications = 60;

/// A publication that counts.
struct Published {
    std::string record;
    std::int64_t from = 0;
    Day day;
    std::optional<std::int64_t> until;  ///< when a newer one took its place
};

/// Of a row p of riskmap_approved, what Published holds: in force until the first that came later about the same day or a later one.
std::string select_published(std::string_view rest) {
    return "SELECT p.record_id, p.received_at, p.day, (SELECT min(n.received_at) FROM riskmap_approved n WHERE n.province = p.province "
           "AND n.day >= p.day AND n.received_at >= p.received_at "
           "AND (n.day, n.received_at, n.record_id) > (p.day, p.received_at, p.record_id))" +
           std::string(rest);
}

Published published_of(const Row& row) {
    Published one{std::string(row.text(0)), row.integer(1), Day{static_cast<std::int32_t>(row.integer(2))}, {}};
    if (!row.is_null(3)) one.until = row.integer(3);
    return one;
}

/// Those of a province about `day` or a day before it, the one in force first: by the day they are about, then by when they came.
Result<std::vector<Published>> read_published(Context& context, std::string_view province, Day day, std::int64_t most) {
    std::vector<Published> out;
    static const std::string kSql = select_published(" FROM riskmap_approved p WHERE p.province = ?1 AND p.day <= ?2 "
                                                     "ORDER BY p.day DESC, p.received_at DESC, p.record_id DESC LIMIT ?3");
    TRY(context.database.read(kSql, {province, std::int64_t{day.days}, most}, [&](const Row& row) {
        out.push_back(published_of(row));
        return Next::row;
    }));
    return out;
}

/// Codes with their signs.
struct Signs {
    std::vector<std::string_view> codes;  ///< views into what was split
    std::string levels;

    Signs(std::string_view text, std::string_view signs) : levels(signs) {
        while (!text.empty()) {
            const std::size_t end = std::min(text.find(' '), text.size());
            codes.push_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    std::size_t find(std::string_view code) const {
        return static_cast<std::size_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
    }
};

/// The texts of one publication, its overrides over the levels proposed.
struct Shown {
    std::string codes, levels, overrides, pack;
    std::int64_t pack_version = 0, data_time = 0;
};

void lay_over(Signs& signs, const Json& overrides) {
    for (const Json& one : overrides) {
        const std::size_t place = signs.find(text_at(one, "unit"));
        const Json& level = at(one, "level");
        if (place < signs.levels.size() && level.is_number_integer()) signs.levels[place] = static_cast<char>('0' + level.get<int>());
    }
}

Shown shown_of(const Row& row, int first) {
    return {std::string(row.text(first)),     std::string(row.text(first + 1)), std::string(row.text(first + 2)),
            std::string(row.text(first + 3)), row.integer(first + 4),           row.integer(first + 5)};
}

Result<void> lay_over(Shown& shown) {
    Signs signs(shown.codes, shown.levels);
    lay_over(signs, TRY(parse_json(shown.overrides)));
    shown.levels = std::move(signs.levels);
    return {};
}

Result<Shown> read_shown(Context& context, std::string_view province, std::string_view publication) {
    Shown out;
    TRY(context.database.read("SELECT codes, levels, overrides, pack, pack_version, data_time FROM riskmap_approved WHERE province = ?1 AND record_id = ?2",
                              {province, publication}, [&](const Row& row) {
                                  out = shown_of(row, 0);
                                  return Next::stop;
                              }));
    TRY(lay_over(out));
    return out;
}

Json times_of(const Published& one) {
    Json out = Json::object();
    out["record"] = one.record;
    out["day"] = to_string(one.day);
    out["validFrom"] = one.from;
    out["validTo"] = one.until ? Json(*one.until) : Json(nullptr);
    return out;
}

/// What is public of a province, or of one unit of it with all below, down to `depth` (0: to the last).
Result<Json> describe_published(Context& context, std::string_view province, std::string_view unit, int depth, const Published& one, const Shown& shown) {
    const Signs signs(shown.codes, shown.levels);
    std::string codes, levels;
    for (std::size_t i = 0; i < signs.codes.size() && i < signs.levels.size(); ++i) {
        if (depth != 0 && level_of_code(signs.codes[i]) > depth) continue;
        if (unit != province && !context.units.covers(unit, signs.codes[i], one.day)) continue;
        codes += (codes.empty() ? "" : " ") + std::string(signs.codes[i]);
        levels += signs.levels[i];
    }
    Json overrides = Json::array();
    for (const Json& override_ : TRY(parse_json(shown.overrides))) {
        const std::string_view changed = text_at(override_, "unit");
        if (depth != 0 && level_of_code(changed) > depth) continue;
        if (unit == province || context.units.covers(unit, changed, one.day)) overrides.push_back(override_);
    }
    Json out = times_of(one);
    out["unit"] = province;
    out["pack"] = shown.pack;
    out["packVersion"] = shown.pack_version;
    out["dataTime"] = shown.data_time;
    out["codes"] = std::move(codes);
    out["levels"] = std::move(levels);
    out["overrides"] = std::move(overrides);
    return out;
}

/// What is public of the provinces in one statement: the one in force of each, by the order of the index, and its texts.
Result<Json> published_of_nation(Context& context, Day day, int depth) {
    struct Found {
        std::string province;
        Published one;
        Shown shown;
    };
    std::vector<Found> found;
    static const std::string kSql =
        select_published(", p.codes, p.levels, p.overrides, p.pack, p.pack_version, p.data_time, p.province "
                         "FROM (SELECT u.province, (SELECT a.record_id FROM riskmap_approved a WHERE a.province = u.province AND a.day <= ?1 "
                         "ORDER BY a.day DESC, a.received_at DESC, a.record_id DESC LIMIT 1) AS record_id "
                         "FROM (SELECT DISTINCT province FROM riskmap_publication) u) l "
                         "JOIN riskmap_approved p ON p.province = l.province AND p.record_id = l.record_id ORDER BY p.province");
    TRY(context.database.read(kSql, {std::int64_t{day.days}}, [&](const Row& row) {
        found.push_back({std::string(row.text(10)), published_of(row), shown_of(row, 4)});
        return Next::row;
    }));
    Json list = Json::array();
    for (Found& each : found) {
        if (!context.units.find(each.province, day)) continue;  // merged into another one since
        TRY(lay_over(each.shown));
        list.push_back(TRY(describe_published(context, each.province, each.province, depth, each.one, each.shown)));
    }
    return list;
}

/// Who made and who approved what was public of a province, the one in force first: for officials alone.
Result<Json> described_history(Context& context, std::string_view province) {
    struct Found {
        Json entry;
        Shown shown;
    };
    std::vector<Found> found;
    static const std::string kSql =
        select_published(", p.codes, p.levels, p.overrides, p.pack, p.pack_version, p.data_time, b.author, q.author "
                         "FROM riskmap_approved p JOIN riskmap_publication b ON b.province = p.province AND b.record_id = p.record_id "
                         "JOIN riskmap_proposal q ON q.province = p.province AND q.record_id = p.proposal "
                         "WHERE p.province = ?1 ORDER BY p.day DESC, p.received_at DESC, p.record_id DESC LIMIT ?2");
    TRY(context.database.read(kSql, {province, kShownPublications}, [&](const Row& row) {
        Found one{times_of(published_of(row)), shown_of(row, 4)};
        one.entry["approvedBy"] = row.text(10);
        one.entry["preparedBy"] = row.text(11);
        found.push_back(std::move(one));
        return Next::row;
    }));
    Json list = Json::array();
    for (Found& each : found) {
        TRY(lay_over(each.shown));
        each.entry["pack"] = each.shown.pack;
        each.entry["packVersion"] = each.shown.pack_version;
        each.entry["dataTime"] = each.shown.data_time;
        each.entry["level"] = each.shown.levels.substr(0, 1);  // the province comes first
        list.push_back(std::move(each.entry));
    }
    return list;
}

/// The last day up to today of which the province told cases, itself or by any unit below: whoever stops telling dates nothing.
Result<std::optional<Day>> last_day(Context& context, std::string_view province) {
    std::optional<Day> last;
    TRY(context.database.read("SELECT max(day) FROM riskmap_count WHERE province = ?1 AND measure = 'cases' AND day <= ?2",
                              {province, std::int64_t{day_in_vietnam(context.now).days}}, [&](const Row& row) {
                                  if (!row.is_null(0)) last = Day{static_cast<std::int32_t>(row.integer(0))};
                                  return Next::stop;
                              }));
    return last;
}

bool are_signs(std::string_view text, std::size_t count) {
    return text.size() == count && text.find_first_not_of("1234-.") == std::string_view::npos;
}

Error refused(const char* rule, const char* why) { return {Errc::rejected, rule, why}; }

/// An officer's word is of the moment at which it comes: the day before, or the day to come, would be another one's.
Result<void> check_clock(const Context& context, const Record& record) {
    if (std::abs(record.made_at.ms - context.now.ms) > kMostSkewMs) return refused("riskmap.clock", "made at another time than now");
    return {};
}

/// By which it stands in its order: on a device, which was not there when the server received it, when it was made.
std::int64_t time_of(const Context& context, const StoredRecord& stored) {
    return context.side == Side::server ? stored.received_at.ms : stored.record.made_at.ms;
}

std::string overrides_of(const StoredRecord& stored) {
    const Json& listed = at(stored.record.body, "overrides");
    return listed.is_array() ? canonical(listed) : "[]";
}

}  // namespace

const FieldList* proposal_fields(int version) {
    if (version != 1) return nullptr;
    static const FieldList kFields{{
        field<&Proposal::unit>("unit").unit().required(),
        field<&Proposal::day>("day").required(),
        field<&Proposal::pack>("pack").required().within(1, 40),
        field<&Proposal::pack_version>("packVersion").required().within(1, 1'000'000),
        field<&Proposal::data_time>("dataTime").required().within(0, INT64_MAX),
        field<&Proposal::due_at>("dueAt").within(0, INT64_MAX).rule("riskmap.due"),
        field<&Proposal::codes>("codes").required().within(2, kMostUnits * 6).rule("riskmap.signs"),
        field<&Proposal::levels>("levels").required().within(1, kMostUnits).rule("riskmap.signs"),
        field<&Proposal::computed>("computed").required().within(1, kMostUnits).rule("riskmap.signs"),
        field<&Proposal::overrides>("overrides").within(0, kMostOverrides).rule("riskmap.override"),
    }};
    return &kFields;
}

const FieldList* publication_fields(int version) {
    static const auto with = [](bool overrides) {
        std::vector<FieldSpec> list{field<&Publication::unit>("unit").unit().required(), field<&Publication::day>("day").required(),
                                    field<&Publication::proposal>("proposal").required().within(36, 36).rule("riskmap.approval")};
        if (overrides) list.push_back(field<&Publication::overrides>("overrides").within(0, kMostOverrides).rule("riskmap.override"));
        return FieldList{std::move(list)};
    };
    static const FieldList kFirst = with(true), kSecond = with(false);
    return version == 1 ? &kFirst : version == 2 ? &kSecond : nullptr;
}

std::span<const int> calculation_minutes() { return kMinutes; }

Result<Json> propose(Context& context, std::string_view province, std::optional<Day> day) {
    if (level_of_code(province) != 1) return Error{Errc::not_found, "riskmap.unit", "levels are proposed for a province"};
    if (!day) day = TRY(last_day(context, province));
    if (!day) return Error{Errc::not_found, "riskmap.nothing", "no cases were told"};
    const Pack* pack = reference().pack_on(*day);
    if (!pack) return Error{Errc::not_found, "riskmap.no_pack", "none in force on that day"};
    const Drilled drilled = TRY(drill(context, province, *day, *pack));
    if (drilled.data_time == 0) return Error{Errc::not_found, "riskmap.nothing", "no figures were told for that day"};
    const Assessment assessment(*pack, drilled.country, *day);
    const DrilledLevels levels = levels_of(context, drilled, assessment);
    std::string codes, shown, computed;
    for (std::size_t i = 0; i < drilled.country.places.size(); ++i) {
        codes += (i == 0 ? "" : " ") + drilled.country.places[i].code;
        shown += sign_of(assessment.of(static_cast<int>(i)), levels.shown[i]);
        computed += sign_of(assessment.of(static_cast<int>(i)), levels.computed[i]);
    }
    Proposal made;
    made.unit = std::string(province);
    made.day = *day;
    made.pack = pack->id;
    made.pack_version = pack->version;
    // What a fast clock dates to come was told by now.
    made.data_time = std::min(drilled.data_time, context.now.ms);
    made.codes = std::move(codes);
    made.levels = std::move(shown);
    made.computed = std::move(computed);
    return write_record(*proposal_fields(1), made);
}

void check_proposal(const CheckInput& input, Violations& out) {
    const auto given = read_record<Proposal>(*proposal_fields(1), input.body);
    const auto wrong = [&out](const char* field, const char* rule) { out.push_back({field, rule}); };
    const bool is_own = !given.unit || input.unit.empty() || *given.unit == input.unit;
    if (given.unit && (level_of_code(*given.unit) != 1 || !is_own || (given.day && !input.units.find(*given.unit, *given.day)))) wrong("unit", "riskmap.unit");
    if (given.day && day_in_vietnam(input.now) < *given.day) wrong("day", "riskmap.days");
    if (given.data_time && input.now.ms + kMostSkewMs < *given.data_time) wrong("dataTime", "riskmap.days");
    if (given.due_at) {
        const std::int64_t of_day = (*given.due_at + kVietnamMs) % kMillisecondsPerDay;
        if (std::none_of(std::begin(kMinutes), std::end(kMinutes), [&](int minute) { return of_day == minute * 60'000; }) || input.now.ms < *given.due_at)
            wrong("dueAt", "riskmap.due");
    }
    if (!given.codes || !given.levels || !given.computed) return;
    const Signs signs(*given.codes, *given.levels);
    if (given.unit && signs.codes.front() != *given.unit) wrong("codes", "riskmap.signs");
    if (!are_signs(*given.levels, signs.codes.size())) wrong("levels", "riskmap.signs");
    if (!are_signs(*given.computed, signs.codes.size())) wrong("computed", "riskmap.signs");
    std::set<std::string_view> named;
    for (std::size_t i = 0; i < given.overrides.size(); ++i) {
        const Override& one = given.overrides[i];
        const std::string place = "overrides[" + std::to_string(i) + "].";
        if (one.unit && (signs.find(*one.unit) == signs.codes.size() || !named.insert(*one.unit).second)) out.push_back({place + "unit", "riskmap.override"});
        check_public_texts(one.document_number.value_or(""), one.reason.value_or(""), place, out);
    }
}

void check_publication(const CheckInput& input, Violations& out) {
    const auto given = read_record<Publication>(*publication_fields(1), input.body);
    if (given.unit && (level_of_code(*given.unit) != 1 || (!input.unit.empty() && *given.unit != input.unit))) out.push_back({"unit", "riskmap.unit"});
    if (given.proposal && !RecordId::parse(*given.proposal)) out.push_back({"proposal", "riskmap.approval"});
}

Result<void> accept_proposal(Context& context, const Record& record) {
    const auto given = read_record<Proposal>(*proposal_fields(record.version), record.body);
    // The hours are the server's, under a name that no user can have.
    if (given.due_at && record.author != kServerAuthor) return Error{Errc::forbidden, "riskmap.due", ""};
    if (context.side == Side::device) return {};
    TRY(check_clock(context, record));
    Json now = TRY(propose(context, *given.unit, given.day));
    if (given.due_at) now["dueAt"] = *given.due_at;
    // Figures that are dated to come have the time of asking, which is a moment ago.
    const std::int64_t passed = context.now.ms - *given.data_time;
    if (at(now, "dataTime") == context.now.ms && passed >= 0 && passed <= kMostSkewMs) now["dataTime"] = *given.data_time;
    if (record.body.contains("overrides")) now["overrides"] = record.body["overrides"];
    if (now != record.body) return refused("riskmap.stale", "the figures give another proposal now");
    return {};
}

Result<void> accept_publication(Context& context, const Record& record) {
    const auto given = read_record<Publication>(*publication_fields(record.version), record.body);
    TRY(require(context.actor, Verb::sign, Area::risk_map, record.unit, context.units, context.now, Sight::full));
    if (context.side == Side::device) return {};
    TRY(check_clock(context, record));
    if (!given.overrides.empty()) return refused("riskmap.two_persons", "what is to be changed stands in the proposal");
    std::string author;
    std::int64_t made_at = 0, received_at = 0;
    TRY(context.database.read("SELECT author, made_at, received_at FROM riskmap_proposal WHERE province = ?1 AND record_id = ?2 AND day = ?3",
                              {std::string_view(*given.unit), std::string_view(*given.proposal), std::int64_t{given.day->days}}, [&](const Row& row) {
                                  author = row.text(0);
                                  made_at = row.integer(1);
                                  received_at = row.integer(2);
                                  return Next::stop;
                              }));
    if (author.empty()) return refused("riskmap.approval", "no such proposal of that province and day");
    if (author == record.author) return refused("riskmap.two_persons", "whoever prepared it does not approve it");
    if (record.made_at.ms < made_at) return refused("riskmap.clock", "made before its proposal");
    bool is_newer_out = false;
    TRY(context.database.read("SELECT 1 FROM riskmap_approved WHERE province = ?1 AND day = ?2 AND proposed_at > ?3 LIMIT 1",
                              {std::string_view(*given.unit), std::int64_t{given.day->days}, received_at}, [&](const Row&) {
                                  is_newer_out = true;
                                  return Next::stop;
                              }));
    if (is_newer_out) return refused("riskmap.approval", "a newer proposal of that day is public already");
    return {};
}

Result<void> apply_proposal(Context& context, const StoredRecord& stored) {
    const auto given = read_record<Proposal>(*proposal_fields(stored.record.version), stored.record.body);
    return context.database.write(
        "INSERT INTO riskmap_proposal (province, record_id, made_at, author, day, pack, pack_version, data_time, due_at, codes, levels, computed, "
        "received_at, overrides) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING",
        {std::string_view(*given.unit), std::string_view(stored.record.id), stored.record.made_at.ms, std::string_view(stored.record.author),
         std::int64_t{given.day->days}, std::string_view(*given.pack), *given.pack_version, *given.data_time,
         given.due_at ? SqlValue(*given.due_at) : SqlValue(nullptr), std::string_view(*given.codes), std::string_view(*given.levels),
         std::string_view(*given.computed), time_of(context, stored), std::string_view(overrides_of(stored))});
}

Result<void> apply_publication(Context& context, const StoredRecord& stored) {
    const auto given = read_record<Publication>(*publication_fields(stored.record.version), stored.record.body);
    return context.database.write(
        "INSERT INTO riskmap_publication (province, record_id, made_at, author, day, proposal, overrides, received_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        {std::string_view(*given.unit), std::string_view(stored.record.id), stored.record.made_at.ms, std::string_view(stored.record.author),
         std::int64_t{given.day->days}, std::string_view(*given.proposal), std::string_view(overrides_of(stored)), time_of(context, stored)});
}

Result<Json> proposal(Context& context, const Json& arguments, Sight) {
    const std::string_view unit = text_at(arguments, "unit");
    TRY(require(context.actor, Verb::write, Area::risk_map, unit, context.units, context.now, Sight::full));
    std::optional<Day> day;
    if (at(arguments, "day").is_string()) day = TRY(Day::parse(text_at(arguments, "day")));
    return propose(context, unit, day);
}

Result<Json> proposals(Context& context, const Json& arguments, Sight) {
    const std::string_view unit = text_at(arguments, "unit");
    TRY(require(context.actor, Verb::write, Area::risk_map, unit, context.units, context.now, Sight::full));
    struct Waiting {
        Json head = Json::object();
        Day day;
        std::string codes, levels, overrides;
    };
    std::vector<Waiting> found;
    TRY(context.database.read("SELECT q.record_id, q.made_at, q.author, q.day, q.pack, q.pack_version, q.data_time, q.due_at, q.codes, q.levels, "
                              "(SELECT count(*) FROM riskmap_approved p WHERE p.province = q.province AND p.proposal = q.record_id), q.overrides "
                              "FROM riskmap_proposal q WHERE q.province = ?1 ORDER BY q.received_at DESC, q.record_id DESC LIMIT ?2",
                              {unit, std::int64_t{kShownProposals}}, [&](const Row& row) {
                                  Waiting one;
                                  one.day = Day{static_cast<std::int32_t>(row.integer(3))};
                                  one.head["record"] = row.text(0);
                                  one.head["madeAt"] = row.integer(1);
                                  one.head["author"] = row.text(2);
                                  one.head["day"] = to_string(one.day);
                                  one.head["pack"] = row.text(4);
                                  one.head["packVersion"] = row.integer(5);
                                  one.head["dataTime"] = row.integer(6);
                                  one.head["dueAt"] = row.is_null(7) ? Json(nullptr) : Json(row.integer(7));
                                  one.head["isPublished"] = row.integer(10) > 0;
                                  one.head["isOwn"] = row.text(2) == context.actor.user;
                                  one.codes = row.text(8);
                                  one.levels = row.text(9);
                                  one.overrides = row.text(11);
                                  found.push_back(std::move(one));
                                  return Next::row;
                              }));
    Json list = Json::array();
    for (Waiting& one : found) {
        const auto before = TRY(read_published(context, unit, one.day, 1));
        const Shown shown = before.empty() ? Shown() : TRY(read_shown(context, unit, before[0].record));
        const Signs then(shown.codes, shown.levels);
        Signs now(one.codes, one.levels);
        Json overrides = TRY(parse_json(one.overrides));
        lay_over(now, overrides);
        Json changes = Json::array();
        for (std::size_t i = 0; i < now.codes.size() && i < now.levels.size(); ++i) {
            const std::size_t place = then.find(now.codes[i]);
            const char sign = place < then.levels.size() ? then.levels[place] : '-';
            if (sign == now.levels[i]) continue;
            Json change = Json::object();
            change["unit"] = now.codes[i];
            change["level"] = std::string(1, now.levels[i]);
            change["published"] = std::string(1, sign);
            changes.push_back(std::move(change));
        }
        one.head["changes"] = std::move(changes);
        one.head["codes"] = std::move(one.codes);
        one.head["levels"] = std::move(one.levels);
        one.head["overrides"] = std::move(overrides);
        list.push_back(std::move(one.head));
    }
    Json out = Json::object();
    out["unit"] = unit;
    out["proposals"] = std::move(list);
    out["history"] = TRY(described_history(context, unit));
    out["mayApprove"] = sight_of(context.actor, Verb::sign, Area::risk_map, unit, context.units, context.now) == Sight::full;
    return out;
}

Result<Json> published(Context& context, const Json& arguments, Sight) {
    const std::string_view asked = text_at(arguments, "unit");
    const std::string_view unit = asked.empty() ? kNation : asked;
    Day day = day_in_vietnam(context.now);
    if (at(arguments, "day").is_string()) day = TRY(Day::parse(text_at(arguments, "day")));
    const int depth = level_of_word(text_at(arguments, "depth"));
    if (depth != 0 && depth < level_of_code(unit)) return Error{Errc::rejected, "riskmap.depth", "the unit lies below that level"};
    Json list = Json::array();
    Json history = Json::array();
    if (unit == kNation) {
        list = TRY(published_of_nation(context, day, depth));
    } else {
        const std::string province(context.units.province_of(unit));
        if (province.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit"};
        for (const Published& one : TRY(read_published(context, province, day, 1)))
            list.push_back(TRY(describe_published(context, province, unit, depth, one, TRY(read_shown(context, province, one.record)))));
        for (const Published& one : TRY(read_published(context, province, Day{INT32_MAX}, kShownPublications))) history.push_back(times_of(one));
    }
    Json out = Json::object();
    out["day"] = to_string(day);
    out["unit"] = unit;
    out["publications"] = std::move(list);
    out["history"] = std::move(history);
    return out;
}

}  // namespace lachan::riskmap
