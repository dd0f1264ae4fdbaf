#include "csv.h"

#include "kernel/text.h"

namespace lachan::riskmap_files {

Result<std::vector<Row>> read_csv(const std::string& name, const std::string& text) {
    const auto wrong = [&](const std::string& what) { return Error{Errc::malformed, "riskmap.file", name + ": " + what}; };
    if (!is_utf8(text)) return wrong("it is no UTF-8");
    std::vector<Row> rows;
    Row row{1, {}};
    std::string cell;
    bool quoted = false;
    int line = 1;
    for (std::size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : '\n';
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            cell += text[++i];
        } else if (quoted) {
            if (i == text.size()) return wrong("line " + std::to_string(row.line) + " ends inside quotes");
            if (c == '"') quoted = false;
            else cell += c;
            if (c == '\n') ++line;
        } else if (c == '"' && cell.empty()) {
            quoted = true;
        } else if (c == ',' || c == '\n') {
            if (c == '\n' && !cell.empty() && cell.back() == '\r') cell.pop_back();
            row.cells.push_back(std::move(cell));
            cell.clear();
            if (c == ',') continue;
            if (row.cells.size() > 1 || !row.cells[0].empty()) rows.push_back(std::move(row));
            row = {++line, {}};
        } else {
            cell += c;
        }
    }
    if (rows.empty()) return wrong("it is empty");
    return rows;
}

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += c;
        out += c;
    }
    return out + '"';
}

}  // namespace lachan::riskmap_files
