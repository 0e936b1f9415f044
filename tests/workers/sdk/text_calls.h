#ifndef FLOWMESH_TESTS_WORKERS_SDK_TEXT_CALLS_H_
#define FLOWMESH_TESTS_WORKERS_SDK_TEXT_CALLS_H_

#include <string>
#include <utility>

#include "google/protobuf/wrappers.pb.h"
#include "workers/sdk/flow_context.h"

namespace flowmesh::sdk {

// Task types for tests whose contracts are a text.
using Text = google::protobuf::StringValue;

inline Text TextOf(std::string value) {
  Text text;
  text.set_value(std::move(value));
  return text;
}

inline constexpr TaskType<Text, Text> kEcho{"echo"};
inline constexpr TaskType<Text, Text> kFail{"fail"};

// An answer to kFail: it fails with its input as the reason.
inline absl::StatusOr<Text> FailWithInput(const Text& input) { return Fail(input.value(), "as told", false); }

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_TESTS_WORKERS_SDK_TEXT_CALLS_H_
