#include "made.h"

#include <cstdio>
#include <filesystem>
#include <set>

#include "command.h"
#include "command/files.h"
#include "issuing.h"
#include "kernel/text.h"
#include "keys.h"
#include "picture.h"

namespace lachan::trust {

namespace fs = std::filesystem;
using command::Arguments;
using command::write_file;

namespace {

struct Output {
    std::string file;
    std::string content;
};

Result<void> add_outputs(const Arguments& arguments, const std::string& stem, const std::string& code, std::vector<Output>& outputs) {
    outputs.push_back({stem + ".txt", code});
    if (arguments.has("--png")) {
        const Bytes png = qr_picture(code);
        if (png.empty()) return Error{Errc::rejected, "issue.picture", "the text does not fit a code"};
        outputs.push_back({stem + ".png", std::string(png.begin(), png.end())});
    }
    if (arguments.has("--svg")) outputs.push_back({stem + ".svg", qr_drawing(code)});
    return {};
}

/// The files of a batch, named by the number of the row: a name of a file says nothing of the person.
Result<std::vector<Output>> outputs_of(const Arguments& arguments, const std::vector<Made>& all) {
    std::vector<Output> outputs;
    for (std::size_t number = 0; number < all.size(); ++number) {
        const auto& codes = all[number].codes;
        const std::string row = std::to_string(number + 1);
        for (std::size_t i = 0; i < codes.size() && arguments.has("--out"); ++i) {
            const std::string name = row + (codes.size() == 1 ? "" : "-" + std::to_string(i + 1));
            TRY(add_outputs(arguments, (fs::path(arguments.value("--out")) / name).string(), codes[i], outputs));
        }
        if (!all[number].paper.empty()) outputs.push_back({(fs::path(arguments.value("--paper")) / (row + ".html")).string(), all[number].paper});
    }
    return outputs;
}

Result<void> check_free(const std::vector<Output>& outputs) {
    for (const Output& output : outputs) {
        if (fs::exists(output.file)) return Error{Errc::conflict, "issue.folder", output.file + " is there already"};
    }
    return {};
}

/// Writes all, or nothing: where one cannot be written, those before it go again.
Result<void> write_outputs(const std::vector<Output>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto written = write_file(outputs[i].file, outputs[i].content);
        if (written) continue;
        std::error_code ignored;
        for (std::size_t before = 0; before < i; ++before) fs::remove(outputs[before].file, ignored);
        return written.error();
    }
    return {};
}

std::vector<Json> entries_of(const std::vector<Made>& all) {
    std::vector<Json> entries;
    for (const Made& made : all) {
        if (!made.entry.is_null()) entries.push_back(made.entry);
    }
    return entries;
}

/// All that can be said before anything is written: what the files hold, that none is there already, and their folders.
Result<std::vector<Output>> places_for(const Arguments& arguments, const std::vector<Made>& all) {
    const bool wants_pictures = arguments.has("--png") || arguments.has("--svg");
    if (wants_pictures && !arguments.has("--out")) return usage("pictures need --out");
    auto outputs = TRY(outputs_of(arguments, all));
    TRY(check_free(outputs));
    for (const char* folder : {"--out", "--paper"}) {
        if (arguments.has(folder)) TRY(command::make_folder(arguments.value(folder)));
    }
    return outputs;
}

Result<void> write_codes(const std::vector<Output>& outputs, const std::vector<Made>& all, DoseLedger* ledger) {
    if (ledger != nullptr) TRY(ledger->add(entries_of(all)));
    if (const auto written = write_outputs(outputs); !written) {
        if (ledger != nullptr) ledger->undo();
        return written.error();
    }
    for (const Made& made : all) std::printf("%s\n", made.line.dump().c_str());
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) return Error{Errc::unavailable, "file", "the standard output does not take what was made"};
    return {};
}

/// Also what a replaced one took the place of: of a run that was cut off nobody knows how far it came, and to take back twice changes nothing.
Result<void> take_back_replaced(const std::string& folder, const std::vector<Made>& all, const DoseLedger* ledger) {
    std::set<std::string> replaced;
    for (const Made& made : all) {
        std::string old(text_at(made.line, "replaces"));
        while (!old.empty() && replaced.insert(old).second) old = ledger == nullptr ? "" : ledger->of_certificate(old).replaces;
    }
    if (!replaced.empty()) TRY(add_to_revoked(folder, {replaced.begin(), replaced.end()}, {}));
    return {};
}

}  // namespace

Result<std::string> input_of(const Arguments& arguments) {
    if (arguments.operands.size() > 1) return usage("one file of rows");
    if (arguments.operands.empty() || arguments.operands[0] == "-") return command::read_standard_input();
    return command::read_file(arguments.operands[0]);
}

Result<std::vector<Json>> rows_of(const Arguments& arguments, const std::vector<std::string_view>& columns) {
    auto rows = TRY(read_rows(TRY(input_of(arguments)), columns));
    // Blanks around a cell are nobody's: what is compared, signed and printed is the same text.
    for (Json& row : rows) {
        for (auto& [column, value] : row.items()) {
            if (value.is_string()) value = std::string(trim(value.get_ref<const std::string&>()));
        }
    }
    if (rows.empty()) return Error{Errc::malformed, "issue.rows", "no rows"};
    return rows;
}

Result<void> write_made(const Arguments& arguments, const std::vector<Made>& all, DoseLedger* ledger) {
    return write_codes(TRY(places_for(arguments, all)), all, ledger);
}

Result<void> write_and_replace(const Arguments& arguments, const std::string& folder, const std::vector<Made>& all, DoseLedger* ledger) {
    const auto outputs = TRY(places_for(arguments, all));
    if (ledger != nullptr) TRY(take_back_replaced(folder, all, ledger));
    TRY(write_codes(outputs, all, ledger));
    if (ledger == nullptr) TRY(take_back_replaced(folder, all, ledger));
    return {};
}

}  // namespace lachan::trust
