// Core and verifier as a native program: reads one JSON request a line, {"op":"...","request":{...}}, and prints one line for each: the status,
// a space, the reply. The wasm runner does the same under Node; the two outputs must not differ by a byte.
// Usage: core_cli [--units FILE] [--trust FILE] [--database FILE|:memory:] < REQUESTS

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "core/core.h"
#include "core/verifier.h"
#include "kernel/json.h"
#include "sql/engine.h"
#include "sql/sqlite.h"
#include "systems.h"

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// As on the page: what is the verifier's is asked there, all else of the core.
int answer(lachan::Core& core, lachan::Verifier& verifier, std::string_view operation, const std::string& request, std::string& reply) {
    return lachan::Verifier::answers(operation) ? verifier.call(operation, request, reply) : core.call(operation, request, reply);
}

int usage(int code) {
    std::fputs("usage: core_cli [--units FILE] [--trust FILE] [--database FILE|:memory:] < REQUESTS\n", code == 0 ? stdout : stderr);
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    using lachan::Json;
    std::string units;
    std::string trust;
    std::string database;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--help") return usage(0);
        if (i + 1 == argc) return usage(2);
        if (option == "--units") units = argv[++i];
        else if (option == "--trust") trust = argv[++i];
        else if (option == "--database") database = argv[++i];
        else return usage(2);
    }
    std::unique_ptr<lachan::Database> open;
    if (!database.empty()) {
        auto made = lachan::server::open_sqlite(database);
        if (!made) {
            std::fprintf(stderr, "core_cli: %s\n", made.error().detail.c_str());
            return 1;
        }
        open = std::move(*made);
    }
    lachan::Core core(std::move(open), lachan::computations());
    lachan::Verifier verifier;
    std::string reply;
    for (const auto& [operation, path] : {std::pair<const char*, std::string>{"units.load", units}, {"trust.load", trust}}) {
        if (path.empty()) continue;
        if (answer(core, verifier, operation, lachan::canonical({{"text", read_file(path)}}), reply) != 0) {
            std::fprintf(stderr, "core_cli: %s: %s\n", path.c_str(), reply.c_str());
            return 1;
        }
    }
    for (std::string line; std::getline(std::cin, line);) {
        if (line.empty()) continue;
        const Json request = Json::parse(line, nullptr, false);
        if (!request.is_object() || !request.contains("op")) {
            std::fputs("core_cli: a line is not {\"op\",\"request\"}\n", stderr);
            return 2;
        }
        // `text` passes a request as it is, also one that is no JSON: that is how hostile input gets in.
        const Json& text = lachan::at(request, "text");
        const std::string body = text.is_string() ? text.get<std::string>() : lachan::canonical(lachan::at(request, "request"));
        const int status = answer(core, verifier, lachan::text_at(request, "op"), body, reply);
        std::printf("%d %s\n", status, reply.c_str());
    }
    return 0;
}
