#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace lachan {

/// Why an operation did not succeed. Closed on purpose: HTTP status, exit code and screen text are each one switch over it.
enum class Errc { malformed, rejected, not_found, forbidden, expired, conflict, unavailable };

/// The stable word for `code`, as used on the wire and in logs.
constexpr const char* name_of(Errc code) {
    switch (code) {
        case Errc::malformed: return "malformed";
        case Errc::rejected: return "rejected";
        case Errc::not_found: return "notFound";
        case Errc::forbidden: return "forbidden";
        case Errc::expired: return "expired";
        case Errc::conflict: return "conflict";
        case Errc::unavailable: return "unavailable";
    }
    return "unavailable";
}

/// A failed operation. `rule` is a rule id of docs/RULES.md (may be empty), `detail` is for the log and never holds personal data.
struct Error {
    Errc code = Errc::unavailable;
    std::string rule;
    std::string detail;
};

/// A value or an Error, with the interface of std::expected (absent from g++ 12 and from Emscripten 3.1.6).
template <class T = void>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { assert(has_value()); return *std::get_if<0>(&state_); }
    const T& value() const& { assert(has_value()); return *std::get_if<0>(&state_); }
    T&& value() && { assert(has_value()); return std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    Error& error() { assert(!has_value()); return *std::get_if<1>(&state_); }
    const Error& error() const { assert(!has_value()); return *std::get_if<1>(&state_); }
    T value_or(T other) const { return has_value() ? value() : std::move(other); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool has_value() const { return !error_.has_value(); }
    explicit operator bool() const { return has_value(); }
    void value() const { assert(has_value()); }
    Error& error() { assert(error_); return *error_; }
    const Error& error() const { assert(error_); return *error_; }

private:
    std::optional<Error> error_;
};

namespace detail {
template <class T>
T unwrap(Result<T>&& result) { return std::move(result).value(); }
inline void unwrap(Result<void>&&) {}
}  // namespace detail

}  // namespace lachan

/// The value of a Result, or return its error from this function. The only macro with control flow.
#define TRY(expression) LACHAN_TRY_NAMED(expression, __COUNTER__)
#define LACHAN_TRY_NAMED(expression, number) LACHAN_TRY(expression, number)
#define LACHAN_TRY(expression, number)                                                  \
    __extension__({                                                                     \
        auto try_result_##number = (expression);                                        \
        if (!try_result_##number) return ::lachan::Error(std::move(try_result_##number.error())); \
        ::lachan::detail::unwrap(std::move(try_result_##number));                       \
    })
