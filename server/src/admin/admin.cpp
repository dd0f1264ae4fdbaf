#include "admin/admin.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "own_record.h"
#include "prove.h"

namespace lachan::admin {

std::string Arguments::get(const std::string& name, std::string other) const {
    const auto found = options.find(name);
    return found == options.end() ? other : found->second;
}

std::span<const Command> commands() {
    static const std::vector<Command> all = {
        {"users add", "NAME [--role ROLE --unit UNIT] [--keep]",
         "Adds a user and prints a password that is shown once; it must be changed at the first sign-in unless --keep.",
         {"role", "unit", "!keep"}, 1, 1, true, true, users_add, true},
        {"users list", "", "Lists users with their grants.", {}, 0, 0, true, false, users_list},
        {"users disable", "NAME", "Keeps a user from signing in and ends the sessions.", {}, 1, 1, true, false, users_disable},
        {"users enable", "NAME", "Lets a disabled user sign in again.", {}, 1, 1, true, false, users_enable},
        {"users password", "NAME [--keep]", "Gives a user a new password, printed once, and ends the sessions.", {"!keep"}, 1, 1, true,
         false, users_password},
        {"users grant", "NAME ROLE UNIT [--until YYYY-MM-DD]", "Grants a role in a unit (see roles, units).", {"until"}, 3, 3, true,
         true, users_grant},
        {"users revoke", "NAME ROLE UNIT", "Takes a grant back.", {}, 3, 3, true, false, users_revoke},
        {"units list", "[PARENT] [--day YYYY-MM-DD]", "Lists the units below PARENT (VN when left out).", {"day"}, 0, 1, false, true,
         units_list},
        {"units show", "CODE-OR-NAME [--day YYYY-MM-DD]", "Shows units by code or by name.", {"day"}, 1, 8, false, true, units_show},
        {"roles", "", "Lists the roles and what each may do.", {}, 0, 0, false, false, roles},
        {"import-cases", "FILE [--source NAME] [--format FORMAT] [--complete]",
         "Records counts and figures. Formats: auto, long (province,[district,commune,]date,cases), wide-names (a column a province), wide-ids (a column a day, "
         "ids explained by province_ids.csv beside it), people (code,population), figures (code,measure,source,date,value: cases, tests, feedback, checkpoints, ...). --complete: the file lists every case, so its units had none on the other days.",
         {"source", "format", "!complete"}, 1, 1, true, true, import_command},
        {"import-places", "FILE [--boundaries FILE]",
         "Records places of visits, tests, vaccination, ... from a CSV file with the columns type, unit, name, longitude, latitude, from and, where there "
         "are, fromTime, until, untilTime, note. All rows or none. --boundaries: surveyed shapes (country.bin), to tell which places lie outside their unit.",
         {"boundaries"}, 1, 1, true, true, import_places},
        {"corrections", "--list FILE [UNIT] [--out FILE] | --list FILE --issued FILE",
         "Requests for corrections that a commune has taken up, as rows for lachan-issue certificate: filled from the old certificate where a key of the "
         "list (trust.json of the issuer) signed it, 'replaces' with its number. A row with 'wrong' and 'shouldBe' is refused by lachan-issue until "
         "somebody has put the value in its column and taken the two out. Where sites sign their doses, a row of a dose goes to its site first "
         "(lachan-issue dose). --issued: the lines that lachan-issue printed; who asked gets the new certificate.",
         {"list", "out", "issued"}, 0, 1, true, true, corrections},
        {"calculate", "[PROVINCE] [--day YYYY-MM-DD]",
         "Calculates the levels of a province, or of all, down to the communes, and records them as proposals to be approved. Without --day: the last day with cases.",
         {"day"}, 0, 1, true, true, calculate},
        {"backup", "FILE", "Copies a SQLite database while it is in use; says what to run for PostgreSQL.", {}, 1, 1, false, false, backup},
        {"restore", "FILE", "Puts a copy in place of a SQLite database that is not there; says what to run for PostgreSQL.", {}, 1, 1, false, false,
         restore},
        {"seed-demo", "[--if-new] [--corpus FOLDER]",
         "Fills a database with invented officials and people, and case counts; prints one-time passwords.",
         {"!if-new", "corpus"}, 0, 0, true, true, seed_demo, true},
        {"purge", "", "Erases what may no longer be kept, and forgets old sessions and rates.", {}, 0, 0, true, true, purge},
        {"keys list", "", "Lists the keys that sign receipts, and which speaks for which.", {}, 0, 0, true, false, keys_list},
        {"keys endorse", "ID", "Lets this instance's key speak for another instance's, so that devices believe its receipts.", {}, 1, 1,
         true, false, keys_endorse},
        {"keys rotate", "", "Makes a new receipt key for this instance, endorsed by the old one; restart the server afterwards.", {}, 0,
         0, true, false, keys_rotate},
    };
    return all;
}

void progress(const std::string& text, bool last) {
    static const bool terminal = isatty(STDERR_FILENO) != 0;
    if (terminal) std::fprintf(stderr, "\r\x1b[K%s%s", text.c_str(), last ? "\n" : "");
    else std::fprintf(stderr, "%s\n", text.c_str());
    std::fflush(stderr);
}

Result<void> Recorder::add(std::string_view system, std::string_view kind, std::string_view unit, Json body, Instant made_at) {
    Draft draft{std::string(kind), std::string(unit), std::move(body)};
    Incoming made = TRY(server::own_record(key_, desk_.units, system, actor_.user, std::move(draft), made_at));
    last_id_ = text_at(made.record, "id");
    incoming_.push_back(std::move(made));
    return {};
}

Result<std::vector<RecordAnswer>> Recorder::flush(Keep keep) {
    Batch batch = read_batch(incoming_, desk_.units, desk_.now, actor_);
    incoming_.clear();
    const Bytes spki = TRY(from_base64url(key_.public_key()));
    Prover prover;
    std::vector<bool> proven;
    for (const SignatureCheck& check : batch.checks) {
        certificate::SignatureCheck one;
        one.spki = spki;
        const auto bytes = bytes_of(check.bytes);
        one.signed_bytes.assign(bytes.begin(), bytes.end());
        one.signature = TRY(from_base64url(check.signature));
        proven.push_back(prover.prove(one) == certificate::Answer::valid);
    }
    auto transaction = TRY(Transaction::begin(*desk_.database));
    std::set<std::string> provinces;
    for (const StoredRecord& stored : batch.records) {
        if (const auto id = RecordId::parse(stored.record.id)) provinces.insert(province_of_shard(id->shard()));
    }
    Context context{*desk_.database, desk_.units, desk_.now, Side::server, actor_, {}};
    auto answers = TRY(append_within(context, batch, proven));
    const auto is_rejected = [](const RecordAnswer& answer) { return answer.outcome == Outcome::rejected; };
    if (keep == Keep::all_or_none && std::any_of(answers.begin(), answers.end(), is_rejected)) return answers;
    for (const std::string& province : provinces) {
        TRY(desk_.database->write("INSERT INTO kernel_device (province, id, public_key, first_seen) VALUES (?1, ?2, ?3, ?4) "
                                  "ON CONFLICT DO NOTHING",
                                  {std::string_view(province), std::string_view(key_.id()), std::string_view(key_.public_key()),
                                   desk_.now.ms}));
    }
    TRY(transaction.commit());
    return answers;
}

}  // namespace lachan::admin
