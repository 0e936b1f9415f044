// One call of Artifacts.Read.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_READ_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_READ_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "flowmesh/v1/artifact.pb.h"
#include "google/api/httpbody.pb.h"
#include "server/artifacts/object_store.h"
#include "server/base/mutex.h"
#include "server/door/caller.h"
#include "server/rpc/artifacts/artifact_tools.h"
#include "server/rpc/artifacts/open_calls.h"

namespace flowmesh::rpc {

// Reads a chunk, writes it, and reads the next one once that is taken: holds one chunk whatever the reader's pace.
// Thread-safe; owns itself from Start until the call is done.
class ArtifactRead : public grpc::ServerWriteReactor<google::api::HttpBody>,
                     public OpenCall,
                     public std::enable_shared_from_this<ArtifactRead> {
 public:
  static ArtifactRead* Start(grpc::CallbackServerContext* context, const ArtifactTools& tools,
                             const ArtifactLimits& limits, std::shared_ptr<OpenCalls> calls,
                             const v1::ReadArtifactRequest& request);

  // Ends the call after the write that is pending, if one is.
  void End(const absl::Status& why) override ABSL_LOCKS_EXCLUDED(mutex_);

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class State {
    kReading,   // a thread of `files` works for it
    kWriting,   // a chunk is on its way
    kFinished,  // the status was handed to gRPC
  };

  ArtifactRead(grpc::CallbackServerContext* context, const ArtifactTools& tools, const ArtifactLimits& limits,
               std::shared_ptr<OpenCalls> calls, const v1::ReadArtifactRequest& request);

  absl::Status Admit();
  absl::Status AdmitWorker();
  void ReadNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // On a thread of `files`.
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Open();
  absl::Status Fill();
  void Conclude(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  grpc::CallbackServerContext* const context_;
  const ArtifactTools tools_;
  const ArtifactLimits limits_;
  const std::shared_ptr<OpenCalls> calls_;
  const int64_t offset_;
  const int64_t length_;
  const std::string id_text_;
  const v1::AttemptId reader_id_;  // without an execution: nobody's
  std::optional<engine::AttemptKey> attempt_;
  store::Id id_;
  door::Caller caller_;
  std::shared_ptr<ArtifactRead> self_;  // until OnDone

  // Of whoever the state names.
  std::unique_ptr<artifacts::ObjectReader> reader_;
  int64_t left_ = 0;  // bytes that were not read yet
  google::api::HttpBody body_;

  base::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kReading;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
  door::CallRecord record_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_READ_H_
