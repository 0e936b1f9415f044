#include "server/engine/event_chunk.h"

namespace flowmesh::engine {
namespace {

void PackFailure(base::Packer& packer, const store::Failure& failure) {
  packer.Bytes(failure.reason).Bytes(failure.message).Bool(failure.retryable);
}

bool UnpackFailure(base::Unpacker& unpacker, store::Failure* failure) {
  return unpacker.Bytes(&failure->reason) && unpacker.Bytes(&failure->message) && unpacker.Bool(&failure->retryable);
}

}  // namespace

std::string PackStateChange(const StateChange& change) {
  base::Packer packer;
  packer.Varint(static_cast<uint64_t>(change.state));
  PackFailure(packer, change.failure);
  return packer.Take();
}

std::optional<StateChange> UnpackStateChange(std::string_view payload) {
  base::Unpacker unpacker(payload);
  StateChange change;
  uint64_t state = 0;
  if (!unpacker.VarintUpTo(static_cast<uint64_t>(store::ExecutionState::kTimedOut), &state) ||
      !UnpackFailure(unpacker, &change.failure) || !unpacker.Done()) {
    return std::nullopt;
  }
  change.state = static_cast<store::ExecutionState>(state);
  return change;
}

std::string PackChildChange(const ChildChange& change) {
  base::Packer packer;
  packer.SignedVarint(change.task).Bytes(change.call_key).Varint(static_cast<uint64_t>(change.state));
  packer.SignedVarint(change.attempt);
  PackFailure(packer, change.failure);
  if (change.reused) packer.Bool(true);
  return packer.Take();
}

std::optional<ChildChange> UnpackChildChange(std::string_view payload) {
  base::Unpacker unpacker(payload);
  ChildChange change;
  int64_t task = 0;
  int64_t attempt = 0;
  uint64_t state = 0;
  if (!unpacker.SignedVarint(&task) || !unpacker.Bytes(&change.call_key) ||
      !unpacker.VarintUpTo(static_cast<uint64_t>(store::TaskState::kTimedOut), &state) ||
      !unpacker.SignedVarint(&attempt) || !UnpackFailure(unpacker, &change.failure)) {
    return std::nullopt;
  }
  if (!unpacker.AtEnd() && (!unpacker.Bool(&change.reused) || !unpacker.Done())) return std::nullopt;
  change.task = static_cast<int32_t>(task);
  change.attempt = static_cast<int32_t>(attempt);
  change.state = static_cast<store::TaskState>(state);
  return change;
}

void EventChunkWriter::Add(EventKind kind, int32_t task, int32_t attempt, absl::Time time, std::string_view payload) {
  const int64_t micros = absl::ToUnixMicros(time);
  packer_.Varint(static_cast<uint64_t>(kind)).SignedVarint(task).SignedVarint(attempt);
  packer_.SignedVarint(micros - last_micros_).Bytes(payload);
  last_micros_ = micros;
  ++count_;
}

std::string EventChunkWriter::Take() {
  count_ = 0;
  last_micros_ = 0;
  return packer_.Take();
}

bool EventChunkReader::Next(EventView* event) {
  uint64_t kind = 0;
  int64_t task = 0;
  int64_t attempt = 0;
  int64_t micros = 0;
  if (unpacker_.AtEnd() || !unpacker_.VarintUpTo(static_cast<uint64_t>(EventKind::kArtifact), &kind) ||
      !unpacker_.SignedVarint(&task) || !unpacker_.SignedVarint(&attempt) || !unpacker_.SignedVarint(&micros) ||
      !unpacker_.Bytes(&event->payload)) {
    return false;
  }
  last_micros_ += micros;
  event->seq = next_seq_++;
  event->kind = static_cast<EventKind>(kind);
  event->task = static_cast<int32_t>(task);
  event->attempt = static_cast<int32_t>(attempt);
  event->time = absl::FromUnixMicros(last_micros_);
  return true;
}

}  // namespace flowmesh::engine
