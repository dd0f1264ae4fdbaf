// Prints the digest of a file of boundaries: tests/wasm/geo.test.mjs compares it with that of the wasm build.

#include "digest.h"

#include <cstdio>
#include <fstream>
#include <iterator>

int main(int count, char** values) {
    if (count != 2) {
        std::fputs("usage: geo_digest FILE\n", stderr);
        return 2;
    }
    std::ifstream file(values[1], std::ios::binary);
    const lachan::Bytes bytes((std::istreambuf_iterator<char>(file)), {});
    const auto country = lachan::geo::read_country(bytes);
    if (!country) {
        std::fprintf(stderr, "geo_digest: %s\n", country.error().detail.c_str());
        return 1;
    }
    std::printf("%s\n", lachan::geo::digest_of(*country).c_str());
    return 0;
}
