#include "admin/admin.h"
#include "server/server_process.h"
#include "sql/sqlite.h"

namespace lachan {
namespace {

struct Done {
    int status = -1;
    std::string text;  ///< standard output and error
};

class Admin : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-admin-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        std::filesystem::create_directory(folder_ + "/assets");
        std::filesystem::copy_file(std::string(LACHAN_SOURCE_ROOT) + "/tests/declaration/units.txt", folder_ + "/assets/units.txt");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    Done run(const std::string& arguments) const {
        const std::string command = std::string(LACHAN_BINARY_ROOT "/lachan-admin ") + arguments + " --database sqlite:" + folder_ +
                                    "/a.db --data " + folder_ + " --assets " + folder_ + "/assets 2>&1";
        Done done;
        FILE* pipe = popen(command.c_str(), "r");
        char part[4'096];
        for (std::size_t count = 0; (count = fread(part, 1, sizeof part, pipe)) > 0;) done.text.append(part, count);
        done.status = WEXITSTATUS(pclose(pipe));
        return done;
    }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ + '/' + name) << text;
        return folder_ + '/' + name;
    }
    std::int64_t number(std::string_view sql) const {
        std::int64_t value = -1;
        EXPECT_TRUE((*server::open_sqlite(folder_ + "/a.db"))->read(sql, {}, [&](const Row& row) { value = row.integer(0); return Next::stop; }).has_value());
        return value;
    }
    /// As a server leaves it that was started once.
    void begin() const { ASSERT_TRUE(server::prepare_database(**server::open_engine("sqlite:" + folder_ + "/a.db"), Instant{1})); }
    std::string folder_;
};

TEST_F(Admin, only_what_begins_a_database_makes_one) {
    for (const char* command : {"users list", "purge", "import-cases /no/such/file", "calculate"}) {
        const Done done = run(command);
        EXPECT_EQ(done.status, 3) << command;
        EXPECT_NE(done.text.find("no database"), std::string::npos) << done.text;
        EXPECT_FALSE(std::filesystem::exists(folder_ + "/a.db")) << command;
    }
    EXPECT_EQ(run("users add an").status, 0);
    const auto mode = std::filesystem::status(folder_ + "/a.db").permissions();
    EXPECT_EQ(mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all), std::filesystem::perms::none) << "for nobody else";
}

TEST_F(Admin, a_copy_is_whole_writes_over_nothing_and_comes_back) {
    ASSERT_EQ(run("users add an").status, 0);
    const std::string copy = folder_ + "/copy.db";
    const Done made = run("backup " + copy);
    EXPECT_EQ(made.status, 0) << made.text;
    EXPECT_NE(made.text.find("receipt-key.pem"), std::string::npos);
    std::string head(20, '\0');
    std::ifstream(copy, std::ios::binary).read(head.data(), 20);
    EXPECT_EQ(head[18], 1) << "with no journal beside it: it can be read where nothing can be written";
    EXPECT_EQ(run("backup " + copy).status, 5) << "a copy is there";
    EXPECT_EQ(run("restore " + copy).status, 5) << "a database is there";
    EXPECT_EQ(run("backup /no/such/folder/copy.db").status, 1);
    for (const char* part : {"/a.db", "/a.db-wal", "/a.db-shm"}) std::filesystem::remove(folder_ + part);
    EXPECT_EQ(run("restore " + folder_ + "/units.txt").status, 3);
    EXPECT_NE(run("restore " + file("noise.db", "no database at all, but long enough to be read as one")).status, 0);
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/a.db")) << "nothing half-written";
    const Done back = run("restore " + copy);
    EXPECT_EQ(back.status, 0) << back.text;
    EXPECT_NE(back.text.find("receipt-key.pem"), std::string::npos);
    EXPECT_EQ(run("users add an").status, 5) << "who was there is there";
}

TEST_F(Admin, what_is_no_file_is_said) {
    begin();
    for (const char* command : {"import-cases", "import-places"}) {
        EXPECT_EQ(run(std::string(command) + ' ' + folder_).status, 3) << command << " of a folder";
        EXPECT_EQ(run(std::string(command) + " /dev/zero").status, 2) << command << " without an end";
    }
}

TEST_F(Admin, users_come_get_grants_and_go) {
    const Done added = run("users add an --role commune_health --unit 26734");
    EXPECT_EQ(added.status, 0) << added.text;
    EXPECT_EQ(added.text.substr(0, 4), "an  ");
    EXPECT_EQ(run("users add an").status, 5) << "the name is taken";
    EXPECT_EQ(run("users add 'An Hoà'").status, 2);
    EXPECT_EQ(run("users add binh --role commune_health --unit 79").status, 4) << "above the level of the role";
    EXPECT_EQ(number("SELECT count(*) FROM server_user"), 1) << "no user without the grant that was asked for";
    EXPECT_EQ(run("users grant an district_tracer 760 --until 2099-12-31").status, 0);
    EXPECT_EQ(run("users grant an king 760").status, 2);
    EXPECT_EQ(run("users grant nobody district_tracer 760").status, 3);
    const std::string list = run("users list").text;
    EXPECT_NE(list.find("commune_health@26734"), std::string::npos) << list;
    EXPECT_NE(list.find("district_tracer@760 until 2099-12-31"), std::string::npos) << list;
    EXPECT_EQ(run("users revoke an district_tracer 760").status, 0);
    EXPECT_EQ(run("users revoke an district_tracer 760").status, 3);
    EXPECT_EQ(run("users password an").status, 0);
    EXPECT_EQ(run("users disable an").status, 0);
    EXPECT_NE(run("users list").text.find("(disabled)"), std::string::npos);
    EXPECT_EQ(run("users enable an").status, 0);
}

TEST_F(Admin, levels_are_calculated_when_somebody_asks) {
    begin();
    EXPECT_EQ(run("calculate").status, 3) << "no cases were told";
    EXPECT_EQ(run("import-cases " + file("rows.csv", "province,date,cases\n79,2021-12-01,3\n79,2021-12-02,5\n")).status, 0);
    const Done all = run("calculate");
    EXPECT_EQ(all.status, 0) << all.text;
    EXPECT_NE(all.text.find("01: no cases were told"), std::string::npos) << all.text;
    EXPECT_NE(all.text.find("79: level - on 2021-12-02, 6 units"), std::string::npos) << all.text;
    EXPECT_NE(all.text.find("1 proposals recorded"), std::string::npos) << all.text;
    EXPECT_EQ(run("calculate 79 --day 2021-12-01").status, 0);
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_proposal WHERE due_at IS NULL AND author = 'lachan-admin'"), 2);
    EXPECT_EQ(run("calculate 79 --day yesterday").status, 2);
    EXPECT_EQ(run("calculate 99").status, 3);
}

TEST_F(Admin, usage_is_told_and_help_is_there) {
    begin();
    EXPECT_EQ(run("--help").status, 0);
    EXPECT_EQ(run("users add --help").status, 0);
    EXPECT_EQ(run("nonsense").status, 2);
    EXPECT_EQ(run("users add").status, 2);
    EXPECT_EQ(run("users list --nonsense 1").status, 2);
    EXPECT_NE(run("units show 'ben nghe'").text.find("26740"), std::string::npos);
    EXPECT_EQ(run("units show zzzzzz").status, 3);
    EXPECT_NE(run("roles").text.find("commune_health"), std::string::npos);
}

TEST_F(Admin, case_counts_come_in_all_formats_and_bad_cells_are_told) {
    begin();
    const Done rows = run("import-cases " + file("rows.csv", "province,date,cases\nTP. Hồ Chí Minh,2021-08-01,3\n79,2021-08-03,5\n"
                                                             "Atlantis,2021-08-01,1\n79,2021-13-01,1\n79,2021-08-04,x\n"));
    EXPECT_EQ(rows.status, 0) << rows.text;
    EXPECT_NE(rows.text.find("1 series recorded, 2 values used, 3 skipped"), std::string::npos) << rows.text;
    EXPECT_NE(rows.text.find("Atlantis: no such province"), std::string::npos);
    const Done names = run("import-cases " + file("names.csv", "date,Hà Nội,Hồ Chí Minh city\n2021-08-01,1,2\n2021-08-02,,4\n"));
    EXPECT_NE(names.text.find("2 series recorded, 3 values used, 0 skipped"), std::string::npos) << names.text;
    (void)file("province_ids.csv", "id,province_code,name\n7,01,Hà Nội\n");
    const Done ids = run("import-cases " + file("ids.csv", "id,1/8/2021,2/8/2021,3/8/2021\n7,3,12.0,90000\n8,1,1,1\n"));
    EXPECT_NE(ids.text.find("1 series recorded, 2 values used, 2 skipped"), std::string::npos) << ids.text;
    EXPECT_NE(ids.text.find("is no count of one day"), std::string::npos) << ids.text;
    EXPECT_EQ(number("SELECT count(*) FROM kernel_record WHERE system = 'riskmap' AND kind = 'case_series'"), 4);
    const Done lines = run("import-cases " + file("lines.csv", "province,date,cases\r\n\r\n\"Atlan\r\ntis\",2021-08-01,1\r\n79,2021-08-32,3\r\n79,2021-08-05,3\r\n"));
    EXPECT_NE(lines.text.find("line 5: no day: 2021-08-32"), std::string::npos) << "blank lines and breaks in quotes count\n" << lines.text;
    const Done quotes = run("import-cases " + file("quotes.csv", "province,date,cases\n79,2021-08-01,3\n79,2021\"-08-02,3\n"));
    EXPECT_EQ(quotes.status, 2);
    EXPECT_NE(quotes.text.find("quotes.csv: line 3: a quote inside column 2, which does not begin with one"), std::string::npos) << quotes.text;
    EXPECT_EQ(run("import-cases " + file("odd.csv", "a,b\n1,2\n")).status, 2);
    EXPECT_EQ(run("import-cases /no/such/file").status, 3);
    EXPECT_EQ(run("import-cases " + file("nothing.csv", "province,date,cases\nAtlantis,2021-08-01,1\n")).status, 4);
}

TEST_F(Admin, case_counts_of_districts_and_communes_go_to_the_unit_that_is_named) {
    begin();
    const std::string rows = "province,district,commune,date,cases\n"
                             "TP. Hồ Chí Minh,Quận 1,,2021-08-01,7\n"
                             "TP. Hồ Chí Minh,1,Bến Nghé,2021-08-01,3\n"
                             "TP. Hồ Chí Minh,1,Phường Bến Nghé,2021-08-03,2\n"
                             "TP. Hồ Chí Minh,1,Atlantis,2021-08-01,1\n"
                             "TP. Hồ Chí Minh,,Bến Nghé,2021-08-02,9\n"
                             "TP. Hồ Chí Minh,1,Bến Nghé,2021-08-02,many\n";
    const Done kept = run("import-cases " + file("below.csv", rows));
    EXPECT_EQ(kept.status, 0) << kept.text;
    EXPECT_NE(kept.text.find("2 series recorded, 3 values used, 3 skipped"), std::string::npos) << kept.text;
    EXPECT_NE(kept.text.find("Atlantis, 1, TP. Hồ Chí Minh: no such unit"), std::string::npos) << kept.text;
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '26740' AND source LIKE '%below' ORDER BY day DESC LIMIT 1"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_count WHERE unit = '26740'"), 2);
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '760'"), 7);
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_count WHERE unit = '79'"), 0) << "a commune without its district is not the province";
    const Done codes = run("import-cases " + file("codes.csv", "province,district,commune,date,cases\n79,760,26740,2021-08-05,4\n79,001,,2021-08-05,4\n"));
    EXPECT_NE(codes.text.find("1 series recorded, 1 values used, 1 skipped"), std::string::npos) << codes.text << "a district of another province";
    // Where the file lists every case, a day that it does not name had none; one that it names and nobody can read stays unknown.
    const Done complete = run("import-cases " + file("all.csv", rows) + " --complete");
    EXPECT_NE(complete.text.find("2 series recorded, 5 values used"), std::string::npos) << complete.text;
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_count WHERE unit = '26740' AND source LIKE '%all'"), 2);
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '760' AND source LIKE '%all' ORDER BY day LIMIT 1 OFFSET 1"), 0);
}

TEST_F(Admin, people_of_communes_are_those_of_their_district_when_all_are_told) {
    begin();
    const Done some = run("import-cases " + file("some.csv", "level1_id,level2_id,level3_id,name,population,source\n79,760,26740,Bến Nghé,100,x\n"
                                                              "79,760,99999,Atlantis,1,x\n79,760,26734,Tân Định,,x\n"));
    EXPECT_NE(some.text.find("1 series recorded, 1 values used, 2 skipped"), std::string::npos) << some.text;
    EXPECT_NE(some.text.find("no such unit: 99999"), std::string::npos) << some.text;
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_count WHERE unit = '760'"), 0);
    const Done all = run("import-cases " + file("people.csv", "code,population\n26740,100\n26734,250000\n"));
    EXPECT_NE(all.text.find("3 series recorded"), std::string::npos) << all.text;
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '760' AND measure = 'population'"), 250'100);
    EXPECT_EQ(run("import-cases " + file("none.csv", "province,date,cases\n79,2021-08-01,1\n") + " --format people").status, 2);
}

TEST_F(Admin, figures_of_any_measure_come_with_their_source_and_what_cannot_be_is_told) {
    begin();
    const Done done = run("import-cases " + file("figures.csv", "code,measure,source,date,value\n"
                                                                "79,feedback,hotline,2021-08-01,12\n79,feedback,hotline,2021-08-03,0\n79,feedback,,2021-08-01,9\n"
                                                                "26740,checkpoints,register,2021-08-01,750120\n26740,checkpointsAlive,register,2021-08-01,70639\n"
                                                                "26740,bedShare,hospitals,2021-08-01,10001\n26740,rain,office,2021-08-01,3\n"
                                                                "99999,feedback,hotline,2021-08-01,1\n79,feedback,hotline,2021-08-03,4\n79,feedback,hotline,2021-08-04,-1\n"
                                                                "79,feedback,hotline,2021-08-32,1\n79,feedback\n") + " --source other");
    EXPECT_EQ(done.status, 0) << done.text;
    EXPECT_NE(done.text.find("4 series recorded, 5 values used, 7 skipped"), std::string::npos) << done.text;
    for (const char* told : {"26740 bedShare: refused: riskmap.values", "26740 rain: refused: field.choice", "line 9: no such unit: 99999", "line 10: the day comes twice",
                             "line 11: no number: -1", "line 12: no day: 2021-08-32", "line 13: has 2 cells instead of 5"}) {
        EXPECT_NE(done.text.find(told), std::string::npos) << told << '\n' << done.text;
    }
    EXPECT_EQ(number("SELECT sum(value) FROM riskmap_count WHERE unit = '79' AND measure = 'feedback' AND source = 'hotline'"), 12);
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '79' AND measure = 'feedback' AND source = 'other'"), 9);
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '26740' AND measure = 'checkpoints'"), 750'120) << "one large number of a state is no slip";
    const std::string plain = file("plain.csv", "code,measure,date,value\n79,checkpointsAlive,2021-08-01,5\n");
    EXPECT_EQ(run("import-cases " + plain + " --source register").status, 0);
    EXPECT_EQ(number("SELECT value FROM riskmap_count WHERE unit = '79' AND measure = 'checkpointsAlive' AND source = 'register'"), 5);
    EXPECT_EQ(run("import-cases " + plain + " --complete").status, 2) << "silence about a checkpoint is no zero";
    EXPECT_EQ(run("import-cases " + file("short.csv", "code,measure,value\n79,feedback,1\n")).status, 2);
}

TEST_F(Admin, places_are_recorded_all_or_none_and_errors_name_line_and_field) {
    begin();
    const std::string header = "type,unit,name,longitude,latitude,from,until,fromTime,note\n";
    const Done bad = run("import-places " + file("bad.csv", header + "test,26740,Trạm 1,106.7,10.775,2021-07-01,,,\n"
                                                              "exposure,26740,Chợ,east,10.775,2021-07-01,2021-07-01,,\n"
                                                              "test,99999,Trạm 2,106.7,10.775,2021-07-01,,,\n"
                                                              "test,26740,Trạm 3,10.775,106.7,2021-07-01,,,\n"
                                                              "exposure,26740,Quán,106.7,10.775,2021-07-01,2021-07-01,8:00,0901234567\n"
                                                              "test,26740,Thiếu\n"));
    EXPECT_EQ(bad.status, 4) << bad.text;
    for (const char* told : {"line 3, longitude: is no number of degrees: 'east'", "line 4, unit: ", "line 5, longitude, latitude: places.inside",
                             "line 6, fromTime: places.time", "line 6, note: places.personal", "line 7, row: has 3 cells instead of 9"})
        EXPECT_NE(bad.text.find(told), std::string::npos) << told << " is missing in\n" << bad.text;
    EXPECT_EQ(number("SELECT count(*) FROM kernel_record WHERE system = 'places'"), 0);
    const Done good = run("import-places " + file("good.csv", header + "test,26740,Trạm 1,106.7,10.775,2021-07-01,,,\nexposure,26740,Chợ,106.698123,10.7725,2021-07-01,2021-07-02,08:00,\n"));
    EXPECT_EQ(good.status, 0) << good.text;
    EXPECT_NE(good.text.find("2 places recorded"), std::string::npos) << good.text;
    EXPECT_EQ(number("SELECT count(*) FROM places_mark WHERE unit = '26740' AND shape IN ('106700000,10775000', '106698123,10772500')"), 2);
    const Done again = run("import-places " + file("again.csv", header + "test,26740,Trạm 9,106.7,10.775,2021-07-01,,,\ntest,26740,Trạm 1,106.7,10.775,2021-07-01,,,khác\n"));
    EXPECT_EQ(again.status, 4) << again.text;
    EXPECT_NE(again.text.find("line 3, row: is on the map already"), std::string::npos) << again.text;
    const Done twice = run("import-places " + file("twice.csv", header + "test,26740,Trạm 5,106.7,10.775,2021-07-01,,,\ntest,26740,Trạm 5,106.7000,10.775,2021-07-01,,,\n"
                                                                    "exposure,26740,Quán,106.7,10.775,2021-07-01,2021-07-01,08:00,\n"
                                                                    "exposure,26740,Quán,106.7,10.775,2021-07-01,2021-07-01,19:00,\n"));
    EXPECT_EQ(twice.status, 4) << twice.text;
    EXPECT_NE(twice.text.find("line 3, row: is the place of line 2 again"), std::string::npos) << twice.text;
    EXPECT_EQ(twice.text.find("line 5"), std::string::npos) << "in the evening is another visit\n" << twice.text;
    EXPECT_EQ(number("SELECT count(*) FROM places_mark"), 2);
    EXPECT_EQ(run("import-places " + file("odd.csv", "type,where\n1,2\n")).status, 2);
    EXPECT_EQ(run("import-places " + file("few.csv", "type,unit,name\n1,2,3\n")).status, 2);
    EXPECT_EQ(run("import-places /no/such/file").status, 3);
}

TEST_F(Admin, what_is_recorded_all_or_none_leaves_nothing_of_a_batch_with_one_that_is_rejected) {
    ASSERT_EQ(run("users add an").status, 0) << "makes the database";
    auto key = server::FileKey::open(folder_, "system-device");
    ASSERT_TRUE(key);
    std::ifstream stream(folder_ + "/assets/units.txt", std::ios::binary);
    auto units = Units::parse(std::string((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>()));
    ASSERT_TRUE(units);
    auto database = server::open_engine("sqlite:" + folder_ + "/a.db");
    ASSERT_TRUE(database);
    admin::Arguments arguments;
    admin::Desk desk{std::move(arguments), {}, {}, {}, std::move(*database), std::move(*units), Instant{1'646'000'000'000}};
    desk.data = folder_;
    // May write in one province of the two.
    admin::Recorder recorder(desk, std::move(*key), {"lachan-admin", "", {Grant{Role::provincial_cdc, "79", Instant{0}}}});
    const auto flush = [&](admin::Recorder::Keep keep) {
        for (const char* unit : {"79", "01"}) {
            const Json body{{"unit", unit}, {"source", "office"}, {"measure", "cases"}, {"from", "2021-12-01"}, {"values", "1"}};
            EXPECT_TRUE(recorder.add("riskmap", "case_series", unit, body, desk.now));
        }
        const auto answers = recorder.flush(keep);
        EXPECT_TRUE(answers);
        EXPECT_EQ((*answers)[0].outcome, Outcome::accepted);
        EXPECT_EQ((*answers)[1].rule, "access.jurisdiction");
        return number("SELECT count(*) FROM kernel_record");
    };
    EXPECT_EQ(flush(admin::Recorder::Keep::all_or_none), 0);
    EXPECT_EQ(flush(admin::Recorder::Keep::what_is_accepted), 1);
}

TEST_F(Admin, the_real_series_are_read_whole) {
    begin();
    const std::string corpus = std::string(LACHAN_CORPUS_ROOT) + "/cases";
    if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "skipped: no corpus";
    const std::string units = std::string(LACHAN_SOURCE_ROOT) + "/build/assets/units.txt";
    if (!std::filesystem::exists(units)) GTEST_SKIP() << "skipped: build/assets has not been made";
    std::filesystem::copy_file(units, folder_ + "/assets/units.txt", std::filesystem::copy_options::overwrite_existing);
    const Done names = run("import-cases " + corpus + "/provinces2021/confirmed_per_day.csv");
    EXPECT_NE(names.text.find("62 series recorded, 11284 values used, 0 skipped"), std::string::npos) << names.text;
    const Done ids = run("import-cases " + corpus + "/provinces2020_2022/cases_per_day.csv");
    EXPECT_NE(ids.text.find("63 series recorded"), std::string::npos) << ids.text;
    EXPECT_NE(ids.text.find("49170 is no count of one day"), std::string::npos) << ids.text;
    EXPECT_NE(ids.text.find("151919 is no count of one day"), std::string::npos) << ids.text;
    const Done rows = run("import-cases " + corpus + "/communes2021/province_day.csv");
    EXPECT_NE(rows.text.find("57 series recorded, 817 values used, 0 skipped"), std::string::npos) << rows.text;
}

TEST_F(Admin, a_demo_is_seeded_once_and_backed_up) {
    const Done seeded = run("seed-demo --if-new --corpus /no/such/folder");
    ASSERT_EQ(seeded.status, 0) << seeded.text;
    EXPECT_NE(seeded.text.find("demo-xa"), std::string::npos);
    EXPECT_GT(number("SELECT count(*) FROM kernel_record WHERE system = 'declaration'"), 10);
    EXPECT_EQ(number("SELECT count(DISTINCT device) FROM kernel_record WHERE system = 'declaration'"),
              number("SELECT count(*) FROM kernel_record WHERE system = 'declaration'"));
    const Done again = run("seed-demo --if-new");
    EXPECT_EQ(again.status, 0);
    EXPECT_EQ(again.text, "");
    EXPECT_EQ(run("seed-demo").status, 5);
    EXPECT_EQ(run("backup " + folder_ + "/copy.db").status, 0);
    EXPECT_TRUE(std::filesystem::exists(folder_ + "/copy.db"));
    EXPECT_EQ(run("purge").status, 0);
}

}  // namespace
}  // namespace lachan
