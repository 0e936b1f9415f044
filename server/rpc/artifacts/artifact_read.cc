#include "server/rpc/artifacts/artifact_read.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/calls/unary.h"
#include "server/door/convert/attempt_proto.h"
#include "server/door/field_rules.h"
#include "server/door/ticket.h"
#include "server/engine/errors.h"
#include "server/rpc/artifacts/content_disposition.h"
#include "server/rpc/artifacts/current_attempt.h"
#include "server/rpc/artifacts/readable_artifact.h"

namespace flowmesh::rpc {
namespace {

absl::Status OutOfRange(int64_t offset, int64_t size) {
  return base::Error(absl::StatusCode::kOutOfRange, "RANGE_UNSATISFIABLE",
                     absl::StrCat("the artifact has ", size, " bytes and nothing at ", offset, ": read from 0 on"))
      .With("size", size);
}

absl::Status Lost(const std::string& id) {
  return base::Error(absl::StatusCode::kDataLoss, "CONTENT_LOST",
                     absl::StrCat("the bytes of artifact ", id, " are missing from the object store"));
}

}  // namespace

ArtifactRead* ArtifactRead::Start(grpc::CallbackServerContext* context, const ArtifactTools& tools,
                                  const ArtifactLimits& limits, std::shared_ptr<OpenCalls> calls,
                                  const v1::ReadArtifactRequest& request) {
  std::shared_ptr<ArtifactRead> read(new ArtifactRead(context, tools, limits, std::move(calls), request));
  read->self_ = read;
  absl::Status admitted = door::ValidateRequest(request);
  if (admitted.ok()) admitted = read->Admit();
  if (admitted.ok()) admitted = read->calls_->Enter(read);
  base::MutexLock lock(read->mutex_);
  if (!admitted.ok()) {
    read->Conclude(admitted);
  } else {
    read->ReadNext();
  }
  return read.get();
}

ArtifactRead::ArtifactRead(grpc::CallbackServerContext* context, const ArtifactTools& tools,
                           const ArtifactLimits& limits, std::shared_ptr<OpenCalls> calls,
                           const v1::ReadArtifactRequest& request)
    : context_(context),
      tools_(tools),
      limits_(limits),
      calls_(std::move(calls)),
      offset_(request.offset()),
      length_(request.length()),
      id_text_(request.id()),
      reader_id_(request.reader()),
      record_(tools.observer, "Read", context) {}

absl::Status ArtifactRead::Admit() {
  const std::optional<std::string> ticket = door::TicketIn(context_->client_metadata());
  if (!ticket) {
    absl::StatusOr<door::Caller> caller = tools_.authenticator->Authenticate(*context_);
    if (!caller.ok()) return caller.status();
    caller_ = *std::move(caller);
  }
  const absl::StatusOr<base::Id> id = door::ReadId(id_text_, "id");
  if (!id.ok()) return id.status();
  id_ = *id;
  if (!ticket && !reader_id_.execution_id().empty()) return AdmitWorker();
  if (!ticket) return absl::OkStatus();
  absl::StatusOr<door::Caller> signer = tools_.signed_content->Admit(*ticket, id_);
  if (!signer.ok()) return signer.status();
  caller_ = *std::move(signer);
  return absl::OkStatus();
}

absl::Status ArtifactRead::AdmitWorker() {
  if (absl::Status worker = RequireWorker(caller_, *context_, limits_); !worker.ok()) return worker;
  const absl::StatusOr<engine::AttemptKey> attempt = door::FromProto(reader_id_);
  if (!attempt.ok()) return attempt.status();
  attempt_ = *attempt;
  return absl::OkStatus();
}

void ArtifactRead::ReadNext() {
  if (ending_) return Conclude(*ending_);
  state_ = State::kReading;
  const bool accepted = tools_.files->Post([self = shared_from_this()] { self->Work(); });
  if (!accepted) Conclude(engine::QueueFull());
}

void ArtifactRead::Work() {
  const bool first = reader_ == nullptr;
  absl::Status status;
  if (first) status = Open();
  if (status.ok()) status = Fill();
  base::MutexLock lock(mutex_);
  if (status.ok() && ending_) status = *ending_;
  if (!status.ok()) return Conclude(status);
  state_ = State::kWriting;
  StartWrite(&body_);
}

absl::Status ArtifactRead::Open() {
  if (attempt_) {
    absl::StatusOr<std::string> owner = OwnerOfAttempt(tools_.engine->store(), *attempt_);
    if (!owner.ok()) return owner.status();
    caller_ = {.owner = *std::move(owner)};
  }
  const absl::StatusOr<store::ArtifactRow> row = ReadReadableArtifact(tools_.engine->store(), caller_, id_);
  if (!row.ok()) return row.status();
  const int64_t offset =
      offset_ >= 0 ? offset_ : row->size - std::min(row->size, offset_ == INT64_MIN ? INT64_MAX : -offset_);
  if (offset > row->size) return OutOfRange(offset, row->size);
  left_ = row->size - offset;
  if (length_ > 0) left_ = std::min(left_, length_);
  absl::StatusOr<std::unique_ptr<artifacts::ObjectReader>> reader = tools_.objects->Open(id_, offset);
  if (absl::IsNotFound(reader.status())) return Lost(id_text_);
  if (!reader.ok()) return reader.status();
  reader_ = *std::move(reader);
  context_->AddInitialMetadata("etag", absl::StrCat("\"", base::Hex(row->digest), "\""));
  context_->AddInitialMetadata("x-content-size", absl::StrCat(row->size));
  context_->AddInitialMetadata("content-disposition", ContentDisposition(row->name, row->media_type));
  // It never changes, but it belongs to somebody: whoever keeps a copy asks whether it may be shown.
  context_->AddInitialMetadata("cache-control", "private, no-cache");
  body_.set_content_type(row->media_type);
  return absl::OkStatus();
}

absl::Status ArtifactRead::Fill() {
  const size_t most = static_cast<size_t>(std::min<int64_t>(left_, static_cast<int64_t>(limits_.read_chunk_bytes)));
  absl::StatusOr<std::string> bytes = reader_->Read(most);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() < most) return Lost(id_text_);
  left_ -= static_cast<int64_t>(bytes->size());
  *body_.mutable_data() = *std::move(bytes);
  return absl::OkStatus();
}

void ArtifactRead::Conclude(const absl::Status& status) {
  if (state_ == State::kFinished) return;
  state_ = State::kFinished;
  Finish(record_.End(status));
}

void ArtifactRead::End(const absl::Status& why) {
  base::MutexLock lock(mutex_);
  if (!ending_) ending_ = why;
}

void ArtifactRead::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  body_.clear_content_type();
  if (!ok && !ending_) ending_ = absl::CancelledError("the stream broke");
  if (ending_) return Conclude(*ending_);
  if (left_ == 0) return Conclude(absl::OkStatus());
  ReadNext();
}

void ArtifactRead::OnCancel() { End(absl::CancelledError("the caller cancelled")); }

void ArtifactRead::OnDone() {
  calls_->Leave(this);
  std::shared_ptr<ArtifactRead> self;
  base::MutexLock lock(mutex_);  // whoever called Finish has let go of it by now
  lock.Unlock();
  self = std::move(self_);
}

}  // namespace flowmesh::rpc
