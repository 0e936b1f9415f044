// Small pieces of every unary method.
#ifndef FLOWMESH_SERVER_DOOR_CALLS_UNARY_H_
#define FLOWMESH_SERVER_DOOR_CALLS_UNARY_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/error.h"
#include "server/base/ids.h"
#include "server/door/calls/call_observer.h"

namespace flowmesh::door {

// The reactor of a unary call that is counted. Owns itself until gRPC is done with it.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  // For a method's first line; `method` is its name.
  static UnaryCall* Begin(CallObserver* observer, absl::string_view method, grpc::CallbackServerContext* context) {
    return new UnaryCall(observer, method, context);
  }

  // The execution that the call turned out to be about.
  void About(const base::Id& execution) { record_.About(execution); }

  // Answers; once, from any thread.
  void End(const absl::Status& status) { Finish(record_.End(status)); }

 private:
  UnaryCall(CallObserver* observer, absl::string_view method, grpc::CallbackServerContext* context)
      : record_(observer, method, context) {}
  void OnDone() override { delete this; }
  // As gRPC's own default reactor: without it every answer would take a turn on one more thread.
  bool InternalInlineable() override { return true; }

  CallRecord record_;
};

inline grpc::ServerUnaryReactor* Finish(UnaryCall* call, const absl::Status& status) {
  call->End(status);
  return call;
}

// How long a call may wait for its commit: until its deadline, and no longer than a minute.
inline absl::Time CommitDeadline(const grpc::CallbackServerContext& context, absl::Time now) {
  return std::min(absl::FromChrono(context.deadline()), now + absl::Minutes(1));
}

// INVALID_ARGUMENT with a violation of `field`.
inline absl::StatusOr<base::Id> ReadId(const std::string& text, const std::string& field) {
  auto id = base::Id::Parse(text);
  if (id.ok()) return *id;
  base::FieldViolations violations;
  violations.Add(field, "this is not an id: expected 36 characters as in 0192f0c4-8d1e-7001-9abc-0123456789ab");
  return violations.ToStatus();
}

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CALLS_UNARY_H_
