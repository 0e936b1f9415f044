#include "tests/support/fake_orchestrator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace flowmesh::testing {
namespace {

constexpr std::chrono::seconds kPatience(20);

std::string AuthorizationOf(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("authorization");
  return found == context.client_metadata().end() ? std::string()
                                                  : std::string(found->second.data(), found->second.size());
}

}  // namespace

FakeAttach::FakeAttach(grpc::ServerContext* context, Wire* wire)
    : context_(context), wire_(wire), authorization_(AuthorizationOf(*context)) {}

v1::WorkerEntry FakeAttach::Next() {
  base::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (entries_.empty() && !closed_) {
    if (changed_.WaitUntil(lock, deadline)) continue;
    ADD_FAILURE() << "the worker sent nothing more";
    return {};
  }
  if (entries_.empty()) return {};
  v1::WorkerEntry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

v1::WorkerEntry FakeAttach::Next(v1::WorkerEntry::EntryCase kind) {
  while (true) {
    v1::WorkerEntry entry = Next();
    if (entry.entry_case() == kind) return entry;
    if (entry.entry_case() != v1::WorkerEntry::ENTRY_NOT_SET) continue;
    ADD_FAILURE() << "no entry of kind " << kind << " came";
    return entry;
  }
}

int FakeAttach::unread() const {
  base::MutexLock lock(mutex_);
  return static_cast<int>(entries_.size());
}

void FakeAttach::WaitForClose() {
  base::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!closed_) {
    if (changed_.WaitUntil(lock, deadline)) continue;
    ADD_FAILURE() << "the worker did not close its side";
    return;
  }
}

void FakeAttach::Send(const v1::OrchestratorEntry& entry) {
  v1::OrchestratorFrame frame;
  *frame.add_entries() = entry;
  base::MutexLock lock(mutex_);
  if (wire_ != nullptr) wire_->Write(frame);
}

void FakeAttach::Welcome() {
  v1::OrchestratorEntry entry;
  entry.mutable_welcome()->set_session("s-1");
  Send(entry);
}

void FakeAttach::Assign(const v1::AttemptId& attempt, const std::string& type, const google::protobuf::Message& input,
                        int records) {
  v1::OrchestratorEntry entry;
  v1::Assignment& assignment = *entry.mutable_assignment();
  *assignment.mutable_attempt() = attempt;
  assignment.set_type(type);
  assignment.mutable_input()->PackFrom(input);
  assignment.set_idempotency_key(absl::StrCat("key of ", attempt.execution_id()));
  assignment.set_records(records);
  Send(entry);
}

void FakeAttach::Send(const v1::AttemptId& attempt, const std::vector<v1::Records::Record>& records) {
  v1::OrchestratorEntry entry;
  *entry.mutable_records()->mutable_attempt() = attempt;
  for (const v1::Records::Record& record : records) *entry.mutable_records()->add_records() = record;
  Send(entry);
}

void FakeAttach::Go(const v1::AttemptId& attempt) {
  v1::OrchestratorEntry entry;
  *entry.mutable_go()->mutable_attempt() = attempt;
  Send(entry);
}

void FakeAttach::WelcomeBack(const v1::AttemptId& attempt, int64_t acked) {
  v1::OrchestratorEntry entry;
  v1::Welcome::Held& held = *entry.mutable_welcome()->add_held();
  *held.mutable_attempt() = attempt;
  held.set_acked(acked);
  Send(entry);
}

void FakeAttach::Ack(const v1::AttemptId& attempt, int64_t number) {
  v1::OrchestratorEntry entry;
  *entry.mutable_ack()->mutable_attempt() = attempt;
  entry.mutable_ack()->set_number(number);
  Send(entry);
}

void FakeAttach::Cancel(const v1::AttemptId& attempt, const std::string& reason) {
  v1::OrchestratorEntry entry;
  *entry.mutable_cancel()->mutable_attempt() = attempt;
  entry.mutable_cancel()->set_reason(reason);
  Send(entry);
}

void FakeAttach::Fence(const v1::AttemptId& attempt) {
  v1::OrchestratorEntry entry;
  *entry.mutable_fenced()->mutable_attempt() = attempt;
  Send(entry);
}

void FakeAttach::AckEnds(bool ack_ends) {
  base::MutexLock lock(mutex_);
  ack_ends_ = ack_ends;
}

void FakeAttach::Cut() {
  base::MutexLock lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

void FakeAttach::ReadAll() {
  Wire* wire = nullptr;
  {
    base::MutexLock lock(mutex_);
    wire = wire_;
  }
  v1::WorkerFrame frame;
  while (wire->Read(&frame)) {
    for (v1::WorkerEntry& entry : *frame.mutable_entries()) Take(std::move(entry));
  }
  base::MutexLock lock(mutex_);
  context_ = nullptr;
  wire_ = nullptr;
  closed_ = true;
  changed_.NotifyAll();
}

void FakeAttach::Take(v1::WorkerEntry entry) {
  const v1::AttemptId attempt = entry.attempt();
  const int64_t number = entry.number();
  bool ack = entry.has_finished() || entry.has_failed();
  {
    base::MutexLock lock(mutex_);
    ack = ack && ack_ends_;
    entries_.push_back(std::move(entry));
    changed_.NotifyAll();
  }
  if (ack) Ack(attempt, number);
}

FakeOrchestrator::FakeOrchestrator() {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  builder.SetMaxReceiveMessageSize(16 << 20);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeOrchestrator::~FakeOrchestrator() { server_->Shutdown(std::chrono::system_clock::now()); }

std::shared_ptr<FakeAttach> FakeOrchestrator::Accept() {
  base::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (waiting_.empty()) {
    if (changed_.WaitUntil(lock, deadline)) continue;
    ADD_FAILURE() << "no worker attached";
    return nullptr;
  }
  std::shared_ptr<FakeAttach> attach = std::move(waiting_.front());
  waiting_.pop_front();
  return attach;
}

std::shared_ptr<FakeAttach> FakeOrchestrator::AcceptWorker(v1::Hello* hello) {
  std::shared_ptr<FakeAttach> attach = Accept();
  const v1::WorkerEntry first = attach->Next();
  EXPECT_TRUE(first.has_hello());
  if (hello != nullptr) *hello = first.hello();
  attach->Welcome();
  return attach;
}

void FakeOrchestrator::Refuse(const grpc::Status& status) {
  base::MutexLock lock(mutex_);
  refusal_ = status;
  refusals_ = 0;
}

void FakeOrchestrator::AwaitRefusals(int count) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  base::MutexLock lock(mutex_);
  while (refusals_ < count) {
    if (changed_.WaitUntil(lock, deadline)) continue;
    ADD_FAILURE() << "only " << refusals_ << " calls were refused";
    return;
  }
}

grpc::Status FakeOrchestrator::Attach(grpc::ServerContext* context, FakeAttach::Wire* wire) {
  const auto attach = std::make_shared<FakeAttach>(context, wire);
  {
    base::MutexLock lock(mutex_);
    if (!refusal_.ok()) {
      ++refusals_;
      changed_.NotifyAll();
      return refusal_;
    }
    waiting_.push_back(attach);
    changed_.NotifyAll();
  }
  attach->ReadAll();
  return grpc::Status::OK;
}

v1::Records::Record RecordOf(int number, const std::string& key, v1::Task::Kind kind, const std::string& type,
                             const google::protobuf::Message& output) {
  v1::Records::Record record;
  record.set_number(number);
  record.set_call_key(key);
  record.set_kind(kind);
  record.set_type(type);
  record.mutable_output()->PackFrom(output);
  return record;
}

v1::Records::Record StepRecord(int number, const std::string& key) {
  v1::Records::Record record;
  record.set_number(number);
  record.set_call_key(key);
  record.set_kind(v1::Task::STEP);
  return record;
}

v1::AttemptId AttemptOf(int execution, int attempt, int task) {
  v1::AttemptId id;
  id.set_execution_id(absl::StrFormat("0192f0c4-8d1e-7001-9abc-%012d", execution));
  id.set_task(task);
  id.set_attempt(attempt);
  return id;
}

}  // namespace flowmesh::testing
