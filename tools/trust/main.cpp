// lachan-trust: makes the list of keys that verifiers carry, from document signers' certificates.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certificate/base45.h"
#include "certificate/bundle.h"
#include "certificate/verdict.h"
#include "demo.h"
#include "prove.h"
#include "x509.h"

namespace lachan::trust {
namespace {

using certificate::Signer;
using certificate::TrustBundle;

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;
constexpr int kNotAllValid = 3;
constexpr std::int64_t kDefaultDays = 30;

constexpr const char* kHelp = R"(lachan-trust - makes the list of keys that verifiers carry

  lachan-trust build --out FILE [--number N] [--days N] SOURCE...
      Makes a list from document signers' certificates. A SOURCE is a certificate in DER, one or more in PEM, or a
      file of JSON lines (.jsonl) whose "der_b64" is a certificate. A certificate that cannot sign health certificates
      is left out and named.
        --out FILE    where the list is written
        --number N    number of this list, greater than that of the last (default: minutes since 1970)
        --days N      days until a verifier calls the list stale (default: 30)

  lachan-trust demo --out FOLDER [--force]
      Makes a demonstration: an authority, three signers, trust.json, and certificates of invented people in
      demo-certificates/, valid and otherwise. One that is still fresh is kept, unless --force.

  lachan-trust show FILE
      Checks a list and prints what it holds.

  lachan-trust verify --list FILE [--json] [CODES]
      Judges the texts of codes, one a line, from the file CODES or from the standard input. With --json each line of the
      answer is {"answers", "inspection", "verdict"}; otherwise one line in words.

  --now YYYY-MM-DD (build, demo, verify): as if on that day. --at MS (verify): the same in milliseconds since 1970.
  Exit status: 0 done, 1 bad input, 2 bad usage, 3 (verify) not every code is valid.
)";

struct Arguments {
    std::string command;
    std::map<std::string, std::string> options;
    std::vector<std::string> operands;
};

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-trust: %s\nTry: lachan-trust --help\n", what.c_str());
    return kBadUsage;
}

int input_error(const Error& error) {
    std::fprintf(stderr, "lachan-trust: %s (%s)\n", error.detail.c_str(), error.rule.c_str());
    return kBadInput;
}

/// `flags` take no value. Errc::malformed names what is not understood.
Result<Arguments> read_arguments(int count, char** values) {
    Arguments arguments;
    arguments.command = values[1];
    for (int i = 2; i < count; ++i) {
        const std::string value = values[i];
        if (!value.starts_with("--")) {
            arguments.operands.push_back(value);
        } else if (value == "--force" || value == "--json") {
            arguments.options[value] = "1";
        } else if (value == "--out" || value == "--number" || value == "--days" || value == "--now" ||
                   value == "--list" || value == "--at") {
            if (i + 1 == count) return Error{Errc::malformed, "usage", value + " needs a value"};
            arguments.options[value] = values[++i];
        } else {
            return Error{Errc::malformed, "usage", "unknown option " + value};
        }
    }
    return arguments;
}

Result<std::int64_t> number_option(const Arguments& arguments, const std::string& name, std::int64_t otherwise,
                                   std::int64_t most = 1'000'000'000) {
    const auto found = arguments.options.find(name);
    if (found == arguments.options.end()) return otherwise;
    char* end = nullptr;
    const long long number = std::strtoll(found->second.c_str(), &end, 10);
    const bool is_number = !found->second.empty() && *end == 0;
    if (!is_number || number < 1 || number > most)
        return Error{Errc::malformed, "usage", name + " needs a positive number"};
    return static_cast<std::int64_t>(number);
}

Result<Instant> now_option(const Arguments& arguments) {
    if (arguments.options.contains("--at")) {
        return Instant{TRY(number_option(arguments, "--at", 0, std::numeric_limits<std::int64_t>::max()))};
    }
    const auto found = arguments.options.find("--now");
    if (found == arguments.options.end()) {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Instant{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
    }
    const auto day = Day::parse(found->second);
    if (!day) return Error{Errc::malformed, "usage", "--now needs a day as YYYY-MM-DD"};
    return start_in_vietnam(*day);
}

/// The certificates of one line-by-line file, each line a JSON object.
Result<std::vector<Bytes>> certificates_in_lines(const std::string& text, const std::string& file) {
    std::vector<Bytes> all;
    int line_number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        at = end + 1;
        ++line_number;
        if (line.empty()) continue;
        const auto row = parse_json(line);
        auto der = certificate::from_base64(row ? text_at(*row, "der_b64") : "");
        if (!row || !der || der->empty()) {
            return Error{Errc::malformed, "jsonl",
                         file + ":" + std::to_string(line_number) + ": no certificate in der_b64"};
        }
        all.push_back(std::move(*der));
    }
    return all;
}

Result<std::vector<Bytes>> certificates_in(const std::string& file) {
    const std::string content = TRY(read_file(file));
    if (file.ends_with(".jsonl")) return certificates_in_lines(content, file);
    if (content.find("-----BEGIN") != std::string::npos) return certificates_in_pem(content);
    return std::vector<Bytes>{Bytes(content.begin(), content.end())};
}

int build(const Arguments& arguments) {
    const auto out = arguments.options.find("--out");
    if (out == arguments.options.end() || arguments.operands.empty())
        return usage_error("build needs --out and a source");
    const auto now = now_option(arguments);
    if (!now) return usage_error(now.error().detail);
    const auto number = number_option(arguments, "--number", now->ms / 60'000);
    const auto days = number_option(arguments, "--days", kDefaultDays);
    if (!number) return usage_error(number.error().detail);
    if (!days) return usage_error(days.error().detail);

    TrustBundle bundle;
    bundle.number = *number;
    bundle.issued_at = *now;
    bundle.valid_until = Instant{now->ms + *days * kMillisecondsPerDay};
    int left_out = 0;
    for (const std::string& file : arguments.operands) {
        const auto certificates = certificates_in(file);
        if (!certificates) return input_error(certificates.error());
        for (const Bytes& der : *certificates) {
            auto signer = signer_from_certificate(der);
            if (!signer && signer.error().code == Errc::malformed) {
                return input_error({Errc::malformed, signer.error().rule, file + ": " + signer.error().detail});
            }
            if (signer && is_authority(der)) {
                signer = Error{Errc::rejected, "x509.authority", "an authority, not a document signer"};
            }
            if (!signer) {
                std::fprintf(stderr, "left out: %s: %s\n", file.c_str(), signer.error().detail.c_str());
                ++left_out;
                continue;
            }
            const bool is_known = std::any_of(
                bundle.signers.begin(), bundle.signers.end(),
                [&signer](const Signer& other) { return other.kid == signer->kid && other.spki == signer->spki; });
            if (!is_known) bundle.signers.push_back(std::move(*signer));
        }
    }
    const std::string text = certificate::to_json(bundle).dump(1) + "\n";
    const auto checked = TrustBundle::parse(text);
    if (!checked) return input_error(checked.error());
    const auto written = write_file(out->second, text);
    if (!written) return input_error(written.error());
    std::printf("%zu signers written to %s, %d left out\n", bundle.signers.size(), out->second.c_str(), left_out);
    return kOk;
}

int demo(const Arguments& arguments) {
    const auto out = arguments.options.find("--out");
    if (out == arguments.options.end() || !arguments.operands.empty())
        return usage_error("demo needs --out and nothing else");
    const auto now = now_option(arguments);
    if (!now) return usage_error(now.error().detail);
    if (!arguments.options.contains("--force") && has_fresh_demo(out->second, *now)) {
        std::printf("%s: still fresh, kept\n", out->second.c_str());
        return kOk;
    }
    const auto bundle = make_demo(out->second, *now);
    if (!bundle) return input_error(bundle.error());
    std::printf("%zu signers in %s/trust.json, certificates in %s/demo-certificates\n", bundle->signers.size(),
                out->second.c_str(), out->second.c_str());
    return kOk;
}

int show(const Arguments& arguments) {
    if (arguments.operands.size() != 1) return usage_error("show needs one file");
    const auto text = read_file(arguments.operands[0]);
    if (!text) return input_error(text.error());
    const auto bundle = TrustBundle::parse(*text);
    if (!bundle) return input_error(bundle.error());
    const auto day = [](Instant instant) { return to_string(day_in_vietnam(instant)); };
    std::printf("number %lld, made %s, stale after %s, %zu signers\n", static_cast<long long>(bundle->number),
                day(bundle->issued_at).c_str(), day(bundle->valid_until).c_str(), bundle->signers.size());
    for (const Signer& signer : bundle->signers) {
        const std::string usage = std::string(signer.usage.test ? "t" : "") + (signer.usage.vaccination ? "v" : "") +
                                  (signer.usage.recovery ? "r" : "");
        std::printf("%s  %2s  %s  %s to %s  %s\n", certificate::to_base64(signer.kid).c_str(), signer.country.c_str(),
                    name_of(signer.algorithm), day(signer.not_before).c_str(), day(signer.not_after).c_str(),
                    usage.empty() ? "all" : usage.c_str());
    }
    return kOk;
}

std::string in_words(const certificate::Verdict& verdict) {
    const certificate::Axes& axes = verdict.axes;
    std::string line = name_of(verdict.summary);
    const std::pair<const char*, const certificate::Axis*> named[]{
        {"structure", &axes.structure},         {"signature", &axes.signature},
        {"issuerTrust", &axes.issuer_trust},    {"time", &axes.time},
        {"keyUsage", &axes.key_usage},          {"revocation", &axes.revocation},
        {"businessRules", &axes.business_rules}};
    for (const auto& [name, axis] : named) {
        line += std::string("  ") + name + "=" + name_of(axis->state);
        for (const std::string& reason : axis->reasons) line += ":" + reason;
    }
    return line;
}

int verify(const Arguments& arguments) {
    const auto list = arguments.options.find("--list");
    if (list == arguments.options.end() || arguments.operands.size() > 1)
        return usage_error("verify needs --list and at most one file");
    const auto now = now_option(arguments);
    if (!now) return usage_error(now.error().detail);
    const auto list_text = read_file(list->second);
    if (!list_text) return input_error(list_text.error());
    const auto bundle = TrustBundle::parse(*list_text);
    if (!bundle) return input_error(bundle.error());
    const auto codes = arguments.operands.empty()
                           ? Result<std::string>(std::string(std::istreambuf_iterator<char>(std::cin), {}))
                           : read_file(arguments.operands[0]);
    if (!codes) return input_error(codes.error());

    Prover prover;
    bool is_all_valid = true;
    for (std::size_t at = 0; at < codes->size();) {
        const std::size_t end = std::min(codes->find('\n', at), codes->size());
        const std::string_view code = std::string_view(*codes).substr(at, end - at);
        at = end + 1;
        if (code.empty()) continue;
        const certificate::Inspection inspection = certificate::inspect(code, *bundle);
        const auto answers = prover.prove(inspection.checks);
        const certificate::Verdict verdict = certificate::judge(inspection, answers, *now, *bundle);
        is_all_valid = is_all_valid && verdict.summary == certificate::Summary::valid;
        if (!arguments.options.contains("--json")) {
            std::printf("%s\n", in_words(verdict).c_str());
            continue;
        }
        Json names = Json::array();
        for (const certificate::Answer answer : answers) names.push_back(name_of(answer));
        const Json line{{"answers", names},
                        {"inspection", certificate::to_json(inspection)},
                        {"verdict", certificate::to_json(verdict)}};
        std::printf("%s\n", canonical(line).c_str());
    }
    return is_all_valid ? kOk : kNotAllValid;
}

int run(int count, char** values) {
    if (count < 2) {
        std::fputs(kHelp, stderr);
        return kBadUsage;
    }
    for (int i = 1; i < count; ++i) {
        if (std::string_view(values[i]) != "--help" && std::string_view(values[i]) != "-h") continue;
        std::fputs(kHelp, stdout);
        return kOk;
    }
    const auto arguments = read_arguments(count, values);
    if (!arguments) return usage_error(arguments.error().detail);
    if (arguments->command == "build") return build(*arguments);
    if (arguments->command == "demo") return demo(*arguments);
    if (arguments->command == "show") return show(*arguments);
    if (arguments->command == "verify") return verify(*arguments);
    return usage_error("unknown command " + arguments->command);
}

}  // namespace
}  // namespace lachan::trust

int main(int count, char** values) { return lachan::trust::run(count, values); }
