// flowmesh.v1.Artifacts.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACTS_SERVICE_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACTS_SERVICE_H_

#include <memory>

#include "flowmesh/v1/artifact.grpc.pb.h"
#include "server/rpc/artifacts/artifact_tools.h"
#include "server/rpc/artifacts/open_calls.h"

namespace flowmesh::rpc {

// Read alone takes signed URLs' tokens. Thread-safe.
class ArtifactsService : public v1::Artifacts::CallbackService {
 public:
  // All tools must outlive the service. The gRPC server must have ended before the service goes.
  ArtifactsService(const ArtifactTools& tools, const ArtifactLimits& limits);

  // Ends writes and reads with UNAVAILABLE and lets no new ones in; a write that is being committed is still answered.
  // Does not wait for them: shutting the gRPC server down does. May be called again.
  void Shutdown();

  grpc::ServerReadReactor<v1::WriteArtifactRequest>* Write(grpc::CallbackServerContext* context,
                                                           v1::Artifact* response) override;
  grpc::ServerWriteReactor<google::api::HttpBody>* Read(grpc::CallbackServerContext* context,
                                                        const v1::ReadArtifactRequest* request) override;
  grpc::ServerUnaryReactor* Sign(grpc::CallbackServerContext* context, const v1::SignArtifactRequest* request,
                                 v1::SignedArtifact* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::GetArtifactRequest* request,
                                v1::Artifact* response) override;

 private:
  const ArtifactTools tools_;
  const ArtifactLimits limits_;
  const std::shared_ptr<OpenCalls> writes_;
  const std::shared_ptr<OpenCalls> reads_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACTS_SERVICE_H_
