// Rules of the product that a simulation can play as if they were switched off, to show that the checks see it.
#ifndef FLOWMESH_TESTS_SIMULATION_RULE_H_
#define FLOWMESH_TESTS_SIMULATION_RULE_H_

#include <array>

namespace flowmesh::simulation {

enum class Rule {
  kNone,
  kFencing,      // entries count whichever attempt and session sends them
  kNumbering,    // a repeated entry counts again
  kIdempotency,  // a repeated create makes another execution
  kDurability,   // a crash takes back what was committed last
  kRecords,      // a new attempt does not get the records of the one before
  kCancel,       // a cancel is acknowledged and forgotten
  kFinal,        // a final execution is written again
  kGrace,        // nobody notices that a worker is gone
  kEvents,       // a chunk of events vanishes
  kConcurrency,  // executions of one concurrency key run side by side
  kReuse,        // a retry knows nothing of what was done before
  kMail,         // a replica does not hear what another one decided about its sessions
  kTakeover,     // nobody notices that a replica is dead
  kProjection,   // what is kept of a result is written apart from it
};

struct RuleName {
  Rule rule;
  const char* name;
};
inline constexpr std::array<RuleName, 14> kRules = {{{Rule::kFencing, "fencing"},
                                                     {Rule::kNumbering, "numbering"},
                                                     {Rule::kIdempotency, "idempotency"},
                                                     {Rule::kDurability, "durability"},
                                                     {Rule::kRecords, "records"},
                                                     {Rule::kCancel, "cancel"},
                                                     {Rule::kFinal, "final"},
                                                     {Rule::kGrace, "grace"},
                                                     {Rule::kEvents, "events"},
                                                     {Rule::kConcurrency, "concurrency"},
                                                     {Rule::kReuse, "reuse"},
                                                     {Rule::kMail, "mail"},
                                                     {Rule::kTakeover, "takeover"},
                                                     {Rule::kProjection, "projection"}}};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_RULE_H_
