#include "demo.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "certificate/issue_own.h"
#include "certificate/own_place.h"
#include "certificate/strict.h"
#include "certificate/verdict.h"
#include "issuing.h"
#include "picture.h"
#include "prove.h"
#include "revocation_source.h"
#include "x509.h"

namespace lachan::trust {
namespace {

using namespace certificate;
namespace fs = std::filesystem;

constexpr std::int64_t kDay = kMillisecondsPerDay;
constexpr std::int64_t kDaysOfList = 180;
constexpr const char* kFolder = "demo-certificates";
constexpr const char* kRevocations = "revoked.json";
constexpr const char* kOwnSigners = "own-signers.pem";
constexpr const char* kLookAlike = "look-alike-name.txt";
constexpr const char* kRevoked = "URN:UVCI:01:VN:DEMO0000000000000000000000000005";

std::string day_text(Instant now, int days) { return to_string(day_in_vietnam(now) + days); }

/// Invented people.
Json person(const char* family, const char* given, const char* born) {
    return {{"familyName", family}, {"givenName", given}, {"birthDate", born},
            {"disease", "840539006"}, {"country", "VN"}, {"issuer", "Ministry of Health (demo)"}};
}

Result<Json> vaccinated(Json who, const std::string& on, const char* identifier) {
    who.update({{"kind", "vaccination"}, {"vaccine", "1119349007"}, {"product", "EU/1/20/1528"}, {"manufacturer", "ORG-100030215"},
                {"dose", 2}, {"doses", 2}, {"date", on}, {"identifier", identifier}});
    return payload_of(who);
}

Result<Json> tested(Json who, const std::string& on, const char* identifier) {
    who.update({{"kind", "test"}, {"testType", "LP6464-4"}, {"testName", "PCR SARS-CoV-2 (demo)"}, {"sampledAt", on + "T08:15:00+07:00"},
                {"result", "260415000"}, {"centre", "Trung tâm Kiểm soát bệnh tật (demo)"}, {"identifier", identifier}});
    return payload_of(who);
}

Result<Json> recovered(Json who, Instant now, const char* identifier) {
    who.update({{"kind", "recovery"}, {"firstPositiveOn", day_text(now, -60)}, {"validFrom", day_text(now, -49)},
                {"validUntil", day_text(now, 120)}, {"identifier", identifier}});
    return payload_of(who);
}

struct Example {
    const char* name;
    const char* title_vi;
    const char* title_en;
    Summary expected;
    std::string code;
};

class Maker {
public:
    Maker(const Identity& ec, const Identity& rsa, const Identity& tests, const Identity& own, const Identity& stranger, Instant now)
        : ec_(ec), rsa_(rsa), tests_(tests), own_(own), stranger_(stranger), now_(now) {}

    Result<std::vector<Example>> all() {
        const Json dao = person("Nguyễn", "Thị Minh Đào", "1988-03-12");
        const Json bao = person("Trần", "Quốc Bảo", "1994-11-02");
        const Json yen = person("Lê", "Hoàng Yến", "2001-07-25");
        const Json duc = person("Đặng", "Văn Đức", "1975-01-30");
        const Json dose = TRY(vaccinated(dao, day_text(now_, -30), "URN:UVCI:01:VN:DEMO0000000000000000000000000001"));
        const Json old_dose = TRY(vaccinated(duc, day_text(now_, -400), "URN:UVCI:01:VN:DEMO0000000000000000000000000004"));
        const Json test = TRY(tested(bao, day_text(now_, -1), "URN:UVCI:01:VN:DEMO0000000000000000000000000002"));
        const Json recovery = TRY(recovered(yen, now_, "URN:UVCI:01:VN:DEMO0000000000000000000000000003"));
        std::vector<Example> list;
        list.push_back({"valid-vaccination-es256", "Hợp lệ: tiêm chủng, ký ES256", "Valid: vaccination, signed ES256",
                        Summary::valid, TRY(code(ec_, dose, -1, 180))});
        list.push_back({"valid-test-ps256", "Hợp lệ: xét nghiệm, ký PS256", "Valid: test, signed PS256", Summary::valid,
                        TRY(code(rsa_, test, -1, 30))});
        list.push_back({"valid-recovery-es256", "Hợp lệ: khỏi bệnh, ký ES256", "Valid: recovery, signed ES256",
                        Summary::valid, TRY(code(ec_, recovery, -1, 120))});
        // The signature holds, and the name is not the one that it seems to be: a Cyrillic e.
        Json look_alike = TRY(vaccinated(person("Nguyen", "Minh", "1990-06-15"), day_text(now_, -40), "URN:UVCI:01:VN:DEMO0000000000000000000000000006"));
        look_alike["nam"]["fn"] = "Nguy\xd0\xb5n";
        list.push_back({"look-alike-name", "Hợp lệ, nhưng tên có chữ cái của hệ chữ khác", "Valid, but the name has a letter of another alphabet",
                        Summary::valid, TRY(code(ec_, look_alike, -1, 180))});
        list.push_back({"revoked", "Đã thu hồi: nơi cấp đã cấp bản khác", "Revoked: another was issued in its place", Summary::invalid,
                        TRY(code(ec_, TRY(vaccinated(dao, day_text(now_, -31), kRevoked)), -2, 180))});
        list.push_back({"expired", "Đã hết hạn", "Expired", Summary::invalid, TRY(code(ec_, old_dose, -390, -25))});
        list.push_back({"tampered", "Bị sửa: ngày sinh đã đổi sau khi ký", "Tampered: birth date changed after signing",
                        Summary::invalid, TRY(tampered(dose))});
        list.push_back({"wrong-key-usage", "Khóa chỉ được ký xét nghiệm lại ký tiêm chủng",
                        "A key for tests signed a vaccination", Summary::invalid, TRY(code(tests_, dose, -1, 30))});
        list.push_back({"unknown-issuer", "Đơn vị cấp không có trong danh sách tin cậy", "Issuer not in the trust list",
                        Summary::not_trusted, TRY(code(stranger_, dose, -1, 180))});
        list.push_back({"other-family", "Loại chứng nhận khác, chưa đọc được", "Another family, not read yet",
                        Summary::not_checked,
                        "NL2:5676290952432060346029243740446031222959532654603460292540772804336"});
        TRY(add_own(list));
        return list;
    }

private:
    /// Our own codes, for as long as the list: nobody renews the demonstration's results every third day.
    Result<void> add_own(std::vector<Example>& list) const {
        const Json who{{"name", "Phạm Ngọc Ánh"}, {"birthDate", "1992-09-04"}, {"document", "******000042"}};
        const auto add = [&](const char* name, const char* vi, const char* en, Summary expected, const Json& more) -> Result<void> {
            Json row = who;
            row.update(more);
            list.push_back({name, vi, en, expected, TRY(own_code(row))});
            return {};
        };
        const Json result{{"kind", "result"}, {"method", "pcr"}, {"interpretation", "negative"}, {"sampledAt", day_text(now_, -1) + "T08:15:00+07:00"},
                          {"resultAt", day_text(now_, -1) + "T19:40:00+07:00"}, {"centre", "CDC (demo)"}, {"sample", "DEMO-0042"}, {"version", 1}};
        Json positive = result;
        positive["interpretation"] = "positive";
        TRY(add("own-card", "Thẻ cá nhân của Lá Chắn", "Personal card of Lá Chắn", Summary::valid,
                {{"kind", "card"}, {"sex", "female"}, {"person", "KB-0000-DEMO"}}));
        TRY(add("own-release", "Giấy hoàn thành cách ly", "Release from quarantine", Summary::valid,
                {{"kind", "release"}, {"place", "facility"}, {"unit", "26734"}, {"from", day_text(now_, -20)}, {"until", day_text(now_, -6)},
                 {"order", "123/QĐ-BCĐ"}, {"followUpUntil", day_text(now_, 8)}}));
        TRY(add("own-result-negative", "Kết quả xét nghiệm âm tính", "Result of a test: negative", Summary::valid, result));
        TRY(add("own-result-positive", "Kết quả xét nghiệm dương tính", "Result of a test: positive", Summary::invalid, positive));
        const std::string address = place_address("demo.example.vn", place_id("checkpoint", "48", Bytes(kPlaceRandomBytes, 7)));
        const Signer signer = TRY(signer_from_certificate(own_.certificate));
        const Bytes seal = TRY(own_.key.sign(place_signed_bytes(address)));
        list.push_back({"own-place", "Mã của một địa điểm", "Code of a place", Summary::valid, place_code(address, signer.kid, seal)});
        return {};
    }

    Result<std::string> own_code(const Json& row) const {
        const Json words = TRY(own_words(row, now_));
        const Signer signer = TRY(signer_from_certificate(own_.certificate));
        const Sha256 digest = sha256(canonical(words));
        OwnClaims claims{"VN", (now_.ms + kDaysOfList * kDay) / 1000, (now_.ms - kDay) / 1000, Bytes(digest.begin(), digest.begin() + kOwnIdBytes), {}};
        const OwnUnsigned prepared = prepare_own(words, std::move(claims), signer.algorithm, signer.kid);
        return seal_own(prepared, TRY(own_.key.sign(prepared.signed_bytes)), words);
    }

    Result<Draft> draft(const Identity& by, const Json& payload, int issued_in_days, int expires_in_days) const {
        const Signer signer = TRY(signer_from_certificate(by.certificate));
        return Draft{payload,
                     "VN",
                     (now_.ms + issued_in_days * kDay) / 1000,
                     (now_.ms + expires_in_days * kDay) / 1000,
                     signer.algorithm,
                     signer.kid};
    }

    Result<std::string> code(const Identity& by, const Json& payload, int issued_in_days, int expires_in_days) const {
        return seal_unchecked(TRY(draft(by, payload, issued_in_days, expires_in_days)), by.key);
    }

    /// The signature of one content under another.
    Result<std::string> tampered(const Json& payload) const {
        const Bytes signature = TRY(ec_.key.sign(prepare(TRY(draft(ec_, payload, -1, 180))).signed_bytes));
        Json changed = payload;
        changed["dob"] = "1998-03-12";
        return seal(prepare(TRY(draft(ec_, changed, -1, 180))), signature);
    }

    const Identity& ec_;
    const Identity& rsa_;
    const Identity& tests_;
    const Identity& own_;
    const Identity& stranger_;
    Instant now_;
};

Result<void> check(const Example& example, const Knowledge& known, Instant now) {
    const Inspection inspection = inspect(example.code, known);
    const Verdict verdict = judge(inspection, Prover().prove(inspection.checks), now, known);
    if (verdict.summary == example.expected) return {};
    return Error{Errc::conflict, "demo.verdict", std::string(example.name) + " is " + name_of(verdict.summary)};
}

/// A page without scripts and styles, so that the strictest content policy lets it through.
std::string index_page(const std::vector<Example>& examples) {
    std::string page =
        "<!doctype html>\n<html lang=\"vi\">\n<head><meta charset=\"utf-8\"><title>Chứng nhận mẫu</title>"
        "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" "
        "content=\"noindex\"></head>\n<body>\n"
        "<h1>Chứng nhận mẫu</h1>\n<p>Người và đơn vị cấp đều không có thật. Mở trang xác minh rồi đưa hình vào camera, "
        "thả tệp hoặc "
        "dán văn bản.</p>\n<p lang=\"en\">Invented people and issuers. Open the verifier and show a picture to the "
        "camera, drop the "
        "file or paste the text.</p>\n";
    for (const Example& example : examples) {
        const std::string name = example.name;
        page += "<h2>" + std::string(example.title_vi) + "</h2>\n<p lang=\"en\">" + example.title_en +
                "</p>\n<p><img src=\"" + name + ".png\" alt=\"QR\" width=\"320\"></p>\n<p><a href=\"" + name +
                ".txt\" download>" + name + ".txt</a> · <a href=\"" + name + ".png\" download>" + name +
                ".png</a></p>\n";
    }
    return page + "</body>\n</html>\n";
}

Result<void> write_examples(const fs::path& folder, const std::vector<Example>& examples) {
    Json index = Json::array();
    for (const Example& example : examples) {
        const std::string name = example.name;
        const Bytes picture = qr_picture(example.code);
        if (picture.empty()) return Error{Errc::rejected, "demo.picture", name + " does not fit a code"};
        TRY(write_file(folder / (name + ".txt"), example.code));
        TRY(write_file(folder / (name + ".png"), std::string(picture.begin(), picture.end())));
        index.push_back({{"name", name},
                         {"title", {{"vi", example.title_vi}, {"en", example.title_en}}},
                         {"expect", name_of(example.expected)}});
    }
    TRY(write_file(folder / "index.html", index_page(examples)));
    return write_file(folder / "index.json", Json{{"certificates", index}}.dump(1) + "\n");
}

}  // namespace

Result<TrustBundle> make_demo(const fs::path& folder, Instant now) {
    const Instant from{now.ms - 500 * kDay};
    const Instant until{now.ms + 1000 * kDay};
    const Identity authority = TRY(make_authority({"VN", "Demo Ministry of Health", "Demo CSCA"}, from, until));
    const Identity other = TRY(make_authority({"VN", "Unlisted Clinic", "Unlisted CSCA"}, from, until));
    const auto signer = [&](const char* name, Algorithm algorithm, KeyUsage usage, const Identity& by) {
        return make_signer({"VN", "Demo Ministry of Health", name}, algorithm, usage, from, until, by);
    };
    const Identity ec = TRY(signer("Demo DSC 01", Algorithm::es256, KeyUsage{true, true, true}, authority));
    const Identity rsa = TRY(signer("Demo DSC 02", Algorithm::ps256, {}, authority));
    const Identity tests = TRY(signer("Demo DSC 03", Algorithm::es256, KeyUsage{true, false, false}, authority));
    const Identity own = TRY(make_own_signer({"VN", "Demo Ministry of Health", "Demo own 01"}, Algorithm::es256, {}, "", from, until, authority));
    const Identity stranger = TRY(signer("Unlisted DSC", Algorithm::es256, {}, other));

    TrustBundle bundle;
    bundle.number = 1;
    bundle.issued_at = now;
    bundle.valid_until = Instant{now.ms + kDaysOfList * kDay};
    for (const Identity* listed : {&ec, &rsa, &tests, &own}) {
        bundle.signers.push_back(TRY(signer_from_certificate(listed->certificate)));
    }
    const std::string text = certificate::to_json(bundle).dump(1) + "\n";
    bundle = TRY(TrustBundle::parse(text));

    const auto examples = TRY(Maker(ec, rsa, tests, own, stranger, now).all());
    TRY(command::make_folder(folder));
    TRY(command::make_folder(folder / kFolder));
    // Made anew, and good for as long as the list: nobody brings this demonstration a newer one every day.
    const fs::path source = folder / kFolder / kRevocations;
    std::error_code ignored;
    fs::remove(source, ignored);
    RevocationRequest request;
    request.country = "VN";
    request.fresh_hours = kDaysOfList * 24;
    request.values = {kRevoked};
    TRY(add_revocations(source, request));
    // Of our own codes none was taken back, which is a statement too.
    request.scheme = Scheme::lachan;
    request.values.clear();
    TRY(add_revocations(source, request));
    RevocationSet revoked;
    TRY(read_revocations(source, bundle.signers, now, {}, revoked));
    for (const Example& example : examples) TRY(check(example, {&bundle, &revoked}, now));
    TRY(write_examples(folder / kFolder, examples));
    TRY(write_file(folder / kFolder / "signers.pem", to_pem(authority.certificate) + to_pem(ec.certificate) +
                                                         to_pem(rsa.certificate) + to_pem(tests.certificate)));
    TRY(write_file(folder / kFolder / kOwnSigners, to_pem(own.certificate)));
    TRY(write_file(folder / "trust.json", text));  // last: its presence says that all the rest is there
    return bundle;
}

bool has_fresh_demo(const fs::path& folder, Instant now) {
    const auto text = read_file(folder / "trust.json");
    const auto bundle = text ? TrustBundle::parse(*text) : Result<TrustBundle>(text.error());
    // What a program of an earlier time made lacks what was added last.
    const auto has = [&](const char* name) { return fs::exists(folder / kFolder / name); };
    return bundle && now.ms + kDay < bundle->valid_until.ms && has(kRevocations) && has(kOwnSigners) && has(kLookAlike);
}

}  // namespace lachan::trust
