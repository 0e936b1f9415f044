#include "workers/sdk/durable_sleep.h"

#include "workers/sdk/proto_duration.h"

namespace flowmesh::sdk {
namespace {

v1::Call SleepCall(absl::Duration pause) {
  v1::Call call;
  *call.mutable_sleep() = ToProtoDuration(pause);
  return call;
}

}  // namespace

DurableSleep::DurableSleep(absl::Duration pause) : CallWait(v1::Task::SLEEP, "sleep", SleepCall(pause)) {}

}  // namespace flowmesh::sdk
