// Who may include whom: kernel <- libraries <- vocab <- systems <- systems.h, core <- shells. Reads every #include of the tree.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lachan {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LACHAN_SOURCE_ROOT;

enum class Layer { kernel, library, vocab, system, registry, shell, outside };

/// Folders of shared/src that are libraries; every other one but kernel, vocab and core is a system.
const std::set<std::string> kLibraries = {"certificate", "qr", "geo", "epi", "fhir"};

Layer layer_of_folder(const std::string& folder) {
    if (folder == "kernel") return Layer::kernel;
    if (kLibraries.count(folder)) return Layer::library;
    if (folder == "vocab") return Layer::vocab;
    if (folder == "core") return Layer::registry;
    return Layer::system;
}

struct Include {
    std::string file;    ///< relative to the root
    std::string folder;  ///< of shared/src, "" for systems.h and its source, "shell" outside shared/
    std::string target;  ///< "kernel/json.h"
    bool angled = false;
};

std::vector<Include> includes_of(const fs::path& under) {
    static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<Include> found;
    if (!fs::exists(kRoot / under)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / under)) {
        const auto extension = entry.path().extension();
        if (extension != ".h" && extension != ".cpp") continue;
        const fs::path relative = fs::relative(entry.path(), kRoot);
        const fs::path inside = fs::relative(entry.path(), kRoot / "shared/src");
        const bool shared = under == "shared/src";
        const std::string folder = !shared ? "shell" : inside.has_parent_path() ? inside.begin()->string() : "";
        std::ifstream file(entry.path());
        std::string line;
        std::smatch match;
        while (std::getline(file, line)) {
            if (std::regex_search(line, match, pattern)) found.push_back({relative.string(), folder, match[2], match[1] == "<"});
        }
    }
    return found;
}

/// Folders of shared/src that the tree has.
std::set<std::string> folders() {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(kRoot / "shared/src")) {
        if (entry.is_directory()) names.insert(entry.path().filename().string());
    }
    return names;
}

/// "" when a file of `folder` may include `target`, else why not.
std::string judge(const std::string& folder, const std::string& target, const std::set<std::string>& known) {
    const std::string first = target.substr(0, target.find('/'));
    if (target == "systems.h") {
        const bool allowed = folder.empty() || folder == "core" || folder == "shell";
        return allowed ? "" : "only core and the shells know all systems";
    }
    if (!known.count(first)) return "";
    const Layer to = layer_of_folder(first);
    if (folder == first) return "";
    const Layer from = folder == "shell" ? Layer::shell : folder.empty() ? Layer::registry : layer_of_folder(folder);
    if (to == Layer::system) return from == Layer::system ? "a system includes another" : "nothing names a system but the generated registry";
    if (to == Layer::registry && from != Layer::shell) return "the arrow points upwards";
    if (from == Layer::library && to == Layer::library) return "a library includes another";
    return from > to ? "" : "the arrow points upwards";
}

TEST(architecture, every_include_points_downwards) {
    const auto known = folders();
    ASSERT_TRUE(known.count("kernel") && known.count("vocab") && known.count("declaration"));
    int count = 0;
    for (const char* under : {"shared/src", "server/src", "wasm"}) {
        for (const Include& include : includes_of(under)) {
            ++count;
            EXPECT_EQ(judge(include.folder, include.target, known), "") << include.file << " includes " << include.target;
        }
    }
    EXPECT_GT(count, 200) << "the test has found too little to mean anything";
}

TEST(architecture, a_wrong_arrow_is_noticed) {
    const std::set<std::string> known{"kernel", "qr", "certificate", "vocab", "declaration", "riskmap", "places", "core"};
    struct Row {
        const char *folder, *target;
        bool right;
    };
    const Row rows[] = {
        {"kernel", "kernel/json.h", true},        {"kernel", "vocab/unit.h", false},
        {"kernel", "qr/scan.h", false},           {"qr", "kernel/json.h", true},
        {"qr", "certificate/dcc.h", false},       {"qr", "vocab/person.h", false},
        {"vocab", "kernel/json.h", true},         {"vocab", "qr/scan.h", true},
        {"vocab", "declaration/declaration.h", false}, {"declaration", "vocab/unit.h", true},
        {"declaration", "declaration/store.h", true},  {"declaration", "riskmap/riskmap.h", false},
        {"declaration", "systems.h", false},      {"declaration", "core/core.h", false},
        {"core", "systems.h", true},              {"core", "declaration/declaration.h", false},
        {"", "vocab/system.h", true},             {"", "declaration/declaration.h", false},
        {"", "core/core.h", false},               {"shell", "systems.h", true},
        {"shell", "core/core.h", true},           {"shell", "riskmap/riskmap.h", false},
        {"shell", "sql/sqlite.h", true},          {"tenth", "declaration/declaration.h", false},
        {"places", "riskmap/riskmap.h", false},    {"places", "vocab/unit.h", true},
    };
    for (const Row& row : rows) EXPECT_EQ(judge(row.folder, row.target, known).empty(), row.right) << row.folder << " -> " << row.target;
}

std::string read(const fs::path& path) {
    std::ifstream file(kRoot / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
    std::set<std::string> found;
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) found.insert((*it)[1]);
    return found;
}

TEST(architecture, the_core_reaches_for_nothing_outside) {
    // No file, clock, thread, locale or console: what a rule depends on is passed in, or the answer could not be replayed.
    const std::set<std::string> forbidden = {"ctime",  "time.h",  "fstream", "iostream", "filesystem", "thread",     "future",
                                             "locale", "clocale", "random",  "stdio.h",  "unistd.h",   "sys/time.h", "emscripten.h"};
    static const std::regex reach(R"((_clock::now|\bfopen|\bgetenv|\bstd::time\(|\brand\(|[^nv]printf\(|\bstd::cout))");
    for (const Include& include : includes_of("shared/src")) {
        EXPECT_FALSE(include.angled && forbidden.count(include.target)) << include.file << " includes <" << include.target << ">";
    }
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / "shared/src")) {
        if (!entry.is_regular_file()) continue;
        const std::string text = read(fs::relative(entry.path(), kRoot));
        std::smatch match;
        EXPECT_FALSE(std::regex_search(text, match, reach)) << entry.path() << ": " << match.str();
    }
}

TEST(architecture, a_table_of_a_system_is_named_by_that_system_alone) {
    static const std::regex created(R"(CREATE TABLE ([a-z_]+))");
    std::map<std::string, std::string> owner;  // table, then its system
    for (const std::string& folder : folders()) {
        const fs::path sql = kRoot / "shared/src" / folder / "sql";
        if (layer_of_folder(folder) != Layer::system || !fs::exists(sql)) continue;
        for (const auto& entry : fs::directory_iterator(sql)) {
            for (const std::string& table : matches(read(fs::relative(entry.path(), kRoot)), created)) owner[table] = folder;
        }
    }
    EXPECT_GE(owner.size(), 10U) << "the test has found too little to mean anything";
    static const std::regex word(R"(\b([a-z]+_[a-z_]+)\b)");
    for (const char* under : {"shared/src", "server/src", "tools", "wasm"}) {
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / under)) {
            const auto extension = entry.path().extension();
            if (extension != ".h" && extension != ".cpp" && extension != ".js" && extension != ".mjs") continue;
            const std::string file = fs::relative(entry.path(), kRoot).generic_string();
            for (const std::string& used : matches(read(file), word)) {
                const auto table = owner.find(used);
                if (table == owner.end()) continue;
                EXPECT_EQ(file.rfind("shared/src/" + table->second + '/', 0), 0U) << file << " names " << used;
            }
        }
    }
}

// --- docs/RULES.md --------------------------------------------------------------------------------------------------------

/// The sources in which a rule can be named, without their #include lines.
std::string sources_of(std::initializer_list<const char*> folders) {
    static const std::regex include(R"(\n\s*#\s*include[^\n]*)");
    std::string all;
    for (const char* under : folders) {
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / under)) {
            if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
            all += std::regex_replace('\n' + read(fs::relative(entry.path(), kRoot)), include, "");
        }
    }
    return all;
}

/// The rule ids of the code: whatever an Error names, and every literal whose first word begins an id of the document. Questions of
/// the systems, operations of the core and paths of a field look the same; by the form of where they stand they are told apart.
std::set<std::string> rules_of(const std::string& code, const std::set<std::string>& first_words) {
    static const std::regex error(R"re(Error\{\s*Errc::[a-z_]+,\s*"([a-z_]+\.[a-z_0-9]+)")re");
    static const std::regex literal(R"re("([a-z_]+\.[a-z_0-9]+)")re");
    static const std::regex question(R"re(\{"([a-z_]+\.[a-z_0-9]+)",\s*Area::)re");
    static const std::regex operation(R"re(\n    \{"([a-z_]+\.[a-z_0-9]+)", [a-z_]+\},)re");
    static const std::regex field_path(R"re(bad_field\("([a-z_]+\.[a-z_0-9]+)"\))re");
    static const std::regex field_read(R"re(\bin\.[a-z_]+\("([a-z_]+\.[a-z_0-9]+)"\))re");
    static const std::regex file_name(R"re(.*\.(h|csv|json|html|pem|txt))re");
    std::set<std::string> found;
    for (const std::string& one : matches(code, literal)) {
        if (first_words.count(one.substr(0, one.find('.'))) && !std::regex_match(one, file_name)) found.insert(one);
    }
    for (const std::regex& others : {question, operation, field_path, field_read}) {
        for (const std::string& one : matches(code, others)) found.erase(one);
    }
    found.merge(matches(code, error));  // an error is one, whatever else has its name
    return found;
}

TEST(architecture, the_rules_in_the_code_are_those_in_the_document) {
    static const std::regex row(R"(\n\| `([a-z_]+\.[a-z_0-9]+)` \|)");
    const std::set<std::string> document = matches(read("docs/RULES.md"), row);
    std::set<std::string> first_words;
    for (const std::string& id : document) first_words.insert(id.substr(0, id.find('.')));
    for (const std::string& folder : folders()) first_words.insert(folder);
    const std::set<std::string> code = rules_of(sources_of({"shared/src", "server/src", "wasm", "tools"}), first_words);
    ASSERT_GT(code.size(), 200U);
    for (const std::string& id : code) EXPECT_TRUE(document.count(id)) << id << " is not in docs/RULES.md";
    for (const std::string& id : document) EXPECT_TRUE(code.count(id)) << id << " is in docs/RULES.md only";
}

TEST(architecture, a_rule_is_told_from_what_looks_like_one) {
    const std::string code = "\n    {\"record.commit\", commit_record},\n"
                             "{\"declaration.worklist\", Area::declaration\n"
                             "return Error{Errc::rejected,\n    \"brand.new\", \"why\"};\n"
                             "out.push_back({\"unit\", \"declaration.fever\"});\nopen(\"record.json\"); text(\"nam.fnt\");";
    EXPECT_EQ(rules_of(code, {"record", "declaration"}), (std::set<std::string>{"brand.new", "declaration.fever"}));
}

TEST(architecture, every_row_of_the_rules_has_its_columns_and_a_mark) {
    // id, vi, en, source, mark, in force from; a reason also names its axis, a triage rule its colour instead of a source.
    std::istringstream lines(read("docs/RULES.md"));
    static const std::regex cell(R"(\| ([^|]*))");
    static const std::regex mark("[ABCD]([ ,].*)?");
    std::string line;
    int rows = 0;
    while (std::getline(lines, line)) {
        if (line.rfind("| `", 0) != 0) continue;
        ++rows;
        std::vector<std::string> cells;
        for (std::sregex_iterator at(line.begin(), line.end(), cell), end; at != end; ++at) {
            std::string text = (*at)[1];
            while (!text.empty() && text.back() == ' ') text.pop_back();
            cells.push_back(text);
        }
        ASSERT_TRUE(cells.size() == 6 || cells.size() == 7) << line;
        for (std::size_t i = 0; i + 2 < cells.size(); ++i) EXPECT_FALSE(cells[i].empty()) << line;
        EXPECT_TRUE(std::regex_match(cells[cells.size() - 2], mark)) << line;
    }
    EXPECT_GT(rows, 240);
}

TEST(architecture, every_rule_of_the_document_is_held_against_something_in_a_test) {
    static const std::regex in_document(R"(\n\| `((?:person|declaration|triage|riskmap|places|receipt|qr)\.[a-z_0-9]+)` \|)");
    std::string tests;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests")) {
        const auto extension = entry.path().extension();
        const bool own = entry.path().filename() == "includes_test.cpp";
        if (!own && (extension == ".cpp" || extension == ".json" || extension == ".mjs")) tests += read(fs::relative(entry.path(), kRoot));
    }
    std::erase(tests, '\\');  // of expressions that look for an id in what a program said
    for (const std::string& id : matches(read("docs/RULES.md"), in_document)) {
        const bool is_named = tests.find('"' + id) != std::string::npos || tests.find(".*" + id + '/') != std::string::npos;
        EXPECT_TRUE(is_named) << id << " is in no test";
    }
}

}  // namespace
}  // namespace lachan
