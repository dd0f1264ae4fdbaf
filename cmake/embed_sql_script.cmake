# Run by lachan_embed_sql. A migration's number and name come from its file name: 0001_create.sql.
cmake_minimum_required(VERSION 3.25)

set(rows "")
set(seen "")
list(SORT FILES)
foreach(file IN LISTS FILES)
    get_filename_component(stem "${file}" NAME_WE)
    if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
        message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
    endif()
    set(digits ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    string(REGEX REPLACE "^0+" "" number "${digits}")
    if(number IN_LIST seen OR number STREQUAL "")
        message(FATAL_ERROR "${file}: numbers start at 0001 and are used once")
    endif()
    list(APPEND seen ${number})
    file(READ "${file}" text)
    string(FIND "${text}" ")lachan_sql\"" clash)
    if(NOT clash EQUAL -1)
        message(FATAL_ERROR "${file}: contains the delimiter of the generated literal")
    endif()
    string(APPEND rows "    {\"${SYSTEM}\", ${number}, \"${name}\", R\"lachan_sql(${text})lachan_sql\"},\n")
endforeach()

set(count 0)
list(LENGTH FILES count)
if(count EQUAL 0)
    set(body "    return {};\n")
    set(table "")
else()
    set(body "    return kMigrations;\n")
    set(table "constexpr Migration kMigrations[] = {\n${rows}};\n\n")
    set(table "namespace {\n\n${table}}  // namespace\n\n")
endif()

file(WRITE "${HEADER}" "// Written by the build from shared/src/${SYSTEM}/sql.
#pragma once

#include <span>

#include \"kernel/sql.h\"

namespace lachan {

/// The migrations of ${SYSTEM}, in the order of their numbers.
std::span<const Migration> migrations_of_${SYSTEM}();

}  // namespace lachan
")
file(WRITE "${SOURCE}" "// Written by the build from shared/src/${SYSTEM}/sql.
#include \"${SYSTEM}/migrations.gen.h\"

namespace lachan {

${table}std::span<const Migration> migrations_of_${SYSTEM}() {
${body}}

}  // namespace lachan
")
