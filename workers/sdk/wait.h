#ifndef FLOWMESH_WORKERS_SDK_WAIT_H_
#define FLOWMESH_WORKERS_SDK_WAIT_H_

#include <coroutine>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "flowmesh/v1/execution.pb.h"
#include "flowmesh/v1/worker.pb.h"
#include "google/protobuf/any.pb.h"
#include "workers/sdk/flow_host.h"
#include "workers/sdk/place.h"

namespace flowmesh::sdk {

// One thing that a flow waits for and that becomes one record: a call, step, sleep, signal or external outcome. Inert
// until a flow body awaits it, which gives it its place and key; from then on it must stay where it is. Destroying it
// drops the outcome.
class Wait {
 public:
  virtual ~Wait();
  // Only before it is awaited.
  Wait(Wait&& other) noexcept;
  Wait& operator=(Wait&&) = delete;

  // Gives it a key of its own in the scope of `place`: the author's, or the next of its kind.
  void Bind(const Place& place);
  // Makes it the thing that is called `name` (a whole key).
  void BindAs(const Place& place, const std::string& name);

  // For co_await, in bodies that return a Flow.
  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    if (!bound()) Bind(waiter.promise().place());
    Begin(waiter);
  }

 protected:
  // `label` stands in keys that nobody chose; `type` is the task type of a call.
  Wait(v1::Task::Kind kind, std::string label, std::string type = "");

  void SetName(std::string name) { name_ = std::move(name); }
  // After it is bound.
  void SetKey(std::string key) { key_ = std::move(key); }
  bool bound() const { return place_.machine != nullptr; }
  const Place& place() const { return place_; }
  const std::string& key() const { return key_; }

  // Hands it to the machine; `waiter` may be null and come later by ResumeWhenSettled.
  void Begin(std::coroutine_handle<> waiter);
  // `join` is that of the body that waits.
  void ResumeWhenSettled(std::coroutine_handle<> waiter, Join* join) {
    waiter_ = waiter;
    place_.join = join;
  }
  bool settled() const { return settled_; }

  // The outcome of a settled wait. Throws FlowFailure: the recorded failure, or CANCELLED.
  google::protobuf::Any TakeOutput();
  template <typename Out>
  Out TakeOutputAs() {
    const google::protobuf::Any output = TakeOutput();
    Out typed;
    if (!output.UnpackTo(&typed)) ThrowOutputDoesNotParse(output, Out::descriptor()->full_name());
    return typed;
  }
  [[noreturn]] void ThrowOutputDoesNotParse(const google::protobuf::Any& output, const std::string& expected) const;

  // What is wrong with it whenever the flow runs; thrown into the body instead of an outcome.
  virtual absl::Status Check() const { return absl::OkStatus(); }
  // Tells the world outside about it, once; not called when its record is there already. An error fails the attempt.
  virtual absl::Status Launch(FlowHost& host) = 0;

 private:
  friend class FlowMachine;

  const v1::Task::Kind kind_;
  std::string label_;
  std::string type_;
  std::string name_;  // the author's; empty = none
  Place place_;       // set once bound
  std::string key_;
  std::coroutine_handle<> waiter_;
  bool registered_ = false;  // the machine knows it
  bool busy_ = false;        // its code runs on another thread and may use what the flow's frames hold
  bool settled_ = false;     // the outcome is here
  bool cancelled_ = false;   // the outcome is that the flow shall stop
  google::protobuf::Any output_;
  std::optional<v1::Failure> failure_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_WAIT_H_
