// Text, messages and trust lists from outside: no crash, no memory beyond the limits, and what is read can be written
// again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/base45.h"
#include "certificate/cose.h"
#include "certificate/inflate.h"
#include "certificate/issue.h"
#include "certificate/verdict.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

void require(bool holds) {
    if (!holds) std::abort();
}

/// A list in which whatever the input puts into its kid finds a key of each kind: "00000000".
const TrustBundle& bundle() {
    static const TrustBundle made = [] {
        TrustBundle made{1, Instant{0}, Instant{4'000'000'000'000}, {}};
        for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::ps256}) {
            Signer signer;
            signer.kid = Bytes(8, '0');
            signer.algorithm = algorithm;
            signer.spki = {1};
            signer.not_after = Instant{4'000'000'000'000};
            made.signers.push_back(std::move(signer));
        }
        return made;
    }();
    return made;
}

/// Whatever the text, every answer to its checks gives a verdict that can be written, and a wire form that changes
/// nothing.
void judge_all(std::string_view text) {
    const Inspection inspection = inspect(text, {&bundle()});
    const std::string wire = to_json(inspection).dump();
    const auto back = inspection_from_json(Json::parse(wire, nullptr, false));
    require(back && *back == inspection);
    for (const Answer answer : {Answer::valid, Answer::invalid, Answer::unsupported}) {
        const std::vector<Answer> answers(inspection.checks.size(), answer);
        const Verdict verdict = judge(inspection, answers, Instant{1'750'000'000'000}, {&bundle()});
        require(answer == Answer::valid || verdict.summary != Summary::valid);
        require(!to_json(verdict).dump().empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span<const std::uint8_t> bytes(data + 1, size - 1);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // The first byte says how deep the input enters, so that no layer hides behind the checksum of the one before.
    switch (data[0] % 6) {
        case 0: judge_all(text); break;
        case 1:
            if (const auto decoded = from_base45(text)) require(to_base45(*decoded) == text);
            if (const auto decoded = from_base64(text)) require(to_base64(*decoded) == text);
            break;
        case 2:
            if (const auto content = inflate_zlib(bytes, 4096)) require(content->size() <= 4096);
            break;
        case 3: {
            const auto item = cbor::read(bytes);
            std::vector<std::string> warnings;
            if (!item) break;
            const auto json = cbor::to_json(*item, warnings);
            if (!json || !warnings.empty()) break;
            Bytes written;
            cbor::write_json(written, *json);
            const auto again = cbor::to_json(*cbor::read(written), warnings);
            require(again && *again == *json);
            break;
        }
        case 4: judge_all(to_code(bytes)); break;
        default: {
            // The input as claims of a message that is otherwise sound.
            const Draft draft{Json::object(), "VN", 0, 0, Algorithm::es256, Bytes(8, '0')};
            Unsigned prepared = prepare(draft);
            prepared.payload = std::string(text);
            judge_all(seal(prepared, Bytes(64, 1)));
            break;
        }
    }
    return 0;
}
