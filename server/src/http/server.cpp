#include "http/server.h"

#include <signal.h>

#include <chrono>
#include <restinio/all.hpp>
#include <unordered_map>

#include "api/route.h"
#include "http/head.h"
#include "http/trust_files.h"
#include "log.h"
#include "native_random.h"
#include "workers.h"

namespace lachan::server {
namespace {

using Clock = std::chrono::steady_clock;

/// Jobs that may wait in each pool before a 503 is the better answer.
constexpr std::size_t kWaiting = 2'000;
/// Requests that may wait for the SMS gateway, for each of its threads: the last of them is still answered within a minute.
constexpr std::size_t kWaitingForGateway = 4;
/// A body this many times over the limit is still read to its end, so that its sender hears a 413; beyond it the line is cut.
constexpr std::size_t kBodySlack = 4;

std::string network_of_peer(const asio::ip::tcp::endpoint& peer) { return network_of(peer.address().to_string()).value_or(""); }

/// How many connections each network holds: one that holds its share gets no more, so that nobody alone can use them all up. Many phones of
/// an operator share an address, therefore the share is large. All on the thread of the server's context.
class Shares {
public:
    explicit Shares(std::size_t most) : most_(most) {}

    restinio::ip_blocker::inspection_result_t inspect(const restinio::ip_blocker::incoming_info_t& incoming) const noexcept {
        const auto held = open_.find(network_of_peer(incoming.remote_endpoint()));
        return held != open_.end() && held->second >= most_ ? restinio::ip_blocker::deny() : restinio::ip_blocker::allow();
    }
    void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
        const std::string network = network_of_peer(notice.remote_endpoint());
        const auto cause = notice.cause();
        if (std::holds_alternative<restinio::connection_state::accepted_t>(cause)) ++open_[network];
        if (!std::holds_alternative<restinio::connection_state::closed_t>(cause)) return;
        const auto held = open_.find(network);
        if (held != open_.end() && --held->second == 0) open_.erase(held);
    }

private:
    const std::size_t most_;
    std::unordered_map<std::string, std::size_t> open_;
};

}  // namespace

struct HttpServer::State {
    struct Handler;
    struct Traits : restinio::default_traits_t {
        using request_handler_t = Handler;
        using ip_blocker_t = Shares;
        using connection_state_listener_t = Shares;
        static constexpr bool use_connection_count_limiter = true;
    };
    struct Handler {
        State* state;
        restinio::request_handling_status_t operator()(const restinio::request_handle_t& handle) const {
            state->take(handle);
            return restinio::request_accepted();
        }
    };

    /// What is known of one request from its arrival to its last byte.
    struct Exchange {
        restinio::request_handle_t handle;
        Request request;
        std::string_view route = "-";
        Clock::time_point begin = Clock::now();
    };
    using ExchangePointer = std::shared_ptr<Exchange>;

    Service& service;
    StaticFiles files;
    TrustFiles trust;
    std::atomic<int> in_flight{0};
    std::unique_ptr<Workers> reads, writes, gateway;
    const std::unique_ptr<Engine> nothing = no_engine(Error{Errc::unavailable, "server.failure", "a route without a database asked one"});
    const std::vector<std::pair<std::string, std::string>> every_answer;
    asio::io_context context;

    State(Service& the_service, StaticFiles the_files)
        : service(the_service), files(std::move(the_files)), trust(the_service.options.trust),
          every_answer(security_headers(the_service.options.tiles)) {
        const auto open = [this] { return open_engine(service.options.database); };
        reads = std::make_unique<Workers>(service.options.read_threads, kWaiting, open);
        writes = std::make_unique<Workers>(service.options.write_threads, kWaiting, open);
        gateway = std::make_unique<Workers>(service.options.sms_threads,
                                            kWaitingForGateway * static_cast<std::size_t>(service.options.sms_threads), open);
    }

    Workers& workers(Pool pool) {
        switch (pool) {
            case Pool::reads: return *reads;
            case Pool::writes: return *writes;
            case Pool::gateway: return *gateway;
            case Pool::none: break;
        }
        return *reads;
    }

    Result<Request> read_request(const restinio::request_handle_t& handle) {
        Request request;
        const auto& header = handle->header();
        request.method = header.method().c_str();
        request.now = system_now();
        request.id = random_text(9);
        request.address = network_of_peer(handle->remote_endpoint());
        header.for_each_field([&](const auto& field) { add_header(request.headers, field.name(), field.value()); });
        if (service.options.behind_proxy) {
            const auto network = network_of(std::string(last_forwarded(request.header("x-forwarded-for"))));
            if (network) request.address = *network;
        }
        Target target = TRY(read_target({header.request_target().data(), header.request_target().size()}));
        request.path = std::move(target.path);
        request.query = std::move(target.query);
        return request;
    }

    void take(const restinio::request_handle_t& handle) {
        ++in_flight;
        auto exchange = std::make_shared<Exchange>();
        exchange->handle = handle;
        auto request = read_request(handle);
        if (!request) {
            exchange->request.id = random_text(9);
            return send(exchange, error_reply(request.error()));
        }
        exchange->request = std::move(*request);
        if (handle->body().size() > service.options.body_limit) {
            return send(exchange, error_reply(Error{Errc::malformed, "http.body", "the body is too large"}, 413));
        }
        std::string allowed;
        const Route* route = find_route(exchange->request, allowed);
        if (!route) return send(exchange, without_route(exchange->request, allowed));
        exchange->route = route->path;
        exchange->request.body = handle->body();
        if (route->pool == Pool::none) return run(exchange, *route, *nothing);
        const bool taken =
            workers(route->pool).submit([this, exchange, route](Engine& database) { run(exchange, *route, database); });
        if (taken) return;
        const bool sms = route->pool == Pool::gateway;
        send(exchange, refuse(Error{Errc::unavailable, sms ? "phone.busy" : "server.busy", "too many requests wait"}));
    }

    /// RFC 9110 section 15.5.6: who used a wrong method is told the right ones.
    static Reply wrong_method(const std::string& allowed) {
        Reply reply = error_reply(Error{Errc::malformed, "http.method", allowed + " only"}, 405);
        reply.headers.emplace_back("Allow", allowed);
        return reply;
    }

    Reply without_route(const Request& request, const std::string& allowed) {
        if (!allowed.empty()) return wrong_method(allowed);
        const bool api = request.path.substr(0, 4) == "/v1/" || request.path == "/v1";
        if (request.method == "GET" || request.method == "HEAD") {
            if (auto reply = trust.answer(request)) return std::move(*reply);
            if (auto reply = api ? std::nullopt : files.answer(request)) return std::move(*reply);
        } else if (!api) {
            return wrong_method("GET, HEAD");
        }
        return error_reply(Error{Errc::not_found, "http.path", "nothing here"});
    }

    /// On a worker. A failure that nobody thought of must not take the process with it, nor its text reach the client.
    void run(const ExchangePointer& exchange, const Route& route, Engine& database) {
        try {
            send(exchange, route.run(service, database, exchange->request));
        } catch (const std::exception&) {
            log_event("error", "exception", {{"route", route.path}, {"id", exchange->request.id}});
            database.rollback();
            send(exchange, error_reply(Error{Errc::unavailable, "server.failure", "the server failed; it is in its log"}, 500));
        }
    }

    static restinio::http_status_line_t status_line(int status) {
        switch (status) {
            case 200: return restinio::status_ok();
            case 201: return restinio::status_created();
            case 202: return restinio::status_accepted();
            case 204: return restinio::status_no_content();
            case 304: return restinio::status_not_modified();
            case 400: return restinio::status_bad_request();
            case 401: return restinio::status_unauthorized();
            case 403: return restinio::status_forbidden();
            case 404: return restinio::status_not_found();
            case 405: return restinio::status_method_not_allowed();
            case 409: return restinio::status_conflict();
            case 410: return restinio::status_gone();
            case 413: return restinio::status_payload_too_large();
            case 422: return restinio::status_unprocessable_entity();
            case 429: return restinio::status_too_many_requests();
            case 503: return restinio::status_service_unavailable();
            default: return restinio::status_internal_server_error();
        }
    }

    void send(const ExchangePointer& exchange, Reply reply) {
        const bool head = exchange->request.method == "HEAD";
        const std::size_t size = reply.shared ? reply.shared->size() : reply.body.size();
        auto response = exchange->handle->create_response<restinio::user_controlled_output_t>(status_line(reply.status));
        for (const auto& [name, value] : every_answer) response.append_header(name, value);
        for (auto& [name, value] : reply.headers) response.append_header(name, std::move(value));
        response.append_header("X-Request-Id", exchange->request.id);
        const bool empty = reply.status == 204 || reply.status == 304;
        if (!empty) response.append_header(restinio::http_field::content_type, reply.type);
        // An answer to HEAD tells the length of what GET would bring.
        if (reply.status != 204) response.set_content_length(size);
        if (service.stopping) response.connection_close();
        if (!head && !empty) {
            if (reply.shared) response.set_body(restinio::writable_item_t(std::move(reply.shared)));
            else response.set_body(std::move(reply.body));
        }
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - exchange->begin).count();
        log_request(exchange->request.method, exchange->route, reply.status, micros, head || empty ? 0 : size,
                    exchange->request.id);
        std::move(response).done([this](const auto&) { --in_flight; });
    }
};

HttpServer::HttpServer(Service& service, StaticFiles files) : state_(std::make_unique<State>(service, std::move(files))) {}
HttpServer::~HttpServer() = default;

Result<void> HttpServer::run(const std::function<void(std::uint16_t)>& listening) {
    using Server = restinio::http_server_t<State::Traits>;
    State& state = *state_;
    const Options& options = state.service.options;
    const auto seconds = std::chrono::seconds(options.request_seconds);
    std::uint16_t port = options.port;
    try {
        // Behind a proxy all connections are the proxy's.
        const auto shares = std::make_shared<Shares>(options.behind_proxy ? options.connections : std::max<std::size_t>(1, options.connections / 4));
        Server server(restinio::external_io_context(state.context), [&](auto& settings) {
            settings.port(options.port)
                .address(options.listen)
                .request_handler(State::Handler{&state})
                .max_parallel_connections(options.connections)
                .ip_blocker(shares)
                .connection_state_listener(shares)
                .concurrent_accepts_count(4)
                .max_pipelined_requests(1)
                .buffer_size(64 * 1024)
                .read_next_http_message_timelimit(seconds)
                .write_http_response_timelimit(seconds)
                .handle_request_timeout(std::chrono::seconds(60))
                .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                              .max_url_size(4'096)
                                              .max_field_name_size(256)
                                              .max_field_value_size(8'192)
                                              .max_field_count(64)
                                              .max_body_size(options.body_limit * kBodySlack))
                .acceptor_post_bind_hook([&port](asio::ip::tcp::acceptor& acceptor) { port = acceptor.local_endpoint().port(); })
                .acceptor_options_setter([](auto& acceptor_options) {
                    acceptor_options.set_option(asio::ip::tcp::acceptor::reuse_address(true));
                })
                .cleanup_func([] {});
        });
        // Before anybody is told that we listen: who hears of it may ask us to stop at once.
        asio::signal_set signals(state.context, SIGTERM, SIGINT);
        server.open_sync();
        listening(port);

        asio::steady_timer timer(state.context);
        const auto deadline_after = std::chrono::seconds(options.stop_seconds);
        Clock::time_point deadline;
        // Looks every few milliseconds whether the last answer has left; a client that never reads is not waited for.
        std::function<void(const asio::error_code&)> wait_for_last = [&](const asio::error_code&) {
            if (state.in_flight == 0 || Clock::now() >= deadline) {
                state.context.stop();
                return;
            }
            timer.expires_after(std::chrono::milliseconds(10));
            timer.async_wait(wait_for_last);
        };
        signals.async_wait([&](const asio::error_code& wrong, int) {
            if (wrong) return;
            log_event("info", "stopping", {{"inFlight", state.in_flight.load()}});
            state.service.stopping = true;
            server.close_sync();
            deadline = Clock::now() + deadline_after;
            wait_for_last({});
        });
        state.context.run();
        state.reads->stop();
        state.writes->stop();
        state.gateway->stop();
        log_event("info", "stopped");
    } catch (const std::exception& failure) {
        return Error{Errc::unavailable, "http.listen", failure.what()};
    }
    return {};
}

}  // namespace lachan::server
