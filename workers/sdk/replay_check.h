#ifndef FLOWMESH_WORKERS_SDK_REPLAY_CHECK_H_
#define FLOWMESH_WORKERS_SDK_REPLAY_CHECK_H_

#include <concepts>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "workers/sdk/played_flow.h"

namespace flowmesh::sdk {

// The attempt that follows the one with `info`.
AttemptInfo NextAttempt(AttemptInfo info);

// A text that is equal for equal results. Types other than messages, strings and numbers are all alike.
std::string DescribeResult(const absl::Status& status);
std::string DescribeMessage(const google::protobuf::Message& message);
template <typename T>
std::string DescribeResult(const absl::StatusOr<T>& result) {
  if (!result.ok()) return DescribeResult(result.status());
  if constexpr (std::derived_from<T, google::protobuf::Message>) {
    return DescribeMessage(*result);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(*result);
  } else if constexpr (std::is_convertible_v<T, std::string>) {
    return *result;
  } else {
    return "a result";
  }
}

// FAILED_PRECONDITION unless the replay with the first `replayed` records asked what the first run asked and ended in
// the same way.
absl::Status CompareReplay(const PlayedFlow& first, const std::string& first_result, PlayedFlow& again,
                           const std::string& result, int replayed);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_REPLAY_CHECK_H_
