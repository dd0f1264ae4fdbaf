# Flags travel with targets: link lachan_flags (all our code) or lachan_shared_flags (what runs in the browser too).

add_library(lachan_flags INTERFACE)
target_compile_options(lachan_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow>)
# What the optimiser believes to see (-Wmaybe-uninitialized and its like) differs from level to level and compiler to compiler: a false
# alarm in the release would keep people from starting the program, who can mend nothing. All else is built as strictly as it is tested.
if(EMSCRIPTEN OR NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(lachan_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(LACHAN_SANITIZE)
    target_compile_options(lachan_flags INTERFACE
        -fsanitize=${LACHAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
        -fno-sanitize=vptr  # it reads the types of objects, and what runs in the browser too has none (below)
        -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizers.txt)
    target_link_options(lachan_flags INTERFACE -fsanitize=${LACHAN_SANITIZE})
endif()
if(LACHAN_FUZZ)
    target_compile_options(lachan_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# No exception crosses a header of shared/: built without them, this is a fact and not a promise.
add_library(lachan_shared_flags INTERFACE)
target_link_libraries(lachan_shared_flags INTERFACE lachan_flags)
target_compile_options(lachan_shared_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
