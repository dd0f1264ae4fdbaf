#include "log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

namespace lachan::server {
namespace {

spdlog::level::level_enum level_of(std::string_view level) {
    if (level == "debug") return spdlog::level::debug;
    if (level == "warning") return spdlog::level::warn;
    if (level == "error") return spdlog::level::err;
    if (level == "off") return spdlog::level::off;
    return spdlog::level::info;
}

}  // namespace

void start_log(const std::string& level) {
    auto logger = std::make_shared<spdlog::logger>("lachan", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // The line is JSON already.
    logger->set_pattern("%v");
    logger->set_level(level_of(level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

void log_event(std::string_view level, std::string_view event, Json fields) {
    const auto rank = level_of(level);
    if (!spdlog::default_logger_raw()->should_log(rank)) return;
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    fields["at"] = now.count();
    fields["level"] = level;
    fields["event"] = event;
    spdlog::default_logger_raw()->log(rank, "{}", canonical(fields));
}

void log_request(std::string_view method, std::string_view route, int status, std::int64_t micros, std::size_t bytes,
                 std::string_view id) {
    log_event(status >= 500 ? "error" : "info", "request",
              {{"method", method}, {"route", route}, {"status", status}, {"us", micros}, {"bytes", bytes}, {"id", id}});
}

}  // namespace lachan::server
