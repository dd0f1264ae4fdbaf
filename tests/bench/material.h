#pragma once

// Declarations as a queue of a device brings them: checked bodies, sealed, chained, signed by the last record of the batch.

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "kernel/record.h"
#include "native_random.h"
#include "signing_key.h"
#include "vocab/unit.h"

namespace lachan::bench {

/// A request as it arrives at POST /v1/records.
struct Request {
    std::string text;
    Bytes spki;
    std::string device;
    std::string first_record;
    std::size_t records = 0;
};

/// What a stage took: by the clock on the wall, and of the processors. On a busy machine only the second tells what a
/// stage costs.
struct Spent {
    double seconds = 0;
    double processor = 0;
};

inline double seconds_of(const timespec& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

enum class Spread { one_commune, country };

[[noreturn]] inline void stop(const std::string& why) {
    std::fprintf(stderr, "ingest: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T must(Result<T> result, const char* what) {
    if (!result) stop(std::string(what) + ": " + result.error().rule + ' ' + result.error().detail);
    return std::move(*result);
}
inline void must(Result<void> result, const char* what) {
    if (!result) stop(std::string(what) + ": " + result.error().rule + ' ' + result.error().detail);
}

inline Units read_units(const std::string& path) {
    std::ifstream file(path);
    if (!file) stop("no " + path + " (the build makes it: tools/make_units.mjs)");
    std::stringstream text;
    text << file.rdbuf();
    return must(Units::parse(text.str()), "units.txt");
}

/// A commune with all that a body says about it.
struct Home {
    std::string province, district, ward;
};

inline std::vector<Home> homes_on(const Units& units, Day day) {
    std::vector<Home> homes;
    for (const Unit* province : units.children(kNation, day)) {
        for (const Unit* district : units.children(province->code, day)) {
            for (const Unit* ward : units.children(district->code, day)) {
                // Communes of a merged province keep the code of their old one in the shard: not what is measured here.
                if (units.province_of(ward->code) != province->code) continue;
                homes.push_back({std::string(province->code), std::string(district->code), std::string(ward->code)});
            }
        }
    }
    return homes;
}

class Material {
public:
    Material(const Units& units, Instant now, unsigned seed)
        : now_(now), homes_(homes_on(units, day_in_vietnam(now))), dice_(seed), random_(bytes_of_seed(seed)) {
        if (homes_.empty()) stop("units.txt has no communes");
    }

    Request request(std::size_t count, Spread spread) {
        const SigningKey key = must(SigningKey::generate(certificate::Algorithm::es256), "device key");
        Request out;
        out.spki = key.spki();
        out.device = to_base64url(sha256(out.spki));
        out.records = count;
        const Home& own = homes_[dice_() % homes_.size()];
        Json records = Json::array();
        std::string previous;
        for (std::size_t i = 0; i < count; ++i) {
            const Home& home = spread == Spread::one_commune ? own : homes_[dice_() % homes_.size()];
            const StoredRecord stored = declaration(home, out.device, previous, static_cast<std::int64_t>(i));
            previous = stored.hash;
            if (i == 0) out.first_record = stored.record.id;
            // The last signature covers the chain; a device signs each all the same.
            const Bytes signature = must(key.sign(bytes_of(stored.bytes)), "signature");
            records.push_back({{"record", write_envelope(stored.record)}, {"signature", to_base64url(signature)}});
        }
        const Json whole{{"device", {{"id", out.device}, {"publicKey", to_base64url(out.spki)}}}, {"records", std::move(records)}};
        out.text = whole.dump();
        return out;
    }

private:
    static Bytes bytes_of_seed(unsigned seed) {
        Bytes bytes(32, 0);
        for (int i = 0; i < 4; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(seed >> (8 * i));
        return bytes;
    }

    StoredRecord declaration(const Home& home, const std::string& device, const std::string& previous, std::int64_t number) {
        Record record;
        // The oldest first, a second apart, the last one now.
        record.made_at = Instant{now_.ms - 1'000'000 + number * 1'000};
        record.id = RecordId::make(record.made_at, shard_of_province(home.province), random_).text();
        record.system = "declaration";
        record.kind = "population";
        record.version = 2;
        record.unit = home.ward;
        record.device = device;
        record.previous = previous;
        Bytes salt(16);
        random_.fill(salt);
        record.salt = to_base64url(salt);
        record.body = body(home);
        return seal(std::move(record));
    }

    Json body(const Home& home) {
        static const char* const kFamily[] = {"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ"};
        static const char* const kMiddle[] = {"Văn", "Thị", "Đức", "Ngọc", "Minh"};
        static const char* const kGiven[] = {"Thử", "Bích", "Ánh", "Dũng", "Hạnh", "Quỳnh"};
        const bool ill = dice_() % 10 == 0;
        Json body{{"onBehalf", false},
                  {"fullName", std::string(kFamily[dice_() % 8]) + ' ' + kMiddle[dice_() % 5] + ' ' + kGiven[dice_() % 6]},
                  {"idType", "cccd"},
                  {"idNumber", "079085000000"},
                  {"birthDate", "1985"},
                  {"sex", "male"},
                  {"nationality", "VNM"},
                  {"province", home.province},
                  {"district", home.district},
                  {"ward", home.ward},
                  {"address", std::to_string(1 + dice_() % 400) + " đường Trần Hưng Đạo"},
                  {"phone", "0900000" + std::to_string(100 + dice_() % 900)},
                  {"travelled", false},
                  {"signFever", ill},
                  {"signCough", ill},
                  {"signDyspnoea", false},
                  {"signPneumonia", false},
                  {"signSoreThroat", false},
                  {"signFatigue", false},
                  {"signLossOfTasteSmell", false},
                  {"contactCase", dice_() % 50 == 0},
                  {"contactAffectedCountry", false},
                  {"contactSymptomatic", false},
                  {"diabetes", "no"},
                  {"hypertension", "unknown"},
                  {"dataConsent", true},
                  {"legalAccepted", true}};
        if (dice_() % 4 == 0) {
            const Home& visited = homes_[dice_() % homes_.size()];
            const Day today = day_in_vietnam(now_);
            body["travelled"] = true;
            body["places"] = Json::array({{{"place", visited.ward}, {"from", to_string(today + -6)}, {"to", to_string(today + -4)}}});
        }
        return body;
    }

    Instant now_;
    std::vector<Home> homes_;
    std::mt19937 dice_;
    SeededRandom random_;
};

}  // namespace lachan::bench
