#ifndef FLOWMESH_SERVER_APPS_BLUEPRINTS_BLUEPRINTS_SERVICE_H_
#define FLOWMESH_SERVER_APPS_BLUEPRINTS_BLUEPRINTS_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "absl/time/time.h"
#include "flowmesh/blueprint/v1/blueprints.grpc.pb.h"
#include "server/apps/app_call.h"
#include "server/door/poll_limiter.h"

namespace flowmesh::apps {

struct BlueprintLimits {
  absl::Duration deadline = absl::Minutes(10);  // from the beginning of a generation; then it has failed
};

// flowmesh.blueprint.v1.Blueprints. Thread-safe; nothing in it blocks.
class BlueprintsService : public blueprint::v1::Blueprints::CallbackService {
 public:
  BlueprintsService(const AppTools& tools, const BlueprintLimits& limits)
      : tools_(tools), limits_(limits), polls_(&tools.engine->clock()) {}

  // What it makes of payloads, for the engine.
  static void AddProjections(base::IdMaker* ids, engine::ProjectionBook* book);

  grpc::ServerUnaryReactor* GenerateBlueprint(grpc::CallbackServerContext* context,
                                              const blueprint::v1::GenerateBlueprintRequest* request,
                                              blueprint::v1::Blueprint* response) override;
  grpc::ServerUnaryReactor* GetBlueprintStatus(grpc::CallbackServerContext* context,
                                               const blueprint::v1::GetBlueprintRequest* request,
                                               blueprint::v1::BlueprintStatus* response) override;
  grpc::ServerUnaryReactor* GetBlueprint(grpc::CallbackServerContext* context,
                                         const blueprint::v1::GetBlueprintRequest* request,
                                         blueprint::v1::Blueprint* response) override;
  grpc::ServerUnaryReactor* ListBlueprints(grpc::CallbackServerContext* context,
                                           const blueprint::v1::ListBlueprintsRequest* request,
                                           blueprint::v1::ListBlueprintsResponse* response) override;
  grpc::ServerUnaryReactor* CancelBlueprint(grpc::CallbackServerContext* context,
                                            const blueprint::v1::CancelBlueprintRequest* request,
                                            blueprint::v1::Blueprint* response) override;

 private:
  const AppTools tools_;
  const BlueprintLimits limits_;
  door::PollLimiter polls_;
};

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_BLUEPRINTS_BLUEPRINTS_SERVICE_H_
