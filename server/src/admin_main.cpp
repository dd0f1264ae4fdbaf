#include <sodium.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "admin/admin.h"
#include "native_random.h"

namespace lachan::admin {
namespace {

/// 2 wrong usage, 3 not found, 4 refused, 5 conflict, 1 everything else.
int exit_code(const Error& error) {
    switch (error.code) {
        case Errc::malformed: return 2;
        case Errc::not_found: return 3;
        case Errc::rejected:
        case Errc::forbidden:
        case Errc::expired: return 4;
        case Errc::conflict: return 5;
        case Errc::unavailable: return 1;
    }
    return 1;
}

void help() {
    std::printf("Usage: lachan-admin COMMAND [ARGUMENT]... [OPTION]...\n\n"
                "Works on the database of a Lá Chắn server, also while it runs.\n\n");
    for (const Command& command : commands()) {
        std::printf("  %.*s %.*s\n      %.*s\n", static_cast<int>(command.name.size()), command.name.data(),
                    static_cast<int>(command.usage.size()), command.usage.data(), static_cast<int>(command.summary.size()),
                    command.summary.data());
    }
    std::printf("\nEvery command takes\n"
                "  --database URL   sqlite:PATH or postgresql://...   [sqlite:data/lachan.sqlite, or DATABASE]\n"
                "  --data FOLDER    keys of this machine               [data]\n"
                "  --assets FOLDER  units.txt, made by the build       [build/assets]\n"
                "  --help\n\n"
                "Status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused by a rule, 5 in conflict with what is there\n");
}

/// The command whose name is the longest beginning of the words.
const Command* find_command(std::vector<std::string>& words) {
    for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
        if (words.size() < count) continue;
        const std::string name = count == 2 ? words[0] + ' ' + words[1] : words[0];
        for (const Command& command : commands()) {
            if (command.name != name) continue;
            words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
            return &command;
        }
    }
    return nullptr;
}

bool is_known(const Command& command, std::string_view name, bool& has_value) {
    has_value = true;
    if (name == "database" || name == "data" || name == "assets") return true;
    for (std::string_view option : command.options) {
        has_value = option.front() != '!';
        if (!has_value) option.remove_prefix(1);
        if (option == name) return true;
    }
    return false;
}

Result<Arguments> read_arguments(const Command& command, const std::vector<std::string>& words) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].substr(0, 2) != "--") {
            arguments.words.push_back(words[i]);
            continue;
        }
        std::string name = words[i].substr(2);
        const std::size_t sign = name.find('=');
        std::string value = sign == std::string::npos ? "" : name.substr(sign + 1);
        name = name.substr(0, sign);
        bool has_value = true;
        if (!is_known(command, name, has_value)) return Error{Errc::malformed, "option", "--" + name + " is unknown (try --help)"};
        if (has_value && sign == std::string::npos) {
            if (i + 1 == words.size()) return Error{Errc::malformed, "option", "--" + name + " needs a value"};
            value = words[++i];
        }
        arguments.options[name] = value;
    }
    if (arguments.words.size() < command.fewest_words || arguments.words.size() > command.most_words) {
        return Error{Errc::malformed, "usage", "expected: " + std::string(command.name) + ' ' + std::string(command.usage)};
    }
    return arguments;
}

Result<Desk> open_desk(const Command& command, Arguments arguments) {
    Desk desk;
    desk.arguments = std::move(arguments);
    desk.now = server::system_now();
    const char* from_environment = std::getenv("DATABASE");
    desk.database_url = desk.arguments.get("database", from_environment && *from_environment ? from_environment
                                                                                               : "sqlite:data/lachan.sqlite");
    desk.data = desk.arguments.get("data", "data");
    desk.assets = desk.arguments.get("assets", "build/assets");
    if (command.needs_units) {
        std::ifstream file(desk.assets + "/units.txt", std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        desk.units = TRY(Units::parse(text.str()));
        if (desk.units.size() == 0) {
            return Error{Errc::not_found, "units.missing", "no " + desk.assets + "/units.txt (build the data, or give --assets)"};
        }
    }
    if (command.needs_database) {
        if (desk.database_url.substr(0, 7) == "sqlite:") {
            std::error_code ignored;
            const std::filesystem::path file = desk.database_url.substr(7);
            if (!command.may_begin && !std::filesystem::exists(file, ignored)) {
                return Error{Errc::not_found, "database.missing", "no database " + file.string() + " (is --database right? lachan-server, users add and seed-demo make one)"};
            }
            const auto folder = file.parent_path();
            if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
        }
        desk.database = TRY(server::open_engine(desk.database_url));
        TRY(server::prepare_database(*desk.database, desk.now));
    }
    return desk;
}

Result<void> run(const Command& command, const std::vector<std::string>& words) {
    Arguments arguments = TRY(read_arguments(command, words));
    Desk desk = TRY(open_desk(command, std::move(arguments)));
    return command.run(desk);
}

}  // namespace
}  // namespace lachan::admin

int main(int count, char** words) {
    using namespace lachan;
    umask(077);  // as the server: a database and its copies are for nobody else
    std::vector<std::string> rest(words + 1, words + count);
    const bool wants_help = std::find(rest.begin(), rest.end(), "--help") != rest.end() ||
                            std::find(rest.begin(), rest.end(), "-h") != rest.end();
    if (sodium_init() < 0) return 1;
    const admin::Command* command = admin::find_command(rest);
    if (wants_help) {
        if (!command) admin::help();
        else std::printf("Usage: lachan-admin %s %s\n\n%s\n", std::string(command->name).c_str(), std::string(command->usage).c_str(),
                         std::string(command->summary).c_str());
        return 0;
    }
    if (!command) {
        std::fprintf(stderr, "lachan-admin: %s (try --help)\n", rest.empty() ? "no command" : ("no command '" + rest[0] + "'").c_str());
        return 2;
    }
    if (const auto done = admin::run(*command, rest); !done) {
        std::fprintf(stderr, "lachan-admin: %s\n", done.error().detail.empty() ? done.error().rule.c_str() : done.error().detail.c_str());
        return admin::exit_code(done.error());
    }
    return 0;
}
