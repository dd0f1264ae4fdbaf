// The smallest system that is one: a record, a rule, a table, a fact it listens to, a question.

#include <array>

#include "tenth/migrations.gen.h"
#include "vocab/system.h"

namespace lachan::tenth {
namespace {

struct Note {
    Text text;
};

const FieldList* fields(int version) {
    static const FieldList list{{field<&Note::text>("text").required().within(1, 80).rule("tenth.text")}};
    return version == 1 ? &list : nullptr;
}

constexpr RecordKind kKinds[] = {{"note", Area::feedback, 2, false, 1, &fields}};

struct Arguments {
    Text unit;
};
FieldList arguments() { return {{field<&Arguments::unit>("unit").required().unit()}}; }

Result<Json> board(Context& context, const Json& asked, Sight) {
    Json notes = Json::array();
    const std::string province = context.units.province_of(text_at(asked, "unit"));
    TRY(context.database.read("SELECT text FROM tenth_note WHERE province = ?1 AND unit = ?2 ORDER BY id",
                              {std::string_view(province), text_at(asked, "unit")}, [&](const Row& row) {
                                  notes.push_back(row.text(0));
                                  return Next::row;
                              }));
    std::int64_t red = 0;
    TRY(context.database.read("SELECT number FROM tenth_red WHERE province = ?1 AND unit = ?2",
                              {std::string_view(province), text_at(asked, "unit")}, [&](const Row& row) {
                                  red = row.integer(0);
                                  return Next::stop;
                              }));
    return Json{{"notes", std::move(notes)}, {"red", red}};
}

class Tenth final : public System {
public:
    std::string_view name() const override { return "tenth"; }
    std::span<const RecordKind> kinds() const override { return kKinds; }
    std::span<const Migration> migrations() const override { return migrations_of_tenth(); }

    Violations check(const CheckInput& input) const override {
        if (text_at(input.body, "text") == "shout!") return {{"text", "tenth.shout"}};
        return {};
    }
    Result<void> accept(Context&, const Record&) const override { return {}; }

    Result<void> apply(Context& context, std::span<const StoredRecord> records) const override {
        for (const StoredRecord& stored : records) {
            TRY(context.database.write("INSERT INTO tenth_note (province, id, unit, text) VALUES (?1, ?2, ?3, ?4)",
                                       {std::string_view(stored.scope.province), std::string_view(stored.record.id),
                                        std::string_view(stored.record.unit), text_at(stored.record.body, "text")}));
        }
        return {};
    }

    Result<void> observe(Context& context, std::span<const Fact> facts) const override {
        for (const Fact& fact : facts) {
            const auto* told = std::get_if<DeclarationTriaged>(&fact);
            if (!told) continue;
            const std::int64_t change = (told->colour == "red") - (told->before == "red");
            const std::string province = context.units.province_of(told->unit);
            TRY(context.database.write("INSERT INTO tenth_red (province, unit, number) VALUES (?1, ?2, ?3) "
                                       "ON CONFLICT (province, unit) DO UPDATE SET number = tenth_red.number + ?3",
                                       {std::string_view(province), std::string_view(told->unit), change}));
        }
        return {};
    }

    std::span<const Query> queries() const override {
        static const std::array all{Query{"tenth.board", Area::feedback, Sight::none, &arguments, &board}};
        return all;
    }
};

}  // namespace

const System& system() {
    static const Tenth instance;
    return instance;
}

}  // namespace lachan::tenth
