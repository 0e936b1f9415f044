#ifndef FLOWMESH_WORKERS_SDK_FLOW_MACHINE_H_
#define FLOWMESH_WORKERS_SDK_FLOW_MACHINE_H_

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "google/protobuf/any.pb.h"
#include "workers/sdk/flow_host.h"
#include "workers/sdk/record_queue.h"

namespace flowmesh::sdk {

class CancelWait;
class Join;
class Wait;

// Moves one flow body: runs it until it can go no further, takes the next record, runs it again, and so on, in the same
// way live and in replay. That is why a flow makes the same calls whenever it runs again. Local work that ends, or an
// acknowledgement that comes, moves nothing: only records do, and a cancel.
//
// Bodies are resumed from one loop, never from one another, so that no number of flows that await flows in a row needs
// stack. Not thread-safe: everything happens on the flow's own thread, or strand.
class FlowMachine {
 public:
  using Record = v1::Records::Record;

  // `host` must outlive the machine. While the first `replayed` records are not all taken, the flow replays().
  FlowMachine(FlowHost* host, int replayed) : host_(host), replayed_(replayed), replaying_(replayed > 0) {}

  // The body that shall run, suspended at its start. It must be destroyed before the machine.
  void Begin(std::coroutine_handle<> body);

  // A record has come; numbers follow one another from 1.
  void AddRecord(Record record) { records_.Add(std::move(record)); }
  // The code of a step has returned; its outcome counts once its record has come.
  void StepReturned(const std::string& key, absl::StatusOr<google::protobuf::Any> outcome);
  // The flow shall stop: everything it waits for, now or later, throws CANCELLED into it, after the code of a step has
  // returned.
  void Cancel() { cancelling_ = true; }

  // Moves the flow as far as it goes.
  void Run();

  // Nothing more will happen: the body has ended, or the attempt failed without it.
  bool over() const { return failure_.has_value() || (body_ && body_.done()); }
  // Set when the attempt fails whatever its body would say (NONDETERMINISM, LIMIT, ...).
  const std::optional<v1::Failure>& failure() const { return failure_; }

  // Any thread may ask.
  bool replaying() const { return replaying_.load(std::memory_order_relaxed); }
  bool cancelling() const { return cancelling_; }
  int records_taken() const { return records_.taken(); }
  // All that it has taken so far came from the execution that is retried: what it does now it did there.
  bool repeats() const { return repeats_; }
  // Code of steps that has not returned.
  int busy_steps() const { return busy_steps_; }
  // It waits, and only for records. Otherwise it is over, or has work of its own, or shall hear of a cancel.
  bool only_waits() const;
  bool awaits_cancel() const { return !cancel_waits_.empty(); }
  // What it waits for, for people; the first few.
  std::string WaitsFor() const;

  // For what runs inside the flow.
  void Push(std::coroutine_handle<> handle) { stack_.push_back({handle, nullptr}); }
  void PushJoin(Join* join) { stack_.push_back({nullptr, join}); }
  void Await(Wait& wait);
  void Forget(const Wait& wait);
  void AwaitCancel(CancelWait* wait) { cancel_waits_.insert(wait); }
  void Forget(CancelWait* wait) { cancel_waits_.erase(wait); }
  // Ends the attempt; the body is not resumed again. Only the first failure counts.
  void Fail(v1::Failure failure);

 private:
  // What is to be done next stands on top.
  struct Next {
    std::coroutine_handle<> handle;
    Join* join = nullptr;
  };

  absl::Status CheckKey(const Wait& wait);
  void RunNext();
  bool WakeCancelled();
  void Take(Record record);
  void Settle(Wait& wait);
  void CheckLeftRecords();
  void FailNondeterministic(const Record& record, const std::string& what);

  FlowHost* const host_;
  const int replayed_;
  std::atomic<bool> replaying_;
  std::coroutine_handle<> body_;
  std::vector<Next> stack_;
  RecordQueue records_;
  std::set<std::string> called_;                                           // every key ever
  std::map<std::string, Wait*> waits_;                                     // by key, without outcome
  std::set<CancelWait*> cancel_waits_;                                     // bodies that wait for the cancel itself
  std::map<std::string, absl::StatusOr<google::protobuf::Any>> returned_;  // of steps whose record has not come
  bool repeats_ = true;
  int busy_steps_ = 0;
  bool cancelling_ = false;
  int awaits_after_cancel_ = 0;
  std::optional<v1::Failure> failure_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FLOW_MACHINE_H_
