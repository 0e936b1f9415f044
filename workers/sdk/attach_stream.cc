#include "workers/sdk/attach_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::sdk {

std::shared_ptr<AttachStream> AttachStream::Open(v1::Worker::Stub* stub, const std::string& token, Owner* owner) {
  std::shared_ptr<AttachStream> stream(new AttachStream(owner));
  if (!token.empty()) stream->context_.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  stream->self_ = stream;
  stub->async()->Attach(&stream->context_, stream.get());
  stream->AddHold();  // writes start outside reactions; released when the read side ends
  stream->StartRead(&stream->incoming_);
  stream->StartCall();
  return stream;
}

void AttachStream::Wake() {
  base::MutexLock lock(mutex_);
  Advance();
}

void AttachStream::CloseWrites() {
  base::MutexLock lock(mutex_);
  if (state_ == State::kOpen) state_ = State::kClosing;
  Advance();
}

void AttachStream::Cancel() { context_.TryCancel(); }

void AttachStream::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) state_ = State::kClosed;
  Advance();
}

void AttachStream::OnReadDone(bool ok) {
  if (ok) {
    owner_->OnFrame(incoming_);
    StartRead(&incoming_);
    return;
  }
  {
    base::MutexLock lock(mutex_);
    state_ = State::kClosed;
  }
  RemoveHold();
}

void AttachStream::OnDone(const grpc::Status& status) {
  Owner* const owner = owner_;
  owner->OnEnd(std::move(self_), status);
}

void AttachStream::Advance() {
  if (writing_ || state_ == State::kClosed) return;
  outgoing_.Clear();
  if (owner_->FillFrame(&outgoing_)) {
    writing_ = true;
    StartWrite(&outgoing_);
  } else if (state_ == State::kClosing) {
    state_ = State::kClosed;
    StartWritesDone();
  }
}

}  // namespace flowmesh::sdk
