#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "admin/admin.h"
#include "kernel/text.h"
#include "native_random.h"

namespace lachan::admin {
namespace {

struct Official {
    const char* name;
    Role role;
    const char* unit;
};

/// One for each level, all along one path: what the nation sees, the province sees in part, and so on down to the commune.
constexpr Official kOfficials[] = {
    {"demo-quocgia", Role::national_centre, "VN"},
    {"demo-tinh", Role::provincial_cdc, "79"},
    {"demo-huyen", Role::district_tracer, "760"},
    {"demo-xa", Role::commune_health, "26740"},
    {"demo-quantri", Role::administrator, "VN"},
};

/// Words that are no one's name together. Each ends in a word that says so.
constexpr const char* kFamily[] = {"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ"};
constexpr const char* kMiddle[] = {"Văn", "Thị", "Minh", "Ngọc", "Thu", "Quang"};
constexpr const char* kGiven[] = {"Thử", "Mẫu", "Nháp", "Ví Dụ", "Giả Định"};

/// Where the invented people stay: most in the district of the demo officials, some elsewhere.
constexpr const char* kWards[] = {"26740", "26740", "26740", "26734", "26737", "26743", "26746", "26749"};

/// The unit that answers for `code` today: itself, or the one that took it over; "" when it was divided or ended.
std::string today(const Desk& desk, std::string_view code) {
    if (code == kNation) return std::string(code);
    const auto heirs = desk.units.successors_at(code, day_in_vietnam(desk.now));
    return heirs.size() == 1 ? std::string(heirs.front()->code) : std::string();
}

enum class Kind { healthy, sign, contact, both };

/// A small repeatable sequence: a demo looks the same each time.
class Dice {
public:
    std::uint32_t roll(std::uint32_t sides) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::uint32_t>(state_ >> 33) % sides;
    }

private:
    std::uint64_t state_ = 2021;
};

template <class T, std::size_t N>
const T& pick(const T (&list)[N], Dice& dice) { return list[dice.roll(static_cast<std::uint32_t>(N))]; }

Json invented_person(Dice& dice, int number, const std::string& ward, const Units& units, Day day) {
    const std::string path = units.path(ward, day);
    const bool female = dice.roll(2) == 0;
    const int year = 1950 + static_cast<int>(dice.roll(55));
    // Structure of a CCCD number, with the serial that no card has: 79, century and sex, year, 000000.
    char card[16];
    std::snprintf(card, sizeof card, "079%d%02d000000", (year >= 2000 ? 2 : 0) + (female ? 1 : 0), year % 100);
    char phone[16];
    std::snprintf(phone, sizeof phone, "0900000%03d", number % 1'000);
    Json body{{"onBehalf", false},
              {"fullName", std::string(pick(kFamily, dice)) + ' ' + (female ? "Thị" : pick(kMiddle, dice)) + ' ' + pick(kGiven, dice)},
              {"idType", "cccd"}, {"idNumber", card}, {"birthDate", std::to_string(year)}, {"sex", female ? "female" : "male"},
              {"nationality", "VNM"}, {"province", path.substr(0, 2)}, {"ward", ward},
              {"address", std::to_string(1 + dice.roll(200)) + " đường Ví Dụ"}, {"phone", phone}, {"travelled", false},
              {"dataConsent", true}, {"legalAccepted", true}};
    if (std::count(path.begin(), path.end(), '/') == 2) body["district"] = path.substr(3, 3);
    for (const char* question : {"signFever", "signCough", "signDyspnoea", "signPneumonia", "signSoreThroat", "signFatigue",
                                 "signLossOfTasteSmell", "contactCase", "contactAffectedCountry", "contactSymptomatic"}) {
        body[question] = false;
    }
    return body;
}

void make_ill(Json& body, Kind kind, Dice& dice) {
    constexpr const char* kSigns[] = {"signFever", "signCough", "signSoreThroat", "signFatigue"};
    if (kind == Kind::sign || kind == Kind::both) body[pick(kSigns, dice)] = true;
    if (kind == Kind::contact || kind == Kind::both) body["contactCase"] = true;
    if (kind != Kind::healthy && dice.roll(3) == 0) body["temperatureDc"] = 375 + static_cast<int>(dice.roll(15));
    if (body.contains("temperatureDc")) body["temperatureSource"] = "axillary";
}

Result<int> declare(Desk& desk) {
    constexpr int kPeople = 60;
    constexpr std::int64_t kHour = 3'600'000;
    Dice dice;
    int accepted = 0;
    for (int i = 0; i < kPeople; ++i) {
        const std::string ward = today(desk, pick(kWards, dice));
        const Instant made_at{desk.now.ms - (1 + dice.roll(5 * 24)) * kHour};
        if (ward.empty() || !desk.units.find(ward, day_in_vietnam(made_at))) continue;
        Json body = invented_person(dice, i, ward, desk.units, day_in_vietnam(made_at));
        const std::uint32_t luck = dice.roll(10);
        make_ill(body, luck < 6 ? Kind::healthy : luck < 8 ? Kind::sign : luck < 9 ? Kind::contact : Kind::both, dice);
        // Each person has a telephone, so each record its own key.
        Recorder recorder(desk, TRY(FileKey::generate()), Actor{});
        TRY(recorder.add("declaration", "population", ward, std::move(body), made_at));
        const auto answers = TRY(recorder.flush());
        if (answers[0].outcome == Outcome::rejected) {
            return Error{Errc::rejected, answers[0].rule,
                         "an invented declaration was refused" +
                             (answers[0].violations.empty() ? std::string() : ": " + answers[0].violations[0].field)};
        }
        ++accepted;
        if (accepted % 10 == 0) progress("demo: " + std::to_string(accepted) + " declarations");
    }
    return accepted;
}

struct CaseFile {
    std::string path;
    Gaps gaps = Gaps::are_unknown;
};

/// The real series beside the checkout when they are there, else the invented one of the tree.
std::vector<CaseFile> case_files(const Desk& desk) {
    namespace fs = std::filesystem;
    const std::string corpus = desk.arguments.get("corpus", "../shared/data");
    std::vector<CaseFile> found;
    for (const auto& [name, gaps] : std::initializer_list<std::pair<const char*, Gaps>>{
             {"cases/provinces2020_2022/cases_per_day.csv", Gaps::are_unknown},
             {"cases/provinces2021/confirmed_per_day.csv", Gaps::are_unknown},
             {"cases/communes2021/province_day.csv", Gaps::are_unknown},
             {"cases/communes2021/district_day.csv", Gaps::are_zero},  // days with cases only
             {"cases/communes2021/commune_day.csv", Gaps::are_zero}}) {
        const std::string file = corpus + '/' + name;
        if (fs::exists(file)) found.push_back({file, gaps});
    }
    if (found.empty()) {
        for (const std::string& file : {std::string("assets/cases/synthetic.csv"), desk.assets + "/cases/synthetic.csv"}) {
            if (fs::exists(file)) return {{file}};
        }
    }
    // Without people there is no rate, and so no colour, below a province.
    const std::string people = corpus + "/map/population/gso2021_commune_population.csv";
    if (!found.empty() && fs::exists(people)) found.push_back({people});
    return found;
}

}  // namespace

Result<void> seed_demo(Desk& desk) {
    server::Accounts accounts(*desk.database);
    if (!TRY(accounts.list()).empty()) {
        if (desk.arguments.has("if-new")) return {};
        return Error{Errc::conflict, "demo.not_new", "the database has users already"};
    }
    if (find_system("riskmap")) {
        const auto files = case_files(desk);
        if (files.empty()) progress("demo: no case counts found");
        for (const auto& [file, gaps] : files) {
            const Import import = TRY(import_cases(desk, file, "", "auto", gaps));
            progress("demo: " + std::filesystem::path(file).filename().string() + ": " + std::to_string(import.records) + " series, " +
                         std::to_string(import.values) + " values, " + std::to_string(import.skipped.size()) + " skipped", true);
        }
    }
    if (find_system("declaration")) {
        const int made = TRY(declare(desk));
        progress("demo: " + std::to_string(made) + " declarations of invented people", true);
    }
    // Last, so that a seeding that was cut short is done again.
    std::vector<std::string> lines;
    auto transaction = TRY(Transaction::begin(*desk.database));
    for (const Official& official : kOfficials) {
        const std::string place = today(desk, official.unit);
        if (place.empty()) continue;  // districts ended in 2025
        const std::string password = server::fresh_password();
        TRY(accounts.add(official.name, password, false, desk.now));
        Grant grant{official.role, place, desk.now};
        TRY(accounts.grant(official.name, grant, "console", desk.units, desk.now));
        const Unit* unit = desk.units.find(place, day_in_vietnam(desk.now));
        char line[200];
        std::snprintf(line, sizeof line, "  %-14s %s  %-16s %s", official.name, password.c_str(), name_of(official.role),
                      unit ? std::string(unit->name).c_str() : "Việt Nam");
        lines.emplace_back(line);
    }
    TRY(transaction.commit());
    std::printf("\nDemo officials (invented; these passwords are shown once):\n");
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
    std::printf("\n");
    std::fflush(stdout);
    return {};
}

}  // namespace lachan::admin
