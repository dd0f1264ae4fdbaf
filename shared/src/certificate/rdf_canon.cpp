#include "certificate/rdf_canon.h"

#include <algorithm>
#include <optional>
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

constexpr int kNone = -1;

/// Gives blank nodes names in the order in which they are asked for (URDNA2015 4.3).
class Issuer {
public:
    Issuer(const char* prefix, std::size_t nodes) : prefix_(prefix), numbers_(nodes, kNone) {}

    bool knows(int node) const { return numbers_[static_cast<std::size_t>(node)] != kNone; }
    std::string name(int node) {
        int& number = numbers_[static_cast<std::size_t>(node)];
        if (number == kNone) {
            number = static_cast<int>(order_.size());
            order_.push_back(node);
        }
        return prefix_ + std::to_string(number);
    }
    const std::vector<int>& order() const { return order_; }

private:
    const char* prefix_;
    std::vector<int> numbers_;
    std::vector<int> order_;
};

/// A statement with the numbers of its blank nodes.
struct Edge {
    const Statement* statement;
    int subject;
    int object;
};

/// Nodes that have one hash; sorted by it.
using Groups = std::vector<std::pair<std::string, std::vector<int>>>;

Groups grouped(std::vector<std::pair<std::string, int>> hashes) {
    std::sort(hashes.begin(), hashes.end());
    Groups groups;
    for (auto& [hash, node] : hashes) {
        if (groups.empty() || groups.back().first != hash) groups.emplace_back(std::move(hash), std::vector<int>());
        groups.back().second.push_back(node);
    }
    return groups;
}

/// The state of URDNA2015 (4.4) over one graph. Steps carry the numbers of the specification.
class Canonization {
public:
    explicit Canonization(const std::vector<Statement>& statements) : edges_(list_blank_nodes(statements)), names_("_:c14n", nodes_.size()) {}

    Result<std::string> run() {
        name_by_own_hash();
        name_by_neighbours();
        if (work_ > kMostWork) return Error{Errc::rejected, "graph-limit", "too much work"};
        std::vector<std::string> lines;
        lines.reserve(edges_.size());
        for (const Edge& edge : edges_) {
            const auto final_name = [this](const std::string& part, int node) { return node == kNone ? part : names_.name(node); };
            const Statement& one = *edge.statement;
            lines.push_back(line_of(final_name(one.subject, edge.subject), one.predicate, final_name(one.object, edge.object)));
        }
        return sorted(std::move(lines));
    }

private:
    struct Node {
        std::vector<const Edge*> edges;
        std::string hash;
    };
    struct Path {
        std::string hash;
        Issuer issuer;
    };
    using Tried = std::optional<std::pair<std::string, Issuer>>;

    bool is_exhausted(std::size_t more) { return (work_ += more) > kMostWork; }
    Node& node_at(int node) { return nodes_[static_cast<std::size_t>(node)]; }

    /// Step 2.
    std::vector<Edge> list_blank_nodes(const std::vector<Statement>& statements) {
        std::vector<std::string_view> labels;
        for (const Statement& one : statements) {
            if (is_blank(one.subject)) labels.push_back(one.subject);
            if (is_blank(one.object)) labels.push_back(one.object);
        }
        std::sort(labels.begin(), labels.end());
        labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
        nodes_.resize(labels.size());
        const auto number_of = [&labels](std::string_view part) {
            return is_blank(part) ? static_cast<int>(std::lower_bound(labels.begin(), labels.end(), part) - labels.begin()) : kNone;
        };
        std::vector<Edge> edges;
        edges.reserve(statements.size());
        for (const Statement& one : statements) {
            const Edge& edge = edges.emplace_back(Edge{&one, number_of(one.subject), number_of(one.object)});
            if (edge.subject != kNone) node_at(edge.subject).edges.push_back(&edge);
            if (edge.object != kNone && edge.object != edge.subject) node_at(edge.object).edges.push_back(&edge);
        }
        return edges;
    }

    /// Steps 3 to 5: whoever has a hash of its own has a name.
    void name_by_own_hash() {
        std::vector<std::pair<std::string, int>> hashes;
        for (int node = 0; node < static_cast<int>(nodes_.size()); ++node) {
            if (is_exhausted(node_at(node).edges.size())) return;
            node_at(node).hash = own_hash(node);
            hashes.emplace_back(node_at(node).hash, node);
        }
        groups_ = grouped(std::move(hashes));
        for (const auto& [hash, nodes] : groups_) {
            if (nodes.size() == 1) names_.name(nodes[0]);
        }
    }

    /// Step 6: the others are told apart by what they hang together with.
    void name_by_neighbours() {
        for (const auto& [hash, nodes] : groups_) {
            if (nodes.size() == 1) continue;
            std::vector<Path> paths;
            std::vector<std::pair<std::string, int>> order;
            for (const int node : nodes) {
                if (names_.knows(node)) continue;
                Issuer issuer("_:b", nodes_.size());
                issuer.name(node);
                paths.push_back(neighbour_hash(node, std::move(issuer)));
                if (work_ > kMostWork) return;
                order.emplace_back(paths.back().hash, static_cast<int>(order.size()));
            }
            std::sort(order.begin(), order.end());
            for (const auto& [path_hash, at] : order) {
                for (const int node : paths[static_cast<std::size_t>(at)].issuer.order()) names_.name(node);
            }
        }
    }

    /// 4.6 Hash First Degree Quads.
    std::string own_hash(int node) {
        const auto masked = [node](const std::string& part, int other) -> std::string_view {
            if (other == kNone) return part;
            return other == node ? "_:a" : "_:z";
        };
        std::vector<std::string> lines;
        for (const Edge* edge : node_at(node).edges) {
            const Statement& one = *edge->statement;
            lines.push_back(line_of(masked(one.subject, edge->subject), one.predicate, masked(one.object, edge->object)));
        }
        return hash_of(sorted(std::move(lines)));
    }

    /// 4.7 Hash Related Blank Node.
    std::string related_hash(int related, const Edge& in, Issuer& issuer, char position) {
        std::string input(1, position);
        input += in.statement->predicate;
        if (names_.knows(related)) input += names_.name(related);
        else if (issuer.knows(related)) input += issuer.name(related);
        else input += node_at(related).hash;
        return hash_of(input);
    }

    /// 4.8 steps 1 to 3: the blank nodes beside `node`, by how they stand to it.
    Groups related_to(int node, Issuer& issuer) {
        std::vector<std::pair<std::string, int>> related;
        for (const Edge* edge : node_at(node).edges) {
            if (is_exhausted(1)) break;
            for (const auto& [other, position] : {std::pair{edge->subject, 's'}, std::pair{edge->object, 'o'}}) {
                if (other != kNone && other != node) related.emplace_back(related_hash(other, *edge, issuer, position), other);
            }
        }
        return grouped(std::move(related));
    }

    /// 4.8 Hash N-Degree Quads.
    Path neighbour_hash(int node, Issuer issuer) {
        std::string data;
        for (auto& [hash, list] : related_to(node, issuer)) {
            data += hash;
            Tried chosen;
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

    /// 4.8 step 5.4: the path along `list` in this order, or nothing where the least one so far is before it.
    Tried path_over(const std::vector<int>& list, Issuer issuer, const std::string* best) {
        if (is_exhausted(issuer.order().size() + nodes_.size() / 8)) return std::nullopt;
        std::string path;
        const auto is_worse = [&path, best] {
            return best != nullptr && path.size() >= best->size() && path > *best;
        };
        std::vector<int> open;
        for (const int related : list) {
            if (is_exhausted(1)) return std::nullopt;
            if (names_.knows(related)) {
                path += names_.name(related);
            } else {
                if (!issuer.knows(related)) open.push_back(related);
                path += issuer.name(related);
            }
            if (is_worse()) return std::nullopt;
        }
        for (const int related : open) {
            Path deeper = neighbour_hash(related, issuer);
            if (is_exhausted(issuer.order().size())) return std::nullopt;
            path += issuer.name(related) + "<" + deeper.hash + ">";
            issuer = std::move(deeper.issuer);
            if (is_worse()) return std::nullopt;
        }
        if (best != nullptr && path >= *best) return std::nullopt;
        return std::pair{std::move(path), std::move(issuer)};
    }

    std::vector<Node> nodes_;
    const std::vector<Edge> edges_;
    Groups groups_;
    Issuer names_;
    std::size_t work_ = 0;
};

/// A graph is a set: what is said twice is in it once.
std::vector<Statement> without_doubles(const std::vector<Statement>& statements) {
    std::vector<std::pair<std::string, int>> lines;
    for (const Statement& one : statements) {
        lines.emplace_back(line_of(one.subject, one.predicate, one.object), static_cast<int>(lines.size()));
    }
    std::vector<Statement> once;
    for (const auto& [line, places] : grouped(std::move(lines))) once.push_back(statements[static_cast<std::size_t>(places[0])]);
    return once;
}

}  // namespace

Result<std::string> canonical_graph(const std::vector<Statement>& statements) {
    const auto once = without_doubles(statements);
    return Canonization(once).run();
}

}  // namespace lachan::certificate
