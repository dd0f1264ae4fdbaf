// Writes the API document that the server also serves at /v1/openapi.json: emit_openapi FILE, or to standard output.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "api/openapi.h"

namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char** words) {
    const std::string first = count > 1 ? words[1] : "";
    if (count > 2 || first.starts_with("-")) {
        std::printf("Usage: emit_openapi [FILE]\n\nWrites the OpenAPI 3.1 document of the server's API to FILE or to standard output.\n");
        return first == "--help" ? 0 : 2;
    }
    const std::string text = lachan::server::openapi_document().dump(2) + '\n';
    if (first.empty()) {
        std::fputs(text.c_str(), stdout);
        return 0;
    }
    if (content_of(first) == text) return 0;  // what is made from it later need not be made again
    // Whole or not at all, for a server that starts meanwhile.
    const std::string fresh = first + ".new";
    std::ofstream file(fresh, std::ios::binary);
    file << text;
    file.close();
    if (file && std::rename(fresh.c_str(), first.c_str()) == 0) return 0;
    std::fprintf(stderr, "emit_openapi: cannot write %s\n", first.c_str());
    return 1;
}
