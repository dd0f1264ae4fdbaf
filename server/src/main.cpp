#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/openapi.h"
#include "http/server.h"
#include "log.h"
#include "native_random.h"
#include "timetable.h"

namespace lachan::server {
namespace {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Result<void> fill(Service& service) {
    const Instant now = system_now();
    const std::string& assets = service.options.assets;
    service.units = TRY(Units::parse(read_text(assets + "/units.txt")));
    if (service.units.size() == 0) return Error{Errc::not_found, "units.missing", "no " + assets + "/units.txt (build the data first)"};
    service.openapi = canonical(openapi_document());
    auto database = TRY(open_engine(service.options.database));
    TRY(prepare_database(*database, now));
    service.secret = TRY(secret_of(*database));
    TRY(publish_key(*database, service.receipt_key, now));
    if (database->many_writers()) return {};
    TRY(database->settle_journal());
    auto journal = TRY(Journal::open(database->journal_file()));
    service.batches.reset(new BatchWriter{std::move(database), std::move(journal)});
    return {};
}

Result<void> serve(Options options) {
    const std::string& url = options.database;
    if (url.substr(0, 7) == "sqlite:") {
        std::error_code ignored;
        const auto folder = std::filesystem::path(url.substr(7)).parent_path();
        if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    }
    StaticFiles files = TRY(StaticFiles::load(options.web, options.assets));
    FileKey key = TRY(FileKey::open(options.data, "receipt-key"));
    Service service{std::move(options), Units(), std::move(key), "", "", {}, {}};
    TRY(fill(service));
    log_event("info", "start", {{"database", without_password(service.options.database)}, {"files", files.size()},
                                {"units", service.units.size()}, {"demo", service.options.demo}});
    HttpServer server(service, std::move(files));
    const Timekeeper timekeeper(service, system_now);
    return server.run([&](std::uint16_t port) {
        // One line for whoever started us; the log is on the other stream.
        std::printf("listening on http://%s:%u\n", service.options.listen.c_str(), static_cast<unsigned>(port));
        std::fflush(stdout);
    });
}

}  // namespace
}  // namespace lachan::server

int main(int count, char** words) {
    using namespace lachan;
    auto options = server::read_options({words + 1, words + count});
    if (!options) {
        std::fprintf(stderr, "lachan-server: %s\n", options.error().detail.c_str());
        return 2;
    }
    if (options->show_help) {
        std::fputs(server::help_of_server().c_str(), stdout);
        return 0;
    }
    // The database holds what people say of their health: its files are for the account that serves it, and nobody else.
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) return 1;
    server::start_log(options->log_level);
    if (const auto done = server::serve(std::move(*options)); !done) {
        std::fprintf(stderr, "lachan-server: %s: %s\n", done.error().rule.c_str(), done.error().detail.c_str());
        return 1;
    }
    return 0;
}
