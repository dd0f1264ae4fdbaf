// Tables from outside: by the first byte the reader of CSV itself, the tables of risk, and the rows of certificates. What is read is
// within the limits, and once written reads back the same; what is refused says why, with its line.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "issue/issuing.h"
#include "kernel/csv.h"
#include "kernel/text.h"
#include "riskmap/files.h"

namespace {

using namespace lachan;

constexpr CsvLimits kLimits{64, 8, 32};
constexpr Day kDay{18'900};

void require(bool holds) {
    if (!holds) std::abort();
}

void require_told(const Error& error) { require(error.code == Errc::malformed && !error.detail.empty() && is_utf8(error.detail)); }

std::string written(const std::vector<CsvRow>& rows) {
    std::string text;
    for (const CsvRow& row : rows) {
        // A line with nothing in it is no row.
        if (row.cells.size() == 1 && row.cells[0].empty()) text += "\"\"";
        for (std::size_t i = 0; i < row.cells.size(); ++i) text += (i > 0 ? "," : "") + csv_cell(row.cells[i]);
        text += "\r\n";
    }
    return text;
}

void read_plainly(std::string_view text) {
    CsvReader dropping(text, CsvBlanks::dropped, kLimits);
    for (auto more = dropping.next(); more && *more; more = dropping.next()) require(!dropping.cells().empty());
    const auto rows = read_csv(text, kLimits);
    if (!rows) {
        require_told(rows.error());
        require(rows.error().rule.starts_with("csv.") && rows.error().detail.starts_with("line "));
        return;
    }
    require(rows->size() <= kLimits.rows);
    std::size_t line = 0;
    for (const CsvRow& row : *rows) {
        require(row.line > line && !row.cells.empty() && row.cells.size() <= kLimits.columns);
        line = row.line;
        for (const std::string& cell : row.cells) require(cell.size() <= kLimits.cell_bytes);
    }
    const auto again = read_csv(written(*rows), kLimits);
    require(again && again->size() == rows->size());
    for (std::size_t i = 0; i < rows->size(); ++i) require((*again)[i].cells == (*rows)[i].cells);
}

void read_figures(std::uint8_t way, const std::string& text) {
    static const Units units = *Units::parse("48|1||Thành phố Đà Nẵng|Thành phố|||\n490|2|48|Quận Liên Chiểu|Quận|||\n");
    riskmap::Country ground(units, kNation, kDay);
    require(ground.places.size() == 3);
    std::size_t told = 0;
    riskmap_files::Files files(units, ground, kDay, [&](const std::string& what) {
        require(is_utf8(what));
        ++told;
    });
    const auto read = way == 0   ? files.read_counts("f", text, riskmap::Measure::cases, "id,code\n7,48\n")
                      : way == 1 ? files.read_figures("f", text)
                                 : files.read_people("f", text);
    if (!read) return require_told(read.error());
    require(static_cast<std::size_t>(files.flagged()) >= told);
    files.fill_with_zero();
    const auto [first, last] = files.days_of(riskmap::Measure::cases);
    require(last < first || last.days - first.days < 36'600);
}

void read_rows_to_sign(const std::string& text) {
    const auto rows = trust::read_rows(text, {"kind", "name", "dob"});
    if (!rows) {
        require(!rows.error().rule.empty() && is_utf8(rows.error().detail));
        return;
    }
    for (const Json& row : *rows) require(row.is_object() && is_utf8(canonical(row)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) {
        case 0: read_plainly(text); break;
        case 1: read_rows_to_sign(text); break;
        default: read_figures(static_cast<std::uint8_t>(data[0] % 5 - 2), text); break;
    }
    return 0;
}
