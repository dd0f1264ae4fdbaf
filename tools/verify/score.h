#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine.h"
#include "kernel/json.h"

/// Scores published cases against a core, each with its own keys and clock (CERTIFICATES section 10). The tool lachan-verify and the
/// conformance tests both use this and nothing else.
namespace lachan::verify {

/// What an answer counts for: whether somebody is let through, whether the case is right, or only for its own tally.
enum class Weight { verdict, exactness, tally };

/// One answer that a case asserts, and ours.
struct Flag {
    std::string name;
    bool expected = false;
    bool got = false;
    Weight weight = Weight::verdict;
};

struct Scored {
    std::string id;
    std::vector<Flag> flags;
    /// Answers that the case asserts and that are not scored, with the reason.
    std::map<std::string, std::string> left_out;
    /// Why the case as a whole is not scored; "" when it is.
    std::string skipped;
    /// What else was seen, for the reader of the line.
    Json details = Json::object();
    Json axes = nullptr;

    /// Whether all answers but those of a tally are right.
    bool is_right() const;
    bool has_right(std::string_view flag) const;
    int false_accepts() const;
    int false_rejects() const;
    Json to_json() const;
};

struct Total {
    int cases = 0;
    int right = 0;
    int skipped = 0;
    int false_accepts = 0;
    int false_rejects = 0;
    struct Count {
        int rows = 0;
        int right = 0;
    };
    std::map<std::string, Count> flags;
    /// Labels that were left out, with the case.
    std::vector<std::string> left_out;

    void add(const Scored& scored);
    Json to_json() const;
};

/// The kind of corpus file that a row belongs to, "" when it is none that is known: dcc, dcc_2dcode, dcc_qa, pictures, certlogic,
/// certlogic_validation, rule_tests, shc, schema_examples, other_formats, forged.
std::string kind_of_row(const Json& row);
bool is_kind(std::string_view name);

/// What the rows of one file share.
struct World {
    Engine& engine;
    std::filesystem::path file;
    Json trust;
    /// Side files that were read, by path.
    std::map<std::string, Json> side_files;
};

class Scorer {
public:
    /// `file` is the file the rows are from: side files are looked for beside it. It need not exist.
    Scorer(Engine& engine, std::filesystem::path file);

    /// Total: whatever the row holds, it is scored or skipped with a reason.
    Scored score(std::string_view kind, const Json& row);

    /// The trust list of the forged rows that follow.
    void use_trust(Json trust) { world_.trust = std::move(trust); }

private:
    World world_;
};

/// Scores all rows of a file; `each` sees them as they come. An empty `kind` is told from the first row that has one.
/// Errc::not_found when the file cannot be read, Errc::malformed when its kind is not known, Errc::rejected with rule cases.rows when it
/// holds no case or no line of it is a JSON object.
Result<Total> score_file(Engine& engine, const std::filesystem::path& file, std::string kind,
                         const std::function<void(const Scored&)>& each);

}  // namespace lachan::verify
