#ifndef FLOWMESH_WORKERS_SDK_JOIN_H_
#define FLOWMESH_WORKERS_SDK_JOIN_H_

#include <coroutine>
#include <cstddef>
#include <exception>

#include "workers/sdk/place.h"

namespace flowmesh::sdk {

// Where the branches of an All or ForEach meet again. The awaiting body is resumed when every branch has ended or the
// first has failed, whichever comes first in record order. Branches that are left over by a failure never run again and
// are destroyed with the join; what they had called goes on elsewhere until the flow ends, without effect on it. One
// thing is waited for even then: the records of local steps that have begun, because their code may use what the
// flow's frames hold.
class Join {
 public:
  virtual ~Join() = default;
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

  // Where it is awaited; before Begin.
  void SetPlace(const Place& place) { place_ = place; }

  // Resumes `waiter` once it is over; never inside this call.
  void Begin(std::coroutine_handle<> waiter);

  // A branch has ended: `failure` is what it threw, null = nothing.
  void BranchEnded(const std::exception_ptr& failure);

  // Called by the machine once every branch that was begun at first has run as far as it could.
  void BranchesBegun();

  // Throws what the first failed branch threw.
  void RethrowFailure() const;

  // The calls of one that is doomed do not matter any more: its branches, or those of a join around it, never run
  // again.
  bool Doomed() const;
  // Counts a step of a branch that is to be waited for, here and in every join around.
  void StepBegun();
  // The step's outcome is recorded. True: its branch goes on. False: it does not, and if it was the last step that was
  // waited for the body of the outermost failed join does.
  bool StepRecorded();

 protected:
  explicit Join(const Place& place) : place_(place) {}

  const Place& place() const { return place_; }
  bool failed() const { return failure_ != nullptr; }

  // Begins the branches that run at first, last one first; `open` counts all, begun or not.
  virtual size_t BeginBranches() = 0;
  // A branch has ended well and others are open: begins another if there is one.
  virtual void BeginNext() {}

 private:
  void ResumeIfOver();

  Place place_;  // of the awaiting body
  std::coroutine_handle<> waiter_;
  size_t open_ = 0;
  int steps_ = 0;       // that have begun in branches, at any depth, and are not recorded
  bool begun_ = false;  // BranchesBegun was called
  bool resumed_ = false;
  std::exception_ptr failure_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_JOIN_H_
