# Language level, build type, compiler cache, linker and sanitizers. Warnings are set per target (flowmesh_target.cmake).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
# -g1 keeps line numbers for stack traces; full debug information triples link time and object size.
# NDEBUG matches how Debian builds Abseil, Protobuf and gRPC, whose headers look at it.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

find_program(FLOWMESH_CCACHE ccache)
if(FLOWMESH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for when precompiled headers are in use. Base directory "/" and no directory hash
  # let build trees in different places share their results.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1
    "${FLOWMESH_CCACHE}")
endif()

find_program(FLOWMESH_MOLD mold)
find_program(FLOWMESH_LLD ld.lld)
if(FLOWMESH_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(FLOWMESH_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(FLOWMESH_SANITIZE)
  # -O1 halves the compile time. Undefined behaviour ends the program as the other sanitizers' findings do.
  string(REPLACE "-O2" "-O1" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
  add_compile_options(-fsanitize=${FLOWMESH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FLOWMESH_SANITIZE})
endif()
