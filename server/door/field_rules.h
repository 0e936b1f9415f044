#ifndef FLOWMESH_SERVER_DOOR_FIELD_RULES_H_
#define FLOWMESH_SERVER_DOOR_FIELD_RULES_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "server/base/error.h"
#include "server/base/mutex.h"

namespace flowmesh::door {

// Checks messages against the option (flowmesh.v1.rules) of their fields, as protos/flowmesh/v1/options.proto says.
// Besides: length, number and one_of rules hold for each element of a list and each value of a map; an empty string
// that is not required breaks neither min_length nor one_of; `required` on a number without presence refuses zero, on a
// bool it means nothing. Goes into nested messages that are set, not into google.protobuf.Any.
//
// What a type asks for is worked out once and remembered, so a RuleBook must not outlive the descriptors it has seen.
// Thread-safe; does not block beyond a short lock.
class RuleBook {
 public:
  RuleBook();
  ~RuleBook();

  // One violation per broken rule, in field order, at most FieldViolations::kMaxKept; paths as in `stanzas[3].title`,
  // `labels["key"].size`, after `prefix`.
  std::vector<base::FieldViolation> Check(const google::protobuf::Message& message, const std::string& prefix = "")
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Type;

  const Type* Learn(const google::protobuf::Descriptor* descriptor) ABSL_LOCKS_EXCLUDED(mutex_);
  Type* Collect(const google::protobuf::Descriptor* descriptor) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  friend class RuleCheck;

  base::Mutex mutex_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<Type>> types_ ABSL_GUARDED_BY(mutex_);
};

// The same for one message of any pool. Generated messages share a RuleBook; for others it is worked out anew, so where
// many come keep a RuleBook beside their pool.
std::vector<base::FieldViolation> CheckRules(const google::protobuf::Message& message, const std::string& prefix = "");

// OK or INVALID_ARGUMENT with the violations: the first line of a service method.
absl::Status ValidateRequest(const google::protobuf::Message& request);

// Length of UTF-8 text in code points.
std::size_t CodePoints(const std::string& text);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_FIELD_RULES_H_
