# lachan_write_registry(<file> <system>...): the generated C++ that knows every system by name, so that no other file has to.
# Each system offers `const lachan::System& lachan::<system>::system();`.

function(lachan_write_registry file)
    set(body "    return {};\n")
    set(declarations "")
    set(entries "")
    foreach(system IN LISTS ARGN)
        string(APPEND declarations "namespace lachan::${system} {\nconst System& system();\n}\n")
        string(APPEND entries "        &${system}::system(),\n")
    endforeach()
    if(entries)
        set(body "    static const auto all = std::to_array<const System*>({\n${entries}    });\n    return all;\n")
    endif()
    set(text "// Written by the build from SYSTEMS in shared/CMakeLists.txt.
#include \"systems.h\"

#include <array>

${declarations}
namespace lachan {

/// Every system of this build, in the order of SYSTEMS. Declared in systems.h.
std::span<const System* const> systems() {
${body}}

}  // namespace lachan
")
    # Written only when it differs, so that configuring again rebuilds nothing.
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
endfunction()
