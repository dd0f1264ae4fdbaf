#include "vocab/access.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>
#include <sstream>

namespace lachan {
namespace {

// The matrix of DOMAIN 14 as it is printed there, and a reader of its own for it: what the code answers is compared with what
// the page says, cell by cell. "=" lists what the words of a cell mean where its letters alone do not say it.

struct Row {
    const char* role;
    std::array<const char*, 12> cells;
};

constexpr std::array<const char*, 12> kColumns = {"declare", "feedback", "visit", "risk_map", "tracing", "testing",
                                                  "vaccine", "certificate", "entry", "quarantine", "users", "audit"};

constexpr Row kPage[] = {
    {"citizen", {"rw S", "rw S", "r S", "r public", "-", "r S", "rw S (register)", "r S", "rw S", "r S, daily w", "-", "r S (who read my data)"}},
    {"venue_owner", {"-", "-", "rm O, w O", "r public", "-", "-", "-", "-", "-", "-", "invite controllers O", "r O"}},
    {"controller", {"r A (colour only)", "w", "w O", "r", "-", "-", "-", "verify", "-", "breach w", "-", "-"}},
    {"verifier", {"-", "-", "-", "-", "-", "-", "-", "verify offline", "-", "-", "-", "-"}},
    {"community_team", {"rm C, w (assist)", "rw C", "-", "r", "rm C", "-", "r C list", "-", "r C handed over", "rw C daily", "-", "-"}},
    {"commune_health", {"rw C", "rw C", "rm C by case need", "r C", "rw C", "rw C collect", "rw C", "-", "rw C", "rw C", "-", "r C"}},
    {"district_tracer", {"r D", "rw D", "r D (case-linked)", "r D", "rw D", "rw D", "r D", "-", "r D", "rw D, order v", "-", "r D"}},
    {"provincial_cdc", {"r P", "rw P", "r P (case-linked)", "rw P publish", "rw P, v", "rw P, v", "r P", "-", "r P", "rw P, order v", "rw P", "r P"}},
    {"technology_force", {"counts", "r P", "counts", "r P", "-", "counts", "counts", "-", "counts", "counts", "rw P (no PHI)", "r P"}},
    {"national_centre", {"r N pseudonymised", "rw N", "counts; raw only by tracing warrant", "rw N", "r N", "r N", "r N", "key management", "r N", "r N", "rw N", "r N"}},
    {"lab", {"-", "-", "-", "-", "-", "rw A, v", "-", "-", "-", "-", "-", "r A"}},
    {"vaccination_site", {"-", "-", "-", "-", "-", "-", "rw O per step; head v", "issue request", "-", "-", "-", "r O"}},
    {"border_officer", {"r A", "-", "-", "r", "w suspect", "w collect", "r A", "verify", "rw O", "order w", "-", "-"}},
    {"quarantine_manager", {"-", "-", "-", "-", "r A", "w collect O", "-", "release v", "r A", "rw O", "-", "-"}},
    {"hotline", {"rm", "rw P", "-", "r", "-", "status only after ID check", "status", "-", "-", "status", "-", "-"}},
    {"analyst", {"-", "counts", "counts", "rw", "pseudonymised", "counts", "counts", "-", "counts", "counts", "-", "-"}},
    {"auditor", {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "r", "rx N"}},
    {"administrator", {"-", "-", "-", "-", "no PHI at all", "-", "-", "-", "-", "-", "rw (no self-grant)", "r"}},
};

/// What a cell gives for one verb: a level of sight, and the letter of its scope ('*' none, 'L' needs a link, ' ' nothing).
struct Expected {
    Sight sight = Sight::none;
    char letter = ' ';
};

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

/// Reads one cell with the legend of the page. Written from the legend, not from the code.
std::map<Verb, Expected> read_cell(const std::string& cell) {
    std::map<Verb, Expected> out;
    if (cell == "-" || cell == "no PHI at all" || has(cell, "verify")) return out;
    if (cell == "r public") return {{Verb::read, {Sight::counts, 'E'}}};
    if (has(cell, "counts")) return {{Verb::read, {Sight::counts, '*'}}};
    if (cell == "pseudonymised") return {{Verb::read, {Sight::pseudonymous, '*'}}};
    if (has(cell, "status")) return {{Verb::read, {Sight::masked, 'L'}}};  // after a check of identity: not by unit alone
    if (cell == "key management") return {{Verb::write, {Sight::full, '*'}}, {Verb::sign, {Sight::full, '*'}}};
    if (cell == "issue request" || cell == "invite controllers O") return {{Verb::write, {Sight::full, 'O'}}};
    if (cell == "release v") return {{Verb::sign, {Sight::full, '*'}}};
    const bool linked = has(cell, "handed over") || has(cell, "case-linked") || has(cell, "case need");
    char letter = '*';
    std::istringstream words(cell);
    std::vector<std::pair<std::string, char>> parts;  // letters of verbs, letter of scope
    for (std::string word; words >> word;) {
        while (!word.empty() && (word.back() == ',' || word.back() == ';')) word.pop_back();
        if (word.size() == 1 && has("SOCDPNA", word.c_str())) {
            letter = word[0];
            if (!parts.empty()) parts.back().second = letter;
            // "order v", "daily w" after it stand under the same letter.
        } else if (word.find_first_not_of("rwvxm") == std::string::npos) {
            parts.emplace_back(word, letter);
        }
    }
    for (const auto& [verbs, scope] : parts) {
        const char reach = linked || scope == 'A' ? 'L' : scope;
        const Sight sight = has(verbs, "m") || has(cell, "colour only") ? Sight::masked
                            : has(cell, "pseudonymised")                ? Sight::pseudonymous
                                                                        : Sight::full;
        if (has(verbs, "r")) out[Verb::read] = {sight, reach};
        if (has(verbs, "w")) out[Verb::write] = {Sight::full, reach};
        if (has(verbs, "v")) out[Verb::sign] = {Sight::full, reach};
        if (has(verbs, "x")) out[Verb::export_data] = {Sight::full, reach};
    }
    if (has(cell, "publish")) out[Verb::sign] = {Sight::full, letter};
    return out;
}

Units small_country() {
    auto units = Units::parse(
        "00001|3|001|Phường Phúc Xá|Phường|||\n"
        "001|2|01|Quận Ba Đình|Quận|||\n"
        "01|1||Thành phố Hà Nội|Thành phố|||\n"
        "26734|3|760|Phường Tân Định|Phường|||\n"
        "26740|3|760|Phường Bến Nghé|Phường|||\n"
        "26755|3|761|Phường Thạnh Xuân|Phường|||\n"
        "760|2|79|Quận 1|Quận|||\n"
        "761|2|79|Quận 12|Quận|||\n"
        "79|1||Thành phố Hồ Chí Minh|Thành phố|||\n");
    EXPECT_TRUE(units) << units.error().detail;
    return units ? std::move(*units) : Units();
}

/// Which units lie in which, written out: the test's own idea of jurisdiction.
const std::map<std::string, std::vector<std::string>> kBelow = {
    {"VN", {"VN", "01", "001", "00001", "79", "760", "761", "26734", "26740", "26755"}},
    {"79", {"79", "760", "761", "26734", "26740", "26755"}},
    {"760", {"760", "26734", "26740"}},
    {"26740", {"26740"}},
    {"01", {"01", "001", "00001"}},
};
const std::map<std::string, int> kLevel = {{"VN", 0}, {"79", 1}, {"01", 1}, {"760", 2}, {"26740", 3}};
const char* const kRecords[] = {"VN", "79", "760", "26740", "26734", "26755", "00001"};

bool unit_is_low_enough(char letter, int level) {
    switch (letter) {
        case 'C': return level >= 3;
        case 'D': return level >= 2;
        case 'P': return level >= 1;
        case 'N':
        case '*': return true;
        default: return false;  // S, O, L: never by the unit alone
    }
}

constexpr Instant kNow{1'629'000'000'000};

TEST(access, every_cell_of_the_matrix_answers_as_the_page_says) {
    const Units units = small_country();
    int cells = 0;
    int given = 0;
    for (const Row& row : kPage) {
        const auto role = parse_role(row.role);
        ASSERT_TRUE(role) << row.role;
        for (std::size_t column = 0; column < kColumns.size(); ++column) {
            const Area area = all_areas()[column];
            ASSERT_STREQ(name_of(area), kColumns[column]);
            const auto expected_of = read_cell(row.cells[column]);
            for (const Verb verb : all_verbs()) {
                const auto found = expected_of.find(verb);
                const Expected expected = found == expected_of.end() ? Expected{} : found->second;
                for (const auto& [grant_unit, level] : kLevel) {
                    const Actor actor{"somebody", "device", {Grant{*role, grant_unit, Instant{0}}}};
                    for (const char* const unit : kRecords) {
                        const auto& below = kBelow.at(grant_unit);
                        const bool inside = std::find(below.begin(), below.end(), unit) != below.end();
                        Sight sight = inside && unit_is_low_enough(expected.letter, level) ? expected.sight : Sight::none;
                        // What the page gives to citizens, "public", everybody has.
                        if (area == Area::risk_map && verb == Verb::read) sight = std::max(sight, Sight::counts);
                        ++cells;
                        if (sight != Sight::none) ++given;
                        ASSERT_EQ(sight_of(actor, verb, area, unit, units, kNow), sight)
                            << row.role << '@' << grant_unit << ' ' << name_of(verb) << ' ' << kColumns[column] << " of " << unit
                            << ", cell \"" << row.cells[column] << '"';
                        for (const Sight least : {Sight::counts, Sight::masked, Sight::full}) {
                            ASSERT_EQ(require(actor, verb, area, unit, units, kNow, least).has_value(), sight >= least);
                        }
                    }
                }
            }
        }
    }
    EXPECT_GE(cells, 5'000);
    EXPECT_GT(given, 1'000) << "a matrix that gives nothing would pass as well";
    RecordProperty("cells", cells);
    std::printf("%d cells, %d of them give something\n", cells, given);
}

TEST(access, every_role_of_the_program_stands_on_the_page) {
    EXPECT_EQ(all_roles().size(), std::size(kPage));
    for (const Role role : all_roles()) {
        EXPECT_TRUE(std::any_of(std::begin(kPage), std::end(kPage), [&](const Row& row) { return row.role == std::string(name_of(role)); }));
    }
    EXPECT_EQ(parse_role("king").error().rule, "access.role_name");
}

TEST(access, a_grant_counts_from_its_first_instant_until_before_its_last) {
    const Units units = small_country();
    const Actor actor{"u", "d", {Grant{Role::commune_health, "26740", Instant{1'000}, Instant{2'000}}}};
    const auto sight = [&](std::int64_t at) { return sight_of(actor, Verb::read, Area::declare, "26740", units, Instant{at}); };
    EXPECT_EQ(sight(999), Sight::none);
    EXPECT_EQ(sight(1'000), Sight::full);
    EXPECT_EQ(sight(1'999), Sight::full);
    EXPECT_EQ(sight(2'000), Sight::none);
}

TEST(access, the_best_of_several_grants_counts) {
    const Units units = small_country();
    const Actor actor{"u", "d", {Grant{Role::community_team, "26740", Instant{0}}, Grant{Role::provincial_cdc, "79", Instant{0}}}};
    EXPECT_EQ(sight_of(actor, Verb::read, Area::declare, "26740", units, kNow), Sight::full);
    EXPECT_EQ(sight_of(actor, Verb::write, Area::declare, "26740", units, kNow), Sight::full);
    EXPECT_EQ(sight_of(actor, Verb::write, Area::declare, "26734", units, kNow), Sight::none) << "the province only reads";
}

TEST(access, an_error_says_whether_role_or_place_is_the_reason) {
    const Units units = small_country();
    const Actor commune{"u", "d", {Grant{Role::commune_health, "26740", Instant{0}}}};
    EXPECT_EQ(require(commune, Verb::read, Area::declare, "26734", units, kNow, Sight::masked).error().rule, "access.jurisdiction");
    EXPECT_EQ(require(commune, Verb::sign, Area::declare, "26740", units, kNow, Sight::masked).error().rule, "access.role");
    EXPECT_EQ(require({}, Verb::read, Area::declare, "26740", units, kNow, Sight::counts).error().rule, "access.role");
    EXPECT_EQ(require({}, Verb::read, Area::declare, "26740", units, kNow, Sight::counts).error().code, Errc::forbidden);
}

TEST(access, a_unit_that_nobody_knows_gives_nothing) {
    const Units units = small_country();
    const Actor nation{"u", "d", {Grant{Role::national_centre, "VN", Instant{0}}}};
    EXPECT_EQ(sight_of(nation, Verb::read, Area::feedback, "99999", units, kNow), Sight::none);
    EXPECT_EQ(sight_of(nation, Verb::read, Area::risk_map, "", units, kNow), Sight::none);
    const Actor lost{"u", "d", {Grant{Role::commune_health, "99999", Instant{0}}}};
    EXPECT_EQ(sight_of(lost, Verb::read, Area::declare, "99999", units, kNow), Sight::none);
}

TEST(access, nobody_is_granted_a_role_above_its_level) {
    const Units units = small_country();
    const auto rule = [&](Role role, const char* unit) {
        const auto done = check_grant(role, unit, units, kNow);
        return done ? std::string() : done.error().rule;
    };
    EXPECT_EQ(rule(Role::commune_health, "26740"), "");
    EXPECT_EQ(rule(Role::commune_health, "760"), "access.grant_unit");
    EXPECT_EQ(rule(Role::district_tracer, "760"), "");
    EXPECT_EQ(rule(Role::district_tracer, "79"), "access.grant_unit");
    EXPECT_EQ(rule(Role::provincial_cdc, "79"), "");
    EXPECT_EQ(rule(Role::provincial_cdc, "VN"), "access.grant_unit");
    EXPECT_EQ(rule(Role::national_centre, "VN"), "");
    EXPECT_EQ(rule(Role::analyst, "79"), "");
    EXPECT_EQ(rule(Role::lab, "26740"), "");
    EXPECT_EQ(rule(Role::national_centre, "99999"), "access.grant_unit");
}

}  // namespace
}  // namespace lachan
