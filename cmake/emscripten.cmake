# Finds the Emscripten that is on PATH (a distribution's package or an emsdk) and hands over to its own toolchain file.

find_program(LACHAN_EMCC emcc)
if(NOT LACHAN_EMCC)
    message(FATAL_ERROR "emcc is not on PATH: run tools/setup.sh, or source emsdk_env.sh")
endif()
file(REAL_PATH "${LACHAN_EMCC}" emcc_file)
get_filename_component(emscripten_root "${emcc_file}" DIRECTORY)
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
