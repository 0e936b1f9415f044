#include "server/door/convert/entry_proto.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/door/convert/any_payload.h"
#include "server/door/convert/attempt_proto.h"
#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

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

absl::Status CheckKey(const std::string& key) {
  if (!key.empty() && key.size() <= kMaxCallKeyBytes) return absl::OkStatus();
  return ProtocolViolation(absl::StrCat("a call key has 1 to ", kMaxCallKeyBytes, " bytes, this one has ", key.size()));
}

absl::StatusOr<absl::Duration> DelayFrom(const google::protobuf::Duration& duration, const char* field) {
  absl::StatusOr<absl::Duration> delay = FromProto(duration, field);
  if (!delay.ok() || *delay > kTenYears) {
    return ProtocolViolation(absl::StrCat(field, " must be a duration of at most ten years"));
  }
  return delay;
}

absl::StatusOr<engine::AwaitedOutside> OutsideFrom(const v1::ExternalCall& external) {
  const bool long_enough = external.token().size() >= kMinTokenBytes && external.token().size() <= kMaxTokenBytes;
  if (!long_enough) {
    return ProtocolViolation(
        absl::StrCat("a token has ", kMinTokenBytes, " to ", kMaxTokenBytes, " random characters of base64url"));
  }
  engine::AwaitedOutside outside{.token_digest = base::Sha256(external.token()), .output_type = external.output_type()};
  if (external.has_timeout()) {
    auto timeout = DelayFrom(external.timeout(), "external.timeout");
    if (!timeout.ok()) return timeout.status();
    outside.timeout = *timeout;
  }
  return outside;
}

absl::StatusOr<engine::EntryBody> CallFrom(v1::Call&& call) {
  if (absl::Status status = CheckKey(call.key()); !status.ok()) return status;
  engine::CallMade body;
  body.key = std::move(*call.mutable_key());
  switch (call.what_case()) {
    case v1::Call::kTask: {
      v1::TaskCall& task = *call.mutable_task();
      if (task.type().empty() || task.type().size() > kMaxCallNameBytes) {
        return ProtocolViolation("call.task.type must be the name of a task type");
      }
      if (task.has_priority() && (task.priority() < 0 || task.priority() > 9)) {
        return ProtocolViolation("call.task.priority must be from 0 (first) to 9");
      }
      body.kind = store::TaskKind::kCall;
      body.type = std::move(*task.mutable_type());
      body.input = FromProto(std::move(*task.mutable_input()));
      if (body.input.type.empty()) return ProtocolViolation("call.task.input must hold a message with its type_url");
      if (task.has_priority()) body.priority = task.priority();
      return body;
    }
    case v1::Call::kSleep: {
      auto delay = DelayFrom(call.sleep(), "call.sleep");
      if (!delay.ok()) return delay.status();
      body.kind = store::TaskKind::kSleep;
      body.delay = *delay;
      return body;
    }
    case v1::Call::kSignal:
      if (call.signal().empty() || call.signal().size() > kMaxCallNameBytes) {
        return ProtocolViolation(absl::StrCat("a signal's name has 1 to ", kMaxCallNameBytes, " bytes"));
      }
      body.kind = store::TaskKind::kSignal;
      body.type = std::move(*call.mutable_signal());
      return body;
    case v1::Call::kExternal: {
      auto outside = OutsideFrom(call.external());
      if (!outside.ok()) return outside.status();
      body.kind = store::TaskKind::kExternal;
      body.type = std::move(outside->output_type);
      body.delay = outside->timeout;
      body.token_digest = std::move(outside->token_digest);
      return body;
    }
    case v1::Call::WHAT_NOT_SET:
      break;
  }
  return ProtocolViolation("a call awaits a task, a sleep, a signal or an outcome from outside");
}

absl::StatusOr<engine::EntryBody> StepFrom(v1::Step&& step) {
  if (absl::Status status = CheckKey(step.key()); !status.ok()) return status;
  if (step.outcome_case() == v1::Step::OUTCOME_NOT_SET) return ProtocolViolation("a step has an output or a failure");
  engine::StepDone body;
  body.key = std::move(*step.mutable_key());
  if (step.has_failure()) {
    body.failure = FromProto(std::move(*step.mutable_failure()));
    if (body.failure.reason.empty()) body.failure.reason = "FAILED";
  } else {
    body.output = FromProto(std::move(*step.mutable_output()));
    body.reused = step.reused();
  }
  return body;
}

absl::StatusOr<engine::EntryBody> ParkedFrom(const v1::Parked& parked) {
  if (parked.last_record() < 0) return ProtocolViolation("parked.last_record must not be negative");
  return engine::Parked{.last_record = parked.last_record()};
}

absl::StatusOr<engine::EntryBody> FinishedFrom(v1::Finished&& finished) {
  if (finished.has_external()) {
    auto outside = OutsideFrom(finished.external());
    if (!outside.ok()) return outside.status();
    return engine::Finished{.with_errors = finished.with_errors(), .outside = *std::move(outside)};
  }
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
      return CallFrom(std::move(*entry.mutable_call()));
    case v1::WorkerEntry::kStep:
      return StepFrom(std::move(*entry.mutable_step()));
    case v1::WorkerEntry::kParked:
      return ParkedFrom(entry.parked());
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
