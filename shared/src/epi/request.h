#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::epi {

/// What an operation was asked, read key by key. Every error has rule epi.request and names the key.
class Request {
public:
    /// Refuses what is no object and keys that are not among these.
    static Result<Request> read(const Json& value, std::initializer_list<std::string_view> keys);

    bool has(const char* key) const { return value_->contains(key); }
    Result<std::string_view> text(const char* key) const;
    Result<double> number(const char* key) const;
    Result<double> number(const char* key, double otherwise) const;
    /// A whole number from `least` to `most`.
    Result<std::int64_t> integer(const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;
    /// The place of a word among those allowed; 0 when the key is absent.
    Result<std::size_t> word(const char* key, std::initializer_list<std::string_view> words) const;
    /// A list of numbers, or one number alone.
    Result<std::vector<double>> numbers(const char* key, std::vector<double> otherwise) const;

private:
    explicit Request(const Json& value) : value_(&value) {}
    const Json* value_;
};

}  // namespace lachan::epi
