#include "workers/sdk/external_wait.h"

#include <utility>

namespace flowmesh::sdk {
namespace {

v1::Call CallOf(v1::ExternalCall external) {
  v1::Call call;
  *call.mutable_external() = std::move(external);
  return call;
}

}  // namespace

OpenExternal::OpenExternal(const Place& place, const std::string& key, v1::ExternalCall external)
    : CallWait(v1::Task::EXTERNAL_CALL, "external", CallOf(std::move(external))) {
  BindAs(place, key);
  Begin(nullptr);
}

bool OpenExternal::AwaitOutcome(std::coroutine_handle<> waiter, Join* join) {
  if (settled()) return false;
  ResumeWhenSettled(waiter, join);
  return true;
}

}  // namespace flowmesh::sdk
