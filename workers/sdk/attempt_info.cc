#include "workers/sdk/attempt_info.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/base/trace_context.h"
#include "workers/sdk/proto_duration.h"

namespace flowmesh::sdk {

AttemptInfo AttemptInfo::From(const v1::Assignment& assignment, absl::Time now) {
  AttemptInfo info;
  info.execution_id = assignment.attempt().execution_id();
  info.task = assignment.attempt().task();
  info.attempt = assignment.attempt().attempt();
  info.type = assignment.type();
  info.idempotency_key = assignment.idempotency_key();
  info.failures = assignment.failures();
  for (const v1::OutputEnd& end : assignment.output_ends()) info.output_ends[end.stream()] = end.offset();
  if (assignment.has_deadline()) {
    info.deadline =
        absl::FromUnixSeconds(assignment.deadline().seconds()) + absl::Nanoseconds(assignment.deadline().nanos());
  }
  if (assignment.has_attempt_timeout()) {
    const absl::Duration timeout = FromProtoDuration(assignment.attempt_timeout());
    info.deadline = std::min(info.deadline, now + timeout);
  }
  info.labels.insert(assignment.labels().begin(), assignment.labels().end());
  info.traceparent = assignment.traceparent();
  info.owner = assignment.owner();
  info.first_of_chain = assignment.first_of_chain();
  return info;
}

base::LogFields AttemptInfo::LogFields() const {
  const auto request = labels.find("x-request-id");
  return {{"trace_id", base::TraceIdOf(traceparent)},
          {"request_id", request == labels.end() ? "" : request->second},
          {"execution_id", execution_id},
          {"task", absl::StrCat(task)},
          {"attempt", absl::StrCat(attempt)},
          {"type", type}};
}

}  // namespace flowmesh::sdk
