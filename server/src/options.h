#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"
#include "tiles.h"

namespace lachan::server {

/// How lachan-server was asked to run.
struct Options {
    std::string listen = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string database = "sqlite:data/lachan.sqlite";
    std::string web = "web/dist";
    std::string assets = "build/assets";
    std::string trust = "build/trust";  ///< published trust bundles
    std::string data = "data";     ///< keys of this instance
    std::string log_level = "info";
    std::string sms_command;       ///< LACHAN_SMS_COMMAND: run with the number, text on stdin
    std::optional<Tiles> tiles;    ///< a background for the maps; none: they need no network
    bool demo = false;             ///< codes for telephones are told in the answer
    bool behind_proxy = false;     ///< believe X-Forwarded-For and -Proto
    bool show_help = false;

    // Limits; tests make them smaller.
    std::size_t body_limit = 2 * 1024 * 1024;
    std::size_t connections = 1'000;
    int request_seconds = 20;      ///< to receive a request, and to write an answer
    int stop_seconds = 15;         ///< for requests in flight when asked to stop
    int read_threads = 4;
    int write_threads = 3;
    int sms_threads = 4;
    int sms_seconds = 10;          ///< for the gateway to take a message
};

/// Reads the command line over PORT, DATABASE, LACHAN_SMS_COMMAND and LACHAN_TILES* of the environment. Errc::malformed names the
/// argument.
Result<Options> read_options(const std::vector<std::string>& arguments);

std::string help_of_server();

}  // namespace lachan::server
