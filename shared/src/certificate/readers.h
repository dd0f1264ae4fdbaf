#pragma once

#include <string_view>

#include "certificate/inspection.h"

/// One reader a family, for `inspect` alone. Each takes the body that `detect` found and an inspection that names the
/// family already, and is total: whatever the body, it gives an inspection.
namespace lachan::certificate {

/// CERTIFICATES section 2 and the WHO's claims of section 6.
Inspection inspect_hcert(std::string_view body, const Knowledge& known, Inspection inspection);

/// Section 3: one text or all parts of a set, white space between them.
Inspection inspect_health_card(std::string_view text, const Knowledge& known, Inspection inspection);

/// Section 4: `document` is the JSON of the code.
Inspection inspect_vds(const Json& document, const Knowledge& known, Inspection inspection);

/// Section 5: the ZIP archive of the code, or the credential in it as it stands.
Inspection inspect_divoc_archive(std::string_view archive, const Knowledge& known, Inspection inspection);
Inspection inspect_divoc(const Json& document, const Knowledge& known, Inspection inspection);

/// Our own: what stands behind LC1:, or the whole address of a place (docs/CERTIFICATES-OWN.md).
Inspection inspect_own(std::string_view body, const Knowledge& known, Inspection inspection);

}  // namespace lachan::certificate
