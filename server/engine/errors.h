// Errors that several use cases answer with.
#ifndef FLOWMESH_SERVER_ENGINE_ERRORS_H_
#define FLOWMESH_SERVER_ENGINE_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/error.h"
#include "server/base/ids.h"

namespace flowmesh::engine {

// The same for an id that never existed and for somebody else's.
inline absl::Status UnknownExecution(const base::Id& id) {
  return base::Error(absl::StatusCode::kNotFound, "EXECUTION_UNKNOWN",
                     absl::StrCat("there is no execution ", id.ToString(), " of yours: check the id, or list yours"));
}

// An idempotency key outlived what it was used for.
inline absl::Status DeletedUnderKey(const std::string& key, const base::Id& id) {
  return base::Error(absl::StatusCode::kNotFound, "EXECUTION_DELETED",
                     absl::StrCat("idempotency key '", key, "' stands for execution ", id.ToString(),
                                  ", which was deleted: use a new key to make another one"))
      .With("execution_id", id.ToString());
}

inline absl::Status ResourceKeyReused(const std::string& key) {
  return base::Error(absl::StatusCode::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED",
                     absl::StrCat("idempotency key '", key,
                                  "' stands for another request: send the same request again, or use a new key"));
}

inline absl::Status NameTaken(const std::string& name, const base::Id& object) {
  return base::Error(absl::StatusCode::kAlreadyExists, "NAME_TAKEN",
                     absl::StrCat("the name '", name, "' is taken: choose another one"))
      .With("name", name)
      .With("object_id", object.ToString());
}

inline absl::Status UnknownToken() {
  return base::Error(absl::StatusCode::kNotFound, "TOKEN_UNKNOWN",
                     "no task waits for this token: check that it is whole, and that the task was not deleted");
}

inline absl::Status QueueFull() {
  return base::Error(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                     "too many calls wait for the store: try again shortly")
      .RetryAfter(absl::Milliseconds(500));
}

inline absl::Status OutOfSpace(absl::Duration retry) {
  return base::Error(absl::StatusCode::kResourceExhausted, "OUT_OF_SPACE",
                     "the store is out of space and nothing was changed: make room, or try again once there is some")
      .RetryAfter(retry);
}

inline absl::Status WaitedTooLong() {
  return base::Error(
      absl::StatusCode::kDeadlineExceeded, "WAITED_TOO_LONG",
      "the call's deadline passed before its turn came and nothing was changed: try again with more time");
}

inline absl::Status Stopping() {
  return base::Error(absl::StatusCode::kUnavailable, "STOPPING",
                     "this server is stopping: repeat the call, with the same "
                     "idempotency key, at another one or after its restart")
      .RetryAfter(absl::Seconds(1));
}

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_ERRORS_H_
