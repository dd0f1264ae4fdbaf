#include "own_record.h"

#include "native_random.h"

namespace lachan::server {

Result<Incoming> own_record(const FileKey& key, const Units& units, std::string_view system_name, std::string_view author,
                            Draft draft, Instant made_at) {
    const System* system = find_system(system_name);
    const RecordKind* kind = system ? find_kind(*system, draft.kind) : nullptr;
    if (!kind) return Error{Errc::not_found, "record.kind", "this build has no such record"};
    const std::string path = units.path(draft.unit, day_in_vietnam(made_at));
    if (path.empty()) return Error{Errc::not_found, "record.unit", "no such unit on that day"};
    SystemRandom random;
    Bytes salt(16);
    random.fill(salt);
    Record record;
    record.id = RecordId::make(made_at, shard_of_province(std::string_view(path).substr(0, 2)), random).text();
    record.system = system_name;
    record.kind = std::move(draft.kind);
    record.version = kind->version;
    record.unit = std::move(draft.unit);
    record.author = author;
    record.device = key.id();
    record.made_at = made_at;
    record.salt = to_base64url(salt);
    record.body = std::move(draft.body);
    const StoredRecord sealed = seal(std::move(record));
    return Incoming{write_envelope(sealed.record), TRY(key.sign(sealed.bytes))};
}

}  // namespace lachan::server
