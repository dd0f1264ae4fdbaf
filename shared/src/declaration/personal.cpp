#include "declaration/store.h"
#include "kernel/id.h"
#include "kernel/text.h"
#include "qr/scan.h"
#include "vocab/person.h"

// What a person takes away from a declaration: the personal QR, and the judgement before anything is sent.
namespace lachan::declaration {

std::string card(const Record& record, bool full) {
    const Json& body = record.body;
    const auto id = RecordId::parse(record.id);
    if (record.kind != "population" || !id) return "";
    qr::NationalPerson person;
    person.document = text_at(body, "idNumber");
    person.name = fold(text_at(body, "fullName"));
    const auto birth = parse_birth(text_at(body, "birthDate"));
    if (birth) person.birth_date = birth->day ? to_string(*birth->day) : std::to_string(birth->year) + "-**-**";
    person.on_behalf = at(body, "onBehalf") == Json(true);
    person.qid = short_code("KB", *id);
    const std::string_view sex = text_at(body, "sex");
    person.sex = sex == "male" ? "1" : sex == "female" ? "2" : "0";
    person.insurance = text_at(body, "insuranceNumber");
    // The national form writes a Vietnamese number as people do, with a 0.
    const std::string phone = phone_e164(text_at(body, "phone"));
    if (phone.substr(0, 3) == "+84") person.phone = "0" + phone.substr(3);
    return qr::write_national(person, full ? qr::Display::full : qr::Display::masked);
}

Result<Json> preview(const CheckInput& input, Database* database) {
    if (input.kind != "population") return Json::object();
    const FieldList* list = fields_of_population(input.version);
    if (!list) return Error{Errc::not_found, "record.version", "no such version"};
    const auto declared = read_record<Population>(*list, input.body);
    UnitLevels levels;
    if (database && !declared.places.empty()) levels = TRY(read_levels_of(*database, input.units, declared.places));
    const TriagePack& pack = pack_on(day_in_vietnam(input.now));
    const Triage judged = triage(pack, declared, input.version, input.units, levels);
    return Json{{"colour", name_of(judged.colour)}, {"rules", judged.rules}, {"pack", pack.id}};
}

}  // namespace lachan::declaration
