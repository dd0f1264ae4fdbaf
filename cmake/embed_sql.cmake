# lachan_embed_sql(<target> <system> [<folder>]): turns shared/src/<system>/sql/NNNN_name.sql (or <folder>/*.sql) into C++ that
# <target> compiles:
#     #include "<system>/migrations.gen.h"
#     std::span<const lachan::Migration> lachan::migrations_of_<system>();      in the order of their numbers

set(LACHAN_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)

function(lachan_embed_sql target system)
    set(folder ${PROJECT_SOURCE_DIR}/shared/src/${system}/sql)
    if(ARGC GREATER 2)
        set(folder ${ARGV2})
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
    set(header ${LACHAN_GENERATED_DIR}/${system}/migrations.gen.h)
    set(source ${LACHAN_GENERATED_DIR}/${system}/migrations.gen.cpp)
    set(script ${PROJECT_SOURCE_DIR}/cmake/embed_sql_script.cmake)
    add_custom_command(OUTPUT ${header} ${source}
        COMMAND ${CMAKE_COMMAND} -DSYSTEM=${system} "-DFILES=${files}" -DHEADER=${header} -DSOURCE=${source} -P ${script}
        DEPENDS ${files} ${script}
        COMMENT "Embedding the migrations of ${system}"
        VERBATIM)
    target_sources(${target} PRIVATE ${header} ${source})
endfunction()
