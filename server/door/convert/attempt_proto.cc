#include "server/door/convert/attempt_proto.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

std::string Cut(std::string&& text, size_t limit) {
  if (text.size() <= limit) return std::move(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;  // not inside a code point
  text.resize(limit);
  return std::move(text);
}

}  // namespace

absl::Status ProtocolViolation(const std::string& rule) {
  return base::Error(absl::StatusCode::kInvalidArgument, "PROTOCOL_VIOLATION", rule);
}

absl::StatusOr<engine::AttemptKey> FromProto(const v1::AttemptId& attempt) {
  const absl::StatusOr<store::Id> id = store::Id::Parse(attempt.execution_id());
  if (!id.ok())
    return ProtocolViolation("attempt.execution_id must be an execution's id: send back what the assignment named");
  if (attempt.task() < 0)
    return ProtocolViolation(absl::StrCat("attempt.task must be at least 0, is ", attempt.task()));
  if (attempt.attempt() < 1)
    return ProtocolViolation(absl::StrCat("attempt.attempt must be at least 1, is ", attempt.attempt()));
  return engine::AttemptKey{.task = {.execution_id = *id, .task = attempt.task()}, .attempt = attempt.attempt()};
}

void ToProto(const engine::AttemptKey& key, v1::AttemptId* attempt) {
  attempt->set_execution_id(key.task.execution_id.ToString());
  attempt->set_task(key.task.task);
  attempt->set_attempt(key.attempt);
}

store::Failure FromProto(v1::Failure&& failure) {
  return {.reason = Cut(std::move(*failure.mutable_reason()), kMaxReasonBytes),
          .message = Cut(std::move(*failure.mutable_message()), kMaxFailureMessageBytes),
          .retryable = failure.retryable()};
}

void ToProto(const store::Failure& failure, v1::Failure* out) {
  out->set_reason(failure.reason);
  out->set_message(failure.message);
  out->set_retryable(failure.retryable);
}

}  // namespace flowmesh::door
