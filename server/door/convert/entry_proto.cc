#include "server/door/convert/entry_proto.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/door/convert/any_payload.h"
#include "server/door/convert/attempt_proto.h"

namespace flowmesh::door {
namespace {

absl::Status DurableCallsUnavailable(const char* what) {
  return base::Error(
      absl::StatusCode::kUnimplemented, "DURABLE_CALLS_UNAVAILABLE",
      absl::StrCat("this server does not take `", what,
                   "` entries: it records no calls and steps of flows, so do the work inside one attempt"));
}

absl::StatusOr<engine::WorkerEvent> LogEvent(const v1::LogLine& log) {
  if (log.message().size() > kMaxLogLineBytes) {
    return ProtocolViolation(absl::StrCat("a log line has at most 64 KiB, this one has ", log.message().size(),
                                          " bytes: split it, or write it to an output stream or an artifact"));
  }
  return engine::WorkerEvent{.kind = engine::EventKind::kLog, .payload = log.SerializeAsString()};
}

engine::WorkerEvent OutputEvent(v1::OutputChunk&& output) {
  engine::WorkerEvent event{.kind = engine::EventKind::kOutput, .payload = output.SerializeAsString()};
  event.offset = output.offset();
  event.length = static_cast<int64_t>(output.has_data() ? output.data().size() : output.text().size());
  event.stream = std::move(*output.mutable_stream());
  return event;
}

engine::WorkerEvent ProgressEvent(v1::Progress&& progress) {
  progress.set_percent(std::clamp(progress.percent(), 0, 100));
  engine::WorkerEvent event{.kind = engine::EventKind::kProgress, .payload = progress.SerializeAsString()};
  store::Progress& kept = event.progress.emplace();
  kept.percent = progress.percent();
  kept.message = std::move(*progress.mutable_message());
  kept.counters.insert(progress.counters().begin(), progress.counters().end());
  return event;
}

absl::StatusOr<engine::WorkerEvent> EventFrom(v1::Event&& event) {
  switch (event.kind_case()) {
    case v1::Event::kLog:
      return LogEvent(event.log());
    case v1::Event::kOutput:
      return OutputEvent(std::move(*event.mutable_output()));
    case v1::Event::kProgress:
      return ProgressEvent(std::move(*event.mutable_progress()));
    case v1::Event::kUsage:
      return engine::WorkerEvent{.kind = engine::EventKind::kUsage, .payload = event.usage().SerializeAsString()};
    case v1::Event::kArtifact:
      return engine::WorkerEvent{.kind = engine::EventKind::kArtifact, .payload = event.artifact().SerializeAsString()};
    case v1::Event::kState:
    case v1::Event::kChild:
    case v1::Event::KIND_NOT_SET:
      break;
  }
  return ProtocolViolation(
      "an event of a worker is a log, output, progress, usage or artifact; states are the orchestrator's");
}

absl::StatusOr<engine::EntryBody> BatchFrom(v1::EventBatch&& batch) {
  if (batch.events_size() > kMaxEventsPerBatch) {
    return ProtocolViolation(
        absl::StrCat("an entry holds at most ", kMaxEventsPerBatch, " events, this one holds ", batch.events_size()));
  }
  engine::EventBatch body;
  body.events.reserve(batch.events_size());
  for (v1::Event& event : *batch.mutable_events()) {
    absl::StatusOr<engine::WorkerEvent> converted = EventFrom(std::move(event));
    if (!converted.ok()) return converted.status();
    body.events.push_back(*std::move(converted));
  }
  return body;
}

absl::StatusOr<engine::EntryBody> FinishedFrom(v1::Finished&& finished) {
  if (finished.has_external()) return DurableCallsUnavailable("finished.external");
  engine::Finished body{.output = FromProto(std::move(*finished.mutable_output())),
                        .with_errors = finished.with_errors()};
  if (body.output.type.empty())
    return ProtocolViolation("finished.output must hold the output message with its type_url");
  return body;
}

engine::EntryBody FailedFrom(v1::Failed&& failed) {
  engine::Failed body{.failure = FromProto(std::move(*failed.mutable_failure())),
                      .cancelled = failed.cancelled(),
                      .returned = failed.returned()};
  if (body.failure.reason.empty()) body.failure.reason = "FAILED";  // rows take an empty reason for "no failure"
  return body;
}

absl::StatusOr<engine::EntryBody> BodyFrom(v1::WorkerEntry&& entry) {
  switch (entry.entry_case()) {
    case v1::WorkerEntry::kEvents:
      return BatchFrom(std::move(*entry.mutable_events()));
    case v1::WorkerEntry::kFinished:
      return FinishedFrom(std::move(*entry.mutable_finished()));
    case v1::WorkerEntry::kFailed:
      return FailedFrom(std::move(*entry.mutable_failed()));
    case v1::WorkerEntry::kCall:
      return DurableCallsUnavailable("call");
    case v1::WorkerEntry::kStep:
      return DurableCallsUnavailable("step");
    case v1::WorkerEntry::kParked:
      return DurableCallsUnavailable("parked");
    case v1::WorkerEntry::kHello:
    case v1::WorkerEntry::kCapacity:
    case v1::WorkerEntry::kDrain:
    case v1::WorkerEntry::ENTRY_NOT_SET:
      break;
  }
  return ProtocolViolation("an entry of an attempt holds events, call, step, finished, failed or parked");
}

}  // namespace

absl::StatusOr<engine::Entry> FromProto(v1::WorkerEntry&& entry, uint64_t session) {
  if (!entry.has_attempt()) return ProtocolViolation("this entry must name the attempt that speaks");
  const absl::StatusOr<engine::AttemptKey> attempt = FromProto(entry.attempt());
  if (!attempt.ok()) return attempt.status();
  if (entry.number() < 1) {
    return ProtocolViolation(absl::StrCat("an attempt's entries are numbered from 1, this one has ", entry.number()));
  }
  const int64_t number = entry.number();
  absl::StatusOr<engine::EntryBody> body = BodyFrom(std::move(entry));
  if (!body.ok()) return body.status();
  return engine::Entry{.attempt = *attempt, .session = session, .number = number, .body = *std::move(body)};
}

}  // namespace flowmesh::door
