# lachan_embed_text(<target> <system>): turns the files that shared/src/<system>/embed.txt names (one path or pattern a line, from
# the root of the tree) into C++ that <target> compiles, so that data lives in one file and reaches every build:
#     #include "<system>/embedded.gen.h"
#     lachan::embedded_in_<system>()      pairs of path and text, in byte order of path
# A system without embed.txt has none.

function(lachan_embed_text target system)
    set(list ${PROJECT_SOURCE_DIR}/shared/src/${system}/embed.txt)
    if(NOT EXISTS ${list})
        return()
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
    file(STRINGS ${list} patterns)
    list(TRANSFORM patterns PREPEND ${PROJECT_SOURCE_DIR}/)
    file(GLOB files CONFIGURE_DEPENDS ${patterns})
    set(header ${LACHAN_GENERATED_DIR}/${system}/embedded.gen.h)
    set(source ${LACHAN_GENERATED_DIR}/${system}/embedded.gen.cpp)
    set(script ${PROJECT_SOURCE_DIR}/cmake/embed_text_script.cmake)
    add_custom_command(OUTPUT ${header} ${source}
        COMMAND ${CMAKE_COMMAND} -DSYSTEM=${system} -DROOT=${PROJECT_SOURCE_DIR} "-DFILES=${files}"
                -DHEADER=${header} -DSOURCE=${source} -P ${script}
        DEPENDS ${files} ${list} ${script}
        COMMENT "Embedding the data of ${system}"
        VERBATIM)
    target_sources(${target} PRIVATE ${header} ${source})
endfunction()
