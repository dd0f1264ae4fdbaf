// make_fuzz_seeds <folder>: seeds that lead the fuzz targets past checksums and wrappers, in <folder>/<target>/<name>. They are made, not
// kept: what is sound follows the code. People are invented, and nobody signed: the targets answer for the signatures.

#include <turbojpeg.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/forge_families.h"
#include "certificate/issue_card.h"
#include "issue/picture.h"
#include "verify/picture.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

std::filesystem::path root;

void write(const char* target, const std::string& name, std::string_view content) {
    const auto folder = root / target;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

/// `way`: the byte by which a target tells how deep the input enters.
void write_entering(const char* target, const std::string& name, char way, std::string_view content) {
    write(target, name, std::string(1, way) + std::string(content));
}

Json with_event(const char* key, Json entry) {
    Json payload = vaccination();
    const Json dose = payload["v"][0];
    for (const char* same : {"tg", "co", "is", "ci"}) entry[same] = dose[same];
    payload.erase("v");
    payload[key] = Json::array({std::move(entry)});
    return payload;
}

/// The kids and issuers are those that the targets hold keys of.
void write_certificates() {
    const Json sample{{"tt", "LP6464-4"}, {"nm", "PCR"}, {"sc", "2025-06-13T08:15:00+07:00"}, {"tr", "260415000"}, {"tc", "CDC"}};
    const Json recovery{{"fr", "2025-03-01"}, {"df", "2025-03-12"}, {"du", "2025-08-28"}};
    const std::vector<std::pair<std::string, Json>> payloads{
        {"vaccination", vaccination()}, {"test", with_event("t", sample)}, {"recovery", with_event("r", recovery)}};
    for (const auto& [name, payload] : payloads) {
        const Draft draft{payload, "VN", kNow.ms / 1000 - 86'400, kNow.ms / 1000 + 90 * 86'400, Algorithm::es256, Bytes(8, '0')};
        const Unsigned prepared = prepare(draft);
        const std::string code = seal(prepared, Bytes(64, 1));
        write_entering("certificate", name + "-text", 0, code);
        write_entering("certificate", name + "-base45", 1, code.substr(4));
        write_entering("certificate", name + "-zlib", 2, view_of(*from_base45(code.substr(4))));
        write_entering("certificate", name + "-cbor", 3, prepared.payload);
        write_entering("certificate", name + "-message", 4, view_of(message_of(parts_of(draft), Bytes(64, 1))));
        write_entering("certificate", name + "-claims", 5, prepared.payload);
    }
}

void write_cards() {
    Json payload = card();
    payload["iss"] = "https://a";
    const std::string input = card_signing_input(payload, to_base64url(Bytes(32, '0')));
    const std::string jws = input + "." + to_base64url(Bytes(64, 1));
    write_entering("families", "card-text", 0, "shc:/" + numeric(jws));
    write_entering("families", "card-payload", 1, payload.dump());
    write_entering("families", "card-deflated", 2, view_of(deflated(payload.dump())));
    write_entering("families", "card-jws", 3, jws);
    std::string parts;
    for (const std::string& part : card_codes(input + std::string(1200, 'A'), Bytes(64, 1))) parts += part + "\n";
    write_entering("families", "card-parts", 4, parts);
    const auto key = SigningKey::generate(Algorithm::es256);
    if (key) write_entering("families", "card-keys", 5, Json{{"keys", Json::array({*card_key(key->spki())})}}.dump());
}

void write_seals() {
    CertificateDraft draft;
    draft.authority_key_id = Bytes(1, '0');
    const Nation state = state_with(Algorithm::es256, Algorithm::es256, draft);
    Json sample = seal_data();
    sample["hdr"]["t"] = "icao.test";
    sample["msg"].erase("ve");
    sample["msg"].erase("uvci");
    sample["msg"]["utci"] = "U32870";
    sample["msg"]["sp"] = {{"spn", "CDC"}, {"ctr", "UTO"}, {"cd", {{"p", "1"}, {"e", "a@example.org"}, {"a", "A"}}}};
    sample["msg"]["dat"] = {{"sc", "2025-06-13T08:15:00+07:00"}, {"ri", "2025-06-13T20:00:00+07:00"}};
    sample["msg"]["tr"] = {{"tc", "molecular(PCR)"}, {"r", "negative"}};
    write_entering("families", "seal-text", 0, seal_for(state).dump());
    write_entering("families", "seal-certificate", 6, view_of(state.certificate));
    write_entering("families", "seal-vaccination", 10, seal_data().dump());
    write_entering("families", "seal-test", 10, sample.dump());
}

/// One page of 40 points with the picture in the middle, uncompressed.
std::string pdf_of(const verify::Picture& picture) {
    const std::string pixels(picture.grey.begin(), picture.grey.end());
    const std::string drawing = "q 36 0 0 36 2 2 cm /I Do Q";
    const auto stream = [](const std::string& head, const std::string& content) {
        return "<<" + head + "/Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream";
    };
    const std::vector<std::string> objects{
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 40]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>", stream("", drawing),
        stream("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width " + std::to_string(picture.width) + "/Height " +
                   std::to_string(picture.height), pixels)};
    std::string pdf = "%PDF-1.4\n";
    std::string table;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        char entry[24];
        std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", pdf.size());
        table += entry;
        pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const std::size_t at = pdf.size();
    const std::string count = std::to_string(objects.size() + 1);
    return pdf + "xref\n0 " + count + "\n0000000000 65535 f \n" + table + "trailer<</Size " + count + "/Root 1 0 R>>\nstartxref\n" +
           std::to_string(at) + "\n%%EOF\n";
}

std::string jpeg_of(const verify::Picture& picture) {
    const tjhandle writer = tjInitCompress();
    unsigned char* data = nullptr;
    unsigned long size = 0;
    const int status = tjCompress2(writer, picture.grey.data(), picture.width, 0, picture.height, TJPF_GRAY, &data, &size, TJSAMP_GRAY, 90, 0);
    std::string jpeg = status == 0 ? std::string(reinterpret_cast<const char*>(data), size) : "";
    tjFree(data);
    tjDestroy(writer);
    return jpeg;
}

bool write_pictures() {
    constexpr std::string_view kText = "HC1:NOBODY";
    const Bytes png = trust::qr_picture(kText, 3);
    const auto large = verify::read_pictures(png);
    const auto small = verify::read_pictures(trust::qr_picture(kText, 1));
    if (!large || !small) return false;
    write("picture", "png", view_of(png));
    write("picture", "jpeg", jpeg_of((*large)[0]));
    write("picture", "pdf", pdf_of((*small)[0]));
    // A seed in which no code is found leads nowhere.
    for (const std::string& file : {view_of(png), jpeg_of((*large)[0]), pdf_of((*small)[0])}) {
        const auto pages = verify::read_pictures(bytes_of(file));
        if (!pages || pages->size() != 1 || verify::codes_in((*pages)[0]) != std::vector<std::string>{std::string(kText)}) return false;
    }
    return true;
}

}  // namespace

int main(int count, char** values) {
    if (count != 2) {
        std::fputs("make_fuzz_seeds <folder>\n", stderr);
        return 2;
    }
    root = values[1];
    write_certificates();
    write_cards();
    write_seals();
    if (write_pictures()) return 0;
    std::fputs("make_fuzz_seeds: a picture cannot be read again\n", stderr);
    return 1;
}
