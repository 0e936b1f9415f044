// The rules that a task type was registered with: retry policy, attempt timeout, kind.
#ifndef FLOWMESH_SERVER_ENGINE_TASK_TYPES_H_
#define FLOWMESH_SERVER_ENGINE_TASK_TYPES_H_

#include <map>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "server/base/backoff.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

struct TaskTypeRules {
  base::RetryPolicy retry;
  absl::Duration attempt_timeout = absl::InfiniteDuration();
  bool holds_slot = true;   // functions hold a slot, flows a place in memory
  std::string input_type;   // what a call must bring; empty = unknown
  std::string output_type;  // what a result must be; empty = unknown
};

inline TaskTypeRules RulesOf(const store::FlowRow& row) {
  return {.retry = {.max_failures = row.max_failures,
                    .initial = row.retry_initial,
                    .multiplier = row.retry_multiplier,
                    .cap = row.retry_cap},
          .attempt_timeout = row.attempt_timeout,
          .holds_slot = !row.is_flow_kind,
          .input_type = row.input_type,
          .output_type = row.output_type};
}

// By type name. An unknown type has the defaults.
class TaskTypes {
 public:
  const TaskTypeRules& Find(const std::string& type) const {
    auto it = rules_.find(type);
    return it == rules_.end() ? default_ : it->second;
  }
  void Set(const std::string& type, TaskTypeRules rules) { rules_[type] = std::move(rules); }

 private:
  TaskTypeRules default_;
  std::map<std::string, TaskTypeRules> rules_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_TASK_TYPES_H_
