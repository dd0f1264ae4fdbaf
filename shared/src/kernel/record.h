#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "kernel/field.h"
#include "kernel/id.h"
#include "kernel/json.h"
#include "kernel/sql.h"

namespace lachan {

/// One immutable fact that somebody recorded. Made once, never edited: a correction is a new record that supersedes this one.
/// Canonical JSON keys: author, body, device, id, kind, madeAt, previous, salt, supersedes, system, unit, version.
struct Record {
    std::string id;          ///< UUIDv7 whose shard is the province of `unit`
    std::string system;      ///< "declaration"
    std::string kind;        ///< "population"
    int version = 1;         ///< which field list was filled in
    std::string unit;        ///< administrative unit that is responsible, valid on the day of `made_at`; "VN" for the nation
    std::string author;      ///< user name of a signed-in official, "" for a citizen known by the device alone
    std::string device;      ///< key id of the device: base64url of SHA-256 of its public key (SPKI DER)
    Instant made_at;         ///< by the clock of the device
    std::string supersedes;  ///< id of the record that this one corrects, or ""
    std::string previous;    ///< hash of the record this device made before, or "": the chain of the device
    std::string salt;        ///< 16 random bytes, so that after erasure the hash does not betray a body that can be guessed
    Json body = Json::object();
};

/// Where a record belongs, for scoped feeds: codes of province, district, commune; "" below its own level.
struct Scope {
    std::string province;
    std::string district;
    std::string ward;
    /// "79/760/26734"
    std::string path() const;
    bool operator==(const Scope&) const = default;
};

/// A record as it lies in the log.
struct StoredRecord {
    Record record;
    std::string bytes;      ///< canonical form; "" after erasure
    std::string hash;       ///< base64url of SHA-256 of the canonical form
    std::string signature;  ///< base64url of raw r||s, ES256 over the canonical form, by the key of `device`
    Instant received_at;    ///< server's clock; on the device: when it was committed
    Scope scope;
    std::vector<std::string> named;  ///< see provinces_named_by; told when a batch is read
    std::int64_t seq = 0;   ///< place in the feed of its province and priority class
    bool proven = false;    ///< signature was checked, by itself or through the chain of a later record
};

/// The envelope as a field list, for the API document and the checks of shape. `body` is checked by the system.
Violations check_envelope(const Json& record);

/// Errc::malformed with the first broken rule of the envelope: record.envelope, record.id, record.canonical ...
Result<Record> read_envelope(const Json& record);
Json write_envelope(const Record& record);

/// Canonical bytes and hash of `record`.
StoredRecord seal(Record record);
/// The same when the canonical bytes are known already.
StoredRecord seal(Record record, std::string bytes);

/// The shard of a unit code: its province as a number, 0 for the nation ("VN").
int shard_of_province(std::string_view province);
/// "79" for 79, "VN" for 0.
std::string province_of_shard(int shard);
/// SQL: ('01', '02', ...), every province that there can be. Tables are kept by province: what is asked by another column is looked up in
/// each by its key, and nobody walks through the rows of the nation.
const std::string& all_provinces();
/// The provinces of which `tables` keep something, also codes of the past. Their keys begin with the province: each look-up goes to the next
/// one in the index, and where there is nothing, nothing is locked or written.
Result<std::set<std::string>> provinces_kept(Database& database, std::initializer_list<const char*> tables);

/// The append-only log, the same tables on the server and in the browser.
class RecordLog {
public:
    explicit RecordLog(Database& database) : database_(database) {}

    /// Hash of the record with this id, if the log has it (also after erasure). One statement for all ids of a batch.
    Result<std::vector<std::pair<std::string, std::string>>> hashes(std::string_view province, std::span<const std::string_view> ids);

    /// Waits for the turn to write in each of these provinces, and holds it until commit. To be asked for once in a transaction,
    /// before it reads what it will change: in the order of the set, two that meet never wait for each other in a circle.
    Result<void> take_turns(const std::set<std::string>& provinces);

    /// Appends records of one province and class; the caller has checked that the ids are new. Gives each its `seq`.
    Result<void> append(int priority, std::span<StoredRecord* const> records);

    Result<std::optional<StoredRecord>> find(std::string_view id);

    /// Drops body and signature, keeps id, hash and place in the feed. Idempotent.
    Result<void> erase(std::string_view id, Instant now);

    /// Records of a scope after `after`, in order of seq, at most `limit`. An erased record comes with empty bytes.
    struct Page {
        std::vector<StoredRecord> records;
        std::int64_t last = 0;
        bool more = false;
    };
    Result<Page> feed(const Scope& scope, int priority, std::int64_t after, int limit);

    /// Ids of records that supersede `id`, oldest first.
    Result<std::vector<std::string>> successors(std::string_view id);

private:
    Database& database_;
};

/// The provinces of the records that this one names, by `supersedes` or in its body: it may change their state, as that of its own.
std::vector<std::string> provinces_named_by(const Record& record);

std::span<const Migration> migrations_of_kernel();

}  // namespace lachan
