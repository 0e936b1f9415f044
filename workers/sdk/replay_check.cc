#include "workers/sdk/replay_check.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"

namespace flowmesh::sdk {
namespace {

absl::Status Differs(int replayed, int all, const std::string& what) {
  return absl::FailedPreconditionError(
      absl::StrCat("with the first ", replayed, " of ", all, " records replayed, the flow ", what,
                   ": a flow must do the same whenever it runs; take time, randomness and ids from its context, and "
                   "everything else that may change from calls and steps"));
}

std::string Describe(const PlayedFlow::Asked& asked) {
  return absl::StrCat("'", asked.key, "' after record ", asked.after);
}

// What the first run asked and the replay has to ask as well: what is not answered from the start.
std::vector<PlayedFlow::Asked> ToBeAsked(const PlayedFlow& first, int replayed) {
  std::set<std::string> answered;
  for (int i = 0; i < replayed; ++i) answered.insert(first.records()[static_cast<size_t>(i)].call_key());
  std::vector<PlayedFlow::Asked> asked;
  for (const PlayedFlow::Asked& one : first.asked()) {
    if (!answered.contains(one.key)) asked.push_back(one);
  }
  return asked;
}

}  // namespace

AttemptInfo NextAttempt(AttemptInfo info) {
  ++info.attempt;
  return info;
}

std::string DescribeResult(const absl::Status& status) {
  if (status.ok()) return "nothing";
  const v1::Failure failure = FailureFrom(status);
  return absl::StrCat("the failure ", failure.reason(), " (", failure.message(), ")");
}

std::string DescribeMessage(const google::protobuf::Message& message) {
  return absl::StrCat(message.GetTypeName(), " {", message.ShortDebugString(), "}");
}

absl::Status CompareReplay(const PlayedFlow& first, const std::string& first_result, PlayedFlow& again,
                           const std::string& result, int replayed) {
  const int all = static_cast<int>(first.records().size());
  const std::vector<PlayedFlow::Asked> expected = ToBeAsked(first, replayed);
  const std::vector<PlayedFlow::Asked>& asked = again.asked();
  for (size_t i = 0; i < std::min(expected.size(), asked.size()); ++i) {
    if (expected[i].key != asked[i].key || expected[i].after != asked[i].after) {
      return Differs(
          replayed, all,
          absl::StrCat("asks for ", Describe(asked[i]), ", but at first it asked for ", Describe(expected[i])));
    }
    if (expected[i].content != asked[i].content) {
      return Differs(replayed, all, absl::StrCat("asks for '", asked[i].key, "' with another input than at first"));
    }
  }
  if (asked.size() > expected.size()) {
    return Differs(replayed, all,
                   absl::StrCat("asks for ", Describe(asked[expected.size()]), ", which it did not at first"));
  }
  if (result != first_result) {
    return Differs(replayed, all, absl::StrCat("ends with ", result, ", but at first with ", first_result));
  }
  if (expected.size() > asked.size()) {
    return Differs(replayed, all,
                   absl::StrCat("does not ask for ", Describe(expected[asked.size()]), ", which it did at first"));
  }
  return absl::OkStatus();
}

}  // namespace flowmesh::sdk
