#ifndef FLOWMESH_WORKERS_FLOWS_POEM_BUILTIN_POEM_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_BUILTIN_POEM_WRITER_H_

#include <string>

#include "absl/time/time.h"
#include "workers/flows/poem/poem_writer.h"

namespace flowmesh::flows {

// The offline poet. Equal orders give equal poems. Stops between lines.
class BuiltinPoemWriter : public PoemWriter {
 public:
  // `line_pace`: pause before each line but the first.
  explicit BuiltinPoemWriter(absl::Duration line_pace) : line_pace_(line_pace) {}

  std::string name() const override;
  absl::StatusOr<poem::v1::Poem> Write(sdk::TaskContext& context, const PoemOrder& order) override;

 private:
  const absl::Duration line_pace_;
};

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_BUILTIN_POEM_WRITER_H_
