// lachan-verify: judges certificates from texts, pictures and files, and scores published cases.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "certificate/embedded.gen.h"
#include "certificate/rules.h"
#include "command/arguments.h"
#include "command/files.h"
#include "command/program.h"
#include "engine.h"
#include "judging.h"
#include "score.h"
#include "trust/bundle_commands.h"

namespace lachan::verify {
namespace {

using command::Arguments;

constexpr int kBadUsage = 4;
constexpr int kBadFile = 5;
constexpr int kCasesWrong = 1;

constexpr const char* kHelp = R"(lachan-verify - judges health certificates

  lachan-verify [--list FILE] [--rules SET] [--at TIME] [--json] TEXT|FILE|FOLDER|-...
      Says of each code whether it is valid, in Vietnamese and English, with the reason of every check. A FILE is a picture (PNG, JPEG, the
      pages of a PDF; several codes give several answers) or text: one code a line, or a line of JSON with "text". "-" is the standard
      input. Many codes are judged on all cores; progress is told on the standard error.

      --list FILE   the trust list that lachan-trust makes, in JSON or packed with its revocations and rules; without it no signature
                    can be checked
      --pin FILE    the key that a packed list must lead back to (KEY.pem.pub of lachan-trust keygen)
      --rules SET   business rules to be met as well: the name of a set in the list or in this program (vn-entry, vn-domestic), or a file
      --country CC  the state whose acceptance rules are asked (default: VN)
      --at TIME     as if at that instant: 2026-03-01, 2026-03-01T08:00:00Z or milliseconds since 1970
      --json        a line of JSON for each code: {"source","summary","verdict"}

      Status: 0 every code is valid, 1 one is not valid, 3 one is unreadable, 2 one could not be checked (no trust list, unknown
      issuer), in this order; 4 wrong usage, 5 a file cannot be read.

  lachan-verify --cases FILE.jsonl [--kind KIND] [--wasm] [--quiet]
      Scores published cases, each with its own keys and clock: a line {"id","expected","got","ok","axes","reasons"} for each, then
      {"total","ok","falseAccepts","falseRejects","skipped"}. The kind is told from the rows, or is one of dcc dcc_2dcode dcc_qa
      pictures certlogic certlogic_validation rule_tests shc schema_examples other_formats forged. Side files are read from
      ../shared beside FILE, pictures from its folder; what is not there is skipped with the reason.

      --wasm        the wasm core under Node instead, signatures by WebCrypto (needs the wasm preset built; run from the tree)
      --quiet       only lines that are wrong or skipped, and the last

      Status: 0 all right, 1 a case is wrong, 4 wrong usage, 5 the file cannot be read, holds no case, or none of its cases could
      be scored.

  A picture may have 12 megapixels, 8 MiB and 16 codes; a code 4,300 characters.
)";

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-verify: %s\nTry: lachan-verify --help\n", what.c_str());
    return kBadUsage;
}

int file_error(const Error& error) {
    std::fprintf(stderr, "lachan-verify: %s\n", error.detail.c_str());
    return kBadFile;
}

Result<certificate::VerifierBundle> list_asked(const Arguments& arguments) {
    if (!arguments.has("--list")) return certificate::VerifierBundle{};
    const std::string name = arguments.value("--list");
    auto list = trust::open_list(name, arguments.value("--pin"));
    if (list || list.error().rule == "key.pin" || list.error().rule == "file") return list;
    return Error{list.error().code, list.error().rule, "no trust list: " + list.error().detail};
}

/// The set by name from the list or this program, whichever has the greater number, else from a file; none when none is asked for.
Result<std::optional<certificate::RuleSet>> rules_asked(const Arguments& arguments, const certificate::VerifierBundle& list) {
    std::optional<certificate::RuleSet> chosen;
    if (!arguments.has("--rules")) return chosen;
    const std::string name = arguments.value("--rules");
    std::vector<std::string> texts;
    if (const certificate::Section* section = list.section("rules/" + name)) {
        texts.emplace_back(section->content.begin(), section->content.end());
    }
    for (const auto& [path, content] : embedded_in_certificate()) {
        if (path.ends_with("/" + name + ".json")) texts.emplace_back(content);
    }
    if (texts.empty()) texts.push_back(TRY(command::read_file(name)));
    for (const std::string& text : texts) {
        auto set = certificate::RuleSet::parse(text);
        if (!set) return Error{set.error().code, set.error().rule, name + ": no set of rules (" + set.error().detail + ")"};
        if (!chosen || chosen->number < set->number) chosen = std::move(*set);
    }
    return chosen;
}

/// "12,000 judged" at most every half second, and only when it takes long.
class Progress {
public:
    void count() {
        ++judged_;
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::milliseconds(500)) return;
        last_ = now;
        std::fprintf(stderr, "lachan-verify: %zu judged\n", judged_);
    }

private:
    std::size_t judged_ = 0;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

int judge_arguments(const Arguments& arguments) {
    const auto now = arguments.instant("--at");
    if (!now) return usage_error(now.error().detail);
    const std::string country = arguments.value("--country", "VN");
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (country.size() != 2 || !std::all_of(country.begin(), country.end(), is_capital)) return usage_error("--country is two capital letters");
    const auto list = list_asked(arguments);
    if (!list) return file_error(list.error());
    const auto rules = rules_asked(arguments, *list);
    if (!rules) return file_error(rules.error());
    certificate::Knowledge known{&list->trust, list->revocation ? &*list->revocation : nullptr, *rules ? &**rules : nullptr};
    known.policy.verifier_country = country;
    const bool is_json = arguments.has("--json");

    Outcome worst = Outcome::valid;
    Progress progress;
    std::size_t count = 0;
    Judging judging(
        known, *now,
        [is_json](const Judged& judged) { return is_json ? canonical(to_json(judged)) + "\n" : in_words(judged); },
        [&](Outcome outcome, const std::string& line) {
            worst = worse(worst, outcome);
            std::fwrite(line.data(), 1, line.size(), stdout);
            progress.count();
        });
    bool is_file_missing = false;
    for (const std::string& argument : arguments.operands) {
        const auto read = read_argument(argument, [&](Input input) {
            ++count;
            judging.add(std::move(input));
        });
        if (read) continue;
        is_file_missing = true;
        file_error(read.error());
    }
    judging.finish();
    if (is_file_missing) return kBadFile;
    return count == 0 ? static_cast<int>(Outcome::unreadable) : static_cast<int>(worst);
}

int score_cases(const Arguments& arguments) {
    if (!arguments.operands.empty()) return usage_error("--cases takes one file and nothing else");
    const std::string kind = arguments.value("--kind");
    if (!kind.empty() && !is_kind(kind)) return usage_error("no kind of case is called " + kind);
    auto engine = arguments.has("--wasm") ? wasm_engine(LACHAN_WASM_RUNNER)
                                          : Result<std::unique_ptr<Engine>>(native_engine());
    if (!engine) return file_error(engine.error());
    const bool is_quiet = arguments.has("--quiet");
    const auto total = score_file(**engine, arguments.value("--cases"), kind, [is_quiet](const Scored& scored) {
        if (is_quiet && scored.skipped.empty() && scored.is_right()) return;
        std::printf("%s\n", scored.to_json().dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    });
    if (!total) return total.error().code == Errc::malformed ? usage_error(total.error().detail) : file_error(total.error());
    std::printf("%s\n", total->to_json().dump().c_str());
    if (total->skipped == total->cases) {
        return file_error({Errc::rejected, "cases.rows", "no case of " + arguments.value("--cases") + " was scored: all " +
                                                             std::to_string(total->cases) + " were skipped"});
    }
    return total->right + total->skipped == total->cases ? 0 : kCasesWrong;
}

int run(int count, char** values) {
    if (command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        return 0;
    }
    const auto arguments = command::read_arguments(count, values, 1, {"--json", "--wasm", "--quiet"},
                                                   {"--cases", "--kind", "--list", "--pin", "--rules", "--country", "--at"});
    if (!arguments) return usage_error(arguments.error().detail);
    if (arguments->has("--cases")) return score_cases(*arguments);
    if (arguments->operands.empty()) return usage_error("nothing to judge");
    if (arguments->has("--wasm") || arguments->has("--kind")) return usage_error("--wasm and --kind go with --cases");
    return judge_arguments(*arguments);
}

}  // namespace
}  // namespace lachan::verify

int main(int count, char** values) { return lachan::command::run_program("lachan-verify", lachan::verify::run, count, values, lachan::verify::kBadFile); }
