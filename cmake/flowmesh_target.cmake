# The four ways to declare something that is built here. Sources are listed one by one, never globbed.
#
#   flowmesh_folders(<folder>...)                                      adds those that have a CMakeLists.txt
#   flowmesh_library(<name> [HEADER_ONLY] SRCS ... DEPS ... [PCH p])   target flowmesh_<name>, alias flowmesh::<name>
#   flowmesh_binary(<name> SRCS ... DEPS ... [PCH p])                  ${build}/bin/<name>
#   flowmesh_test(<name> SRCS ... DEPS ... [LABELS ...] [TIMEOUT s] [PCH p])   one ctest entry, gtest and gmock linked
#
# Tests with the label `core` run under the sanitizers too (tests/sanitizers); the target core_tests builds them. A folder whose
# tests all have it says so with set(FLOWMESH_TEST_LABELS core).
# DEPS are public. PCH names a set of precompiled headers, shared by all targets that ask for it:
# base (the default), grpc (gRPC and Protobuf), cli (those and CLI11), beast (Asio and Beast), test (gtest and gmock; the default of
# tests), grpc_test; NONE switches it off.

set(FLOWMESH_PCH_base <algorithm> <cstdint> <functional> <map> <memory> <optional> <string> <string_view> <utility> <vector>
  <absl/container/flat_hash_map.h> <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/time/time.h>)
set(FLOWMESH_PCH_grpc ${FLOWMESH_PCH_base} <grpcpp/grpcpp.h> <google/protobuf/message.h> <google/protobuf/any.pb.h>
  <google/protobuf/descriptor.h>)
set(FLOWMESH_PCH_grpc_DEPS gRPC::grpc++ protobuf::libprotobuf)
set(FLOWMESH_PCH_cli ${FLOWMESH_PCH_grpc} <CLI/CLI.hpp>)
set(FLOWMESH_PCH_cli_DEPS ${FLOWMESH_PCH_grpc_DEPS})
set(FLOWMESH_PCH_beast ${FLOWMESH_PCH_base} <boost/asio.hpp> <boost/beast/core.hpp> <boost/beast/http.hpp>
  <boost/beast/websocket.hpp>)
set(FLOWMESH_PCH_beast_DEPS OpenSSL::SSL)
set(FLOWMESH_PCH_test ${FLOWMESH_PCH_base} <gmock/gmock.h> <gtest/gtest.h>)
set(FLOWMESH_PCH_test_DEPS GTest::gmock GTest::gtest)
set(FLOWMESH_PCH_grpc_test ${FLOWMESH_PCH_grpc} <gmock/gmock.h> <gtest/gtest.h>)
set(FLOWMESH_PCH_grpc_test_DEPS ${FLOWMESH_PCH_grpc_DEPS} ${FLOWMESH_PCH_test_DEPS})

function(flowmesh_folders)
  foreach(folder IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

function(flowmesh_precompile target pch)
  if(NOT pch)
    set(pch base)
  endif()
  if(pch STREQUAL "NONE" OR NOT FLOWMESH_PCH)
    return()
  endif()
  if(NOT DEFINED FLOWMESH_PCH_${pch})
    message(FATAL_ERROR "${target}: unknown PCH '${pch}'")
  endif()
  set(owner flowmesh_pch_${pch})
  if(NOT TARGET ${owner})
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/pch/${pch}.cc" CONTENT "// The object that owns the precompiled headers.\n")
    add_library(${owner} OBJECT EXCLUDE_FROM_ALL "${CMAKE_BINARY_DIR}/pch/${pch}.cc")
    target_link_libraries(${owner} PRIVATE absl::flat_hash_map absl::statusor absl::strings absl::time ${FLOWMESH_PCH_${pch}_DEPS})
    target_precompile_headers(${owner} PRIVATE ${FLOWMESH_PCH_${pch}})
    flowmesh_pch_options(${owner})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
  flowmesh_pch_options(${target})
endfunction()

# Owner and users of precompiled headers must agree on every predefined macro that a header looks at. That is why -pthread is here
# (some dependencies bring it, some do not), and why -Wpedantic and -Wvla are no warnings of ours (with them GCC drops a macro).
function(flowmesh_pch_options target)
  target_compile_options(${target} PRIVATE -pthread)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # ccache needs it to see the precompiled header
  else()
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

function(flowmesh_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports these in its own std::string and std::optional at -O2.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
  else()
    target_compile_options(${target} PRIVATE -Wthread-safety)
  endif()
  if(FLOWMESH_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

function(flowmesh_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HEADER_ONLY" "PCH" "SRCS;DEPS")
  set(target flowmesh_${name})
  if(arg_HEADER_ONLY)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target} INTERFACE ${arg_DEPS})
  else()
    add_library(${target} STATIC ${arg_SRCS})
    target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target} PUBLIC ${arg_DEPS})
    flowmesh_warnings(${target})
    flowmesh_precompile(${target} "${arg_PCH}")
  endif()
  add_library(flowmesh::${name} ALIAS ${target})
endfunction()

function(flowmesh_binary name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PCH" "SRCS;DEPS")
  add_executable(${name} ${arg_SRCS})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
  flowmesh_warnings(${name})
  flowmesh_precompile(${name} "${arg_PCH}")
endfunction()

function(flowmesh_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PCH;TIMEOUT" "SRCS;DEPS;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(NOT arg_PCH)
    set(arg_PCH test)
  endif()
  flowmesh_binary(${name} SRCS ${arg_SRCS} DEPS ${arg_DEPS} GTest::gmock_main PCH ${arg_PCH})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin/tests")
  add_test(NAME ${name} COMMAND ${name})
  list(APPEND arg_LABELS ${FLOWMESH_TEST_LABELS})
  if(FLOWMESH_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 10")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  if("core" IN_LIST arg_LABELS)
    add_dependencies(core_tests ${name})
  endif()
endfunction()
