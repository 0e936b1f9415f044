#include "tests/simulation/client.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "tests/simulation/plan.h"
#include "tests/support/row_builders.h"

namespace flowmesh::simulation {
namespace {

constexpr char kOwner[] = "ann";
constexpr int kMaxRetries = 3;  // in a chain

}  // namespace

Client::Client(Mesh* mesh, Dice* dice, History* history, Air* air, Rule broken, int executions)
    : mesh_(mesh), dice_(dice), history_(history), air_(air), broken_(broken) {
  for (int i = 0; i < executions; ++i) {
    auto wish = std::make_shared<Wish>();
    wish->key = absl::StrCat("key ", i);
    wish->seed = dice_->Next() >> 1;
    wish->timeout =
        dice_->Once(4) ? absl::Milliseconds(static_cast<int64_t>(dice_->Below(60'000)) + 1) : absl::InfiniteDuration();
    if (dice_->Once(2)) wish->mutex = "mutex";
    wish->policy = static_cast<store::ConcurrencyPolicy>(1 + dice_->Below(3));
    wishes_.push_back(std::move(wish));
  }
}

void Client::Turn() {
  const auto wish = wishes_[dice_->Below(wishes_.size())];
  const uint64_t roll = dice_->Below(24);
  const bool is_retry = wish->key.empty();
  if (wish->id.is_zero() || (roll < 3 && !is_retry)) {
    Create(wish);
  } else if (!wish->started || roll < 6) {
    Start(wish);
  } else if (roll < 7) {
    if (dice_->Once(4)) Cancel(wish);
  } else if (roll < 14) {
    Signal(*wish);
  } else if (roll < 20) {
    CompleteOne();
  } else if (roll < 23) {
    Retry(wish);
  } else if (dice_->Once(2)) {
    Delete(wish);
  }
}

void Client::Work() {
  for (const auto& wish : wishes_) {
    if (wish->deleted) continue;
    if (wish->retry_asked && !wish->retry_known) Retry(wish);
    if (wish->delete_asked) {
      Delete(wish);
    } else if (wish->id.is_zero()) {
      Create(wish);
    } else if (!wish->started) {
      Start(wish);
    } else {
      Signal(*wish);
    }
  }
  CompleteOne();
}

void Client::Create(const std::shared_ptr<Wish>& wish) {
  engine::SubmitCommand command{.row = testing::NewExecutionRow(++ids_, kOwner, kTree)};
  command.row.root.input = InputOf(wish->seed);
  command.row.labels[kKeyLabel] = wish->key;
  command.resource = store::ResourceRow{.kind = kTreeKind, .payload = wish->key};
  command.row.timeout = wish->timeout;
  if (!wish->mutex.empty()) {
    command.row.labels[kMutexLabel] = wish->mutex;
    if (broken_ != Rule::kConcurrency) command.row.concurrency_key = wish->mutex;
    command.row.concurrency_policy = wish->policy;
  }
  if (broken_ != Rule::kIdempotency) {
    command.key = store::IdempotencyRow{
        .owner = kOwner, .method = "CreateExecution", .key = wish->key, .digest = absl::StrCat(wish->seed)};
  }
  // Another create of the same wish may meanwhile have found its concurrency key free.
  command.reply = [this, wish, id = command.row.id](absl::StatusOr<engine::SubmitResult> result) {
    if (base::GetReason(result.status()) == "CONCURRENCY_KEY_HELD") history_->Refused(mesh_->database().store(), id);
    if (!result.ok()) return;
    history_->Created(wish->key, result->row.id);
    history_->Saw(result->row);
    wish->id = result->row.id;
  };
  mesh_->Any().Offer(std::move(command));
}

void Client::Start(const std::shared_ptr<Wish>& wish) {
  mesh_->Any().Offer(engine::StartCommand{
      .id = wish->id, .owner = kOwner, .reply = [this, wish](absl::StatusOr<store::ExecutionRow> row) {
        wish->started = wish->started || row.ok() || absl::IsFailedPrecondition(row.status());
        if (row.ok()) history_->Saw(*row);
      }});
}

std::optional<store::ExecutionRow> Client::EndOf(const Wish& wish) {
  if (wish.id.is_zero() || wish.deleted || !mesh_->database().open()) return std::nullopt;
  auto row = mesh_->database().store().ReadExecution(wish.id);
  if (!row.ok() || !row->has_value() || !store::IsFinal((*row)->state)) return std::nullopt;
  return **row;
}

void Client::Retry(const std::shared_ptr<Wish>& wish) {
  const std::optional<store::ExecutionRow> old = EndOf(*wish);
  if (!old || old->state == store::ExecutionState::kCompleted || wish->retries >= kMaxRetries) return;
  wish->retry_asked = true;
  const std::string key = absl::StrCat("retry ", wish->id.ToString());
  const auto known = [this, wish](absl::StatusOr<engine::SubmitResult> result) {
    if (!result.ok()) return;
    wish->retry_known = true;
    if (result->joined) return;  // somebody else holds its concurrency key
    history_->Retried(wish->id, result->row.id, mesh_->database().store());
    const auto same = [&](const auto& one) { return one->id == result->row.id; };
    if (std::any_of(wishes_.begin(), wishes_.end(), same)) return;
    auto retry = std::make_shared<Wish>();
    retry->id = result->row.id;
    retry->seed = wish->seed;
    retry->started = true;
    retry->retries = ++wish->retries;
    wishes_.push_back(std::move(retry));
  };
  if (broken_ == Rule::kReuse) {
    engine::SubmitCommand command{.row = testing::NewExecutionRow(++ids_, kOwner, kTree), .start = true};
    command.row.root.input = InputOf(wish->seed);
    command.resource = store::ResourceRow{.kind = kTreeKind};
    command.key = store::IdempotencyRow{.owner = kOwner, .method = "CreateExecution", .key = key, .digest = key};
    command.reply = known;
    mesh_->Any().Offer(std::move(command));
    return;
  }
  engine::RetryCommand command{.id = wish->id, .owner = kOwner, .start = true, .reply = known};
  command.wish.id = testing::IdNumber(++ids_);
  command.key = store::IdempotencyRow{.owner = kOwner, .method = "RetryExecution", .key = key, .digest = key};
  mesh_->Any().Offer(std::move(command));
}

void Client::Delete(const std::shared_ptr<Wish>& wish) {
  const bool spoils = broken_ == Rule::kFinal || broken_ == Rule::kEvents;  // they need something to spoil
  if (spoils || (!wish->delete_asked && !EndOf(*wish))) return;
  wish->delete_asked = true;
  history_->DeleteAsked(wish->id);
  mesh_->Any().Offer(
      engine::DeleteCommand{.id = wish->id, .owner = kOwner, .reply = [this, wish](const absl::Status& status) {
                              if (!status.ok() && !absl::IsNotFound(status)) return;
                              wish->deleted = true;
                              history_->Deleted(wish->id);
                            }});
}

void Client::Cancel(const std::shared_ptr<Wish>& wish) {
  if (broken_ == Rule::kCancel) {
    history_->CancelAcknowledged(wish->id);
    return;
  }
  mesh_->Any().Offer(engine::CancelCommand{.id = wish->id,
                                           .owner = kOwner,
                                           .reason = "enough",
                                           .reply = [this, wish](absl::StatusOr<store::ExecutionRow> row) {
                                             if (!row.ok()) return;
                                             history_->CancelAcknowledged(wish->id);
                                             history_->Saw(*row);
                                           }});
}

void Client::Signal(const Wish& wish) {
  const std::string key = absl::StrCat("signal ", ++signals_);
  engine::SignalCommand command{.id = wish.id,
                                .owner = kOwner,
                                .name = absl::StrCat("word", dice_->Below(2)),
                                .payload = {.type = "simulation.Result", .bytes = key},
                                .reply = [](const absl::Status&) {}};
  command.key = store::IdempotencyRow{.owner = kOwner, .method = "SignalExecution", .key = key, .digest = key};
  mesh_->Any().Offer(command);
  if (dice_->Once(3)) mesh_->Any().Offer(std::move(command));
}

void Client::CompleteOne() {
  if (air_->tokens.empty()) return;
  auto token = air_->tokens.begin();
  std::advance(token, static_cast<std::ptrdiff_t>(dice_->Below(air_->tokens.size())));
  engine::CompleteTaskCommand command{.token_digest = *token, .reply = [](const absl::Status&) {}};
  command.outcome.output = {.type = "simulation.Result", .bytes = absl::StrCat("outside ", ++air_->texts)};
  mesh_->Any().Offer(std::move(command));
}

}  // namespace flowmesh::simulation
