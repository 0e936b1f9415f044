#ifndef FLOWMESH_WORKERS_FLOWS_POEM_POEM_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_POEM_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

struct PoemOrder {
  std::string title;        // what it is about; not empty
  std::string description;  // may be empty
  std::string form;         // one of the contract's forms; not empty
  uint64_t seed = 0;
};

// Writes poems for the flow. Implementations are thread-safe.
class PoemWriter {
 public:
  virtual ~PoemWriter() = default;

  // provider/model, for people.
  virtual std::string name() const = 0;

  // Blocks until the poem is written. Outputs it line by line, a blank line between stanzas, with progress after every
  // line, and reports what it took. The poem has at least one line and all fields set. CANCELLED, naming how far it
  // came, when the work shall stop.
  virtual absl::StatusOr<poem::v1::Poem> Write(sdk::TaskContext& context, const PoemOrder& order) = 0;
};

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_POEM_WRITER_H_
