#include "certificate/linked_data.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "certificate/checks.h"
#include "certificate/linked_contexts.h"

namespace lachan::certificate {
namespace {

constexpr const char* kUnknown = "context-unknown";
constexpr const char* kUnsupported = "graph-unsupported";
constexpr const char* kTooLarge = "graph-limit";

constexpr std::size_t kMostStatements = 2000;
// Of all statements written out: each names its subject again, and a long one could be named two thousand times.
constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr std::size_t kMostTypes = 20;
constexpr std::size_t kMostContexts = 8;
constexpr std::size_t kMostNames = 20;
constexpr std::size_t kLongestName = 40;

// Beyond it processors part: JavaScript keeps integers as doubles.
constexpr std::int64_t kMostInteger = std::int64_t{1} << 53;
// Below it they part too: JavaScript writes 1e-7 without a point, and takes it for an integer.
constexpr double kLeastFraction = 1e-6;

constexpr std::string_view kTypeOf = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
constexpr std::string_view kSchemaTypes = "http://www.w3.org/2001/XMLSchema#";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 3986 section 3.1, and a comma, which the processors that sign let pass.
bool is_scheme(std::string_view text) {
    return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == ',' || c == '-' || c == '.';
    });
}

/// Signs that would end an IRI in N-Quads before its end. A space is let pass: identifiers of persons in India have some.
bool breaks_iri(char c) { return static_cast<unsigned char>(c) < 0x20 || std::string_view("<>\"{}|^`\\").find(c) != std::string_view::npos; }

std::string in_brackets(std::string_view iri) { return "<" + std::string(iri) + ">"; }

std::string iri_of(const Term& term) {
    return in_brackets(std::string(text_of(term.space)) + std::string(term.rest));
}

/// A literal as N-Quads writes it; a plain text has no type there.
std::string literal(std::string_view text, std::string_view type) {
    std::string written = "\"";
    for (const char c : text) {
        switch (c) {
            case '"': written += "\\\""; break;
            case '\\': written += "\\\\"; break;
            case '\n': written += "\\n"; break;
            case '\r': written += "\\r"; break;
            default: written += c;
        }
    }
    written += '"';
    if (!type.empty()) written.append("^^<").append(kSchemaTypes).append(type).append(">");
    return written;
}

__extension__ typedef unsigned __int128 Wide;

/// The first `count` digits of a fraction's value, cut off, and the power of ten that the first stands for.
std::pair<std::string, int> digits_of(double value, std::size_t count) {
    int power = 0;
    // A double is 53 bits over a power of two, and one between 1e-6 and 2^53 fits with ten times its fraction.
    const Wide bits = static_cast<std::uint64_t>(std::ldexp(std::frexp(value, &power), 53));
    const int places = 53 - power;
    Wide fraction = bits & ((Wide{1} << places) - 1);
    const auto whole = static_cast<std::uint64_t>(bits >> places);
    std::string digits = whole == 0 ? std::string() : std::to_string(whole);
    int exponent = static_cast<int>(digits.size()) - 1;
    while (digits.size() < count) {
        fraction *= 10;
        const auto digit = static_cast<char>('0' + static_cast<int>(fraction >> places));
        fraction &= (Wide{1} << places) - 1;
        if (digits.empty() && digit == '0') --exponent;
        else digits += digit;
    }
    return {std::move(digits), exponent};
}

/// xsd:double in canonical form, sixteen digits: 1.5 is 1.5E0. Halves are rounded away from zero, as JavaScript does and
/// printf does not.
std::string canonical_double(double value) {
    auto [digits, exponent] = digits_of(std::fabs(value), 17);
    const bool is_up = digits.back() >= '5';
    digits.pop_back();
    std::size_t kept = digits.size();
    while (is_up && kept > 0 && digits[kept - 1] == '9') digits[--kept] = '0';
    if (is_up && kept > 0) ++digits[kept - 1];
    if (is_up && kept == 0) {
        digits.insert(digits.begin(), '1');
        ++exponent;
    }
    while (digits.size() > 2 && digits.back() == '0') digits.pop_back();
    return (value < 0 ? "-" : "") + digits.substr(0, 1) + "." + digits.substr(1) + "E" + std::to_string(exponent);
}

/// The contexts that hold at one place, the youngest last. Those behind `kept` came with a type: they hold for that node
/// alone, not for what is in it.
struct Active {
    std::vector<const Context*> layers;
    std::size_t kept = 0;

    const Term* find(std::string_view name) const {
        for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
            if (const Term* term = (*layer)->find(name)) return term;
        }
        return nullptr;
    }

    /// What holds inside of a value of `term`. Its own context may give names another meaning.
    Active within(const Term& term) const {
        Active inner{{layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(kept)}, kept};
        if (term.scope != nullptr) inner.layers.push_back(term.scope);
        inner.kept = inner.layers.size();
        return inner;
    }

    /// Adds a context that came by its address or with a type. All of ours are protected: false where it would give a
    /// name another meaning.
    bool add(const Context& context) {
        // Types may be said again and again, and each look-up walks along all that was added.
        if (std::find(layers.begin(), layers.end(), &context) != layers.end()) return true;
        for (const Context* part = &context; part != nullptr; part = part->more) {
            for (const Term& term : part->terms) {
                const Term* known = find(term.name);
                if (known != nullptr && !is_same(*known, term)) return false;
            }
        }
        layers.push_back(&context);
        return true;
    }

    static bool is_same(const Term& a, const Term& b) {
        return a.meaning == b.meaning && a.space == b.space && a.rest == b.rest && a.scope == b.scope;
    }
};

/// What is done with a name that no context has: left out, as JSON-LD does; or refused, where our table has not all of
/// the context's names.
enum class Strange { dropped, refused };

/// Where in the document a value stands.
struct Place {
    std::string path;
    /// Whether everything above it became statements.
    bool is_covered = true;

    Place at(std::string_view name, bool holds) const { return {path.empty() ? std::string(name) : path + "." + std::string(name), holds}; }
    Place at(std::size_t index) const { return {path + "[" + std::to_string(index) + "]", is_covered}; }
};

/// Expansion (JSON-LD 1.1 API section 5.1) and RDF (section 8) in one walk: what the one makes, the other writes down.
class Reader {
public:
    explicit Reader(Strange strange) : strange_(strange) {}

    Result<LinkedDocument> read(const Json& document, Active active) {
        LinkedDocument read;
        node(document, std::move(active), Place{}, read.covered);
        if (stopped_ != nullptr) return Error{Errc::rejected, stopped_, "not a graph that is read here"};
        read.statements = std::move(statements_);
        read.uncovered = std::move(uncovered_);
        return read;
    }

private:
    void stop(const char* rule) {
        if (stopped_ == nullptr) stopped_ = rule;
    }

    void state(const std::string& subject, std::string predicate, std::string object) {
        size_ += subject.size() + predicate.size() + object.size();
        if (statements_.size() >= kMostStatements || size_ > kMostBytes) return stop(kTooLarge);
        statements_.push_back({subject, std::move(predicate), std::move(object)});
    }

    /// Names what fell away, once for all that is in it.
    void drop(const Place& place) {
        if (place.is_covered && uncovered_.size() < kMostNames) add_once(uncovered_, place.path);
    }

    /// A name of the document as it may be shown: it comes from anyone.
    static std::string shown(const std::string& name) {
        const bool is_plain = name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
            return is_letter(c) || is_digit(c) || c == '-' || c == '_';
        });
        return is_plain ? name : "?";
    }

    std::string blank() { return "_:" + std::to_string(blanks_++); }

    /// An IRI or a blank node as N-Quads writes it, "" for a relative IRI: there is no base, and RDF has no place for it.
    std::string reference(const std::string& text, const Active& active) {
        const std::size_t colon = text.find(':');
        const bool is_keyword = text.starts_with('@');
        if (colon == std::string::npos && !is_keyword) return {};
        if (is_keyword || std::any_of(text.begin(), text.end(), breaks_iri)) {
            stop(kUnsupported);
            return {};
        }
        const std::string_view scheme = std::string_view(text).substr(0, colon);
        // Its own blank nodes are numbered, and no number is a label of the document.
        if (scheme == "_") return "_:u" + text.substr(2);
        const Term* term = active.find(scheme);
        const bool is_shortened = term != nullptr && term->meaning == Meaning::prefix;
        if (is_shortened && text.compare(colon + 1, 2, "//") != 0) stop(kUnsupported);
        return is_scheme(scheme) ? in_brackets(text) : std::string();
    }

    /// The object of a statement that names a type, or a value that is a term: "" for one that falls away.
    std::string word(const std::string& text, const Active& active) {
        const Term* term = active.find(text);
        if (term == nullptr) return reference(text, active);
        if (term->meaning == Meaning::prefix || term->meaning == Meaning::closed) stop(kUnsupported);
        const bool is_keyword = term->meaning == Meaning::identifier || term->meaning == Meaning::type;
        return is_keyword ? std::string() : iri_of(*term);
    }

    /// The texts of `type`, one or a list.
    std::vector<std::string> types_of(const Json& value) {
        std::vector<std::string> types;
        const Json list = value.is_array() ? value : Json::array({value});
        for (const Json& one : list) {
            if (one.is_string()) types.push_back(one.get_ref<const std::string&>());
            else stop(kUnsupported);
        }
        if (types.size() > kMostTypes) stop(kTooLarge);
        return types;
    }

    /// A number or a truth value, which have types of their own unless the term gives one.
    std::string plain(const Json& value, std::string_view type) {
        const auto typed = [type](std::string_view own) { return type.empty() ? own : type; };
        if (value.is_boolean()) return literal(value.get<bool>() ? "true" : "false", typed("boolean"));
        if (value.is_number_integer()) {
            const auto number = value.get<std::int64_t>();
            if (number > kMostInteger || number < -kMostInteger) stop(kUnsupported);
            return literal(std::to_string(number), typed("integer"));
        }
        const double number = value.get<double>();
        const double size = std::fabs(number);
        if (size < kLeastFraction || size > static_cast<double>(kMostInteger)) stop(kUnsupported);
        if (stopped_ != nullptr) return {};
        if (number == std::floor(number)) return literal(std::to_string(static_cast<std::int64_t>(number)), typed("integer"));
        return literal(canonical_double(number), typed("double"));
    }

    std::string object_of(const Term& term, const Json& value, const Active& active) {
        const bool is_instant = term.meaning == Meaning::instant;
        if (!value.is_string()) return plain(value, is_instant ? "dateTime" : "");
        const auto& text = value.get_ref<const std::string&>();
        switch (term.meaning) {
            case Meaning::reference: return reference(text, active);
            case Meaning::word: return word(text, active);
            default: return literal(text, is_instant ? "dateTime" : "");
        }
    }

    /// No wire form of ours has a fraction, and none is shown. 1.0 is none: in the graph it is 1, so that whoever writes it so must not
    /// hide it.
    static Json as_shown(const Json& value) {
        if (!value.is_number_float()) return value;
        const double number = value.get<double>();
        const bool is_whole = number == std::floor(number) && std::fabs(number) <= static_cast<double>(kMostInteger);
        return is_whole ? Json(static_cast<std::int64_t>(number)) : Json();
    }

    /// One value of a property; `covered` stays null for what became no statement.
    void single(const std::string& subject, const Term& term, const Json& value, const Active& active, const Place& place,
                Json& covered) {
        Json inner;
        std::string object;
        if (value.is_object()) {
            object = node(value, active.within(term), place, inner);
        } else {
            object = object_of(term, value, active);
            inner = as_shown(value);
        }
        if (object.empty()) return drop(place);
        // The label of a blank node is not in the graph: whoever made the text chose it.
        const bool is_label = !value.is_object() && is_blank(object);
        if (is_label) drop(place);
        if (subject.empty()) return;
        state(subject, iri_of(term), std::move(object));
        if (place.is_covered && !is_label) covered = std::move(inner);
    }

    void values(const std::string& subject, const Term& term, const Json& value, const Active& active, const Place& place,
                Json& covered) {
        if (value.is_null() || stopped_ != nullptr) return;
        if (!value.is_array()) return single(subject, term, value, active, place, covered);
        Json list = Json::array();
        for (std::size_t i = 0; i < value.size(); ++i) {
            Json one;
            values(subject, term, value[i], active, place.at(i), one);
            if (!one.is_null()) list.push_back(std::move(one));
        }
        if (!list.empty()) covered = std::move(list);
    }

    /// The types of a node as statements; they are read in the contexts that hold without them.
    void state_types(const std::string& subject, const Json& value, const Active& untyped, const Place& place, Json& covered) {
        Json kept = Json::array();
        for (const std::string& type : types_of(value)) {
            std::string object = word(type, untyped);
            if (object.empty()) {
                drop(place);
            } else if (!subject.empty()) {
                state(subject, std::string(kTypeOf), std::move(object));
                kept.push_back(type);
            }
        }
        if (!place.is_covered || kept.empty()) return;
        covered = value.is_array() ? std::move(kept) : kept[0];
    }

    /// The contexts of the types of a node, in the order of their names.
    void enter_types(const Json& object, Active& active) {
        const Active untyped = active;
        for (const auto& [key, value] : object.items()) {
            const Term* term = untyped.find(key);
            if (term == nullptr || term->meaning != Meaning::type) continue;
            std::vector<std::string> types = types_of(value);
            std::sort(types.begin(), types.end());
            for (const std::string& type : types) {
                const Term* named = untyped.find(type);
                if (named != nullptr && named->scope != nullptr && !active.add(*named->scope)) stop(kUnsupported);
            }
        }
    }

    /// The subject of a node's statements, "" for one that cannot have any.
    std::string subject_of(const Json& object, const Active& active) {
        for (const auto& [key, value] : object.items()) {
            const Term* term = active.find(key);
            if (term == nullptr || term->meaning != Meaning::identifier) continue;
            if (!value.is_string()) {
                stop(kUnsupported);
                return {};
            }
            std::string subject = reference(value.get_ref<const std::string&>(), active);
            // Described twice, a node would have in the graph what it has not in either place.
            const bool is_described = object.size() > 1 && !subject.empty();
            if (is_described && std::find(described_.begin(), described_.end(), subject) != described_.end()) stop(kUnsupported);
            if (is_described) described_.push_back(subject);
            if (described_.size() > kMostStatements) stop(kTooLarge);
            return subject;
        }
        return blank();
    }

    /// Whether `key` is one of the names that only forgers and other processors use: keywords, and IRIs in long or short.
    static bool is_plain(const std::string& key) { return !key.starts_with('@') && key.find(':') == std::string::npos; }

    std::string node(const Json& object, Active active, const Place& place, Json& covered) {
        const Active untyped = active;
        enter_types(object, active);
        const std::string subject = subject_of(object, active);
        if (stopped_ != nullptr) return {};
        covered = Json::object();
        const bool is_covered = place.is_covered && !subject.empty();
        for (const auto& [key, value] : object.items()) {
            const Term* term = is_plain(key) ? active.find(key) : nullptr;
            const bool is_closed = term != nullptr && (term->meaning == Meaning::closed || term->meaning == Meaning::prefix);
            if (!is_plain(key) || is_closed || (term == nullptr && strange_ == Strange::refused)) {
                stop(kUnsupported);
                return {};
            }
            const Place inner = place.at(shown(key), is_covered);
            Json kept;
            if (term == nullptr) {
                if (!value.is_null()) drop(inner);
            } else if (term->meaning == Meaning::identifier) {
                if (is_covered && !is_blank(subject)) kept = value;
                else drop(inner);
            } else if (term->meaning == Meaning::type) {
                state_types(subject, value, untyped, inner, kept);
            } else {
                values(subject, *term, value, active, inner, kept);
            }
            if (!kept.is_null()) covered[key] = std::move(kept);
        }
        return subject;
    }

    Strange strange_;
    std::vector<Statement> statements_;
    std::vector<std::string> uncovered_;
    std::vector<std::string> described_;
    int blanks_ = 0;
    std::size_t size_ = 0;
    const char* stopped_ = nullptr;
};

/// The contexts that a document names, one address or a list of them; none of its own.
Result<Active> contexts_of(const Json& named) {
    const Json list = named.is_array() ? named : Json::array({named});
    Active active;
    if (list.empty() || list.size() > kMostContexts) return Error{Errc::rejected, kUnknown, "@context"};
    for (const Json& one : list) {
        const Context* context = one.is_string() ? context_at(one.get_ref<const std::string&>()) : nullptr;
        if (context == nullptr) return Error{Errc::rejected, kUnknown, "@context"};
        if (!active.add(*context)) return Error{Errc::rejected, kUnsupported, "@context"};
    }
    active.kept = active.layers.size();
    return active;
}

}  // namespace

Result<LinkedDocument> read_credential(const Json& document) {
    const Active active = TRY(contexts_of(at(document, "@context")));
    Json rest = document;
    rest.erase("@context");
    rest.erase("proof");
    return Reader(Strange::dropped).read(rest, active);
}

Result<std::vector<Statement>> read_proof_options(const Json& proof) {
    Json options = proof;
    for (const char* signature : {"jws", "proofValue", "signatureValue"}) options.erase(signature);
    return TRY(Reader(Strange::refused).read(options, Active{{&proof_context()}, 1})).statements;
}

}  // namespace lachan::certificate
