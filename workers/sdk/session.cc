#include "workers/sdk/session.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstddef>
#include <utility>

namespace flowmesh::sdk {
namespace {

constexpr size_t kMaxFrame = 1 << 20;  // bytes of entries in one frame, unless a single entry is larger

bool IsRefusal(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAUTHENTICATED || code == grpc::StatusCode::PERMISSION_DENIED ||
         code == grpc::StatusCode::INVALID_ARGUMENT || code == grpc::StatusCode::FAILED_PRECONDITION;
}

}  // namespace

Session::Session(SessionOptions options, AccessSource access, v1::Hello hello, Run run, base::Clock* clock,
                 base::RandomSource* random)
    : options_(options),
      access_(std::move(access)),
      hello_(std::move(hello)),
      run_(std::move(run)),
      clock_(clock),
      random_(random) {}

Session::~Session() { Stop(); }

void Session::Start() {
  base::MutexLock lifecycle(lifecycle_);
  if (dialler_.joinable()) return;
  dialler_ = std::thread([this] { DialUntilClosed(); });
}

void Session::Drain() {
  {
    base::MutexLock lock(mutex_);
    if (draining_) return;
    draining_ = true;
    tell_drain_ = true;
  }
  WakeStream();
}

void Session::Stop() {
  base::MutexLock lifecycle(lifecycle_);
  if (!dialler_.joinable()) return;
  Drain();
  WaitUntilEmpty(options_.drain_timeout);
  for (const std::shared_ptr<Attempt>& attempt : Held()) attempt->GiveBack();
  WaitUntilEmpty(options_.give_back_timeout);
  CloseStream();
  dialler_.join();
}

absl::Status Session::Wait() {
  base::MutexLock lock(mutex_);
  while (!ended_) changed_.Wait(lock);
  return end_status_;
}

int Session::held() const {
  base::MutexLock lock(mutex_);
  return static_cast<int>(attempts_.size());
}

Outbox::Kept Session::kept() const {
  Outbox::Kept all;
  base::MutexLock lock(mutex_);
  for (const auto& [key, attempt] : attempts_) {
    const Outbox::Kept one = attempt->outbox().kept();
    all.entries += one.entries;
    all.bytes += one.bytes;
  }
  return all;
}

void Session::DialUntilClosed() {
  absl::Status end = absl::OkStatus();
  do {
    const grpc::Status status = OneStream();
    if (options_.observer != nullptr) options_.observer->OnDetach();
    if (IsFinal(status)) {
      end = absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
      spdlog::error("worker {}: the orchestrator refuses it: {}", hello_.worker(), status.error_message());
      break;
    }
    if (!status.ok()) LogEnd(status);
  } while (PauseBeforeDialling());
  for (const std::shared_ptr<Attempt>& attempt : Held()) attempt->Fence();
  base::MutexLock lock(mutex_);
  attempts_.clear();
  unsent_.clear();
  end_status_ = end;
  ended_ = true;
  changed_.NotifyAll();
}

void Session::LogEnd(const grpc::Status& status) {
  base::MutexLock lock(mutex_);
  // Once in a row of failures; only what a person may have to mend is a warning.
  const bool first = failed_dials_ == 0;
  if (first && !was_welcome_) {
    spdlog::warn("worker {}: cannot reach the orchestrator: {}; it dials again", hello_.worker(),
                 status.error_message());
  } else if (first) {
    spdlog::info("worker {}: stream ended: {}; it dials again", hello_.worker(), status.error_message());
  } else {
    spdlog::debug("worker {}: stream ended: {}", hello_.worker(), status.error_message());
  }
}

bool Session::IsFinal(const grpc::Status& status) {
  if (!IsRefusal(status.error_code())) return false;
  base::MutexLock lock(mutex_);
  if (status.error_code() != grpc::StatusCode::UNAUTHENTICATED || !was_welcome_) return true;
  const absl::Time now = clock_->Now();
  if (refused_since_ == absl::InfiniteFuture()) {
    refused_since_ = now;
    if (options_.token_patience > absl::ZeroDuration()) {
      spdlog::warn("worker {}: {}; it reads its token again", hello_.worker(), status.error_message());
    }
  }
  return now - refused_since_ >= options_.token_patience;
}

grpc::Status Session::OneStream() {
  const absl::StatusOr<Access> access = access_();
  if (!access.ok()) {
    if (access.status() != access_status_) {
      spdlog::error("worker {}: cannot dial: {}", hello_.worker(), std::string(access.status().message()));
    }
    access_status_ = access.status();
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, std::string(access.status().message()));
  }
  access_status_ = absl::OkStatus();
  const auto stub = v1::Worker::NewStub(access->channel);
  {
    base::MutexLock lock(mutex_);
    if (closing_) return grpc::Status::OK;
    phase_ = Phase::kDialling;
    tell_drain_ = draining_;
  }
  std::shared_ptr<AttachStream> stream = AttachStream::Open(stub.get(), access->token, this);
  base::MutexLock lock(mutex_);
  if (phase_ != Phase::kAway) stream_ = stream;
  const bool already_closing = closing_;
  lock.Unlock();
  stream->Wake();
  if (already_closing) stream->Cancel();
  lock.Lock();
  const auto welcome_by = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.welcome_timeout);
  while (phase_ == Phase::kDialling || phase_ == Phase::kWelcoming) {
    if (changed_.WaitUntil(lock, welcome_by) || phase_ == Phase::kAttached) continue;
    lock.Unlock();
    stream->Cancel();
    lock.Lock();
    break;
  }
  while (phase_ != Phase::kAway) changed_.Wait(lock);
  return stream_status_;
}

bool Session::PauseBeforeDialling() {
  base::MutexLock lock(mutex_);
  const absl::Duration pause = base::FullJitterDelay(options_.reconnect, ++failed_dials_, random_->NextUniform());
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(pause);
  while (!closing_ && changed_.WaitUntil(lock, until)) {
  }
  return !closing_;
}

void Session::WaitUntilEmpty(absl::Duration timeout) {
  base::MutexLock lock(mutex_);
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout);
  while (!attempts_.empty() && !ended_ && changed_.WaitUntil(lock, deadline)) {
  }
}

void Session::CloseStream() {
  base::MutexLock lock(mutex_);
  closing_ = true;
  changed_.NotifyAll();
  const std::shared_ptr<AttachStream> stream = stream_;
  if (stream == nullptr) return;  // a stream that is just being opened is broken off by the dialler
  const bool attached = phase_ == Phase::kAttached;
  lock.Unlock();
  if (attached) stream->CloseWrites();
  lock.Lock();
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.give_back_timeout);
  while (attached && !ended_ && changed_.WaitUntil(lock, deadline)) {
  }
  const bool hangs = !ended_;
  lock.Unlock();
  if (hangs) stream->Cancel();
}

bool Session::FillFrame(v1::WorkerFrame* frame) {
  base::MutexLock lock(mutex_);
  if (phase_ == Phase::kDialling) {
    FillHello(frame);
    phase_ = Phase::kWelcoming;
    return true;
  }
  if (phase_ != Phase::kAttached) return false;
  if (std::exchange(tell_drain_, false)) frame->add_entries()->mutable_drain();
  size_t bytes = 0;
  while (!unsent_.empty()) {
    const std::shared_ptr<Attempt> attempt = std::move(unsent_.front());
    unsent_.pop_front();
    const Outbox::Taken taken = attempt->outbox().TakeUnsent(kMaxFrame - bytes, frame);
    bytes += taken.bytes;
    if (taken.more) unsent_.push_back(attempt);
    if (taken.more || bytes >= kMaxFrame) break;
  }
  return frame->entries_size() > 0;
}

void Session::FillHello(v1::WorkerFrame* frame) {
  v1::Hello& hello = *frame->add_entries()->mutable_hello();
  hello = hello_;
  if (draining_) hello.mutable_capacity()->Clear();
  named_.clear();
  for (const auto& [key, attempt] : attempts_) {
    v1::Hello::Held& held = *hello.add_held();
    *held.mutable_attempt() = attempt->id();
    held.set_last_record(attempt->outbox().last_record());
    held.set_wants_remembered(!attempt->remembered().complete());
    named_.push_back(key);
  }
}

void Session::OnFrame(const v1::OrchestratorFrame& frame) {
  for (const v1::OrchestratorEntry& entry : frame.entries()) {
    switch (entry.entry_case()) {
      case v1::OrchestratorEntry::kWelcome:
        OnWelcome(entry.welcome());
        break;
      case v1::OrchestratorEntry::kAssignment:
        OnAssignment(entry.assignment());
        break;
      case v1::OrchestratorEntry::kAck:
        OnAck(entry.ack());
        break;
      case v1::OrchestratorEntry::kRecords:
        if (const auto attempt = Find(entry.records().attempt())) Expect(attempt->AddRecords(entry.records()));
        break;
      case v1::OrchestratorEntry::kRemembered:
        if (const auto attempt = Find(entry.remembered().attempt())) attempt->AddRemembered(entry.remembered());
        break;
      case v1::OrchestratorEntry::kGo:
        if (const auto attempt = Find(entry.go().attempt())) Expect(attempt->CheckAllRecords());
        break;
      case v1::OrchestratorEntry::kCancel:
        if (const auto attempt = Find(entry.cancel().attempt())) attempt->Cancel(entry.cancel().reason());
        break;
      case v1::OrchestratorEntry::kFenced:
        if (const auto attempt = Release(entry.fenced().attempt())) attempt->Fence();
        break;
      case v1::OrchestratorEntry::kDrain:
        spdlog::info("worker {}: the orchestrator stops; it will dial again", hello_.worker());
        break;
      default:  // signals have no receiver here; entries of a newer orchestrator mean nothing
        break;
    }
  }
}

void Session::OnWelcome(const v1::Welcome& welcome) {
  std::vector<std::shared_ptr<Attempt>> over;
  std::vector<std::shared_ptr<Attempt>> resumed;
  std::vector<std::shared_ptr<Attempt>> cancelled;
  {
    base::MutexLock lock(mutex_);
    if (phase_ != Phase::kWelcoming) return;
    phase_ = Phase::kAttached;
    failed_dials_ = 0;
    was_welcome_ = true;
    refused_since_ = absl::InfiniteFuture();
    unsent_.clear();
    for (size_t i = 0; i < named_.size(); ++i) {
      const auto found = attempts_.find(named_[i]);
      if (found == attempts_.end()) continue;
      const std::shared_ptr<Attempt> attempt = found->second;
      const bool answered = i < static_cast<size_t>(welcome.held_size());
      const v1::Welcome::Held* answer = answered ? &welcome.held(static_cast<int>(i)) : nullptr;
      if (answer == nullptr || answer->fenced() || attempt->outbox().Resume(answer->acked()) == Outbox::Acked::kEnded) {
        over.push_back(attempt);
        attempts_.erase(found);
        continue;
      }
      if (attempt->outbox().HasUnsent()) unsent_.push_back(attempt);
      resumed.push_back(attempt);
      if (answer->cancel()) cancelled.push_back(attempt);
    }
    changed_.NotifyAll();
  }
  for (const std::shared_ptr<Attempt>& attempt : over) attempt->Fence();
  for (const std::shared_ptr<Attempt>& attempt : cancelled) attempt->Cancel("CANCELLED");
  for (const std::shared_ptr<Attempt>& attempt : resumed) attempt->NoteAck();
  spdlog::info("worker {}: attached as session {}", hello_.worker(), welcome.session());
  if (options_.observer != nullptr) options_.observer->OnAttach();
  WakeStream();
}

void Session::OnAssignment(const v1::Assignment& assignment) {
  bool give_back = false;
  std::shared_ptr<Attempt> attempt;
  {
    base::MutexLock lock(mutex_);
    std::shared_ptr<Attempt>& place = attempts_[Key::Of(assignment.attempt())];
    if (place != nullptr) return;
    place = std::make_shared<Attempt>(assignment, clock_->Now(), options_.outbox,
                                      [this, id = assignment.attempt()] { OnUnsent(id); });
    attempt = place;
    give_back = draining_;
  }
  attempt->BeginFor(options_.observer);
  if (give_back) {
    attempt->GiveBack();
  } else {
    run_(std::move(attempt));
  }
}

void Session::OnAck(const v1::Ack& ack) {
  const std::shared_ptr<Attempt> attempt = Find(ack.attempt());
  if (attempt == nullptr) return;
  if (attempt->outbox().Ack(ack.number()) == Outbox::Acked::kGoesOn) {
    attempt->NoteAck();
    return;
  }
  Release(ack.attempt());
  attempt->Unload();
}

void Session::Expect(const absl::Status& status) {
  if (status.ok()) return;
  spdlog::error("worker {}: the orchestrator breaks the protocol ({}); it will dial again", hello_.worker(),
                std::string(status.message()));
  if (const std::shared_ptr<AttachStream> stream = CurrentStream()) stream->Cancel();
}

void Session::OnUnsent(const v1::AttemptId& id) {
  {
    base::MutexLock lock(mutex_);
    const auto found = attempts_.find(Key::Of(id));
    if (found == attempts_.end()) return;
    unsent_.push_back(found->second);
    if (phase_ != Phase::kAttached) return;
  }
  WakeStream();
}

void Session::OnEnd(std::shared_ptr<AttachStream> stream, const grpc::Status& status) {
  // The dialler's own reference keeps the stream until it has seen kAway, so that this one is never the last.
  base::MutexLock lock(mutex_);
  phase_ = Phase::kAway;
  stream_.reset();
  stream_status_ = status;
  stream.reset();
  changed_.NotifyAll();
}

std::shared_ptr<Attempt> Session::Find(const v1::AttemptId& id) {
  base::MutexLock lock(mutex_);
  const auto found = attempts_.find(Key::Of(id));
  return found == attempts_.end() ? nullptr : found->second;
}

std::shared_ptr<Attempt> Session::Release(const v1::AttemptId& id) {
  base::MutexLock lock(mutex_);
  const auto found = attempts_.find(Key::Of(id));
  if (found == attempts_.end()) return nullptr;
  std::shared_ptr<Attempt> attempt = std::move(found->second);
  attempts_.erase(found);
  changed_.NotifyAll();
  return attempt;
}

std::vector<std::shared_ptr<Attempt>> Session::Held() {
  base::MutexLock lock(mutex_);
  std::vector<std::shared_ptr<Attempt>> held;
  for (const auto& [key, attempt] : attempts_) held.push_back(attempt);
  return held;
}

std::shared_ptr<AttachStream> Session::CurrentStream() {
  base::MutexLock lock(mutex_);
  return stream_;
}

void Session::WakeStream() {
  if (const std::shared_ptr<AttachStream> stream = CurrentStream()) stream->Wake();
}

}  // namespace flowmesh::sdk
