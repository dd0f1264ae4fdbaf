#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernel/json.h"

namespace lachan::certificate {

/// Where the published certificates lie, when they are there.
inline std::string corpus_file(const std::string& file) {
    const char* shared = std::getenv("LACHAN_SHARED");
    return (shared != nullptr ? std::string(shared) + "/data" : std::string(LACHAN_CORPUS_ROOT)) + "/certificates/" +
           file;
}

/// The rows of a JSON Lines file, none when it is not there. They hold fractions on purpose: not read by our strict
/// reader.
inline std::vector<Json> corpus_rows(const std::string& file) {
    std::ifstream in(corpus_file(file));
    std::vector<Json> rows;
    for (std::string line; std::getline(in, line);) rows.push_back(Json::parse(line, nullptr, false));
    return rows;
}

inline Json corpus_json(const std::string& file) {
    std::ifstream in(corpus_file(file));
    return Json::parse(std::string(std::istreambuf_iterator<char>(in), {}), nullptr, false);
}

}  // namespace lachan::certificate
