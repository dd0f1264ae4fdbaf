#include "options.h"

#include <charconv>
#include <cstdlib>

namespace lachan::server {
namespace {

Result<int> number(const std::string& name, const std::string& text, int low, int high) {
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < low || value > high) {
        return Error{Errc::malformed, "option." + name,
                     name + " is '" + text + "'; expected a number from " + std::to_string(low) + " to " + std::to_string(high)};
    }
    return value;
}

TileWords tiles_of_environment() {
    const auto value = [](const char* name) {
        const char* const text = std::getenv(name);
        return std::string(text ? text : "");
    };
    return {value("LACHAN_TILES"), value("LACHAN_TILES_ATTRIBUTION"), value("LACHAN_TILES_MAX_ZOOM"), value("LACHAN_TILES_ON")};
}

}  // namespace

Result<Options> read_options(const std::vector<std::string>& arguments) {
    Options options;
    if (const char* port = std::getenv("PORT"); port && *port) {
        options.port = static_cast<std::uint16_t>(TRY(number("PORT", port, 0, 65'535)));
    }
    if (const char* database = std::getenv("DATABASE"); database && *database) options.database = database;
    if (const char* command = std::getenv("LACHAN_SMS_COMMAND")) options.sms_command = command;
    TileWords tiles = tiles_of_environment();

    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string name = arguments[i];
        if (name == "--help" || name == "-h") {
            options.show_help = true;
            continue;
        }
        if (name == "--demo") {
            options.demo = true;
            continue;
        }
        if (name == "--behind-proxy") {
            options.behind_proxy = true;
            continue;
        }
        if (name == "--tiles-on") {
            tiles.is_on = "1";
            continue;
        }
        std::string value;
        if (const std::size_t sign = name.find('='); sign != std::string::npos) {
            value = name.substr(sign + 1);
            name.resize(sign);
        } else if (i + 1 < arguments.size()) {
            value = arguments[++i];
        } else {
            return Error{Errc::malformed, "option", name + " needs a value, or is unknown (try --help)"};
        }
        if (name == "--port") options.port = static_cast<std::uint16_t>(TRY(number(name, value, 0, 65'535)));
        else if (name == "--listen") options.listen = value;
        else if (name == "--database") options.database = value;
        else if (name == "--web") options.web = value;
        else if (name == "--assets") options.assets = value;
        else if (name == "--trust") options.trust = value;
        else if (name == "--data") options.data = value;
        else if (name == "--log-level") options.log_level = value;
        else if (name == "--tiles") tiles.url = value;
        else if (name == "--tiles-attribution") tiles.attribution = value;
        else if (name == "--tiles-max-zoom") tiles.max_zoom = value;
        else if (name == "--body-limit") options.body_limit = static_cast<std::size_t>(TRY(number(name, value, 1'024, 64 << 20)));
        else if (name == "--connections") options.connections = static_cast<std::size_t>(TRY(number(name, value, 1, 60'000)));
        else if (name == "--request-seconds") options.request_seconds = TRY(number(name, value, 1, 600));
        else if (name == "--sms-threads") options.sms_threads = TRY(number(name, value, 1, 64));
        else if (name == "--sms-seconds") options.sms_seconds = TRY(number(name, value, 1, 30));
        else if (name == "--threads") {
            options.read_threads = TRY(number(name, value, 1, 256));
            options.write_threads = options.read_threads;
        } else {
            return Error{Errc::malformed, "option", name + " is unknown (try --help)"};
        }
    }
    if (options.log_level != "debug" && options.log_level != "info" && options.log_level != "warning" &&
        options.log_level != "error" && options.log_level != "off") {
        return Error{Errc::malformed, "option.--log-level", "--log-level is one of debug, info, warning, error, off"};
    }
    options.tiles = TRY(read_tiles(tiles));
    return options;
}

std::string help_of_server() {
    return R"(Usage: lachan-server [option]...

Serves the page and the API of Lá Chắn until it is told to stop (SIGTERM or Ctrl-C; requests in flight are finished).

  --port N             where to listen; 0 takes a free port and prints it          [8080, or PORT]
  --listen ADDRESS     on which address                                            [127.0.0.1]
  --database URL       sqlite:PATH or postgresql://USER@HOST:PORT/NAME             [sqlite:data/lachan.sqlite, or DATABASE]
  --web FOLDER         the built page                                              [web/dist]
  --assets FOLDER      units.txt and openapi.json, made by the build               [build/assets]
  --trust FOLDER       trust bundles that lachan-trust published, under /trust/      [build/trust]
  --data FOLDER        keys of this instance; made at the first start              [data]
  --demo               tell confirmation codes in the answer instead of by SMS: never with real people
  --behind-proxy       believe X-Forwarded-For and X-Forwarded-Proto
  --log-level LEVEL    debug, info, warning, error, off                            [info]
  --body-limit BYTES   largest body of a request                                   [2097152]
  --connections N      at the same time; one address holds a quarter of them at most   [1000]
  --request-seconds N  to receive a whole request                                  [20]
  --threads N          workers for reading, and for writing                        [4 and 3]
  --sms-threads N      messages on their way to the gateway at the same time       [4]
  --sms-seconds N      for the gateway to take one                                 [10]

A background of the maps from a tile server; without it they need none, and ask none. It learns which area somebody looks at:
  --tiles URL               https://HOST/.../{z}/{x}/{y}.png, in Web Mercator; one host, no {s}      [LACHAN_TILES]
  --tiles-attribution TEXT  who made them: plain text that the maps show; needed                     [LACHAN_TILES_ATTRIBUTION]
  --tiles-max-zoom N        the closest that there are, 1 to 22; beyond it they are enlarged         [19, or LACHAN_TILES_MAX_ZOOM]
  --tiles-on                shown until somebody switches it off, not only when switched on          [or LACHAN_TILES_ON=1]

Environment: LACHAN_SMS_COMMAND  program that sends an SMS: run with the number as its argument, the text on its input

Status: 0 stopped as asked, 1 could not start, 2 wrong usage
)";
}

}  // namespace lachan::server
