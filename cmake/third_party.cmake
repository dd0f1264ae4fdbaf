# What we did not write, under one name for both builds: third_party::{json,sha256,utf8proc,qrcodegen,zlib}, and natively more.
# Natively they come from the system's packages. For wasm their sources are compiled from folders that tools/setup.sh has
# filled; -D<NAME>_SOURCE_DIR points at another copy.

add_library(third_party_json INTERFACE)
add_library(third_party::json ALIAS third_party_json)
# The same answers of the header in every translation unit of both builds: no exceptions, no streams, no C++20 extras.
target_compile_definitions(third_party_json INTERFACE
    JSON_NOEXCEPTION JSON_NO_IO JSON_HAS_RANGES=0 JSON_HAS_THREE_WAY_COMPARISON=0)

if(NOT EMSCRIPTEN)
    find_package(nlohmann_json 3.11 REQUIRED)
    find_path(RAPIDJSON_INCLUDE_DIR rapidjson/reader.h REQUIRED)
    find_package(PkgConfig REQUIRED)
    find_package(Threads REQUIRED)
    find_package(OpenSSL 3 REQUIRED)
    find_package(ZLIB REQUIRED)
    target_link_libraries(third_party_json INTERFACE nlohmann_json::nlohmann_json)

    pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
    pkg_check_modules(qrcodegen REQUIRED IMPORTED_TARGET qrcodegen)
    pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
    pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
    pkg_check_modules(libsodium REQUIRED IMPORTED_TARGET libsodium)
    add_library(third_party::utf8proc ALIAS PkgConfig::utf8proc)
    add_library(third_party::qrcodegen ALIAS PkgConfig::qrcodegen)
    add_library(third_party::sqlite ALIAS PkgConfig::sqlite3)
    add_library(third_party::postgres ALIAS PkgConfig::libpq)
    add_library(third_party::sodium ALIAS PkgConfig::libsodium)
    add_library(third_party::zlib ALIAS ZLIB::ZLIB)
    add_library(third_party::sha256 ALIAS OpenSSL::Crypto)
    return()
endif()

if(DEFINED ENV{LACHAN_CACHE})
    set(LACHAN_SOURCES "$ENV{LACHAN_CACHE}/sources")
else()
    set(LACHAN_SOURCES "$ENV{HOME}/.cache/lachan/sources")
endif()

# Sets <NAME>_SOURCE_DIR, where -D did not, to its place in the cache folder that tools/setup.sh filled; stops when `probe` is not in it.
function(lachan_source_dir name folder probe)
    if(NOT ${name}_SOURCE_DIR)
        set(${name}_SOURCE_DIR "${LACHAN_SOURCES}/${folder}")
    endif()
    if(NOT EXISTS "${${name}_SOURCE_DIR}/${probe}")
        message(FATAL_ERROR "${${name}_SOURCE_DIR} has no ${probe}: run tools/setup.sh, or give -D${name}_SOURCE_DIR=...")
    endif()
    set(${name}_SOURCE_DIR "${${name}_SOURCE_DIR}" PARENT_SCOPE)
endfunction()

# A static library of third-party sources: its headers are system headers and its warnings are not ours to mend.
function(lachan_third_party name include_dir)
    add_library(third_party_${name} STATIC ${ARGN})
    add_library(third_party::${name} ALIAS third_party_${name})
    target_include_directories(third_party_${name} SYSTEM PUBLIC ${include_dir})
    target_compile_options(third_party_${name} PRIVATE -w)
endfunction()

lachan_source_dir(NLOHMANN_JSON nlohmann-json nlohmann/json.hpp)
lachan_source_dir(RAPIDJSON rapidjson rapidjson/reader.h)
target_include_directories(third_party_json SYSTEM INTERFACE ${NLOHMANN_JSON_SOURCE_DIR} ${RAPIDJSON_SOURCE_DIR})

lachan_source_dir(UTF8PROC utf8proc-2.8.0 utf8proc.c)
lachan_third_party(utf8proc ${UTF8PROC_SOURCE_DIR} ${UTF8PROC_SOURCE_DIR}/utf8proc.c)
target_compile_definitions(third_party_utf8proc PUBLIC UTF8PROC_STATIC)

lachan_source_dir(QRCODEGEN qr-code-generator-1.8.0 c/qrcodegen.c)
# In C: the C++ one draws SVG with streams, and a constructor of theirs keeps locales in the core, 60 KB of it.
# Debian installs the header under qrcodegen/, so a copy of that shape serves both builds with one #include.
configure_file(${QRCODEGEN_SOURCE_DIR}/c/qrcodegen.h ${CMAKE_BINARY_DIR}/include/qrcodegen/qrcodegen.h COPYONLY)
lachan_third_party(qrcodegen ${CMAKE_BINARY_DIR}/include ${QRCODEGEN_SOURCE_DIR}/c/qrcodegen.c)
target_include_directories(third_party_qrcodegen SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/include/qrcodegen)

lachan_source_dir(ZLIB zlib-1.2.13 inflate.c)
# Inflating only: a certificate is read here, never made.
lachan_third_party(zlib ${ZLIB_SOURCE_DIR}
    ${ZLIB_SOURCE_DIR}/adler32.c ${ZLIB_SOURCE_DIR}/crc32.c ${ZLIB_SOURCE_DIR}/inffast.c
    ${ZLIB_SOURCE_DIR}/inflate.c ${ZLIB_SOURCE_DIR}/inftrees.c ${ZLIB_SOURCE_DIR}/zutil.c)

lachan_source_dir(MBEDTLS mbedtls-2.28.3 library/sha256.c)
lachan_third_party(sha256 ${MBEDTLS_SOURCE_DIR}/include
    ${MBEDTLS_SOURCE_DIR}/library/sha256.c ${MBEDTLS_SOURCE_DIR}/library/platform_util.c)
target_compile_definitions(third_party_sha256 PUBLIC MBEDTLS_CONFIG_FILE="mbedtls_config.h")
target_include_directories(third_party_sha256 SYSTEM PUBLIC ${CMAKE_CURRENT_LIST_DIR})

# Dear ImGui for the console of the map: its four sources, the renderer for WebGL2, and nothing else (no demo, no platform layer: the page is that).
lachan_source_dir(IMGUI imgui-1.86 backends/imgui_impl_opengl3.cpp)
lachan_third_party(imgui ${IMGUI_SOURCE_DIR}
    ${IMGUI_SOURCE_DIR}/imgui.cpp ${IMGUI_SOURCE_DIR}/imgui_draw.cpp ${IMGUI_SOURCE_DIR}/imgui_tables.cpp ${IMGUI_SOURCE_DIR}/imgui_widgets.cpp
    ${IMGUI_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp)
target_compile_definitions(third_party_imgui PUBLIC IMGUI_USER_CONFIG="imgui_config.h" PRIVATE IMGUI_IMPL_OPENGL_ES3)
target_include_directories(third_party_imgui SYSTEM PUBLIC ${CMAKE_CURRENT_LIST_DIR})
