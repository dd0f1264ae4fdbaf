#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "accounts.h"
#include "kernel/csv.h"
#include "receipt_key.h"
#include "service.h"

namespace lachan::admin {

using server::Engine;
using server::FileKey;

/// The command line after the name of the command: words in order, and --name value pairs.
struct Arguments {
    std::vector<std::string> words;
    std::map<std::string, std::string> options;
    bool has(const std::string& name) const { return options.count(name) > 0; }
    std::string get(const std::string& name, std::string other = {}) const;
};

/// What every command works with.
struct Desk {
    Arguments arguments;
    std::string database_url;
    std::string data;
    std::string assets;
    std::unique_ptr<Engine> database;
    Units units;
    Instant now;
};

/// One command. `options` names those with a value, "!name" those without.
struct Command {
    std::string_view name;     ///< "users add"
    std::string_view usage;    ///< "NAME [--role ROLE --unit UNIT]"
    std::string_view summary;
    std::vector<std::string_view> options;
    std::size_t fewest_words = 0;
    std::size_t most_words = 0;
    bool needs_database = true;
    bool needs_units = false;
    Result<void> (*run)(Desk&);
    bool may_begin = false;  ///< makes the database when there is none: elsewhere that is a slip in its path
};
std::span<const Command> commands();

/// One line of progress on standard error, overwritten when that is a terminal.
void progress(const std::string& text, bool last = false);

/// Makes records as a device of its own and sends them through the one write path, signatures and all.
class Recorder {
public:
    Recorder(Desk& desk, FileKey key, Actor actor) : desk_(desk), key_(std::move(key)), actor_(std::move(actor)) {
        actor_.device = key_.id();
    }

    /// Errc::not_found when the system or kind is unknown, or the unit.
    Result<void> add(std::string_view system, std::string_view kind, std::string_view unit, Json body, Instant made_at);
    std::size_t waiting() const { return incoming_.size(); }
    /// Appends what waits in one transaction; the answers in the order of `add`. Keep::all_or_none: nothing is recorded when one is rejected,
    /// and the answers say which.
    enum class Keep { what_is_accepted, all_or_none };
    Result<std::vector<RecordAnswer>> flush(Keep keep = Keep::what_is_accepted);
    /// Id of the record that was added last.
    const std::string& last_id() const { return last_id_; }

private:
    Desk& desk_;
    FileKey key_;
    Actor actor_;
    std::vector<Incoming> incoming_;
    std::string last_id_;
};

using Cells = std::vector<std::string>;
/// A file of at most 256 MiB. Errors: import.file, import.size.
Result<std::string> read_whole(const std::string& path);
/// The rows of a CSV file, the header and at least one more. Errors: those of read_whole and of the reader (kernel/csv.h), import.empty.
Result<std::vector<CsvRow>> read_rows(const std::string& path);

/// One row of a series that is not used, and why.
struct Skipped {
    std::string place;
    std::string reason;
};

struct Import {
    int records = 0;
    int values = 0;
    std::vector<Skipped> skipped;
};

/// What a day says that a file does not name for a unit: nothing, or that it had no case, where the file lists all there were.
enum class Gaps { are_unknown, are_zero };

/// Reads one file of case counts and records its series. `source` and `format` may be "" for what the file itself tells.
Result<Import> import_cases(Desk& desk, const std::string& file, std::string source, std::string format, Gaps gaps);

Result<void> users_add(Desk&);
Result<void> users_list(Desk&);
Result<void> users_disable(Desk&);
Result<void> users_enable(Desk&);
Result<void> users_password(Desk&);
Result<void> users_grant(Desk&);
Result<void> users_revoke(Desk&);
Result<void> units_list(Desk&);
Result<void> units_show(Desk&);
Result<void> roles(Desk&);
Result<void> import_command(Desk&);
Result<void> import_places(Desk&);
Result<void> corrections(Desk&);
Result<void> calculate(Desk&);
Result<void> backup(Desk&);
Result<void> restore(Desk&);
Result<void> seed_demo(Desk&);
Result<void> purge(Desk&);
Result<void> keys_list(Desk&);
Result<void> keys_endorse(Desk&);
Result<void> keys_rotate(Desk&);

}  // namespace lachan::admin
