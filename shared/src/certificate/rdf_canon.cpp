#include "certificate/rdf_canon.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "kernel/crypto.h"

namespace lachan::certificate {
namespace {

/// Statements hashed, blank nodes tried and names copied, in all. A credential takes about a hundred; only a graph made
/// for it comes near, and it is stopped within some ten milliseconds.
constexpr std::size_t kMostWork = 50'000;

/// The order of UTF-16, in which the processors that sign sort: what lies beyond the first 65,536 code points comes
/// before U+E000 to U+FFFF there, and behind them in UTF-8.
bool is_before(std::string_view a, std::string_view b) {
    const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (at_a == a.end() || at_b == b.end()) return at_a == a.end() && at_b != b.end();
    const auto first = static_cast<unsigned char>(*at_a);
    const auto second = static_cast<unsigned char>(*at_b);
    const bool has_surrogates = first >= 0xF0 || second >= 0xF0;
    if (has_surrogates && first >= 0xEE && second >= 0xEE) {
        const bool is_first_low = first < 0xF0;
        const bool is_second_low = second < 0xF0;
        if (is_first_low != is_second_low) return is_second_low;
    }
    return first < second;
}

std::string hash_of(std::string_view text) { return to_hex(sha256(text)); }

std::string line_of(std::string_view subject, std::string_view predicate, std::string_view object) {
    std::string line;
    line.reserve(subject.size() + predicate.size() + object.size() + 5);
    line.append(subject).append(" ").append(predicate).append(" ").append(object).append(" .\n");
    return line;
}

std::string sorted(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end(), is_before);
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
}

/// Gives names out in the order in which they are asked for (URDNA2015 4.3).
class Issuer {
public:
    explicit Issuer(std::string prefix) : prefix_(std::move(prefix)) {}

    bool knows(const std::string& id) const { return names_.find(id) != names_.end(); }
    const std::string& name(const std::string& id) {
        const auto [place, is_new] = names_.try_emplace(id);
        if (is_new) {
            place->second = prefix_ + std::to_string(order_.size());
            order_.push_back(id);
        }
        return place->second;
    }
    const std::vector<std::string>& order() const { return order_; }

private:
    std::string prefix_;
    std::map<std::string, std::string> names_;
    std::vector<std::string> order_;
};

/// The state of URDNA2015 (4.4) over one graph. Steps carry the numbers of the specification.
class Canonization {
public:
    explicit Canonization(std::vector<Statement> statements) : statements_(std::move(statements)) {}

    Result<std::string> run() {
        list_blank_nodes();
        name_by_own_hash();
        name_by_neighbours();
        if (work_ > kMostWork) return Error{Errc::rejected, "graph-limit", "too much work"};
        std::vector<std::string> lines;
        lines.reserve(statements_.size());
        for (const Statement& one : statements_) {
            lines.push_back(line_of(final_name(one.subject), one.predicate, final_name(one.object)));
        }
        return sorted(std::move(lines));
    }

private:
    struct Node {
        std::vector<const Statement*> statements;
        std::string hash;
    };
    struct Path {
        std::string hash;
        Issuer issuer;
    };

    bool is_exhausted(std::size_t more) { return (work_ += more) > kMostWork; }

    /// Step 2.
    void list_blank_nodes() {
        for (const Statement& one : statements_) {
            if (is_blank(one.subject)) nodes_[one.subject].statements.push_back(&one);
            if (is_blank(one.object) && one.object != one.subject) nodes_[one.object].statements.push_back(&one);
        }
    }

    /// Steps 3 to 5: whoever has a hash of its own has a name.
    void name_by_own_hash() {
        for (auto& [id, node] : nodes_) {
            if (is_exhausted(node.statements.size())) return;
            node.hash = own_hash(id, node);
            by_hash_[node.hash].push_back(id);
        }
        for (const auto& [hash, ids] : by_hash_) {
            if (ids.size() == 1) names_.name(ids[0]);
        }
    }

    /// Step 6: the others are told apart by what they hang together with.
    void name_by_neighbours() {
        for (const auto& [hash, ids] : by_hash_) {
            if (ids.size() == 1) continue;
            std::vector<Path> paths;
            for (const std::string& id : ids) {
                if (names_.knows(id)) continue;
                Issuer issuer("_:b");
                issuer.name(id);
                paths.push_back(neighbour_hash(id, std::move(issuer)));
                if (work_ > kMostWork) return;
            }
            std::stable_sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.hash < b.hash; });
            for (const Path& path : paths) {
                for (const std::string& id : path.issuer.order()) names_.name(id);
            }
        }
    }

    /// 4.6 Hash First Degree Quads.
    static std::string own_hash(const std::string& id, const Node& node) {
        const auto masked = [&id](const std::string& part) -> std::string_view {
            if (!is_blank(part)) return part;
            return part == id ? "_:a" : "_:z";
        };
        std::vector<std::string> lines;
        for (const Statement* one : node.statements) {
            lines.push_back(line_of(masked(one->subject), one->predicate, masked(one->object)));
        }
        return hash_of(sorted(std::move(lines)));
    }

    /// 4.7 Hash Related Blank Node.
    std::string related_hash(const std::string& related, const Statement& in, Issuer& issuer, char position) {
        std::string input(1, position);
        input += in.predicate;
        if (names_.knows(related)) input += names_.name(related);
        else if (issuer.knows(related)) input += issuer.name(related);
        else input += nodes_[related].hash;
        return hash_of(input);
    }

    /// 4.8 steps 1 to 3: the blank nodes beside `id`, by how they stand to it.
    std::map<std::string, std::vector<std::string>> related_to(const std::string& id, Issuer& issuer) {
        std::map<std::string, std::vector<std::string>> related;
        for (const Statement* one : nodes_[id].statements) {
            if (is_exhausted(1)) break;
            if (is_blank(one->subject) && one->subject != id) {
                related[related_hash(one->subject, *one, issuer, 's')].push_back(one->subject);
            }
            if (is_blank(one->object) && one->object != id) {
                related[related_hash(one->object, *one, issuer, 'o')].push_back(one->object);
            }
        }
        return related;
    }

    /// 4.8 Hash N-Degree Quads.
    Path neighbour_hash(const std::string& id, Issuer issuer) {
        std::string data;
        for (auto& [hash, list] : related_to(id, issuer)) {
            data += hash;
            std::sort(list.begin(), list.end());
            std::optional<std::pair<std::string, Issuer>> chosen;
            do {
                auto tried = path_over(list, issuer, chosen ? &chosen->first : nullptr);
                if (tried) chosen = std::move(tried);
            } while (work_ <= kMostWork && std::next_permutation(list.begin(), list.end()));
            if (!chosen) break;
            data += chosen->first;
            issuer = std::move(chosen->second);
        }
        return Path{hash_of(data), std::move(issuer)};
    }

    /// 4.8 step 5.4: the path along `list` in this order, or nothing where the shortest one so far is before it.
    std::optional<std::pair<std::string, Issuer>> path_over(const std::vector<std::string>& list, Issuer issuer,
                                                            const std::string* best) {
        if (is_exhausted(issuer.order().size())) return std::nullopt;
        std::string path;
        const auto is_worse = [&path, best] {
            return best != nullptr && path.size() >= best->size() && path > *best;
        };
        std::vector<std::string> open;
        for (const std::string& related : list) {
            if (is_exhausted(1)) return std::nullopt;
            if (names_.knows(related)) {
                path += names_.name(related);
            } else {
                if (!issuer.knows(related)) open.push_back(related);
                path += issuer.name(related);
            }
            if (is_worse()) return std::nullopt;
        }
        for (const std::string& related : open) {
            Path deeper = neighbour_hash(related, issuer);
            if (is_exhausted(issuer.order().size())) return std::nullopt;
            path += issuer.name(related) + "<" + deeper.hash + ">";
            issuer = std::move(deeper.issuer);
            if (is_worse()) return std::nullopt;
        }
        if (best != nullptr && path >= *best) return std::nullopt;
        return std::pair{std::move(path), std::move(issuer)};
    }

    std::string_view final_name(const std::string& part) { return is_blank(part) ? names_.name(part) : part; }

    std::vector<Statement> statements_;
    std::map<std::string, Node> nodes_;
    std::map<std::string, std::vector<std::string>> by_hash_;
    Issuer names_{"_:c14n"};
    std::size_t work_ = 0;
};

/// A graph is a set.
void drop_doubles(std::vector<Statement>& statements) {
    const auto key = [](const Statement& one) { return std::tie(one.subject, one.predicate, one.object); };
    std::sort(statements.begin(), statements.end(),
              [&key](const Statement& a, const Statement& b) { return key(a) < key(b); });
    statements.erase(std::unique(statements.begin(), statements.end()), statements.end());
}

}  // namespace

Result<std::string> canonical_graph(std::vector<Statement> statements) {
    drop_doubles(statements);
    return Canonization(std::move(statements)).run();
}

}  // namespace lachan::certificate
