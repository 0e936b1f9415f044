#include "tests/simulation/stream.h"

#include <utility>

#include "tests/simulation/plan.h"

namespace flowmesh::simulation {

void Stream::FeedRemembered(const engine::AttemptKey& attempt, const store::TaskKey& flow) {
  auto rows = server_->store().ReadRecords(flow.execution_id, flow.task, 0, size_t{1} << 30);
  if (!rows.ok()) return history_->Break("store", std::string(rows.status().message()));
  Remembered remembered{.attempt = attempt};
  for (const store::TaskRow& row : *rows) {
    const bool done = row.kind == store::TaskKind::kStep && row.state == store::TaskState::kCompleted;
    if (done) remembered.steps[row.call_key] = row.output;
  }
  messages_.push_back(std::move(remembered));
}

void Stream::FeedRecords(const engine::AttemptKey& attempt, int32_t after, int32_t until) {
  auto rows = server_->store().ReadRecords(attempt.task.execution_id, attempt.task.task, after, size_t{1} << 30);
  if (!rows.ok()) return history_->Break("store", std::string(rows.status().message()));
  for (store::TaskRow& row : *rows) {
    if (row.record > until) return;
    const bool completed = row.state == store::TaskState::kCompleted;
    messages_.push_back(engine::RecordMessage{.attempt = attempt,
                                              .number = row.record,
                                              .call_key = row.call_key,
                                              .kind = row.kind,
                                              .output = std::move(row.output),
                                              .failure = completed ? store::Failure{} : row.failure,
                                              .reused = row.reused});
  }
}

void Stream::Send(std::vector<engine::SessionMessage> messages) {
  for (engine::SessionMessage& message : messages) {
    if (const auto* assignment = std::get_if<engine::AssignmentMessage>(&message)) {
      history_->Assigned(*assignment, server_->store());
      const engine::AttemptKey attempt = assignment->attempt;
      const int32_t records = assignment->records;
      const std::optional<store::TaskKey> remembers = assignment->remembers;
      messages_.push_back(*assignment);
      if (remembers) FeedRemembered(attempt, *remembers);
      if (broken_ != Rule::kRecords) FeedRecords(attempt, 0, records);
      messages_.push_back(Go{attempt});
      continue;
    }
    if (const auto* records = std::get_if<engine::RecordsMessage>(&message)) {
      FeedRecords(records->attempt, records->after, records->records);
      continue;
    }
    if (const auto* record = std::get_if<engine::RecordMessage>(&message); record != nullptr && !record->own_step) {
      history_->Recorded(record->attempt.task, record->number, record->call_key,
                         OutcomeText(record->output, record->failure));
    }
    const auto* welcome = std::get_if<engine::WelcomeMessage>(&message);
    std::vector<engine::WelcomeMessage::Held> held;
    if (welcome != nullptr) held = welcome->held;
    std::visit(
        [this](auto&& one) {
          if constexpr (std::is_constructible_v<Message, decltype(one)>) {
            messages_.push_back(std::forward<decltype(one)>(one));
          }
        },
        std::move(message));
    for (const auto& one : held) {
      if (!one.fenced && one.remembers) FeedRemembered(one.attempt, *one.remembers);
      if (!one.fenced && one.last_record < one.records) FeedRecords(one.attempt, one.last_record, one.records);
    }
  }
}

}  // namespace flowmesh::simulation
