#include "server/rpc/artifacts/artifact_write.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/calls/unary.h"
#include "server/engine/artifact.h"
#include "server/engine/errors.h"
#include "server/rpc/artifacts/artifact_header.h"
#include "server/rpc/artifacts/current_attempt.h"
#include "server/rpc/artifacts/readable_artifact.h"

namespace flowmesh::rpc {
namespace {

absl::Status Malformed(const char* reason, std::string message) {
  return base::Error(absl::StatusCode::kInvalidArgument, reason, std::move(message));
}

absl::Status HeaderMissing() { return Malformed("HEADER_MISSING", "the first message must be a header"); }

absl::Status Idle(absl::Duration time) {
  return base::Error(absl::StatusCode::kDeadlineExceeded, "WRITE_IDLE",
                     absl::StrCat("no message came for ", absl::FormatDuration(time),
                                  ": nothing was kept; write again without pauses"));
}

std::string NoticeOf(const store::ArtifactRow& row) {
  v1::ArtifactNotice notice;
  notice.set_id(row.id.ToString());
  notice.set_name(row.name);
  notice.set_media_type(row.media_type);
  notice.set_size(row.size);
  notice.set_digest(base::Hex(row.digest));
  notice.set_uri(row.uri);
  return notice.SerializeAsString();
}

// Whether the refusal says for certain that no row names the object. Otherwise it is the sweep's.
bool SurelyRefused(const absl::Status& status) {
  return !status.ok() && status.code() != absl::StatusCode::kUnavailable &&
         status.code() != absl::StatusCode::kDataLoss && status.code() != absl::StatusCode::kInternal;
}

}  // namespace

ArtifactWrite* ArtifactWrite::Start(grpc::CallbackServerContext* context, const ArtifactTools& tools,
                                    const ArtifactLimits& limits, std::shared_ptr<OpenCalls> calls,
                                    v1::Artifact* response) {
  std::shared_ptr<ArtifactWrite> write(new ArtifactWrite(context, tools, limits, std::move(calls), response));
  write->self_ = write;
  absl::Status admitted = write->Admit();
  if (admitted.ok()) admitted = write->calls_->Enter(write);
  base::MutexLock lock(write->mutex_);
  if (!admitted.ok()) {
    write->Conclude(admitted);
  } else {
    write->ReadNext();
    write->ArmAlarm(limits.idle_write);
  }
  return write.get();
}

ArtifactWrite::ArtifactWrite(grpc::CallbackServerContext* context, const ArtifactTools& tools,
                             const ArtifactLimits& limits, std::shared_ptr<OpenCalls> calls, v1::Artifact* response)
    : context_(context),
      tools_(tools),
      limits_(limits),
      calls_(std::move(calls)),
      response_(response),
      record_(tools.observer, "Write", context) {}

absl::Status ArtifactWrite::Admit() {
  absl::StatusOr<door::Caller> caller = tools_.authenticator->Authenticate(*context_);
  if (!caller.ok()) return caller.status();
  caller_ = *std::move(caller);
  return absl::OkStatus();
}

void ArtifactWrite::ReadNext() {
  if (ending_) return Conclude(*ending_);
  state_ = State::kReading;
  reading_since_ = tools_.engine->clock().Now();
  StartRead(&request_);
}

void ArtifactWrite::OnReadDone(bool ok) {
  base::MutexLock lock(mutex_);
  if (state_ != State::kReading) return;
  if (ending_) return Conclude(*ending_);
  if (!ok && context_->IsCancelled()) return Conclude(absl::CancelledError("the caller cancelled"));
  Post(ok ? &ArtifactWrite::TakeMessage : &ArtifactWrite::Complete);
}

void ArtifactWrite::Post(void (ArtifactWrite::*work)()) {
  state_ = State::kWorking;
  const bool accepted = tools_.files->Post([self = shared_from_this(), work] { (self.get()->*work)(); });
  if (!accepted) Conclude(engine::QueueFull());
}

void ArtifactWrite::TakeMessage() {
  absl::Status status;
  if (request_.has_header()) {
    status = TakeHeader(request_.header());
  } else if (request_.has_end()) {
    status = TakeEnd(request_.end());
    if (status.ok()) return Complete();
  } else {
    status = TakeData(request_.data());
  }
  base::MutexLock lock(mutex_);
  if (!status.ok()) return Conclude(status);
  ReadNext();
}

absl::Status ArtifactWrite::TakeHeader(const v1::WriteArtifactRequest::Header& header) {
  if (writer_ != nullptr) return Malformed("SECOND_HEADER", "only the first message is a header: send data");
  absl::StatusOr<store::ArtifactRow> row = ReadHeader(header);
  if (!row.ok()) return row.status();
  row_ = *std::move(row);
  row_.owner = caller_.owner;
  if (!row_.execution_id.is_zero()) {
    if (absl::Status worker = RequireWorker(caller_, *context_, limits_); !worker.ok()) return worker;
    absl::StatusOr<std::string> owner = OwnerOfAttempt(tools_.engine->store(), engine::WriterOf(row_));
    if (!owner.ok()) return owner.status();
    row_.owner = *std::move(owner);
  }
  row_.id = tools_.ids->Make(row_.owner);
  row_.uri = ContentPath(row_.id);
  absl::StatusOr<std::unique_ptr<artifacts::ObjectWriter>> writer = tools_.objects->Create(row_.id);
  if (!writer.ok()) return writer.status();
  writer_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status ArtifactWrite::TakeData(const std::string& data) {
  if (writer_ == nullptr) return HeaderMissing();
  if (data.size() > limits_.max_chunk_bytes) {
    return Malformed("CHUNK_TOO_LARGE", absl::StrCat("a message has at most ", limits_.max_chunk_bytes,
                                                     " bytes of data: send more and smaller ones"));
  }
  row_.size += static_cast<int64_t>(data.size());
  if (row_.size > limits_.max_bytes) {
    return Malformed("ARTIFACT_TOO_LARGE",
                     absl::StrCat("an artifact has at most ", limits_.max_bytes, " bytes: split it"));
  }
  return writer_->Append(data);
}

absl::Status ArtifactWrite::TakeEnd(const v1::WriteArtifactRequest::End& end) {
  if (writer_ == nullptr) return HeaderMissing();
  absl::StatusOr<std::string> digest = ReadDigest(end.digest(), "end.digest");
  if (!digest.ok()) return digest.status();
  if (!row_.digest.empty() && !digest->empty() && *digest != row_.digest) {
    return Malformed("DIGEST_MISMATCH", "header and end name different digests: nothing was kept");
  }
  if (!digest->empty()) row_.digest = *std::move(digest);
  ended_ = true;
  return absl::OkStatus();
}

void ArtifactWrite::Complete() {
  absl::Status status;
  if (writer_ == nullptr) {
    status = HeaderMissing();
  } else if (!ended_ && row_.digest.empty()) {
    // A connection that is lost looks the same as a stream that ended.
    status = Malformed("END_MISSING",
                       "the stream ended without an `end` and without a digest in the header: nothing "
                       "was kept; send an `end` when all data was sent");
  } else {
    absl::StatusOr<artifacts::StoredObject> object = writer_->Finish(row_.digest);
    status = object.status();
    if (object.ok()) row_.digest = std::move(object->digest);
  }
  {
    base::MutexLock lock(mutex_);
    if (!status.ok()) return Conclude(status);
    if (!ending_) {
      writer_.reset();
      if (!row_.execution_id.is_zero()) record_.About(row_.execution_id);
    }
  }
  if (writer_ != nullptr) {  // given up meanwhile
    tools_.objects->Delete(row_.id).IgnoreError();
    base::MutexLock lock(mutex_);
    return Conclude(*ending_);
  }
  tools_.engine->WriteArtifact(
      {.artifact = {.row = row_, .notice = row_.execution_id.is_zero() ? "" : NoticeOf(row_)},
       .reply = [self = shared_from_this()](const absl::StatusOr<store::ArtifactRow>& row) { self->Committed(row); },
       .deadline = door::CommitDeadline(*context_, tools_.engine->clock().Now())});
}

void ArtifactWrite::Committed(const absl::StatusOr<store::ArtifactRow>& row) {
  if (row.ok() ? row->id != row_.id : SurelyRefused(row.status())) {
    // Refused by a pool that stops: the sweep finds it.
    tools_.files->Post([objects = tools_.objects, id = row_.id] { objects->Delete(id).IgnoreError(); });
  }
  base::MutexLock lock(mutex_);
  if (state_ == State::kFinished) return;
  if (row.ok()) *response_ = ToProto(*row);
  Conclude(row.status());
}

void ArtifactWrite::DropWriter() {
  if (writer_ == nullptr) return;
  // Its end removes a file. A pool that stops refuses; then this thread does it.
  std::shared_ptr<artifacts::ObjectWriter> writer = std::move(writer_);
  tools_.files->Post([writer] {});
}

void ArtifactWrite::Conclude(const absl::Status& status) {
  if (state_ == State::kFinished) return;
  state_ = State::kFinished;
  DropWriter();
  Finish(record_.End(status));
}

void ArtifactWrite::End(const absl::Status& why) {
  base::MutexLock lock(mutex_);
  if (!ending_) ending_ = why;
  if (state_ == State::kReading) Conclude(*ending_);
}

void ArtifactWrite::OnCancel() { End(absl::CancelledError("the caller cancelled")); }

void ArtifactWrite::OnDone() {
  calls_->Leave(this);
  std::shared_ptr<ArtifactWrite> self;
  base::MutexLock lock(mutex_);  // whoever called Finish has let go of it by now
  alarm_.reset();
  lock.Unlock();
  self = std::move(self_);
}

void ArtifactWrite::ArmAlarm(absl::Duration delay) {
  const int64_t millis = absl::ToInt64Milliseconds(std::clamp(delay, absl::ZeroDuration(), absl::Hours(1)));
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(millis + 1, GPR_TIMESPAN)),
              [weak = weak_from_this()](bool fired) {
                if (!fired) return;
                if (const auto self = weak.lock()) self->OnAlarm();
              });
}

void ArtifactWrite::OnAlarm() {
  base::MutexLock lock(mutex_);
  if (state_ == State::kFinished) return;
  absl::Duration left = limits_.idle_write;
  if (state_ == State::kReading) left -= tools_.engine->clock().Now() - reading_since_;
  if (left <= absl::ZeroDuration()) {
    ending_ = Idle(limits_.idle_write);
    return Conclude(*ending_);
  }
  ArmAlarm(left);
}

}  // namespace flowmesh::rpc
