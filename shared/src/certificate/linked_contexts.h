#pragma once

#include <span>
#include <string_view>

/// What the JSON-LD contexts of health credentials say, as tables of our own: a name in a document, the IRI it stands
/// for, and how its value is meant. Nothing is ever fetched. Sources: docs/adr/0079.
namespace lachan::certificate {

struct Context;

/// How the value of a term is to be read.
enum class Meaning {
    /// As it stands: text, number or truth value.
    literal,
    /// Text is an IRI (coercion to @id).
    reference,
    /// Text is an xsd:dateTime.
    instant,
    /// Text is a term of the same context (coercion to @vocab).
    word,
    /// The term stands for @id.
    identifier,
    /// The term stands for @type.
    type,
    /// The term is a prefix for other terms. No credential uses one by itself.
    prefix,
    /// A term we know of and do not read: a document with it cannot be checked.
    closed
};

/// The part of an IRI that many terms share.
enum class Space { none, schema, credentials, security, dublin_core };

struct Term {
    std::string_view name;
    Meaning meaning = Meaning::literal;
    Space space = Space::none;
    std::string_view rest = {};
    /// The context that holds within a value of this term, or within a node of this type.
    const Context* scope = nullptr;
};

struct Context {
    std::span<const Term> terms;
    /// A context whose terms are these too.
    const Context* more = nullptr;

    const Term* find(std::string_view name) const;
};

std::string_view text_of(Space space);

/// The context published at `url`, or nullptr when it is none of ours.
const Context* context_at(std::string_view url);

/// What a proof is read with: https://w3id.org/security/v2, those terms that proofs of credentials have.
const Context& proof_context();

}  // namespace lachan::certificate
