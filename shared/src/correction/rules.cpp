#include <algorithm>

#include "correction/correction.h"
#include "correction/migrations.gen.h"
#include "kernel/id.h"
#include "vocab/person.h"

// The fields, what is allowed in them beyond their shape, and the system as the registry sees it.
namespace lachan::correction {
namespace {

/// As long as the identifier of a certificate may be (EU value sets and issuing guidelines: 72 characters).
constexpr std::int64_t kLongestNumber = 72;
/// A QR code holds 4,296 letters and digits; a certificate in several codes is longer by what stands before each.
constexpr std::int64_t kLongestCode = 6'000;
constexpr std::string_view kNumberStart = "URN:UVCI:";

void say(Violations& out, const char* field, const char* rule) { out.push_back({field, rule}); }

void add(Violations& out, Violations more) {
    for (Violation& violation : more) out.push_back(std::move(violation));
}

/// A number as certificates print it. What else it must keep to is the issuer's matter: a certificate that breaks it may be why
/// somebody asks.
bool is_number(std::string_view text) {
    if (text.substr(0, kNumberStart.size()) != kNumberStart || text.size() == kNumberStart.size()) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '/' || c == '#' || c == '-';
    });
}

void check_number(const Json& body, const char* field, Violations& out) {
    const std::string_view number = text_at(body, field);
    if (!number.empty() && !is_number(number)) say(out, field, "correction.certificate");
}

/// What can be read in one way only is asked for in that way, so that it can go into the certificate as it is.
void check_should_be(const CheckInput& input, Violations& out) {
    const std::string_view value = text_at(input.body, "shouldBe"), wrong = text_at(input.body, "wrong");
    if (value.empty()) return;
    const Day today = day_in_vietnam(input.now);
    if (wrong == "name") add(out, check_name(value, "shouldBe"));
    if (wrong == "birthDate") add(out, check_birth(value, today, "shouldBe"));
    if (wrong != "date" && wrong != "missingDose") return;
    const auto day = Day::parse(value);
    if (!day || today < *day) say(out, "shouldBe", "correction.date");
}

void check_unit(const CheckInput& input, Violations& out) {
    if (input.unit.empty()) return;
    const Day today = day_in_vietnam(input.now);
    const Unit* unit = input.units.find(input.unit, today);
    const bool is_commune = unit && (unit->level == 3 || (unit->level == 2 && input.units.children(input.unit, today).empty()));
    if (!is_commune) say(out, "unit", "correction.unit");
}

Violations check_request(const CheckInput& input) {
    Violations out;
    check_number(input.body, "certificate", out);
    check_should_be(input, out);
    if (const auto name = text_at(input.body, "fullName"); !name.empty()) add(out, check_name(name, "fullName"));
    if (const auto phone = text_at(input.body, "phone"); !phone.empty()) add(out, check_phone(phone, "phone"));
    if (at(input.body, "dataConsent") == Json(false)) say(out, "dataConsent", "correction.data_consent");
    check_unit(input, out);
    return out;
}

/// It names a request of the province of its own unit.
Violations check_step(const CheckInput& input) {
    Violations out;
    const std::string_view text = text_at(input.body, "request");
    const auto request = RecordId::parse(text);
    if (!request) {
        if (!text.empty()) say(out, "request", "correction.reference");
    } else if (!input.unit.empty() && input.units.path(input.unit, day_in_vietnam(input.now)).substr(0, 2) != province_of_shard(request->shard())) {
        say(out, "request", "correction.reference_unit");
    }
    check_number(input.body, "newCertificate", out);
    return out;
}

constexpr int kTasks = 1;  // own tasks of officials: seen before reference data

constexpr RecordKind kKinds[] = {
    {"request", Area::vaccine, kTasks, false, 1, &fields_of_request},
    {"step", Area::vaccine, kTasks, true, 1, &fields_of_step},
};

class Correction final : public System {
public:
    std::string_view name() const override { return "correction"; }
    std::span<const RecordKind> kinds() const override { return kKinds; }
    std::span<const Migration> migrations() const override { return migrations_of_correction(); }
    Violations check(const CheckInput& input) const override { return correction::check(input); }
    Result<void> accept(Context& context, const Record& record) const override { return correction::accept(context, record); }
    Result<void> apply(Context& context, std::span<const StoredRecord> records) const override { return correction::apply(context, records); }
    Result<void> observe(Context&, std::span<const Fact>) const override { return {}; }
    std::span<const Query> queries() const override { return correction::queries(); }
    Result<int> purge(Context& context) const override { return correction::purge(context); }
};

}  // namespace

const FieldList* fields_of_request(int version) {
    static const FieldList kFields{{
        field<&Request::certificate>("certificate").required().within(1, kLongestNumber).rule("correction.certificate"),
        field<&Request::code>("code").within(1, kLongestCode).control("hidden"),
        field<&Request::wrong>("wrong").required().choices(
            {"name", "birthDate", "document", "vaccine", "product", "lot", "date", "dose", "missingDose", "other"}),
        field<&Request::should_be>("shouldBe").required().within(1, 200),
        field<&Request::full_name>("fullName").required().within(2, 100).rule("person.name").control("name"),
        field<&Request::phone>("phone").required().within(8, 20).rule("person.phone").control("phone"),
        field<&Request::note>("note").within(1, 500).control("textarea"),
        field<&Request::data_consent>("dataConsent").required().control("consent"),
    }};
    return version == 1 ? &kFields : nullptr;
}

const FieldList* fields_of_step(int version) {
    static const FieldList kFields{{
        field<&Step::request>("request").required().within(36, 36).rule("correction.reference").control("hidden"),
        field<&Step::action>("action").required().choices({"taken", "refused", "issued"}),
        field<&Step::reason>("reason").required().within(5, 500).control("textarea").when("action", "refused"),
        field<&Step::new_certificate>("newCertificate").required().within(1, kLongestNumber).rule("correction.certificate").when("action", "issued"),
        field<&Step::new_code>("newCode").required().within(1, kLongestCode).when("action", "issued"),
    }};
    return version == 1 ? &kFields : nullptr;
}

Violations check(const CheckInput& input) { return input.kind == "request" ? check_request(input) : check_step(input); }

const System& system() {
    static const Correction instance;
    return instance;
}

}  // namespace lachan::correction
