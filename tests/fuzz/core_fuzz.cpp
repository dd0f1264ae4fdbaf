// Every operation of the core with any request: always an answer in JSON, never a crash. The first byte picks the operation.

#include <cstdlib>
#include <vector>

#include "core/core.h"
#include "core/operations.h"
#include "sql/engine.h"
#include "sql/sqlite.h"
#include "systems.h"

namespace {

lachan::Core& core() {
    static lachan::Core* instance = [] {
        auto database = lachan::server::open_sqlite(":memory:");
        if (!database) std::abort();
        auto* made = new lachan::Core(std::move(*database), lachan::computations());
        std::string reply;
        const char units[] = R"({"text":"00001|3|001|Xã C|Xã|||\n001|2|01|Huyện B|Huyện|||\n01|1||Tỉnh A|Tỉnh|||\n"})";
        if (made->call("units.load", units, reply) != 0) std::abort();
        if (made->call("db.open", R"({"now":1625097600000})", reply) != 0) std::abort();
        return made;
    }();
    return *instance;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> list;
        for (const auto table : {lachan::pure_operations(), lachan::device_operations()}) {
            for (const lachan::Operation& operation : table) {
                // Loading units would change what all later inputs mean.
                if (operation.name != "units.load") list.push_back(operation.name);
            }
        }
        return list;
    }();
    std::string reply;
    core().call(names[data[0] % names.size()], {reinterpret_cast<const char*>(data) + 1, size - 1}, reply);
    if (!lachan::Json::accept(reply)) std::abort();
    return 0;
}
