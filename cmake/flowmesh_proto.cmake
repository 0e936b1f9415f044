# flowmesh_proto_library(<name> ROOT <dir> MESSAGES <proto>... SERVICES <proto>...)
#
# Generates C++ for the listed files (paths relative to ROOT) into the build tree and makes one static library of them:
# target flowmesh_<name>, alias flowmesh::<name>. SERVICES also get gRPC stubs. The headers are SYSTEM includes, so that none of
# our warnings look at generated code. The descriptors of all files, with comments, become ${build}/<name>.binpb.

function(flowmesh_proto_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ROOT" "MESSAGES;SERVICES")
  set(out "${CMAKE_BINARY_DIR}/generated")
  file(MAKE_DIRECTORY "${out}")
  set(includes "-I${arg_ROOT}" "-I${Protobuf_INCLUDE_DIR}")
  list(TRANSFORM arg_MESSAGES PREPEND "${arg_ROOT}/" OUTPUT_VARIABLE messages)
  list(TRANSFORM arg_SERVICES PREPEND "${arg_ROOT}/" OUTPUT_VARIABLE services)

  set(generated)
  foreach(proto IN LISTS arg_MESSAGES arg_SERVICES)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    set(outputs "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h")
    set(plugin)
    if(proto IN_LIST arg_SERVICES)
      list(APPEND outputs "${out}/${stem}.grpc.pb.cc" "${out}/${stem}.grpc.pb.h")
      set(plugin "--grpc_out=${out}" "--plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>")
    endif()
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND protobuf::protoc ${includes} "--cpp_out=${out}" ${plugin} "${arg_ROOT}/${proto}"
      DEPENDS ${messages} ${services}
      COMMENT "protoc ${proto}"
      VERBATIM)
    list(APPEND generated ${outputs})
  endforeach()

  set(target flowmesh_${name})
  add_custom_target(${target}_generated DEPENDS ${generated})
  add_library(${target} STATIC ${generated})
  target_include_directories(${target} SYSTEM PUBLIC "${out}")
  target_link_libraries(${target} PUBLIC gRPC::grpc++ protobuf::libprotobuf)
  target_compile_options(${target} PRIVATE -w)
  flowmesh_precompile(${target} grpc)
  add_dependencies(${target} ${target}_generated)
  add_library(flowmesh::${name} ALIAS ${target})

  set(descriptors "${CMAKE_BINARY_DIR}/${name}.binpb")
  add_custom_command(
    OUTPUT "${descriptors}"
    COMMAND protobuf::protoc ${includes} --include_imports --include_source_info "--descriptor_set_out=${descriptors}"
      ${messages} ${services}
    DEPENDS ${messages} ${services}
    COMMENT "protoc ${name}.binpb"
    VERBATIM)
  add_custom_target(${target}_descriptors ALL DEPENDS "${descriptors}")
endfunction()
