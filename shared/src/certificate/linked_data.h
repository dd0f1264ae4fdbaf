#pragma once

#include <string>
#include <vector>

#include "certificate/rdf_canon.h"
#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// A credential read as the graph that its issuer signed.
struct LinkedDocument {
    std::vector<Statement> statements;
    /// The document without whatever became no statement: all that a signature can speak for.
    Json covered;
    /// Where something fell away ("credentialSubject.dob"), the first of them; a name that is no plain word is "?".
    std::vector<std::string> uncovered;
};

/// Reads `document`, its proof taken out, as JSON-LD 1.1 (expansion, then RDF) with the contexts it names. Of the many
/// ways to write one graph only that is read which issuers use: plain names, each node described in one place. A
/// signature covers a graph, not a text, so that every other way would let a forger choose what stands where.
/// Errc::rejected with rule context-unknown, graph-unsupported or graph-limit.
Result<LinkedDocument> read_credential(const Json& document);

/// The options of `proof`, which are signed beside the document: all of it but the signature. Errors as above.
Result<std::vector<Statement>> read_proof_options(const Json& proof);

}  // namespace lachan::certificate
