#include "tests/support/raw_worker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace flowmesh::testing {
namespace {

constexpr std::chrono::seconds kPatience(20);

v1::WorkerEntry EntryOf(const v1::AttemptId& attempt, int64_t number) {
  v1::WorkerEntry entry;
  *entry.mutable_attempt() = attempt;
  entry.set_number(number);
  return entry;
}

}  // namespace

RawWorker::RawWorker(const std::shared_ptr<grpc::Channel>& channel, const std::string& token)
    : stub_(v1::Worker::NewStub(channel)) {
  if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
  wire_ = stub_->Attach(&context_);
  reader_ = std::thread([this] { ReadAll(); });
}

RawWorker::~RawWorker() {
  context_.TryCancel();
  reader_.join();
}

void RawWorker::ReadAll() {
  v1::OrchestratorFrame frame;
  while (wire_->Read(&frame)) {
    base::MutexLock lock(mutex_);
    for (v1::OrchestratorEntry& entry : *frame.mutable_entries()) entries_.push_back(std::move(entry));
    changed_.NotifyAll();
  }
  const grpc::Status end = wire_->Finish();
  base::MutexLock lock(mutex_);
  end_ = end;
  changed_.NotifyAll();
}

bool RawWorker::Send(const v1::WorkerFrame& frame) { return wire_->Write(frame); }

bool RawWorker::Send(const v1::WorkerEntry& entry) { return Send(FrameOf({entry})); }

void RawWorker::Close() { wire_->WritesDone(); }

void RawWorker::Cut() { context_.TryCancel(); }

v1::OrchestratorEntry RawWorker::Next() {
  base::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (entries_.empty() && !end_) {
    if (changed_.WaitUntil(lock, deadline)) continue;
    ADD_FAILURE() << "the orchestrator said nothing more";
    return {};
  }
  if (entries_.empty()) return {};
  v1::OrchestratorEntry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

v1::OrchestratorEntry RawWorker::Next(v1::OrchestratorEntry::EntryCase kind) {
  while (true) {
    v1::OrchestratorEntry entry = Next();
    if (entry.entry_case() == kind) return entry;
    if (entry.entry_case() != v1::OrchestratorEntry::ENTRY_NOT_SET) continue;
    ADD_FAILURE() << "no entry of kind " << kind << " came";
    return entry;
  }
}

grpc::Status RawWorker::Finish() {
  base::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!end_) {
    if (changed_.WaitUntil(lock, deadline)) continue;
    ADD_FAILURE() << "the stream did not end";
    return grpc::Status(grpc::StatusCode::UNKNOWN, "still open");
  }
  entries_.clear();
  return *end_;
}

v1::WorkerEntry HelloEntry(const v1::Hello& hello) {
  v1::WorkerEntry entry;
  *entry.mutable_hello() = hello;
  return entry;
}

v1::WorkerEntry CapacityEntry(int slots, int flows) {
  v1::WorkerEntry entry;
  entry.mutable_capacity()->set_slots(slots);
  entry.mutable_capacity()->set_flows(flows);
  return entry;
}

v1::WorkerEntry DrainEntry() {
  v1::WorkerEntry entry;
  entry.mutable_drain();
  return entry;
}

v1::WorkerEntry LogEntry(const v1::AttemptId& attempt, int64_t number, const std::string& line) {
  v1::WorkerEntry entry = EntryOf(attempt, number);
  entry.mutable_events()->add_events()->mutable_log()->set_message(line);
  return entry;
}

v1::WorkerEntry OutputEntry(const v1::AttemptId& attempt, int64_t number, int64_t offset, const std::string& text) {
  v1::WorkerEntry entry = EntryOf(attempt, number);
  v1::OutputChunk* chunk = entry.mutable_events()->add_events()->mutable_output();
  chunk->set_offset(offset);
  chunk->set_text(text);
  return entry;
}

v1::WorkerEntry ProgressEntry(const v1::AttemptId& attempt, int64_t number, int percent, const std::string& message) {
  v1::WorkerEntry entry = EntryOf(attempt, number);
  v1::Progress* progress = entry.mutable_events()->add_events()->mutable_progress();
  progress->set_percent(percent);
  progress->set_message(message);
  return entry;
}

v1::WorkerEntry FinishedEntry(const v1::AttemptId& attempt, int64_t number, const google::protobuf::Message& output) {
  v1::WorkerEntry entry = EntryOf(attempt, number);
  entry.mutable_finished()->mutable_output()->PackFrom(output);
  return entry;
}

v1::WorkerEntry FailedEntry(const v1::AttemptId& attempt, int64_t number, const std::string& reason, bool retryable) {
  v1::WorkerEntry entry = EntryOf(attempt, number);
  v1::Failure* failure = entry.mutable_failed()->mutable_failure();
  failure->set_reason(reason);
  failure->set_message("as the test says");
  failure->set_retryable(retryable);
  return entry;
}

v1::WorkerFrame FrameOf(const std::vector<v1::WorkerEntry>& entries) {
  v1::WorkerFrame frame;
  for (const v1::WorkerEntry& entry : entries) *frame.add_entries() = entry;
  return frame;
}

}  // namespace flowmesh::testing
