// Rows to parameters and columns to rows, in the order of the lists of columns in statements.cc.
//
// Bind functions bind views into the row, which must live until the statement has stepped, and into `scratch`, which
// serves one row at a time. Read functions fail with DATA_LOSS when a column does not hold what was written.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_ROW_CODEC_H_
#define FLOWMESH_SERVER_STORE_SQLITE_ROW_CODEC_H_

#include <string>

#include "absl/status/status.h"
#include "server/store/artifact_row.h"
#include "server/store/resource_rows.h"
#include "server/store/rows.h"
#include "server/store/sqlite/connection.h"

namespace flowmesh::store {

// Packed columns of the row that is being bound.
struct BindScratch {
  std::string progress;
  std::string counts;
  std::string labels;
  std::string origin;
  std::string failure;
  std::string task_counts;
};

// EXECUTION_CHANGES and EXECUTION_ORIGIN.
void BindExecutionChanges(const ExecutionRow& row, BindScratch& scratch, Run& run);
void BindExecutionOrigin(const ExecutionRow& row, BindScratch& scratch, Run& run);
// EXECUTION_COLUMNS.
absl::Status ReadExecutionColumns(const Run& run, ExecutionRow* row);

// Where the columns that a list filters by stand in EXECUTION_COLUMNS.
struct ExecutionColumn {
  static constexpr int kId = 0;
  static constexpr int kState = 1;
  static constexpr int kOwner = 24;
  static constexpr int kFlow = 25;
  static constexpr int kCreateTime = 26;
  static constexpr int kLabels = 27;
};

// TASK_CHANGES and TASK_ORIGIN.
void BindTaskChanges(const TaskRow& task, BindScratch& scratch, Run& run);
void BindTaskOrigin(const TaskRow& task, Run& run);
// TASK_COLUMNS.
absl::Status ReadTaskColumns(const Run& run, TaskRow* task);

// All columns of `signals`; read without execution_id. The payload always stands in the row.
void BindSignal(const SignalRow& signal, Run& run);
SignalRow ReadSignal(const Id& execution_id, const Run& run);

// ARTIFACT_COLUMNS.
void BindArtifact(const ArtifactRow& artifact, Run& run);
ArtifactRow ReadArtifact(const Run& run);

// All columns of `resources`, in the order of the table.
void BindResource(const ResourceRow& resource, Run& run);
ResourceRow ReadResource(const Run& run);

// FLOW_COLUMNS.
void BindFlow(const FlowRow& flow, Run& run);
FlowRow ReadFlow(const Run& run);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_ROW_CODEC_H_
