// One call of Artifacts.Write.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_WRITE_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_WRITE_H_

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/artifact.pb.h"
#include "server/artifacts/object_store.h"
#include "server/base/mutex.h"
#include "server/door/caller.h"
#include "server/rpc/artifacts/artifact_tools.h"
#include "server/rpc/artifacts/open_calls.h"

namespace flowmesh::rpc {

// Takes a message, writes it to the object store, and takes the next one once that is done: holds one message whatever
// the sender's pace. At the end the object is finished, then the engine commits the row; if that is refused the object
// goes. Thread-safe; owns itself from Start until the call is done.
class ArtifactWrite : public grpc::ServerReadReactor<v1::WriteArtifactRequest>,
                      public OpenCall,
                      public std::enable_shared_from_this<ArtifactWrite> {
 public:
  static ArtifactWrite* Start(grpc::CallbackServerContext* context, const ArtifactTools& tools,
                              const ArtifactLimits& limits, std::shared_ptr<OpenCalls> calls, v1::Artifact* response);

  // Ends the call once what is under way is done; a write that is being committed is still answered.
  void End(const absl::Status& why) override ABSL_LOCKS_EXCLUDED(mutex_);

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class State {
    kReading,   // the next message is awaited
    kWorking,   // a thread of `files`, or the engine, works for it
    kFinished,  // the status was handed to gRPC
  };

  ArtifactWrite(grpc::CallbackServerContext* context, const ArtifactTools& tools, const ArtifactLimits& limits,
                std::shared_ptr<OpenCalls> calls, v1::Artifact* response);

  absl::Status Admit();
  void ReadNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Post(void (ArtifactWrite::*work)()) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // On a thread of `files`.
  void TakeMessage() ABSL_LOCKS_EXCLUDED(mutex_);
  void Complete() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TakeHeader(const v1::WriteArtifactRequest::Header& header);
  absl::Status TakeData(const std::string& data);
  absl::Status TakeEnd(const v1::WriteArtifactRequest::End& end);

  void Committed(const absl::StatusOr<store::ArtifactRow>& row) ABSL_LOCKS_EXCLUDED(mutex_);
  void Conclude(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropWriter();

  void ArmAlarm(absl::Duration delay) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnAlarm() ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::CallbackServerContext* const context_;
  const ArtifactTools tools_;
  const ArtifactLimits limits_;
  const std::shared_ptr<OpenCalls> calls_;
  v1::Artifact* const response_;
  door::Caller caller_;
  std::shared_ptr<ArtifactWrite> self_;  // until OnDone

  // Of whoever the state names.
  v1::WriteArtifactRequest request_;
  store::ArtifactRow row_;  // `digest`: the expected one, then that of the object
  std::unique_ptr<artifacts::ObjectWriter> writer_;
  bool ended_ = false;  // the sender said so

  base::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kReading;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
  absl::Time reading_since_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  door::CallRecord record_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_WRITE_H_
