#include "server/rpc/worker_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/base/error.h"
#include "server/door/convert/entry_proto.h"
#include "server/door/convert/session_message_proto.h"
#include "server/door/hello.h"
#include "server/door/status.h"
#include "server/engine/errors.h"

namespace flowmesh::rpc {
namespace {

absl::Status ProtocolError(const std::string& message) {
  return base::Error(absl::StatusCode::kInvalidArgument, "WORKER_PROTOCOL", message);
}

absl::Status TokenExpired() {
  return base::Error(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED",
                     "the worker's token has expired: attach with a new one");
}

int32_t CodeVersionIn(const v1::Hello& hello, const std::string& type) {
  for (const v1::TaskType& served : hello.types()) {
    if (served.name() == type) return std::max(1, served.code_version());
  }
  return 1;
}

// Counts towards the bytes of what was read for the worker.
bool IsFed(const v1::OrchestratorEntry& entry) { return entry.has_records() || entry.has_remembered(); }

bool IsCapacity(int number) { return number >= 0 && number <= door::kMaxCapacity; }

}  // namespace

std::shared_ptr<WorkerSession> WorkerSession::Begin(engine::Engine* engine, door::ContractCatalog* catalog,
                                                    door::Caller caller, uint64_t id,
                                                    std::unique_ptr<door::CallRecord> record) {
  std::shared_ptr<WorkerSession> session(new WorkerSession(engine, catalog, std::move(caller), id, std::move(record)));
  session->self_ = session;
  session->AwaitExpiry();
  base::MutexLock lock(session->mutex_);
  session->StartSendInitialMetadata();
  session->Advance();
  return session;
}

void WorkerSession::AwaitExpiry() {
  if (caller_.expire_time == absl::InfiniteFuture()) return;
  const absl::Duration left = caller_.expire_time - engine_->clock().Now();
  // No owner of the session: gRPC keeps the function for as long as the alarm, which is a part of it.
  expiry_.Set(absl::ToChronoTime(absl::Now() + left), [weak = weak_from_this()](bool rang) {
    const auto session = weak.lock();
    if (rang && session != nullptr) session->OnExpiry();
  });
}

void WorkerSession::OnExpiry() {
  base::MutexLock lock(mutex_);
  End(TokenExpired());
}

void WorkerSession::Advance() {
  if (state_ == State::kFinished) return;
  const bool may_read = !reading_ && !read_closed_ && !hello_pending_ && state_ != State::kEnding && !cancelled_;
  if (may_read && uncommitted_bytes_ < kMaxUncommittedBytes && unsent_.size() < kMaxUnsentEntries) {
    reading_ = true;
    StartRead(&incoming_);
  }
  if (!writing_ && !unsent_.empty() && !cancelled_) {
    FillFrame();
    writing_ = true;
    StartWrite(&outgoing_);
  }
  if (state_ == State::kAttached && !cancelled_ && unsent_record_bytes_ < kMaxUnsentRecordBytes) {
    if (const auto page = feeds_.NextPage()) {
      if (!engine_->readers().Post([self = shared_from_this(), page = *page] { self->ReadRecords(page); })) {
        End(engine::QueueFull());
      }
    }
  }
  const bool over = state_ == State::kEnding || read_closed_ || cancelled_;
  if (over && !writing_ && !hello_pending_) {
    Detach(worker_drains_ && !cancelled_);
    state_ = State::kFinished;
    Finish(record_->End(end_));
  }
}

void WorkerSession::FillFrame() {
  outgoing_.Clear();
  size_t bytes = 0;
  size_t taken = 0;
  while (taken < unsent_.size() && bytes < kMaxFrameBytes) {
    bytes += unsent_[taken].ByteSizeLong();
    if (IsFed(unsent_[taken])) {
      unsent_record_bytes_ -= std::min(unsent_record_bytes_, unsent_[taken].ByteSizeLong());
    }
    *outgoing_.add_entries() = std::move(unsent_[taken++]);
  }
  unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void WorkerSession::End(const absl::Status& status) {
  if (state_ == State::kEnding || state_ == State::kFinished) return;
  state_ = State::kEnding;
  end_ = door::ToGrpcStatus(status);
  Advance();
}

void WorkerSession::Detach(bool gone) {
  if (!std::exchange(told_engine_, false)) return;
  engine_->Tell(engine::DetachCommand{.session = id_, .gone = gone});
}

void WorkerSession::OnReadDone(bool ok) {
  base::MutexLock lock(mutex_);
  reading_ = false;
  if (!ok) {
    read_closed_ = true;
    Advance();
    return;
  }
  absl::Status status;
  if (engine_->clock().Now() >= caller_.expire_time) {
    status = TokenExpired();
  } else if (state_ == State::kAwaitsHello) {
    status = TakeHello(incoming_);
  } else if (state_ == State::kAttached) {
    status = TakeFrame(incoming_);
  }
  if (!status.ok()) End(status);
  Advance();
}

absl::Status WorkerSession::TakeHello(const v1::WorkerFrame& frame) {
  if (frame.entries_size() != 1 || !frame.entries(0).has_hello()) {
    return ProtocolError("the first frame must hold exactly one entry, hello");
  }
  mutex_.AssertHeld();
  hello_pending_ = true;
  auto hello = std::make_shared<v1::Hello>(frame.entries(0).hello());
  if (!engine_->readers().Post([self = shared_from_this(), hello] { self->Attach(*hello); })) {
    hello_pending_ = false;
    return engine::QueueFull();
  }
  return absl::OkStatus();
}

void WorkerSession::Attach(const v1::Hello& hello) {
  engine::HelloCommand command{.session = id_,
                               .worker = hello.worker(),
                               .worker_id = hello.worker_id(),
                               .version = hello.version(),
                               .slots = hello.capacity().slots(),
                               .flows = hello.capacity().flows(),
                               .channel = shared_from_this()};
  auto judge = [&]() -> absl::Status {
    if (hello.worker_id().size() < 8 || hello.worker_id().size() > 128) {
      return ProtocolError(
          "hello.worker_id must have 8 to 128 random characters, the same for all streams of one process");
    }
    for (const v1::Hello::Held& held : hello.held()) {
      auto attempt = door::FromProto(held.attempt());
      if (!attempt.ok()) return attempt.status();
      command.held.push_back(
          {.attempt = *attempt, .last_record = held.last_record(), .wants_remembered = held.wants_remembered()});
    }
    auto contracts = catalog_->CheckHello(hello);
    if (!contracts.ok()) return contracts.status();
    if (absl::Status status = catalog_->Adopt(*contracts); !status.ok()) return status;
    for (const door::HelloContracts::Type& type : contracts->types) {
      command.types.push_back({.row = type.current->record,
                               .code_version = CodeVersionIn(hello, type.current->record.name),
                               .store_row = type.changed});
    }
    return absl::OkStatus();
  };
  const absl::Status status = judge();
  base::MutexLock lock(mutex_);
  hello_pending_ = false;
  if (!status.ok()) {
    End(status);
  } else if (state_ == State::kAwaitsHello && !cancelled_) {
    state_ = State::kAttached;
    told_engine_ = true;
    engine_->Tell(std::move(command));
  }
  Advance();
}

absl::Status WorkerSession::TakeFrame(v1::WorkerFrame& frame) {
  mutex_.AssertHeld();
  engine::FrameCommand command{.session = id_, .bytes = frame.ByteSizeLong() + 1};
  std::vector<engine::SessionCommand> about_session;
  for (v1::WorkerEntry& entry : *frame.mutable_entries()) {
    switch (entry.entry_case()) {
      case v1::WorkerEntry::kHello:
        return ProtocolError("hello may only be the first entry of a stream");
      case v1::WorkerEntry::kCapacity:
        if (!IsCapacity(entry.capacity().slots()) || !IsCapacity(entry.capacity().flows())) {
          return ProtocolError(absl::StrCat("a capacity must be from 0 to ", door::kMaxCapacity));
        }
        about_session.push_back(engine::CapacityCommand{
            .session = id_, .slots = entry.capacity().slots(), .flows = entry.capacity().flows()});
        break;
      case v1::WorkerEntry::kDrain:
        worker_drains_ = true;
        about_session.push_back(engine::DrainSessionCommand{.session = id_});
        break;
      default: {
        auto converted = door::FromProto(std::move(entry), id_);
        if (!converted.ok()) return converted.status();
        command.entries.push_back(*std::move(converted));
      }
    }
  }
  if (!command.entries.empty()) {
    uncommitted_bytes_ += command.bytes;
    command.committed = [self = shared_from_this(), bytes = command.bytes] { self->Committed(bytes); };
    engine_->Deliver(std::move(command));
  }
  for (engine::SessionCommand& one : about_session) engine_->Tell(std::move(one));
  return absl::OkStatus();
}

void WorkerSession::Committed(size_t bytes) {
  base::MutexLock lock(mutex_);
  uncommitted_bytes_ -= bytes;
  Advance();
}

void WorkerSession::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) cancelled_ = true;
  Advance();
}

void WorkerSession::OnCancel() {
  base::MutexLock lock(mutex_);
  cancelled_ = true;
  unsent_.clear();
  Advance();
}

void WorkerSession::OnDone() {
  expiry_.Cancel();
  self_.reset();
}

void WorkerSession::Send(std::vector<engine::SessionMessage> messages) {
  base::MutexLock lock(mutex_);
  if (state_ != State::kAttached || cancelled_) return;
  for (engine::SessionMessage& message : messages) {
    v1::OrchestratorEntry entry = door::ToProto(engine::SessionMessage(message));
    if (Route(message, &entry)) unsent_.push_back(std::move(entry));
  }
  Advance();
}

bool WorkerSession::Route(const engine::SessionMessage& message, v1::OrchestratorEntry* entry) {
  if (const auto* record = std::get_if<engine::RecordMessage>(&message)) {
    return !feeds_.Hold(record->attempt, std::move(*entry));
  }
  if (const auto* records = std::get_if<engine::RecordsMessage>(&message)) {
    feeds_.Add(records->attempt, records->after, records->records);
    return false;
  }
  if (const auto* ack = std::get_if<engine::AckMessage>(&message)) {
    return !feeds_.Hold(ack->attempt, std::move(*entry));
  }
  if (const auto* assignment = std::get_if<engine::AssignmentMessage>(&message)) {
    if (assignment->records > 0 || assignment->remembers) {
      feeds_.Begin(assignment->attempt, 0, assignment->records, /*go=*/assignment->records > 0, assignment->remembers);
    }
  } else if (const auto* fenced = std::get_if<engine::FencedMessage>(&message)) {
    feeds_.Drop(fenced->attempt);
  } else if (const auto* welcome = std::get_if<engine::WelcomeMessage>(&message)) {
    for (const engine::WelcomeMessage::Held& held : welcome->held) {
      const bool behind = held.last_record < held.records || held.remembers;
      if (behind && !held.fenced) {
        feeds_.Begin(held.attempt, held.last_record, held.records, /*go=*/false, held.remembers);
      }
    }
  }
  return true;
}

void WorkerSession::ReadRecords(const RecordFeeds::Page& page) {
  auto records =
      engine_->store().ReadRecords(page.flow.execution_id, page.flow.task, page.after, RecordFeeds::kPageBytes);
  base::MutexLock lock(mutex_);
  if (!records.ok()) {
    End(base::Error(absl::StatusCode::kUnavailable, "RECORDS_UNREADABLE",
                    "the records of a flow cannot be read now: attach again"));
    return;
  }
  for (v1::OrchestratorEntry& entry : feeds_.Take(page, *std::move(records))) {
    if (IsFed(entry)) unsent_record_bytes_ += entry.ByteSizeLong();
    unsent_.push_back(std::move(entry));
  }
  Advance();
}

void WorkerSession::Close(const std::string& why) {
  base::MutexLock lock(mutex_);
  told_engine_ = false;
  End(base::Error(absl::StatusCode::kUnavailable, "SESSION_REPLACED", why));
}

void WorkerSession::Drain() {
  base::MutexLock lock(mutex_);
  if (state_ == State::kAttached && !cancelled_) unsent_.emplace_back().mutable_drain();
  End(engine::Stopping());
}

}  // namespace flowmesh::rpc
