// Errors that carry more than a code and a message: a reason for programs, names and values, violated fields, a retry
// delay.
//
// They travel inside absl::Status as one payload, so that every layer can make and read them; the threshold turns them
// into google.rpc.Status details. The message is for people and says what to do next.
//
//   return base::Error(absl::StatusCode::kFailedPrecondition, "NOT_RETRYABLE",
//                      "execution 7f.. is COMPLETED; only FAILED or TIMED_OUT can be retried")
//       .With("execution_id", id).With("state", "COMPLETED");
#ifndef FLOWMESH_SERVER_BASE_ERROR_H_
#define FLOWMESH_SERVER_BASE_ERROR_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace flowmesh::base {

// One field of a request that is wrong.
struct FieldViolation {
  std::string field;        // path, as in `input.stanzas[3].title`
  std::string description;  // what is wrong and what is expected

  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

// Everything that an Error adds to a status.
struct ErrorDetails {
  std::string reason;                           // UPPER_SNAKE_CASE
  std::map<std::string, std::string> metadata;  // belongs to the reason
  std::vector<FieldViolation> violations;
  std::optional<absl::Duration> retry_delay;  // whole milliseconds, not negative

  friend bool operator==(const ErrorDetails&, const ErrorDetails&) = default;
};

// Builds such a status. Converts to absl::Status and so to absl::StatusOr<T> in a return statement.
class Error {
 public:
  // `code` is not OK.
  Error(absl::StatusCode code, std::string reason, std::string message);

  // Adds a name and a value to the metadata; the last value of a name stands.
  Error& With(std::string name, const absl::AlphaNum& value) &;
  Error&& With(std::string name, const absl::AlphaNum& value) &&;

  // Adds a violated field.
  Error& Violation(std::string field, std::string description) &;
  Error&& Violation(std::string field, std::string description) &&;

  // The same request may succeed after this long; rounded up to milliseconds.
  Error& RetryAfter(absl::Duration delay) &;
  Error&& RetryAfter(absl::Duration delay) &&;

  absl::Status ToStatus() const;
  operator absl::Status() const { return ToStatus(); }  // NOLINT(google-explicit-constructor): reads as a return value

 private:
  absl::StatusCode code_;
  std::string message_;
  ErrorDetails details_;
};

// Collects the violations of one request. Not thread-safe.
class FieldViolations {
 public:
  // More than these are counted, not kept.
  static constexpr std::size_t kMaxKept = 100;

  void Add(std::string field, std::string description);
  void Add(const std::vector<FieldViolation>& violations);

  bool empty() const { return count_ == 0; }
  const std::vector<FieldViolation>& violations() const { return violations_; }

  // OK if there are none; otherwise INVALID_ARGUMENT with reason FIELDS_INVALID, a message that names the first field,
  // and all violations kept.
  absl::Status ToStatus() const;

 private:
  std::vector<FieldViolation> violations_;
  std::size_t count_ = 0;
};

// What an Error put into `status`; nullopt for a status that was made otherwise.
std::optional<ErrorDetails> GetErrorDetails(const absl::Status& status);

// Parts of it; empty or nullopt if there are none.
std::string GetReason(const absl::Status& status);
std::map<std::string, std::string> GetMetadata(const absl::Status& status);
std::vector<FieldViolation> GetViolations(const absl::Status& status);
std::optional<absl::Duration> GetRetryDelay(const absl::Status& status);

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_ERROR_H_
