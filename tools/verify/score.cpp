#include "score.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "cases.h"
#include "certificate/base45.h"

namespace lachan::verify {
namespace {

constexpr std::size_t kLineLimit = 16 * 1024 * 1024;

bool is_number(const Json& value) { return value.is_number(); }

}  // namespace

bool is_same_json(const Json& left, const Json& right) {
    if (is_number(left) && is_number(right)) return left.get<double>() == right.get<double>();
    if (left.type() != right.type() || left.size() != right.size()) return false;
    if (left.is_array()) return std::equal(left.begin(), left.end(), right.begin(), is_same_json);
    if (!left.is_object()) return left == right;
    return std::all_of(left.items().begin(), left.items().end(), [&right](const auto& entry) {
        return right.contains(entry.key()) && is_same_json(entry.value(), right[entry.key()]);
    });
}

bool Scored::is_right() const {
    return std::all_of(flags.begin(), flags.end(),
                       [](const Flag& flag) { return flag.weight == Weight::tally || flag.expected == flag.got; });
}

bool Scored::has_right(std::string_view name) const {
    return std::all_of(flags.begin(), flags.end(),
                       [name](const Flag& flag) { return flag.name != name || flag.expected == flag.got; });
}

int Scored::false_accepts() const {
    return std::any_of(flags.begin(), flags.end(), [](const Flag& flag) {
        return flag.weight == Weight::verdict && flag.got && !flag.expected;
    }) ? 1 : 0;
}

int Scored::false_rejects() const {
    return std::any_of(flags.begin(), flags.end(), [](const Flag& flag) {
        return flag.weight == Weight::verdict && !flag.got && flag.expected;
    }) ? 1 : 0;
}

Json Scored::to_json() const {
    Json expected = Json::object();
    Json got = Json::object();
    for (const Flag& flag : flags) {
        expected[flag.name] = flag.expected;
        got[flag.name] = flag.got;
    }
    Json states = nullptr;
    Json reasons = Json::array();
    if (axes.is_object()) {
        states = Json::object();
        for (const auto& [name, axis] : axes.items()) {
            states[name] = at(axis, "state");
            for (const Json& reason : at(axis, "reasons")) reasons.push_back(reason);
        }
    }
    Json line{{"id", id}, {"expected", expected}, {"got", got}, {"axes", states}, {"reasons", reasons}};
    if (skipped.empty()) {
        line["ok"] = is_right();
    } else {
        line["ok"] = nullptr;
        line["skipped"] = skipped;
    }
    if (!left_out.empty()) line["notScored"] = left_out;
    for (const auto& [key, value] : details.items()) line[key] = value;
    return line;
}

void Total::add(const Scored& scored) {
    ++cases;
    for (const auto& [flag, reason] : scored.left_out) left_out.push_back(scored.id + " " + flag + ": " + reason);
    if (!scored.skipped.empty()) {
        ++skipped;
        return;
    }
    right += scored.is_right() ? 1 : 0;
    false_accepts += scored.false_accepts();
    false_rejects += scored.false_rejects();
    for (const Flag& flag : scored.flags) {
        Count& count = flags[flag.name];
        ++count.rows;
        count.right += flag.expected == flag.got ? 1 : 0;
    }
}

Json Total::to_json() const {
    Json by_flag = Json::object();
    for (const auto& [name, count] : flags) by_flag[name] = {{"rows", count.rows}, {"right", count.right}};
    return {{"total", cases},
            {"ok", right},
            {"falseAccepts", false_accepts},
            {"falseRejects", false_rejects},
            {"skipped", skipped},
            {"flags", by_flag},
            {"labelsNotScored", left_out.size()}};
}

std::string kind_of_row(const Json& row) {
    const auto has = [&row](const char* key) { return row.is_object() && row.contains(key); };
    if (has("forged")) return "forged";
    if (has("TESTCTX") || has("EXPECTEDRESULTS")) return "dcc";
    if (has("png_b64") || has("expect_picture")) return "dcc_2dcode";
    if (has("decoded_by")) return "dcc_qa";
    if (has("certLogicExpression")) return "certlogic_validation";
    if (has("expr")) return "certlogic";
    if (has("rule") && has("payload")) return "rule_tests";
    if (has("files")) return "shc";
    if (has("doc")) return "schema_examples";
    if (has("format")) return "other_formats";
    if (has("picture")) return "pictures";
    return "";
}

bool is_kind(std::string_view name) {
    static const std::set<std::string, std::less<>> kinds{
        "dcc",       "dcc_2dcode", "dcc_qa", "pictures",        "certlogic",     "certlogic_validation",
        "rule_tests", "shc",       "schema_examples", "other_formats", "forged"};
    return kinds.contains(name);
}

Scorer::Scorer(Engine& engine, std::filesystem::path file) : world_{engine, std::move(file), {}, {}} {}

Scored Scorer::score(std::string_view kind, const Json& row) {
    Scored scored;
    scored.id = text_at(row, "id");
    if (!row.is_object()) {
        scored.skipped = "the row is no JSON object";
        return scored;
    }
    if (kind == "dcc") score_dcc(world_, row, scored);
    else if (kind == "dcc_qa") score_qa(world_, row, scored);
    else if (kind == "dcc_2dcode") score_2dcode(world_, row, scored);
    else if (kind == "pictures") score_picture(world_, row, scored);
    else if (kind == "certlogic") score_certlogic(world_, row, scored);
    else if (kind == "certlogic_validation") score_certlogic_validation(world_, row, scored);
    else if (kind == "rule_tests") score_rule_test(world_, row, scored);
    else if (kind == "shc") score_health_card(world_, row, scored);
    else if (kind == "schema_examples") score_schema(world_, row, scored);
    else if (kind == "other_formats") score_other_format(world_, row, scored);
    else if (kind == "forged") score_forged(world_, row, scored);
    else scored.skipped = "no kind of case is called " + std::string(kind);
    if (scored.skipped.empty() && scored.flags.empty()) {
        scored.skipped = scored.left_out.empty() ? "the row asserts nothing" : "nothing of what it asserts is scored here (notScored says why)";
    }
    return scored;
}

Result<Total> score_file(Engine& engine, const std::filesystem::path& file, std::string kind,
                         const std::function<void(const Scored&)>& each) {
    std::error_code failure;
    if (std::filesystem::is_directory(file, failure)) return Error{Errc::not_found, "cases.file", file.string() + " is a folder, not a file of cases"};
    std::ifstream in(file);
    if (!in) return Error{Errc::not_found, "cases.file", "cannot read " + file.string()};
    Scorer scorer(engine, file);
    Total total;
    int line_number = 0;
    bool has_row = false;
    for (std::string line; std::getline(in, line);) {
        ++line_number;
        if (line.empty() || line == "\r") continue;
        // The corpora hold fractions and doubled keys on purpose, so they are not read with our own strict rules.
        const Json row = line.size() > kLineLimit ? Json(Json::value_t::discarded) : Json::parse(line, nullptr, false);
        has_row = has_row || row.is_object();
        if (row.is_object() && row.contains("forgedTrust")) {
            scorer.use_trust(at(row, "forgedTrust"));
            if (kind.empty()) kind = "forged";
            continue;
        }
        if (kind.empty()) kind = kind_of_row(row);
        if (kind.empty() && row.is_object()) {
            return Error{Errc::malformed, "cases.kind", "the rows are of no known kind (give --kind)"};
        }
        Scored scored = row.is_discarded() ? Scored{} : scorer.score(kind, row);
        if (row.is_discarded()) scored.skipped = "the row is no JSON";
        if (engine.is_gone()) return Error{Errc::unavailable, "engine", "the engine ended at line " + std::to_string(line_number)};
        if (scored.id.empty()) scored.id = "line " + std::to_string(line_number);
        total.add(scored);
        each(scored);
    }
    // Nothing wrong was found where nothing was looked at: that is no success.
    if (total.cases == 0) return Error{Errc::rejected, "cases.rows", file.string() + " holds no case"};
    if (!has_row) return Error{Errc::rejected, "cases.rows", "no line of " + file.string() + " is a JSON object"};
    return total;
}

}  // namespace lachan::verify
