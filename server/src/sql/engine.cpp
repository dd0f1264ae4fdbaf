#include "sql/engine.h"

#include "sql/postgres.h"
#include "sql/sqlite.h"

namespace lachan::server {

Result<std::unique_ptr<Engine>> open_engine(std::string_view url) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (url.substr(0, kSqlite.size()) == kSqlite && url.size() > kSqlite.size()) {
        return open_sqlite(std::string(url.substr(kSqlite.size())));
    }
    if (url.substr(0, 13) == "postgresql://" || url.substr(0, 11) == "postgres://") return open_postgres(std::string(url));
    return Error{Errc::malformed, "database.url", "expected sqlite:PATH or postgresql://..."};
}

std::string without_password(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::string(url);
    const std::size_t start = scheme + 3;
    const std::size_t end = std::min(url.find('/', start), url.size());
    const std::size_t sign = url.substr(0, end).rfind('@');
    // The query part may hold one as well ("?password="); none of it is needed to know which database this is.
    const std::string_view tail = url.substr(0, std::min(url.find('?'), url.size()));
    if (sign == std::string_view::npos || sign < start) return std::string(tail);
    const std::string_view user = url.substr(start, std::min(url.find(':', start), sign) - start);
    return std::string(url.substr(0, start)) + std::string(user) + std::string(tail.substr(sign));
}

}  // namespace lachan::server
