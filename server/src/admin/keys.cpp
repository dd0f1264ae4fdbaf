#include <cstdio>
#include <filesystem>

#include "admin/admin.h"

// Receipt keys of the instances: who speaks for whom, and how one follows another (docs/adr/0007).
namespace lachan::admin {
namespace {

constexpr const char* kKeyName = "receipt-key";

/// The key of this instance; Errc::not_found rather than a new one when there is none.
Result<FileKey> own_key(const Desk& desk) {
    if (!std::filesystem::exists(desk.data + '/' + kKeyName + ".pem")) {
        return Error{Errc::not_found, "key.file", "no " + desk.data + '/' + kKeyName + ".pem: run this where the server keeps its key"};
    }
    return FileKey::open(desk.data, kKeyName);
}

Result<void> speak_for(Desk& desk, const FileKey& speaker, std::string_view id, std::string_view spki) {
    const std::string signature = TRY(speaker.sign(server::endorsement(speaker.id(), id, spki)));
    return desk.database->write("INSERT INTO server_key_endorsement (key_id, by_id, signature) VALUES (?1, ?2, ?3) "
                                "ON CONFLICT (key_id, by_id) DO UPDATE SET signature = ?3",
                                {id, std::string_view(speaker.id()), std::string_view(signature)});
}

}  // namespace

Result<void> keys_list(Desk& desk) {
    return desk.database->read("SELECT k.id, k.from_at, e.by_id FROM server_key k LEFT JOIN server_key_endorsement e ON e.key_id = k.id "
                               "ORDER BY k.from_at, k.id, e.by_id",
                               {}, [](const Row& row) {
                                   const std::string day = to_string(day_in_vietnam(Instant{row.integer(1)}));
                                   std::printf("%s  since %s%s%s\n", std::string(row.text(0)).c_str(), day.c_str(),
                                               row.is_null(2) ? "" : "  endorsed by ",
                                               row.is_null(2) ? "" : std::string(row.text(2)).c_str());
                                   return Next::row;
                               });
}

Result<void> keys_endorse(Desk& desk) {
    const FileKey key = TRY(own_key(desk));
    const std::string& id = desk.arguments.words[0];
    std::string spki;
    TRY(desk.database->read("SELECT public_key FROM server_key WHERE id = ?1", {std::string_view(id)}, [&](const Row& row) {
        spki = row.text(0);
        return Next::stop;
    }));
    if (spki.empty()) return Error{Errc::not_found, "key.unknown", "no instance has published this key (see keys list)"};
    TRY(speak_for(desk, key, id, spki));
    std::printf("%s speaks for %s\n", key.id().c_str(), id.c_str());
    return {};
}

Result<void> keys_rotate(Desk& desk) {
    const FileKey old = TRY(own_key(desk));
    const std::string path = desk.data + '/' + kKeyName;
    // The new key is whole on disk and endorsed before it takes the place of the old one: stopped anywhere, run it again.
    FileKey fresh = TRY(FileKey::open(desk.data, std::string(kKeyName) + "-next"));
    TRY(server::publish_key(*desk.database, old, desk.now));
    TRY(server::publish_key(*desk.database, fresh, desk.now));
    TRY(speak_for(desk, old, fresh.id(), fresh.public_key()));
    // A second name for the old one, then the new one over the first name: at no moment would a server that starts find none.
    std::error_code wrong;
    const std::string kept = path + "-" + old.id().substr(0, 8) + ".pem";
    if (!std::filesystem::exists(kept)) std::filesystem::create_hard_link(path + ".pem", kept, wrong);
    if (!wrong) std::filesystem::rename(path + "-next.pem", path + ".pem", wrong);
    if (wrong) return Error{Errc::unavailable, "key.file", "cannot replace " + path + ".pem: " + wrong.message()};
    std::printf("%s follows %s. Restart the server; when it runs, destroy %s.\n", fresh.id().c_str(), old.id().c_str(), kept.c_str());
    return {};
}

}  // namespace lachan::admin
