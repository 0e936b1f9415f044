#include "workers/sdk/memory_artifacts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/digest.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;

class MemorySink : public ArtifactSink {
 public:
  absl::Status Write(absl::string_view bytes) override {
    bytes_.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class MemoryReader : public ArtifactReader {
 public:
  explicit MemoryReader(std::string bytes) : bytes_(std::move(bytes)) {}
  absl::StatusOr<std::string> Read() override {
    std::string next = bytes_.substr(at_, kReadBytes);
    at_ += next.size();
    return next;
  }

 private:
  const std::string bytes_;
  size_t at_ = 0;
};

}  // namespace

Artifact MemoryArtifacts::Keep(const v1::AttemptId& attempt, const std::string& name, const std::string& media_type,
                               std::string bytes) {
  Artifact artifact;
  artifact.set_id(absl::StrFormat("00000000-0000-7000-8000-%012d", bytes_.size() + 1));
  artifact.set_execution_id(attempt.execution_id());
  artifact.set_task(attempt.task());
  artifact.set_name(name);
  artifact.set_media_type(media_type.empty() ? "application/octet-stream" : media_type);
  artifact.set_size(static_cast<int64_t>(bytes.size()));
  artifact.set_digest(base::Hex(base::Sha256(bytes)));
  artifact.set_uri(absl::StrCat("/v1/artifacts/", artifact.id(), "/content"));
  bytes_[artifact.id()] = std::move(bytes);
  return artifact;
}

std::string MemoryArtifacts::Put(const std::string& name, const std::string& media_type, std::string bytes) {
  base::MutexLock lock(mutex_);
  return Keep({}, name, media_type, std::move(bytes)).id();
}

std::vector<Artifact> MemoryArtifacts::written() const {
  base::MutexLock lock(mutex_);
  return written_;
}

std::string MemoryArtifacts::bytes(const std::string& id) const {
  base::MutexLock lock(mutex_);
  const auto found = bytes_.find(id);
  return found == bytes_.end() ? std::string() : found->second;
}

absl::StatusOr<Artifact> MemoryArtifacts::Write(const v1::AttemptId& attempt, const std::string& name,
                                                const std::string& media_type, const ArtifactContent& content,
                                                const Cancellation& cancellation) {
  MemorySink sink;
  if (absl::Status status = content(sink); !status.ok()) return status;
  if (cancellation.fenced()) return absl::FailedPreconditionError("the attempt is not this worker's any more");
  if (name.empty() || name.find('/') != std::string::npos || name.find('\\') != std::string::npos) {
    return absl::InvalidArgumentError("an artifact's name is that of a file, without path separators");
  }
  std::string bytes = sink.Take();
  base::MutexLock lock(mutex_);
  const std::string digest = base::Hex(base::Sha256(bytes));
  const auto same = std::find_if(written_.begin(), written_.end(), [&](const Artifact& one) {
    return one.name() == name && one.digest() == digest && one.task() == attempt.task();
  });
  if (same != written_.end()) return *same;
  written_.push_back(Keep(attempt, name, media_type, std::move(bytes)));
  return written_.back();
}

absl::StatusOr<std::unique_ptr<ArtifactReader>> MemoryArtifacts::Open(const v1::AttemptId&, const std::string& id,
                                                                      int64_t offset, const Cancellation&) {
  base::MutexLock lock(mutex_);
  const auto found = bytes_.find(id);
  if (found == bytes_.end()) return absl::NotFoundError(absl::StrCat("there is no artifact ", id));
  const auto size = static_cast<int64_t>(found->second.size());
  const int64_t begin = offset >= 0 ? offset : std::max<int64_t>(size + offset, 0);
  if (begin > size) return absl::OutOfRangeError(absl::StrCat("the artifact has ", size, " bytes"));
  return std::make_unique<MemoryReader>(found->second.substr(static_cast<size_t>(begin)));
}

}  // namespace flowmesh::sdk
