#pragma once

#include <functional>
#include <string>

#include "http/static_files.h"
#include "service.h"

namespace lachan::server {

/// Listens until `stop` says so. `listening` hears the port once connections are taken. Errc::unavailable when the address is taken.
class HttpServer {
public:
    HttpServer(Service& service, StaticFiles files);
    ~HttpServer();
    Result<void> run(const std::function<void(std::uint16_t)>& listening);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace lachan::server
