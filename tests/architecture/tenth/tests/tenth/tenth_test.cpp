// Built only in the copy of the tree that tenth_system.test.mjs makes: the tenth system from end to end.

#include "declaration/world.h"

namespace lachan {
namespace {

using declaration::Maker;
using declaration::World;

Record note(Maker& maker, const char* text) {
    Record made = maker.record("note", {{"text", text}});
    made.system = "tenth";
    return made;
}

TEST(tenth, a_record_goes_through_the_one_write_path_into_log_table_and_answer) {
    World world;
    Maker maker;
    const Record right = note(maker, "Trạm y tế mở cửa");
    EXPECT_EQ(world.submit({right, note(maker, "shout!"), note(maker, "")}),
              (std::vector<std::string>{"", "tenth.shout", "field.required"}));
    EXPECT_EQ(world.submit(right), "") << "again is a duplicate, not an error";
    const Json board = world.query("tenth.board", {{"unit", "26734"}}, {});
    EXPECT_EQ(board["notes"], Json::array({"Trạm y tế mở cửa"})) << board.dump();
    const auto page = RecordLog(*world.database).feed({"79", "", ""}, 2, 0, 10);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->records.size(), 1U);
    EXPECT_EQ(page->records[0].record.system, "tenth");
}

TEST(tenth, it_hears_the_facts_of_others) {
    World world;
    Maker maker;
    ASSERT_EQ(world.submit(maker.population({{"signDyspnoea", true}})), "");
    EXPECT_EQ(world.query("tenth.board", {{"unit", "26734"}}, {})["red"], 1);
}

TEST(tenth, its_migrations_are_in_the_list) {
    int own = 0;
    for (const Migration& migration : all_migrations()) own += migration.system == "tenth";
    EXPECT_EQ(own, 1);
    ASSERT_NE(find_system("tenth"), nullptr);
}

}  // namespace
}  // namespace lachan
