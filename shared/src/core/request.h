#pragma once

#include <span>
#include <string>
#include <string_view>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan {

/// Pictures never pass here and a batch is at most 500 records: 8 MiB is room enough, and a bound all the same. The unit list and the
/// figures of a country are the long texts.
inline constexpr JsonLimits kRequestLimits{8 * 1024 * 1024, 24};

/// A request as it came in. Errc::malformed when it is no JSON, or no object.
Result<Json> read_request(std::string_view text);

/// 0: `reply` is the answer; 1: `reply` is {"error":{"code","detail","rule"}}.
int write_reply(Result<std::string> answer, std::string& reply);

/// `now` of a request. Errc::malformed (request.now) when it is missing: the core never guesses the time.
Result<Instant> now_of(const Json& request);

Error unknown_operation();

/// One row of the operation table of a `Subject`. What is asked thousands of times a second writes its reply as a text at once.
template <class Subject>
struct OperationOf {
    using Run = Result<Json> (*)(Subject&, const Json& request);
    using Write = Result<std::string> (*)(Subject&, const Json& request);

    constexpr OperationOf(std::string_view its_name, Run its_run) : name(its_name), run(its_run) {}
    constexpr OperationOf(std::string_view its_name, Write its_write) : name(its_name), write(its_write) {}

    Result<std::string> answer(Subject& subject, const Json& request) const {
        if (write != nullptr) return write(subject, request);
        return canonical(TRY(run(subject, request)));
    }

    std::string_view name;
    Run run = nullptr;
    Write write = nullptr;
};

template <class Subject, std::size_t count>
const OperationOf<Subject>* find_operation(const std::span<const OperationOf<Subject>> (&tables)[count], std::string_view name) {
    for (const auto table : tables) {
        for (const OperationOf<Subject>& operation : table) {
            if (operation.name == name) return &operation;
        }
    }
    return nullptr;
}

}  // namespace lachan
