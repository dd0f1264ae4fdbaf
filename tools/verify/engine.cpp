#include "engine.h"

#include <csignal>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "certificate/verdict.h"
#include "core/verifier.h"
#include "prove.h"

namespace lachan::verify {
namespace {

/// The answer that a verifier gave, or the error in it.
Result<Json> answer_of(int status, const std::string& reply) {
    Json answer = Json::parse(reply, nullptr, false);
    if (answer.is_discarded()) return Error{Errc::unavailable, "engine", "an answer that is no JSON"};
    if (status == 0) return answer;
    const Json& error = at(answer, "error");
    const auto code = text_at(error, "code") == "not_found" ? Errc::not_found : Errc::rejected;
    return Error{code, std::string(text_at(error, "rule")), std::string(text_at(error, "detail"))};
}

class NativeEngine final : public Engine {
public:
    Result<Json> call(std::string_view operation, const Json& request) override {
        std::string reply;
        const int status = verifier_.call(operation, request.dump(-1, ' ', false, Json::error_handler_t::replace), reply);
        return answer_of(status, reply);
    }

    Result<Json> prove(const Json& inspection) override {
        const auto read = TRY(certificate::inspection_from_json(inspection));
        Json answers = Json::array();
        for (const certificate::Answer answer : prover_.prove(read.checks)) answers.push_back(name_of(answer));
        return answers;
    }

private:
    Verifier verifier_;
    Prover prover_;
};

/// Talks to a child over its standard input and output, a line of JSON each way.
class PipeEngine final : public Engine {
public:
    PipeEngine(pid_t child, std::FILE* to, std::FILE* from) : child_(child), to_(to), from_(from) {}
    PipeEngine(const PipeEngine&) = delete;
    PipeEngine& operator=(const PipeEngine&) = delete;
    ~PipeEngine() override {
        std::fclose(to_);  // the end of its input ends it
        std::fclose(from_);
        waitpid(child_, nullptr, 0);
    }

    Result<Json> call(std::string_view operation, const Json& request) override {
        return ask({{"operation", operation}, {"request", request}});
    }

    Result<Json> prove(const Json& inspection) override { return ask({{"prove", inspection}}); }

    bool is_gone() const override { return is_gone_; }

private:
    Result<Json> ask(const Json& question) {
        auto answer = ask_once(question);
        is_gone_ = is_gone_ || (!answer && answer.error().code == Errc::unavailable);
        return answer;
    }

    Result<Json> ask_once(const Json& question) {
        const Error gone{Errc::unavailable, "engine", "the wasm engine is gone"};
        const std::string line = question.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
        if (std::fwrite(line.data(), 1, line.size(), to_) != line.size() || std::fflush(to_) != 0) return gone;
        char* text = nullptr;
        std::size_t room = 0;
        const ssize_t length = getline(&text, &room, from_);
        const std::string reply(text == nullptr ? "" : text, length > 0 ? static_cast<std::size_t>(length) : 0);
        std::free(text);
        if (length <= 0) return gone;
        const Json answer = Json::parse(reply, nullptr, false);
        if (!answer.is_object()) return gone;
        return answer_of(static_cast<int>(int_at(answer, "status", 1)), std::string(text_at(answer, "reply")));
    }

    pid_t child_;
    std::FILE* to_;
    std::FILE* from_;
    bool is_gone_ = false;
};

}  // namespace

std::unique_ptr<Engine> native_engine() { return std::make_unique<NativeEngine>(); }

Result<std::unique_ptr<Engine>> wasm_engine(const std::filesystem::path& runner) {
    const Error failed{Errc::unavailable, "engine", "node cannot be started"};
    int to[2];
    int from[2];
    if (pipe(to) != 0) return failed;
    if (pipe(from) != 0) {
        close(to[0]);
        close(to[1]);
        return failed;
    }
    std::signal(SIGPIPE, SIG_IGN);  // a child that ends early is an answer, not our end
    const pid_t child = fork();
    if (child == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        for (const int end : {to[0], to[1], from[0], from[1]}) close(end);
        execlp("node", "node", "--no-warnings", runner.c_str(), nullptr);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    if (child < 0) {
        close(to[1]);
        close(from[0]);
        return failed;
    }
    auto engine = std::make_unique<PipeEngine>(child, fdopen(to[1], "w"), fdopen(from[0], "r"));
    const auto info = engine->call("trust.info", Json::object());
    if (!info) return Error{Errc::unavailable, "engine", "the wasm verifier does not start (built? node on PATH?)"};
    return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace lachan::verify
