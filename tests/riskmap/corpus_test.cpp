// The real series of 2021, where they are at hand: sums that were published, and a map made of them.

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <sstream>

#include "world.h"

namespace lachan::riskmap {
namespace {

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells;
    std::stringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    return cells;
}

/// Codes of provinces by folded name, with the spellings of the corpus that differ.
std::map<std::string, std::string> codes_by_name() {
    std::map<std::string, std::string> codes;
    for (const Unit* unit : test_units().children(kNation, day("2021-07-01"))) {
        codes[fold(unit->name.substr(std::string_view("Tỉnh ").size()))] = unit->code;
    }
    const std::pair<const char*, const char*> spelt[] = {{"HO CHI MINH CITY", "79"}, {"TP HO CHI MINH", "79"}, {"TP. HO CHI MINH", "79"},
                                                         {"HO CHI MINH", "79"},      {"BA RIA - VUNG TAU", "77"}, {"BA RIA VUNG TAU", "77"},
                                                         {"BA RIA-VUNG TAU", "77"},  {"THUA THIEN HUE", "46"},    {"THUA THIEN - HUE", "46"},
                                                         {"DAK LAK", "66"},          {"DAK NONG", "67"},          {"HOA BINH", "17"},
                                                         {"QUANG NAM", "49"},        {"KHANH HOA", "56"},         {"THANH HOA", "38"}};
    for (const auto& [name, code] : spelt) codes[name] = code;
    return codes;
}

TEST(riskmap_corpus, the_series_of_62_provinces_gives_the_published_sum_and_a_map_for_every_day) {
    std::ifstream file(LACHAN_CORPUS_ROOT "/cases/provinces2021/confirmed_per_day.csv");
    if (!file) GTEST_SKIP() << "skipped: no corpus";
    std::string line;
    ASSERT_TRUE(std::getline(file, line));
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
    const auto header = split(line);
    ASSERT_EQ(header.size(), 63U);
    std::vector<std::string> values(header.size());
    std::string first;
    int rows = 0;
    while (std::getline(file, line)) {
        const auto cells = split(line);
        ASSERT_EQ(cells.size(), header.size());
        if (first.empty()) first = cells[0];
        for (std::size_t i = 1; i < cells.size(); ++i) {
            values[i] += (rows ? "," : "") + std::to_string(std::stoi(cells[i]));
        }
        ++rows;
    }
    ASSERT_EQ(rows, 182);
    const auto codes = codes_by_name();
    World world;
    Maker maker;
    std::vector<StoredRecord> records;
    for (std::size_t i = 1; i < header.size(); ++i) {
        const auto code = codes.find(fold(header[i]));
        ASSERT_NE(code, codes.end()) << header[i] << " / " << fold(header[i]);
        records.push_back(maker.series(code->second, first.c_str(), values[i], kMade));
    }
    const auto start = std::chrono::steady_clock::now();
    const auto facts = world.apply(records);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    std::printf("62 provinces x 182 days folded in %.0f ms, %zu changes of level told\n", spent.count(), facts.size());

    std::int64_t total = 0;
    for (const auto& entry : reference().populations.entries) {
        total += world.ask("riskmap.series", {{"unit", entry.code}})["total"].get<std::int64_t>();
    }
    EXPECT_EQ(total, 887'798);

    // 27/08/2021, the height of the wave in Hồ Chí Minh City and Bình Dương: far above 150 per 100,000.
    const Json peak = world.ask("riskmap.levels", {{"day", "2021-08-27"}});
    EXPECT_EQ(peak["pack"]["id"], "risk-who-ct");
    int computable = 0;
    for (const Json& item : peak["provinces"]) {
        if (!item["level"].is_null()) ++computable;
        if (item["unit"] == "79" || item["unit"] == "74") {
            EXPECT_EQ(item["level"], 4) << item.dump();
        }
        if (item["unit"] == "04") {
            EXPECT_EQ(item["level"], nullptr) << "Cao Bằng has no column in the source";
        }
        // Each level again from its own arithmetic.
        if (!item["band"].is_null()) {
            const std::int64_t rate = item["cases7"].get<std::int64_t>() * 100'000;
            const std::int64_t people = item["population"].get<std::int64_t>();
            const int expected = rate < 20 * people ? 1 : rate < 50 * people ? 2 : rate < 150 * people ? 3 : 4;
            EXPECT_EQ(item["level"], expected) << item.dump();
        }
    }
    EXPECT_EQ(computable, 62);
    EXPECT_EQ(peak["days"], (Json{{"first", "2021-04-27"}, {"last", "2021-10-25"}}));
}

TEST(riskmap_corpus, the_counts_of_27_april_to_13_july_agree_at_three_levels) {
    std::map<std::string, std::int64_t> sums;
    for (const char* level : {"province", "district", "commune"}) {
        std::ifstream file(std::string(LACHAN_CORPUS_ROOT "/cases/communes2021/") + level + "_day.csv");
        if (!file) GTEST_SKIP() << "skipped: no corpus";
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) sums[level] += std::stoll(line.substr(line.rfind(',') + 1));
    }
    EXPECT_EQ(sums["province"], 27'035);
    EXPECT_EQ(sums["district"], 27'035);
    EXPECT_EQ(sums["commune"], 27'035);
}

}  // namespace
}  // namespace lachan::riskmap
