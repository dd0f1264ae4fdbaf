# Run by lachan_embed_text.
cmake_minimum_required(VERSION 3.25)

set(rows "")
list(SORT FILES)
foreach(file IN LISTS FILES)
    file(READ "${file}" text)
    string(FIND "${text}" ")lachan_text\"" clash)
    if(NOT clash EQUAL -1)
        message(FATAL_ERROR "${file}: contains the delimiter of the generated literal")
    endif()
    file(RELATIVE_PATH path "${ROOT}" "${file}")
    string(APPEND rows "    {\"${path}\", R\"lachan_text(${text})lachan_text\"},\n")
endforeach()

set(table "")
set(body "    return {};\n")
if(FILES)
    set(table "namespace {\n\nconstexpr Embedded kFiles[] = {\n${rows}};\n\n}  // namespace\n\n")
    set(body "    return kFiles;\n")
endif()

file(WRITE "${HEADER}" "// Written by the build from shared/src/${SYSTEM}/embed.txt.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace lachan {

using Embedded = std::pair<std::string_view, std::string_view>;  // path, text

/// The files that ${SYSTEM} carries in the program.
std::span<const Embedded> embedded_in_${SYSTEM}();

}  // namespace lachan
")
file(WRITE "${SOURCE}" "// Written by the build from shared/src/${SYSTEM}/embed.txt.
#include \"${SYSTEM}/embedded.gen.h\"

namespace lachan {

${table}std::span<const Embedded> embedded_in_${SYSTEM}() {
${body}}

}  // namespace lachan
")
