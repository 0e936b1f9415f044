#ifndef FLOWMESH_SERVER_RPC_REFLECTION_ANSWERS_H_
#define FLOWMESH_SERVER_RPC_REFLECTION_ANSWERS_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "grpc/reflection/v1/reflection.pb.h"

namespace flowmesh::rpc {

// Answers questions of the reflection protocol from a descriptor pool. Immutable; thread-safe; does not block.
// https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
class ReflectionAnswers {
 public:
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;

  // Files that were sent on a stream.
  using Sent = absl::flat_hash_set<const google::protobuf::FileDescriptor*>;

  // `services` are full names; `pool` must outlive the object.
  ReflectionAnswers(std::vector<std::string> services, const google::protobuf::DescriptorPool* pool);

  // An answer with an error_response (NOT_FOUND, INVALID_ARGUMENT) where there is no other. A file comes with its
  // imports, which are left out when they are in `sent`; what is sent is added to it.
  Response Answer(const Request& request, Sent& sent) const;

 private:
  std::vector<std::string> services_;  // sorted
  const google::protobuf::DescriptorPool* const pool_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_REFLECTION_ANSWERS_H_
