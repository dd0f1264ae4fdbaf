#include "declaration/declaration.h"
#include "declaration/migrations.gen.h"

// The system as the registry sees it: a table of kinds, and the port's functions handed on to the files that tell them.
namespace lachan::declaration {
namespace {

constexpr int kTasks = 1;    // own tasks of officials: seen before reference data
constexpr int kHistory = 3;

constexpr RecordKind kKinds[] = {
    {"population", Area::declare, kTasks, false, 2, &fields_of_population},
    {"position", Area::declare, kHistory, false, 1, &fields_of_position},
    {"withdrawal", Area::declare, kTasks, false, 1, &fields_of_withdrawal},
    {"follow_up", Area::declare, kTasks, true, 1, &fields_of_follow_up},
    {"closure", Area::declare, kTasks, true, 1, &fields_of_closure},
    // Who may manage users may say whose telephone it is: the server itself, nobody who works on declarations.
    {"confirmation", Area::users, kHistory, true, 1, &fields_of_confirmation},
};

class Declaration final : public System {
public:
    std::string_view name() const override { return "declaration"; }
    std::span<const RecordKind> kinds() const override { return kKinds; }
    std::span<const Migration> migrations() const override { return migrations_of_declaration(); }
    Violations check(const CheckInput& input) const override { return declaration::check(input); }
    Result<void> accept(Context& context, const Record& record) const override { return declaration::accept(context, record); }
    Result<void> apply(Context& context, std::span<const StoredRecord> records) const override {
        return declaration::apply(context, records);
    }
    Result<void> observe(Context& context, std::span<const Fact> facts) const override {
        return declaration::observe(context, facts);
    }
    Result<Json> preview(const CheckInput& input, Database* database) const override {
        return declaration::preview(input, database);
    }
    std::string card(const Record& record, bool full) const override { return declaration::card(record, full); }
    std::span<const Query> queries() const override { return declaration::queries(); }
    Result<std::vector<Draft>> phone_confirmed(Context& context, std::string_view device, std::string_view phone) const override {
        return declaration::phone_confirmed(context, device, phone);
    }
    Result<int> purge(Context& context) const override { return declaration::purge(context); }
};

}  // namespace

const System& system() {
    static const Declaration instance;
    return instance;
}

}  // namespace lachan::declaration
