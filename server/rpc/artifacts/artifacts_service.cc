#include "server/rpc/artifacts/artifacts_service.h"

#include <functional>
#include <utility>

#include "server/door/calls/unary.h"
#include "server/door/field_rules.h"
#include "server/door/time_conversion.h"
#include "server/engine/errors.h"
#include "server/rpc/artifacts/artifact_read.h"
#include "server/rpc/artifacts/artifact_write.h"
#include "server/rpc/artifacts/readable_artifact.h"

namespace flowmesh::rpc {
namespace {

using WithRow = std::function<absl::Status(const door::Caller&, const store::ArtifactRow&)>;

// Answers with what `with_row` makes of the artifact.
template <typename Request>
grpc::ServerUnaryReactor* Answer(const ArtifactTools& tools, const char* method, grpc::CallbackServerContext* context,
                                 const Request& request, WithRow with_row) {
  door::UnaryCall* const call = door::UnaryCall::Begin(tools.observer, method, context);
  absl::StatusOr<door::Caller> caller = tools.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  if (absl::Status valid = door::ValidateRequest(request); !valid.ok()) return Finish(call, valid);
  const absl::StatusOr<base::Id> id = door::ReadId(request.id(), "id");
  if (!id.ok()) return Finish(call, id.status());
  const bool accepted = tools.files->Post(
      [store = &tools.engine->store(), caller = *std::move(caller), id = *id, with_row = std::move(with_row), call] {
        const absl::StatusOr<store::ArtifactRow> row = ReadReadableArtifact(*store, caller, id);
        call->End(row.ok() ? with_row(caller, *row) : row.status());
      });
  if (!accepted) call->End(engine::QueueFull());
  return call;
}

}  // namespace

ArtifactsService::ArtifactsService(const ArtifactTools& tools, const ArtifactLimits& limits)
    : tools_(tools),
      limits_(limits),
      writes_(std::make_shared<OpenCalls>("writes of artifacts", limits.max_writes)),
      reads_(std::make_shared<OpenCalls>("reads of artifacts", limits.max_reads)) {}

void ArtifactsService::Shutdown() {
  writes_->Close(engine::Stopping());
  reads_->Close(engine::Stopping());
}

grpc::ServerReadReactor<v1::WriteArtifactRequest>* ArtifactsService::Write(grpc::CallbackServerContext* context,
                                                                           v1::Artifact* response) {
  return ArtifactWrite::Start(context, tools_, limits_, writes_, response);
}

grpc::ServerWriteReactor<google::api::HttpBody>* ArtifactsService::Read(grpc::CallbackServerContext* context,
                                                                        const v1::ReadArtifactRequest* request) {
  return ArtifactRead::Start(context, tools_, limits_, reads_, *request);
}

grpc::ServerUnaryReactor* ArtifactsService::Sign(grpc::CallbackServerContext* context,
                                                 const v1::SignArtifactRequest* request, v1::SignedArtifact* response) {
  absl::StatusOr<absl::Duration> life = kSignedLife;
  if (request->has_ttl()) life = door::FromProtoWithin(request->ttl(), absl::Seconds(1), kMaxSignedLife, "ttl");
  return Answer(tools_, "Sign", context, *request,
                [tools = tools_, life, response](const door::Caller& caller, const store::ArtifactRow& row) {
                  if (!life.ok()) return life.status();
                  absl::StatusOr<v1::SignedArtifact> made = tools.signed_content->Sign(caller, row.id, *life);
                  if (!made.ok()) return made.status();
                  *response = *std::move(made);
                  return absl::OkStatus();
                });
}

grpc::ServerUnaryReactor* ArtifactsService::Get(grpc::CallbackServerContext* context,
                                                const v1::GetArtifactRequest* request, v1::Artifact* response) {
  return Answer(tools_, "Get", context, *request, [response](const door::Caller&, const store::ArtifactRow& row) {
    *response = ToProto(row);
    return absl::OkStatus();
  });
}

}  // namespace flowmesh::rpc
