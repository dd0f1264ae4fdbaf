#include <algorithm>
#include <bit>

#include "core/operations.h"
#include "kernel/receipt.h"
#include "kernel/text.h"
#include "qr/draw.h"
#include "qr/scan.h"
#include "systems.h"

namespace lachan {
namespace {

struct Form {
    const System* system;
    const RecordKind* kind;
    int version;
    const FieldList* fields;
};

Result<Form> form_of(const Json& request) {
    const System* system = find_system(text_at(request, "system"));
    const RecordKind* kind = system ? find_kind(*system, text_at(request, "kind")) : nullptr;
    if (!kind) return Error{Errc::not_found, "record.kind", "no such system or kind"};
    const auto version = static_cast<int>(int_at(request, "version", kind->version));
    const FieldList* fields = kind->fields(version);
    if (!fields) return Error{Errc::not_found, "record.version", "no such version"};
    return Form{system, kind, version, fields};
}

Result<Json> form(Core&, const Json& request) {
    const Form found = TRY(form_of(request));
    return Json{{"system", found.system->name()},
                {"kind", found.kind->name},
                {"version", found.version},
                {"fields", describe(*found.fields)}};
}

Result<Json> check_body(Core& core, const Json& request) {
    const Form found = TRY(form_of(request));
    const Instant now = TRY(now_of(request));
    const CheckInput input{found.kind->name,         found.version, at(request, "body"), text_at(request, "unit"), core.units(), now,
                           at(request, "byOfficial") == Json(true)};
    Violations all = TRY(check(found.system->name(), input));
    Violations errors;
    Violations warnings;
    for (Violation& violation : all) (violation.warning ? warnings : errors).push_back(std::move(violation));
    return Json{{"violations", to_json(errors)}, {"warnings", to_json(warnings)}};
}

Result<Json> preview(Core& core, const Json& request) {
    const Form found = TRY(form_of(request));
    const Instant now = TRY(now_of(request));
    const CheckInput input{found.kind->name, found.version, at(request, "body"), text_at(request, "unit"), core.units(), now};
    auto database = core.database();
    return found.system->preview(input, database ? *database : nullptr);
}

Result<Json> load_units(Core& core, const Json& request) {
    core.set_units(TRY(Units::parse(text_at(request, "text"))));
    return Json{{"count", core.units().size()}};
}

Json to_json(const Unit& unit, const Units& units, Day day) {
    Json parents = Json::array();
    for (const Unit* above : units.above(unit.code, day)) parents.push_back(above->name);
    return {{"code", unit.code},   {"kind", unit.kind},       {"level", unit.level}, {"name", unit.name},
            {"parents", parents}, {"path", units.path(unit.code, day)}};
}

Result<Day> day_of(const Json& request) {
    const std::string_view day = text_at(request, "day");
    if (!day.empty()) return Day::parse(day);
    const Instant now = TRY(now_of(request));
    return day_in_vietnam(now);
}

Result<Json> search_units(Core& core, const Json& request) {
    const Day day = TRY(day_of(request));
    const auto limit = std::min<std::int64_t>(int_at(request, "limit", 10), 50);
    Json hits = Json::array();
    for (const Units::Hit& hit : core.units().search(text_at(request, "query"), day, static_cast<std::size_t>(limit))) {
        hits.push_back(to_json(*hit.unit, core.units(), day));
    }
    return Json{{"hits", std::move(hits)}};
}

Result<Json> find_unit(Core& core, const Json& request) {
    const Day day = TRY(day_of(request));
    const Unit* unit = core.units().find(text_at(request, "code"), day);
    if (!unit) return Error{Errc::not_found, "record.unit", "no such unit on that day"};
    return to_json(*unit, core.units(), day);
}

Result<Json> unit_children(Core& core, const Json& request) {
    const Day day = TRY(day_of(request));
    Json children = Json::array();
    for (const Unit* unit : core.units().children(text_at(request, "code"), day)) {
        children.push_back({{"code", unit->code}, {"name", unit->name}, {"level", unit->level}});
    }
    return Json{{"children", std::move(children)}};
}

Result<Json> inspect_receipt(Core&, const Json& request) {
    const ReadReceipt receipt = TRY(read_receipt(at(request, "receipt")));
    const Json& bytes = at(request, "bytes");
    if (bytes.is_string() && to_base64url(sha256(bytes.get_ref<const std::string&>())) != receipt.body.hash) {
        return Error{Errc::rejected, "receipt.hash", "the receipt is for other content"};
    }
    return Json{{"body",
                 {{"hash", receipt.body.hash},
                  {"id", receipt.body.id},
                  {"outcome", receipt.body.outcome},
                  {"receivedAt", receipt.body.received_at.ms}}},
                {"check",
                 {{"algorithm", "ES256"},
                  {"bytes", bytes_to_sign(receipt.head)},
                  {"key", receipt.head.key},
                  {"signature", receipt.signature}}}};
}

Result<Json> hash_text(Core&, const Json& request) {
    return Json{{"hash", to_base64url(sha256(text_at(request, "text")))}};
}

/// Looks for the nonce that a busy server asks for: SHA-256 of prefix + nonce begins with `bits` zero bits. One slice of the search,
/// so that the worker can do other things in between.
Result<Json> solve_work(Core&, const Json& request) {
    const std::int64_t bits = int_at(request, "bits");
    const std::int64_t from = int_at(request, "from");
    if (bits < 1 || bits > 24 || from < 0) return Error{Errc::malformed, "request.work", "bits are 1 to 24, from is 0 or more"};
    const std::string prefix(text_at(request, "prefix"));
    const std::int64_t end = from + std::clamp<std::int64_t>(int_at(request, "count"), 1, 100'000);
    for (std::int64_t nonce = from; nonce < end; ++nonce) {
        const std::string text = std::to_string(nonce);
        int zeros = 0;
        for (const std::uint8_t byte : sha256(prefix + text)) {
            zeros += std::countl_zero(byte);
            if (byte != 0) break;
        }
        if (zeros >= bits) return Json{{"next", end}, {"nonce", text}};
    }
    return Json{{"next", end}, {"nonce", nullptr}};
}

Result<Json> fold_text(Core&, const Json& request) { return Json{{"folded", fold(text_at(request, "text"))}}; }

Result<Json> scan_text(Core&, const Json& request) {
    return qr::to_json(TRY(qr::scan(text_at(request, "text"))));
}

/// {"size", "modules"}: rows of `size` bits, the first in the highest bit, in base64url.
Result<Json> draw_qr(Core&, const Json& request) {
    const std::string_view level = text_at(request, "level");
    const qr::Correction correction = TRY(qr::parse_correction(level.empty() ? std::string_view("M") : level));
    const qr::Modules modules = TRY(qr::draw(text_at(request, "text"), correction));
    return Json{{"modules", to_base64url(modules.bits)}, {"size", modules.size}};
}

constexpr Operation kOperations[] = {
    {"check", check_body},
    {"fold", fold_text},
    {"form", form},
    {"hash", hash_text},
    {"preview", preview},
    {"qr", draw_qr},
    {"receipt.inspect", inspect_receipt},
    {"scan", scan_text},
    {"units.children", unit_children},
    {"units.find", find_unit},
    {"units.load", load_units},
    {"units.search", search_units},
    {"work", solve_work},
};

}  // namespace

std::span<const Operation> pure_operations() { return kOperations; }

}  // namespace lachan
