#include "server/door/convert/event_proto.h"

#include <google/protobuf/message_lite.h>

#include <optional>

#include "server/door/convert/attempt_proto.h"
#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

bool Parse(const engine::EventView& view, google::protobuf::MessageLite* message) {
  return message->ParseFromArray(view.payload.data(), static_cast<int>(view.payload.size()));
}

}  // namespace

bool ToProto(const engine::EventView& view, v1::StateChange* change) {
  const std::optional<engine::StateChange> unpacked = engine::UnpackStateChange(view.payload);
  if (!unpacked) return false;
  change->set_state(static_cast<v1::Execution::State>(unpacked->state));
  if (!unpacked->failure.reason.empty()) ToProto(unpacked->failure, change->mutable_failure());
  return true;
}

bool ToProto(const engine::EventView& view, v1::TaskChange* change) {
  const std::optional<engine::ChildChange> unpacked = engine::UnpackChildChange(view.payload);
  if (!unpacked) return false;
  change->set_task(unpacked->task);
  change->set_call_key(unpacked->call_key);
  change->set_state(static_cast<v1::Task::State>(unpacked->state));
  change->set_attempt(unpacked->attempt);
  change->set_reused(unpacked->reused);
  if (!unpacked->failure.reason.empty()) ToProto(unpacked->failure, change->mutable_failure());
  return true;
}

bool ToProto(const store::Id& execution_id, const engine::EventView& view, v1::Event* event) {
  event->set_execution_id(execution_id.ToString());
  event->set_seq(view.seq);
  *event->mutable_time() = ToProto(view.time);
  event->set_task(view.task);
  event->set_attempt(view.attempt);
  switch (view.kind) {
    case engine::EventKind::kLog:
      return Parse(view, event->mutable_log());
    case engine::EventKind::kOutput:
      return Parse(view, event->mutable_output());
    case engine::EventKind::kProgress:
      return Parse(view, event->mutable_progress());
    case engine::EventKind::kState:
      return ToProto(view, event->mutable_state());
    case engine::EventKind::kChild:
      return ToProto(view, event->mutable_child());
    case engine::EventKind::kUsage:
      return Parse(view, event->mutable_usage());
    case engine::EventKind::kArtifact:
      return Parse(view, event->mutable_artifact());
  }
  return false;
}

}  // namespace flowmesh::door
