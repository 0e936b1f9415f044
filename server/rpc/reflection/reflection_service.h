#ifndef FLOWMESH_SERVER_RPC_REFLECTION_REFLECTION_SERVICE_H_
#define FLOWMESH_SERVER_RPC_REFLECTION_REFLECTION_SERVICE_H_

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <vector>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "server/rpc/reflection/answers.h"

namespace flowmesh::rpc {

// Lets grpcurl, `buf curl` and the like find out what a server serves, over gRPC server reflection v1 and v1alpha. Both
// have the same messages, so one implementation answers both (gRPC's own plugin has v1alpha alone, and brings threads
// for its synchronous API). Thread-safe; must outlive the server.
class ReflectionService final : public grpc::reflection::v1::ServerReflection::CallbackService {
 public:
  // `services` are the full names of what the server serves; v1 reflection is added. Descriptors are those compiled in.
  explicit ReflectionService(std::vector<std::string> services);
  ~ReflectionService() override;

  // Registers both versions.
  void AddTo(grpc::ServerBuilder& builder);

  grpc::ServerBidiReactor<ReflectionAnswers::Request, ReflectionAnswers::Response>* ServerReflectionInfo(
      grpc::CallbackServerContext* context) override;

 private:
  class Alpha;

  const ReflectionAnswers answers_;
  std::unique_ptr<Alpha> alpha_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_REFLECTION_REFLECTION_SERVICE_H_
