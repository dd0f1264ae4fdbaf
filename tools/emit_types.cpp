// Writes what the page knows of the core before any wasm is loaded: the forms (JSON) and the TypeScript types of every record, made
// from the field lists. Usage: emit_types types|forms > FILE

#include <cstdio>
#include <string>

#include "systems.h"

namespace lachan {
namespace {

std::string pascal(std::string_view name) {
    std::string out;
    bool upper = true;
    for (const char c : name) {
        if (c == '_') {
            upper = true;
            continue;
        }
        out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return out;
}

std::string type_of(const FieldSpec& spec, int depth);

std::string object_type(const FieldList& list, int depth) {
    const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
    std::string out = "{\n";
    for (const FieldSpec& spec : list.fields) {
        // A field that applies only sometimes is optional for the compiler; the core says when it is missing.
        const bool optional = !spec.is_required || !spec.when_field.empty();
        out += indent + "  " + std::string(spec.name) + (optional ? "?: " : ": ") + type_of(spec, depth + 1) + ";\n";
    }
    return out + indent + "}";
}

std::string type_of(const FieldSpec& spec, int depth) {
    switch (spec.type) {
        case FieldType::integer: return "number";
        case FieldType::boolean: return "boolean";
        case FieldType::list: return object_type(*spec.items, depth) + "[]";
        case FieldType::choice: {
            std::string out;
            for (const auto& choice : spec.choice_list) out += (out.empty() ? "'" : " | '") + std::string(choice) + "'";
            return out;
        }
        default: return "string";
    }
}

void emit_types() {
    std::string out = "// Written by tools/emit_types from the field lists of the core; a test compares it. Do not edit.\n\n";
    std::string map = "/** Every record that can be made: 'system.kind' to its body. */\nexport interface Bodies {\n";
    for (const System* system : systems()) {
        for (const RecordKind& kind : system->kinds()) {
            for (int version = 1; version <= kind.version; ++version) {
                const FieldList* fields = kind.fields(version);
                if (!fields) continue;
                const std::string name = pascal(system->name()) + pascal(kind.name) + (version == kind.version ? "" : "V" + std::to_string(version));
                out += "/** " + std::string(system->name()) + '.' + std::string(kind.name) + ", version " + std::to_string(version) + ". */\n";
                out += "export interface " + name + ' ' + object_type(*fields, 0) + "\n\n";
                if (version == kind.version) map += "  '" + std::string(system->name()) + '.' + std::string(kind.name) + "': " + name + ";\n";
            }
        }
    }
    std::string queries = "/** Arguments of every query. */\nexport interface QueryArguments {\n";
    for (const System* system : systems()) {
        for (const Query& query : system->queries()) {
            queries += "  '" + std::string(query.name) + "': " + object_type(query.arguments(), 1) + ";\n";
        }
    }
    out += map + "}\n\n" + queries + "}\n\nexport type QueryName = keyof QueryArguments;\nexport type RecordName = keyof Bodies;\n";
    std::fputs(out.c_str(), stdout);
}

void emit_forms() {
    Json forms = Json::array();
    for (const System* system : systems()) {
        for (const RecordKind& kind : system->kinds()) {
            forms.push_back({{"system", system->name()},
                             {"kind", kind.name},
                             {"version", kind.version},
                             {"byOfficials", kind.by_officials},
                             {"fields", describe(*kind.fields(kind.version))}});
        }
    }
    const std::string text = forms.dump(1);
    std::fputs((text + '\n').c_str(), stdout);
}

}  // namespace
}  // namespace lachan

int main(int argc, char** argv) {
    const std::string what = argc == 2 ? argv[1] : "";
    if (what == "types") {
        lachan::emit_types();
    } else if (what == "forms") {
        lachan::emit_forms();
    } else {
        std::fputs("usage: emit_types types|forms > FILE\n", stderr);
        return what == "--help" ? 0 : 2;
    }
    return 0;
}
