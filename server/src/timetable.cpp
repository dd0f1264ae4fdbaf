#include "timetable.h"

#include "log.h"
#include "own_record.h"
#include "retention.h"

namespace lachan::server {
namespace {

/// The records of one province for an hour; how many were made.
Result<int> keep_hour(Service& service, Engine& database, const System& system, const std::string& province, Instant due, Instant now,
                      std::vector<Draft> drafts) {
    const Actor actor = server_actor(service);
    std::vector<Incoming> incoming;
    for (Draft& draft : drafts) incoming.push_back(TRY(own_record(service.receipt_key, service.units, system.name(), kServerAuthor, std::move(draft), now)));
    Batch batch = read_batch(incoming, service.units, now, actor);
    auto transaction = TRY(WriteTransaction::begin_batch(service, database));
    if (!TRY(claim(transaction.database(), system.name(), due, province, now, incoming.size()))) return 0;
    Context context{transaction.database(), service.units, now, Side::server, actor, {}};
    // Signed a few lines ago by a key that never leaves this process.
    const std::vector<bool> proven(batch.checks.size(), true);
    for (const RecordAnswer& answer : TRY(append_within(context, batch, proven))) {
        // Figures that came in between: the next round says it with them.
        if (answer.outcome == Outcome::rejected) return Error{Errc::unavailable, answer.rule, "own record refused"};
    }
    TRY(transaction.commit());
    return static_cast<int>(incoming.size());
}

/// The same with what the system has to say; 0 when that is nothing, or another server said it.
Result<int> keep_province(Service& service, Engine& database, const System& system, const std::string& province, Instant due, Instant now) {
    Context context{database, service.units, now, Side::server, server_actor(service), {}};
    auto drafts = TRY(system.timely(context, province, due));
    if (drafts.empty()) return 0;
    return keep_hour(service, database, system, province, due, now, std::move(drafts));
}

/// Keeps the first of several errors.
void note(Result<void>& first, Result<void> next) {
    if (first && !next) first = std::move(next);
}

/// Provinces of which there is nothing to say, in one transaction.
Result<void> keep_silence(Service& service, Engine& database, std::string_view system, const std::vector<std::string>& provinces, Instant due, Instant now) {
    if (provinces.empty()) return {};
    auto transaction = TRY(WriteTransaction::begin_batch(service, database));
    for (const std::string& province : provinces) TRY(claim(transaction.database(), system, due, province, now, 0));
    return transaction.commit();
}

}  // namespace

Result<bool> claim(Engine& database, std::string_view system, Instant due, std::string_view province, Instant now, std::size_t records) {
    bool is_first = false;
    TRY(database.read("INSERT INTO server_timetable (system, due_at, province, made_at, records) VALUES (?1, ?2, ?3, ?4, ?5) "
                      "ON CONFLICT DO NOTHING RETURNING province",
                      {system, due.ms, province, now.ms, static_cast<std::int64_t>(records)}, [&](const Row&) {
                          is_first = true;
                          return Next::stop;
                      }));
    return is_first;
}

Result<std::set<std::string>> done_provinces(Engine& database, std::string_view system, Instant due) {
    std::set<std::string> provinces;
    TRY(database.read("SELECT province FROM server_timetable WHERE system = ?1 AND due_at = ?2", {system, due.ms}, [&](const Row& row) {
        provinces.insert(std::string(row.text(0)));
        return Next::row;
    }));
    return provinces;
}

Actor server_actor(const Service& service) {
    return {std::string(kServerAuthor), service.receipt_key.id(), {Grant{Role::national_centre, std::string(kNation), Instant{0}}}};
}

std::optional<Instant> last_due(std::span<const int> minutes, Instant now) {
    if (minutes.empty()) return std::nullopt;
    const Day today = day_in_vietnam(now);
    for (std::size_t i = minutes.size(); i-- > 0;) {
        const Instant due{start_in_vietnam(today).ms + minutes[i] * 60'000LL};
        if (due <= now) return due;
    }
    return Instant{start_in_vietnam(today + -1).ms + minutes.back() * 60'000LL};
}

Kept keep_timetable(Service& service, Engine& database, Instant now, const std::function<bool()>& stop) {
    Kept kept;
    for (const System* system : systems()) {
        const auto due = last_due(system->timetable(), now);
        if (!due) continue;
        const auto keep = [&]() -> Result<void> {
            const auto done = TRY(done_provinces(database, system->name(), *due));
            std::vector<std::string> silent;
            for (const Unit* unit : service.units.children(kNation, day_in_vietnam(now))) {
                const std::string province(unit->code);
                if (done.count(province) > 0) continue;
                if (stop()) return {};
                const auto made = keep_province(service, database, *system, province, *due, now);
                if (!made) note(kept.outcome, Error{made.error().code, made.error().rule, province + ": " + made.error().detail});
                else if (*made == 0) silent.push_back(province);
                else kept.made += *made;
            }
            return keep_silence(service, database, system->name(), silent, *due, now);
        };
        note(kept.outcome, keep());
    }
    return kept;
}

Timekeeper::Timekeeper(Service& service, Clock clock, std::chrono::milliseconds between)
    : service_(service), clock_(std::move(clock)), between_(between), thread_([this] { work(); }) {}

Timekeeper::~Timekeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Timekeeper::work() {
    std::unique_ptr<Engine> database;
    const auto stop = [this] {
        const std::lock_guard lock(mutex_);
        return stopping_;
    };
    std::string complaint;
    while (!stop()) {
        const auto round = [&]() -> Result<void> {
            if (!database) database = TRY(open_engine(service_.options.database));
            Kept kept = keep_timetable(service_, *database, clock_(), stop);
            if (kept.made > 0) log_event("info", "timetable", {{"records", kept.made}});
            if (!stop()) {
                const auto goes_on = [this] {
                    // Long enough for a batch that waits for the write lock of SQLite.
                    std::unique_lock lock(mutex_);
                    wake_.wait_for(lock, std::chrono::milliseconds(200), [this] { return stopping_; });
                    return !stopping_;
                };
                const auto erased = keep_retention(service_, *database, clock_(), goes_on);
                if (erased && *erased > 0) log_event("info", "retention", {{"records", *erased}});
                note(kept.outcome, erased ? Result<void>() : Result<void>(erased.error()));
            }
            return std::move(kept.outcome);
        };
        const auto done = round();
        // Said once: it is tried again every few seconds.
        if (!done && done.error().rule != complaint) log_event("warning", "timetable", {{"rule", done.error().rule}, {"detail", done.error().detail}});
        complaint = done ? "" : done.error().rule;
        if (!done) database.reset();
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, between_, [this] { return stopping_; });
    }
}

}  // namespace lachan::server
