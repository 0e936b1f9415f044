#include "server/door/convert/session_message_proto.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/door/convert/any_payload.h"
#include "server/door/convert/attempt_proto.h"
#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

void SetOutcome(store::Payload&& output, const store::Failure& failure, v1::Records::Record* record) {
  if (!failure.reason.empty()) {
    ToProto(failure, record->mutable_failure());
  } else {
    ToProto(std::move(output), record->mutable_output());
  }
}

void Set(engine::AssignmentMessage&& message, v1::OrchestratorEntry* entry) {
  v1::Assignment& assignment = *entry->mutable_assignment();
  ToProto(message.attempt, assignment.mutable_attempt());
  assignment.set_type(std::move(message.type));
  if (!message.input.type.empty()) ToProto(std::move(message.input), assignment.mutable_input());
  assignment.set_idempotency_key(std::move(message.idempotency_key));
  assignment.set_failures(message.failures);
  assignment.set_records(message.records);
  for (const auto& [stream, end] : message.output_ends) {
    v1::OutputEnd& output_end = *assignment.add_output_ends();
    output_end.set_stream(stream);
    output_end.set_offset(end);
  }
  if (message.deadline != absl::InfiniteFuture()) *assignment.mutable_deadline() = ToProto(message.deadline);
  if (message.attempt_timeout != absl::InfiniteDuration()) {
    *assignment.mutable_attempt_timeout() = ToProto(message.attempt_timeout);
  }
  assignment.mutable_labels()->insert(message.labels.begin(), message.labels.end());
  assignment.set_traceparent(std::move(message.traceparent));
  assignment.set_owner(std::move(message.owner));
  assignment.set_first_of_chain(message.first_of_chain.ToString());
  assignment.set_remembers(message.remembers.has_value());
}

void Set(engine::RecordMessage&& message, v1::OrchestratorEntry* entry) {
  v1::Records& records = *entry->mutable_records();
  ToProto(message.attempt, records.mutable_attempt());
  v1::Records::Record& record = *records.add_records();
  record.set_number(message.number);
  record.set_call_key(std::move(message.call_key));
  record.set_kind(static_cast<v1::Task::Kind>(message.kind));
  record.set_type(std::move(message.type));
  record.set_reused(message.reused);
  if (!message.own_step) SetOutcome(std::move(message.output), message.failure, &record);
}

// The session reads these records and sends them then.
void Set(engine::RecordsMessage&&, v1::OrchestratorEntry*) {}

void Set(engine::CancelMessage&& message, v1::OrchestratorEntry* entry) {
  v1::Cancel& cancel = *entry->mutable_cancel();
  ToProto(message.attempt, cancel.mutable_attempt());
  cancel.set_reason(std::move(message.reason));
  *cancel.mutable_grace() = ToProto(message.grace);
}

void Set(engine::AckMessage&& message, v1::OrchestratorEntry* entry) {
  v1::Ack& ack = *entry->mutable_ack();
  ToProto(message.attempt, ack.mutable_attempt());
  ack.set_number(message.number);
}

void Set(engine::FencedMessage&& message, v1::OrchestratorEntry* entry) {
  v1::Fenced& fenced = *entry->mutable_fenced();
  ToProto(message.attempt, fenced.mutable_attempt());
  fenced.set_reason(std::move(message.reason));
}

void Set(engine::WelcomeMessage&& message, v1::OrchestratorEntry* entry) {
  v1::Welcome& welcome = *entry->mutable_welcome();
  welcome.set_session(SessionName(message.session));
  *welcome.mutable_grace() = ToProto(message.grace);
  for (const engine::WelcomeMessage::Held& answer : message.held) {
    v1::Welcome::Held& held = *welcome.add_held();
    ToProto(answer.attempt, held.mutable_attempt());
    held.set_acked(answer.acked);
    held.set_fenced(answer.fenced);
    held.set_cancel(answer.cancel);
  }
}

}  // namespace

std::string SessionName(uint64_t session) { return absl::StrCat(absl::Hex(session, absl::kZeroPad16)); }

v1::Records::Record RecordToProto(store::TaskRow&& child) {
  v1::Records::Record record;
  record.set_number(child.record);
  record.set_call_key(std::move(child.call_key));
  record.set_kind(static_cast<v1::Task::Kind>(child.kind));
  if (child.kind == store::TaskKind::kCall) record.set_type(std::move(child.type));
  const store::Failure failure =
      child.state == store::TaskState::kCompleted ? store::Failure{} : std::move(child.failure);
  SetOutcome(std::move(child.output), failure, &record);
  record.set_reused(child.reused);
  return record;
}

v1::Remembered::Step RememberedStep(store::TaskRow&& child) {
  v1::Remembered::Step step;
  step.set_key(std::move(child.call_key));
  ToProto(std::move(child.output), step.mutable_output());
  return step;
}

v1::OrchestratorEntry ToProto(engine::SessionMessage&& message) {
  v1::OrchestratorEntry entry;
  std::visit([&entry](auto&& said) { Set(std::forward<decltype(said)>(said), &entry); }, std::move(message));
  return entry;
}

}  // namespace flowmesh::door
