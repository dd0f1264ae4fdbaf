#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vocab/system.h"

namespace lachan {

/// Every system of this build, in the order of the list SYSTEMS in shared/CMakeLists.txt. The generated file defines it.
std::span<const System* const> systems();

/// What the systems of this build answer from a request alone. Apart from `systems()`, so that a program that never asks does not carry it.
/// The generated file defines it, from the systems that have a workshop.cpp.
std::span<const Computation> computations();

const System* find_system(std::string_view name);
const RecordKind* find_kind(const System& system, std::string_view name);
const Query* find_query(std::string_view name);

/// Shape and rules of a body: all violations at once. Errc::not_found for an unknown system, kind or version.
Result<Violations> check(std::string_view system, const CheckInput& input);

/// A record as it came from outside, with what the shell found out about its signature.
struct Incoming {
    Json record;
    std::string signature;
    std::string_view canonical = {};  ///< canonical form of `record` where `CanonicalTexts` has it, else ""
};

enum class Outcome { accepted, duplicate, rejected };
const char* name_of(Outcome outcome);

/// What happened to one record of a batch. `rule` and `violations` only when rejected.
struct RecordAnswer {
    std::string id;
    Outcome outcome = Outcome::rejected;
    std::string hash;
    std::string rule;
    Violations violations;
};

/// One signature that the shell has to prove before `append`: ES256 over `bytes` by the key of `device`.
struct SignatureCheck {
    std::size_t record;  ///< index in the batch
    std::string device;
    std::string bytes;
    std::string signature;
};

/// A batch that was read but not yet written: envelope, shape and canonical form are known for each record.
struct Batch {
    static constexpr std::size_t kNowhere = SIZE_MAX;

    std::vector<StoredRecord> records;   ///< one for each incoming; id "" where the envelope could not be read
    std::vector<std::size_t> before;     ///< place of the record that this one names as `previous`, of the same device, or kNowhere
    std::vector<RecordAnswer> answers;   ///< filled for records that are rejected already
    bool judged = false;                 ///< a page of the server's feed: it was accepted there
    std::vector<SignatureCheck> checks;  ///< heads of device chains only: a chain is proven by its last record
};

/// Reads and checks a batch; touches no database.
Batch read_batch(std::span<const Incoming> incoming, const Units& units, Instant now, const Actor& actor);
/// The same without a copy of the bodies.
Batch read_batch(std::vector<Incoming>&& incoming, const Units& units, Instant now, const Actor& actor);

/// The same for a page of the server's feed: the server has proven the signatures and the right to write, so both hold here.
Batch read_feed(std::span<const Incoming> incoming, const Units& units, Instant now);

/// Appends in ONE transaction what may be appended and folds it into all systems; answers each record. `proven[i]` belongs to
/// `batch.checks[i]`. A record whose signature does not hold is rejected (record.signature). The same id and hash again is
/// `duplicate`; the same id with another hash is rejected (record.conflict). An error means: nothing was written, ask again.
Result<std::vector<RecordAnswer>> append(Context& context, Batch batch, const std::vector<bool>& proven);

/// The same inside a transaction that the caller has begun and will commit: the device writes its outbox with it. `batch` is used
/// up, but stays with the caller: giving back the memory of 500 bodies is not work to do under the lock of a database.
Result<std::vector<RecordAnswer>> append_within(Context& context, Batch& batch, const std::vector<bool>& proven);

/// Gives back the memory of a batch: it has a node for each member of each body, so that this takes as long as the answer.
void give_back(Batch& batch);

/// Runs a query after checking its arguments and the asker's right. Errc::not_found | malformed | forbidden.
Result<Json> ask(Context& context, std::string_view query, const Json& arguments);

/// All migrations: the kernel's first, then each system's.
std::vector<Migration> all_migrations();

}  // namespace lachan
