#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// What is printed: a sheet of A4 for a certificate, with the fields of its kind in the order in which they are published. For Viet Nam's
/// certificate of vaccination these are the eleven of Decision 5772/QĐ-BYT. Names of fields are texts of the page, `paper.<field>`.
namespace lachan::trust {

struct PaperLine {
    std::string_view field;
    std::string value;
    /// Not in the code: printed beside it, so a reader of codes cannot confirm it.
    bool is_beside = false;
};

struct Paper {
    /// Key of a text.
    std::string_view title;
    std::string issuer;
    std::vector<PaperLine> lines;
    /// So many of them are the fields of its kind, and numbered; the others follow.
    std::size_t published = 0;
    std::string code;
    Instant issued_at;
    std::optional<Instant> expires_at;
};

/// The sheet for a row that became `code`; the row has its identifier. Columns are those of the row's kind (certificate/strict.h), or the
/// names of a verdict for our own codes (kind card, release or test). `unit_name` stands for the row's unit, "" where it is not known.
Paper paper_of(const Json& row, std::string code, Instant issued_at, std::optional<Instant> expires_at, std::string_view unit_name = "");

/// One page of HTML by itself: no script, nothing that is fetched, every text escaped, the code as a drawing of 66 mm. Errc::rejected with
/// rule issue.picture when no symbol holds the code.
Result<std::string> to_html(const Paper& paper);

/// A place as its poster says it.
struct Poster {
    /// venue, checkpoint, ...
    std::string site;
    std::string unit_name;
    std::string host;
    std::string identifier;
    std::string code;
};

/// The same with the code at 175 mm, 150 without its quiet zone, to be hung up.
Result<std::string> to_html(const Poster& poster);

}  // namespace lachan::trust
