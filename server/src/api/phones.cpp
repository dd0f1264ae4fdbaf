#include <sodium.h>

#include "api/route.h"
#include "native_random.h"
#include "own_record.h"
#include "rate.h"
#include "sms.h"
#include "vocab/person.h"

namespace lachan::server::api {
namespace {

constexpr std::int64_t kCodeMs = 5 * 60'000;
constexpr std::int64_t kTries = 5;
/// Three codes at once for a number and then six an hour; an address may ask for more numbers, but not for all of them.
constexpr std::int64_t kCodes = 3;
constexpr std::int64_t kCodesPerHour = 6;
constexpr std::int64_t kAddressCodes = 60;

struct Asked {
    std::string phone;  ///< E.164
    std::string device;
    std::string code;
};

Result<Asked> read_asked(const Request& request, bool with_code) {
    const Json json = TRY(request.json(4'096));
    if (json.size() != (with_code ? 3u : 2u)) return Error{Errc::malformed, "request.unknown", "phone, device and code only"};
    const std::string_view phone = text_at(json, "phone");
    if (!check_phone(phone, "phone").empty()) return Error{Errc::rejected, "person.phone", "no telephone number"};
    Asked asked{phone_e164(phone), std::string(text_at(json, "device")), std::string(text_at(json, "code"))};
    const auto device = from_base64url(asked.device);
    if (!device || device->size() != 32) return Error{Errc::malformed, "request.device", "expected the id of a device"};
    if (with_code && (asked.code.size() != 6 || asked.code.find_first_not_of("0123456789") != std::string::npos)) {
        return Error{Errc::rejected, "phone.code", "a code has six digits"};
    }
    return asked;
}

Result<Reply> try_challenge(Service& service, Engine& database, const Request& request) {
    const Asked asked = TRY(read_asked(request, false));
    if (service.options.sms_command.empty() && !service.options.demo) {
        return Error{Errc::unavailable, "phone.gateway", "no SMS gateway is set up"};
    }
    const std::string phone = service.blind("phone", asked.phone);
    char code[7];
    std::snprintf(code, sizeof code, "%06u", static_cast<unsigned>(randombytes_uniform(1'000'000)));
    const Bucket by_phone{"code-" + phone, kCodes, kCodesPerHour};
    const Bucket by_address{service.blind("code-address", request.address), kAddressCodes, kAddressCodes};
    {
        auto transaction = TRY(WriteTransaction::begin(service, database));
        const std::int64_t left = TRY(take(database, by_phone, 1, request.now));
        const std::int64_t address_left = TRY(take(database, by_address, 1, request.now));
        if (left < 0 || address_left < 0) {
            const bool number = left < 0;
            Reply reply = error_reply(Error{Errc::unavailable, "rate.phone", "too many codes"}, 429);
            reply.headers.emplace_back("Retry-After", std::to_string(seconds_until(number ? by_phone : by_address,
                                                                                   (number ? left : address_left) + 1'000, 1)));
            return reply;
        }
        TRY(database.write("DELETE FROM server_challenge WHERE expires_at < ?1", {request.now.ms}));
        TRY(database.write("INSERT INTO server_challenge (phone_hash, device, code_hash, tries, expires_at) "
                           "VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT (phone_hash, device) DO UPDATE SET "
                           "code_hash = ?3, tries = 0, expires_at = ?4",
                           {std::string_view(phone), std::string_view(asked.device),
                            std::string_view(service.blind("code", phone + asked.device + code)), request.now.ms + kCodeMs}));
        TRY(transaction.commit());
    }
    if (!service.options.sms_command.empty()) {
        const std::string text = "La Chan: ma xac nhan cua ban la " + std::string(code) + ", co hieu luc trong 5 phut.\n";
        const std::chrono::seconds most(service.options.sms_seconds);
        if (auto sent = send_sms(service.options.sms_command, asked.phone, text, most); !sent) {
            // Nobody pays for a message that was not sent.
            auto transaction = TRY(WriteTransaction::begin(service, database));
            TRY(take(database, by_phone, -1, request.now));
            TRY(take(database, by_address, -1, request.now));
            TRY(transaction.commit());
            return sent.error();
        }
    }
    Json answer{{"expiresAt", request.now.ms + kCodeMs}};
    if (service.options.demo) answer["demoCode"] = code;
    return json_reply(202, answer);
}

/// What the systems want recorded once a telephone is proven: made and signed by the server, in the caller's transaction.
Result<void> record_confirmed(Service& service, Engine& database, const Asked& asked, Instant now) {
    const Actor actor{std::string(kServerAuthor), service.receipt_key.id(), {Grant{Role::administrator, std::string(kNation), Instant{0}}}};
    Context context{database, service.units, now, Side::server, actor, {}};
    std::vector<Incoming> incoming;
    for (const System* system : systems()) {
        for (Draft& draft : TRY(system->phone_confirmed(context, asked.device, asked.phone))) {
            incoming.push_back(TRY(own_record(service.receipt_key, service.units, system->name(), kServerAuthor, std::move(draft), now)));
        }
    }
    if (incoming.empty()) return {};
    Batch batch = read_batch(incoming, service.units, now, actor);
    // Signed two lines ago by a key that never leaves this process.
    const std::vector<bool> proven(batch.checks.size(), true);
    for (const RecordAnswer& answer : TRY(append_within(context, batch, proven))) {
        if (answer.outcome == Outcome::rejected) return Error{Errc::unavailable, answer.rule, "own record refused"};
    }
    return {};
}

Result<Reply> try_confirm(Service& service, Engine& database, const Request& request) {
    const Asked asked = TRY(read_asked(request, true));
    const std::string phone = service.blind("phone", asked.phone);
    const std::string given = service.blind("code", phone + asked.device + asked.code);
    std::string expected;
    std::int64_t tries = 0;
    auto transaction = TRY(WriteTransaction::begin(service, database));
    // The try is counted in the same statement that reads, and stays counted when the code is wrong.
    TRY(database.read("UPDATE server_challenge SET tries = tries + 1 WHERE phone_hash = ?1 AND device = ?2 AND expires_at > ?3 "
                      "RETURNING code_hash, tries",
                      {std::string_view(phone), std::string_view(asked.device), request.now.ms}, [&](const Row& row) {
                          expected = row.text(0);
                          tries = row.integer(1);
                          return Next::stop;
                      }));
    if (expected.empty()) return Error{Errc::expired, "phone.expired", "no code is waiting"};
    if (tries > kTries || given != expected) {
        TRY(transaction.commit());
        return tries >= kTries ? Error{Errc::expired, "phone.tries", "too many tries"}
                               : Error{Errc::rejected, "phone.code", "another code was sent"};
    }
    TRY(database.write("DELETE FROM server_challenge WHERE phone_hash = ?1 AND device = ?2",
                       {std::string_view(phone), std::string_view(asked.device)}));
    TRY(database.write("INSERT INTO server_phone (device, phone_hash, confirmed_at) VALUES (?1, ?2, ?3) "
                       "ON CONFLICT (device, phone_hash) DO UPDATE SET confirmed_at = ?3",
                       {std::string_view(asked.device), std::string_view(phone), request.now.ms}));
    TRY(record_confirmed(service, database, asked, request.now));
    TRY(transaction.commit());
    return json_reply(200, {{"state", "confirmed"}});
}

Reply settle(Result<Reply> reply) { return reply ? std::move(*reply) : refuse(reply.error()); }

}  // namespace

Reply phone_challenge(Service& service, Engine& database, const Request& request) {
    return settle(try_challenge(service, database, request));
}

Reply phone_confirm(Service& service, Engine& database, const Request& request) {
    return settle(try_confirm(service, database, request));
}

}  // namespace lachan::server::api
