#include "workers/sdk/remote_artifacts.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "flowmesh/v1/artifact.grpc.pb.h"
#include "server/base/digest.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kChunkBytes = size_t{256} << 10;  // of one message; the server takes up to 1 MiB
constexpr int kMaxRefusals = 10;                   // in a row, when the server says that it has no room now

absl::Status ToStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// Whether the same call may succeed a little later.
bool MayPass(const absl::Status& status, int failures) {
  if (absl::IsResourceExhausted(status)) return failures < kMaxRefusals;
  return absl::IsUnavailable(status);
}

absl::Status Fenced() { return absl::FailedPreconditionError("the attempt is not this worker's any more"); }

// One try: a call that is open for writing.
class Upload : public ArtifactSink {
 public:
  Upload(const Access& access, const Cancellation& cancellation)
      : access_(access), stub_(v1::Artifacts::NewStub(access_.channel)), cancellation_(cancellation) {
    if (!access_.token.empty()) context_.AddMetadata("authorization", absl::StrCat("Bearer ", access_.token));
    writer_ = stub_->Write(&context_, &artifact_);
  }

  // The whole try. `own_error`: it was the content's.
  absl::Status Run(const v1::WriteArtifactRequest& header, const ArtifactContent& content, bool* own_error) {
    if (writer_->Write(header)) {
      absl::Status status = content(*this);
      if (status.ok()) status = SendChunk();
      if (!status.ok() && !lost_) {
        *own_error = true;
        context_.TryCancel();
        writer_->Finish();
        return status;
      }
    }
    v1::WriteArtifactRequest end;
    end.mutable_end()->set_digest(base::Hex(digest_.Finish()));
    if (!lost_) writer_->Write(end);
    writer_->WritesDone();
    return ToStatus(writer_->Finish());
  }

  absl::Status Write(absl::string_view bytes) override {
    digest_.AddRaw(bytes);
    while (!bytes.empty()) {
      const size_t room = kChunkBytes - chunk_.data().size();
      chunk_.mutable_data()->append(bytes.data(), std::min(room, bytes.size()));
      bytes.remove_prefix(std::min(room, bytes.size()));
      if (chunk_.data().size() < kChunkBytes) break;
      if (absl::Status sent = SendChunk(); !sent.ok()) return sent;
    }
    return absl::OkStatus();
  }

  Artifact artifact() && { return std::move(artifact_); }

 private:
  absl::Status SendChunk() {
    if (cancellation_.fenced()) return Fenced();
    if (chunk_.data().empty()) return absl::OkStatus();
    if (lost_ || !writer_->Write(chunk_)) {
      lost_ = true;
      return absl::UnavailableError("the call is over; its end says why");
    }
    chunk_.mutable_data()->clear();
    return absl::OkStatus();
  }

  const Access access_;
  const std::unique_ptr<v1::Artifacts::Stub> stub_;
  const Cancellation& cancellation_;
  grpc::ClientContext context_;
  Artifact artifact_;
  std::unique_ptr<grpc::ClientWriter<v1::WriteArtifactRequest>> writer_;
  v1::WriteArtifactRequest chunk_;
  base::Sha256Builder digest_;
  bool lost_ = false;
};

}  // namespace

std::string ArtifactIdOf(absl::string_view id_or_uri) {
  absl::string_view text = id_or_uri.substr(0, id_or_uri.find('?'));
  constexpr absl::string_view kBefore = "/v1/artifacts/";
  if (const size_t at = text.find(kBefore); at != absl::string_view::npos) text.remove_prefix(at + kBefore.size());
  return std::string(absl::StripSuffix(text, "/content"));
}

bool RemoteArtifacts::Pause(int failures, const Cancellation& cancellation) {
  return !cancellation.WaitFor(base::FullJitterDelay(reconnect_, failures, random_->NextUniform()));
}

absl::StatusOr<Artifact> RemoteArtifacts::Write(const v1::AttemptId& attempt, const std::string& name,
                                                const std::string& media_type, const ArtifactContent& content,
                                                const Cancellation& cancellation) {
  v1::WriteArtifactRequest header;
  header.mutable_header()->set_execution_id(attempt.execution_id());
  header.mutable_header()->set_task(attempt.task());
  header.mutable_header()->set_attempt(attempt.attempt());
  header.mutable_header()->set_name(name);
  header.mutable_header()->set_media_type(media_type);
  for (int failures = 1;; ++failures) {
    if (cancellation.fenced()) return Fenced();
    const absl::StatusOr<Access> access = access_();
    absl::Status status = access.status();
    bool own_error = false;
    if (access.ok()) {
      Upload upload(*access, cancellation);
      status = upload.Run(header, content, &own_error);
      if (status.ok()) return std::move(upload).artifact();
    }
    if (own_error || (access.ok() && !MayPass(status, failures)) || !Pause(failures, cancellation)) return status;
  }
}

class RemoteArtifacts::Reader : public ArtifactReader {
 public:
  Reader(RemoteArtifacts* box, const v1::AttemptId& attempt, const std::string& id, int64_t offset,
         const Cancellation& cancellation)
      : box_(box), cancellation_(cancellation) {
    request_.set_id(id);
    request_.set_offset(offset);
    *request_.mutable_reader() = attempt;
  }
  ~Reader() override {
    if (call_ != nullptr) Break();
  }

  // Waits for the first bytes.
  absl::Status Begin() {
    absl::StatusOr<std::string> first = Read();
    if (!first.ok()) return first.status();
    ahead_ = *std::move(first);
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Read() override {
    if (!ahead_.empty()) return std::exchange(ahead_, std::string());
    if (ended_) return std::string();
    for (int failures = 1;; ++failures) {
      if (cancellation_.fenced()) return Fenced();
      absl::Status status = Dial();
      google::api::HttpBody body;
      while (status.ok() && call_->stream->Read(&body)) {
        if (body.data().empty()) continue;
        Advance(static_cast<int64_t>(body.data().size()));
        return std::move(*body.mutable_data());
      }
      if (status.ok()) {
        status = ToStatus(call_->stream->Finish());
        call_.reset();
        ended_ = status.ok();
        if (ended_) return std::string();
      }
      if (!MayPass(status, failures) || !box_->Pause(failures, cancellation_)) return status;
    }
  }

 private:
  struct Call {
    Access access;
    std::unique_ptr<v1::Artifacts::Stub> stub;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<google::api::HttpBody>> stream;
  };

  absl::Status Dial() {
    if (call_ != nullptr) return absl::OkStatus();
    absl::StatusOr<Access> access = box_->access_();
    if (!access.ok()) return absl::UnavailableError(access.status().message());
    call_ = std::make_unique<Call>();
    call_->access = *std::move(access);
    call_->stub = v1::Artifacts::NewStub(call_->access.channel);
    if (!call_->access.token.empty()) {
      call_->context.AddMetadata("authorization", absl::StrCat("Bearer ", call_->access.token));
    }
    call_->stream = call_->stub->Read(&call_->context, request_);
    return absl::OkStatus();
  }

  // So that a new call goes on behind what came. What was counted from the end is counted from the beginning then.
  void Advance(int64_t bytes) {
    int64_t begin = request_.offset();
    if (begin < 0) {
      const auto& metadata = call_->context.GetServerInitialMetadata();
      const auto size = metadata.find("x-content-size");
      int64_t number = 0;
      if (size != metadata.end() &&
          absl::SimpleAtoi(absl::string_view(size->second.data(), size->second.size()), &number)) {
        begin = std::max<int64_t>(number + begin, 0);
      }
    }
    request_.set_offset(begin + bytes);
  }

  void Break() {
    call_->context.TryCancel();
    call_->stream->Finish();
    call_.reset();
  }

  RemoteArtifacts* const box_;
  const Cancellation& cancellation_;
  v1::ReadArtifactRequest request_;
  std::unique_ptr<Call> call_;
  std::string ahead_;
  bool ended_ = false;
};

absl::StatusOr<std::unique_ptr<ArtifactReader>> RemoteArtifacts::Open(const v1::AttemptId& attempt,
                                                                      const std::string& id, int64_t offset,
                                                                      const Cancellation& cancellation) {
  auto reader = std::make_unique<Reader>(this, attempt, id, offset, cancellation);
  if (absl::Status begun = reader->Begin(); !begun.ok()) return begun;
  return reader;
}

}  // namespace flowmesh::sdk
