// lachan-trust: makes the list of keys that verifiers carry, from document signers' certificates.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "arguments.h"
#include "bundle_commands.h"
#include "certificate/verdict.h"
#include "command/program.h"
#include "demo.h"
#include "prove.h"

namespace lachan::trust {
namespace {

constexpr const char* kHelp = R"(lachan-trust - makes the list of keys that verifiers carry

  lachan-trust keygen --out KEY.pem [--after OLD.pem]
      Makes the key that signs lists: KEY.pem (mode 0600, never in a folder that is served), KEY.pem.chain, and
      KEY.pem.pub, which verifiers pin. With --after the old key introduces the new one, and the pin stays.

  lachan-trust build --out FOLDER --key KEY.pem [options] SOURCE...
      Publishes a signed, packed bundle: bundle-N.bin, deltas from the bundles before it, latest.json.
  lachan-trust build --out FILE [options] SOURCE...
      Without --key: the plain list in JSON, not signed.
      A SOURCE is told by its content: certificates in DER, PEM or JSON lines ("der_b64"); the EU gateway's list; the
      German, Dutch, Swedish and Austrian lists; a DID document; a JSON Web Key Set of SMART Health Cards; the VCI
      directory; a public key in PEM (DIVOC); a list of our own. What a file does not say itself stands behind it:
      FILE?signer=KEY.pem  FILE?issuer=https://...  FILE?kid=did:...&country=IN&issuer=...  FILE?scheme=icaoVds
      FILE?scheme=lachan (signers of our own codes: no other list brings one along)
      An entry that cannot be used is left out and named.
        --number N           greater than that of the last (default: minutes since 1970)
        --days N             days until a verifier calls the list stale (default: 30)
        --revocation FILE    what was revoked: a source of `revoke`, a card list, a gateway batch, an X.509 CRL
        --form FORM          how our own revocations are written: exact, bloom, partial (default: exact)
        --rate R             share of false hits of a filter (default: 1e-6)
        --section NAME=FILE  bytes that travel along: rules, valueSets, texts

  lachan-trust revoke --source FILE (--country CC | --kid KID) [--scheme S] [--by KIND] [--expires DAY] VALUE...
      Adds to a source of revocations, which keeps hashes only. KIND: uvci, country-uvci, signature (hex), card
      (rid or rid.seconds), serial (hex), id. --in FILE reads values, one a line; --empty states that there is none;
      --fresh-hours N says how long a verifier may rely on it (default: 24).
  lachan-trust revoke --source FILE --withdraw-key KID [--scheme S]
      Withdraws a key.

  lachan-trust show FILE [--pin KEY.pem.pub]      checks a list and prints what it holds
  lachan-trust diff OLD NEW [--pin ...]           what was added and removed
  lachan-trust delta OLD NEW --out FILE           what changed, as bytes
  lachan-trust apply OLD DELTA --out FILE         makes the new bundle again

  lachan-trust demo --out FOLDER [--force]
      Makes a demonstration: an authority, three signers of certificates and one of our own codes, trust.json, and codes of
      invented people in demo-certificates/, valid and otherwise. One that is still fresh is kept, unless --force.

  lachan-trust verify --list FILE [--pin KEY.pem.pub] [--json] [CODES]
      Judges the texts of codes, one a line, from the file CODES or from the standard input. With --json each line of the
      answer is {"answers", "inspection", "verdict"}; otherwise one line in words.

  --now YYYY-MM-DD (build, demo, verify): as if on that day. --at MS (verify): the same in milliseconds since 1970.
  Exit status: 0 done, 1 bad input, 2 bad usage, 3 (verify) not every code is valid.
)";

int demo(const Arguments& arguments) {
    if (!arguments.has("--out") || !arguments.operands.empty()) return usage_error("demo needs --out and nothing else");
    const std::string out = arguments.value("--out");
    const auto now = now_option(arguments);
    if (!now) return usage_error(now.error().detail);
    if (!arguments.has("--force") && has_fresh_demo(out, *now)) {
        std::printf("%s: still fresh, kept\n", out.c_str());
        return kOk;
    }
    const auto bundle = make_demo(out, *now);
    if (!bundle) return input_error(bundle.error());
    std::printf("%zu signers in %s/trust.json, certificates in %s/demo-certificates\n", bundle->signers.size(),
                out.c_str(), out.c_str());
    return kOk;
}

std::string in_words(const certificate::Verdict& verdict) {
    std::string line = name_of(verdict.summary);
    for (const auto& [name, axis] : certificate::named(verdict.axes)) {
        line += std::string("  ") + name + "=" + name_of(axis->state);
        for (const std::string& reason : axis->reasons) line += ":" + reason;
    }
    return line;
}

int verify(const Arguments& arguments) {
    if (!arguments.has("--list") || arguments.operands.size() > 1)
        return usage_error("verify needs --list and at most one file");
    const auto now = now_option(arguments);
    if (!now) return usage_error(now.error().detail);
    const auto bundle = open_list(arguments.value("--list"), arguments.value("--pin"));
    if (!bundle) return input_error(bundle.error());
    const certificate::Knowledge known{&bundle->trust, bundle->revocation ? &*bundle->revocation : nullptr};
    const auto codes = arguments.operands.empty()
                           ? command::read_standard_input()
                           : read_file(arguments.operands[0]);
    if (!codes) return input_error(codes.error());

    Prover prover;
    bool is_all_valid = true;
    for (std::size_t at = 0; at < codes->size();) {
        const std::size_t end = std::min(codes->find('\n', at), codes->size());
        const std::string_view code = std::string_view(*codes).substr(at, end - at);
        at = end + 1;
        if (code.empty()) continue;
        const certificate::Inspection inspection = certificate::inspect(code, known);
        const auto answers = prover.prove(inspection.checks);
        const certificate::Verdict verdict = certificate::judge(inspection, answers, *now, known);
        is_all_valid = is_all_valid && verdict.summary == certificate::Summary::valid;
        if (!arguments.has("--json")) {
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
    const std::pair<std::string_view, int (*)(const Arguments&)> commands[]{
        {"build", build}, {"demo", demo},     {"show", show},     {"diff", diff},    {"delta", delta},
        {"apply", apply}, {"keygen", keygen}, {"revoke", revoke}, {"verify", verify}};
    for (const auto& [name, command] : commands) {
        if (arguments->command == name) return command(*arguments);
    }
    return usage_error("unknown command " + arguments->command);
}

}  // namespace
}  // namespace lachan::trust

int main(int count, char** values) { return lachan::command::run_program("lachan-trust", lachan::trust::run, count, values); }
