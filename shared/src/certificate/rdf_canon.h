#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace lachan::certificate {

/// One statement of an RDF graph, each part as N-Quads writes it: `<iri>`, `_:label`, or a literal in its marks.
struct Statement {
    std::string subject;
    std::string predicate;
    std::string object;

    bool operator==(const Statement&) const = default;
};

inline bool is_blank(std::string_view part) { return part.starts_with("_:"); }

/// The graph in the canonical form of URDNA2015 (RDF Dataset Canonicalization), as N-Quads: the same text for every
/// labelling of its blank nodes and every order of its statements. The work a hostile graph may cost is bounded:
/// Errc::rejected with rule graph-limit.
Result<std::string> canonical_graph(const std::vector<Statement>& statements);

}  // namespace lachan::certificate
