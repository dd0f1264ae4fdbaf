#include "kernel/record.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace lachan {
namespace {

/// The key a Record's envelope must have, and whether it may be absent.
struct EnvelopeKey {
    std::string_view name;
    FieldType type;
    bool optional;
};

constexpr EnvelopeKey kEnvelope[] = {
    {"author", FieldType::text, true},    {"body", FieldType::list, false},  {"device", FieldType::text, false},
    {"id", FieldType::text, false},       {"kind", FieldType::text, false},  {"madeAt", FieldType::integer, false},
    {"previous", FieldType::text, true},  {"salt", FieldType::text, false},  {"supersedes", FieldType::text, true},
    {"system", FieldType::text, false},   {"unit", FieldType::text, false},  {"version", FieldType::integer, false},
};
/// Places in kEnvelope.
enum Key { kAuthor, kBody, kDevice, kId, kKind, kMadeAt, kPrevious, kSalt, kSupersedes, kSystem, kUnit, kVersion };

/// The members of an envelope by the place of their key, null where there is none.
class Envelope {
public:
    /// One walk along both, which are in the same order. `record` is an object and outlives this.
    explicit Envelope(const Json& record) {
        std::size_t place = 0;
        for (const auto& [name, value] : *record.get_ptr<const Json::object_t*>()) {
            while (place < std::size(kEnvelope) && kEnvelope[place].name < name) ++place;
            if (place < std::size(kEnvelope) && kEnvelope[place].name == name) values_[place] = &value;
            else has_unknown = true;
        }
    }

    bool has_unknown = false;
    const Json* at(std::size_t place) const { return values_[place]; }
    /// "" and 0 where there is none, or none of the type.
    std::string_view text(Key key) const {
        const auto* value = values_[key] ? values_[key]->get_ptr<const std::string*>() : nullptr;
        return value ? std::string_view(*value) : std::string_view();
    }
    std::int64_t integer(Key key) const {
        const bool is_there = values_[key] && values_[key]->is_number_integer();
        return is_there ? values_[key]->get<std::int64_t>() : 0;
    }

private:
    std::array<const Json*, std::size(kEnvelope)> values_{};
};

/// 43 characters: base64url of 32 bytes.
bool is_digest(std::string_view text) {
    if (text.size() != 43) return false;
    const auto bytes = from_base64url(text);
    return bytes.has_value() && bytes->size() == 32;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_user(std::string_view text) {
    return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

bool is_unit(std::string_view text) {
    if (text == "VN") return true;
    return (text.size() == 2 || text.size() == 3 || text.size() == 5) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `?a, ?a+1, ...` for an IN list of `count` values.
std::string places(std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) text += ", ";
        text += '?' + std::to_string(first + i);
    }
    return text;
}

constexpr std::string_view kColumns = "id, seq, hash, coalesce(bytes, ''), coalesce(signature, ''), received_at";

Result<StoredRecord> read_row(const Row& row) {
    StoredRecord stored;
    stored.record.id = row.text(0);
    stored.seq = row.integer(1);
    stored.hash = row.text(2);
    stored.bytes = row.text(3);
    stored.signature = row.text(4);
    stored.received_at = Instant{row.integer(5)};
    if (stored.bytes.empty()) return stored;
    stored.record = TRY(read_envelope(TRY(parse_json(stored.bytes))));
    return stored;
}

bool has_type(const EnvelopeKey& key, const Json& value) {
    switch (key.type) {
        case FieldType::integer: return value.is_number_integer();
        case FieldType::list: return value.is_object();
        default: return value.is_string();
    }
}

Violations check(const Envelope& envelope) {
    Violations out;
    for (std::size_t place = 0; place < std::size(kEnvelope); ++place) {
        const EnvelopeKey& key = kEnvelope[place];
        const Json* const value = envelope.at(place);
        if (!value && !key.optional) out.push_back({std::string(key.name), "field.required"});
        if (value && !has_type(key, *value)) out.push_back({std::string(key.name), "field.type"});
    }
    if (envelope.has_unknown) out.push_back({"", "field.unknown"});
    if (!out.empty()) return out;

    if (!RecordId::parse(envelope.text(kId))) out.push_back({"id", "record.id"});
    if (!is_word(envelope.text(kSystem))) out.push_back({"system", "record.system"});
    if (!is_word(envelope.text(kKind))) out.push_back({"kind", "record.kind"});
    if (!is_unit(envelope.text(kUnit))) out.push_back({"unit", "record.unit"});
    if (!is_digest(envelope.text(kDevice))) out.push_back({"device", "record.device"});
    if (!is_user(envelope.text(kAuthor))) out.push_back({"author", "record.author"});
    const auto salt = from_base64url(envelope.text(kSalt));
    if (!salt || salt->size() != 16) out.push_back({"salt", "record.salt"});
    const auto version = envelope.integer(kVersion);
    if (version < 1 || version > 1'000) out.push_back({"version", "record.version"});
    const auto made_at = envelope.integer(kMadeAt);
    // 2020-01-01 to 2100-01-01: before the system existed, or an overflow in waiting.
    if (made_at < 1'577'836'800'000 || made_at > 4'102'444'800'000) out.push_back({"madeAt", "record.made_at"});
    const auto supersedes = envelope.text(kSupersedes);
    if (envelope.at(kSupersedes) && (!RecordId::parse(supersedes) || supersedes == envelope.text(kId))) {
        out.push_back({"supersedes", "record.supersedes"});
    }
    if (envelope.at(kPrevious) && !is_digest(envelope.text(kPrevious))) out.push_back({"previous", "record.previous"});
    if (envelope.at(kAuthor) && envelope.text(kAuthor).empty()) out.push_back({"author", "record.author"});
    return out;
}

}  // namespace

Violations check_envelope(const Json& record) {
    if (!record.is_object()) return {{"", "field.type", {{"expected", "object"}}}};
    return check(Envelope(record));
}

Result<Record> read_envelope(const Json& json) {
    if (!json.is_object()) return Error{Errc::malformed, "field.type", "envelope: "};
    const Envelope envelope(json);
    const Violations violations = check(envelope);
    if (!violations.empty()) return Error{Errc::malformed, violations.front().rule, "envelope: " + violations.front().field};
    Record record;
    record.id = envelope.text(kId);
    record.system = envelope.text(kSystem);
    record.kind = envelope.text(kKind);
    record.version = static_cast<int>(envelope.integer(kVersion));
    record.unit = envelope.text(kUnit);
    record.author = envelope.text(kAuthor);
    record.device = envelope.text(kDevice);
    record.made_at = Instant{envelope.integer(kMadeAt)};
    record.supersedes = envelope.text(kSupersedes);
    record.previous = envelope.text(kPrevious);
    record.salt = envelope.text(kSalt);
    record.body = *envelope.at(kBody);
    return record;
}

Json write_envelope(const Record& record) {
    Json json{{"body", record.body},     {"device", record.device}, {"id", record.id},         {"kind", record.kind},
              {"madeAt", record.made_at.ms}, {"salt", record.salt}, {"system", record.system}, {"unit", record.unit},
              {"version", record.version}};
    if (!record.author.empty()) json["author"] = record.author;
    if (!record.supersedes.empty()) json["supersedes"] = record.supersedes;
    if (!record.previous.empty()) json["previous"] = record.previous;
    return json;
}

StoredRecord seal(Record record) {
    std::string bytes = canonical(write_envelope(record));
    return seal(std::move(record), std::move(bytes));
}

StoredRecord seal(Record record, std::string bytes) {
    assert(bytes == canonical(write_envelope(record)));
    StoredRecord stored;
    stored.bytes = std::move(bytes);
    stored.hash = to_base64url(sha256(stored.bytes));
    stored.record = std::move(record);
    return stored;
}

int shard_of_province(std::string_view province) {
    if (province.size() != 2 || province == "VN") return 0;
    return (province[0] - '0') * 10 + (province[1] - '0');
}

std::string province_of_shard(int shard) {
    if (shard <= 0 || shard > 99) return "VN";
    return {static_cast<char>('0' + shard / 10), static_cast<char>('0' + shard % 10)};
}

const std::string& all_provinces() {
    static const std::string list = [] {
        std::string codes;
        for (int shard = 1; shard <= 99; ++shard) codes += (shard > 1 ? ", '" : "('") + province_of_shard(shard) + '\'';
        return codes + ')';
    }();
    return list;
}

Result<std::set<std::string>> provinces_kept(Database& database, std::initializer_list<const char*> tables) {
    std::set<std::string> found;
    for (const char* table : tables) {
        const std::string sql = "SELECT min(province) FROM " + std::string(table) + " WHERE province > ?1";
        for (std::string last, next;; found.insert(last = next)) {
            next.clear();
            TRY(database.read(sql, {std::string_view(last)}, [&](const Row& row) {
                next = row.text(0);
                return Next::stop;
            }));
            if (next.empty()) break;
        }
    }
    return found;
}

std::string Scope::path() const {
    if (district.empty()) return province;
    return ward.empty() ? province + '/' + district : province + '/' + district + '/' + ward;
}

Result<std::vector<std::pair<std::string, std::string>>> RecordLog::hashes(std::string_view province,
                                                                          std::span<const std::string_view> ids) {
    std::vector<std::pair<std::string, std::string>> found;
    if (ids.empty()) return found;
    std::vector<SqlValue> values{province};
    values.insert(values.end(), ids.begin(), ids.end());
    // The list is filled up with its last id to a power of two: a handful of statements that stay prepared, not one for each length.
    const std::size_t length = std::bit_ceil(ids.size());
    while (values.size() <= length) values.emplace_back(ids.back());
    const std::string sql = "SELECT id, hash FROM kernel_record WHERE province = ?1 AND id IN (" + places(2, length) + ")";
    TRY(database_.read(sql, values, [&](const Row& row) {
        found.emplace_back(row.text(0), row.text(1));
        return Next::row;
    }));
    return found;
}

Result<void> RecordLog::take_turns(const std::set<std::string>& provinces) {
    for (const std::string& province : provinces) {
        TRY(database_.write("INSERT INTO kernel_turn (province, turns) VALUES (?1, 1) "
                            "ON CONFLICT (province) DO UPDATE SET turns = kernel_turn.turns + 1",
                            {std::string_view(province)}));
    }
    return {};
}

std::vector<std::string> provinces_named_by(const Record& record) {
    constexpr std::size_t kIdLength = 36;
    std::vector<std::string> provinces;
    const auto add = [&](std::string_view id) {
        if (id.size() != kIdLength) return;
        if (const auto parsed = RecordId::parse(id)) provinces.push_back(province_of_shard(parsed->shard()));
    };
    add(record.supersedes);
    if (!record.body.is_object()) return provinces;
    for (const auto& [key, value] : *record.body.get_ptr<const Json::object_t*>()) {
        if (const auto* text = value.get_ptr<const std::string*>()) add(*text);
    }
    return provinces;
}

Result<void> RecordLog::append(int priority, std::span<StoredRecord* const> records) {
    if (records.empty()) return {};
    const std::string_view province = records.front()->scope.province;
    // One statement takes the row lock of this feed and reserves the places: whoever appends next waits for our commit.
    std::int64_t next = 0;
    const auto count = static_cast<std::int64_t>(records.size());
    TRY(database_.read("INSERT INTO kernel_feed (province, priority, next_seq) VALUES (?1, ?2, ?3 + 1) "
                       "ON CONFLICT (province, priority) DO UPDATE SET next_seq = kernel_feed.next_seq + ?3 "
                       "RETURNING next_seq",
                       {province, std::int64_t{priority}, count}, [&](const Row& row) {
                           next = row.integer(0) - count;
                           return Next::stop;
                       }));
    for (StoredRecord* stored : records) {
        stored->seq = next++;
        const Record& record = stored->record;
        TRY(database_.write("INSERT INTO kernel_record (province, id, district, ward, priority, seq, system, kind, device, "
                            "made_at, received_at, supersedes, hash, bytes, signature) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                            {province, std::string_view(record.id), std::string_view(stored->scope.district),
                             std::string_view(stored->scope.ward), std::int64_t{priority}, stored->seq,
                             std::string_view(record.system), std::string_view(record.kind), std::string_view(record.device),
                             record.made_at.ms, stored->received_at.ms, std::string_view(record.supersedes),
                             std::string_view(stored->hash), std::string_view(stored->bytes),
                             std::string_view(stored->signature)}));
        if (record.supersedes.empty()) continue;
        const RecordId old = TRY(RecordId::parse(record.supersedes));
        const std::string old_province = province_of_shard(old.shard());
        TRY(database_.write("INSERT INTO kernel_supersession (province, id, by_id) VALUES (?1, ?2, ?3) "
                            "ON CONFLICT DO NOTHING",
                            {std::string_view(old_province), std::string_view(record.supersedes), std::string_view(record.id)}));
    }
    return {};
}

Result<std::optional<StoredRecord>> RecordLog::find(std::string_view id) {
    const RecordId parsed = TRY(RecordId::parse(id));
    const std::string province = province_of_shard(parsed.shard());
    std::optional<StoredRecord> found;
    std::optional<Error> broken;
    TRY(database_.read("SELECT " + std::string(kColumns) + " FROM kernel_record WHERE province = ?1 AND id = ?2",
                       {std::string_view(province), id}, [&](const Row& row) {
                           auto stored = read_row(row);
                           if (stored) found = std::move(*stored);
                           else broken = stored.error();
                           return Next::stop;
                       }));
    if (broken) return *broken;
    return found;
}

Result<void> RecordLog::erase(std::string_view id, Instant now) {
    const RecordId parsed = TRY(RecordId::parse(id));
    const std::string province = province_of_shard(parsed.shard());
    return database_.write("UPDATE kernel_record SET bytes = NULL, signature = NULL, erased_at = ?3 "
                           "WHERE province = ?1 AND id = ?2 AND erased_at IS NULL",
                           {std::string_view(province), id, now.ms});
}

Result<RecordLog::Page> RecordLog::feed(const Scope& scope, int priority, std::int64_t after, int limit) {
    Page page;
    page.last = after;
    std::optional<Error> broken;
    std::string sql = "SELECT " + std::string(kColumns) + " FROM kernel_record WHERE province = ?1 AND priority = ?2 AND seq > ?3";
    std::vector<SqlValue> values{std::string_view(scope.province), std::int64_t{priority}, after, std::int64_t{limit} + 1};
    // The narrowest code alone selects: a ward code is unique in the country, so its own index serves.
    const std::string& narrow = scope.ward.empty() ? scope.district : scope.ward;
    if (!narrow.empty()) {
        sql += scope.ward.empty() ? " AND district = ?5" : " AND ward = ?5";
        values.emplace_back(std::string_view(narrow));
    }
    sql += " ORDER BY seq LIMIT ?4";
    TRY(database_.read(sql, values, [&](const Row& row) {
        if (static_cast<int>(page.records.size()) == limit) {
            page.more = true;
            return Next::stop;
        }
        auto stored = read_row(row);
        if (!stored) {
            broken = stored.error();
            return Next::stop;
        }
        page.last = stored->seq;
        page.records.push_back(std::move(*stored));
        return Next::row;
    }));
    if (broken) return *broken;
    return page;
}

Result<std::vector<std::string>> RecordLog::successors(std::string_view id) {
    const RecordId parsed = TRY(RecordId::parse(id));
    const std::string province = province_of_shard(parsed.shard());
    std::vector<std::string> ids;
    TRY(database_.read("SELECT by_id FROM kernel_supersession WHERE province = ?1 AND id = ?2 ORDER BY by_id",
                       {std::string_view(province), id}, [&](const Row& row) {
                           ids.emplace_back(row.text(0));
                           return Next::row;
                       }));
    return ids;
}

}  // namespace lachan
