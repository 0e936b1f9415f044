#ifndef FLOWMESH_WORKERS_SDK_ATTACH_STREAM_H_
#define FLOWMESH_WORKERS_SDK_ATTACH_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "flowmesh/v1/worker.grpc.pb.h"
#include "server/base/mutex.h"

namespace flowmesh::sdk {

// One Attach call: asks its owner for the next frame whenever none is being written, and hands it what arrives.
// Thread-safe; nothing blocks.
class AttachStream : public grpc::ClientBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame> {
 public:
  // Whom the stream serves; must stay until OnEnd was called. No function may block.
  class Owner {
   public:
    virtual ~Owner() = default;
    // Fills the empty `frame` with what is to be sent; false = nothing now. Called under the stream's lock: must not
    // call it.
    virtual bool FillFrame(v1::WorkerFrame* frame) = 0;
    // A frame has arrived.
    virtual void OnFrame(const v1::OrchestratorFrame& frame) = 0;
    // The call is over; the last thing the owner hears. The owner lets go of `stream` on a thread of its own: with it
    // may go the last reference to the channel, which must not happen on one of gRPC's threads.
    virtual void OnEnd(std::shared_ptr<AttachStream> stream, const grpc::Status& status) = 0;
  };

  // Begins the call. `token` (empty = none) goes along as a bearer token.
  static std::shared_ptr<AttachStream> Open(v1::Worker::Stub* stub, const std::string& token, Owner* owner);

  // There may be something to send.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);
  // Closes this side once the owner has nothing to send.
  void CloseWrites() ABSL_LOCKS_EXCLUDED(mutex_);
  // Breaks the call off.
  void Cancel();

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone(const grpc::Status& status) override;

 private:
  enum class State {
    kOpen,
    kClosing,  // CloseWrites was called
    kClosed,   // nothing more is written
  };

  explicit AttachStream(Owner* owner) : owner_(owner) {}
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Owner* const owner_;
  grpc::ClientContext context_;
  v1::OrchestratorFrame incoming_;      // touched by the one read in flight
  std::shared_ptr<AttachStream> self_;  // set from Open to OnDone

  base::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kOpen;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  v1::WorkerFrame outgoing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ATTACH_STREAM_H_
