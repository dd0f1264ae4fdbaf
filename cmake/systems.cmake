# lachan_write_registry(<file> <system>...): the generated C++ that knows every system by name, so that no other file has to.
# Each system offers `const lachan::System& lachan::<system>::system();`.
# lachan_write_computations(<file> <system>...): the same for `std::span<const Computation> lachan::<system>::computations();`.

function(lachan_write_computations file)
    set(declarations "")
    set(entries "")
    foreach(system IN LISTS ARGN)
        string(APPEND declarations "namespace lachan::${system} {\nstd::span<const Computation> computations();\n}\n")
        string(APPEND entries "        const auto of_${system} = ${system}::computations();\n        list.insert(list.end(), of_${system}.begin(), of_${system}.end());\n")
    endforeach()
    set(text "// Written by the build from the systems that have a workshop.cpp.
#include \"systems.h\"

#include <vector>

${declarations}
namespace lachan {

/// Declared in systems.h.
std::span<const Computation> computations() {
    static const std::vector<Computation> all = [] {
        std::vector<Computation> list;
${entries}        return list;
    }();
    return all;
}

}  // namespace lachan
")
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
endfunction()

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
